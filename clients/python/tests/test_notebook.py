"""What people see, in a real kernel of Jupyter, in IPython and in pandas."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from cc_executor import AsyncCcExecutor, CcExecutor, CcExecutorError, LocalServer

pytest.importorskip("ipykernel", reason="the notebook's tests are for the Python that runs the whole suite")
pandas = pytest.importorskip("pandas")

HOSTILE = '<script>alert("x")</script><img src=x onerror=alert(1)> & \'"'


class Tags(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.fixture
def kernel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    from jupyter_client.manager import start_new_kernel

    for name in ("HOME", "IPYTHONDIR", "JUPYTER_RUNTIME_DIR"):
        monkeypatch.setenv(name, str(tmp_path))
    manager, client = start_new_kernel(kernel_name="python3", startup_timeout=120)
    yield client
    client.stop_channels()
    manager.shutdown_kernel(now=True)


def test_a_notebook_shows_a_table_that_changes_and_no_html_of_others(
    kernel: Any, cc_executor_server: LocalServer
) -> None:
    shown: list[tuple[str, dict[str, str]]] = []

    def take(message: dict[str, Any]) -> None:
        content = message["content"]
        assert message["msg_type"] != "error", "\n".join(content["traceback"])
        if message["msg_type"] in ("display_data", "update_display_data", "execute_result"):
            shown.append((message["msg_type"], content["data"]))

    code = f"""
from cc_executor import CcExecutor
client = CcExecutor({cc_executor_server.url!r})
execution = client.execute([{{"name": {HOSTILE!r}, "command": "echo one"}}, {{"command": "sleep 1"}}])
table = execution.display()
"""
    kernel.execute_interactive(code, output_hook=take, timeout=170)
    assert [kind for kind, _ in shown][:1] == ["display_data"]
    assert {kind for kind, _ in shown[1:]} == {"update_display_data"}
    last = Tags(shown[-1][1]["text/html"])
    assert last.tags == {"table", "caption", "thead", "tbody", "tr", "th", "td"}
    assert HOSTILE in last.text
    assert "completed" in last.text
    assert HOSTILE in shown[-1][1]["text/plain"]
    # The table is a value too.
    shown.clear()
    kernel.execute_interactive("table", output_hook=take, timeout=170)
    assert shown[0][1]["text/html"].startswith("<table>")


def test_ipython_in_a_terminal_shows_it_once_as_text(cc_executor_server: LocalServer, tmp_path: Path) -> None:
    code = (
        f"from cc_executor import CcExecutor; c = CcExecutor({cc_executor_server.url!r}); "
        "e = c.execute({'command': 'echo one'}); r = e.result(); e.display()"
    )
    env = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "IPYTHONDIR": str(tmp_path), "TERM": "dumb"}
    words = [sys.executable, "-m", "IPython", "--quick", "--no-banner", "--colors=NoColor", "-c", code]
    ended = subprocess.run(words, env=env, capture_output=True, text=True, timeout=170)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout.count("✓ 1. echo one (completed") == 1


def test_the_history_is_a_data_frame(cc_executor: CcExecutor, cc_executor_server: LocalServer) -> None:
    execution = cc_executor.execute([{"name": HOSTILE, "command": "echo one"}, {"command": "exit 3"}])
    execution.result(60)
    frame = cc_executor.history(execution_id=execution.id).to_pandas()
    assert isinstance(frame, pandas.DataFrame)
    assert frame["task"].tolist() == [2, 1]
    assert frame["status"].tolist() == ["failed", "completed"]
    assert frame["exit_code"].tolist() == [3, 0]
    assert frame["duration"].dtype.kind == "f"
    assert frame.loc[1, "description"] == HOSTILE

    async def run() -> None:
        async with AsyncCcExecutor(cc_executor_server.url) as client:
            same = await client.history(execution_id=execution.id).to_pandas()
            pandas.testing.assert_frame_equal(same, frame)

    asyncio.run(run())
    empty = cc_executor.history(until="2001-01-01").to_pandas()
    assert list(empty.columns) == list(frame.columns)
    assert len(empty) == 0


@pytest.mark.parametrize("missing", ["pandas", "rich"])
def test_an_extra_that_is_missing_is_named(
    missing: str, cc_executor: CcExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in (missing, "rich.progress"):
        monkeypatch.setitem(sys.modules, name, None)
    execution = cc_executor.execute({"command": "true"})

    def use() -> object:
        return cc_executor.history(limit=1).to_pandas() if missing == "pandas" else execution.result(progress=True)

    with pytest.raises(CcExecutorError, match=r"pip install 'cc-executor\[") as caught:
        use()
    assert caught.value.code == "MISSING_EXTRA"
