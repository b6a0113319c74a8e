"""Workers on a cluster of Ray. Pictures never travel: workers read and write them themselves."""

import contextlib
import logging
import os
import time
import warnings
from collections import deque
from collections.abc import Sequence
from typing import Any

from nurie.batch.manifest import Item
from nurie.batch.stores import Place
from nurie.batch.supervisor import SPAN, EndedError, Supervisor, Worker
from nurie.batch.work import PREFIX, Answer, Coloring, Hand
from nurie.errors import MissingExtraError, NurieError, OptionError
from nurie.io.folders import sweep

_MOST = 256
"""Items of a task of Ray, which costs as much as some milliseconds of work."""


class Actor(Worker):
    """A worker of a cluster; see ``supervisor.Process``."""

    def __init__(self, ray: Any, place: Place, work: Coloring, since: float | None) -> None:
        super().__init__()
        self._ray, self._scratch = ray, place.scratch
        # One core each: the cluster gives no more of them than it has.
        self._actor = ray.remote(num_cpus=1, max_restarts=0)(_Remote).remote(place, work, since)
        self.answers: deque[Any] = deque([self._actor.start.remote()])

    def send(self, items: list[Item]) -> None:
        """See ``Worker``."""
        self.answers.append(self._actor.do.remote(items))

    def receive(self) -> list[Answer] | NurieError | None:
        """See ``Worker``."""
        try:
            said: list[Answer] | NurieError | None = self._ray.get(self.answers.popleft())
        except self._ray.exceptions.RayError as error:
            raise EndedError(f"its worker ended ({str(error).splitlines()[0][:200]})") from None
        return said

    def stop(self) -> None:
        """See ``Worker``: it is not told, and has as long as all others to finish."""

    def kill(self) -> None:
        """See ``Worker``."""
        # An end in order first: a process that was killed may leave its folder for a while.
        with contextlib.suppress(Exception):
            self._ray.get(self._actor.close.remote(), timeout=1)
        with contextlib.suppress(Exception):
            self._ray.kill(self._actor)
        sweep(self._scratch, PREFIX)


class _Remote:
    """What runs on another machine."""

    def __init__(self, *given: Any) -> None:
        self._given = given

    def start(self) -> NurieError | None:
        """Load the model."""
        try:
            self._hand = Hand(*self._given)
        except NurieError as error:
            return error
        return None

    def do(self, items: list[Item]) -> list[Answer]:
        """Colour some items."""
        return self._hand.do_all(items, SPAN)

    def close(self) -> None:
        """Remove the private folder."""
        self._hand.close()


def cluster(
    address: str, given: tuple[Place, Coloring, float | None], *, jobs: int | None, timeout: float
) -> Supervisor:
    """A supervisor of workers on a cluster, each of them given place, work, and ``Ledger.since``.

    The address ``ray`` stands for the cluster that this machine belongs to, or else one of its
    own. All machines must reach the place by its name.

    Raises:
        MissingExtraError: Ray is not installed.
        OptionError: the cluster is not there.
    """
    # Said to nobody: accelerators that are not used, usage that is not reported.
    os.environ.setdefault("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    try:
        import ray
    except ImportError as error:
        raise MissingExtraError(
            "A cluster needs Ray, which is not installed; run: pip install 'nurie[cluster]'"
        ) from error
    own = not ray.is_initialized()
    if own:
        _join(ray, address, jobs)
    count = jobs or int(ray.cluster_resources().get("CPU", 1))

    def listen(workers: Sequence[Actor], seconds: float) -> list[Actor]:
        first = {worker.answers[0]: worker for worker in workers if worker.answers}
        done, _ = ray.wait(list(first), num_returns=1, timeout=seconds)
        return [first[answer] for answer in done]

    def leave() -> None:
        if own:
            ray.shutdown()
        # A process that was killed holds its folder for a moment.
        until, scratch = time.monotonic() + 3, given[0].scratch
        while any(scratch.glob(f"{PREFIX}*")) and time.monotonic() < until:
            sweep(scratch, PREFIX)
            time.sleep(0.05)

    return Supervisor(
        lambda: Actor(ray, *given), listen, jobs=count, timeout=timeout, most=_MOST, leave=leave
    )


def _join(ray: Any, address: str, jobs: int | None) -> None:
    """Become the driver of a cluster, without a word.

    Raises:
        OptionError: it is not there.
    """
    options: dict[str, Any] = {"num_cpus": jobs, "include_dashboard": False}
    if address != "ray" or os.environ.get("RAY_ADDRESS"):
        options = {"address": "auto" if address == "ray" else address}
    options |= {"logging_level": logging.CRITICAL, "log_to_driver": False}
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ray.init(**options)
    except Exception as error:
        why = str(error).splitlines()[0]
        raise OptionError(f"There is no cluster at {address}: {why}") from error
