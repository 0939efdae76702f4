"""A client of the gateway, under the name of cc_executor."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import time
from collections.abc import Sequence
from typing import Any

log = logging.getLogger("cc_executor")
PORT = 8004
# Where cc_executor answered when it was installed without Docker.
FORMER_PORT = 8003
# Seconds beyond its own timeout in which a command's end has to be reported.
GRACE = 60


class WebSocketClient:
    """Runs commands over the gateway's WebSocket.

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
        pieces: list[str] = []
        ended: dict[str, Any] = {"exit_code": None, "error": None, "execution_id": None}
        limit = None if timeout is None else timeout + GRACE
        try:
            await asyncio.wait_for(self._run(command, timeout, pieces, ended), limit)
        except asyncio.TimeoutError:
            ended["error"] = f"The gateway did not report the end of the command in {limit:g} s."
        except (WebSocketException, OSError, ValueError) as error:
            ended["error"] = f"{self.ws_url}: {error or type(error).__name__}"
        if ended["error"] is None and ended["exit_code"] != 0:
            ended["error"] = f"The command ended with exit code {ended['exit_code']}."
        return {
            "success": ended["error"] is None,
            "duration": time.monotonic() - began,
            "restart_overhead": 0,
            "outputs": len(pieces),
            "output_data": "".join(pieces),
            **ended,
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
        """Does nothing: each command has a connection of its own."""

    async def _run(self, command: str, timeout: float | None, pieces: list[str], ended: dict[str, Any]) -> None:
        from websockets.asyncio.client import connect

        try:
            socket = await connect(self.ws_url, additional_headers=self._headers, max_size=None, proxy=None)
        except ConnectionRefusedError:
            if self.port != FORMER_PORT:
                raise
            log.info("Nothing answers at port %d; the gateway's is %d.", FORMER_PORT, PORT)
            self.port = PORT
            socket = await connect(self.ws_url, additional_headers=self._headers, max_size=None, proxy=None)
        async with socket:
            params = {"command": command, **({} if timeout is None else {"timeout": timeout})}
            await socket.send(json.dumps({"jsonrpc": "2.0", "id": 1, "method": "execute", "params": params}))
            async for text in socket:
                if _take(json.loads(text), pieces, ended):
                    return
        ended["error"] = "The connection was closed before the command had ended."


def _take(message: dict[str, Any], pieces: list[str], ended: dict[str, Any]) -> bool:
    """Takes one message in. Returns whether it was the last."""
    params = message.get("params", {})
    if "error" in message:
        ended["error"] = message["error"].get("message", "The gateway refused the command.")
        return True
    if message.get("id") == 1:
        ended["execution_id"] = message["result"].get("execution_id")
    elif message.get("method") == "process.output" and params.get("encoding") is None:
        pieces.append(params.get("data", ""))
    elif message.get("method") == "process.completed":
        ended["exit_code"] = params.get("exit_code")
        failed = params.get("status") not in (None, "completed", "failed") or params.get("exit_code") is None
        ended["error"] = params.get("error") or (f"The command: {params.get('status')}." if failed else None)
        return True
    return False
