"""Events come once each, whatever is killed meanwhile."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import struct
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import pytest

from cc_executor import AsyncCcExecutor, CcExecutor, Event, Gap, LocalServer, Reset
from cc_executor.client.client import WebSocketClient

# 50 is the promise; fewer where many tests share a machine.
KILLS = 50 if os.environ.get("CC_TEST_NIGHTLY") == "1" else 6
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


class Cutting(Protocol):
    def __call__(self, port: int, *, after: int) -> int: ...


@pytest.fixture
def cutting() -> Iterator[Cutting]:
    """Starts a proxy that cuts its first connections after so many bytes from the server. Returns its port."""
    listeners: list[socket.socket] = []

    def start(port: int, *, after: int) -> int:
        listener = socket.create_server(("127.0.0.1", 0))
        listeners.append(listener)
        left = iter([after, 2 * after, 4 * after])

        def copy(source: socket.socket, target: socket.socket, limit: int | None) -> None:
            with contextlib.suppress(OSError):
                while (limit is None or limit > 0) and (content := source.recv(512)):
                    target.sendall(content)
                    limit = limit if limit is None else limit - len(content)
            for one in (source, target):
                with contextlib.suppress(OSError):
                    one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                    one.close()

        def serve() -> None:
            with contextlib.suppress(OSError):
                while True:
                    peer, _ = listener.accept()
                    server = socket.create_connection(("127.0.0.1", port))
                    limit = next(left, None)
                    threading.Thread(target=copy, args=(server, peer, limit), daemon=True).start()
                    threading.Thread(target=copy, args=(peer, server, None), daemon=True).start()

        threading.Thread(target=serve, daemon=True).start()
        return int(listener.getsockname()[1])

    yield start
    for one in listeners:
        one.close()


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


# Proves: python-follows-over-restarts
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


# Proves: python-follows-over-restarts
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


def test_a_websocket_client_connects_again_while_a_command_runs(
    cc_executor_server: LocalServer, services: tuple[Killed, Killed]
) -> None:
    _, gateway = services
    client = WebSocketClient(host="127.0.0.1", port=gateway.port)

    async def run() -> dict[str, object]:
        async with AsyncCcExecutor(cc_executor_server.url) as other:
            # Other tests may have left some that still run.
            earlier = {one.execution_id async for one in other.executions.list(status="running")}
            running = asyncio.create_task(client.execute_command(COUNT))
            ids: list[str] = []
            while not ids:
                await asyncio.sleep(0.02)
                listed = [one.execution_id async for one in other.executions.list(status="running")]
                ids = [one for one in listed if one not in earlier]
            for _ in range(KILLS):
                head = (await other.executions.attach(ids[0]).status()).head
                await asyncio.to_thread(gateway.kill)
                # Something that it has to catch up with.
                while (await other.executions.attach(ids[0]).status()).head <= head:  # noqa: ASYNC110
                    await asyncio.sleep(0.02)
                await asyncio.to_thread(gateway.start)
        stop(cc_executor_server, ids[0])
        return await running

    result = asyncio.run(run())
    assert result["success"] is True, result
    lines = str(result["output_data"]).split()
    assert lines == [str(number) for number in range(1, len(lines) + 1)]
    # And the next one, after a restart between two.
    gateway.kill()
    gateway.start()
    assert asyncio.run(client.execute_command("echo again"))["output_data"] == "again\n"


def test_a_websocket_client_keeps_its_command_when_only_the_connection_breaks(
    cc_executor_server: LocalServer, cutting: Cutting
) -> None:
    port = cutting(int(cc_executor_server.ws_url.rsplit(":", 1)[1]), after=2000)
    result = asyncio.run(WebSocketClient(host="127.0.0.1", port=port).execute_command("seq 1 5000; sleep 0.2; exit 3"))
    assert (result["success"], result["exit_code"]) == (False, 3), result
    assert str(result["output_data"]).split() == [str(number) for number in range(1, 5001)]


# Proves: python-follows-over-restarts
def test_a_server_that_was_reached_by_events_is_waited_for(services: tuple[Killed, Killed]) -> None:
    api, _ = services
    with CcExecutor(f"http://127.0.0.1:{api.port}") as client:
        done = client.execute({"command": "true"}).id
        attached = client.executions.attach(done)
        assert len(list(attached)) > 0
        api.kill()
        starter = threading.Thread(target=api.start)
        starter.start()
        assert attached.result().status == "completed"
        starter.join()

        async def run() -> None:
            async with AsyncCcExecutor(f"http://127.0.0.1:{api.port}") as other:
                attached = other.executions.attach(done)
                assert len([event async for event in attached]) > 0
                api.kill()
                starting = asyncio.create_task(asyncio.to_thread(api.start))
                assert (await attached.result()).status == "completed"
                await starting

        asyncio.run(run())
