"""Runs one task for a program that wants a plain dict."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .._client import CcExecutor


def execute_task_via_websocket(
    task: str, timeout: float | None = None, tools: Sequence[str] | None = None
) -> dict[str, Any]:
    """Runs a prompt to its end, in a fresh agent.

    Args:
        timeout: Seconds; default: the server's.
        tools: What may be used without asking; default: the server's.

    Returns:
        `success`, `exit_code`, `output_lines`, `error`, `attempts`, `execution_id` and `hook_verification`, whose
        `verification_passed` says whether the answer had the fresh UUID that was asked for.
    """
    whole: dict[str, object] = {"prompt": task, "uuid": True, **({"allowed_tools": list(tools)} if tools else {})}
    with CcExecutor() as client:
        execution = client.execute(whole, timeout_per_task=timeout)
        (one,) = execution.result().results
    success = one.status == "completed"
    proof = one.uuid_proof
    return {
        "success": success,
        "exit_code": 0 if success else 1,
        "output_lines": (one.result if one.result is not None else one.stdout).splitlines(),
        "error": None if success else one.message or one.status,
        "attempts": one.attempt,
        "execution_id": execution.id,
        "hook_verification": {
            "verification_passed": proof is not None and proof.verdict == "matched",
            "messages": [] if proof is None else [f"The UUID is {proof.verdict}."],
        },
    }
