"""What a run costs: whole processes, and runs inside a warm worker.

This module and the one that calls it stay small (no numpy, no OpenCV): on Linux the peak memory of
a child starts from what its parent held when it was started.
"""

import json
import os
import resource
import selectors
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

_HERE = Path(__file__).parent
_MAXRSS_UNIT = 1 << 20 if sys.platform == "darwin" else 1 << 10


@dataclass(frozen=True)
class Cost:
    """One run, or why there is none."""

    wall_s: float = 0.0
    cpu_s: float = 0.0
    """User and system time of all threads and children."""
    peak_mib: float = 0.0
    failure: str = ""
    """Empty for a run that ended well."""


def measured(job: Callable[[], object]) -> Cost:
    """What a job costs in this process; the most memory is that of the whole process during it."""
    _forget_peak()
    wall, cpu = time.perf_counter(), time.process_time()
    job()
    return Cost(time.perf_counter() - wall, time.process_time() - cpu, _peak())


def _forget_peak() -> None:
    """Linux: let the high-water mark of memory start again from now."""
    try:
        Path("/proc/self/clear_refs").write_text("5")
    except OSError:
        return


def _peak() -> float:
    """Peak resident memory in MiB: since the mark was reset where Linux tells it, else ever."""
    try:
        status = Path("/proc/self/status").read_text()
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / _MAXRSS_UNIT
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


def whole(command: list[str], *, timeout: float, out: Path | None = None) -> Cost:
    """Run a command from start to end.

    Args:
        command: program and arguments.
        timeout: seconds after which it is killed with all its children.
        out: a file that it must have written.
    """
    if out is not None:
        out.unlink(missing_ok=True)
    start = time.perf_counter()
    child = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    killed = threading.Event()
    alarm = threading.Timer(timeout, lambda: (killed.set(), _kill(child)))
    alarm.start()
    try:
        assert child.stderr is not None
        with child.stderr as pipe:
            message = pipe.read()
        _, status, usage = os.wait4(child.pid, 0)
    except BaseException:
        _kill(child)
        raise
    finally:
        alarm.cancel()
    wall = time.perf_counter() - start
    child.returncode = os.waitstatus_to_exitcode(status)
    failure = f"over {timeout:g} s" if killed.is_set() else _failure(child.returncode, message)
    if not failure and out is not None and not out.exists():
        failure = "wrote no file"
    return Cost(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / _MAXRSS_UNIT, failure)


def _failure(code: int, message: bytes) -> str:
    if code == 0:
        return ""
    if code < 0:
        return f"crashed ({signal.Signals(-code).name})"
    lines = message.decode(errors="replace").strip().splitlines()
    return f"exit code {code}: {lines[-1][:80] if lines else 'no message'}"


def _kill(child: "subprocess.Popen[bytes]") -> None:
    """End a child that this program started, with its children."""
    try:
        os.killpg(child.pid, signal.SIGKILL)
    except ProcessLookupError:
        return


class Worker:
    """A process that holds one system in memory and has run it once on the drawing.

    Args:
        system: its name in ``systems``.
        drawing: what it colours.
        out: what it writes.
        timeout: seconds that loading with the first run, and each later run, may take.
    """

    def __init__(self, system: str, drawing: Path, out: Path, *, timeout: float) -> None:
        command = [sys.executable, str(_HERE / "worker.py"), system, str(drawing), str(out)]
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the process
        self._child = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            start_new_session=True,
        )
        self._out, self._timeout = out, timeout
        self.failure = ""
        self._answer()

    def run(self) -> Cost:
        """One more run on the same drawing."""
        if not self.failure and self._child.stdin is not None:
            self._child.stdin.write(b"again\n")
            self._child.stdin.flush()
        answer = self._answer()
        if not self.failure and not self._out.exists():
            self.failure = "wrote no file"
        return Cost(failure=self.failure) if self.failure else Cost(**answer)

    def close(self) -> None:
        """End the process."""
        _kill(self._child)
        self._child.wait()
        for pipe in (self._child.stdin, self._child.stdout, self._log):
            if pipe is not None:
                pipe.close()

    def _answer(self) -> dict[str, float]:
        if self.failure:
            return {}
        assert self._child.stdout is not None
        with selectors.DefaultSelector() as selector:
            selector.register(self._child.stdout, selectors.EVENT_READ)
            if not selector.select(self._timeout):
                self.failure = f"over {self._timeout:g} s"
                _kill(self._child)
                return {}
        line = self._child.stdout.readline()
        if not line:
            code = self._child.wait()
            self._log.seek(0)
            self.failure = _failure(code, self._log.read()) or "ended early"
            return {}
        answer: dict[str, float] = json.loads(line)
        return answer
