"""How long to wait before the next try, and when to stop trying."""

from __future__ import annotations

import random
import time
from typing import Protocol

from .errors import ServerError, UnreachableError

FIRST = 0.1
LONGEST = 5.0


def pause(failures: int) -> float:
    """Returns seconds to wait: longer after each failure, and never the same for many clients."""
    return float(min(FIRST * 2 ** min(failures, 10), LONGEST) * random.uniform(0.5, 1.0))


def may_pass(error: Exception) -> bool:
    """Whether a later try can help: the server is away or restarts. What it says about the call stays true."""
    if isinstance(error, ServerError):
        return error.status in (500, 503)
    return isinstance(error, UnreachableError) and not error.is_silent


class Tries(Protocol):
    """Decides about the next try."""

    def after(self, error: Exception) -> float:
        """Returns the pause before the next try; raises the error when there is none."""
        ...


class Retries:
    """The tries of one call."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._made = 0

    def after(self, error: Exception) -> float:
        """Returns the pause before the next try; raises the error when there is none."""
        if self._made >= self._most or not may_pass(error):
            raise error
        self._made += 1
        # Many calls together must not find a restarting server gone that is back a second later.
        return pause(self._made + 1)


class Patience:
    """The tries of one who follows an execution: until nothing was heard for `seconds`. Monotonic."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._failures = 0
        self._since = time.monotonic()

    def reset(self) -> None:
        """Called when something worked."""
        self._failures = 0
        self.heard()

    def heard(self) -> None:
        """Called when the other side is there, though nothing has come of it yet."""
        self._since = time.monotonic()

    def after(self, error: Exception) -> float:
        """Returns the pause before the next try; raises the error when it can't pass, or the server is given up."""
        if not may_pass(error) and not isinstance(error, UnreachableError):
            raise error
        if time.monotonic() - self._since > self._seconds:
            raise error
        self._failures += 1
        return pause(self._failures - 1)
