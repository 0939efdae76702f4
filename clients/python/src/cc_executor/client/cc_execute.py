"""Short forms under the names of cc_executor. Each works as a plain call and as one that is awaited."""

from __future__ import annotations

import asyncio
import json
import logging
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from inspect import isawaitable
from pathlib import Path
from typing import Any

from .._calls import TaskInput
from .._client import AsyncCcExecutor, CcExecutor
from .._execution import AsyncExecution
from .._lazy import models
from .._resolved import in_loop, run
from ..errors import NotFoundError, OptionError, TaskFailedError, TaskTimeoutError, UnreachableError

__all__ = [
    "CCExecutorConfig",
    "cc_execute",
    "cc_execute_list",
    "cc_execute_sync",
    "cc_execute_task_list",
    "check_token_limit",
    "detect_ambiguous_prompt",
    "estimate_timeout",
    "export_execution_history",
    "export_history_sync",
]

log = logging.getLogger("cc_executor")
# A token has about so many characters.
CHARACTERS = 4
TEXTS = {"type": "array", "items": {"type": "string"}}
# What an answer has with json_mode and without its own schema.
ANSWER = {
    "type": "object",
    "properties": {
        "result": {"description": "the answer itself"},
        "files_created": TEXTS,
        "files_modified": TEXTS,
        "summary": {"type": "string", "description": "what was done, in a sentence"},
        "execution_uuid": {"type": "string"},
    },
    "required": ["result", "summary"],
}


@dataclass
class CCExecutorConfig:
    """Settings of calls.

    Attributes:
        timeout: Each task's whole time, in seconds. Default: the server's.
        stream_output: Prints the text as it comes.
        save_transcript: Writes what an agent said into `transcript_dir`.
        response_dir: Where reports are written, with `generate_report`.
        url: The server; default: CC_EXECUTOR_URL, else http://127.0.0.1:8001.
        workspace: A folder below the server's workspaces; default: a new one for each call.
        model: The model; default: the agent's own.
    """

    timeout: float | None = None
    stream_output: bool = False
    save_transcript: bool = False
    response_dir: Path = Path("tmp/responses")
    transcript_dir: Path = Path("tmp/transcripts")
    url: str | None = None
    api_key: str | None = None
    workspace: str | None = None
    model: str | None = None


@dataclass
class _Asked:
    """What is asked of each task of a call, beside the configuration."""

    stream: bool | Callable[[str], object] | None = None
    agent_predict_timeout: bool = False
    json_mode: bool = False
    return_json: bool | None = None
    json_schema: Mapping[str, Any] | None = None
    return_dict: bool | None = None
    amend_prompt: bool = False
    validation_prompt: str | None = None
    generate_report: bool = False
    progress_callback: Callable[[str], object] | None = None
    timeout: float | None = None
    require_uuid: bool = False
    # Known from cc_executor. The server makes its own for each attempt.
    session_id: str | None = None
    execution_uuid: str | None = None

    @property
    def wants_json(self) -> bool:
        return self.json_mode or self.return_json is True or self.json_schema is not None

    @property
    def wants_fields(self) -> bool:
        return self.wants_json or self.return_dict is True or self.validation_prompt is not None


def _asked(options: Mapping[str, Any]) -> _Asked:
    unknown = set(options) - {field.name for field in fields(_Asked)}
    if unknown:
        raise TypeError(f"got an unexpected keyword argument {sorted(unknown)[0]!r}")
    return _Asked(**options)


def cc_execute(task: TaskInput, config: CCExecutorConfig | None = None, **options: Any) -> Any:
    """Runs one task and returns its answer: text, or with `json_mode` or `json_schema` the value of the JSON.

    Where an event loop runs, it is awaited; elsewhere it returns the answer at once.

    Args:
        task: A prompt, or a mapping with a `prompt` or a `command`.
        config: Settings of calls.
        json_mode: Returns a dict with `result`, `summary`, `files_created`, `files_modified`,
            `execution_uuid` and `execution_time` (seconds).
        json_schema: The answer has to fit this schema.
        return_dict: True: a dict also without JSON. False: of a dict only its `result`.
        stream: True prints the text as it comes; a function gets it.
        progress_callback: Is called with a line for each event; may be a coroutine function.
        amend_prompt: A fresh agent rewrites the prompt first, so that it can be done without questions.
        validation_prompt: A fresh agent gets this, with the answer in place of `{response}`; `is_valid` and
            `validation` of the dict have its verdict.
        generate_report: Writes a report into `config.response_dir`.
        timeout: Seconds; default: that of the configuration.
        agent_predict_timeout: Takes a timeout that is learnt from earlier runs.
        require_uuid: The task fails when its answer lacks the fresh UUID that was asked for.

    Raises:
        TaskFailedError: It did not succeed; `results` has what it gave.
    """
    return run(_one(task, config or CCExecutorConfig(), _asked(options)))


