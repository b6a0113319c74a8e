"""Workers that may die: who does what, since when, and what becomes of it then."""

import contextlib
import multiprocessing
import signal
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from multiprocessing import connection
from pathlib import Path
from typing import Any, TypeAlias

from nurie.batch.manifest import Item
from nurie.batch.work import PREFIX, Answer
from nurie.errors import NurieError
from nurie.io.files import sweep

IN_FLIGHT = 2
"""Blocks that a worker is given: one that it does, and one so that it need not wait."""

SPAN = 2.0
"""Seconds after which a worker begins no other item of a block: what is left is given anew."""

_PATIENCE = 3
"""Workers in a row that may end before they are ready."""

_LATE = 60.0
"""Seconds after which work is taken from a worker that is not ready and given to an idle one."""

_GRACE = 10.0
"""Seconds in which a worker finishes what it does when all shall end."""


@dataclass
class Task:
    """An item and how often it was tried."""

    item: Item
    attempts: int = 0
    alone: bool = False
    """Whether its block was lost with its worker, so that nobody knows for which item."""


Found: TypeAlias = list[tuple[Task, Answer | str]]
"""Tasks with their answers, or why they were lost."""


class EndedError(Exception):
    """A worker is no more; the text says how it ended."""


@dataclass(eq=False)
class Worker:
    """A process that does one block of items after the other, here or on another machine."""

    ear: Any
    """What is listened to."""
    send: Callable[[list[Item]], None]
    receive: Callable[[], list[Answer] | NurieError | None]
    """Answers for the first items of a block, None when it is ready, or why it cannot work.

    Raises ``EndedError`` where it is no more.
    """
    stop: Callable[[], None]
    """Let it finish what it does, and end."""
    kill: Callable[[], None]
    """End it now, and remove what it leaves."""
    blocks: deque[list[Task]] = field(default_factory=deque)
    ready: bool = False
    since: float = field(default_factory=time.monotonic)

    def give(self, block: list[Task]) -> None:
        """Give it a block; one that has died says so when it is listened to."""
        for task in block:
            task.attempts += 1
        if not self.blocks:
            self.since = time.monotonic()
        self.blocks.append(block)
        with contextlib.suppress(OSError):
            self.send([task.item for task in block])

    def overdue(self, seconds: float) -> float:
        """Seconds since it should have finished its block, which may take that long an item."""
        span = SPAN if self.blocks and len(self.blocks[0]) > 1 else 0.0
        return time.monotonic() - self.since - seconds - span


