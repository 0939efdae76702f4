"""Following an execution: a position in its log, kept over broken connections."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncGenerator, Generator, Mapping
from typing import TYPE_CHECKING
from urllib.parse import quote

from ._backoff import Patience, Tries
from ._call import SILENCE, Call
from ._lazy import models
from .errors import BadAnswerError, LocalError, ServerError, UnreachableError

if TYPE_CHECKING:
    import httpx2

    from ._transport import AsyncTransport, Transport

# A stream that says nothing for less than this is not dead: the server speaks every 15 s. Seconds.
LEAST_SILENCE = 20.0
# A connection that is this old has lasted: the server is there, even if nothing came. Seconds.
LASTING = 10.0
LAST_EVENTS = frozenset({"execution.completed", "execution.failed", "execution.cancelled"})


class Position:
    """What has been seen of one execution's log; a stream from here on brings the rest, each event once."""

    def __init__(
        self,
        execution_id: str,
        after: int,
        epoch: str | None,
        give_up_after: float,
        tries: Tries | None,
        only: Mapping[str, object],
    ) -> None:
        self._execution_id = execution_id
        self._after = after
        self._epoch = epoch
        self._only = only
        # Those of a server that was never reached; None: it was, and comes back.
        self._tries = tries
        self._patience = Patience(give_up_after)
        self._opened = 0.0
        self.silence = max(LEAST_SILENCE, min(SILENCE, give_up_after))

    def call(self) -> Call:
        """The call that continues here."""
        return Call(
            f"executions/{quote(self._execution_id, safe='')}/events",
            query={"after": self._after, "epoch": self._epoch, **self._only},
            headers={"accept": "text/event-stream"},
        )

    def opened(self, response: httpx2.Response) -> bool:
        """Notes that an answer has begun. Returns whether there is anything to follow."""
        self._tries = None
        self._opened = time.monotonic()
        if response.status_code == 204:
            return False
        kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind != "text/event-stream":
            raise BadAnswerError(f"The stream of events came as {kind or 'nothing'}.")
        return True

    def take(self, message: httpx2.ServerSentEvent) -> models.Followed | None:
        """Moves on. Returns what is new; None for what was seen already."""
        if not message.data:
            return None
        item = _parse(message)
        if isinstance(item, models.Reset):
            self._after, self._epoch = 0, item.epoch
            return item
        seq = item.to if isinstance(item, models.Gap) else item.seq
        if seq <= self._after:
            return None
        self._after = seq
        if isinstance(item, models.Event):
            self._epoch = item.epoch
        self._patience.reset()
        return item

    def given(self) -> None:
        """Called when the caller asks for the next: the time that it took is not the server's."""
        self._patience.heard()

    def broken(self, error: Exception | None) -> float:
        """Returns the pause before the next connection; raises when the server is given up."""
        if self._opened and time.monotonic() - self._opened > LASTING:
            self._patience.heard()
        self._opened = 0.0
        if error is not None and self._tries is not None:
            return self._tries.after(error)
        return self._patience.after(error or UnreachableError("The stream ends again and again before its end."))


def _parse(message: httpx2.ServerSentEvent) -> models.Followed:
    try:
        if message.event == "gap":
            gap = json.loads(message.data)
            return models.Gap(start=gap["from"], to=gap["to"], output=gap["output"])
        if message.event == "reset":
            return models.Reset.model_validate_json(message.data)
        return models.Event.model_validate_json(message.data)
    except (ValueError, KeyError, TypeError) as error:
        raise BadAnswerError("A message of the stream of events is not what this version knows.") from error


def is_last(item: models.Followed) -> bool:
    """Whether nothing follows."""
    return item.type in LAST_EVENTS


def follow(transport: Transport, position: Position) -> Generator[models.Followed, None, None]:
    """Yields what follows the position, to the last event. Closing it frees the connection."""
    from httpx2 import EventSource

    while True:
        failure: Exception | None = None
        try:
            with transport.open(position.call(), silence=position.silence) as response:
                if not position.opened(response):
                    return
                for message in EventSource(response, max_event_size=None):
                    item = position.take(message)
                    if item is None:
                        continue
                    yield item
                    position.given()
                    if is_last(item):
                        return
        except (ServerError, LocalError) as error:
            failure = error
        time.sleep(position.broken(failure))


async def follow_async(transport: AsyncTransport, position: Position) -> AsyncGenerator[models.Followed, None]:
    """Yields what follows the position, to the last event. Closing it frees the connection."""
    from httpx2 import EventSource

    while True:
        failure: Exception | None = None
        try:
            async with transport.open(position.call(), silence=position.silence) as response:
                if not position.opened(response):
                    return
                async for message in EventSource(response, max_event_size=None):
                    item = position.take(message)
                    if item is None:
                        continue
                    yield item
                    position.given()
                    if is_last(item):
                        return
        except (ServerError, LocalError) as error:
            failure = error
        await asyncio.sleep(position.broken(failure))
