"""Both clients against a real stack."""

from __future__ import annotations

import asyncio
import inspect
import threading

import pytest

from cc_executor import (
    AsyncCcExecutor,
    AsyncExecution,
    BadRequestError,
    CcExecutor,
    ConflictError,
    Event,
    Execution,
    LocalServer,
    NotFoundError,
    WaitTimeoutError,
    _calls,
)
from cc_executor._call import arguments
from cc_executor._client import AsyncExecutions, Executions
from cc_executor._options import read_options


# Proves: python-has-every-operation
@pytest.mark.parametrize(
    ("sync", "asynchronous"),
    [(CcExecutor, AsyncCcExecutor), (Execution, AsyncExecution), (Executions, AsyncExecutions)],
)
def test_both_clients_have_the_same_methods(sync: type, asynchronous: type) -> None:
    def shape(cls: type) -> dict[str, list[tuple[str, object]]]:
        methods = inspect.getmembers(cls, callable)
        return {
            name: [(one.name, one.default) for one in inspect.signature(method).parameters.values()]
            for name, method in methods
            if not name.startswith("_")
        }

    assert shape(sync) == shape(asynchronous)


def test_an_execution_is_followed_from_its_first_event_to_its_last(cc_executor: CcExecutor) -> None:
    execution = cc_executor.execute([{"command": "echo one"}, {"command": "echo two >&2; exit 3"}])
    events = [event for event in execution if isinstance(event, Event)]
    assert [event.seq for event in events] == list(range(1, len(events) + 1))
    assert events[-1].type == "execution.failed"
    results = execution.result()
    assert [one.exit_code for one in results.results] == [0, 3]
    assert execution.output(1, start=1) == b"ne\n"
    assert b"".join(execution.iter_output(2, stream="stderr")) == b"two\n"
    assert [one.type for one in execution.events(after=events[-2].seq)] == ["execution.failed"]
    second = [event for event in execution.events(task=2, output=False) if isinstance(event, Event)]
    assert {event.task for event in second} == {None, 2}
    assert "task.output" not in {event.type for event in second}
    assert [one.execution_id for one in cc_executor.executions.list(limit=1)] == [execution.id]
    assert str(execution.display()).startswith(f"{execution.id}: failed")


def test_the_same_key_gives_the_same_execution(cc_executor: CcExecutor) -> None:
    first = cc_executor.execute([{"command": "true"}], idempotency_key="once")
    again = cc_executor.execute([{"command": "true"}], idempotency_key="once")
    assert again.id == first.id
    with pytest.raises(ConflictError):
        cc_executor.execute([{"command": "false"}], idempotency_key="once")


def test_a_single_task_is_a_list_of_one(cc_executor: CcExecutor) -> None:
    assert cc_executor.execute({"command": "echo one"}).result(30).total_tasks == 1
    assert cc_executor.execute("Say it.").result(60).results[0].result == "Done."


def test_what_an_agent_changed_and_what_it_proves(cc_executor: CcExecutor) -> None:
    execution = cc_executor.execute("Write a file.")
    assert execution.result(60).status == "completed"
    changes = execution.changes(1)
    assert changes is not None
    assert [(one.path, one.change) for one in changes.changes] == [("hello.py", "added")]
    assert execution.receipt(1).execution_id == execution.id
    assert execution.verification().verdict == "verified"
    assert execution.report().startswith("# Write a file.")
    assert "<html" in execution.report(format="html")


def test_every_fault_of_a_list_is_reported(cc_executor: CcExecutor) -> None:
    with pytest.raises(BadRequestError) as caught:
        cc_executor.execute([{"prompt": "x", "command": "y", "zz": 1}, "Fine."], on_failure="maybe")  # type: ignore
    error = caught.value
    assert error.code == "INVALID_REQUEST"
    assert error.status == 400
    assert error.request_id
    assert {"tasks[0].zz", "tasks[0]", "on_failure"} <= {one.path for one in error.errors}


def test_pages_are_fetched_while_they_are_read(cc_executor: CcExecutor) -> None:
    ids = [cc_executor.execute({"command": "true"}).id for _ in range(5)]
    for one in ids:
        cc_executor.executions.attach(one).result(30)
    listed = [one.execution_id for one in cc_executor.executions.list(page_size=2, limit=5)]
    assert listed == ids[::-1]
    assert len(next(iter(cc_executor.executions.list(page_size=2).pages())).executions) == 2
    rows = list(cc_executor.history(limit=5))
    assert {row.execution_id for row in rows} == set(ids)
    assert cc_executor.history(limit=2).text("csv").count("\n") == 3


def test_waiting_has_a_limit_and_ends_nothing(cc_executor: CcExecutor) -> None:
    execution = cc_executor.execute({"command": "sleep 600"})
    with pytest.raises(WaitTimeoutError):
        execution.result(0.3)
    assert execution.status().status in ("queued", "running")
    assert execution.cancel().status == "cancelling"
    assert execution.result(progress=True).status == "cancelled"
    with pytest.raises(ConflictError):
        execution.pause()


def test_what_is_not_there(cc_executor: CcExecutor) -> None:
    with pytest.raises(NotFoundError):
        cc_executor.executions.get("not-there")
    with pytest.raises(NotFoundError):
        next(cc_executor.executions.attach("not-there").events())


def test_what_the_server_says_of_itself(cc_executor: CcExecutor) -> None:
    assert cc_executor.health().status == "healthy"
    assert cc_executor.auth_status().status == "authenticated"
    assert cc_executor.configuration().version
    assert cc_executor.hook_status().enabled is False
    assert cc_executor.evidence_key().fingerprint.startswith("SHA256:")
    assert cc_executor.analyze(["Do it."]).total_tasks == 1


