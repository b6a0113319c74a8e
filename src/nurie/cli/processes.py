"""Several processes for one call of ``nurie color``."""

import math
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from nurie.batch.ledger import Outcome
from nurie.batch.manifest import Item
from nurie.batch.supervisor import Supervisor, Task, listen, process
from nurie.batch.work import Answer
from nurie.cli.targets import Job


class _Hand:
    """What a process does for one drawing after the other, in place of ``batch.work.Hand``."""

    def __init__(self, request: Any, jobs: list[Job], loader: Any) -> None:
        self._request, self._jobs, self._loader = request, jobs, loader

    def start(self) -> None:
        self._loading = self._loader(self._request.options.model)
        self._loading().result()

    def close(self) -> None:
        """Nothing is left behind."""

    def do_all(self, items: list[Item], _seconds: float) -> list[Answer]:
        own = replace(self._request, used=None if self._request.used is None else [])
        record = own.try_one(self._jobs[int(items[0].name)], self._loading)
        outcome = Outcome(source=items[0].source, output="", status="done")
        return [Answer(outcome, used=(record, own.used or []))]


def shared_out(
    request: Any, jobs: list[Job], processes: int, loader: Any
) -> Iterator[dict[str, Any]]:
    """The records of all sketches of a request, in order; each process has a loader's model.

    A process that dies costs the sketch that it was at.
    """
    hand, scratch = _Hand(request, jobs, loader), Path(tempfile.gettempdir())
    pool = Supervisor(lambda: process(hand, scratch), listen, jobs=processes, timeout=math.inf)
    pool.waiting.extend(Task(Item(str(job.sketch), str(at))) for at, job in enumerate(jobs))
    found: dict[int, tuple[dict[str, Any], list[Any]]] = {}
    try:
        for at in range(len(jobs)):
            while at not in found:
                pool.give()
                for task, answer in pool.collect():
                    source, known = task.item.source, getattr(answer, "used", None)
                    lost = {"sketch": source, "error": f"{source}: {answer}."}
                    found[int(task.item.name)] = known or (lost, [])
            record, used = found.pop(at)
            if request.used is not None:
                request.used.extend(used)
            yield record
    finally:
        pool.end()
