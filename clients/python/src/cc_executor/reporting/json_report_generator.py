"""Writes a page about the latest executions."""

from __future__ import annotations

import time
from pathlib import Path

from .._client import CcExecutor
from .hallucination_check import latest

FOLDER = Path("tmp/responses")


def generate_json_report(last_n: int = 5) -> Path:
    """Writes the server's reports about the latest executions that have ended into one Markdown file.

    Returns:
        Where it is: a new file in `tmp/responses`.
    """
    with CcExecutor() as client:
        pages = [client.executions.attach(one).report() for one in latest(client, last_n)]
    FOLDER.mkdir(parents=True, exist_ok=True)
    path = FOLDER / f"report-{time.strftime('%Y%m%d_%H%M%S')}-{time.time_ns() % 1_000_000:06d}.md"
    path.write_text("\n\n".join(pages) or "No execution has ended yet.\n", encoding="utf-8")
    return path
