"""What goes wrong is one clear error: nothing hangs, and nothing is left at the end."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import pickle
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from cc_executor import (
    AsyncCcExecutor,
    AuthenticationError,
    BadAnswerError,
    BadRequestError,
    CcExecutor,
    LocalServer,
    OptionError,
    StartError,
    UnreachableError,
)
from cc_executor.client.cc_execute import CCExecutorConfig, cc_execute

Answering = Callable[..., str]


def http(body: bytes, *, status: str = "200 OK", kind: str = "application/json", length: int | None = None) -> bytes:
    size = len(body) if length is None else length
    return (
        f"HTTP/1.1 {status}\r\ncontent-type: {kind}\r\ncontent-length: {size}\r\nconnection: close\r\n\r\n".encode()
        + body
    )


def test_no_server(nobody: str) -> None:
    with CcExecutor(nobody) as client, pytest.raises(UnreachableError, match="can't be reached") as caught:
        client.execute(["x"])
    assert caught.value.code == "UNREACHABLE"
    assert isinstance(caught.value, ConnectionError)

    async def run() -> None:
        async with AsyncCcExecutor(nobody) as other:
            with pytest.raises(UnreachableError):
                await other.health()
            with pytest.raises(UnreachableError):
                await other.executions.attach("x").result()

    asyncio.run(run())


def test_no_server_to_follow(nobody: str) -> None:
    with CcExecutor(nobody) as client:
        execution = client.executions.attach("x")
        with pytest.raises(UnreachableError):
            next(execution.events())
        with pytest.raises(UnreachableError):
            execution.result(5)


def test_a_proxy_that_answers_html(answering: Answering) -> None:
    html = b"<html>Hello</html>"
    with CcExecutor(answering(http(html, kind="text/html"))) as client:
        with pytest.raises(BadAnswerError, match="not JSON"):
            client.health()
        with pytest.raises(BadAnswerError, match="text/html"):
            next(client.executions.attach("x").events())
        with pytest.raises(BadAnswerError):
            list(client.history())
    missing = answering(http(html, status="404 Not Found", kind="text/html"))
    with CcExecutor(missing) as client, pytest.raises(BadAnswerError, match="answered 404"):
        client.health()
    proxy = answering(http(html, status="502 Bad Gateway", kind="text/html"))
    with CcExecutor(proxy) as client, pytest.raises(UnreachableError, match="nothing is behind it"):
        client.health()
    with CcExecutor(answering(http(b"", status="302 Found"))) as client, pytest.raises(BadAnswerError):
        client.health()


def test_a_server_that_hangs(answering: Answering) -> None:
    with CcExecutor(answering(b"", hang=True), timeout=0.3) as client, pytest.raises(UnreachableError):
        client.health()
    half = http(b'{"status": "hea', length=100)
    with CcExecutor(answering(half, hang=True), timeout=0.3) as client, pytest.raises(UnreachableError):
        client.health()

    async def run() -> None:
        async with AsyncCcExecutor(answering(b"", hang=True), timeout=0.3) as client:
            with pytest.raises(UnreachableError):
                await client.health()

    asyncio.run(run())


def test_a_restore_is_sent_once() -> None:
    asked = 0

    def serve(listener: socket.socket) -> None:
        nonlocal asked
        while True:
            try:
                peer, _ = listener.accept()
            except OSError:
                return
            peer.recv(65536)
            asked += 1
            peer.close()

    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=serve, args=(listener,), daemon=True).start()
        with CcExecutor(f"http://127.0.0.1:{listener.getsockname()[1]}", max_retries=2) as client:
            execution = client.executions.attach("x")
            with pytest.raises(UnreachableError):
                execution.restore(before_task=1)
            assert asked == 1
            with pytest.raises(UnreachableError):
                execution.restore(before_task=1, dry_run=True)
            assert asked == 4


def test_half_a_document(answering: Answering) -> None:
    with CcExecutor(answering(http(b'{"status": "hea'))) as client, pytest.raises(BadAnswerError, match="not JSON"):
        client.health()
    with CcExecutor(answering(http(b'{"status": "hea', length=100))) as client, pytest.raises(UnreachableError):
        client.health()
    with CcExecutor(answering(b"rubbish\r\n\r\n")) as client, pytest.raises(UnreachableError):
        client.health()


def test_another_version(answering: Answering) -> None:
    newer = b'{"execution_id": "a", "status": "dreaming", "since": "dusk"}'
    with CcExecutor(answering(http(newer))) as client:
        state = client.executions.attach("a").cancel()
        assert state.status == "dreaming"
        assert state.since == "dusk"  # type: ignore[attr-defined]
    with CcExecutor(answering(http(b'{"ok": true}'))) as client, pytest.raises(BadAnswerError, match="status"):
        client.health()
    sse = http(b'data: {"seq": "many"}\n\n', kind="text/event-stream")
    with CcExecutor(answering(sse)) as client, pytest.raises(BadAnswerError):
        next(client.executions.attach("a").events())


def test_a_wrong_key(tmp_path: Path) -> None:
    env = {name: os.environ[name] for name in ("PATH", "CC_EXECUTOR_COMMAND") if name in os.environ}
    local = CcExecutor.local(env={**env, "HOME": str(tmp_path), "CC_EXECUTOR_API_KEY": "right-and-long,another-one"})
    with local as client:
        assert client.configuration().version
        with CcExecutor(client.url, api_key="wrong") as stranger, pytest.raises(AuthenticationError) as caught:
            stranger.configuration()
        assert caught.value.code == "UNAUTHENTICATED"
        assert client.server is not None
        pids = client.server.pids().values()
        # A key of the environment goes to the address of the environment alone.
        code = "import sys; from cc_executor import CcExecutor; CcExecutor(*sys.argv[1:]).configuration()"
        set_for = {"CC_EXECUTOR_URL": client.url, "CC_EXECUTOR_API_KEY": "right-and-long"}
        assert python(code, set_for)[0] == 0
        assert "AuthenticationError" in python(code, {"CC_EXECUTOR_API_KEY": "right-and-long"}, client.url)[1]
    for pid in pids:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


@pytest.mark.parametrize("url", [" ", "ftp://x", "127.0.0.1:8001", "http://", "http://u:p@x", "http://x:abc", 8001])
def test_an_address_that_is_none(url: object) -> None:
    with pytest.raises(OptionError):
        CcExecutor(url)  # type: ignore[arg-type]


@pytest.mark.parametrize("options", [{"api_key": "se cret"}, {"timeout": 0}, {"timeout": "1"}, {"max_retries": -1}])
def test_an_option_that_makes_no_sense(options: dict[str, object]) -> None:
    with pytest.raises(OptionError) as caught:
        CcExecutor(**options)  # type: ignore[arg-type]
    assert "cret" not in str(caught.value)


@pytest.mark.parametrize("bad", [object(), float("nan"), {1: 2}, b"bytes", {"x"}])
def test_what_json_does_not_have(bad: object, nobody: str) -> None:
    with CcExecutor(nobody) as client, pytest.raises(OptionError, match=r"tasks\[0\]\.env"):
        client.execute([{"prompt": "x", "env": bad}])  # type: ignore[list-item]


def test_a_schema_that_is_none(cc_executor: CcExecutor) -> None:
    with pytest.raises(BadRequestError) as caught:
        cc_executor.execute([{"prompt": "x", "json_schema": {"type": "nonsense"}}])
    assert "json_schema" in caught.value.errors[0].path, caught.value.errors


def test_an_id_that_is_none(cc_executor: CcExecutor) -> None:
    for bad in ("", "..", None):
        with pytest.raises(OptionError):
            cc_executor.executions.attach(bad)  # type: ignore[arg-type]
    with pytest.raises(BadRequestError):
        cc_executor.executions.get("../configuration")


def test_errors_can_be_pickled(cc_executor: CcExecutor) -> None:
    with pytest.raises(BadRequestError) as caught:
        cc_executor.execute([])
    again = pickle.loads(pickle.dumps(caught.value))
    assert type(again) is BadRequestError
    assert (again.code, again.errors, str(again)) == (caught.value.code, caught.value.errors, str(caught.value))


def test_no_command() -> None:
    with pytest.raises(StartError, match="npm install"):
        CcExecutor.local(env={"PATH": "/nowhere"})
    with pytest.raises(StartError, match=r"ended with 3\. no"):
        CcExecutor.local(env={"PATH": os.environ["PATH"]}, command=["sh", "-c", "echo no; exit 3"])
    with pytest.raises(StartError, match=r"did not start"):
        CcExecutor.local(env={"PATH": os.environ["PATH"]}, command=["sh", "-c", "sleep 60"], start_timeout=0.2)


def python(code: str, env: dict[str, str], *arguments: str, quiet: bool = False) -> tuple[int, str]:
    """Runs a program with all warnings, or those that a user sees; returns its exit code and what it wrote."""
    warnings = [] if quiet else ["-W", "error"]
    program = [sys.executable, *warnings, "-c", code, *arguments]
    ended = subprocess.run(program, env={"PATH": os.environ["PATH"], **env}, capture_output=True, text=True, timeout=60)
    return ended.returncode, ended.stdout + ended.stderr


def test_nothing_is_printed_and_nothing_warns(cc_executor_server: LocalServer) -> None:
    code = """