def test_what_happened_between_two_times(cc_executor: CcExecutor, cc_executor_server: LocalServer) -> None:
    execution = cc_executor.execute([{"command": "exit 3"}])
    execution.result(60)
    report = cc_executor.report(since="2001-01-01")
    assert execution.id in report.model_dump_json()
    assert execution.id in cc_executor.report_page(since="2001-01-01").replace("\\", "")
    assert "<html" in cc_executor.report_page(format="html")
    assert execution.id not in cc_executor.report(since="2001-01-01", label="none=here").model_dump_json()

    async def run() -> None:
        async with AsyncCcExecutor(cc_executor_server.url) as client:
            assert execution.id in (await client.report(since="2001-01-01")).model_dump_json()
            assert execution.id in (await client.report_page(since="2001-01-01")).replace("\\", "")

    asyncio.run(run())


def test_where_a_text_is(cc_executor: CcExecutor, cc_executor_server: LocalServer) -> None:
    execution = cc_executor.execute(["Write a file.", {"command": "echo a needle; echo NEEDLE >&2"}])
    execution.result(60)
    found = execution.search("needle")
    assert [(hit.task, hit.stream, hit.line) for hit in found.hits] == [(2, "stdout", 1), (2, "stderr", 1)]
    assert execution.search("needle", match_case=True, task=2, stream="stdout", limit=1).count == 1
    assert execution.search("needle", from_byte=2).count == 1
    assert execution.search("needle", skip=1).hits == found.hits[1:]
    said = execution.search("print('hello')", stream="messages")
    assert said.hits
    assert {hit.task for hit in said.hits} == {1}
    assert execution.id in {hit.execution_id for hit in cc_executor.search("needle", since="2001-01-01").hits}
    assert cc_executor.search("needle", label="none=here").count == 0

    async def run() -> None:
        async with AsyncCcExecutor(cc_executor_server.url) as client:
            assert (await client.executions.attach(execution.id).search("needle", task=2)).count == 2
            assert (await client.search("needle", since="2001-01-01", limit=1)).count >= 2

    asyncio.run(run())


def test_a_client_serves_several_threads(cc_executor: CcExecutor) -> None:
    outputs: list[bytes] = []

    def run(word: str) -> None:
        execution = cc_executor.execute({"command": f"echo {word}"})
        for _ in execution:
            pass
        outputs.append(execution.output(1))

    threads = [threading.Thread(target=run, args=(str(index),)) for index in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outputs) == [f"{index}\n".encode() for index in range(5)]


def test_leaving_a_loop_frees_the_connection(cc_executor: CcExecutor) -> None:
    execution = cc_executor.execute({"command": "echo begun; sleep 600"})
    for event in execution:
        if event.type == "task.output":
            break
    assert execution.status().status == "running"
    execution.cancel()
    execution.result(60)


def test_an_async_client_serves_several_loops(cc_executor_server: LocalServer) -> None:
    client = AsyncCcExecutor(cc_executor_server.url)

    async def run() -> tuple[list[int], str]:
        execution = await client.execute([{"command": "echo one"}])
        seqs = [event.seq async for event in execution if isinstance(event, Event)]
        try:
            return seqs, (await execution.result()).status
        finally:
            await client.close()

    for _ in range(2):
        seqs, status = asyncio.run(run())
        assert seqs == list(range(1, len(seqs) + 1))
        assert status == "completed"


def test_everything_else_of_the_async_client(cc_executor_server: LocalServer) -> None:
    async def run() -> None:
        async with AsyncCcExecutor(cc_executor_server.url) as client:
            execution = await client.execute({"command": "echo one; sleep 600"})
            with pytest.raises(WaitTimeoutError):
                await execution.result(0.3)
            async for event in execution:
                if event.type == "task.output":
                    break
            assert (await execution.status()).status == "running"
            await execution.cancel()
            assert (await execution.result(progress=True)).status == "cancelled"
            assert await execution.output(1) == b"one\n"
            assert b"".join([piece async for piece in execution.iter_output(1)]) == b"one\n"
            assert (await execution.receipt(1)).task == 1
            assert await execution.changes(1) is not None
            assert (await execution.verification()).verdict
            assert (await execution.report()).startswith("# echo one")
            assert str(await execution.display())
            assert (await execution.details()).execution_id == execution.id
            assert [one.execution_id async for one in client.executions.list(limit=1)] == [execution.id]
            assert len([row async for row in client.history(limit=1)]) == 1
            assert (await client.history(limit=1).text()).startswith("{")
            for call in (client.health, client.auth_status, client.configuration, client.hook_status):
                assert await call()
            assert await client.evidence_key()
            assert (await client.analyze("Do it.")).total_tasks == 1
            with pytest.raises(ConflictError):
                await execution.pause()
            with pytest.raises(ConflictError):
                await execution.resume()
            with pytest.raises(NotFoundError):
                await client.executions.get("not-there")

    asyncio.run(run())


@pytest.mark.parametrize(("timeout", "long", "short"), [(None, 300, 30), (5, 5, 5), (600, 600, 600)])
def test_what_takes_a_server_long_may_take_long(timeout: float | None, long: float, short: float) -> None:
    options = read_options("http://127.0.0.1:1", None, timeout, 0, 1)
    of_task = _calls.changes("id", 1, attempt=None, against=None, path=None)
    slow = [
        of_task,
        _calls.restore("id", 1, None, None, dry_run=False, hard=False),
        _calls.verification("id"),
        _calls.report("id", "html"),
        _calls.night(None, None, None),
        _calls.search("text", False, None, None, None, where={}),
    ]
    assert [arguments(options, call)["timeout"].read for call in slow] == [long] * len(slow)
    assert arguments(options, of_task)["timeout"].connect == short
    assert arguments(options, _calls.of_execution("id", "status"))["timeout"].read == short
