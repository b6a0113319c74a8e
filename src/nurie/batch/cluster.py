"""Workers on a cluster of Ray. Pictures never travel: workers read and write them themselves."""

import contextlib
import logging
import os
import time
import warnings
from collections import deque
from typing import Any

from nurie.batch.stores import Place
from nurie.batch.supervisor import SPAN, EndedError, Supervisor, Worker
from nurie.batch.work import PREFIX, Answer, Coloring, Hand
from nurie.errors import MissingExtraError, NurieError, OptionError
from nurie.io.files import sweep

_MOST = 256
"""Items of a task of Ray, which costs as much as some milliseconds of work."""


def actor(ray: Any, place: Place, work: Coloring, since: float | None) -> Worker:
    """A worker of a cluster; see ``supervisor.process``."""
    # One core each: the cluster gives no more of them than it has.
    remote = ray.remote(num_cpus=1, max_restarts=0)(Hand).remote(place, work, since)
    answers = deque([remote.start.remote()])

    def receive() -> list[Answer] | NurieError | None:
        try:
            said: list[Answer] | None = ray.get(answers.popleft())
        except NurieError as error:  # Ray's own and that of the worker at once
            return getattr(error, "cause", error)
        except ray.exceptions.RayError as error:
            raise EndedError(f"its worker ended ({str(error).splitlines()[0][:200]})") from None
        return said

    def kill() -> None:
        # An end in order first: a process that was killed may leave its folder for a while.
        with contextlib.suppress(Exception):
            ray.get(remote.close.remote(), timeout=1)
        with contextlib.suppress(Exception):
            ray.kill(remote)
        sweep(place.scratch, PREFIX)

    # It is not told to stop, and has as long as all others to finish.
    send, stop = (lambda items: answers.append(remote.do_all.remote(items, SPAN))), lambda: None
    return Worker(answers, send, receive, stop, kill)


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

    def listen(workers: list[Worker], seconds: float) -> list[Worker]:
        first = {worker.ear[0]: worker for worker in workers if worker.ear}
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
        lambda: actor(ray, *given), listen, jobs=count, timeout=timeout, most=_MOST, leave=leave
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
    # Ray has no option for it: a worker that dies would be told of on stdout, among JSON.
    inside: Any = getattr(getattr(ray, "_private", None), "worker", None)
    if inside is not None:
        inside._worker_logs_enabled = False  # noqa: SLF001