import asyncio, sys
from cc_executor import AsyncCcExecutor, CcExecutor
client = CcExecutor(sys.argv[1])
execution = client.execute({"command": "echo one"})
for event in execution: break
execution.result()
client.close()
async def run():
    async with AsyncCcExecutor(sys.argv[1]) as client:
        execution = await client.execute({"command": "echo one"})
        async for event in execution: break
        await execution.result()
asyncio.run(run())
"""
    ended, said = python(code, {}, cc_executor_server.url)
    assert (ended, said) == (0, "")


def test_a_loop_that_ends_in_the_middle(cc_executor_server: LocalServer) -> None:
    code = """
import asyncio, sys
from cc_executor import AsyncCcExecutor
client = AsyncCcExecutor(sys.argv[1])
async def follow():
    execution = await client.execute({"command": "echo one; sleep 600"})
    async for event in execution:
        if event.type == "task.output": begun.set()
async def fail():
    global begun
    begun = asyncio.Event()
    task = asyncio.create_task(follow())
    await begun.wait()
    raise KeyError("mine")
try: asyncio.run(fail())
except KeyError as error: print(error)
async def again():
    print((await client.health()).status)
    await client.close()
asyncio.run(again())
"""
    assert python(code, {}, cc_executor_server.url, quiet=True) == (0, "'mine'\nhealthy\n")


def test_ctrl_c(cc_executor_server: LocalServer) -> None:
    code = """
