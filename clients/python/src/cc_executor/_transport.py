"""Makes calls to one server; knows how errors look, and nothing about executions."""

from __future__ import annotations

import asyncio
import os
import threading
import time
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import TYPE_CHECKING

from ._backoff import Retries, Tries
from ._call import Call, arguments, failure, is_answer, refusal
from .errors import LocalError, ServerError

if TYPE_CHECKING:
    import httpx2

    from ._options import Options


class Transport:
    """For threads. A process that was forked gets connections of its own."""

    def __init__(self, options: Options) -> None:
        self.options = options
        self._lock = threading.Lock()
        self._client: httpx2.Client | None = None
        self._pid = 0

    def send(self, call: Call, tries: Tries | None = None) -> bytes:
        """Returns the answer's body, when its status is one of success."""
        tries = tries or Retries(self.options.max_retries if call.repeatable else 0)
        while True:
            try:
                with self.open(call) as response:
                    return response.read()
            except (ServerError, LocalError) as error:
                wait = tries.after(error)
            time.sleep(wait)

    @contextmanager
    def open(self, call: Call, *, silence: float | None = None) -> Iterator[httpx2.Response]:
        """Gives an answer whose body is not read yet. Leaving it closes the connection."""
        import httpx2

        try:
            with self._http().stream(**arguments(self.options, call, silence=silence)) as response:
                if not is_answer(call, response.status_code):
                    raise refusal(self.options, response.status_code, response.read())
                yield response
        except (httpx2.HTTPError, httpx2.StreamError) as error:
            raise failure(self.options, error) from error

    def close(self) -> None:
        """Closes all connections."""
        with self._lock:
            client, self._client = self._client, None
        if client is not None and self._pid == os.getpid():
            client.close()

    def _http(self) -> httpx2.Client:
        import httpx2

        with self._lock:
            if self._client is None or self._pid != os.getpid():
                self._pid = os.getpid()
                self._client = httpx2.Client(trust_env=self.options.trust_env)
            return self._client


class AsyncTransport:
    """For event loops: each has connections of its own."""

    def __init__(self, options: Options) -> None:
        self.options = options
        self._clients: weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, httpx2.AsyncClient] = (
            weakref.WeakKeyDictionary()
        )

    async def send(self, call: Call, tries: Tries | None = None) -> bytes:
        """Returns the answer's body, when its status is one of success."""
        tries = tries or Retries(self.options.max_retries if call.repeatable else 0)
        while True:
            try:
                async with self.open(call) as response:
                    return await response.aread()
            except (ServerError, LocalError) as error:
                wait = tries.after(error)
            await asyncio.sleep(wait)

    def open(self, call: Call, *, silence: float | None = None) -> _Opened:
        """Gives an answer whose body is not read yet. Leaving it closes the connection."""
        return _Opened(self, call, silence)

    def explain(self, error: BaseException | None) -> None:
        """Raises what a library's error means here; does nothing for others."""
        import httpx2

        if isinstance(error, Exception) and isinstance(error, (httpx2.HTTPError, httpx2.StreamError)):
            raise failure(self.options, error) from error

    async def close(self) -> None:
        """Closes the connections of the running loop."""
        client = self._clients.pop(asyncio.get_running_loop(), None)
        if client is not None:
            await client.aclose()

    def http(self) -> httpx2.AsyncClient:
        """Returns the library's client for the running loop."""
        import httpx2

        loop = asyncio.get_running_loop()
        client = self._clients.get(loop)
        if client is None:
            client = self._clients[loop] = httpx2.AsyncClient(trust_env=self.options.trust_env)
        return client


class _Opened:
    """An open answer. No generator: a loop that ends closes all generators at once, in no order."""

    def __init__(self, transport: AsyncTransport, call: Call, silence: float | None) -> None:
        self._transport = transport
        self._call = call
        self._silence = silence
        self._response: httpx2.Response | None = None

    async def __aenter__(self) -> httpx2.Response:
        import httpx2

        options = self._transport.options
        client = self._transport.http()
        try:
            request = client.build_request(**arguments(options, self._call, silence=self._silence))
            self._response = response = await client.send(request, stream=True)
            if is_answer(self._call, response.status_code):
                return response
            try:
                raise refusal(options, response.status_code, await response.aread())
            finally:
                await response.aclose()
        except (httpx2.HTTPError, httpx2.StreamError) as error:
            raise failure(options, error) from error

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._response is not None
        await self._response.aclose()
        self._transport.explain(error)
