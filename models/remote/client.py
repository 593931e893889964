"""One connection pool to one server: posts JSON, reads JSON, tries again where that can help.

Nothing that the server says reaches a log or an error but its status: an answer may quote the mail,
and a request holds the key. Redirects aren't followed, an answer is bounded in size and time.
Knows nothing of grammars.
"""

import json
import logging
import random
import time
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from threading import Event

import httpx

from drafting.errors import RemoteAwayError, RemoteRefusedError

log = logging.getLogger(__name__)

CONNECT_SECONDS = 5.0
MOST_BYTES = 4 << 20
"""An answer has some hundred kilobytes at most: 20 tokens with their likelihoods for each token."""
TRIES = 4
FIRST_PAUSE = 0.5
LONGEST_PAUSE = 20.0
"""Where the server asks for more patience than this, whoever asked is told so."""
REST = 2.0
"""Seconds for which nobody else tries, once all tries of one request have failed: those who wait
behind it are told soon, and the server isn't stormed."""
PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})
"""Answers that may be others a moment later."""
OF_ONE_REQUEST = frozenset({400, 413, 422})
"""Refusals of what one request holds: its mail is too long, or its grammar too big."""


class UnusableError(Exception):
    """One answer can't be used; the text says why, without what the server said."""


class _PassingError(Exception):
    """A try failed, and the next one may not."""

    def __init__(self, reason: str, patience: float | None = None) -> None:
        super().__init__(reason)
        self.patience = patience


class Client:
    """Talks to the server at a base address that ends in /v1."""

    def __init__(self, base: str, key: str, seconds: float, connections: int) -> None:
        # Its line for each request says nothing that ours don't.
        logging.getLogger("httpx").setLevel(logging.WARNING)
        self._base = base
        self._seconds = seconds
        self._failure = _PassingError("not reached")
        self._rests_until = 0.0
        self._http = httpx.Client(
            headers={"Accept-Encoding": "identity", "Content-Type": "application/json"}
            | _authorize(key),
            timeout=httpx.Timeout(seconds, connect=min(CONNECT_SECONDS, seconds), pool=None),
            limits=httpx.Limits(max_connections=connections, max_keepalive_connections=connections),
            follow_redirects=False,
        )

    def close(self) -> None:
        """Close all connections."""
        self._http.close()

    def post(self, path: str, body: object, stop: Event | None = None) -> object:
        """Post a body and return the answer's; `stop` ends the waiting between tries.

        Raises:
            UnusableError: the answer can't be used, or this request was refused.
            RemoteAwayError: the server isn't there, or can't answer now.
            RemoteRefusedError: the server won't answer us at all.

        """
        if time.monotonic() < self._rests_until:
            raise _give_up(self._failure)
        stop = stop or Event()
        for number in range(TRIES):
            try:
                return self._try(path, body)
            except _PassingError as failure:
                pause = _choose_pause(number, failure.patience)
                if number == TRIES - 1 or pause > LONGEST_PAUSE:
                    self._failure = failure
                    self._rests_until = time.monotonic() + REST
                    raise _give_up(failure) from None
                if stop.wait(pause):
                    raise _give_up(failure) from None
                log.info("The model's server failed (%s); trying again.", failure)
        raise AssertionError("the last try returns or raises")

    def _try(self, path: str, body: object) -> object:
        # In ASCII, so that half a pair of surrogates in a mail can be sent, too.
        written = json.dumps(body).encode()
        try:
            with self._http.stream("POST", self._base + path, content=written) as response:
                _check_status(response)
                content = _read(response, time.monotonic() + self._seconds)
        except (httpx.ReadTimeout, httpx.WriteTimeout):
            raise _too_slow() from None
        except httpx.TransportError as error:
            raise _PassingError(type(error).__name__) from None
        try:
            return json.loads(content)
        except (ValueError, RecursionError):
            raise UnusableError("it isn't JSON") from None


def _authorize(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"} if key else {}


def _read(response: httpx.Response, end: float) -> bytes:
    """Read a body, as long as it is small and comes soon enough."""
    content = bytearray()
    for part in response.iter_raw():
        content += part
        if len(content) > MOST_BYTES:
            raise UnusableError("it is too large")
        if time.monotonic() > end:
            raise _too_slow()
    return bytes(content)


def _check_status(response: httpx.Response) -> None:
    """Raise what a status other than 200 means."""
    status = response.status_code
    if status == 200:
        return
    if status in PASSING:
        raise _PassingError(f"status {status}", _read_patience(response.headers.get("Retry-After")))
    if status in OF_ONE_REQUEST:
        raise UnusableError(f"the request was refused with status {status}")
    raise RemoteRefusedError(_explain_refusal(status))


def _explain_refusal(status: int) -> str:
    said = f"The model's server answered with status {status}. "
    if status in {401, 403}:
        return said + "Please check DRAFTING_REMOTE_KEY."
    if 300 <= status < 400:
        return (
            said + "Redirects aren't followed: please write where it leads in DRAFTING_REMOTE_URL."
        )
    return said + "Please check DRAFTING_REMOTE_URL and DRAFTING_REMOTE_MODEL."


def _read_patience(text: str | None) -> float | None:
    """Return the seconds of a Retry-After header, which may be a number or a date (RFC 9110)."""
    if not text:
        return None
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        when = parsedate_to_datetime(text)
    except ValueError:
        return None
    when = when if when.tzinfo else when.replace(tzinfo=UTC)
    return max(0.0, (when - datetime.now(UTC)).total_seconds())


def _choose_pause(number: int, patience: float | None) -> float:
    """Return how long to wait after a try: what the server asks for, or longer each time."""
    if patience is not None:
        return patience
    # Those who were turned away together shall not come back together.
    return FIRST_PAUSE * 2.0**number * random.uniform(0.5, 1.0)


def _give_up(failure: _PassingError) -> RemoteAwayError:
    error = RemoteAwayError(
        f"The model's server can't be used just now ({failure}). Please try again later, or check "
        "that it runs and that DRAFTING_REMOTE_URL is its address."
    )
    if failure.patience is not None:
        error.retry_after = max(1, min(3600, round(failure.patience)))
    return error


def _too_slow() -> RemoteAwayError:
    return RemoteAwayError(
        "The model's server took too long to answer. Please try again later, or give it more time "
        "with DRAFTING_REMOTE_TIMEOUT."
    )
