from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import closing

import pytest

from cc_executor.testing import answer, use_tool

IS_VALID = use_tool("StructuredOutput", is_valid=False, reason="It is too short.", suggestions=["Say more."])
AMENDED = use_tool("StructuredOutput", amended="Clear now: say so.", is_ambiguous=True, reason="It was vague.")
WHOLE = '{"result": "It is so.", "summary": "Said it.", "files_created": ["a.py"]}'


@pytest.fixture(scope="session")
def cc_executor_script() -> list[object]:
    return [
        answer(
            "of sorts", use_tool("StructuredOutput", amended="A fibonacci", is_ambiguous=True, reason="Vague."), turns=9
        ),
        answer("Rewrite this prompt", AMENDED, turns=3),
        answer("Judge", IS_VALID, turns=9),
        answer("Clear now", "It is clear."),
        answer("Write a file", use_tool("Write", file_path="hello.py", content="print('hello')\n"), "It is there."),
        answer("Person", use_tool("StructuredOutput", name="Ada"), turns=3),
        answer(
            "fibonacci",
            use_tool(
                "StructuredOutput",
                result={"code": "def f(): ...", "function_name": "fibonacci"},
                files_created=["fib.py"],
                summary="A function.",
            ),
            turns=9,
        ),
        answer("factorials", use_tool("StructuredOutput", result="def f(): ...", summary="A function."), turns=9),
        answer("Refuse", "no JSON at all"),
        answer("", "Done."),
    ]


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("CC_EXECUTOR_URL", "CC_EXECUTOR_API_KEY", "CC_EXECUTOR_LINEAGE"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def answering() -> Iterator[Callable[..., str]]:
    """Starts servers that answer every connection with these bytes, and then close it or hang."""
    open_sockets: list[socket.socket] = []

    def start(content: bytes, *, hang: bool = False) -> str:
        listener = socket.create_server(("127.0.0.1", 0))
        open_sockets.append(listener)

        def serve() -> None:
            while True:
                try:
                    peer, _ = listener.accept()
                except OSError:
                    return
                open_sockets.append(peer)
                peer.recv(65536)
                peer.sendall(content)
                if not hang:
                    peer.close()

        threading.Thread(target=serve, daemon=True).start()
        return f"http://127.0.0.1:{listener.getsockname()[1]}"

    yield start
    for one in open_sockets:
        one.close()


@pytest.fixture
def nobody() -> str:
    """An address at which nobody answers."""
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        return f"http://127.0.0.1:{listener.getsockname()[1]}"
