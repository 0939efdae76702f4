"""A client of the gateway, under the name of cc_executor."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import secrets
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from .._backoff import pause

if TYPE_CHECKING:
    from websockets.asyncio.client import ClientConnection

log = logging.getLogger("cc_executor")
PORT = 8004
# Where cc_executor answered when it was installed without Docker.
FORMER_PORT = 8003
# Seconds beyond its own timeout in which a command's end has to be reported.
GRACE = 60
# Seconds after which one that follows a command gives up a gateway from which nothing comes.
PATIENCE = 60
# A connection that is this old has lasted: the gateway is there, even if nothing came. Seconds.
LASTING = 10
TASK_ENDS = frozenset({"task.completed", "task.failed", "task.timed_out", "task.cancelled"})


class WebSocketClient:
    """Runs commands over the gateway's WebSocket. A connection that breaks is made again, and no output is lost.

    Args:
        host: The gateway's host.
        port: Its port. At 8003, where nothing answers, 8004 is tried.
        api_key: Default: CC_EXECUTOR_API_KEY, for a gateway on this machine.
    """

    def __init__(self, host: str = "localhost", port: int = PORT, api_key: str | None = None) -> None:
        self.host = host
        self.port = port
        if api_key is None and (host == "localhost" or host.startswith("127.")):
            api_key = os.environ.get("CC_EXECUTOR_API_KEY", "").split(",")[0].strip()
        self._headers = {"authorization": f"Bearer {api_key}"} if api_key else {}

    @property
    def ws_url(self) -> str:
        """Where the gateway is."""
        return f"ws://{self.host}:{self.port}/ws/mcp"

    async def execute_command(
        self, command: str, timeout: float | None = None, restart_handler: bool = False
    ) -> dict[str, Any]:
        """Runs a command to its end; never raises for what goes wrong with it.

        Args:
            command: For the server's shell.
            timeout: Seconds; then it is ended. Default: the server's.
            restart_handler: Not used.

        Returns:
            `success` (it ended with 0), `exit_code` (None where there is none), `duration` (s), `outputs` (pieces),
            `output_data`, `error` (None, or a sentence) and `execution_id`.
        """
        from websockets.exceptions import WebSocketException

        began = time.monotonic()
        run = _Run({"command": command, **({} if timeout is None else {"timeout": timeout})})
        limit = None if timeout is None else timeout + GRACE
        try:
            await asyncio.wait_for(self._run(run), limit)
        except asyncio.TimeoutError:
            run.error = f"The gateway did not report the end of the command in {limit:g} s."
        except (WebSocketException, OSError, ValueError) as error:
            run.error = f"{self.ws_url}: {error or type(error).__name__}"
        if run.error is None and run.exit_code != 0:
            run.error = f"The command ended with exit code {run.exit_code}."
        return {
            "success": run.error is None,
            "duration": time.monotonic() - began,
            "restart_overhead": 0,
            "outputs": len(run.pieces),
            "output_data": "".join(text for _, text in run.pieces),
            "exit_code": run.exit_code,
            "error": run.error,
            "execution_id": run.execution_id,
        }

    async def execute_batch(
        self,
        tasks: Sequence[tuple[str, str, float | None]],
        restart_per_task: bool = True,
        restart_every_n: int | None = None,
    ) -> list[dict[str, Any]]:
        """Runs commands one after the other, each a tuple of name, command and timeout in seconds.

        `restart_per_task` and `restart_every_n` are not used. Each result has its name as `task_name`.
        """
        results = []
        for name, command, timeout in tasks:
            result = await self.execute_command(command, timeout)
            results.append({**result, "task_name": name})
        return results

    async def cleanup(self) -> None:
        """Does nothing: each command has its own connection."""

    async def _run(self, run: _Run) -> None:
        """Follows a command to its end, over connections that break and a gateway that is away for a while."""
        from websockets.exceptions import ConnectionClosed

        failures, since = 0, time.monotonic()
        while True:
            opened = time.monotonic()
            try:
                async with await self._connect() as socket:
                    if await run.follow(socket):
                        return
                    raise ConnectionResetError("The connection was closed before the command had ended.")
            except (ConnectionClosed, OSError):
                # A first try that fails is reported at once: nothing runs yet.
                if not run.was_sent or time.monotonic() - since > PATIENCE:
                    raise
            if run.heard > opened or time.monotonic() - opened > LASTING:
                failures, since = 0, time.monotonic()
            log.info("The connection to %s broke; connecting again.", self.ws_url)
            await asyncio.sleep(pause(failures))
            failures += 1

    async def _connect(self) -> ClientConnection:
        """Returns a connection. Raises `OSError` where a later try may succeed."""
        from websockets.asyncio.client import connect
        from websockets.exceptions import InvalidMessage, InvalidStatus

        try:
            return await connect(self.ws_url, additional_headers=self._headers, max_size=None, proxy=None)
        except ConnectionRefusedError:
            if self.port != FORMER_PORT:
                raise
        except (asyncio.TimeoutError, InvalidMessage) as error:
            raise ConnectionError(f"The gateway does not answer ({error or type(error).__name__}).") from error
        except InvalidStatus as error:
            if error.response.status_code < 500:
                raise
            raise ConnectionError(f"The gateway does not answer ({error}).") from error
        log.info("Nothing answers at port %d; the gateway's is %d.", FORMER_PORT, PORT)
        self.port = PORT
        return await self._connect()


class _Run:
    """One command: what is known of it, and how it is found again by another connection."""

    def __init__(self, params: dict[str, Any]) -> None:
        # Its own id: a command whose answer was lost is found by it.
        self._wanted = f"ws-{secrets.token_hex(12)}"
        self._params = {**params, "execution_id": self._wanted}
        self._session: str | None = None
        # The seq up to which everything was received.
        self._after = 0
        self.was_sent = False
        # When something came of it last; monotonic seconds.
        self.heard = time.monotonic()
        self.pieces: list[tuple[int, str]] = []
        self.exit_code: int | None = None
        self.error: str | None = None
        self.execution_id: str | None = None

    async def follow(self, socket: ClientConnection) -> bool:
        """Returns whether the command has ended; else the connection has."""
        steps = self._steps()
        # A piece of which a part is missing comes again as a whole.
        self.pieces = [piece for piece in self.pieces if piece[0] <= self._after]
        await self._send(socket, *steps.pop(0))
        async for text in socket:
            message = json.loads(text)
            if "error" in message and steps:
                await self._send(socket, *steps.pop(0))
            elif self._take(message):
                return True
        return False

    def _steps(self) -> list[tuple[str, dict[str, Any]]]:
        """Returns the calls that bring the rest; each is made when the one before is refused."""
        execute = ("execute", self._params)
        if not self.was_sent:
            return [execute]
        attach = ("attach", {"session_id": self._session, "after": self._after})
        # A gateway that was started again knows no session, but the execution.
        subscribe = ("subscribe", {"execution_id": self._wanted, "after": self._after})
        return [
            *([attach] if self._session is not None else []),
            subscribe,
            *([execute] if self.execution_id is None else []),
        ]

    async def _send(self, socket: ClientConnection, method: str, params: dict[str, Any]) -> None:
        self.was_sent = True
        await socket.send(json.dumps({"jsonrpc": "2.0", "id": method, "method": method, "params": params}))

    def _take(self, message: dict[str, Any]) -> bool:
        """Takes one message in. Returns whether it was the last."""
        params = message.get("params", {})
        match message.get("method"):
            case None if "error" in message:
                self.error = message["error"].get("message", "The gateway refused the command.")
                return True
            case None:
                self.execution_id = self._wanted
            case "connected":
                self._session = params["session_id"]
                return False
            case "process.output":
                self._output(params["seq"], params)
                if params.get("chunk_index", 0) + 1 >= params.get("total_chunks", 1):
                    self._after = params["seq"]
            case "process.completed":
                return self._completed(params)
            case "event":
                self._after = params["seq"]
                if params["type"] == "task.output":
                    self._output(params["seq"], params["data"])
                elif params["type"] in TASK_ENDS:
                    return self._completed({"error": params["data"].get("message"), **params["data"]})
        self.heard = time.monotonic()
        return False

    def _output(self, seq: int, data: dict[str, Any]) -> None:
        if data.get("encoding") is None:
            self.pieces.append((seq, data.get("data", "")))

    def _completed(self, data: dict[str, Any]) -> bool:
        self.exit_code = data.get("exit_code")
        failed = data.get("status") not in (None, "completed", "failed") or self.exit_code is None
        self.error = data.get("error") or (f"The command: {data.get('status')}." if failed else None)
        return True
