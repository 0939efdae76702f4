"""A pytest plugin: a private stack on a scripted model, so that lists are tested without an account.

Real are the server, the agent and its tools; only the model's words are written beforehand:

    @pytest.fixture(scope="session")
    def cc_executor_script():
        return [answer("release notes", "They are in NOTES.md.")]

    def test_release(cc_executor):
        results = cc_executor.execute(["Write the release notes"]).result(timeout=60)
        assert results.results[0].result == "They are in NOTES.md."

It needs the npm command `cc-executor`, as `CcExecutor.local()` does.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import pytest

from ._version import __version__

if TYPE_CHECKING:
    from ._client import CcExecutor
    from ._local import LocalServer

__all__ = [
    "ScriptedModel",
    "answer",
    "cc_executor",
    "cc_executor_model",
    "cc_executor_script",
    "cc_executor_server",
    "use_tool",
]

Block: TypeAlias = Mapping[str, object]
Conversation: TypeAlias = Mapping[str, object]


def answer(marker: str, *blocks: str | Block, turns: int = 1) -> Conversation:
    """Returns what the model says to a prompt that has `marker` in it.

    Args:
        marker: The first conversation whose marker is in the prompt counts; "" is in every prompt.
        blocks: A text is the answer; `use_tool(…)` before it has the agent really use a tool.
        turns: How often the last answer is given, for conversations that ask again.
    """
    replies = [{"blocks": [{"text": one} if isinstance(one, str) else dict(one)]} for one in blocks]
    return {"marker": marker, "turns": [*replies, *replies[-1:] * (turns - 1)]}


def use_tool(name: str, /, **arguments: object) -> Block:
    """Returns the model's wish to use a tool, by Claude Code's name for it: `use_tool("Write", file_path=…)`."""
    return {"tool": name, "input": arguments}


class ScriptedModel:
    """A server that speaks the Messages API and says what a script says.

    Attributes:
        url: For ANTHROPIC_BASE_URL.
    """

    def __init__(self, script: Sequence[Conversation] | Path, folder: Path) -> None:
        from ._local import find_command
        from .errors import StartError

        command = find_command(os.environ)
        program = Path(shutil.which(command[-1]) or command[-1]).resolve()
        node = command[0] if len(command) > 1 else shutil.which("node")
        package = program.parent.parent / "node_modules/@cc-executor/scripted-model"
        main = next((path for path in (package / "dist/main.js", package / "src/main.ts") if path.exists()), None)
        if main is None or node is None:
            raise StartError(f"{program} comes without its scripted model; cc-executor {__version__} has one.")
        file = script if isinstance(script, Path) else folder / "script.json"
        if not isinstance(script, Path):
            file.write_text(json.dumps(script))
        self._process = subprocess.Popen([node, str(main), str(file)], stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        self.url = self._process.stdout.readline().strip()
        if not self.url:
            self.close()
            raise StartError("The scripted model did not start; what it says of it is above.")

    def close(self) -> None:
        """Ends it."""
        self._process.terminate()
        self._process.wait()
        if self._process.stdout is not None:
            self._process.stdout.close()


@pytest.fixture(scope="session")
def cc_executor_script() -> Sequence[Conversation] | Path:
    """What the model says. Override it; default: "Done." to everything."""
    return [answer("", "Done.")]


@pytest.fixture(scope="session")
def cc_executor_model(
    cc_executor_script: Sequence[Conversation] | Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[ScriptedModel]:
    """The model of the private stack."""
    model = ScriptedModel(cc_executor_script, tmp_path_factory.mktemp("cc-executor-model"))
    yield model
    model.close()


@pytest.fixture(scope="session")
def cc_executor_server(
    cc_executor_model: ScriptedModel, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[LocalServer]:
    """A private stack for the session; `url` and `ws_url` are its addresses."""
    from ._local import LocalServer

    env: dict[str, Any] = {
        # Nothing of the user's reaches it: no settings, no login.
        **{name: os.environ[name] for name in ("PATH", "CC_EXECUTOR_COMMAND", "LANG") if name in os.environ},
        "HOME": str(tmp_path_factory.mktemp("cc-executor-home")),
        "ANTHROPIC_API_KEY": "sk-scripted",
        "ANTHROPIC_BASE_URL": cc_executor_model.url,
    }
    server = LocalServer(env=env)
    yield server
    server.close()


@pytest.fixture
def cc_executor(cc_executor_server: LocalServer) -> Iterator[CcExecutor]:
    """A client of the private stack."""
    from ._client import CcExecutor

    with CcExecutor(cc_executor_server.url, api_key="") as client:
        yield client
