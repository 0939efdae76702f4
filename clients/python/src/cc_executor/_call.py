"""A call as data, and how its answer is read: all that both clients share."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from ._lazy import models
from .errors import BadAnswerError, LocalError, ServerError, UnreachableError, class_for

if TYPE_CHECKING:
    from ._model import Model
    from ._options import Options

ModelT = TypeVar("ModelT", bound="Model")
# The server says every 15 s that it lives, where it has nothing to say.
SILENCE = 45.0
# How long an answer may take, in seconds, and one for which the server reads or writes file by file.
ANSWER = 30.0
LONG_ANSWER = 300.0


@dataclass(frozen=True)
class Call:
    """One request."""

    path: str
    method: str = "GET"
    query: Mapping[str, object] = field(default_factory=dict)
    body: object = None
    headers: Mapping[str, str] = field(default_factory=dict)
    # Statuses of error whose body is an answer all the same.
    also: tuple[int, ...] = ()
    # Whether making it twice is the same as making it once.
    repeatable: bool = True
    # Seconds; None: the client's.
    timeout: float | None = None
    # Whether the server may take minutes before its answer begins.
    takes_long: bool = False


def arguments(options: Options, call: Call, *, silence: float | None = None) -> dict[str, Any]:
    """Returns what httpx2 wants to know. `silence`: seconds for which the body may be silent."""
    import httpx2

    headers = {**options.headers, **call.headers}
    content = None
    if call.body is not None:
        content = json.dumps(call.body, ensure_ascii=False, allow_nan=False).encode()
        headers["content-type"] = "application/json"
    seconds = min(options.timeout or ANSWER, call.timeout or float("inf"))
    is_default = options.timeout is None and call.timeout is None
    answer = LONG_ANSWER if call.takes_long and is_default else seconds
    query = {name: _query(value) for name, value in call.query.items() if value is not None}
    return {
        "method": call.method,
        "url": f"{options.url}/{call.path}",
        "params": query,
        "content": content,
        "headers": headers,
        "timeout": httpx2.Timeout(seconds, read=silence or answer),
    }


def _query(value: object) -> str | list[str]:
    """A value that is given again for each of several."""
    return [_text(one) for one in value] if isinstance(value, (list, tuple)) else _text(value)


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def failure(options: Options, error: Exception) -> Exception:
    """Returns what to raise for what a library raised."""
    import httpx2

    if isinstance(error, (httpx2.ReadTimeout, httpx2.WriteTimeout)):
        return UnreachableError(f"{options.url} says nothing.", is_silent=True)
    if isinstance(error, (httpx2.TransportError, httpx2.StreamError)):
        return UnreachableError(f"{options.url} can't be reached ({error or type(error).__name__}).")
    if isinstance(error, httpx2.HTTPError):
        return BadAnswerError(f"{options.url} answered what is not HTTP ({error}).")
    return error


def is_answer(call: Call, status: int) -> bool:
    """Whether a status is one of success for this call."""
    return 200 <= status < 300 or status in call.also


def refusal(options: Options, status: int, content: bytes) -> ServerError | LocalError:
    """Returns the error that an answer is."""
    try:
        problem = models.Problem.model_validate_json(content)
    except ValueError:
        said = f"{options.url} answered {status}"
        # A proxy in front of a server that is away answers in its own words.
        if status in (502, 503, 504):
            return UnreachableError(f"{said}: nothing is behind it.")
        return BadAnswerError(f"{said}, and not in the words of a cc-executor.")
    return class_for(status)(
        problem.code,
        problem.detail,
        status=status,
        errors=problem.errors,
        instructions=problem.instructions,
        request_id=problem.request_id,
    )


def read_json(options: Options, content: bytes) -> Any:
    """Returns the JSON of an answer."""
    try:
        return json.loads(content)
    except ValueError as error:
        raise BadAnswerError(f"{options.url} answered something that is not JSON.") from error


def read_model(options: Options, content: bytes, model: type[ModelT]) -> ModelT:
    """Returns the answer as a model."""
    from pydantic import ValidationError

    try:
        return model.model_validate_json(content)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False)[0]
        what = (
            "something that is not JSON"
            if first["type"] == "json_invalid"
            else f"a {model.__name__} that this version does not know "
            f"({'.'.join(map(str, first['loc']))}: {first['msg']})"
        )
        raise BadAnswerError(f"{options.url} answered {what}.") from error
