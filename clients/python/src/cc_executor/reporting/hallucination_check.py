"""Says whether executions were real: `python -m cc_executor.reporting.hallucination_check report [how many]`."""

from __future__ import annotations

import sys
from typing import Any

from .._client import CcExecutor
from .._execution import Execution
from ..errors import CcExecutorError

ENDED = {"completed", "failed", "cancelled"}


def check_hallucination(
    execution_uuid: str | None = None, last_n: int = 1, require_json: bool = False
) -> dict[str, Any]:
    """Has the server compute every hash of an execution's evidence again.

    Args:
        execution_uuid: The id of an execution; default: the `last_n` that have ended.
        require_json: Not used: every execution has evidence.

    Returns:
        `is_hallucination` (some evidence contradicts, or there is none), `status` (PASS or FAIL), `checked_files`,
        `verifications` and `error`. Each verification is the server's, with `file` (the execution's id),
        `json_valid` (an answer was asked for as JSON, and is), `uuid_verified` (the fresh UUID came back), and `error`
        where it is not verified.
    """
    with CcExecutor() as client:
        ids = latest(client, last_n) if execution_uuid is None else [execution_uuid]
        verifications = [_verify(client.executions.attach(one)) for one in ids]
    bad = [one["execution_id"] for one in verifications if one["verdict"] != "verified"]
    error = "No execution has ended yet." if not verifications else f"Not verified: {', '.join(bad)}" if bad else None
    return {
        "status": "PASS" if error is None else "FAIL",
        "is_hallucination": error is not None,
        "checked_files": len(verifications),
        "verifications": verifications,
        "error": error,
    }


def _verify(execution: Execution) -> dict[str, Any]:
    found = execution.verification().model_dump(mode="json", exclude_none=True)
    results = execution.results().results
    proofs = [one.uuid_proof.verdict for one in results if one.uuid_proof is not None]
    return {
        **found,
        "file": execution.id,
        "json_valid": any(one.json_ is not None for one in results),
        "uuid_verified": bool(proofs) and all(verdict == "matched" for verdict in proofs),
        **({} if found["verdict"] == "verified" else {"error": "; ".join(_reasons(found)) or found["verdict"]}),
    }


def _reasons(found: dict[str, Any]) -> list[str]:
    tasks = found.get("tasks", [])
    return [*found.get("reasons", []), *(one for task in tasks for one in [*task["reasons"], *task["findings"]])]


def generate_hallucination_report(verifications: list[dict[str, Any]] | None = None, last_n: int = 5) -> str:
    """Returns a Markdown page about verifications; default: about the latest executions."""
    found = check_hallucination(last_n=last_n)["verifications"] if verifications is None else verifications
    lines = ["# What is proven", ""]
    for one in found:
        lines.append(f"- {one['execution_id']}: **{one['verdict']}** ({one.get('status', 'unknown')})")
        lines += [f"  - {reason}" for reason in one.get("reasons", [])]
        for task in one.get("tasks", []):
            lines.append(f"  - task {task['task']}: {task['verdict']}")
            lines += [f"    - {said}" for said in [*task.get("reasons", []), *task.get("findings", [])]]
    return "\n".join(lines if found else [*lines, "No execution has ended yet."]) + "\n"


def latest(client: CcExecutor, count: int) -> list[str]:
    """Returns the ids of the latest executions that have ended, at most `count`."""
    ids: list[str] = []
    for one in client.executions.list():
        if len(ids) == count:
            break
        if one.status in ENDED:
            ids.append(one.execution_id)
    return ids


def main(arguments: list[str]) -> int:
    count = int(arguments[1]) if len(arguments) > 1 and arguments[1].isdigit() else 5 if arguments else 1
    try:
        found = check_hallucination(last_n=count)
    except CcExecutorError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    sys.stdout.write(generate_hallucination_report(found["verifications"]))
    return 1 if found["is_hallucination"] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
