"""The Python client of cc-executor, which runs long lists of tasks through a coding agent, unattended.

from cc_executor import CcExecutor

with CcExecutor() as cc:
    execution = cc.execute(["Write a haiku into haiku.txt", {"command": "cat haiku.txt"}])
    for event in execution:
        ...
    results = execution.result()
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from ._version import __version__

if TYPE_CHECKING:
    from ._calls import TaskInput
    from ._client import AsyncCcExecutor, CcExecutor
    from ._execution import AsyncExecution, Execution
    from ._local import LocalServer
    from ._task import Task
    from .client.cc_execute import CCExecutorConfig, cc_execute, cc_execute_list, cc_execute_task_list
    from .errors import (
        AuthenticationError,
        BadAnswerError,
        BadRequestError,
        CcExecutorError,
        ConflictError,
        LocalError,
        NotFoundError,
        OptionError,
        PermissionDeniedError,
        ServerError,
        StartError,
        TaskFailedError,
        TaskTimeoutError,
        UnavailableError,
        UnreachableError,
        WaitTimeoutError,
    )
    from .models import Event, Followed, Gap, Reset

# Loaded when they are first used, so that an import costs little.
_PLACES = {
    "Task": "_task",
    "TaskInput": "_calls",
    **dict.fromkeys(["AsyncCcExecutor", "CcExecutor"], "_client"),
    **dict.fromkeys(["AsyncExecution", "Execution"], "_execution"),
    "LocalServer": "_local",
    **dict.fromkeys(["CCExecutorConfig", "cc_execute", "cc_execute_list", "cc_execute_task_list"], "client.cc_execute"),
    **dict.fromkeys(
        [
            "AuthenticationError",
            "BadAnswerError",
            "BadRequestError",
            "CcExecutorError",
            "ConflictError",
            "LocalError",
            "NotFoundError",
            "OptionError",
            "PermissionDeniedError",
            "ServerError",
            "StartError",
            "TaskFailedError",
            "TaskTimeoutError",
            "UnavailableError",
            "UnreachableError",
            "WaitTimeoutError",
        ],
        "errors",
    ),
    **dict.fromkeys(["Event", "Followed", "Gap", "Reset"], "models"),
}

__all__ = [
    "AsyncCcExecutor",
    "AsyncExecution",
    "AuthenticationError",
    "BadAnswerError",
    "BadRequestError",
    "CCExecutorConfig",
    "CcExecutor",
    "CcExecutorError",
    "ConflictError",
    "Event",
    "Execution",
    "Followed",
    "Gap",
    "LocalError",
    "LocalServer",
    "NotFoundError",
    "OptionError",
    "PermissionDeniedError",
    "Reset",
    "ServerError",
    "StartError",
    "Task",
    "TaskFailedError",
    "TaskInput",
    "TaskTimeoutError",
    "UnavailableError",
    "UnreachableError",
    "WaitTimeoutError",
    "__version__",
    "cc_execute",
    "cc_execute_list",
    "cc_execute_task_list",
]


def __getattr__(name: str) -> Any:
    place = _PLACES.get(name)
    if place is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f".{place}", __name__), name)


def __dir__() -> list[str]:
    return __all__
