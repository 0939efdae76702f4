"""One execution on a server."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncGenerator, AsyncIterator, Generator, Iterator
from contextlib import aclosing, closing
from typing import TYPE_CHECKING, Any, Literal

from . import _calls
from ._backoff import Patience, Retries
from ._call import Call, ModelT, read_model
from ._display import Bar, Table, show
from ._events import Position, follow, follow_async
from ._lazy import models
from .errors import WaitTimeoutError

if TYPE_CHECKING:
    from ._calls import Against, Searched, Stream, Tasks
    from ._options import Options
    from ._transport import AsyncTransport, Transport
    from ._wire import Warning as TaskWarning

ENDS = frozenset({"completed", "failed", "cancelled"})
# Seconds between two looks at an execution that somebody waits for.
SHORTEST_LOOK = 0.05
LONGEST_LOOK = 1.0


class _Base:
    """What both kinds know of an execution."""

    def __init__(
        self, id: str, after: int, epoch: str | None, reached: bool, warnings: list[TaskWarning] | None
    ) -> None:
        self.id = id
        self.warnings = warnings or []
        self._after = after
        self._epoch = epoch
        # Once the server has answered, an unavailable one counts as restarting.
        self._reached = reached

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.id}>"

    def _position(
        self,
        options: Options,
        after: int | None,
        epoch: str | None,
        give_up_after: float | None,
        task: int | None,
        output: bool,
    ) -> Position:
        if after is None:
            after, epoch = self._after, epoch or self._epoch
        tries = None if self._reached else Retries(options.max_retries)
        only = {"task": task, "output": None if output else False}
        return Position(self.id, after, epoch, give_up_after or options.give_up_after, tries, only)

    def _get(self, rest: str = "", **query: object) -> Call:
        return _calls.of_execution(self.id, rest, **query)

    def _late(self, timeout: float) -> WaitTimeoutError:
        return WaitTimeoutError(f"The execution {self.id} has not ended in {timeout:g} s; it continues.")


class Execution(_Base):
    """One execution: `for event in execution` follows it, and `result()` waits for its end.

    Attributes:
        id: Its id.
        warnings: What may be wrong with its tasks, as the server said when it took them.
    """

    def __init__(
        self,
        transport: Transport,
        id: str,
        *,
        after: int = 0,
        epoch: str | None = None,
        reached: bool = False,
        warnings: list[TaskWarning] | None = None,
    ) -> None:
        super().__init__(id, after, epoch, reached, warnings)
        self._transport = transport

    def __iter__(self) -> Generator[models.Followed, None, None]:
        return self.events()

    def events(
        self,
        *,
        after: int | None = None,
        epoch: str | None = None,
        give_up_after: float | None = None,
        task: int | None = None,
        output: bool = True,
    ) -> Generator[models.Followed, None, None]:
        """Yields its events to the last one, each once, whatever happens to the connection or the server.

        Args:
            after: The seq of the last event that you have; default: from the first on.
            epoch: The epoch in which you got it.
            give_up_after: Seconds without an event and without a connection that lasts, after which
                `UnreachableError` is raised; default: the client's.
            task: Only the events of this task (from 1), and those of the whole execution; default: all.
            output: False leaves out what may be trimmed from a log: output, and what agents say.
        """
        return self._followed(self._position(self._transport.options, after, epoch, give_up_after, task, output))

    def status(self) -> models.Status:
        """Returns how far it is: small."""
        return self._read(self._get("status"), models.Status)

    def details(self) -> models.ExecutionDetails:
        """Returns everything about it, tasks included."""
        return self._read(self._get(), models.ExecutionDetails)

    def submission(self) -> dict[str, Any]:
        """Returns the list that it was made of, as it may be submitted again; without secrets of MCP servers."""
        submitted: dict[str, Any] = json.loads(self._transport.send(self._get("submission")))
        return submitted

    def results(self) -> models.Results:
        """Returns what each task gave so far."""
        return self._read(self._get("results"), models.Results)

    def result(self, timeout: float | None = None, *, progress: bool = False) -> models.Results:
        """Waits for its end, however it ends, and returns what each task gave. Survives restarts of the server.

        Args:
            timeout: Seconds to wait; default: as long as it takes. Then `WaitTimeoutError` is raised, and the
                execution continues.
            progress: Shows a bar in the terminal. Needs `pip install cc-executor[progress]`.
        """
        if timeout is not None or progress:
            with Bar(progress) as bar:
                for status in self._looks(timeout):
                    bar.update(status)
        else:
            status = self.status() if not self._reached else self._patient(self._get("status"), models.Status)
            if status.status not in ENDS:
                with closing(self.events(after=status.head, epoch=status.epoch)) as events:
                    for _ in events:
                        pass
        return self._patient(self._get("results"), models.Results)

    def output(self, task: int, *, stream: Stream = "stdout", attempt: int | None = None, start: int = 0) -> bytes:
        """Returns a task's whole output, byte for byte.

        Args:
            task: Its number, from 1.
            stream: Of a prompt, stdout is all text that it gave, and `result` its final answer alone.
            attempt: Default: the last one.
            start: Bytes to leave out at the start.
        """
        return self._transport.send(_calls.output(self.id, task, stream, attempt, start))

    def iter_output(
        self, task: int, *, stream: Stream = "stdout", attempt: int | None = None, start: int = 0
    ) -> Iterator[bytes]:
        """Yields a task's output in pieces, for output that is too large for the memory."""
        with self._transport.open(_calls.output(self.id, task, stream, attempt, start)) as response:
            yield from response.iter_bytes()

    def changes(self, task: int, *, attempt: int | None = None) -> models.WorkspaceChanges | None:
        """Returns which files an attempt changed; None where its folder was not seen."""
        return self.receipt(task, attempt=attempt).workspace

    def diff(
        self,
        task: int | None = None,
        *,
        attempt: int | None = None,
        against: Against | None = None,
        path: str | None = None,
        format: Literal["patch", "stat"] = "patch",
    ) -> bytes:
        """Returns what it has changed in its workspace, as a patch that `git apply` takes, or a summary.

        Args:
            task: The number of a task, from 1; default: the whole execution.
            attempt: Of this attempt of the task alone; default: of all of them.
            against: Since the execution began, or since the task began, the default of a task.
            path: A file, or a folder with what is in it; default: everything.
            format: `stat` is the summary.
        """
        call = _calls.changes(self.id, task, attempt=attempt, against=against, path=path, format=format)
        return self._transport.send(call)

    def changed_files(
        self,
        task: int | None = None,
        *,
        attempt: int | None = None,
        against: Against | None = None,
        path: str | None = None,
        cursor: str | None = None,
        limit: int | None = None,
    ) -> models.ChangesPage:
        """Returns a page of the files that it, or one of its tasks, has changed. Takes the same as `diff`."""
        call = _calls.changes(self.id, task, attempt=attempt, against=against, path=path, cursor=cursor, limit=limit)
        return self._read(call, models.ChangesPage)

    def files(
        self, path: str = "", *, at: str | None = None, cursor: str | None = None, limit: int | None = None
    ) -> models.FilesPage:
        """Returns a page of what is in a folder of the workspace at a snapshot.

        Args:
            path: The folder; default: the workspace itself.
            at: `before:3` or `after:3`, around task 3; default: the newest.
            cursor: The `next_cursor` of the page before.
            limit: At most so many entries, 1 to 1000.
        """
        return self._read(self._get("files", path=path, at=at, cursor=cursor, limit=limit), models.FilesPage)

    def file(self, path: str, *, at: str | None = None, start: int = 0) -> bytes:
        """Returns a file of the workspace at a snapshot, byte for byte. Takes `at` as `files` does."""
        return self._transport.send(_calls.file(self.id, path, at, start))

    def archive(self, path: str = "", *, at: str | None = None) -> bytes:
        """Returns the workspace at a snapshot, or a folder of it, as a tar.gz. Takes the same as `files`."""
        return self._transport.send(self._get("archive", path=path, at=at))

    def restore(
        self,
        *,
        before_task: int | None = None,
        after_task: int | None = None,
        snapshot: str | None = None,
        dry_run: bool = False,
        hard: bool = False,
    ) -> models.RestoreResult:
        """Brings the workspace back to one of the snapshots. Raises `ConflictError` while something works there.

        Args:
            before_task: To what it was before this task, from 1.
            after_task: To what it was after this task.
            snapshot: To a snapshot of this execution; `left` of an earlier answer undoes that restore.
            dry_run: Only says what would change.
            hard: In the clone of a repository: the branch goes back to its commit of that time. Default: a commit on
                top of it.
        """
        call = _calls.restore(self.id, before_task, after_task, snapshot, dry_run, hard)
        return self._read(call, models.RestoreResult)

    def rerun(
        self,
        from_task: int | Literal["failed"] = "failed",
        *,
        tasks: Tasks | None = None,
        workspace: Literal["restore", "keep"] = "restore",
        idempotency_key: str | None = None,
    ) -> Execution:
        """Runs the list again from one of its tasks on, as a new execution, and returns that.

        The tasks before it have to be completed; they are carried over with their results.

        Args:
            from_task: The first task that is run, from 1. Default: the first one that has not completed.
            tasks: What takes the place of the tasks from there on; default: the same tasks.
            workspace: `restore`: a new folder, with what the workspace was before that task. `keep`: the same folder as
                it is now; the execution has to be done.
            idempotency_key: The same key with the same arguments gives the same execution, for 24 hours. Default: a
                new key for each call.
        """
        call = _calls.rerun(self.id, from_task, tasks, workspace, idempotency_key)
        accepted = self._read(call, models.Accepted)
        return Execution(self._transport, accepted.execution_id, reached=True, warnings=accepted.warnings)

    def search(
        self,
        text: str,
        *,
        match_case: bool = False,
        stream: Searched | None = None,
        skip: int | None = None,
        limit: int | None = None,
        task: int | None = None,
        attempt: int | None = None,
        from_byte: int | None = None,
    ) -> models.Search:
        """Returns where a text is in its outputs, and in what its agents said and did.

        Args:
            text: What is looked for, as it is.
            match_case: True: letters are equal only in the same case.
            stream: Only there; default: everywhere.
            skip: How many hits are passed over before the first one that is listed: to list them page by page.
            limit: How many hits are listed, 1 to 1000; default 100. All are counted.
            task: Only this task, from 1.
            attempt: Only this attempt, from 1.
            from_byte: The byte of each output at which the search begins.
        """
        where = {"task": task, "attempt": attempt, "from": from_byte}
        call = _calls.search(text, match_case, stream, skip, limit, self.id, where=where)
        return self._read(call, models.Search)

    def receipt(self, task: int, *, attempt: int | None = None) -> models.Receipt:
        """Returns what an attempt really did. Raises `NotFoundError` while there is none."""
        return self._read(self._get(f"tasks/{task}/receipt", attempt=attempt), models.Receipt)

    def verification(self) -> models.Verification:
        """Returns what its files prove; the server computes every hash again."""
        return self._read(_calls.verification(self.id), models.Verification)

    def report(self, *, format: Literal["markdown", "html"] = "markdown") -> str:
        """Returns a page for people: what was asked, what happened, what is proven, and what is not."""
        return self._transport.send(_calls.report(self.id, format)).decode()

    def cancel(self) -> models.State:
        """Ends it: it is `cancelling` until no process of it is left. Raises `ConflictError` when it has ended."""
        return self._read(_calls.control(self.id, "cancel"), models.State)

    def pause(self) -> models.State:
        """Stops it after what runs. Raises `ConflictError` where that makes no sense."""
        return self._read(_calls.control(self.id, "pause"), models.State)

    def resume(self) -> models.State:
        """Continues it. Raises `ConflictError` where that makes no sense."""
        return self._read(_calls.control(self.id, "resume"), models.State)

    def remove(self) -> models.State:
        """Removes it with its outputs, its evidence and the folder that it made. `ConflictError` before its end."""
        return self._read(_calls.control(self.id, "remove"), models.State)

    def display(self, *, follow: bool = True) -> Table:
        """Shows a table of its tasks in Jupyter, live until it ends. Returns the table; elsewhere `print` it."""
        table = Table(self.results())
        handle = show(table)
        if handle is not None and follow:
            for _ in self._looks(None):
                table.results = self.results()
                handle.update(table)
        return table

    def _looks(self, timeout: float | None) -> Iterator[models.Status]:
        """Yields its status again and again until it has ended."""
        deadline = None if timeout is None else time.monotonic() + timeout
        pause = SHORTEST_LOOK
        while True:
            left = None if deadline is None else deadline - time.monotonic()
            if left is not None and left <= 0:
                raise self._late(timeout or 0)
            status = self._look(left)
            if status is not None:
                yield status
                if status.status in ENDS:
                    return
            time.sleep(pause if left is None else min(pause, max(left, 0)))
            pause = min(pause * 1.5, LONGEST_LOOK)

    def _look(self, left: float | None) -> models.Status | None:
        call = self._get("status")
        if left is None or not self._reached:
            return self.status() if not self._reached else self._patient(call, models.Status)
        limit = Call(call.path, timeout=max(left, 0.001))
        try:
            return self._read(limit, models.Status, Patience(left))
        except ConnectionError:
            return None

    def _patient(self, call: Call, model: type[ModelT]) -> ModelT:
        return self._read(call, model, Patience(self._transport.options.give_up_after))

    def _read(self, call: Call, model: type[ModelT], patience: Patience | None = None) -> ModelT:
        answer = read_model(self._transport.options, self._transport.send(call, patience), model)
        self._reached = True
        return answer

    def _followed(self, position: Position) -> Generator[models.Followed, None, None]:
        with closing(follow(self._transport, position)) as events:
            for event in events:
                self._reached = True
                yield event


