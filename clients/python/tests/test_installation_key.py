"""A client without an address or a key finds the key of this user's own installation, and sends it nowhere else."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from cc_executor._installation_key import _start_of, installation_key_at
from cc_executor._options import DEFAULT_URL, read_options

KEY = "the-key-of-this-installation"


@pytest.fixture
def installation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("CC_EXECUTOR_DATA_DIR", raising=False)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    folder = tmp_path / "cc-executor" / "one"
    folder.mkdir(parents=True)
    (folder / "access-key").write_text(f"{KEY}\n")
    _record(folder, os.getpid())
    return folder


def _record(folder: Path, pid: int, started: str | None = None) -> None:
    started = started or (_start_of(pid) if sys.platform.startswith("linux") else "")
    (folder / "stack.json").write_text(json.dumps({"api": DEFAULT_URL, "pid": pid, "started": started}))


def _sent(url: str | None = None, api_key: str | None = None) -> str | None:
    return read_options(url, api_key, 30, 2, 600).headers.get("authorization")


def test_is_sent_to_the_running_server_of_this_user(installation: Path) -> None:
    assert _sent() == f"Bearer {KEY}"


def test_is_sent_to_no_address_that_was_given(installation: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert _sent(DEFAULT_URL) is None
    monkeypatch.setenv("CC_EXECUTOR_URL", DEFAULT_URL)
    assert _sent() is None


def test_gives_way_to_a_key_that_was_given(installation: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert _sent(api_key="another-key") == "Bearer another-key"
    monkeypatch.setenv("CC_EXECUTOR_API_KEY", "of-the-environment")
    assert _sent() == "Bearer of-the-environment"


def test_is_found_in_the_data_directory_that_is_set(installation: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", "/nonexistent")
    assert _sent() is None
    monkeypatch.setenv("CC_EXECUTOR_DATA_DIR", str(installation))
    assert _sent() == f"Bearer {KEY}"


def test_is_not_sent_while_the_server_is_down(installation: Path) -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    _record(installation, ended.pid, "a boot+1")
    assert _sent() is None
    if sys.platform.startswith("linux"):
        _record(installation, os.getpid(), "another boot+1")
        assert _sent() is None


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"api": 1}', '{"api": "http://[", "pid": 1}', "\x00"])
def test_a_record_that_is_none_is_passed_over(installation: Path, content: str) -> None:
    (installation / "stack.json").write_text(content)
    assert _sent() is None


def test_a_link_or_a_pipe_is_not_read(installation: Path, tmp_path: Path) -> None:
    (installation / "access-key").rename(tmp_path / "elsewhere")
    (installation / "access-key").symlink_to(tmp_path / "elsewhere")
    assert installation_key_at(DEFAULT_URL) is None
    (installation / "access-key").unlink()
    os.mkfifo(installation / "access-key")
    assert installation_key_at(DEFAULT_URL) is None
