"""A server of one's own, which ends with the program."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import weakref
from collections.abc import Mapping, Sequence
from pathlib import Path

from .errors import StartError

MISSING = (
    "The command cc-executor is not on the PATH. It needs Node 22 or newer: npm install --global cc-executor. "
    "A command at another place is named by local(command=[…]), or by CC_EXECUTOR_COMMAND."
)
POLL = 0.05


class LocalServer:
    """A private stack, on free ports. Everything that it keeps is gone at its end, unless CC_EXECUTOR_DATA_DIR is set.

    Attributes:
        url: Where the API answers.
        ws_url: Where the gateway answers.
        api_key: The first key of CC_EXECUTOR_API_KEY, if there is one.
    """

    def __init__(
        self,
        *,
        env: Mapping[str, str] | None = None,
        command: Sequence[str] | None = None,
        start_timeout: float = 60,
    ) -> None:
        given = dict(os.environ if env is None else env)
        words = list(command) if command is not None else find_command(given)
        folder = Path(tempfile.mkdtemp(prefix="cc-executor-"))
        data = Path(given.get("CC_EXECUTOR_DATA_DIR") or folder / "data")
        settings = {
            **given,
            "CC_EXECUTOR_HOST": "127.0.0.1",
            "CC_EXECUTOR_API_PORT": "0",
            "CC_EXECUTOR_WS_PORT": "0",
            "CC_EXECUTOR_DATA_DIR": str(data),
        }
        log = folder / "log"
        self._record = data / "stack.json"
        with log.open("wb") as lines:
            self._process = subprocess.Popen(
                [sys.executable, "-I", str(Path(__file__).with_name("_watch.py")), *words, "server", "start"],
                env=settings,
                stdin=subprocess.PIPE,
                stdout=lines,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._finalize = weakref.finalize(self, _end, self._process, folder)
        try:
            record = self._ready(log, start_timeout, words)
        except BaseException:
            self._finalize()
            raise
        self.url = str(record["api"])
        self.ws_url = str(record["ws"])
        self.api_key = settings.get("CC_EXECUTOR_API_KEY", "").split(",")[0].strip() or None

    def close(self) -> None:
        """Ends the stack and everything that it runs. Calling it again does nothing."""
        self._finalize()

    def pids(self) -> dict[str, int]:
        """Returns the processes of the stack now, by their name."""
        record = json.loads(self._record.read_text())
        return {one["name"]: one["pid"] for one in record["processes"]}

    def _ready(self, log: Path, seconds: float, words: Sequence[str]) -> dict[str, object]:
        deadline = time.monotonic() + seconds
        while True:
            # Its end is looked at first: what it wrote before is complete then.
            code = self._process.poll()
            record = self._read()
            if code is None and record.get("api") and record.get("ws"):
                return record
            if code is not None or time.monotonic() > deadline:
                what = f"did not start in {seconds:g} s" if code is None else f"ended with {code}"
                said = log.read_text(errors="replace").strip()[-2000:]
                raise StartError(f"{' '.join(words)} server start {what}. {said}".strip())
            time.sleep(POLL)

    def _read(self) -> dict[str, object]:
        try:
            record = json.loads(self._record.read_text())
        except (OSError, ValueError):
            return {}
        # A record of an earlier stack in a folder that was given is none of ours.
        return record if isinstance(record, dict) and _is_below(record.get("pid"), self._process.pid) else {}


def find_command(env: Mapping[str, str]) -> list[str]:
    """Returns the words that start the command. Raises `StartError` when it is not here."""
    named = env.get("CC_EXECUTOR_COMMAND")
    if named:
        # The words of a command, in JSON where one of them has a space.
        return [str(word) for word in json.loads(named)] if named.startswith("[") else named.split()
    found = shutil.which("cc-executor", path=env.get("PATH"))
    if found is None:
        raise StartError(MISSING)
    return [found]


def _is_below(pid: object, watcher: int) -> bool:
    """Whether a process was started by the watcher, directly or by a program that replaced itself or started it."""
    seen = pid
    for _ in range(6):
        if seen == watcher:
            return True
        try:
            seen = int(Path(f"/proc/{seen}/stat").read_text().rsplit(")", 1)[1].split()[1])
        except (OSError, ValueError, IndexError):
            # Where there is no /proc, the record has to do.
            return not Path("/proc").is_dir() and isinstance(pid, int)
    return False


def _end(process: subprocess.Popen[bytes], folder: Path) -> None:
    if process.stdin is not None:
        process.stdin.close()
    process.wait()
    shutil.rmtree(folder, ignore_errors=True)
