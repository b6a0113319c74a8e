"""Workers that may die: who does what, since when, and what becomes of it then."""

import contextlib
import multiprocessing
import signal
import time
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from multiprocessing import connection
from typing import Any, TypeAlias

from nurie.batch.manifest import Item
from nurie.batch.stores import Place
from nurie.batch.work import PREFIX, Answer, Coloring, Hand
from nurie.errors import NurieError
from nurie.io.folders import sweep

IN_FLIGHT = 2
"""Items that a worker is given: one that it does, and one so that it need not wait for the next."""

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


Found: TypeAlias = list[tuple[Task, Answer | str]]
"""Tasks with their answers, or why they were lost."""


class EndedError(Exception):
    """A worker is no more; the text says how it ended."""


class Worker(ABC):
    """A process that does one item after the other, here or on another machine."""

    def __init__(self) -> None:
        self.tasks: deque[Task] = deque()
        self.ready, self.since = False, time.monotonic()

    def give(self, task: Task) -> None:
        """Give it a task; one that has died says so when it is listened to."""
        task.attempts += 1
        if not self.tasks:
            self.since = time.monotonic()
        self.tasks.append(task)
        with contextlib.suppress(OSError):
            self.send(task.item)

    @abstractmethod
    def send(self, item: Item) -> None:
        """Send it an item."""

    @abstractmethod
    def receive(self) -> Answer | NurieError | None:
        """An answer, None when it is ready, or why it cannot work at all.

        Raises:
            EndedError: it has ended.
        """

    @abstractmethod
    def stop(self) -> None:
        """Let it finish what it does, and end."""

    @abstractmethod
    def kill(self) -> None:
        """End it now, and remove what it leaves."""


class Supervisor:
    """Keeps workers busy, and others in the place of those that end.

    Only the task that a worker was doing is charged when it dies or takes too long; the one
    that waited behind it is given to another.

    Args:
        hire: makes a worker.
        listen: which of some workers have something to say, within some seconds.
        jobs: workers at a time; they are made when they are needed.
        timeout: seconds for one item, from when the worker has the model in memory.
        leave: called in the end.
    """

    def __init__(
        self, hire: Callable[[], Worker], listen: Callable[[Sequence[Any], float], Sequence[Any]],
        *, jobs: int, timeout: float, leave: Callable[[], None] = lambda: None,
    ) -> None:  # fmt: skip
        self._hire, self._listen, self._leave = hire, listen, leave
        self._jobs, self._timeout = jobs, timeout
        self.workers: list[Worker] = []
        self._stillborn = 0
        self.returned: deque[Task] = deque()
        """Tasks that their workers did not come to."""

    @property
    def busy(self) -> bool:
        """Whether something is being done."""
        return any(worker.tasks for worker in self.workers)

    @property
    def room(self) -> bool:
        """Whether a task can be given."""
        free = (len(worker.tasks) < IN_FLIGHT for worker in self.workers)
        return len(self.workers) < self._jobs or any(free)

    def give(self, task: Task) -> None:
        """Give a task to the worker that has least to do."""
        idle = min(self.workers, key=lambda worker: len(worker.tasks), default=None)
        if idle is None or (idle.tasks and len(self.workers) < self._jobs):
            idle = self._hire()
            self.workers.append(idle)
        idle.give(task)

    def collect(self) -> Found:
        """Wait until something happens, or a second.

        Raises:
            NurieError: the work cannot be done at all.
        """
        now = time.monotonic()
        first = min((w.since for w in self.workers if w.ready and w.tasks), default=now)
        seconds = min(max(0.0, first + self._timeout - now), 1.0)
        heard = self._listen(self.workers, seconds)
        found: Found = []
        late: list[Worker] = []
        for worker in list(self.workers):
            if worker in heard:
                found += self._hear(worker)
            elif worker.ready and worker.tasks and time.monotonic() > worker.since + self._timeout:
                found.append((worker.tasks.popleft(), f"took longer than {self._timeout:g} s"))
                self._dismiss(worker)
            elif not worker.ready and worker.tasks and time.monotonic() > worker.since + _LATE:
                late.append(worker)
        # A cluster that is full starts no more of them.
        if any(worker.ready and not worker.tasks for worker in self.workers):
            for worker in late:
                self._dismiss(worker)
        return found

    def _hear(self, worker: Worker) -> Found:
        try:
            said = worker.receive()
        except EndedError as error:
            lost = [worker.tasks.popleft()] if worker.tasks and worker.ready else []
            self._stillborn = 0 if worker.ready else self._stillborn + 1
            self._dismiss(worker)
            if self._stillborn >= _PATIENCE:
                raise NurieError(f"No worker starts: {error}.") from None
            return [(task, str(error)) for task in lost]
        if isinstance(said, NurieError):
            raise said
        worker.since = time.monotonic()
        if said is None:
            worker.ready, self._stillborn = True, 0
            return []
        task = worker.tasks.popleft()
        if said.last:
            self._dismiss(worker)
        return [(task, said)]

    def _dismiss(self, worker: Worker) -> None:
        """Do without a worker; another comes when there is work for it."""
        self.workers.remove(worker)
        for task in worker.tasks:
            task.attempts -= 1
        self.returned.extend(worker.tasks)
        worker.kill()

    def end(self) -> Found:
        """Let all finish what they do, as long as that takes only some seconds, and end them."""
        found: Found = []
        workers, self.workers = self.workers, []
        for worker in workers:
            worker.stop()
        try:
            waiting = [worker for worker in workers if worker.tasks and worker.ready]
            until = time.monotonic() + _GRACE
            while waiting and time.monotonic() < until:
                for worker in self._listen(waiting, 0.2):
                    waiting.remove(worker)
                    with contextlib.suppress(EndedError):
                        said = worker.receive()
                        if isinstance(said, Answer):
                            found.append((worker.tasks[0], said))
        finally:
            for worker in workers:
                worker.kill()
            self._leave()
        return found


