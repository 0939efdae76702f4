"""Events come once each, whatever is killed meanwhile."""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from cc_executor import AsyncCcExecutor, CcExecutor, Event, Gap, LocalServer, Reset

# 50 is the promise; fewer where many tests share a machine.
KILLS = int(os.environ.get("CC_EXECUTOR_TEST_KILLS", "6"))
SERVICES = Path(__file__).parents[3] / "services"
COUNT = 'i=0; while [ ! -e stop ]; do i=$((i+1)); echo "$i"; sleep 0.02; done'


class Killed:
    """A service of a stack, started once more beside it: the stack itself waits longer after each end."""

    def __init__(self, server: LocalServer, name: str, port_setting: str) -> None:
        proc = Path(f"/proc/{server.pids()[name]}")
        self._words = [str(proc.joinpath("exe").readlink()), str(SERVICES / name / "src/main.ts")]
        pairs = [pair.split("=", 1) for pair in proc.joinpath("environ").read_text().split("\0") if "=" in pair]
        # The channel, and the pipe with the credentials, are the stack's own.
        own = ("NODE_CHANNEL", "CC_EXECUTOR_CREDENTIALS_DESCRIPTOR")
        self._env = {key: value for key, value in pairs if not key.startswith(own)}
        with socket.create_server(("127.0.0.1", 0)) as listener:
            self.port = listener.getsockname()[1]
        self._env[port_setting] = str(self.port)
        self._child: subprocess.Popen[bytes] | None = None
        self.killed = 0
        self.start()

    def start(self) -> None:
        quiet = subprocess.DEVNULL
        self._child = subprocess.Popen(self._words, env=self._env, stdin=quiet, stdout=quiet, stderr=quiet)
        self._answers()

    def kill(self) -> None:
        assert self._child is not None
        self._child.kill()
        self._child.wait()
        self.killed += 1

    def _answers(self) -> None:
        deadline = time.monotonic() + 60
        while True:
            try:
                return socket.create_connection(("127.0.0.1", self.port)).close()
            except OSError:
                assert time.monotonic() < deadline, "the service does not start"
                time.sleep(0.02)


@pytest.fixture
def services(cc_executor_server: LocalServer) -> Iterator[tuple[Killed, Killed]]:
    api = Killed(cc_executor_server, "api", "CC_EXECUTOR_API_PORT")
    gateway = Killed(cc_executor_server, "gateway", "CC_EXECUTOR_WS_PORT")
    yield api, gateway
    api.kill()
    gateway.kill()


def kill_again_and_again(services: tuple[Killed, Killed], seen: list[Event]) -> None:
    """Kills API and gateway, each time after events have come again."""
    for _ in range(KILLS):
        before = len(seen)
        for service in services:
            service.kill()
        for service in services:
            service.start()
        deadline = time.monotonic() + 60
        while len(seen) <= before + 2 and time.monotonic() < deadline:
            time.sleep(0.01)


def check(events: list[Event], others: list[Gap | Reset]) -> None:
    assert others == []
    assert [event.seq for event in events] == list(range(1, len(events) + 1))
    lines = "".join(event.text or "" for event in events).split()
    assert lines == [str(number) for number in range(1, len(lines) + 1)]
    assert events[-1].type == "execution.completed"


def stop(server: LocalServer, execution_id: str) -> None:
    with CcExecutor(server.url) as client:
        settings = client.configuration().settings
        Path(str(settings["CC_EXECUTOR_WORKSPACES_DIR"]), client.executions.get(execution_id).workspace, "stop").touch()


def test_events_come_once_while_api_and_gateway_are_killed(
    cc_executor_server: LocalServer, services: tuple[Killed, Killed]
) -> None:
    events: list[Event] = []
    others: list[Gap | Reset] = []
    with CcExecutor(f"http://127.0.0.1:{services[0].port}") as client:
        execution = client.execute({"command": COUNT})

        def kill() -> None:
            try:
                kill_again_and_again(services, events)
            finally:
                stop(cc_executor_server, execution.id)

        killer = threading.Thread(target=kill)
        killer.start()
        for event in execution:
            if isinstance(event, Event):
                events.append(event)
            else:
                others.append(event)
        killer.join()
        assert execution.result().status == "completed"
    check(events, others)
    assert [service.killed for service in services] == [KILLS, KILLS]


def test_events_come_once_to_the_async_client_too(
    cc_executor_server: LocalServer, services: tuple[Killed, Killed]
) -> None:
    events: list[Event] = []
    others: list[Gap | Reset] = []

    async def run() -> None:
        async with AsyncCcExecutor(f"http://127.0.0.1:{services[0].port}") as client:
            execution = await client.execute({"command": COUNT})

            def kill() -> None:
                try:
                    kill_again_and_again(services, events)
                finally:
                    stop(cc_executor_server, execution.id)

            killing = asyncio.create_task(asyncio.to_thread(kill))
            async for event in execution:
                if isinstance(event, Event):
                    events.append(event)
                else:
                    others.append(event)
            await killing
            assert (await execution.result()).status == "completed"

    asyncio.run(run())
    check(events, others)
    assert [service.killed for service in services] == [KILLS, KILLS]
