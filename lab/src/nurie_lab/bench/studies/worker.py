"""A warm process: ``python worker.py SYSTEM DRAWING OUT`` loads a system, runs it once, then waits.

It says ``{"ready": true}`` when it has run once. For every line on its standard input it runs again
and answers with one line of JSON: seconds on the clock, CPU seconds of all threads, and the peak
memory during that run in MiB.
"""

import json
import sys
from pathlib import Path

from nurie_lab.bench.studies.measuring import measured
from nurie_lab.bench.studies.systems import load


def main(system: str, drawing: str, out: str) -> None:
    answers = sys.stdout
    sys.stdout = sys.stderr
    job = load(system)
    job(drawing, out)
    print(json.dumps({"ready": True}), file=answers, flush=True)
    for _ in sys.stdin:
        Path(out).unlink(missing_ok=True)
        cost = measured(lambda: job(drawing, out))
        told = {"wall_s": cost.wall_s, "cpu_s": cost.cpu_s, "peak_mib": cost.peak_mib}
        print(json.dumps(told), file=answers, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
