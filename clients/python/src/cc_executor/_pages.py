"""Lists that are fetched while they are read."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from . import _calls
from ._call import Call, read_model
from ._lazy import models
from .errors import BadAnswerError, CcExecutorError

if TYPE_CHECKING:
    import pandas as pd

    from ._transport import AsyncTransport, Transport

# Text may have any character that JSON allows in a string; only this one ends a row.
NEWLINE = b"\n"


class ExecutionList:
    """Executions, newest first. Iterating fetches page after page."""

    def __init__(self, transport: Transport, filters: Mapping[str, object], limit: int | None, page_size: int) -> None:
        self._transport = transport
        self._filters = filters
        self._limit = limit
        self._page_size = page_size

    def __iter__(self) -> Iterator[models.ExecutionSummary]:
        left = self._limit
        for page in self.pages():
            for execution in page.executions:
                if left is not None:
                    if left == 0:
                        return
                    left -= 1
                yield execution
            if left == 0:
                return

    def pages(self) -> Iterator[models.ExecutionPage]:
        """Yields the pages."""
        cursor: str | None = None
        while True:
            page = self._page(cursor)
            yield page
            cursor = page.next_cursor
            if cursor is None:
                return

    def _page(self, cursor: str | None) -> models.ExecutionPage:
        size = min(self._page_size, self._limit or self._page_size)
        content = self._transport.send(_calls.executions(self._filters, size, cursor))
        return read_model(self._transport.options, content, models.ExecutionPage)


class AsyncExecutionList:
    """Executions, newest first. Iterating fetches page after page."""

    def __init__(
        self, transport: AsyncTransport, filters: Mapping[str, object], limit: int | None, page_size: int
    ) -> None:
        self._transport = transport
        self._filters = filters
        self._limit = limit
        self._page_size = page_size

    async def __aiter__(self) -> AsyncIterator[models.ExecutionSummary]:
        left = self._limit
        async for page in self.pages():
            for execution in page.executions:
                if left is not None:
                    if left == 0:
                        return
                    left -= 1
                yield execution
            if left == 0:
                return

    async def pages(self) -> AsyncIterator[models.ExecutionPage]:
        """Yields the pages."""
        cursor: str | None = None
        while True:
            page = await self._page(cursor)
            yield page
            cursor = page.next_cursor
            if cursor is None:
                return

    async def _page(self, cursor: str | None) -> models.ExecutionPage:
        size = min(self._page_size, self._limit or self._page_size)
        content = await self._transport.send(_calls.executions(self._filters, size, cursor))
        return read_model(self._transport.options, content, models.ExecutionPage)


class History:
    """What every attempt took and cost, a row each; read as a stream, however many there are."""

    def __init__(self, transport: Transport, call: Callable[[str], Call]) -> None:
        self._transport = transport
        self._call = call

    def __iter__(self) -> Iterator[models.HistoryRow]:
        with self._transport.open(self._call("jsonl")) as response:
            rest = b""
            for chunk in response.iter_bytes():
                *lines, rest = (rest + chunk).split(NEWLINE)
                for line in lines:
                    yield _row(line)
        _refuse_rest(rest)

    def text(self, format: str = "json") -> str:
        """Returns all rows as one text: `json` or `csv`."""
        return self._transport.send(self._call(format)).decode()

    def to_pandas(self) -> pd.DataFrame:
        """Returns a data frame, a row for each attempt. Needs `pip install cc-executor[pandas]`."""
        return _frame([row.model_dump(by_alias=True) for row in self])


class AsyncHistory:
    """What every attempt took and cost, a row each; read as a stream, however many there are."""

    def __init__(self, transport: AsyncTransport, call: Callable[[str], Call]) -> None:
        self._transport = transport
        self._call = call

    async def __aiter__(self) -> AsyncIterator[models.HistoryRow]:
        async with self._transport.open(self._call("jsonl")) as response:
            rest = b""
            async for chunk in response.aiter_bytes():
                *lines, rest = (rest + chunk).split(NEWLINE)
                for line in lines:
                    yield _row(line)
        _refuse_rest(rest)

    async def text(self, format: str = "json") -> str:
        """Returns all rows as one text: `json` or `csv`."""
        return (await self._transport.send(self._call(format))).decode()

    async def to_pandas(self) -> pd.DataFrame:
        """Returns a data frame, a row for each attempt. Needs `pip install cc-executor[pandas]`."""
        return _frame([row.model_dump(by_alias=True) async for row in self])


def _row(line: bytes) -> models.HistoryRow:
    try:
        return models.HistoryRow.model_validate_json(line)
    except ValueError as error:
        raise BadAnswerError("A row of the history is not what this version knows.") from error


def _refuse_rest(rest: bytes) -> None:
    if rest:
        raise BadAnswerError("The history breaks off in the middle of a row.")


def _frame(rows: list[dict[str, Any]]) -> pd.DataFrame:
    try:
        import pandas as pd
    except ImportError as error:
        raise CcExecutorError("MISSING_EXTRA", "pandas is not installed: pip install 'cc-executor[pandas]'") from error
    return pd.DataFrame(rows, columns=[field.alias or name for name, field in models.HistoryRow.model_fields.items()])
