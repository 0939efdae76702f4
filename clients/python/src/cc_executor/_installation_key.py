"""The key of this user's own installation, which its server needs where it cannot see whose process its client is."""

from __future__ import annotations

import json
import os
import stat
import sys
from pathlib import Path
from urllib.parse import urlsplit

# The largest size of both files, in bytes.
_MAX_BYTES = 64 * 1024
# The number of installations of one user that are searched.
_MOST = 100


def installation_key_at(url: str) -> str | None:
    """Returns the installation's key for a server at `url`; None if there is none. Never raises.

    Only a stack of this user that runs now counts: while it is down, another program could listen at the address. It is
    searched in CC_EXECUTOR_DATA_DIR, or in the folder of the user's state.
    """
    for folder in _data_directories():
        try:
            record = json.loads(_read(folder / "stack.json"))
            if _origin(str(record["api"])) == _origin(url) and _is_running(record["pid"], record["started"]):
                return _read(folder / "access-key").strip() or None
        except (OSError, ValueError, KeyError, TypeError):
            # It has no stack, or is not this user's.
            continue
    return None


def _origin(url: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(url)
    return (parts.scheme, parts.hostname, parts.port)


def _data_directories() -> list[Path]:
    given = os.environ.get("CC_EXECUTOR_DATA_DIR", "").strip()
    if given:
        return [Path(given)] if Path(given).is_absolute() else []
    try:
        root = _state_home() / "cc-executor"
        return sorted(root.iterdir())[:_MOST]
    except (OSError, RuntimeError):
        return []


def _state_home() -> Path:
    """Source: the XDG Base Directory Specification; macOS has its own place."""
    named = Path(os.environ.get("HOME", "").strip())
    home = named if named.is_absolute() else Path.home()
    if sys.platform == "darwin":
        return home / "Library" / "Application Support"
    given = Path(os.environ.get("XDG_STATE_HOME", "").strip())
    return given if given.is_absolute() else home / ".local" / "state"


def _read(path: Path) -> str:
    """Returns the text of a plain file. A task may have put a link or a pipe in its place: that raises OSError."""
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    file = os.open(path, flags)
    try:
        if not stat.S_ISREG(os.fstat(file).st_mode):
            raise OSError(f"{path} is not a file")
        return os.read(file, _MAX_BYTES).decode()
    finally:
        os.close(file)


def _is_running(pid: object, started: object) -> bool:
    """Returns whether the process that wrote a record still runs, as a process of this user."""
    if isinstance(pid, bool) or not isinstance(pid, int) or pid <= 0:
        return False
    # Raises if there is no such process, or for a process of another user.
    os.kill(pid, 0)
    return not sys.platform.startswith("linux") or started == _start_of(pid)


def _start_of(pid: int) -> str:
    """Returns the start in clock ticks after the boot (field 22 of proc_pid_stat(5)), with the id of the boot."""
    text = Path(f"/proc/{pid}/stat").read_text(encoding="latin1")
    fields = text[text.rindex(")") + 2 :].split(" ")
    boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="latin1").strip()
    return f"{boot}+{fields[19]}"
