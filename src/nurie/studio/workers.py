"""Work in processes that can be ended: a pool of workers that load the model once."""

import asyncio
import contextlib
import multiprocessing
import signal
import threading
import traceback
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from multiprocessing import resource_tracker
from typing import TYPE_CHECKING, Any

from nurie.errors import NurieError
from nurie.studio.shapes import Limits, RefusedError

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

Jobs = Callable[[str, Callable[[], None]], dict[str, Callable[..., Any]]]
"""Makes the jobs by name, from the model's name and a check that raises when work shall stop."""


class BusyError(RefusedError):
    """More requests wait than are allowed."""

    status, sentence = 429, "Too much is waiting already; try again in a moment."


class OverdueError(RefusedError):
    """The work took longer than allowed."""

    status, sentence = 422, "This took too long and was ended; make the drawing smaller."


class BrokenError(RefusedError):
    """A worker ended in the middle of its work."""

    status = 503
    sentence = "The work broke off; try again, with a smaller drawing if it stays so."


class GoneError(RefusedError):
    """A file that the work needs is not kept any more."""

    status, sentence = 404, "This is not kept here any more; send the drawing again."


class FailedError(Exception):
    """A defect: the text is the worker's traceback."""


class _Stopped(BaseException):
    """Nobody wants the result any more."""


def work(pipe: "Connection[Any, Any]", jobs: Jobs, model: str, ready: Any) -> None:
    """Serve jobs from a pipe until it closes; the body of a worker process.

    A message is ``(number, job, arguments)``, or a bare number: stop that job.
    """
    # Ctrl-C reaches the whole group; the server alone decides what ends.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    current = unwanted = 0

    def check() -> None:
        while pipe.poll():
            if pipe.recv() == current:
                raise _Stopped

    table = jobs(model, check)
    ready.value = 1
    with contextlib.suppress(EOFError, OSError):
        while True:
            message = pipe.recv()
            if isinstance(message, int):
                # The job was not begun yet, or is over.
                unwanted = message
                continue
            current, name, arguments = message
            while pipe.poll():
                unwanted = pipe.recv()
            skip = current == unwanted
            pipe.send(("stopped", None) if skip else _answer(table[name], arguments))


def _answer(job: Callable[..., Any], arguments: dict[str, Any]) -> tuple[str, Any]:
    """What a job comes to: its kind, and the value or error."""
    try:
        return "done", job(**arguments)
    except _Stopped:
        return "stopped", None
    except NurieError as error:
        return "refused", error
    except FileNotFoundError:
        return "gone", None
    except MemoryError:
        return "refused", NurieError("There is not enough memory for this; make it smaller.")
    except Exception:  # noqa: BLE001 (the worker must outlive every defect)
        return "failed", traceback.format_exc()


@contextlib.contextmanager
def _deaf_to_interrupts() -> Iterator[None]:
    """A process started meanwhile does not hear Ctrl-C, not even before its first line of Python.

    Where the system has no such masks, ``work`` alone ignores it, a little later.
    """
    mask = getattr(signal, "pthread_sigmask", None)
    if mask is None:
        yield
        return
    # The tracker, where it is started along the way, would hear interrupts and let them in again.
    resource_tracker.ensure_running()
    before = mask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        mask(signal.SIG_SETMASK, before)


class Worker:
    """A process with the model in memory, and the pipe to it."""

    def __init__(self, jobs: Jobs, model: str) -> None:
        context = multiprocessing.get_context("spawn")
        self._pipe, far = context.Pipe()
        # Without a lock, which a process that is killed could leave closed.
        self._ready = context.RawValue("b", 0)
        arguments = far, jobs, model, self._ready
        self.process = context.Process(target=work, args=arguments, daemon=True)
        with _deaf_to_interrupts():
            self.process.start()
        far.close()
        self._sending = threading.Lock()
        self.number = 0
        """Of the job that was given to it last."""

    def call(self, number: int, job: str, arguments: dict[str, Any]) -> tuple[str, Any]:
        """Send a job and wait for what it comes to.

        ``dead`` when the process had ended before, ``broken`` when it ended in the middle.
        """
        try:
            with self._sending:
                self._pipe.send((number, job, arguments))
        except OSError:
            return "dead", None
        with contextlib.suppress(EOFError, OSError):
            answer: tuple[str, Any] = self._pipe.recv()
            return answer
        return "broken", None

    @property
    def ready(self) -> bool:
        """Whether the model is in memory and the process lives."""
        return bool(self._ready.value) and self.process.is_alive()

    def stop(self, number: int) -> None:
        """Ask the worker to give a job up."""
        with contextlib.suppress(OSError), self._sending:
            self._pipe.send(number)

    def kill(self) -> None:
        """End the process now."""
        self.process.kill()
        self.process.join()
        self._pipe.close()


