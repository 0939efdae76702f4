"""Whole programs, as cc_executor's README and examples have them: they run as they are, but for host and port."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from cc_executor import LocalServer
from cc_executor.utils.json_utils import clean_json_string

PROGRAMS = Path(__file__).parent / "programs"


class Ran:
    def __init__(self, server: LocalServer, folder: Path) -> None:
        self._server = server
        self.folder = folder

    def __call__(self, name: str) -> str:
        """Runs a program to its end and returns what it printed; it warns of nothing."""
        text = PROGRAMS.joinpath(f"{name}.py").read_text()
        port = self._server.ws_url.rsplit(":", 1)[1]
        program = self.folder / f"{name}.py"
        program.write_text(text.replace('host="localhost", port=8003', f'host="127.0.0.1", port={port}'))
        env = {"PATH": os.environ["PATH"], "CC_EXECUTOR_URL": self._server.url, "PYTHONIOENCODING": "utf-8"}
        ended = subprocess.run(
            [sys.executable, "-W", "error", program],
            cwd=self.folder,
            env=env,
            capture_output=True,
            text=True,
            timeout=170,
        )
        assert ended.returncode == 0, ended.stderr[-1500:]
        assert ended.stderr == ""
        return ended.stdout


@pytest.fixture
def ran(cc_executor_server: LocalServer, tmp_path: Path) -> Ran:
    return Ran(cc_executor_server, tmp_path)


def test_the_first_call(ran: Ran) -> None:
    assert ran("first_call").splitlines() == ["True Done.", "['fib.py']"]


def test_everything_at_once(ran: Ran) -> None:
    said = ran("everything_at_once")
    assert "one: Done." in said
    assert "several: ['Done.', 'Done.', 'Done.']" in said
    assert "<task.started, task 1: first>" in said
    (fields,) = re.findall(r"structured: (.*)", said)
    assert {"result", "summary", "files_created", "execution_uuid", "report_path"} <= set(
        json.loads(fields.replace("'", '"'))
    )
    (history,) = re.findall(r"history: (\{.*)", said, re.DOTALL)
    assert json.loads(history)["rows"]
    assert list(ran.folder.glob("tmp/responses/*.md"))


def test_a_task_list(ran: Ran) -> None:
    assert ran("task_list").splitlines() == [f"{number} True Done." for number in range(1, 6)]


def test_a_command_over_the_socket(ran: Ran) -> None:
    assert ran("socket_command") == "said: four\n\n"


def test_the_example_of_steps(ran: Ran) -> None:
    assert ran("example_of_steps") == "[(True, 1, False), (True, 1, False), (True, 1, False)]\n"
    assert len(list(ran.folder.glob("tmp/responses/task_*.json"))) == 3


def test_the_example_of_json(ran: Ran) -> None:
    said = ran("example_of_json")
    assert "name: fibonacci" in said
    assert "seconds: True" in said
    assert ran.folder.joinpath("generated.py").read_text() == "def f(): ..."


def test_the_example_of_concurrency(ran: Ran) -> None:
    assert ran("example_of_concurrency").splitlines() == [
        "['Done.', 'Done.', 'Done.', 'Done.']",
        "batch: ['Done.', 'Done.']",
        "batch: ['Done.', 'Done.']",
    ]


def test_the_example_of_validation(ran: Ran) -> None:
    assert ran("example_of_validation").splitlines() == [
        "attempt 1: ['Say more.']",
        "attempt 2: ['Say more.']",
    ]


def test_the_example_of_reports(ran: Ran) -> None:
    said = ran("example_of_reports")
    assert "plain: Done." in said
    assert "parsed: fibonacci" in said
    # The scripted agent says that it made a file, and gives no UUID: what was not seen is not verified.
    assert "status: FAIL 2" in said
    assert "there is no such file" in said
    (path,) = re.findall(r"report: (.*)", said)
    assert ran.folder.joinpath(path).read_text().count("## Evidence") >= 2


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('{"a": 1}', {"a": 1}),
        ('Here it is:\n```json\n{"a": 1}\n```\nDone.', {"a": 1}),
        ('Here it is: {"a": [1]} and so on', {"a": [1]}),
        ("[1, 2]", [1, 2]),
        ("7 of them", "7 of them"),
        ("{not so", "{not so"),
        ("[" * 100_000, "[" * 100_000),
        ({"a": 1}, {"a": 1}),
    ],
)
def test_json_in_a_text(text: object, value: object) -> None:
    assert clean_json_string(text, return_dict=True) == value
    assert clean_json_string(text) == (value if isinstance(value, str) else json.dumps(value))


def test_the_example_of_proof(ran: Ran) -> None:
    assert ran("example_of_proof").splitlines() == ["PASS 1", "False True False False"]