class Supervisor:
    """Keeps workers busy, and others in the place of those that end.

    Only the task that a worker was doing is charged when it dies or takes too long; those that
    waited behind it are given to others. Of a block with several nobody knows which it was: each is
    given alone then.

    Args:
        hire: makes a worker.
        listen: which of some workers have something to say, within some seconds.
        jobs: workers at a time; they are made when they are needed.
        timeout: seconds for one item, from when the worker has the model in memory.
        most: items of a block.
        leave: called in the end.
    """

    def __init__(
        self, hire: Callable[[], Worker], listen: Callable[[list[Worker], float], list[Worker]],
        *, jobs: int, timeout: float, most: int = 1, leave: Callable[[], None] = lambda: None,
    ) -> None:  # fmt: skip
        self._hire, self._listen, self._leave = hire, listen, leave
        self._jobs, self._timeout, self._most = jobs, timeout, most
        self.workers: list[Worker] = []
        self._stillborn = 0
        self.waiting: deque[Task] = deque()
        """Tasks to be given; those that their workers did not come to are put before the others."""

    @property
    def busy(self) -> bool:
        """Whether something is being done."""
        return any(worker.blocks for worker in self.workers)

    @property
    def hungry(self) -> bool:
        """Whether more tasks should wait: enough for all, or one where a worker has nothing."""
        idle = len(self.workers) < self._jobs or not all(w.blocks for w in self.workers)
        return len(self.waiting) < (1 if idle else IN_FLIGHT * self._jobs * self._most)

    def give(self) -> None:
        """Give what waits to those that have least to do, in smaller blocks towards the end."""
        while self.waiting:
            idle = min(self.workers, key=lambda worker: len(worker.blocks), default=None)
            if (idle is None or idle.blocks) and len(self.workers) < self._jobs:
                idle = self._hire()
                self.workers.append(idle)
            if idle is None or len(idle.blocks) >= IN_FLIGHT:
                return
            size = min(self._most, len(self.waiting) // (IN_FLIGHT * self._jobs))
            block = [self.waiting.popleft()]
            while len(block) < size and not (block[0].alone or self.waiting[0].alone):
                block.append(self.waiting.popleft())
            idle.give(block)

    def collect(self) -> Found:
        """Wait until something happens, or a second.

        Raises:
            NurieError: the work cannot be done at all.
        """
        late = (-w.overdue(self._timeout) for w in self.workers if w.ready and w.blocks)
        heard = self._listen(self.workers, min(max(0.0, min(late, default=1.0)), 1.0))
        found: Found = []
        unready: list[Worker] = []
        for worker in list(self.workers):
            if worker in heard:
                found += self._hear(worker)
            elif not worker.blocks:
                continue
            elif worker.ready and worker.overdue(self._timeout) > 0:
                found += self._lose(worker, f"took longer than {self._timeout:g} s")
            elif not worker.ready and worker.overdue(_LATE) > 0:
                unready.append(worker)
        # A cluster that is full starts no more of them.
        if any(worker.ready and not worker.blocks for worker in self.workers):
            for worker in unready:
                self._dismiss(worker)
        return found

    def _hear(self, worker: Worker) -> Found:
        try:
            said = worker.receive()
        except EndedError as error:
            self._stillborn = 0 if worker.ready else self._stillborn + 1
            found = self._lose(worker, str(error)) if worker.ready else self._dismiss(worker)
            if self._stillborn >= _PATIENCE:
                raise NurieError(f"No worker starts: {error}.") from None
            return found
        if isinstance(said, NurieError):
            raise said
        worker.since = time.monotonic()
        if said is None:
            worker.ready, self._stillborn = True, 0
            return []
        block = worker.blocks.popleft()
        self._return(block[len(said) :])
        if said[-1].last:
            self._dismiss(worker)
        return list(zip(block, said, strict=False))

    def _lose(self, worker: Worker, why: str) -> Found:
        """Do without a worker that was doing something; what that was, where it is known."""
        block = worker.blocks[0] if worker.blocks else []
        lost: Found = []
        if len(block) == 1:
            lost = [(worker.blocks.popleft()[0], why)]
        for task in block:
            task.alone = True
        self._dismiss(worker)
        return lost

    def _dismiss(self, worker: Worker) -> Found:
        """Do without a worker; another comes when there is work for it."""
        self.workers.remove(worker)
        for block in reversed(worker.blocks):
            self._return(block)
        worker.kill()
        return []

    def _return(self, tasks: list[Task]) -> None:
        for task in tasks:
            task.attempts -= 1
        self.waiting.extendleft(reversed(tasks))

    def end(self) -> Found:
        """Let all finish what they do, as long as that takes only some seconds, and end them."""
        found: Found = []
        workers, self.workers = self.workers, []
        for worker in workers:
            worker.stop()
        try:
            waiting = [worker for worker in workers if worker.blocks and worker.ready]
            until = time.monotonic() + _GRACE
            while waiting and time.monotonic() < until:
                for worker in self._listen(waiting, 0.2):
                    said: object = None
                    with contextlib.suppress(EndedError):
                        said = worker.receive()
                    if isinstance(said, list):
                        found += zip(worker.blocks[0], said, strict=False)
                        del worker.blocks[0]
                    # One that says what it begins has not finished it.
                    if said is None or not worker.blocks:
                        waiting.remove(worker)
        finally:
            for worker in workers:
                worker.kill()
            self._leave()
        return found


def process(hand: Any, scratch: Path) -> Worker:
    """A worker on this machine, which calls ``start``, ``do_all`` and ``close`` of a ``Hand``."""
    # Forked from a small process of its own: never from one with threads, and quickly.
    methods = multiprocessing.get_all_start_methods()
    method = "forkserver" if "forkserver" in methods else "spawn"
    context: Any = multiprocessing.get_context(method)
    pipe, far = context.Pipe()
    started = context.Process(target=serve, args=(far, hand), daemon=True)
    # Ctrl-C reaches the whole group; the driver alone decides what ends, from the first line.
    mask: Any = getattr(signal, "pthread_sigmask", lambda *_: set())
    before = mask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        started.start()
    finally:
        mask(signal.SIG_SETMASK, before)
    far.close()

    def receive() -> list[Answer] | NurieError | None:
        with contextlib.suppress(EOFError, OSError):
            said: list[Answer] | NurieError | None = pipe.recv()
            return said
        started.join(5)
        code = started.exitcode or 0
        how = f" by {signal.Signals(-code).name}" if code < 0 else f", exit code {code}"
        how += " (too little memory?)" if -code == signal.SIGKILL else ""
        raise EndedError(f"its worker was ended{how}")

    def kill() -> None:
        pipe.close()
        started.join(0.5)
        started.kill()
        started.join()
        sweep(scratch, PREFIX)

    return Worker(pipe, pipe.send, receive, started.terminate, kill)


def listen(workers: list[Worker], seconds: float) -> list[Worker]:
    """Which processes have something to say."""
    heard = connection.wait([worker.ear for worker in workers], seconds)
    return [worker for worker in workers if worker.ear in heard]


def serve(pipe: Any, hand: Any) -> None:
    """The body of a worker process: items in, answers out, until the other end closes."""
    busy = ending = False

    def end(*_: Any) -> None:
        nonlocal ending
        ending = True
        if not busy:
            raise SystemExit

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, end)
    with contextlib.suppress(EOFError, OSError):
        try:
            hand.start()
        except NurieError as error:
            pipe.send(error)
            return
        with contextlib.closing(hand):
            pipe.send(None)
            while not ending:
                items = pipe.recv()
                busy = True
                answers = hand.do_all(items, SPAN)
                pipe.send(answers)
                busy = False
                if answers[-1].last:
                    return
