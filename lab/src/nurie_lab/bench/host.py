"""The other end of a worker: asks, waits no longer than the limit, starts anew what fell."""

import contextlib
import json
import os
import selectors
import signal
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile
from typing import Any

from nurie_lab.bench.bench import SystemSpec
from nurie_lab.bench.requests import Answer, Cost, Request, put, take

START = 900.0
"""Seconds that a system may take to load."""

HUNG = "no answer within"
"""How the reason begins where a system took too long."""


class FailedError(Exception):
    """A system did not answer; the text says why."""


class Host:
    """One system in a process of its own, started at the first request.

    It has ``limit`` seconds for an answer and ``threads`` cores, all for 0; with ``files`` it works
    from file to file, by ``color_file``, and not by ``ask``.
    """

    def __init__(
        self,
        spec: SystemSpec,
        *,
        limit: float,
        threads: int = 0,
        examples: Path | None = None,
        files: bool = False,
    ) -> None:
        self._settings = {
            "system": asdict(spec),
            "threads": threads,
            "examples": str(examples) if examples else "",
            "files": files,
        }
        self._limit, self._threads = limit, threads
        self._folder = TemporaryDirectory()
        self._child: subprocess.Popen[bytes] | None = None
        self._log = TemporaryFile()  # noqa: SIM115 - lives as long as the host
        self._missing = ""

    def ask(self, request: Request) -> tuple[Answer, Cost]:
        """One answer.

        Raises:
            FailedError: the system is missing, crashed, hung, or gave an error.
        """
        folder = Path(self._folder.name)
        source, target = folder / "request", folder / "answer"
        put(source, request)
        cost = self.color_file(source, target)
        return take(target), cost

    def color_file(self, source: Path, target: Path) -> Cost:
        """Have one file made of another, and return what that took.

        Raises:
            FailedError: the system is missing, crashed, hung, or gave an error.
        """
        self._start()
        child = self._child
        assert child is not None
        assert child.stdin is not None
        try:
            child.stdin.write(json.dumps([str(source), str(target)]).encode() + b"\n")
            child.stdin.flush()
        except BrokenPipeError as error:
            raise FailedError(self._fallen()) from error
        reply = self._line(self._limit)
        if "error" in reply:
            raise FailedError(reply["error"])
        return Cost(**reply)

    def close(self) -> None:
        """End the process and remove what it left."""
        self._end()
        self._log.close()
        self._folder.cleanup()

    def __enter__(self) -> "Host":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _start(self) -> None:
        if self._missing:
            raise FailedError(self._missing)
        if self._child is not None:
            return
        path = Path(self._folder.name) / "system.json"
        path.write_text(json.dumps(self._settings), "utf-8")
        threads = {"OMP_NUM_THREADS": str(self._threads)} if self._threads else {}
        self._child = subprocess.Popen(  # noqa: S603 - our own interpreter
            [sys.executable, "-m", "nurie_lab.bench.worker", str(path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            start_new_session=True,
            env={**os.environ, **threads},
        )
        try:
            reply = self._line(max(START, self._limit))
            self._missing = str(reply.get("error", ""))
        except FailedError as error:
            self._missing = f"did not start: {error}"
        if self._missing:
            self._end()
            raise FailedError(self._missing)

    def _line(self, limit: float) -> dict[str, Any]:
        """The worker's next reply."""
        assert self._child is not None
        assert self._child.stdout is not None
        with selectors.DefaultSelector() as selector:
            selector.register(self._child.stdout, selectors.EVENT_READ)
            if not selector.select(limit):
                self._end()
                raise FailedError(f"{HUNG} {limit:g} s")
        line = self._child.stdout.readline()
        if not line:
            raise FailedError(self._fallen())
        reply: dict[str, Any] = json.loads(line)
        return reply

    def _fallen(self) -> str:
        """Why the worker is no more."""
        assert self._child is not None
        code = self._child.wait()
        self._end()
        self._log.seek(0)
        return _reason(code, self._log.read())

    def _end(self) -> None:
        """End the process that this host started, and its children."""
        child, self._child = self._child, None
        if child is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()
        for pipe in (child.stdin, child.stdout):
            if pipe is not None:
                with contextlib.suppress(BrokenPipeError):
                    pipe.close()


def _reason(code: int, log: bytes) -> str:
    """Why a process is no more."""
    if code < 0:
        return f"crashed ({signal.Signals(-code).name})"
    lines = log.decode(errors="replace").strip().splitlines()
    return f"ended with exit code {code}: {lines[-1][:120] if lines else 'no message'}"


# The peak memory of a child starts from what its parent held when it was started (Linux counts from
# the fork). So commands are started by a Python that has loaded next to nothing.
_LAUNCH = """
import json, os, subprocess, sys, time
start, nothing = time.perf_counter(), subprocess.DEVNULL
child = subprocess.Popen(sys.argv[1:], stdin=nothing, stdout=nothing)
_, status, used = os.wait4(child.pid, 0)
wall = time.perf_counter() - start
code = os.waitstatus_to_exitcode(status)
print(json.dumps([code, wall, used.ru_utime + used.ru_stime, used.ru_maxrss]))
"""


def run_command(command: list[str], *, limit: float, out: Path | None = None) -> Cost:
    """Run a whole process; after ``limit`` seconds it is killed with all its children.

    It must write the file ``out``; an older one is removed.

    Raises:
        FailedError: it crashed, hung, ended with an error, or wrote no file.
    """
    if out is not None:
        out.unlink(missing_ok=True)
    child = subprocess.Popen(  # noqa: S603 - the commands of the bench
        [sys.executable, "-I", "-S", "-c", _LAUNCH, *command],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    try:
        reply, log = child.communicate(timeout=limit)
    except subprocess.TimeoutExpired as error:
        raise FailedError(f"{HUNG} {limit:g} s") from error
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        child.communicate()
    if not reply:
        raise FailedError(_reason(child.returncode, log))
    code, wall, cpu, peak = json.loads(reply)
    if code:
        raise FailedError(_reason(code, log))
    if out is not None and not out.exists():
        raise FailedError("wrote no file")
    return Cost(wall, cpu, peak / (1 << 20 if sys.platform == "darwin" else 1 << 10))
