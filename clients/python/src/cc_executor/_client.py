"""The clients of one cc-executor server."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal

from . import _calls
from ._call import Call, ModelT, read_model
from ._execution import AsyncExecution, Execution
from ._lazy import models
from ._local import LocalServer
from ._options import Options, read_options
from ._pages import AsyncExecutionList, AsyncHistory, ExecutionList, History
from ._transport import AsyncTransport, Transport

if TYPE_CHECKING:
    from ._calls import Searched, Tasks, Time

# Seconds.
GIVE_UP_AFTER = 600.0
PAGE = 50


class _Base:
    _options: Options

    @property
    def url(self) -> str:
        """Where the server is."""
        return self._options.url

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self._options.url}>"


class CcExecutor(_Base):
    """A client of one server, for programs without an event loop. Safe to use in several threads.

    Args:
        url: Like `http://127.0.0.1:8001`. Default: `CC_EXECUTOR_URL`, else that address.
        api_key: Sent as `Authorization: Bearer`. Default: `CC_EXECUTOR_API_KEY`, where the address comes from the
            environment too or is the default one; else the key of this user's own installation, if it runs there.
        timeout: Seconds for which a call may hear nothing. Default: 30, and 300 for what takes a server long, such as a
            restore, changes or a verification.
        max_retries: How often a call that can be repeated is made again when the server is away.
        give_up_after: Seconds after which one that follows an execution gives up a server from which nothing comes.
    """

    def __init__(
        self,
        url: str | None = None,
        *,
        api_key: str | None = None,
        timeout: float | None = None,
        max_retries: int = 2,
        give_up_after: float = GIVE_UP_AFTER,
    ) -> None:
        self._options = read_options(url, api_key, timeout, max_retries, give_up_after)
        self._transport = Transport(self._options)
        self._server: LocalServer | None = None
        self.executions = Executions(self._transport)

    @classmethod
    def local(
        cls,
        *,
        env: Mapping[str, str] | None = None,
        command: Sequence[str] | None = None,
        start_timeout: float = 60,
        **options: Any,
    ) -> CcExecutor:
        """Starts a private server, on free ports, and returns a client of it. It ends with `close()` or the program.

        Args:
            env: The server's settings, and what its agents get. Default: the environment. Without
                CC_EXECUTOR_DATA_DIR all that it keeps is gone at its end.
            command: The words that start the npm command `cc-executor`. Default: CC_EXECUTOR_COMMAND, else the PATH.
            start_timeout: Seconds in which it has to be ready; then `StartError`.
            options: Of the client.
        """
        server = LocalServer(env=env, command=command, start_timeout=start_timeout)
        try:
            client = cls(server.url, api_key=server.api_key or "", **options)
        except BaseException:
            server.close()
            raise
        client._server = server
        return client

    @property
    def server(self) -> LocalServer | None:
        """The server that `local()` has started; None for another one."""
        return self._server

    def __enter__(self) -> CcExecutor:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Closes the connections, and ends a server that `local()` has started. Executions continue elsewhere."""
        self._transport.close()
        if self._server is not None:
            self._server.close()

    def execute(
        self,
        tasks: Tasks,
        *,
        timeout_per_task: float | str | None = None,
        execution_id: str | None = None,
        workspace: str | None = None,
        on_failure: Literal["stop", "continue", "skip_dependents"] | None = None,
        strict: bool | None = None,
        idempotency_key: str | None = None,
        **options: object,
    ) -> Execution:
        """Submits a list of tasks. When this returns, it is stored and will run.

        An answer that is lost on its way is asked for again; the key sees to it that the list is stored once.

        Args:
            tasks: A string is a prompt; a mapping has a `prompt`, a `command` or a `tool`, and its options.
            timeout_per_task: Seconds, a text such as "10m", or "auto": what is learnt from earlier runs.
            execution_id: Your own id.
            workspace: A folder below the server's workspaces; default: a new one.
            on_failure: Whether the rest of the list runs when a task does not succeed; default: stop.
            strict: Refuses the list when a prompt is ambiguous.
            idempotency_key: The same key with the same tasks gives the same execution, for 24 hours. Default: a new
                key for each call.
            options: Whatever else the server takes for a list: `checks`, `vars`, and options of tasks such as `model`,
                which are defaults of its prompts.
        """
        given = {
            "timeout_per_task": timeout_per_task,
            "execution_id": execution_id,
            "workspace": workspace,
            "on_failure": on_failure,
            "strict": strict,
            **options,
        }
        accepted = self._read(_calls.execute(tasks, idempotency_key, given), models.Accepted)
        return Execution(self._transport, accepted.execution_id, reached=True, warnings=accepted.warnings)

    def analyze(self, tasks: Tasks, **options: object) -> models.Analysis:
        """Returns what is known of a list before it runs: how long it may take, what may be wrong. Runs nothing."""
        return self._read(_calls.analyze(tasks, options), models.Analysis)

    def history(
        self,
        *,
        since: Time | None = None,
        until: Time | None = None,
        status: str | None = None,
        execution_id: str | None = None,
        limit: int | None = None,
    ) -> History:
        """Returns what every attempt took and cost, the newest execution first; rows are fetched while you iterate.

        Args:
            since: Attempts that ended at or after this time.
            until: Attempts that ended before this time.
            limit: At most so many, the newest.
        """
        return History(
            self._transport,
            lambda format: _calls.history(format, since, until, status, execution_id, limit),
        )

    def search(
        self,
        text: str,
        *,
        match_case: bool = False,
        stream: Searched | None = None,
        skip: int | None = None,
        limit: int | None = None,
        since: Time | None = None,
        until: Time | None = None,
        label: str | Sequence[str] | None = None,
    ) -> models.Search:
        """Returns where a text is in outputs and messages of all executions that were active between two times.

        Args:
            text: What is looked for, as it is.
            match_case: True: letters are equal only in the same case.
            stream: Only there; default: everywhere.
            skip: How many hits are passed over before the first one that is listed: to list them page by page.
            limit: How many hits are listed, 1 to 1000; default 100. All are counted.
            since: Default: a day before `until`.
            until: Default: now.
            label: As of `executions.list`: only executions with these labels.
        """
        call = _calls.search(text, match_case, stream, skip, limit, since=since, until=until, where={"label": label})
        return self._read(call, models.Search)

    def report(
        self,
        *,
        since: Time | None = None,
        until: Time | None = None,
        label: str | Sequence[str] | None = None,
    ) -> models.Report:
        """Returns what happened between two times: what needs a person, what failed and why, what is done.

        Args:
            since: Default: a day before `until`.
            until: Default: now.
            label: As of `executions.list`: only executions with these labels.
        """
        return self._read(_calls.night(since, until, label), models.Report)

    def report_page(
        self,
        *,
        since: Time | None = None,
        until: Time | None = None,
        label: str | Sequence[str] | None = None,
        format: Literal["markdown", "html"] = "markdown",
    ) -> str:
        """Returns the same as a page for people."""
        call = _calls.night(since, until, label, format)
        return self._transport.send(call).decode()

    def auth_status(self) -> models.AuthStatus:
        """Returns whether the workers can talk to Claude, and if not, what to do."""
        return self._read(Call("auth/status"), models.AuthStatus)

    def health(self) -> models.Health:
        """Returns how the server is; also an unhealthy one's own account."""
        return self._read(Call("health", also=(503,)), models.Health)

    def agents(self) -> models.AgentsView:
        """Returns which agents there are, what they can do, and whether they can be used on this server."""
        return self._read(Call("agents"), models.AgentsView)

    def configuration(self) -> models.Configuration:
        """Returns the settings that the API runs with, by name; secrets are left out."""
        return self._read(Call("configuration"), models.Configuration)

    def hook_status(self) -> models.HookStatus:
        """Returns what hooks the server has, and how their last runs went."""
        return self._read(Call("hooks/status"), models.HookStatus)

    def workers(self) -> models.Workers:
        """Returns the workers that are alive, their slots and the limits of the plan, and the backlog of wake-ups."""
        return self._read(Call("workers"), models.Workers)

    def evidence_key(self) -> models.EvidenceKey:
        """Returns the public key by which this server signs evidence; keep it elsewhere, and compare."""
        return self._read(Call("evidence/key"), models.EvidenceKey)

    def _read(self, call: Call, model: type[ModelT]) -> ModelT:
        return read_model(self._options, self._transport.send(call), model)


