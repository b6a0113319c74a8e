"""A warm process: ``python worker.py SYSTEM DRAWING OUT`` loads a system, runs it once, then waits.

It says ``{"ready": true}`` when it has run once. For every line on its standard input it runs again
and answers with one line of JSON: seconds on the clock, CPU seconds of all threads, and the peak
memory during that run in MiB.
"""

import json
import resource
import sys
import time
from pathlib import Path
from typing import Any

from systems import load


def main(system: str, drawing: str, out: str) -> None:
    answers = sys.stdout
    sys.stdout = sys.stderr
    job = load(system)
    job(drawing, out)
    print(json.dumps({"ready": True}), file=answers, flush=True)
    for _ in sys.stdin:
        Path(out).unlink(missing_ok=True)
        print(json.dumps(_timed(job, drawing, out)), file=answers, flush=True)


def _timed(job: Any, drawing: str, out: str) -> dict[str, float]:
    _forget_peak()
    wall, cpu = time.perf_counter(), time.process_time()
    job(drawing, out)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    return {"wall_s": wall, "cpu_s": cpu, "peak_mib": _peak()}


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
        unit = 1 << 20 if sys.platform == "darwin" else 1 << 10
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


if __name__ == "__main__":
    main(*sys.argv[1:])
