"""What people see: a table in Jupyter, a bar in a terminal. Nothing is shown that was not asked for."""

from __future__ import annotations

import html
from types import TracebackType
from typing import TYPE_CHECKING, Any

from .errors import CcExecutorError

if TYPE_CHECKING:
    from .models import Results, Status

_SIGNS = {"completed": "✓", "failed": "✗", "timed_out": "✗", "running": "…", "skipped": "–", "cancelled": "–"}


class Table:
    """The tasks of an execution. Jupyter shows it as a table; `print` as lines of text."""

    def __init__(self, results: Results) -> None:
        self.results = results

    def __str__(self) -> str:
        lines = [f"{self.results.execution_id}: {self.results.status}"]
        for one in self.results.results:
            text = one.task_description.splitlines()[0] if one.task_description else ""
            lines.append(f"{_SIGNS.get(one.status, ' ')} {one.task_number}. {text} ({one.status}{_seconds(one)})")
        return "\n".join(lines)

    __repr__ = __str__

    def _repr_html_(self) -> str:
        rows = "".join(
            "<tr>"
            + "".join(
                f"<td>{html.escape(cell)}</td>"
                for cell in (
                    str(one.task_number),
                    one.task_description,
                    f"{_SIGNS.get(one.status, '')} {one.status}",
                    _seconds(one).strip(", "),
                    one.message or "",
                )
            )
            + "</tr>"
            for one in self.results.results
        )
        head = "".join(f"<th>{name}</th>" for name in ("", "task", "status", "time", "message"))
        caption = html.escape(f"{self.results.execution_id}: {self.results.status}")
        return f"<table><caption>{caption}</caption><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


def _seconds(one: Any) -> str:
    return "" if one.execution_time is None else f", {one.execution_time:.1f} s"


def show(table: Table) -> Any:
    """Shows a table where a notebook is; returns the handle that changes it, or None elsewhere.

    IPython in a terminal is no notebook: what is shown there can't be changed, and comes again with each change.
    """
    try:
        from IPython.core.getipython import get_ipython
        from IPython.display import display
    except ImportError:
        return None
    if not hasattr(get_ipython(), "kernel"):
        return None
    return display(table, display_id=True)


class Bar:
    """A bar in the terminal; without `shown`, nothing."""

    def __init__(self, shown: bool) -> None:
        self._progress: Any = None
        if not shown:
            return
        try:
            from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
        except ImportError as error:
            raise CcExecutorError(
                "MISSING_EXTRA", "rich is not installed: pip install 'cc-executor[progress]'"
            ) from error
        self._progress = Progress(
            TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()
        )
        self._task: Any = None

    def __enter__(self) -> Bar:
        if self._progress is not None:
            self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._progress is not None:
            self._progress.stop()

    def update(self, status: Status) -> None:
        """Shows how far an execution is."""
        if self._progress is None:
            return
        if self._task is None:
            self._task = self._progress.add_task(status.status, total=status.total_tasks)
        settled = int(status.progress.split("/")[0]) if status.progress[:1].isdigit() else status.completed_tasks
        text = (status.current_task or status.status).splitlines()[0][:60].replace("[", "\\[")
        self._progress.update(self._task, completed=settled, description=text)