class Executions:
    """The executions of a server."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def list(
        self,
        *,
        status: str | None = None,
        label: str | Sequence[str] | None = None,
        outcome: str | None = None,
        q: str | None = None,
        since: Time | None = None,
        until: Time | None = None,
        limit: int | None = None,
        page_size: int = PAGE,
    ) -> ExecutionList:
        """Returns the executions, newest first; pages are fetched while you iterate.

        Args:
            label: `key` or `key=value`, or with a `!` before it what is not to be; of several, all hold.
            outcome: Those of which a task ended so.
            q: Words that the title, the id or the labels have, in upper or lower case.
            since: Those submitted at or after this time.
            until: Those submitted before this time.
            limit: At most so many; default: all.
            page_size: How many a call fetches.
        """
        wanted = _calls.filters(status, label, outcome, q, since, until)
        return ExecutionList(self._transport, wanted, limit, page_size)

    def get(self, execution_id: str) -> models.ExecutionDetails:
        """Returns everything about one, tasks included. Raises `NotFoundError`."""
        content = self._transport.send(_calls.of_execution(execution_id))
        return read_model(self._transport.options, content, models.ExecutionDetails)

    def attach(self, execution_id: str, *, after: int = 0, epoch: str | None = None) -> Execution:
        """Returns one that exists already; its events begin after the seq that you have. Nothing is sent yet."""
        _calls.of_execution(execution_id)
        return Execution(self._transport, execution_id, after=after, epoch=epoch)


class AsyncCcExecutor(_Base):
    """A client of one server, for event loops of asyncio. One client may serve several loops.

    Args:
        url: Like `http://127.0.0.1:8001`. Default: `CC_EXECUTOR_URL`, else that address.
        api_key: Sent as `Authorization: Bearer`. Default: `CC_EXECUTOR_API_KEY`, where the address comes from the
            environment too or is the default one; else the key of this user's own installation, if it runs there.
        timeout: Seconds for which a call may hear nothing. Default: 30, and 300 for what takes a server long, such as a
            restore, changes or a verification.
        max_retries: How often a call that can be repeated is made again when the server is away.
        give_up_after: Seconds after which one that follows an execution gives up a server from which nothing comes.
    """

    def __init__(
        self,
        url: str | None = None,
        *,
        api_key: str | None = None,
        timeout: float | None = None,
        max_retries: int = 2,
        give_up_after: float = GIVE_UP_AFTER,
    ) -> None:
        self._options = read_options(url, api_key, timeout, max_retries, give_up_after)
        self._transport = AsyncTransport(self._options)
        self._server: LocalServer | None = None
        self.executions = AsyncExecutions(self._transport)

    @classmethod
    async def local(
        cls,
        *,
        env: Mapping[str, str] | None = None,
        command: Sequence[str] | None = None,
        start_timeout: float = 60,
        **options: Any,
    ) -> AsyncCcExecutor:
        """Starts a private server, on free ports, and returns a client of it. It ends with `close()` or the program.

        Args:
            env: The server's settings, and what its agents get. Default: the environment. Without
                CC_EXECUTOR_DATA_DIR all that it keeps is gone at its end.
            command: The words that start the npm command `cc-executor`. Default: CC_EXECUTOR_COMMAND, else the PATH.
            start_timeout: Seconds in which it has to be ready; then `StartError`.
            options: Of the client.
        """
        server = await asyncio.to_thread(LocalServer, env=env, command=command, start_timeout=start_timeout)
        try:
            client = cls(server.url, api_key=server.api_key or "", **options)
        except BaseException:
            server.close()
            raise
        client._server = server
        return client

    @property
    def server(self) -> LocalServer | None:
        """The server that `local()` has started; None for another one."""
        return self._server

    async def __aenter__(self) -> AsyncCcExecutor:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Closes the connections, and ends a server that `local()` has started. Executions continue elsewhere."""
        await self._transport.close()
        if self._server is not None:
            await asyncio.to_thread(self._server.close)

    async def execute(
        self,
        tasks: Tasks,
        *,
        timeout_per_task: float | str | None = None,
        execution_id: str | None = None,
        workspace: str | None = None,
        on_failure: Literal["stop", "continue", "skip_dependents"] | None = None,
        strict: bool | None = None,
        idempotency_key: str | None = None,
        **options: object,
    ) -> AsyncExecution:
        """Submits a list of tasks. When this returns, it is stored and will run.

        An answer that is lost on its way is asked for again; the key sees to it that the list is stored once.

        Args:
            tasks: A string is a prompt; a mapping has a `prompt`, a `command` or a `tool`, and its options.
            timeout_per_task: Seconds, a text such as "10m", or "auto": what is learnt from earlier runs.
            execution_id: Your own id.
            workspace: A folder below the server's workspaces; default: a new one.
            on_failure: Whether the rest of the list runs when a task does not succeed; default: stop.
            strict: Refuses the list when a prompt is ambiguous.
            idempotency_key: The same key with the same tasks gives the same execution, for 24 hours. Default: a new
                key for each call.
            options: Whatever else the server takes for a list: `checks`, `vars`, and options of tasks such as `model`,
                which are defaults of its prompts.
        """
        given = {
            "timeout_per_task": timeout_per_task,
            "execution_id": execution_id,
            "workspace": workspace,
            "on_failure": on_failure,
            "strict": strict,
            **options,
        }
        accepted = await self._read(_calls.execute(tasks, idempotency_key, given), models.Accepted)
        return AsyncExecution(self._transport, accepted.execution_id, reached=True, warnings=accepted.warnings)

    async def analyze(self, tasks: Tasks, **options: object) -> models.Analysis:
        """Returns what is known of a list before it runs: how long it may take, what may be wrong. Runs nothing."""
        return await self._read(_calls.analyze(tasks, options), models.Analysis)

    def history(
        self,
        *,
        since: Time | None = None,
        until: Time | None = None,
        status: str | None = None,
        execution_id: str | None = None,
        limit: int | None = None,
    ) -> AsyncHistory:
        """Returns what every attempt took and cost, the newest execution first; rows are fetched while you iterate.

        Args:
            since: Attempts that ended at or after this time.
            until: Attempts that ended before this time.
            limit: At most so many, the newest.
        """
        return AsyncHistory(
            self._transport,
            lambda format: _calls.history(format, since, until, status, execution_id, limit),
        )

    async def search(
        self,
        text: str,
        *,
        match_case: bool = False,
        stream: Searched | None = None,
        skip: int | None = None,
        limit: int | None = None,
        since: Time | None = None,
        until: Time | None = None,
        label: str | Sequence[str] | None = None,
    ) -> models.Search:
        """Returns where a text is in outputs and messages of all executions that were active between two times.

        Args:
            text: What is looked for, as it is.
            match_case: True: letters are equal only in the same case.
            stream: Only there; default: everywhere.
            skip: How many hits are passed over before the first one that is listed: to list them page by page.
            limit: How many hits are listed, 1 to 1000; default 100. All are counted.
            since: Default: a day before `until`.
            until: Default: now.
            label: As of `executions.list`: only executions with these labels.
        """
        call = _calls.search(text, match_case, stream, skip, limit, since=since, until=until, where={"label": label})
        return await self._read(call, models.Search)

    async def report(
        self,
        *,
        since: Time | None = None,
        until: Time | None = None,
        label: str | Sequence[str] | None = None,
    ) -> models.Report:
        """Returns what happened between two times: what needs a person, what failed and why, what is done.

        Args:
            since: Default: a day before `until`.
            until: Default: now.
            label: As of `executions.list`: only executions with these labels.
        """
        return await self._read(_calls.night(since, until, label), models.Report)

    async def report_page(
        self,
        *,
        since: Time | None = None,
        until: Time | None = None,
        label: str | Sequence[str] | None = None,
        format: Literal["markdown", "html"] = "markdown",
    ) -> str:
        """Returns the same as a page for people."""
        call = _calls.night(since, until, label, format)
        return (await self._transport.send(call)).decode()

    async def auth_status(self) -> models.AuthStatus:
        """Returns whether the workers can talk to Claude, and if not, what to do."""
        return await self._read(Call("auth/status"), models.AuthStatus)

    async def health(self) -> models.Health:
        """Returns how the server is; also an unhealthy one's own account."""
        return await self._read(Call("health", also=(503,)), models.Health)

    async def agents(self) -> models.AgentsView:
        """Returns which agents there are, what they can do, and whether they can be used on this server."""
        return await self._read(Call("agents"), models.AgentsView)

    async def configuration(self) -> models.Configuration:
        """Returns the settings that the API runs with, by name; secrets are left out."""
        return await self._read(Call("configuration"), models.Configuration)

    async def hook_status(self) -> models.HookStatus:
        """Returns what hooks the server has, and how their last runs went."""
        return await self._read(Call("hooks/status"), models.HookStatus)

    async def workers(self) -> models.Workers:
        """Returns the workers that are alive, their slots and the limits of the plan, and the backlog of wake-ups."""
        return await self._read(Call("workers"), models.Workers)

    async def evidence_key(self) -> models.EvidenceKey:
        """Returns the public key by which this server signs evidence; keep it elsewhere, and compare."""
        return await self._read(Call("evidence/key"), models.EvidenceKey)

    async def _read(self, call: Call, model: type[ModelT]) -> ModelT:
        return read_model(self._options, await self._transport.send(call), model)