class Pool:
    """Workers, and those who wait for one; ``late`` ones start with the first job."""

    def __init__(self, jobs: Jobs, model: str, limits: Limits, *, late: bool = False) -> None:
        self._jobs, self._model, self._limits = jobs, model, limits
        self._idle: asyncio.Queue[Worker] = asyncio.Queue()
        self._workers: set[Worker] = set()
        self._cleaning: set[asyncio.Task[None]] = set()
        self.waiting = 0
        """Requests that wait for a worker."""
        # One thread waits for each worker's answer, one may ask it to stop.
        self._threads = ThreadPoolExecutor(2 * limits.workers, "nurie-worker")
        if not late:
            self._hire_all()

    @property
    def pids(self) -> list[int]:
        """Process numbers of the workers."""
        return [w.process.pid for w in self._workers if w.process.pid is not None]

    @property
    def ready(self) -> int:
        """Workers that have the model in memory."""
        return sum(worker.ready for worker in self._workers)

    async def run(self, job: str, **arguments: Any) -> Any:
        """Have a job done; when the caller is cancelled, so is the job.

        Where the process had ended while it was idle, another does the job, once.

        Raises:
            NurieError: the job refuses, in one sentence.
            BusyError: too many wait already.
            OverdueError: it took longer than allowed and was ended.
            BrokenError: its process ended.
            GoneError: a file it needs is not kept any more.
            FailedError: a defect.
        """
        kind, value = await self._try(job, arguments)
        if kind == "dead":
            kind, value = await self._try(job, arguments)
        if kind == "done":
            return value
        if kind == "refused":
            raise value
        if kind == "failed":
            raise FailedError(value)
        raise GoneError if kind == "gone" else BrokenError

    async def _try(self, job: str, arguments: dict[str, Any]) -> tuple[str, Any]:
        """What a job comes to with the next worker."""
        self._hire_all()
        if self._idle.empty() and self.waiting >= self._limits.waiting:
            raise BusyError
        self.waiting += 1
        try:
            worker = await self._idle.get()
        finally:
            self.waiting -= 1
        worker.number += 1
        call = self._in_thread(worker.call, worker.number, job, arguments)
        try:
            done, _ = await asyncio.wait({call}, timeout=self._limits.seconds)
        except asyncio.CancelledError:
            self._give_up(worker, call)
            raise
        if not done:
            self._give_up(worker, call)
            raise OverdueError
        kind, value = call.result()
        self._back(worker, kind)
        return kind, value

    def close(self) -> None:
        """End all workers."""
        for task in self._cleaning:
            task.cancel()
        for worker in list(self._workers):
            worker.kill()
        self._workers.clear()
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _in_thread(self, function: Callable[..., Any], *values: Any) -> "asyncio.Future[Any]":
        return asyncio.get_running_loop().run_in_executor(self._threads, function, *values)

    def _give_up(self, worker: Worker, call: "asyncio.Future[tuple[str, Any]]") -> None:
        task = asyncio.ensure_future(self._reclaim(worker, call))
        self._cleaning.add(task)
        task.add_done_callback(self._cleaning.discard)

    async def _reclaim(self, worker: Worker, call: "asyncio.Future[tuple[str, Any]]") -> None:
        """Let unwanted work stop by itself, or end its process."""
        stopping = self._in_thread(worker.stop, worker.number)
        done, _ = await asyncio.wait({call}, timeout=self._limits.grace)
        if not done:
            # The thread that waits for the answer ends with the process.
            worker.process.kill()
        await asyncio.wait({call, stopping})
        self._back(worker, call.result()[0])

    def _back(self, worker: Worker, kind: str) -> None:
        """Put a worker back, or another in its place when it ended."""
        if kind not in ("broken", "dead"):
            self._idle.put_nowait(worker)
            return
        self._workers.discard(worker)
        worker.kill()
        self._hire()

    def _hire_all(self) -> None:
        while len(self._workers) < self._limits.workers:
            self._hire()

    def _hire(self) -> None:
        worker = Worker(self._jobs, self._model)
        self._workers.add(worker)
        self._idle.put_nowait(worker)
