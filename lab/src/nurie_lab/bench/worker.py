"""A process that holds one system: ``python -m nurie_lab.bench.worker SYSTEM.json``.

It says ``{"ready": true}``, or ``{"error": …}`` where the system cannot be had. Each line on its
standard input names a request's file and an answer's; it answers with a line of JSON: what it
took, or ``{"error": …}``. The bench's own process never holds a system, so none can take it along.
"""

import json
import os
import resource
import sys
import time
from pathlib import Path
from typing import Any

from nurie.errors import NurieError
from nurie_lab.bench.bench import SystemSpec
from nurie_lab.bench.requests import System, read_request, write_answer
from nurie_lab.bench.systems import load

_UNIT = 1 << 20 if sys.platform == "darwin" else 1 << 10


def main(path: str) -> None:
    """Serve requests until the input ends."""
    told = json.loads(Path(path).read_text("utf-8"))
    # What systems print must not be taken for answers.
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    _keep_to(told["threads"])
    examples = Path(told["examples"]) if told["examples"] else None
    try:
        values: dict[str, Any] = {
            k: tuple(v) if isinstance(v, list) else v for k, v in told["system"].items()
        }
        system = load(SystemSpec(**values), examples)
    except (NurieError, ImportError) as error:
        print(json.dumps({"error": str(error)}), file=answers, flush=True)
        return
    print(json.dumps({"ready": True}), file=answers, flush=True)
    for line in sys.stdin:
        request, answer = json.loads(line)
        print(json.dumps(_served(system, Path(request), Path(answer))), file=answers, flush=True)


def _served(system: System, request: Path, out: Path) -> dict[str, Any]:
    """Answer one request, and say what it took."""
    asked = read_request(request)
    _forget_peak()
    wall, cpu = time.perf_counter(), _cpu()
    try:
        answer = system(asked)
    except Exception as error:  # noqa: BLE001 - whatever a system does is its own row
        said = " ".join(str(error).split())[:200]
        return {"error": f"{type(error).__name__}: {said}"}
    took = {"wall_s": time.perf_counter() - wall, "cpu_s": _cpu() - cpu, "peak_mib": _peak()}
    write_answer(out, answer)
    return took


def _keep_to(threads: int) -> None:
    """Run on so many cores."""
    if threads and hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:threads])


def _cpu() -> float:
    """Seconds of all threads and of children that have ended."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def _forget_peak() -> None:
    """Linux: let the high-water mark of memory start again from now."""
    try:
        Path("/proc/self/clear_refs").write_text("5", "utf-8")
    except OSError:
        return


def _peak() -> float:
    """Peak memory in MiB of this process since the mark was reset, or of its largest child."""
    child = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / _UNIT
    try:
        own = int(Path("/proc/self/status").read_text("utf-8").split("VmHWM:")[1].split()[0]) / 1024
    except (OSError, IndexError):
        own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / _UNIT
    return max(own, child)


if __name__ == "__main__":
    main(sys.argv[1])
