"""The table of operations that all clients are tested against."""

from __future__ import annotations

import importlib
import inspect
import json
from pathlib import Path
from typing import Any

from cc_executor import CcExecutor, Execution
from cc_executor._client import Executions
from cc_executor._pages import ExecutionList, History

# The package has a function of the same name.
short_forms = importlib.import_module("cc_executor.client.cc_execute")
ROWS = json.loads(Path(__file__).parents[3].joinpath("tests/contract/operations.json").read_text())
OFFERED: dict[str, Any] = {
    f"{kind.__name__}.{name}": getattr(kind, name)
    for kind in (CcExecutor, Execution, Executions, ExecutionList, History)
    for name, value in vars(kind).items()
    if not name.startswith("_") and not isinstance(value, property)
} | {
    f"cc_execute.{name}": getattr(short_forms, name)
    for name in short_forms.__all__
    if inspect.isfunction(getattr(short_forms, name))
}


# Proves: python-has-every-operation
def test_the_client_offers_the_operations_of_the_table_and_no_other() -> None:
    assert set(OFFERED) == {name for row in ROWS for name in row.get("python", [])}


def test_it_takes_the_parameters_of_the_table() -> None:
    missing = []
    for row in ROWS:
        shapes = [inspect.signature(OFFERED[name]).parameters for name in row.get("python", [])]
        # What a call takes beside its own parameters, it sends as it is.
        if any(one.kind is one.VAR_KEYWORD for shape in shapes for one in shape.values()):
            continue
        for names in row.get("parameters", {}).values():
            ours = names.get("python")
            if ours is not None and not any(ours in shape for shape in shapes):
                missing.append(f"{row['operation']}: {ours}")
    assert missing == []
