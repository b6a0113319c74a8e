"""What films cost: a correction, memory as a film grows, and the whole command: figures, no test.

    python tests/film/lengths.py [--drawings 100 1000] [--side 240]
    python tests/film/lengths.py --whole [--drawings 100] [--side 1080]

Each length is a process of its own. The first prints drawings, seconds of the processor for reading
and matching all, for the slowest of five corrections that spread over the whole film, and the
largest memory of the process. The second draws a *hard* film of 16 : 9 (``nurie-lab``), and gives
seconds of the processor a drawing for all of ``nurie film CUT -o OUT`` with two keys, and how many
drawings a second that is where two cores share it evenly. With ``--people`` the first kind of film
has such drawings, too.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from functools import partial
from pathlib import Path

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
    at = 4 + number * 7 % (side - 20), 4 + number * 7 // (side - 20) * 3 % (side - 20)
    cv2.rectangle(lines, at, (at[0] + 9, at[1] + 9), 0, 1)
    return lines, color


def people(count, side, folder):
    """Write a film of drawn people as PNG, and coloured ones of its first and last drawing."""
    from nurie.document import lay_lines
    from nurie.io.images import write_picture
    from nurie_lab.drawings.films import hard_film

    size = (side, side * 16 // 9)
    made = hard_film(np.random.default_rng(0), count, size=size, opens=False)
    for name in ("cut", "keys"):
        (folder / name).mkdir()
    for i, frame in enumerate(made):
        write_picture(folder / "cut" / f"a_{i:04}.png", frame.lines)
        if i in {0, count - 1}:
            write_picture(folder / "keys" / f"a_{i:04}.png", lay_lines(frame.lines, frame.color))


def measured(count, side, *, drawn):
    """What one film of so many drawings costs; of ``drawn`` people, or of boxes."""
    from nurie.api import Colorizer
    from nurie.document import Hints, lay_lines
    from nurie.io.images import read_color, read_sketch

    def frame(number):
        return drawing(number, side)[0]

    frames, keys = [partial(frame, i) for i in range(count)], {0: lay_lines(*drawing(0, side))}
    folder = tempfile.TemporaryDirectory()
    if drawn:
        people(count, side, Path(folder.name))
        frames = [partial(read_sketch, path) for path in sorted(Path(folder.name, "cut").iterdir())]
        both = sorted(Path(folder.name, "keys").iterdir())
        keys = dict(zip((0, count - 1), map(read_color, both), strict=True))
    colorizer, start = Colorizer.load(), time.process_time()
    film = colorizer.film(frames, keys=keys, hold=False)
    matched, fixes = time.process_time() - start, []
    labels = film.drawing(count // 2).labels
    largest = np.argsort(-np.bincount(labels.ravel())[1:])[:5]
    for turn, region in enumerate(largest.tolist()):
        rows, columns = (places[:1].astype(np.int32) for places in np.nonzero(labels == region + 1))
        start = time.process_time()
        film.fix(count // 2, Hints(rows, columns, np.uint8([[9, 9, 30 * turn]])))
        fixes.append(time.process_time() - start)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    facts = {"drawings": film.drawings, "match_cpu_s": matched, "fix_cpu_ms": 1000 * max(fixes)}
    return facts | {"changed": len(film.changed), "peak_mib": peak}


def whole(count, side):
    """What the command costs for a film of so many drawings, from start to end."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        # In another process, so that this one's children are the command alone.
        words = [sys.executable, __file__, "--draw", name, "--drawings", str(count)]
        subprocess.run([*words, "--side", str(side)], check=True)
        words = [sys.executable, "-m", "nurie", "film", "cut", "-o", "out", "--keys", "keys", "-q"]
        path = os.pathsep.join(str(Path(p).resolve()) for p in sys.path if p)
        begun, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(
            words, check=True, cwd=folder, env=os.environ | {"PYTHONPATH": path},
            stdout=subprocess.DEVNULL,
        )  # fmt: skip
        wall, after = time.perf_counter() - begun, resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {
        "drawings": count,
        "cpu_s_a_drawing": spent / count,
        "drawings_a_second_of_two_cores": 2 * count / spent,
        "wall_s": wall,
        "peak_mib": after.ru_maxrss / 1024,
    }


def main():
    """Print one line for each length."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--drawings", type=int, nargs="+")
    parser.add_argument("--side", type=int)
    parser.add_argument("--whole", action="store_true", help="measure the command")
    parser.add_argument("--people", action="store_true", help="drawn people in place of boxes")
    parser.add_argument("--one", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--draw", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    side = given.side or (1080 if given.whole or given.people else 240)
    for count in given.drawings or ([100] if given.whole or given.people else [100, 1000]):
        if given.draw:
            people(count, side, given.draw)
        elif given.whole or given.one:
            facts = whole(count, side) if given.whole else measured(count, side, drawn=given.people)
            print(json.dumps({name: round(value, 3) for name, value in facts.items()}), flush=True)
        else:
            words = [__file__, "--one", "--drawings", str(count), "--side", str(side)]
            subprocess.run([sys.executable, *words, *["--people"] * given.people], check=True)


if __name__ == "__main__":
    main()
