"""Asking a server kindly: slowly, again after a pause, and never for more than was agreed."""

import email.utils
import http.client
import importlib.metadata
import random
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass

from nurie.errors import InputError, OptionError

_AGAIN = {408, 425, 429, 500, 502, 503, 504}
"""Answers after which asking again may help."""

_CHUNK = 1 << 16


class FetchError(InputError):
    """A server did not give what was asked for; the text says what it did instead."""

    retry_after: float | None = None
    """Seconds after which the server wants to be asked again, where it says so."""


class RefusedError(FetchError):
    """The server said no, and will say it again."""


class ComeBackError(FetchError):
    """The server wants to be left alone for longer than is worth waiting."""


@dataclass(frozen=True)
class Manners:
    """How a server is asked."""

    rate: float = 1.0
    """Requests a second, at most."""
    tries: int = 6
    """Attempts for each address."""
    timeout: float = 30.0
    """Seconds without a byte after which an attempt is given up."""
    patience: float = 120.0
    """Seconds after which an attempt is given up although bytes still trickle."""
    longest_pause: float = 300.0
    """Seconds beyond which a pause that the server asks for ends the work instead."""


class Polite:
    """A client for one server: it holds the time of its last request.

    Requests follow each other one at a time, no faster than ``manners.rate``. Busy servers (429,
    5xx) and broken connections are asked again after 1, 2, 4 … seconds, a little by chance, or
    after what their Retry-After says.
    """

    def __init__(
        self,
        manners: Manners,
        *,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
        rng: random.Random | None = None,
    ) -> None:
        """Wait by ``sleep``; the pauses before a new attempt are drawn from ``rng``.

        Raises:
            OptionError: the rate, the tries or the timeout is not positive.
        """
        if not (manners.rate > 0 and manners.tries > 0 and manners.timeout > 0):
            raise OptionError("Rate, tries and timeout must be above 0.")
        self._manners = manners
        self._sleep, self._clock = sleep, clock
        self._rng = rng or random.Random(0)  # noqa: S311 (no secret hangs on it)
        self._free = clock()

    def get(self, url: str, *, limit: int) -> bytes:
        """The body at an address.

        Args:
            url: http or https.
            limit: bytes beyond which the answer is refused.

        Raises:
            RefusedError: not an http address, a plain no such as 404, or more than ``limit``.
            ComeBackError: it asks for a longer pause than ``manners.longest_pause``.
            FetchError: no whole answer after all attempts.
        """
        if not url.startswith(("http://", "https://")):
            raise RefusedError(f"{url} is no web address.")
        last = FetchError(f"{url} was not asked.")
        for attempt in range(self._manners.tries):
            self._wait_turn()
            try:
                return self._ask(url, limit)
            except RefusedError:
                raise
            except FetchError as error:
                last = error
            if attempt + 1 < self._manners.tries:
                self._sleep(self._pause(attempt, last))
        raise FetchError(f"{last} (asked {self._manners.tries} times)")

    def _wait_turn(self) -> None:
        """Keep to the rate."""
        pause = self._free - self._clock()
        if pause > 0:
            self._sleep(pause)
        self._free = max(self._clock(), self._free) + 1 / self._manners.rate

    def _pause(self, attempt: int, error: FetchError) -> float:
        asked = error.retry_after
        if asked is None:
            return float(min(2.0**attempt, 60.0) * self._rng.uniform(0.75, 1.25))
        if asked > self._manners.longest_pause:
            raise ComeBackError(
                f"The server asks to come back in {asked / 60:.0f} minutes; run the same command "
                "then, it goes on where it stopped."
            ) from error
        return float(asked)

    def _ask(self, url: str, limit: int) -> bytes:
        request = urllib.request.Request(  # noqa: S310 (the scheme was checked)
            url, headers={"User-Agent": _name(), "Accept": "*/*"}
        )
        try:
            with urllib.request.urlopen(  # noqa: S310
                request, timeout=self._manners.timeout
            ) as answer:
                return self._body(answer, url, limit)
        except urllib.error.HTTPError as error:
            with error:
                raise _refusal(url, error) from None
        except urllib.error.URLError as error:
            raise FetchError(f"{url} cannot be reached: {error.reason}.") from error
        except (OSError, http.client.HTTPException) as error:
            raise FetchError(f"{url} broke off: {error or type(error).__name__}.") from error

    def _body(self, answer: http.client.HTTPResponse, url: str, limit: int) -> bytes:
        """All bytes of an answer, within the time and the size allowed."""
        deadline = self._clock() + self._manners.patience
        parts: list[bytes] = []
        size = 0
        while part := answer.read1(_CHUNK):
            parts.append(part)
            size += len(part)
            if size > limit:
                raise RefusedError(f"{url} is larger than {limit >> 20} MiB.")
            if self._clock() > deadline:
                raise FetchError(f"{url} takes longer than {self._manners.patience:.0f} seconds.")
        if answer.length:
            # ``read1`` does not complain of a body that ends before its announced length.
            raise FetchError(f"{url} broke off {answer.length} bytes before its end.")
        return b"".join(parts)


def _name() -> str:
    """How the server may know us."""
    return f"nurie/{importlib.metadata.version('nurie')}"


def _refusal(url: str, error: urllib.error.HTTPError) -> FetchError:
    """What an answer other than 200 means."""
    text = f"{url} answers {error.code} {error.reason}."
    if error.code not in _AGAIN:
        return RefusedError(text)
    failure = FetchError(text)
    failure.retry_after = seconds_of(error.headers.get("Retry-After"))
    return failure


def seconds_of(text: str | None, *, now: float | None = None) -> float | None:
    """Seconds of a Retry-After header: a number or a date (RFC 9110, section 10.2.3).

    >>> seconds_of("120"), seconds_of("soon"), seconds_of(None)
    (120.0, None, None)
    >>> seconds_of("Thu, 01 Jan 1970 00:01:00 GMT", now=0.0)
    60.0
    """
    if text is None:
        return None
    if text.strip().isdigit():
        return float(text)
    try:
        then = email.utils.parsedate_to_datetime(text).timestamp()
    except ValueError:
        return None
    return max(0.0, then - (time.time() if now is None else now))
