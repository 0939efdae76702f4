"""The calls of the API, as data: what a method of either client sends."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime, timezone
from typing import Literal, TypeAlias
from urllib.parse import quote

from ._call import Call
from ._task import Task
from .errors import OptionError

TaskInput: TypeAlias = str | Task | Mapping[str, object]
"""A task; a string is a prompt."""
Tasks: TypeAlias = TaskInput | Sequence[TaskInput]
"""A list of tasks, or a single one."""
Time: TypeAlias = datetime | str
"""A time; text is RFC 3339, or a date."""
Stream: TypeAlias = Literal["stdout", "stderr", "result"]
Searched: TypeAlias = Literal["stdout", "stderr", "messages"]
"""Where a text is looked for; `messages`: what an agent said, thought, and asked of and got from tools."""
Against: TypeAlias = Literal["start", "previous"]
"""What changes are compared with: the workspace before the execution, or before the task."""


def execute(tasks: Tasks, idempotency_key: str | None, options: Mapping[str, object]) -> Call:
    """`POST /execute`. The key makes its repetition the same call."""
    key = idempotency_key or secrets.token_hex(16)
    return Call("execute", "POST", body=_body(tasks, options), headers={"idempotency-key": key})


def analyze(tasks: Tasks, options: Mapping[str, object]) -> Call:
    return Call("tasks/analyze", "POST", body=_body(tasks, options))


def _body(tasks: Tasks, options: Mapping[str, object]) -> dict[str, object]:
    listed = [tasks] if isinstance(tasks, (str, Mapping)) else list(tasks)
    body = {"tasks": listed, **{name: value for name, value in options.items() if value is not None}}
    return {name: _plain(value, name) for name, value in body.items()}


def _plain(value: object, path: str) -> object:
    """Returns a value as JSON has it. What JSON has not is refused here, where it can still be named."""
    if value is None or isinstance(value, (str, bool, int)):
        return value
    if isinstance(value, float):
        if value != value or value in (float("inf"), float("-inf")):
            raise OptionError(f"{path} is {value}, which JSON does not have.")
        return value
    if isinstance(value, Mapping):
        for name in value:
            if not isinstance(name, str):
                raise OptionError(f"{path} has the key {name!r}; keys must be strings.")
        return {name: _plain(one, f"{path}.{name}") for name, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(one, f"{path}[{index}]") for index, one in enumerate(value)]
    raise OptionError(f"{path} is a {type(value).__name__}, which JSON does not have.")


def executions(filters: Mapping[str, object], page_size: int | None, cursor: str | None) -> Call:
    return Call("executions", query={**filters, "limit": page_size, "cursor": cursor})


def filters(
    status: str | None,
    label: str | Sequence[str] | None,
    outcome: str | None,
    q: str | None,
    since: Time | None,
    until: Time | None,
) -> dict[str, object]:
    """Returns which executions are listed, as the query has it."""
    return {
        "status": status,
        "label": label,
        "outcome": outcome,
        "q": q,
        "from": _time(since),
        "to": _time(until),
    }


def of_execution(execution_id: str, rest: str = "", **query: object) -> Call:
    """A GET below one execution."""
    return Call(_path(execution_id, rest), query=query)


def control(execution_id: str, verb: Literal["cancel", "pause", "resume", "remove"]) -> Call:
    return Call(_path(execution_id, verb), "POST", repeatable=verb == "cancel")


def output(execution_id: str, task: int, stream: Stream, attempt: int | None, start: int) -> Call:
    return Call(
        _path(execution_id, f"tasks/{task}/output"),
        query={"stream": stream, "attempt": attempt},
        headers={"range": f"bytes={start}-"} if start > 0 else {},
    )


def changes(
    execution_id: str,
    task: int | None,
    *,
    attempt: int | None,
    against: Against | None,
    path: str | None,
    **query: object,
) -> Call:
    of_task = "" if task is None else f"tasks/{task}/"
    of_them = {"attempt": attempt, "against": against, "path": path, **query}
    return Call(_path(execution_id, f"{of_task}changes"), query=of_them, takes_long=True)


def file(execution_id: str, path: str, at: str | None, start: int) -> Call:
    return Call(
        _path(execution_id, "file"),
        query={"path": path, "at": at},
        headers={"range": f"bytes={start}-"} if start > 0 else {},
    )


def restore(
    execution_id: str, before_task: int | None, after_task: int | None, snapshot: str | None, dry_run: bool, hard: bool
) -> Call:
    to = {"before_task": before_task, "after_task": after_task, "snapshot": snapshot}
    body = {**{name: value for name, value in to.items() if value is not None}, "dry_run": dry_run, "hard": hard}
    # Made twice, its second answer would name what the first one restored as what undoes it.
    return Call(_path(execution_id, "restore"), "POST", body=body, repeatable=dry_run, takes_long=True)


def rerun(
    execution_id: str,
    from_task: int | Literal["failed"],
    tasks: Tasks | None,
    workspace: Literal["restore", "keep"],
    idempotency_key: str | None,
) -> Call:
    given = {"from": from_task, "workspace": workspace}
    body = given if tasks is None else _body(tasks, given)
    key = idempotency_key or secrets.token_hex(16)
    return Call(_path(execution_id, "rerun"), "POST", body=body, headers={"idempotency-key": key})


def report(execution_id: str, format: Literal["markdown", "html"]) -> Call:
    return Call(_path(execution_id, "report"), headers={"accept": f"text/{format}"}, takes_long=True)


def verification(execution_id: str) -> Call:
    return Call(_path(execution_id, "verification"), takes_long=True)


def night(since: Time | None, until: Time | None, label: str | Sequence[str] | None, format: str | None = None) -> Call:
    """`GET /report`: as JSON, or as a page."""
    accept = "application/json" if format is None else f"text/{format}"
    query = {"since": _time(since), "until": _time(until), "label": label}
    return Call("report", query=query, headers={"accept": accept}, takes_long=True)


def search(
    text: str,
    match_case: bool,
    stream: Searched | None,
    skip: int | None,
    limit: int | None,
    execution_id: str | None = None,
    *,
    since: Time | None = None,
    until: Time | None = None,
    where: Mapping[str, object],
) -> Call:
    """`GET /search`, or that of one execution."""
    path = "search" if execution_id is None else _path(execution_id, "search")
    how = {"q": text, "match_case": "true" if match_case else None, "stream": stream, "skip": skip, "limit": limit}
    query = {**how, "since": _time(since), "until": _time(until), **where}
    return Call(path, query=query, takes_long=True)


def history(
    format: str,
    since: Time | None,
    until: Time | None,
    status: str | None,
    execution_id: str | None,
    limit: int | None,
) -> Call:
    query = {
        "format": format,
        "from": _time(since),
        "to": _time(until),
        "status": status,
        "execution_id": execution_id,
        "limit": limit,
    }
    return Call("history", query=query)


def _time(given: Time | None) -> str | None:
    if not isinstance(given, datetime):
        return given
    # A time without a zone is the local one, as everywhere in Python.
    return given.astimezone(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _path(execution_id: str, rest: str) -> str:
    if not isinstance(execution_id, str) or execution_id.strip(".") == "":
        raise OptionError(f"The execution's id is {execution_id!r}; it must be text.")
    return f"executions/{quote(execution_id, safe='')}{'/' if rest else ''}{rest}"
