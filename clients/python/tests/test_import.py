"""An import costs little: what takes long to load is loaded when it is first needed."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = ("pydantic", "pydantic_core", "httpx2", "websockets", "pandas", "rich", "IPython", "cc_executor._wire")


@pytest.mark.parametrize(
    "program",
    [
        "from cc_executor import AsyncCcExecutor, CcExecutor, Execution, NotFoundError, Task, cc_execute_task_list",
        "from cc_executor.client.cc_execute import CCExecutorConfig, cc_execute, cc_execute_sync",
        "from cc_executor.client.client import WebSocketClient",
        "from cc_executor.reporting.hallucination_check import check_hallucination",
        "from cc_executor import CcExecutor; CcExecutor('http://127.0.0.1:1').close()",
    ],
)
def test_an_import_loads_nothing_heavy(program: str) -> None:
    code = f"{program}\nimport sys\nprint(*(name for name in {HEAVY} if name in sys.modules))"
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (ended.returncode, ended.stdout.strip(), ended.stderr) == (0, "", "")


def test_all_names_are_there() -> None:
    code = "import cc_executor\nfor name in cc_executor.__all__: assert getattr(cc_executor, name), name"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stderr == ""


def test_the_hints_of_methods_are_known_at_run_time() -> None:
    code = """
import typing
from cc_executor import AsyncCcExecutor, CcExecutor, Execution
from cc_executor.models import Health, Results
assert typing.get_type_hints(CcExecutor.health)["return"] is Health
assert typing.get_type_hints(AsyncCcExecutor.health)["return"] is Health
assert typing.get_type_hints(Execution.result)["return"] is Results
"""
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stderr == ""
