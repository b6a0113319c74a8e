"""The whole of a batch: list, give, count, try again, and note what became of each."""

import itertools
import os
import random
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from nurie.batch.ledger import FAILURES, Ledger, Outcome
from nurie.batch.manifest import Item, items
from nurie.batch.stores import Folder, place_of
from nurie.batch.supervisor import Supervisor, Task, listen, process
from nurie.batch.work import PREFIX, Answer, Coloring, Hand
from nurie.errors import NurieError, OptionError, OutputError, UnreadableError
from nurie.io.files import sweep

_MIXED = 10_000
"""Items whose order is mixed at a time; more are never held in memory."""


class Batch:
    """Many things to colour, and the folder of their results.

    ``force`` begins anew where there are results.

    Raises:
        NurieError: one sentence on what cannot be done.
    """

    def __init__(
        self, sources: Sequence[str], output: str, work: Coloring, *, force: bool = False
    ) -> None:
        self.sources, self._output = sources, output
        self._work, self.place = work, place_of(output)
        # What comes on stdin comes once.
        if "-" not in sources and next(self.items(), None) is None:
            raise UnreadableError(f"There are no drawings in {', '.join(sources)}.")
        self.ledger = Ledger(self.place, work.settings(), force=force)
        for folder in work.folders().values() if self.ledger.fresh and not force else ():
            if other := Folder(folder).stranger():
                raise OutputError(f"{folder} holds {other}; give an empty folder, or --force.")

    def items(self) -> Iterator[Item]:
        """All there is, listed anew."""
        omit = self._output if isinstance(self.place, Folder) else ""
        return items(self.sources, films=self._work.films, omit=omit, apart=self._work.apart)

    def _order(self) -> Iterator[Item]:
        """All there is: as it is listed by the call that began the folder, mixed by any other.

        Calls that work at a time would else walk the list in step, and colour all of it twice.
        """
        found = self.items()
        # What writes to stdin may take as long as the colouring.
        if self.ledger.first or "-" in self.sources:
            yield from found
        while some := list(itertools.islice(found, _MIXED)):
            random.shuffle(some)
            yield from some

    def status(self) -> dict[str, int]:
        """How many there are, and of these are done, failed, and to do."""
        failed = self.ledger.failures()
        counts = {"total": 0, "done": 0, "failed": 0, "missing": 0}
        for item in self.items():
            counts["total"] += 1
            done = self.ledger.is_done(self._work.name(item))
            counts["done" if done else "failed" if item.source in failed else "missing"] += 1
        return counts

    def run(
        self, *, jobs: int | None = None, on: str = "local", timeout: float = 300,
        retries: int = 2, retry_failed: bool = False,
    ) -> Iterator[Outcome]:  # fmt: skip
        """Do what is not done yet.

        Args:
            jobs: workers; as many as there are cores when None.
            on: ``local``, or ``ray`` or ``ray://HOST`` for a cluster.
            timeout: seconds for one item.
            retries: how often an item is tried again whose worker died or that took too long.
            retry_failed: try those again, too, that failed in earlier calls.

        Yields:
            What became of each item, in the order in which they end.

        Raises:
            NurieError: no worker can work.
        """
        self.ledger.begin()
        sweep(self.place.scratch, PREFIX)
        if retry_failed:
            self.place.clear(FAILURES)
        pool = self._pool(on, jobs, timeout)
        try:
            yield from self._drive(pool, retries)
        finally:
            for _, answer in pool.end():
                if isinstance(answer, Answer):
                    self.ledger.note(answer.outcome, answer.used)
            self.place.flush()
            sweep(self.place.scratch, PREFIX)

    def _pool(self, on: str, jobs: int | None, timeout: float) -> Supervisor:
        given = self.place, self._work, self.ledger.since
        if on == "local":
            # As many as this process may use, where the system says so.
            known = getattr(os, "sched_getaffinity", None)
            count = jobs or (len(known(0)) if known else os.cpu_count() or 1)
            hand, scratch = Hand(*given), self.place.scratch
            return Supervisor(lambda: process(hand, scratch), listen, jobs=count, timeout=timeout)
        if on.partition(":")[0] != "ray":
            raise OptionError(f"--on is local, ray or ray://HOST, not {on}.")
        from nurie.batch.cluster import cluster

        return cluster(on, given, jobs=jobs, timeout=timeout)

    def _drive(self, pool: Supervisor, retries: int) -> Iterator[Outcome]:
        failed = self.ledger.failures()
        items = self._order()
        # What was tried in vain comes last: it may hold a worker for as long as is allowed.
        again: deque[Task] = deque()
        busy: set[str] = set()
        while True:
            while pool.hungry:
                item = next(items, None)
                if item is None:
                    break
                name = self._work.name(item)
                if name in busy:  # named twice by the sources, and on its way
                    continue
                known = self._known(item, name, failed)
                if known is not None:
                    yield known
                    continue
                busy.add(name)
                pool.waiting.append(Task(item))
                pool.give()
            while again and pool.hungry:
                pool.waiting.append(again.popleft())
                pool.give()
            pool.give()
            if not pool.busy:
                return
            for task, answer in pool.collect():
                busy.discard(self._work.name(task.item))
                outcome = self._settled(task, answer, retries)
                if outcome is None:
                    again.append(task)
                else:
                    yield outcome

    def _known(self, item: Item, name: str, failed: dict[str, str]) -> Outcome | None:
        """What is known of an item before any work."""
        status, why = "failed", failed.get(item.source, "")
        # Where that is a request to a store, workers make it, many at a time.
        if not why and isinstance(self.place, Folder) and self.ledger.is_done(name):
            status = "found"
        elif not why:
            return None
        return Outcome(source=item.source, output=name, status=status, error=why, attempts=0)

    def _settled(self, task: Task, answer: Answer | str, retries: int) -> Outcome | None:
        """What became of a task, None when it is to be tried again.

        Raises:
            NurieError: the rest would fail for the same reason.
        """
        if isinstance(answer, str):
            name = self._work.name(task.item)
            lost = Outcome(source=task.item.source, output=name, status="failed", error=answer)
            answer = Answer(lost, again=True)
        if answer.fatal:
            raise NurieError(answer.outcome.error)
        if answer.again and task.attempts <= retries:
            task.alone = True
            return None
        outcome = replace(answer.outcome, attempts=task.attempts)
        if task.alone and outcome.status == "found":  # by the worker that was lost with its answer
            outcome = replace(outcome, status="done")
        self.ledger.note(outcome, answer.used)
        return outcome


def run(
    sources: str | Path | Sequence[str | Path], output: str | Path, work: Coloring | None = None,
    *, force: bool = False, **options: Any,
) -> Iterator[Outcome]:  # fmt: skip
    """Colour many drawings in several processes, or on a cluster; a call that was ended goes on.

    >>> for outcome in run("scans/", "colored/", palette="autumn.gpl"):  # doctest: +SKIP
    ...     print(outcome.source, outcome.status)

    Args:
        sources: folders, patterns, drawings, lists of paths, addresses such as ``s3://…``.
        output: a folder or an address.
        work: what is done with each drawing; ``Coloring(**options)`` when None.
        force: begin anew where there are results.
        options: ``jobs``, ``on``, ``timeout``, ``retries`` and ``retry_failed`` of ``Batch.run``;
            all others are those of ``Coloring``.

    Returns:
        What becomes of each drawing, in the order in which they end.

    Raises:
        NurieError: one sentence on what cannot be done.
    """
    names = ("jobs", "on", "timeout", "retries", "retry_failed")
    how = {name: options.pop(name) for name in names if name in options}
    many = [sources] if isinstance(sources, str | Path) else sources
    work = work or Coloring(**options)
    return Batch([str(one) for one in many], str(output), work, force=force).run(**how)