def cc_execute_list(tasks: Sequence[TaskInput], config: CCExecutorConfig | None = None, **options: Any) -> Any:
    """Runs tasks in order, in one workspace, and returns their answers. Options as in `cc_execute`.

    Raises:
        TaskFailedError: At the first task that does not succeed; those after it are not run.
    """
    return run(_list(tasks, config or CCExecutorConfig(), _asked(options)))


def cc_execute_task_list(tasks: Sequence[TaskInput], config: CCExecutorConfig | None = None, **options: Any) -> Any:
    """Runs all tasks in order, also after one that fails. Options as in `cc_execute`.

    Returns:
        A dict for each: `task_num`, `task`, `output`, `success` and `error`.
    """
    return run(_task_list(tasks, config or CCExecutorConfig(), _asked(options)))


def cc_execute_sync(task: TaskInput, config: CCExecutorConfig | None = None, **options: Any) -> Any:
    """Like `cc_execute`, and never to be awaited: in a running loop it works in a thread, and blocks."""
    coroutine = _one(task, config or CCExecutorConfig(), _asked(options))
    if not in_loop():
        return asyncio.run(coroutine)
    ended: list[Any] = []
    failed: list[BaseException] = []

    def work() -> None:
        try:
            ended.append(asyncio.run(coroutine))
        except BaseException as error:
            failed.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    if failed:
        raise failed[0]
    return ended[0]


def export_execution_history(
    redis_client: object = None, format: str = "json", limit: int = 100, config: CCExecutorConfig | None = None
) -> Any:
    """Returns the latest attempts as text, `json` or `csv`. `redis_client` is not used: the server is asked."""
    if format not in ("json", "csv"):
        raise OptionError(f"format is {format!r}; it must be 'json' or 'csv'.")
    return run(_history(config or CCExecutorConfig(), format, limit))


def export_history_sync(format: str = "json", limit: int = 100) -> str:
    """Returns the latest attempts as text, `json` or `csv`."""
    with CcExecutor() as client:
        return client.history(limit=limit).text(format)