import sys
from cc_executor import CcExecutor
with CcExecutor(sys.argv[1]) as client:
    execution = client.execute({"command": "echo one; sleep 600"})
    print(execution.id, flush=True)
    try:
        for event in execution: pass
    except KeyboardInterrupt:
        print("interrupted", execution.cancel().status)
"""
    program = [sys.executable, "-W", "error", "-c", code, cc_executor_server.url]
    child = subprocess.Popen(program, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert child.stdout is not None
    child.stdout.readline()
    time.sleep(0.5)
    child.send_signal(signal.SIGINT)
    said, _ = child.communicate(timeout=60)
    assert (child.returncode, said) == (0, "interrupted cancelling\n")


def test_a_process_that_was_forked(cc_executor: CcExecutor) -> None:
    assert cc_executor.health().status == "healthy"
    context = multiprocessing.get_context("fork")
    answers = context.SimpleQueue()
    children = [context.Process(target=lambda: answers.put(cc_executor.health().status)) for _ in range(3)]
    for child in children:
        child.start()
    assert [answers.get() for _ in children] == ["healthy"] * 3
    for child in children:
        child.join()
    assert cc_executor.health().status == "healthy"


def test_a_stack_ends_with_its_program_even_when_that_is_killed(tmp_path: Path) -> None:
    code = """
