"""What a server answers, as pydantic models. Fields that a newer server adds are kept as attributes."""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

from pydantic import ConfigDict

from . import _wire
from ._model import Model
from ._wire import (
    Accepted,
    AgentsView,
    AgentView,
    Analysis,
    AuthStatus,
    ChangedFile,
    ChangesPage,
    Configuration,
    EvidenceKey,
    FilesPage,
    Health,
    HistoryRow,
    HookStatus,
    Receipt,
    Report,
    RestoreResult,
    Results,
    Search,
    State,
    Status,
    TaskResult,
    Verification,
    Workers,
)
from ._wire import Change as Change
from ._wire import Error as Fault
from ._wire import Execution as ExecutionDetails
from ._wire import Execution1 as ExecutionSummary
from ._wire import ExecutionPage as ExecutionPage
from ._wire import Workspace as WorkspaceChanges

__all__ = [
    "Accepted",
    "AgentView",
    "AgentsView",
    "Analysis",
    "AuthStatus",
    "Change",
    "ChangedFile",
    "ChangesPage",
    "Configuration",
    "Event",
    "EvidenceKey",
    "ExecutionDetails",
    "ExecutionPage",
    "ExecutionSummary",
    "Fault",
    "FilesPage",
    "Followed",
    "Gap",
    "Health",
    "HistoryRow",
    "HookStatus",
    "Receipt",
    "Report",
    "Reset",
    "RestoreResult",
    "Results",
    "Search",
    "State",
    "Status",
    "TaskResult",
    "Verification",
    "Workers",
    "WorkspaceChanges",
]


class Event(Model):
    """One numbered fact about an execution. `docs/reference/events.md` has all types and their `data`."""

    model_config = ConfigDict(frozen=True)

    seq: int
    """Counts 1, 2, 3 … in each execution."""
    epoch: str
    """Names the log that `seq` belongs to."""
    execution_id: str
    at: str
    """RFC 3339, UTC, milliseconds."""
    type: str
    task: int | None = None
    """The task's number, from 1."""
    attempt: int | None = None
    data: dict[str, Any]

    @property
    def text(self) -> str | None:
        """Text that this event brings: a piece of an agent's answer or of a command's output; else None."""
        if self.type == "agent.text":
            return str(self.data.get("text", ""))
        if self.type == "task.output" and "encoding" not in self.data:
            return str(self.data.get("data", ""))
        return None


class Gap(Model):
    """Output from the event `start` to the event `to` is no longer in the log; `output` is where it still is."""

    type: Literal["gap"] = "gap"
    start: int
    to: int
    output: str


class Reset(Model):
    """The log was lost and begins again: what follows begins at seq 1."""

    type: Literal["reset"] = "reset"
    epoch: str


Followed: TypeAlias = Event | Gap | Reset
"""What following an execution gives."""

Problem = _wire.Problem