class Process(Worker):
    """A worker on this machine."""

    def __init__(self, place: Place, work: Coloring, since: float | None) -> None:
        super().__init__()
        # Forked from a small process of its own: never from one with threads, and quickly.
        methods = multiprocessing.get_all_start_methods()
        method = "forkserver" if "forkserver" in methods else "spawn"
        context: Any = multiprocessing.get_context(method)
        self.pipe, far = context.Pipe()
        self._scratch = place.scratch
        self._process = context.Process(target=serve, args=(far, place, work, since), daemon=True)
        # Ctrl-C reaches the whole group; the driver alone decides what ends, from the first line.
        mask: Any = getattr(signal, "pthread_sigmask", lambda *_: set())
        before = mask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            self._process.start()
        finally:
            mask(signal.SIG_SETMASK, before)
        far.close()

    def send(self, item: Item) -> None:
        """See ``Worker``."""
        self.pipe.send(item)

    def receive(self) -> Answer | NurieError | None:
        """See ``Worker``."""
        try:
            said: Answer | NurieError | None = self.pipe.recv()
        except (EOFError, OSError):
            self._process.join(5)
            code = self._process.exitcode or 0
            how = f" by {signal.Signals(-code).name}" if code < 0 else f", exit code {code}"
            how += " (too little memory?)" if -code == signal.SIGKILL else ""
            raise EndedError(f"its worker was ended{how}") from None
        return said

    def stop(self) -> None:
        """See ``Worker``."""
        self._process.terminate()

    def kill(self) -> None:
        """See ``Worker``."""
        self.pipe.close()
        self._process.join(0.5)
        self._process.kill()
        self._process.join()
        sweep(self._scratch, PREFIX)


def listen(workers: Sequence[Process], seconds: float) -> list[Process]:
    """Which workers have something to say."""
    pipes = {worker.pipe: worker for worker in workers}
    return [pipes[pipe] for pipe in connection.wait(list(pipes), seconds)]


def serve(pipe: Any, place: Place, work: Coloring, since: float | None) -> None:
    """The body of a worker process: items in, answers out, until the other end closes."""
    busy = ending = False

    def end(*_: Any) -> None:
        nonlocal ending
        ending = True
        if not busy:
            raise SystemExit

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, end)
    with contextlib.ExitStack() as stack, contextlib.suppress(EOFError, OSError):
        try:
            hand = Hand(place, work, since)
        except NurieError as error:
            pipe.send(error)
            return
        stack.callback(hand.close)
        pipe.send(None)
        while not ending:
            item = pipe.recv()
            busy = True
            answer = hand.do(item)
            pipe.send(answer)
            busy = False
            if answer.last:
                return