class AsyncExecutions:
    """The executions of a server."""

    def __init__(self, transport: AsyncTransport) -> None:
        self._transport = transport

    def list(
        self,
        *,
        status: str | None = None,
        label: str | Sequence[str] | None = None,
        outcome: str | None = None,
        q: str | None = None,
        since: Time | None = None,
        until: Time | None = None,
        limit: int | None = None,
        page_size: int = PAGE,
    ) -> AsyncExecutionList:
        """Returns the executions, newest first; pages are fetched while you iterate.

        Args:
            label: `key` or `key=value`, or with a `!` before it what is not to be; of several, all hold.
            outcome: Those of which a task ended so.
            q: Words that the title, the id or the labels have, in upper or lower case.
            since: Those submitted at or after this time.
            until: Those submitted before this time.
            limit: At most so many; default: all.
            page_size: How many a call fetches.
        """
        wanted = _calls.filters(status, label, outcome, q, since, until)
        return AsyncExecutionList(self._transport, wanted, limit, page_size)

    async def get(self, execution_id: str) -> models.ExecutionDetails:
        """Returns everything about one, tasks included. Raises `NotFoundError`."""
        content = await self._transport.send(_calls.of_execution(execution_id))
        return read_model(self._transport.options, content, models.ExecutionDetails)

    def attach(self, execution_id: str, *, after: int = 0, epoch: str | None = None) -> AsyncExecution:
        """Returns one that exists already; its events begin after the seq that you have. Nothing is sent yet."""
        _calls.of_execution(execution_id)
        return AsyncExecution(self._transport, execution_id, after=after, epoch=epoch)
