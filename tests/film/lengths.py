"""How long a correction takes, and how memory grows with a film: figures, not a test.

    python tests/film/lengths.py [--drawings 100 1000] [--side 240]

Each length is a process of its own. It prints drawings, seconds of the processor for reading and
matching all, for the slowest of five corrections that spread over the whole film, and the largest
memory of the process. On a busy machine 100 drawings of 160 pixels were not done in 85 seconds of a
processor.
"""

import argparse
import json
import resource
import subprocess
import sys
import time
from functools import partial

import cv2
import numpy as np

GRID = 6
"""Boxes along each side; they move to the right, and one size larger every few drawings."""


def drawing(number, side):
    """(H, W) uint8 lines and (H, W, 3) colours of one drawing."""
    lines, color = np.full((side, side), 255, np.uint8), np.full((side, side, 3), 255, np.uint8)
    step, move = side // GRID, 3 * np.sin(number / 7)
    for i, (row, column) in enumerate(np.ndindex(GRID, GRID)):
        one = (round(column * step + 6 + move), row * step + 6)
        two = (one[0] + step - 10, one[1] + step - 10 - i % 5)
        cv2.rectangle(color, one, two, (40 + 6 * i, 250 - 6 * i, 30 * (i % 7)), -1)
        cv2.rectangle(lines, one, two, 0, 2)
    # No two are equal, which would be one drawing.
    at = 4 + number * 7 % (side - 20), 4 + number * 7 // (side - 20) * 3
    cv2.rectangle(lines, at, (at[0] + 9, at[1] + 9), 0, 1)
    return lines, color


def measured(count, side):
    """What one film of so many drawings costs."""
    from nurie.api import Colorizer
    from nurie.document import Hints, lay_lines

    def frame(number):
        return drawing(number, side)[0]

    colorizer, start = Colorizer.load(), time.process_time()
    film = colorizer.film(
        [partial(frame, i) for i in range(count)],
        keys={0: lay_lines(*drawing(0, side))},
        hold=False,
    )
    matched, fixes = time.process_time() - start, []
    for turn in range(5):
        at = np.int32([side // GRID * turn + side // GRID // 2 + 3])
        start = time.process_time()
        film.fix(count // 2, Hints(at, at, np.uint8([[9, 9, 30 * turn]])))
        fixes.append(time.process_time() - start)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    facts = {"drawings": film.drawings, "match_cpu_s": matched, "fix_cpu_ms": 1000 * max(fixes)}
    return facts | {"changed": len(film.changed), "peak_mib": peak}


def main():
    """Print one line for each length."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--drawings", type=int, nargs="+", default=[100, 1000])
    parser.add_argument("--side", type=int, default=240)
    parser.add_argument("--one", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    for count in given.drawings:
        if given.one:
            facts = measured(count, given.side)
            print(json.dumps({name: round(value, 1) for name, value in facts.items()}))
            continue
        words = [__file__, "--one", "--drawings", str(count), "--side", str(given.side)]
        subprocess.run([sys.executable, *words], check=True)


if __name__ == "__main__":
    main()
