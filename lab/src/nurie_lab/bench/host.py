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
from nurie_lab.bench.requests import Answer, Cost, Request, read_answer, write_request

START = 900.0
"""Seconds that a system may take to load."""

HUNG = "no answer within"
"""How the reason begins where a system took too long."""


class FailedError(Exception):
    """A system did not answer; the text says why."""


class Host:
    """One system in a process of its own, started when first asked.

    Args:
        spec: which system.
        limit: seconds that an answer may take.
        threads: cores that it may use; 0: all.
        examples: folder of training examples.
    """

    def __init__(
        self, spec: SystemSpec, *, limit: float, threads: int = 0, examples: Path | None = None
    ) -> None:
        self._told = {
            "system": asdict(spec),
            "threads": threads,
            "examples": str(examples) if examples else "",
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
        self._start()
        requested, answered = (Path(self._folder.name) / f"{n}.npz" for n in ("request", "answer"))
        write_request(requested, request)
        child = self._child
        assert child is not None
        assert child.stdin is not None
        try:
            child.stdin.write(json.dumps([str(requested), str(answered)]).encode() + b"\n")
            child.stdin.flush()
        except BrokenPipeError as error:
            raise FailedError(self._fallen()) from error
        said = self._line(self._limit)
        if "error" in said:
            raise FailedError(said["error"])
        return read_answer(answered), Cost(**said)

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
        path.write_text(json.dumps(self._told), "utf-8")
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
            said = self._line(max(START, self._limit))
            self._missing = str(said.get("error", ""))
        except FailedError as error:
            self._missing = f"did not start: {error}"
        if self._missing:
            self._end()
            raise FailedError(self._missing)

    def _line(self, limit: float) -> dict[str, Any]:
        """What the worker says next."""
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
        said: dict[str, Any] = json.loads(line)
        return said

    def _fallen(self) -> str:
        """Why the worker is no more."""
        assert self._child is not None
        code = self._child.wait()
        self._end()
        if code < 0:
            return f"crashed ({signal.Signals(-code).name})"
        self._log.seek(0)
        lines = self._log.read().decode(errors="replace").strip().splitlines()
        return f"ended with exit code {code}: {lines[-1][:120] if lines else 'no message'}"

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