import os
from cc_executor import CcExecutor
client = CcExecutor.local()
print(*client.server.pids().values(), flush=True)
os.kill(os.getpid(), 9)
"""
    env = {name: os.environ[name] for name in ("PATH", "CC_EXECUTOR_COMMAND") if name in os.environ}
    env |= {"HOME": str(tmp_path), "TMPDIR": str(tmp_path)}
    program = [sys.executable, "-c", code]
    ended = subprocess.run(program, env=env, capture_output=True, text=True, timeout=120)
    pids = [int(word) for word in ended.stdout.split()]
    assert ended.returncode == -signal.SIGKILL, ended.stderr
    assert len(pids) == 4
    deadline = time.monotonic() + 60
    while any(Path(f"/proc/{pid}").exists() for pid in pids) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert [pid for pid in pids if Path(f"/proc/{pid}").exists()] == []


EVERY_FORM = """
import asyncio, gc, sys, threading
from urllib.parse import urlsplit
from cc_executor import AsyncCcExecutor, CcExecutor
from cc_executor.client.cc_execute import CCExecutorConfig, cc_execute
from cc_executor.client.client import WebSocketClient

url, short = sys.argv[1], sys.argv[2] == "short"
options = {"timeout": 0.5, "max_retries": 0, "give_up_after": 0.5}

def tell(form, call):
    try:
        call()
    except Exception as error:
        print(form, type(error).__name__)

with CcExecutor(url, **options) as client:
    tell("sync", client.health)
    tell("submit", lambda: client.execute("x"))
    tell("history", lambda: list(client.history()))

async def run(method):
    async with AsyncCcExecutor(url, **options) as client:
        await method(client)

async def rows(client):
    async for _ in client.history():
        pass

tell("async", lambda: asyncio.run(run(lambda client: client.health())))
tell("async-submit", lambda: asyncio.run(run(lambda client: client.execute("x"))))
tell("async-history", lambda: asyncio.run(run(rows)))
if short:
    tell("short", lambda: cc_execute("x", config=CCExecutorConfig(url=url)))
place = urlsplit(url)
said = asyncio.run(WebSocketClient(place.hostname, place.port).execute_command("true", timeout=1))
print("socket", said["success"], bool(said["error"]))
gc.collect()
print("threads", threading.active_count())
"""
HTML = b"<html>Hello</html>"
FORMS = ("sync", "submit", "history", "async", "async-submit", "async-history", "short")


@pytest.mark.parametrize(
    ("content", "error"),
    [
        pytest.param(None, "UnreachableError", id="no server"),
        pytest.param(http(HTML, kind="text/html"), "BadAnswerError", id="a page"),
        pytest.param(
            http(HTML, status="404 Not Found", kind="text/html"), "BadAnswerError", id="a page that is missing"
        ),
        pytest.param(http(HTML, status="502 Bad Gateway", kind="text/html"), "UnreachableError", id="a proxy alone"),
        pytest.param(http(b'{"status": "hea'), "BadAnswerError", id="half a document"),
        pytest.param(http(b'{"status": "hea', length=100), "UnreachableError", id="a broken connection"),
        pytest.param(b"rubbish\r\n\r\n", "UnreachableError", id="no HTTP"),
        pytest.param(http(b'{"ok": true}\n'), "BadAnswerError", id="an older server"),
        pytest.param(
            http(
                b'{"type": "about:blank", "title": "x", "status": 401, "detail": "A key is needed.", '
                b'"code": "UNAUTHENTICATED", "request_id": "1"}',
                status="401 Unauthorized",
                kind="application/problem+json",
            ),
            "AuthenticationError",
            id="a wrong key",
        ),
    ],
)
def test_each_fault_is_one_error_in_every_form_and_leaves_nothing(
    content: bytes | None, error: str, answering: Answering, nobody: str
) -> None:
    url = nobody if content is None else answering(content)
    ended, said = python(EVERY_FORM, {}, url, "short")
    expected = [*(f"{form} {error}" for form in FORMS), "socket False True", "threads 1"]
    assert (ended, said.splitlines()) == (0, expected)


def test_a_server_that_hangs_ends_every_form(answering: Answering) -> None:
    ended, said = python(EVERY_FORM, {}, answering(b"", hang=True), "long")
    expected = [*(f"{form} UnreachableError" for form in FORMS[:-1]), "socket False True", "threads 1"]
    assert (ended, said.splitlines()) == (0, expected)


@pytest.mark.parametrize("kind", ["def fail(message): raise KeyError('mine')", "async def fail(message): 1 / 0"])
def test_a_callback_that_raises_leaves_nothing(kind: str, cc_executor_server: LocalServer) -> None:
    code = f"""
