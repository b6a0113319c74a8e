"""Asking a server kindly: slowly, again after a pause, and never for more than was agreed."""

import email.utils
import http.client
import importlib.metadata
import random
import time
import urllib.error
import urllib.request
from collections.abc import Callable

from nurie.errors import InputError, OptionError

_AGAIN = {408, 425, 429, 500, 502, 503, 504}
"""Answers after which asking again may help."""

_PATIENCE = 120.0
"""Seconds after which an attempt is given up although bytes still trickle."""

_LONGEST_PAUSE = 300.0
"""Seconds beyond which a pause that the server asks for ends the work instead."""


class FetchError(InputError):
    """A server did not give what was requested; the text says what it did instead."""

    retry_after: float | None = None
    """Seconds after which the server wants the next request, where it says so."""


class RefusedError(FetchError):
    """The server refused, and will refuse again; or what it gave is of no use."""


class ComeBackError(FetchError):
    """The server wants to be left alone for longer than is worth waiting."""


class Polite:
    """A client for one server, which asks one thing at a time, at most ``rate`` times a second.

    Busy servers (429, 5xx) and broken connections are tried again after 1, 2, 4 … seconds, a little
    by chance, or after what their Retry-After says; an attempt is given up after ``timeout``
    seconds without a byte.

    Raises:
        OptionError: the rate, the tries or the timeout is not positive.
    """

    def __init__(
        self,
        *,
        rate: float = 1.0,
        tries: int = 6,
        timeout: float = 30.0,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        if not (rate > 0 and tries > 0 and timeout > 0):
            raise OptionError("Rate, tries and timeout must be above 0.")
        self._rate, self._tries, self._timeout = rate, tries, timeout
        self._sleep, self._clock, self._free = sleep, clock, clock()

    def get(self, url: str, *, limit: int) -> bytes:
        """The body at an http or https address, of at most ``limit`` bytes.

        Raises:
            RefusedError: not an http address, a plain no such as 404, or more than ``limit``.
            ComeBackError: it asks for a pause of over five minutes.
            FetchError: no whole answer after all attempts.
        """
        if not url.startswith(("http://", "https://")):
            raise RefusedError(f"{url} is no web address.")
        for attempt in range(self._tries):
            self._sleep(max(0.0, self._free - self._clock()))
            self._free = max(self._clock(), self._free) + 1 / self._rate
            try:
                return self._ask(url, limit)
            except RefusedError:
                raise
            except FetchError as error:
                last = error
            if attempt + 1 < self._tries:
                self._sleep(_pause(attempt, last))
        raise FetchError(f"{last} (requested {self._tries} times)")

    def _ask(self, url: str, limit: int) -> bytes:
        headers = {"User-Agent": f"nurie/{importlib.metadata.version('nurie')}", "Accept": "*/*"}
        request = urllib.request.Request(url, headers=headers)  # noqa: S310 (the scheme was checked)
        try:
            with urllib.request.urlopen(request, timeout=self._timeout) as answer:  # noqa: S310
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
        deadline, data = self._clock() + _PATIENCE, bytearray()
        while part := answer.read1(1 << 16):
            data += part
            if len(data) > limit:
                raise RefusedError(f"{url} is larger than {limit >> 20} MiB.")
            if self._clock() > deadline:
                raise FetchError(f"{url} takes longer than {_PATIENCE:.0f} seconds.")
        if answer.length:
            # ``read1`` does not complain of a body that ends before its announced length.
            raise FetchError(f"{url} broke off {answer.length} bytes before its end.")
        return bytes(data)


def _pause(attempt: int, error: FetchError) -> float:
    """Seconds before the next attempt."""
    if error.retry_after is None:
        return min(2.0**attempt, 60.0) * random.uniform(0.75, 1.25)  # noqa: S311 (no secret)
    if error.retry_after > _LONGEST_PAUSE:
        raise ComeBackError(
            f"The server asks to come back in {error.retry_after / 60:.0f} minutes; run the same "
            "command then, it goes on where it stopped."
        ) from error
    return error.retry_after


def _refusal(url: str, error: urllib.error.HTTPError) -> FetchError:
    """What an answer other than 200 means."""
    text = f"{url} answers {error.code} {error.reason}."
    if error.code not in _AGAIN:
        return RefusedError(text)
    failure = FetchError(text)
    failure.retry_after = seconds_of(error.headers.get("Retry-After"))
    return failure


def seconds_of(text: str | None) -> float | None:
    """Seconds of a Retry-After header: a number or a date (RFC 9110, section 10.2.3).

    >>> seconds_of("120"), seconds_of("soon"), seconds_of(None)
    (120.0, None, None)
    >>> seconds_of("Thu, 01 Jan 1970 00:01:00 GMT")
    0.0
    """
    if text is None:
        return None
    if text.strip().isdigit():
        return float(text)
    try:
        return max(0.0, email.utils.parsedate_to_datetime(text).timestamp() - time.time())
    except ValueError:
        return None
