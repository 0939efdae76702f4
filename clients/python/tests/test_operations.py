"""The table of operations that all clients are tested against."""

from __future__ import annotations

import json
import urllib.request
from pathlib import Path

from cc_executor import CcExecutor, Execution, LocalServer
from cc_executor._client import Executions
from cc_executor._pages import ExecutionList, History

TABLE = Path(__file__).parents[3] / "tests/contract/operations.json"


def test_the_client_offers_the_operations_of_the_table_and_no_other() -> None:
    named = {row["python"] for row in json.loads(TABLE.read_text()) if row["python"] is not None}
    offered = {
        f"{kind.__name__}.{name}"
        for kind in (CcExecutor, Execution, Executions, ExecutionList, History)
        for name, value in vars(kind).items()
        if not name.startswith("_") and not isinstance(value, property)
    }
    assert offered == named


def test_the_table_has_every_call_of_the_server(cc_executor_server: LocalServer) -> None:
    with urllib.request.urlopen(f"{cc_executor_server.url}/openapi.json") as answer:
        paths = json.load(answer)["paths"]
    served = {f"{method.upper()} {path}" for path, methods in paths.items() for method in methods}
    assert served == {row["rest"] for row in json.loads(TABLE.read_text()) if row["rest"] is not None}