def check_token_limit(task: str, max_tokens: int = 190_000) -> str:
    """Returns the task, without its end where it has more tokens than this, by an estimate. Logs a warning then."""
    if len(task) <= max_tokens * CHARACTERS:
        return task
    log.warning("The task has about %d tokens; it is cut to %d.", len(task) // CHARACTERS, max_tokens)
    return task[: max_tokens * CHARACTERS] + "\n\n[The end is left out.]"


def detect_ambiguous_prompt(task: str) -> str | None:
    """Returns what the server finds ambiguous, or not to be done unattended; None when it finds nothing."""
    with CcExecutor() as client:
        (found,) = client.analyze(task).tasks
    return "; ".join(one.message for one in found.findings) or None


def estimate_timeout(task: str, default: int = 120) -> int:
    """Returns seconds that such tasks hardly ever take, learnt from earlier runs; `default` without a server."""
    try:
        with CcExecutor() as client:
            (found,) = client.analyze(task).tasks
    except UnreachableError:
        return default
    return round(found.prediction.limit) if found.prediction.based_on.runs else default


async def _one(task: TaskInput, config: CCExecutorConfig, asked: _Asked) -> Any:
    (answer,) = await _list([task], config, asked)
    return answer


async def _list(tasks: Sequence[TaskInput], config: CCExecutorConfig, asked: _Asked) -> list[Any]:
    async with _client(config) as client:
        execution, results = await _followed(client, tasks, config, asked, "stop")
        for one in results.results:
            if one.status != "completed":
                raise _failure(one, results)
        return [await _answer(execution, one, config, asked) for one in results.results]


async def _task_list(tasks: Sequence[TaskInput], config: CCExecutorConfig, asked: _Asked) -> list[dict[str, Any]]:
    async with _client(config) as client:
        execution, results = await _followed(client, tasks, config, asked, "continue")
        answers = []
        for task, one in zip(tasks, results.results, strict=True):
            success = one.status == "completed"
            answers.append(
                {
                    "task_num": one.task_number,
                    "task": task,
                    "output": await _answer(execution, one, config, asked) if success else None,
                    "success": success,
                    "error": None if success else str(_failure(one, results)),
                }
            )
        return answers


async def _history(config: CCExecutorConfig, format: str, limit: int) -> str:
    async with _client(config) as client:
        return await client.history(limit=limit).text(format)


def _client(config: CCExecutorConfig) -> AsyncCcExecutor:
    return AsyncCcExecutor(config.url, api_key=config.api_key)


async def _followed(
    client: AsyncCcExecutor, tasks: Sequence[TaskInput], config: CCExecutorConfig, asked: _Asked, on_failure: Any
) -> tuple[AsyncExecution, models.Results]:
    """Runs tasks to their end, and shows what was asked for."""
    timeout = asked.timeout if asked.timeout is not None else config.timeout
    execution = await client.execute(
        [_task(task, config, asked) for task in tasks],
        timeout_per_task="auto" if asked.agent_predict_timeout and timeout is None else timeout,
        workspace=config.workspace,
        on_failure=on_failure,
    )
    show = asked.stream if asked.stream is not None else config.stream_output
    if show or asked.progress_callback is not None:
        async for event in execution:
            text = event.text if isinstance(event, models.Event) else None
            if text is not None and show:
                (_print if show is True else show)(text)
            if asked.progress_callback is not None:
                called = asked.progress_callback(text if text is not None else _line(event))
                if isawaitable(called):
                    await called
    return execution, await execution.result()


def _task(task: TaskInput, config: CCExecutorConfig, asked: _Asked) -> dict[str, object]:
    whole: dict[str, object] = {"prompt": task} if isinstance(task, str) else dict(task)
    if "command" in whole:
        return whole
    schema = asked.json_schema or (ANSWER if asked.wants_json else None)
    more: dict[str, object] = {
        "json_schema": schema,
        # Only text and objects have room for one.
        "uuid": True if schema is None or schema.get("type") == "object" else None,
        "require_uuid": asked.require_uuid or None,
        "amend_prompt": asked.amend_prompt or None,
        "validation_prompt": asked.validation_prompt,
        "model": config.model,
    }
    return {**{name: value for name, value in more.items() if value is not None}, **whole}


async def _answer(execution: AsyncExecution, one: models.TaskResult, config: CCExecutorConfig, asked: _Asked) -> Any:
    text = one.result if one.result is not None else one.stdout
    if one.truncated:
        stream: Any = "stdout" if one.result is None else "result"
        text = (await execution.output(one.task_number, stream=stream)).decode(errors="replace")
    value: Any = text
    if asked.wants_json and one.result is not None:
        value = json.loads(text) if one.json_ is None and one.truncated else one.json_
    if asked.wants_fields and asked.json_schema is None:
        value = await _fields(execution, one, value)
    if one.validation is not None and isinstance(value, dict):
        verdict = one.validation
        # A validator that can't run never blocks what was done.
        value["is_valid"] = verdict.is_valid is not False
        value["validation"] = {**verdict.model_dump(mode="json"), "issues": verdict.suggestions}
    if asked.generate_report:
        path = _write(config.response_dir / f"{execution.id}.md", await execution.report())
        if isinstance(value, dict):
            value["report_path"] = str(path)
    if config.save_transcript:
        said = (await execution.output(one.task_number)).decode(errors="replace")
        _write(config.transcript_dir / f"{execution.id}-{one.task_number}.md", said)
    if asked.return_dict is False and isinstance(value, dict) and "result" in value:
        return value["result"]
    return value


async def _fields(execution: AsyncExecution, one: models.TaskResult, value: Any) -> dict[str, Any]:
    """Returns the fields that cc_executor's programs read; what an agent left out, from what was seen."""
    answer = dict(value) if isinstance(value, dict) else {"result": value}
    try:
        changes = await execution.changes(one.task_number)
    except NotFoundError:
        changes = None
    seen = changes.changes if changes is not None else []
    answer.setdefault("files_created", [file.path for file in seen if file.change == "added"])
    answer.setdefault("files_modified", [file.path for file in seen if file.change == "changed"])
    answer.setdefault("summary", one.message or one.status_text or one.status)
    answer["execution_time"] = one.execution_time
    answer["execution_uuid"] = one.uuid_proof.found if one.uuid_proof is not None else None
    return answer


def _failure(one: models.TaskResult, results: models.Results) -> TaskFailedError:
    kind = TaskTimeoutError if one.status == "timed_out" else TaskFailedError
    what = f"Task {one.task_number} ({one.task_description}): {one.message or one.status}"
    return kind(one.outcome or one.status, what, results)


def _line(event: models.Followed) -> str:
    if not isinstance(event, models.Event):
        return event.type
    where = "" if event.task is None else f", task {event.task}"
    said = event.data.get("message") or event.data.get("reason")
    return f"{event.type}{where}{f': {said}' if isinstance(said, str) else ''}"


def _print(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()


def _write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    log.info("Written: %s", path)
    return path