class AsyncExecution(_Base):
    """One execution: `async for event in execution` follows it, and `await result()` waits for its end.

    Attributes:
        id: Its id.
        warnings: What may be wrong with its tasks, as the server said when it took them.
    """

    def __init__(
        self,
        transport: AsyncTransport,
        id: str,
        *,
        after: int = 0,
        epoch: str | None = None,
        reached: bool = False,
        warnings: list[TaskWarning] | None = None,
    ) -> None:
        super().__init__(id, after, epoch, reached, warnings)
        self._transport = transport

    def __aiter__(self) -> AsyncGenerator[models.Followed, None]:
        return self.events()

    def events(
        self,
        *,
        after: int | None = None,
        epoch: str | None = None,
        give_up_after: float | None = None,
        task: int | None = None,
        output: bool = True,
    ) -> AsyncGenerator[models.Followed, None]:
        """Yields its events to the last one, each once, whatever happens to the connection or the server.

        Args:
            after: The seq of the last event that you have; default: from the first on.
            epoch: The epoch in which you got it.
            give_up_after: Seconds without an event and without a connection that lasts, after which
                `UnreachableError` is raised; default: the client's.
            task: Only the events of this task (from 1), and those of the whole execution; default: all.
            output: False leaves out what may be trimmed from a log: output, and what agents say.
        """
        return self._followed(self._position(self._transport.options, after, epoch, give_up_after, task, output))

    async def status(self) -> models.Status:
        """Returns how far it is: small."""
        return await self._read(self._get("status"), models.Status)

    async def details(self) -> models.ExecutionDetails:
        """Returns everything about it, tasks included."""
        return await self._read(self._get(), models.ExecutionDetails)

    async def submission(self) -> dict[str, Any]:
        """Returns the list that it was made of, as it may be submitted again; without secrets of MCP servers."""
        submitted: dict[str, Any] = json.loads(await self._transport.send(self._get("submission")))
        return submitted

    async def results(self) -> models.Results:
        """Returns what each task gave so far."""
        return await self._read(self._get("results"), models.Results)

    async def result(self, timeout: float | None = None, *, progress: bool = False) -> models.Results:
        """Waits for its end, however it ends, and returns what each task gave. Survives restarts of the server.

        Args:
            timeout: Seconds to wait; default: as long as it takes. Then `WaitTimeoutError` is raised, and the
                execution continues.
            progress: Shows a bar in the terminal. Needs `pip install cc-executor[progress]`.
        """
        if timeout is None:
            return await self._ended(progress)
        try:
            return await asyncio.wait_for(self._ended(progress), timeout)
        except asyncio.TimeoutError:
            raise self._late(timeout) from None

    async def output(
        self, task: int, *, stream: Stream = "stdout", attempt: int | None = None, start: int = 0
    ) -> bytes:
        """Returns a task's whole output, byte for byte.

        Args:
            task: Its number, from 1.
            stream: Of a prompt, stdout is all text that it gave, and `result` its final answer alone.
            attempt: Default: the last one.
            start: Bytes to leave out at the start.
        """
        return await self._transport.send(_calls.output(self.id, task, stream, attempt, start))

    async def iter_output(
        self, task: int, *, stream: Stream = "stdout", attempt: int | None = None, start: int = 0
    ) -> AsyncIterator[bytes]:
        """Yields a task's output in pieces, for output that is too large for the memory."""
        async with self._transport.open(_calls.output(self.id, task, stream, attempt, start)) as response:
            async for piece in response.aiter_bytes():
                yield piece

    async def changes(self, task: int, *, attempt: int | None = None) -> models.WorkspaceChanges | None:
        """Returns which files an attempt changed; None where its folder was not seen."""
        return (await self.receipt(task, attempt=attempt)).workspace

    async def diff(
        self,
        task: int | None = None,
        *,
        attempt: int | None = None,
        against: Against | None = None,
        path: str | None = None,
        format: Literal["patch", "stat"] = "patch",
    ) -> bytes:
        """Returns what it has changed in its workspace, as a patch that `git apply` takes, or a summary.

        Args:
            task: The number of a task, from 1; default: the whole execution.
            attempt: Of this attempt of the task alone; default: of all of them.
            against: Since the execution began, or since the task began, the default of a task.
            path: A file, or a folder with what is in it; default: everything.
            format: `stat` is the summary.
        """
        call = _calls.changes(self.id, task, attempt=attempt, against=against, path=path, format=format)
        return await self._transport.send(call)

    async def changed_files(
        self,
        task: int | None = None,
        *,
        attempt: int | None = None,
        against: Against | None = None,
        path: str | None = None,
        cursor: str | None = None,
        limit: int | None = None,
    ) -> models.ChangesPage:
        """Returns a page of the files that it, or one of its tasks, has changed. Takes the same as `diff`."""
        call = _calls.changes(self.id, task, attempt=attempt, against=against, path=path, cursor=cursor, limit=limit)
        return await self._read(call, models.ChangesPage)

    async def files(
        self, path: str = "", *, at: str | None = None, cursor: str | None = None, limit: int | None = None
    ) -> models.FilesPage:
        """Returns a page of what is in a folder of the workspace at a snapshot.

        Args:
            path: The folder; default: the workspace itself.
            at: `before:3` or `after:3`, around task 3; default: the newest.
            cursor: The `next_cursor` of the page before.
            limit: At most so many entries, 1 to 1000.
        """
        return await self._read(self._get("files", path=path, at=at, cursor=cursor, limit=limit), models.FilesPage)

    async def file(self, path: str, *, at: str | None = None, start: int = 0) -> bytes:
        """Returns a file of the workspace at a snapshot, byte for byte. Takes `at` as `files` does."""
        return await self._transport.send(_calls.file(self.id, path, at, start))

    async def archive(self, path: str = "", *, at: str | None = None) -> bytes:
        """Returns the workspace at a snapshot, or a folder of it, as a tar.gz. Takes the same as `files`."""
        return await self._transport.send(self._get("archive", path=path, at=at))

    async def restore(
        self,
        *,
        before_task: int | None = None,
        after_task: int | None = None,
        snapshot: str | None = None,
        dry_run: bool = False,
        hard: bool = False,
    ) -> models.RestoreResult:
        """Brings the workspace back to one of the snapshots. Raises `ConflictError` while something works there.

        Args:
            before_task: To what it was before this task, from 1.
            after_task: To what it was after this task.
            snapshot: To a snapshot of this execution; `left` of an earlier answer undoes that restore.
            dry_run: Only says what would change.
            hard: In the clone of a repository: the branch goes back to its commit of that time. Default: a commit on
                top of it.
        """
        call = _calls.restore(self.id, before_task, after_task, snapshot, dry_run, hard)
        return await self._read(call, models.RestoreResult)

    async def rerun(
        self,
        from_task: int | Literal["failed"] = "failed",
        *,
        tasks: Tasks | None = None,
        workspace: Literal["restore", "keep"] = "restore",
        idempotency_key: str | None = None,
    ) -> AsyncExecution:
        """Runs the list again from one of its tasks on, as a new execution, and returns that.

        The tasks before it have to be completed; they are carried over with their results.

        Args:
            from_task: The first task that is run, from 1. Default: the first one that has not completed.
            tasks: What takes the place of the tasks from there on; default: the same tasks.
            workspace: `restore`: a new folder, with what the workspace was before that task. `keep`: the same folder as
                it is now; the execution has to be done.
            idempotency_key: The same key with the same arguments gives the same execution, for 24 hours. Default: a
                new key for each call.
        """
        call = _calls.rerun(self.id, from_task, tasks, workspace, idempotency_key)
        accepted = await self._read(call, models.Accepted)
        return AsyncExecution(self._transport, accepted.execution_id, reached=True, warnings=accepted.warnings)

    async def search(
        self,
        text: str,
        *,
        match_case: bool = False,
        stream: Searched | None = None,
        skip: int | None = None,
        limit: int | None = None,
        task: int | None = None,
        attempt: int | None = None,
        from_byte: int | None = None,
    ) -> models.Search:
        """Returns where a text is in its outputs, and in what its agents said and did.

        Args:
            text: What is looked for, as it is.
            match_case: True: letters are equal only in the same case.
            stream: Only there; default: everywhere.
            skip: How many hits are passed over before the first one that is listed: to list them page by page.
            limit: How many hits are listed, 1 to 1000; default 100. All are counted.
            task: Only this task, from 1.
            attempt: Only this attempt, from 1.
            from_byte: The byte of each output at which the search begins.
        """
        where = {"task": task, "attempt": attempt, "from": from_byte}
        call = _calls.search(text, match_case, stream, skip, limit, self.id, where=where)
        return await self._read(call, models.Search)

    async def receipt(self, task: int, *, attempt: int | None = None) -> models.Receipt:
        """Returns what an attempt really did. Raises `NotFoundError` while there is none."""
        return await self._read(self._get(f"tasks/{task}/receipt", attempt=attempt), models.Receipt)

    async def verification(self) -> models.Verification:
        """Returns what its files prove; the server computes every hash again."""
        return await self._read(_calls.verification(self.id), models.Verification)

    async def report(self, *, format: Literal["markdown", "html"] = "markdown") -> str:
        """Returns a page for people: what was asked, what happened, what is proven, and what is not."""
        return (await self._transport.send(_calls.report(self.id, format))).decode()

    async def cancel(self) -> models.State:
        """Ends it: it is `cancelling` until no process of it is left. Raises `ConflictError` when it has ended."""
        return await self._read(_calls.control(self.id, "cancel"), models.State)

    async def pause(self) -> models.State:
        """Stops it after what runs. Raises `ConflictError` where that makes no sense."""
        return await self._read(_calls.control(self.id, "pause"), models.State)

    async def resume(self) -> models.State:
        """Continues it. Raises `ConflictError` where that makes no sense."""
        return await self._read(_calls.control(self.id, "resume"), models.State)

    async def remove(self) -> models.State:
        """Removes it with its outputs, its evidence and the folder that it made. `ConflictError` before its end."""
        return await self._read(_calls.control(self.id, "remove"), models.State)

    async def display(self, *, follow: bool = True) -> Table:
        """Shows a table of its tasks in Jupyter, live until it ends. Returns the table; elsewhere `print` it."""
        table = Table(await self.results())
        handle = show(table)
        if handle is not None and follow:
            async for _ in self._looks():
                table.results = await self.results()
                handle.update(table)
        return table

    async def _ended(self, progress: bool) -> models.Results:
        if progress:
            with Bar(progress) as bar:
                async for status in self._looks():
                    bar.update(status)
        else:
            first = self._get("status")
            status = await self.status() if not self._reached else await self._patient(first, models.Status)
            if status.status not in ENDS:
                async with aclosing(self.events(after=status.head, epoch=status.epoch)) as events:
                    async for _ in events:
                        pass
        return await self._patient(self._get("results"), models.Results)

    async def _looks(self) -> AsyncIterator[models.Status]:
        """Yields its status again and again until it has ended."""
        pause = SHORTEST_LOOK
        while True:
            call = self._get("status")
            status = await self.status() if not self._reached else await self._patient(call, models.Status)
            yield status
            if status.status in ENDS:
                return
            await asyncio.sleep(pause)
            pause = min(pause * 1.5, LONGEST_LOOK)

    async def _patient(self, call: Call, model: type[ModelT]) -> ModelT:
        return await self._read(call, model, Patience(self._transport.options.give_up_after))

    async def _read(self, call: Call, model: type[ModelT], patience: Patience | None = None) -> ModelT:
        answer = read_model(self._transport.options, await self._transport.send(call, patience), model)
        self._reached = True
        return answer

    async def _followed(self, position: Position) -> AsyncGenerator[models.Followed, None]:
        async with aclosing(follow_async(self._transport, position)) as events:
            async for event in events:
                self._reached = True
                yield event
