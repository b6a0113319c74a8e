"""A process that holds one system: ``python -m nurie_lab.bench.worker SYSTEM.json``.

It says ``{"ready": true}``, or ``{"error": …}`` where the system cannot be had. Each line on its
standard input names a request's file and an answer's, or a drawing's and a picture's where the
system works from file to file; it answers with a line of JSON: what it took, or ``{"error": …}``.
The bench's own process never holds a system, so none can take it along.
"""

import json
import os
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

import msgspec

from nurie.errors import NurieError
from nurie_lab.bench.bench import SystemSpec
from nurie_lab.bench.requests import Cost, System, put, take
from nurie_lab.bench.systems import load, load_files

_UNIT = 1 << 20 if sys.platform == "darwin" else 1 << 10


def main(path: str) -> None:
    """Serve requests until the input ends."""
    settings = json.loads(Path(path).read_text("utf-8"))
    # What systems print must not be taken for answers.
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    _keep_to(settings["threads"])
    try:
        serve = _from_files(settings) if settings["files"] else _from_requests(settings)
    except (NurieError, ImportError) as error:
        print(json.dumps({"error": str(error)}), file=answers, flush=True)
        return
    print(json.dumps({"ready": True}), file=answers, flush=True)
    for line in sys.stdin:
        source, target = map(Path, json.loads(line))
        try:
            reply = vars(serve(source, target))
        except Exception as error:  # noqa: BLE001 - whatever a system does is its own row
            reason = " ".join(str(error).split())[:200]
            reply = {"error": f"{type(error).__name__}: {reason}"}
        print(json.dumps(reply), file=answers, flush=True)


Serve: TypeAlias = Callable[[Path, Path], Cost]
"""Answers the file at the first path at the second, and returns what that took."""


def _from_requests(settings: dict[str, Any]) -> Serve:
    """Arrays in, arrays out: files are read and written outside the time that counts."""
    examples = Path(settings["examples"]) if settings["examples"] else None
    system: System = load(msgspec.convert(settings["system"], SystemSpec), examples)

    def serve(source: Path, target: Path) -> Cost:
        request, made = take(source), []
        cost = measured(lambda: made.append(system(request)))
        put(target, made[0])
        return cost

    return serve


def _from_files(settings: dict[str, Any]) -> Serve:
    """From a drawing's file to the picture's: reading and writing count."""
    job = load_files(msgspec.convert(settings["system"], SystemSpec))

    def serve(source: Path, target: Path) -> Cost:
        target.unlink(missing_ok=True)
        cost = measured(lambda: job(source, target))
        if not target.exists():
            raise FileNotFoundError("wrote no file")
        return cost

    return serve


def measured(job: Callable[[], object]) -> Cost:
    """What a job costs in this process; the peak is of the whole process while the job runs."""
    forget_peak()
    wall, cpu, children = time.perf_counter(), time.process_time(), _children()
    job()
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    started, peak = _children()[0] - children[0], peak_mib()
    # The largest child of all times counts only for a job that started one itself.
    return Cost(wall, cpu + started, max(peak, _children()[1]) if started else peak)


def _keep_to(threads: int) -> None:
    """Run on so many cores."""
    if threads and hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:threads])


def _children() -> tuple[float, float]:
    """Processor seconds of all children that have ended, and the peak MiB of the largest."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime, used.ru_maxrss / _UNIT


def forget_peak() -> None:
    """Linux: let the high-water mark of memory start again from now."""
    try:
        Path("/proc/self/clear_refs").write_text("5", "utf-8")
    except OSError:
        return


def peak_mib() -> float:
    """Peak memory in MiB of this process since the mark was reset, where Linux tells it."""
    try:
        status = Path("/proc/self/status").read_text("utf-8")
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / _UNIT
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


if __name__ == "__main__":
    main(sys.argv[1])
