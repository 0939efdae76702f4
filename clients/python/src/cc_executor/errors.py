"""Errors: `ServerError` is what a server said, `LocalError` is what happened on this side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .models import Fault, Results


class CcExecutorError(Exception):
    """Anything that this client raises by itself.

    Attributes:
        code: A stable name for programs. Of the server's error table, an outcome, or a code of this client.
        message: A sentence for people.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message

    def __reduce__(self) -> tuple[Any, ...]:
        return (_rebuild, (type(self), self.__dict__, self.args))


def _rebuild(cls: type[CcExecutorError], state: dict[str, Any], args: tuple[Any, ...]) -> CcExecutorError:
    """Makes a pickled error again; their constructors take other arguments than `args`."""
    error = cls.__new__(cls, *args)
    error.__dict__.update(state)
    error.args = args
    return error


class ServerError(CcExecutorError):
    """A server refused a call.

    Attributes:
        status: The HTTP status.
        errors: Every fault of the input, each with `path` and `message`.
        instructions: Steps that fix it.
        request_id: Finds the call in the server's log.
    """

    def __init__(
        self,
        code: str,
        message: str,
        *,
        status: int | None = None,
        errors: list[Fault] | None = None,
        instructions: list[str] | None = None,
        request_id: str | None = None,
    ) -> None:
        super().__init__(code, message)
        self.status = status
        self.errors = errors or []
        self.instructions = instructions or []
        self.request_id = request_id


class BadRequestError(ServerError):
    """400: the input has faults, all of which are in `errors`. Nothing was stored."""


class AuthenticationError(ServerError):
    """401: the server needs a key, or another one."""


class PermissionDeniedError(ServerError):
    """403 or 421: the server does not allow this."""


class NotFoundError(ServerError):
    """404 or 410: it is not there, or no longer."""


class ConflictError(ServerError):
    """409: not possible in the present state."""


class UnavailableError(ServerError):
    """5xx: the server can't answer now. A later try may succeed."""


class TaskFailedError(CcExecutorError):
    """A task did not succeed. Raised by the short forms; `code` is the task's outcome.

    Attributes:
        results: What all tasks gave.
        execution_id: The execution; everything about it stays on the server.
    """

    def __init__(self, code: str, message: str, results: Results) -> None:
        super().__init__(code, message)
        self.results = results
        self.execution_id = results.execution_id


class TaskTimeoutError(TaskFailedError, TimeoutError):
    """A task took longer than it may."""


class LocalError(CcExecutorError):
    """Something on this side: nothing that a server said."""


class UnreachableError(LocalError, ConnectionError):
    """`UNREACHABLE`: the server does not answer, or stopped answering for too long.

    Attributes:
        is_silent: It is there and says nothing: another try would hang as long.
    """

    def __init__(self, message: str, *, is_silent: bool = False) -> None:
        super().__init__("UNREACHABLE", message)
        self.is_silent = is_silent


class WaitTimeoutError(LocalError, TimeoutError):
    """`WAIT_TIMEOUT`: the execution did not end in the time that the caller gave. It continues."""

    def __init__(self, message: str) -> None:
        super().__init__("WAIT_TIMEOUT", message)


class BadAnswerError(LocalError):
    """`BAD_ANSWER`: what answered does not speak as a cc-executor that this version knows."""

    def __init__(self, message: str) -> None:
        super().__init__("BAD_ANSWER", message)


class OptionError(LocalError, ValueError):
    """`BAD_OPTION`: an option makes no sense."""

    def __init__(self, message: str) -> None:
        super().__init__("BAD_OPTION", message)


class StartError(LocalError):
    """`NOT_STARTED`: a server can't be started here; the message says why."""

    def __init__(self, message: str) -> None:
        super().__init__("NOT_STARTED", message)


_BY_STATUS: dict[int, type[ServerError]] = {
    400: BadRequestError,
    401: AuthenticationError,
    403: PermissionDeniedError,
    404: NotFoundError,
    409: ConflictError,
    410: NotFoundError,
    413: BadRequestError,
    415: BadRequestError,
    416: BadRequestError,
    421: PermissionDeniedError,
}


def class_for(status: int) -> type[ServerError]:
    """Returns the class of errors with this HTTP status."""
    return _BY_STATUS.get(status, UnavailableError if status >= 500 else ServerError)
