"""Programs that were written for cc_executor. The blocks are what its README and its examples do."""

from __future__ import annotations

import asyncio
import importlib
import json
import logging
import os
import subprocess
import sys
from pathlib import Path

import pytest

from cc_executor import LocalServer, TaskFailedError, TaskTimeoutError, UnreachableError, cc_execute_task_list
from cc_executor.client import CCExecutorConfig, cc_execute, cc_execute_list
from cc_executor.client.cc_execute import (
    cc_execute_sync,
    check_token_limit,
    detect_ambiguous_prompt,
    estimate_timeout,
    export_execution_history,
)
from cc_executor.client.client import WebSocketClient
from cc_executor.prompts.cc_execute_utils import execute_task_via_websocket
from cc_executor.reporting.hallucination_check import check_hallucination, generate_hallucination_report


@pytest.fixture(autouse=True)
def address(cc_executor_server: LocalServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CC_EXECUTOR_URL", cc_executor_server.url)
    monkeypatch.chdir(tmp_path)


def test_a_plain_call_returns_text() -> None:
    result = cc_execute("Create it")
    assert isinstance(result, str)
    assert result == "Done."
    assert cc_execute({"command": "echo one"}) == "one\n"


def test_json_mode_returns_a_dict(capsys: pytest.CaptureFixture[str]) -> None:
    result = cc_execute("Create a fibonacci function", json_mode=True)
    assert isinstance(result, dict)
    assert result["result"]["function_name"] == "fibonacci"
    assert result["files_created"] == ["fib.py"]
    assert json.loads(json.dumps(result))["summary"] == "A function."
    assert capsys.readouterr() == ("", "")


def test_it_may_be_awaited_everywhere() -> None:
    # A coroutine that asyncio.run makes itself, one that is given to it, and a plain call.
    async def main() -> str:
        return str(await cc_execute("Create it"))

    assert asyncio.run(main()) == "Done."
    assert asyncio.run(cc_execute("Create it")) == "Done."
    assert type(asyncio.run(cc_execute("fibonacci", json_mode=True))) is dict

    async def many() -> list[str]:
        return await asyncio.gather(*[cc_execute("Create it") for _ in range(3)])

    assert asyncio.run(many()) == ["Done."] * 3

    async def blocking() -> str:
        return str(cc_execute_sync("Create it"))

    assert asyncio.run(blocking()) == cc_execute_sync("Create it") == "Done."


def test_a_list_and_everything_at_once(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    said: list[str] = []
    reports: list[str] = []

    async def later(message: str) -> None:
        await asyncio.sleep(0)
        said.append(message)

    async def main() -> None:
        results = await cc_execute_list(["Create a REST API", "Add endpoints", {"command": "echo tests"}])
        assert results == ["Done.", "Done.", "tests\n"]
        result = await cc_execute(
            "Person or so",
            json_schema={"type": "object", "properties": {"name": {"type": "string"}}, "required": ["name"]},
            stream=True,
            generate_report=True,
            progress_callback=later,
        )
        assert result["name"] == "Ada"
        reports.append(result["report_path"])
        amended = await cc_execute("Vague", amend_prompt=True, progress_callback=said.append, stream=True)
        assert amended == "It is clear."
        history = await export_execution_history(format="json", limit=10)
        assert json.loads(history)["rows"][0]["status"] == "completed"

    asyncio.run(main())
    assert Path(reports[0]).read_text().startswith("# ")
    assert any(message.startswith("task.started, task 1") for message in said)
    assert "It is clear." in capsys.readouterr().out
    assert (tmp_path / "tmp/responses").is_dir()
    assert export_execution_history(format="csv", limit=1).count("\n") == 2


def test_a_validation_is_in_the_dict() -> None:
    result = cc_execute("Do it well", json_mode=False, validation_prompt="Judge this: {response}. {{'is_valid': bool}}")
    assert result["result"] == "Done."
    assert result.get("is_valid", True) is False
    assert result["validation"]["issues"] == ["Say more."]
    assert cc_execute("Do it", return_dict=True)["result"] == "Done."
    assert cc_execute("fibonacci", json_mode=True, return_dict=False)["function_name"] == "fibonacci"


def test_what_an_agent_did_not_say_is_filled_in() -> None:
    assert cc_execute("Write a file", return_dict=True)["files_created"] == ["hello.py"]


def test_a_task_list_continues_after_a_failure() -> None:
    results = cc_execute_task_list(["Task 1: create", {"command": "exit 3"}, "Task 3: test"])
    assert [one["success"] for one in results] == [True, False, True]
    assert [one["task_num"] for one in results] == [1, 2, 3]
    assert results[0]["output"] == "Done."
    assert "Task 2" in results[1]["error"]


def test_failures_and_timeouts() -> None:
    with pytest.raises(TaskFailedError) as failed:
        cc_execute_list([{"command": "echo one"}, {"command": "exit 3"}])
    assert failed.value.results.results[0].stdout == "one\n"
    with pytest.raises(TimeoutError):
        cc_execute({"command": "sleep 60"}, timeout=0.3)
    with pytest.raises(TaskTimeoutError):
        cc_execute({"command": "sleep 60"}, config=CCExecutorConfig(timeout=0.3))
    with pytest.raises(TaskFailedError):
        cc_execute("Refuse", json_mode=True)
    with pytest.raises(TypeError):
        cc_execute("x", no_such_option=1)
    with pytest.raises(UnreachableError):
        cc_execute("x", config=CCExecutorConfig(url="http://127.0.0.1:1"))


def test_a_callback_that_raises() -> None:
    def fail(message: str) -> None:
        raise KeyError(message)

    with pytest.raises(KeyError):
        cc_execute({"command": "echo one"}, progress_callback=fail)


def test_helpers(caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> None:
    assert check_token_limit("short") == "short"
    with caplog.at_level(logging.WARNING):
        assert len(check_token_limit("x" * 100, max_tokens=10)) < 100
    assert caplog.records
    assert detect_ambiguous_prompt("Fix it.")
    assert estimate_timeout("Say nothing of this kind", default=7) >= 1
    monkeypatch.setenv("CC_EXECUTOR_URL", "http://127.0.0.1:1")
    assert estimate_timeout("Create it", default=7) == 7
    with pytest.raises(UnreachableError):
        detect_ambiguous_prompt("Fix it.")


def test_the_websocket_client(cc_executor_server: LocalServer) -> None:
    port = int(cc_executor_server.ws_url.rsplit(":", 1)[1])

    async def main() -> None:
        client = WebSocketClient(host="localhost", port=port)
        result = await client.execute_command(command="echo one; echo two", timeout=30)
        assert (result["success"], result["exit_code"], result["output_data"]) == (True, 0, "one\ntwo\n")
        failed = await client.execute_command(command="echo one; exit 3")
        assert (failed["success"], failed["exit_code"], failed["output_data"]) == (False, 3, "one\n")
        late = await client.execute_command(command="sleep 60", timeout=0.3)
        assert late["success"] is False
        assert late["error"]
        batch = await client.execute_batch([("first", "echo 1", 10), ("second", "exit 1", 10)])
        assert [(one["task_name"], one["success"]) for one in batch] == [("first", True), ("second", False)]
        await client.cleanup()
        away = await WebSocketClient(host="127.0.0.1", port=1).execute_command("true")
        assert away["success"] is False
        assert "127.0.0.1:1" in away["error"]

    asyncio.run(main())


# Proves: python-former-names
def test_what_the_example_programs_call() -> None:
    result = execute_task_via_websocket(task="Create it", timeout=60, tools=["Read", "Write", "Edit"])
    assert result["success"]
    assert result["output_lines"] == ["Done."]
    assert result["attempts"] == 1
    assert result["hook_verification"]["verification_passed"] is False
    json.dumps(result)


def test_the_verification(cc_executor_server: LocalServer) -> None:
    cc_execute({"command": "echo one"})
    found = check_hallucination(last_n=1)
    assert found["is_hallucination"] is False
    assert "**verified**" in generate_hallucination_report(found["verifications"])
    program = [sys.executable, "-m", "cc_executor.reporting.hallucination_check", "report", "1"]
    env = {"PATH": os.environ["PATH"], "CC_EXECUTOR_URL": cc_executor_server.url}
    ended = subprocess.run(program, env=env, capture_output=True, text=True, timeout=60)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert "**verified**" in ended.stdout
    away = subprocess.run(program, env={**env, "CC_EXECUTOR_URL": "http://127.0.0.1:1"}, capture_output=True, text=True)
    assert away.returncode == 2
    assert "can't be reached" in away.stderr


# Proves: python-former-names
@pytest.mark.parametrize(
    ("module", "names"),
    [
        ("cc_executor", ["cc_execute", "cc_execute_task_list", "CCExecutorConfig"]),
        ("cc_executor.client", ["cc_execute", "cc_execute_list", "cc_execute_task_list", "CCExecutorConfig"]),
        ("cc_executor.client.cc_execute", ["cc_execute", "cc_execute_sync", "export_execution_history"]),
    ],
)
def test_the_names_are_where_they_were(module: str, names: list[str]) -> None:
    for name in names:
        assert callable(getattr(importlib.import_module(module), name))


def test_the_former_port_leads_to_the_gateway(
    cc_executor_server: LocalServer, nobody: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = importlib.import_module("cc_executor.client.client")
    former = int(nobody.rsplit(":", 1)[1])
    # The two numbers alone are others here: 8003 and 8004 may be taken on this machine.
    monkeypatch.setattr(module, "FORMER_PORT", former)
    monkeypatch.setattr(module, "PORT", int(cc_executor_server.ws_url.rsplit(":", 1)[1]))
    client = WebSocketClient(host="127.0.0.1", port=former)
    assert asyncio.run(client.execute_command("echo one"))["output_data"] == "one\n"
    assert client.port == module.PORT
    # Any other port where nobody answers stays an error.
    monkeypatch.setattr(module, "FORMER_PORT", 1)
    assert asyncio.run(WebSocketClient(host="127.0.0.1", port=former).execute_command("true"))["success"] is False
