"""Values that may also be awaited: the same call works with and without an event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Generator
from typing import Any, NoReturn


class _Resolved:
    """A coroutine that has its result already, for `await` and for `asyncio.run`."""

    def _plain(self) -> Any:
        raise NotImplementedError

    def send(self, value: Any) -> NoReturn:
        raise StopIteration(self._plain())

    def throw(self, *error: Any) -> NoReturn:
        raise error[0]

    def close(self) -> None:
        """Does nothing: nothing runs."""

    def __await__(self) -> Generator[Any, None, Any]:
        yield from ()
        return self._plain()


class _Text(_Resolved, str):
    def _plain(self) -> str:
        return str(self)


class _Fields(_Resolved, dict[str, Any]):
    def _plain(self) -> dict[str, Any]:
        return dict(self)


class _Items(_Resolved, list[Any]):
    def _plain(self) -> list[Any]:
        return list(self)


def run(coroutine: Coroutine[Any, Any, Any]) -> Any:
    """Returns the coroutine where a loop runs, else its result, which may be awaited all the same."""
    if in_loop():
        return coroutine
    value = asyncio.run(coroutine)
    if isinstance(value, str):
        return _Text(value)
    if isinstance(value, dict):
        return _Fields(value)
    return _Items(value) if isinstance(value, list) else value


def in_loop() -> bool:
    """Whether an event loop runs in this thread."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True
