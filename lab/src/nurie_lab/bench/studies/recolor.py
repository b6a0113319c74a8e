"""How long another palette takes: ``nurie recolor`` at 2048 pixels, process start in and out.

    python -m nurie_lab.bench.studies.recolor [--side 2048] [--repeats 7]

Every entry of the drawing changes its colour, so that every flat, the merged picture and the
thumbnail are written anew. Seconds of the wall and of the CPU, medians; the load of the machine is
printed beside them.
"""

import argparse
import os
import resource
import statistics
import sys
import tempfile
import time
from pathlib import Path

from nurie_lab.bench.studies.measuring import whole
from nurie_lab.bench.studies.systems import nurie


def cpu() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def inside(source: Path, target: Path, repeats: int) -> tuple[float, float, int]:
    """Median seconds (wall, CPU) of reading, swapping and writing, and the number of entries."""
    from nurie.document import Palette
    from nurie.io.recolor import read_flats, write_flats

    walls, cpus, entries = [], [], 0
    for _ in range(repeats + 1):
        before, start = cpu(), time.perf_counter()
        drawing = read_flats(source)
        other = Palette(255 - drawing.palette.colors, drawing.palette.names)
        write_flats(target, drawing, other, force=True)
        walls.append(time.perf_counter() - start)
        cpus.append(cpu() - before)
        entries = len(drawing.palette)
    return statistics.median(walls[1:]), statistics.median(cpus[1:]), entries


def main() -> None:
    import cv2

    from drawings import clean

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--side", type=int, default=2048)
    parser.add_argument("--repeats", type=int, default=7)
    options = parser.parse_args()
    print("| file | entries | in process, s | CPU s | whole process, s | CPU s |")
    print("|---|--:|--:|--:|--:|--:|")
    with tempfile.TemporaryDirectory(prefix="nurie-recolor-") as folder:
        line = Path(folder) / "line.png"
        cv2.imwrite(str(line), clean(options.side))
        for suffix in (".ora", ".psd"):
            source, target = (Path(folder) / f"{name}{suffix}" for name in ("day", "night"))
            whole([*nurie(), "color", str(line), "-o", str(source), "--force"], timeout=120)
            wall, used, entries = inside(source, target, options.repeats)
            palette = Path(folder) / "night.gpl"
            negative(source, palette)
            command = [*nurie(), "recolor", str(source), "--palette", str(palette)]
            command += ["-o", str(target), "--force"]
            runs = [whole(command, timeout=60, out=target) for _ in range(options.repeats)]
            if failed := [run.failure for run in runs if run.failure]:
                sys.exit(failed[0])
            walls = statistics.median(run.wall_s for run in runs)
            cpus = statistics.median(run.cpu_s for run in runs)
            print(
                f"| {suffix} | {entries} | {wall:.2f} | {used:.2f} | {walls:.2f} | {cpus:.2f} |",
                flush=True,
            )
    print(f"\n{options.side} px, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")


def negative(source: Path, palette: Path) -> None:
    """A palette that changes every colour."""
    from nurie.document import Palette
    from nurie.io.palettes import write_palette
    from nurie.io.recolor import read_flats
    from nurie.painting.recolor import called

    own = read_flats(source).palette
    write_palette(palette, Palette(255 - own.colors, tuple(called(own))), force=True)


if __name__ == "__main__":
    main()