import gc, threading
from cc_executor.client import cc_execute
{kind}
try:
    cc_execute({{"command": "echo one"}}, progress_callback=fail)
except (KeyError, ZeroDivisionError) as error:
    print(type(error).__name__)
    del error
gc.collect()
print(threading.active_count())
"""
    ended, said = python(code, {"CC_EXECUTOR_URL": cc_executor_server.url})
    assert (ended, said.split()) == (0, ["KeyError" if "mine" in kind else "ZeroDivisionError", "1"])


@pytest.mark.parametrize(
    "wait",
    [
        "cc_execute({'command': 'echo one; sleep 600'}, stream=said)",
        "asyncio.run(follow())",
        "asyncio.run(WebSocketClient('127.0.0.1', int(sys.argv[2])).execute_command('sleep 600'))",
    ],
)
def test_ctrl_c_in_an_event_loop(wait: str, cc_executor_server: LocalServer) -> None:
    code = f"""
import asyncio, sys, threading
from cc_executor import AsyncCcExecutor
from cc_executor.client import cc_execute
from cc_executor.client.client import WebSocketClient
def said(text):
    print("begun", flush=True)
async def follow():
    async with AsyncCcExecutor() as client:
        execution = await client.execute({{"command": "sleep 600"}})
        said("")
        await execution.result()
if "WebSocket" in {wait!r}:
    said("")
try:
    {wait}
except KeyboardInterrupt:
    print("interrupted", threading.active_count())
"""
    env = {"PATH": os.environ["PATH"], "CC_EXECUTOR_URL": cc_executor_server.url}
    program = [sys.executable, "-W", "error", "-c", code, "", cc_executor_server.ws_url.rsplit(":", 1)[1]]
    child = subprocess.Popen(program, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert child.stdout is not None
    assert child.stdout.readline() == "begun\n"
    time.sleep(0.5)
    child.send_signal(signal.SIGINT)
    said, _ = child.communicate(timeout=60)
    assert (child.returncode, said) == (0, "interrupted 1\n")


def test_an_async_client_in_a_forked_process(cc_executor_server: LocalServer) -> None:
    client = AsyncCcExecutor(cc_executor_server.url)

    async def ask() -> str:
        try:
            return (await client.health()).status
        finally:
            await client.close()

    assert asyncio.run(ask()) == "healthy"
    context = multiprocessing.get_context("fork")
    answers = context.SimpleQueue()
    child = context.Process(target=lambda: answers.put(asyncio.run(ask())))
    child.start()
    assert answers.get() == "healthy"
    child.join()
    assert asyncio.run(ask()) == "healthy"


@pytest.mark.parametrize("schema", [{"type": "nonsense"}, {"$ref": "#/nowhere"}, {"properties": 1}])
def test_a_schema_that_is_none_in_the_short_form(schema: dict[str, object], cc_executor_server: LocalServer) -> None:
    with pytest.raises(BadRequestError) as caught:
        cc_execute("x", config=CCExecutorConfig(url=cc_executor_server.url), json_schema=schema)
    assert "json_schema" in caught.value.errors[0].path
