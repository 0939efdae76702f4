"""Where a server is, and how it is called; checked before anything is sent."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from ._installation_key import installation_key_at
from ._version import __version__
from .errors import OptionError

DEFAULT_URL = "http://127.0.0.1:8001"


@dataclass(frozen=True)
class Options:
    """See `CcExecutor`."""

    url: str
    headers: dict[str, str]
    timeout: float | None
    max_retries: int
    give_up_after: float
    trust_env: bool = field(default=True)


def read_options(
    url: str | None,
    api_key: str | None,
    timeout: float | None,
    max_retries: int,
    give_up_after: float,
) -> Options:
    """Returns checked options. Raises `OptionError`; the key is never in its message."""
    # A key of the environment belongs to the address of the environment, and is sent to no other.
    from_environment = url is None or url == os.environ.get("CC_EXECUTOR_URL")
    address = url or os.environ.get("CC_EXECUTOR_URL") or DEFAULT_URL
    if api_key is None and from_environment:
        api_key = os.environ.get("CC_EXECUTOR_API_KEY", "").split(",")[0]
    # An address that was given may belong to anyone; without one it is that of this user's own installation.
    if not api_key and url is None and not os.environ.get("CC_EXECUTOR_URL"):
        api_key = installation_key_at(address) or api_key
    for name, value, least in (("timeout", timeout, 0.0), ("give_up_after", give_up_after, 0.0)):
        if name == "timeout" and value is None:
            continue
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not value > least:
            raise OptionError(f"{name} is {value!r}; it must be a number of seconds, more than 0.")
    if isinstance(max_retries, bool) or not isinstance(max_retries, int) or max_retries < 0:
        raise OptionError(f"max_retries is {max_retries!r}; it must be a whole number, at least 0.")
    checked, host = _check_url(address)
    headers = {"user-agent": f"cc-executor-python/{__version__}"}
    if api_key is not None and api_key.strip():
        headers["authorization"] = _bearer(api_key.strip())
    lineage = os.environ.get("CC_EXECUTOR_LINEAGE", "")
    # A program that runs in a task says so, which bounds how deep tasks may start tasks.
    if lineage.strip():
        headers["cc-executor-lineage"] = lineage
    local = host == "localhost" or host.startswith("127.") or host == "::1"
    return Options(checked, headers, timeout, max_retries, give_up_after, trust_env=not local)


def _check_url(text: str) -> tuple[str, str]:
    like = f"it must be like {DEFAULT_URL}."
    if not isinstance(text, str):
        raise OptionError(f"The url is {text!r}; {like}")
    try:
        parts = urlsplit(text.strip())
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise OptionError(f"The url is {text!r}; {like}") from error
    if parts.username is not None or parts.password is not None:
        raise OptionError("The url has a user or a password in it; a key is given as api_key.")
    if parts.scheme not in ("http", "https") or not host:
        raise OptionError(f"The url is {text!r}; {like}")
    return f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}", host


def _bearer(key: str) -> str:
    if re.fullmatch(r"[A-Za-z0-9._~+/=-]+", key):
        return f"Bearer {key}"
    raise OptionError("The api_key has characters other than letters, digits and . _ ~ + / = -")
