"""The stories of batches with real drawings, each told by one command that prints its figures.

    python tests/batch/stories.py kills|story|drivers|memory|manifest|s3|overhead|machinery|workers
        [--on ray] [--drawings 40] [--side 512] [--times 20]

What needs an idle machine is ``workers``; ``overhead`` and ``machinery`` take the processors'
time, and all others count, and compare bytes.
"""

import argparse
import ctypes
import hashlib
import itertools
import json
import os
import random
import resource
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve()
sys.path.insert(0, str(HERE.parent))
os.environ["OMP_NUM_THREADS"] = "1"  # as workers have it

from nurie.batch.work import Coloring


class Story(Coloring):
    """Colours, and does what the names of some drawings say."""

    def __call__(self, source, target):
        if source.stem == "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        if source.stem == "hang":
            time.sleep(600)
        return super().__call__(source, target)


class Found(Coloring):
    """Work that is done already, whatever its name."""

    def name(self, item):
        return "one.png"


def drawings(folder, count, side=96):
    """So many different drawings of boxes."""
    import numpy as np

    from nurie.io.images import write_picture

    folder.mkdir()
    for number in range(count):
        chance, page = np.random.default_rng(number), np.full((side, side), 255, np.uint8)
        for _ in range(4):
            top, left = chance.integers(2, side // 2, 2)
            down, right = chance.integers(side // 2 + 4, side - 2, 2)
            page[top:down, (left, right)] = page[(top, down), left : right + 1] = 0
        write_picture(folder / f"a{number:03}.png", page)
    return folder


def digests(folder):
    found = Path(folder).glob("a*.colored.png")
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in found}


def wanted(scans, folder):
    """What ``nurie color`` makes of the drawings."""
    sketches = map(str, sorted(scans.glob("a*.png")))
    one = [sys.executable, "-m", "nurie", "color", *sketches, "-o", f"{folder}/", "--quiet"]
    subprocess.run(one, check=True, capture_output=True)
    return digests(folder)


def outcome(out, right):
    """How what was written compares, how often each was, and what lies about."""
    lines = [json.loads(one) for path in (out / "ledger").glob("*.jsonl") for one in path.open()]
    done = [line["source"] for line in lines if line["status"] == "done"]
    left = [p.name for p in out.rglob("*") if p.name.startswith((".", "nurie-batch-"))]
    failed = {Path(line["source"]).stem for line in lines if line["status"] == "failed"}
    return {
        "written": len(digests(out)), "equal": digests(out) == right,
        "noted_twice": len(done) - len(set(done)), "left_behind": left, "failed": sorted(failed),
    }  # fmt: skip


def command(scans, out, *more):
    arguments = ["batch", str(scans), "-o", str(out), "--quiet", *map(str, more)]
    return [sys.executable, "-m", "nurie", *arguments]


def kills(options, folder):
    """The driver killed (-9) at random moments and begun again."""
    scans, out = drawings(folder / "scans", options.drawings), folder / "out"
    right, chance, times = wanted(scans, folder / "right"), random.Random(7), 0
    while times < options.times and len(digests(out)) < options.drawings:
        most = len(digests(out)) + chance.randint(0, 2)
        driver = subprocess.Popen(command(scans, out, "--jobs", 2), start_new_session=True)
        until = time.monotonic() + 3 * chance.random()
        while driver.poll() is None and (len(digests(out)) < most or time.monotonic() < until):
            time.sleep(0.02)
        if driver.poll() is None:
            # The driver alone, or all of its group.
            (os.killpg if times % 2 else os.kill)(driver.pid, signal.SIGKILL)
            times += 1
        driver.wait()
    before = len(digests(out))
    subprocess.run(command(scans, out, "--jobs", 2), check=True)
    return {"kills": times, "before_the_last_call": before} | outcome(out, right)


def story(options, folder):
    """Good drawings, one that is none, one that kills its worker, one that hangs."""
    from nurie.batch.driver import Batch

    scans, out = drawings(folder / "scans", options.drawings), folder / "out"
    right = wanted(scans, folder / "right")
    for name in ("bad", "kill", "hang"):
        (scans / f"{name}.png").write_bytes(b"junk" if name == "bad" else b"x")
    how = {"jobs": 2, "timeout": 20, "retries": 1, "on": options.on}
    told = list(Batch([str(scans)], str(out), stories().Story()).run(**how))
    return {"outcomes": len(told)} | outcome(out, right)


def stories():
    """This file as a module that workers can import by its name."""
    import importlib

    return importlib.import_module("stories")


def drivers(options, folder):
    """Two drivers at a time on one folder."""
    scans, out = drawings(folder / "scans", options.drawings), folder / "out"
    right = wanted(scans, folder / "right")
    both = [subprocess.Popen(command(scans, out, "--jobs", 1)) for _ in range(2)]
    codes = [driver.wait() for driver in both]
    return {"exit_codes": codes} | outcome(out, right)


def memory(options, folder):
    """Memory of a driver for which all of a list is done, in a process for each length."""
    found = {}
    for size in (1_000, 100_000, 1_000_000):
        listed = folder / f"{size}.txt"
        with listed.open("w") as file:
            file.writelines(f"x/{number}.png\n" for number in range(size))
        done = subprocess.run(
            [sys.executable, str(HERE), "lines", "--paths", str(listed), str(folder / f"{size}")],
            check=True, capture_output=True, text=True,
        )  # fmt: skip
        found[size] = json.loads(done.stdout)
    return {"mib": found}


def lines(options, folder):
    """One driver over one list."""
    from nurie.batch.driver import Batch

    listed, out = options.paths
    batch = Batch([listed], out, Found(), force=True)
    batch.ledger.begin()
    (Path(out) / "one.png").touch()
    batch.ledger.since = None
    seen = sum(1 for one in batch.run(jobs=1) if one.status == "found")
    return {"found": seen, "peak": round(peak(), 1)}


def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def manifest(options, folder):
    """A list of ten million lines, listed to its end."""
    from nurie.batch.manifest import items

    listed = folder / "all.txt"
    os.mkfifo(listed)
    with subprocess.Popen(["sh", "-c", f"seq -f 'x/%.0f.png' 10000000 > {listed}"]):
        before, start = peak(), time.process_time()
        count = sum(1 for _ in items([str(listed)]))
    seconds = time.process_time() - start
    return {"lines": count, "cpu_seconds": round(seconds), "grown_mib": round(peak() - before, 1)}


def s3(options, folder):
    """From and to S3 (moto, over loopback): drawings, and the same as films; then again."""
    import boto3

    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    keys = ("REGION", "DEFAULT_REGION", "ACCESS_KEY_ID", "SECRET_ACCESS_KEY")
    os.environ.update({f"AWS_{key}": "us-east-1" for key in keys})
    os.environ |= {"AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}", "AWS_ALLOW_HTTP": "true"}
    scans = drawings(folder / "scans", options.drawings)
    right, found = wanted(scans, folder / "right"), {}
    server = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    with subprocess.Popen(server, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as moto:
        try:
            assert any(b"Running" in line for line in moto.stdout)
            client = boto3.client("s3", endpoint_url=os.environ["AWS_ENDPOINT_URL"])
            client.create_bucket(Bucket="drawings")
            for path in scans.iterdir():
                client.upload_file(str(path), "drawings", f"in/{path.name}")
            for each in ("drawing", "film"):
                for turn in ("first", "second"):
                    more = ("--jobs", 2, "--each", each, "--json")
                    done = subprocess.run(
                        command("s3://drawings/in", f"s3://drawings/{each}", *more),
                        check=True, capture_output=True, text=True,
                    )  # fmt: skip
                    found[f"{each}s_{turn}"] = json.loads(done.stdout.splitlines()[-1])
            made = client.list_objects_v2(Bucket="drawings", Prefix="drawing/")["Contents"]
            names = [one["Key"] for one in made if one["Key"].endswith(".colored.png")]
            bodies = (
                client.get_object(Bucket="drawings", Key=name)["Body"].read() for name in names
            )
            equal = [hashlib.sha256(body).hexdigest() for body in bodies]
            frames = client.list_objects_v2(Bucket="drawings", Prefix="film/")["Contents"]
        finally:
            moto.kill()
    kept = ("done", "found", "failed", "seconds")
    told = {turn: {name: figures[name] for name in kept} for turn, figures in found.items()}
    return told | {"equal": sorted(equal) == sorted(right.values()), "film_objects": len(frames)}


def _tree(root):
    """Seconds of processors that each process below another one has taken so far."""
    parents, taken = {}, {}
    for one in Path("/proc").glob("[0-9]*/stat"):
        try:
            known = one.read_text().rpartition(")")[2].split()
        except OSError:  # it has just ended
            continue
        process = int(one.parent.name)
        parents[process] = int(known[1])
        taken[process] = (int(known[11]) + int(known[12])) / os.sysconf("SC_CLK_TCK")
    below = {root}
    while more := {one for one, parent in parents.items() if parent in below} - below:
        below |= more
    return {one: taken[one] for one in below - {root} if one in taken}


def cost(options, folder):
    """Seconds of processors that a command takes, with all that it starts and leaves behind."""
    # What its own processes leave becomes a child of this one, which waits for it.
    ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)  # PR_SET_CHILD_SUBREAPER
    subprocess.Popen(json.loads(options.paths[0]), stdout=subprocess.DEVNULL)
    seen = {}
    try:
        while True:
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
            seen |= _tree(os.getpid())
            time.sleep(0.1)
    except ChildProcessError:
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
    # A process whose parent does not wait for it, as Ray's do, is not among those that are waited
    # for; and what one takes in its last tenth of a second is not seen.
    return {"seconds": max(used.ru_utime + used.ru_stime, sum(seen.values()))}


def _pair(both):
    """What two commands cost that share one core for the while, and so whatever disturbs it."""
    run = [
        subprocess.Popen(
            [sys.executable, str(HERE), "cost", "--paths", json.dumps(one)],
            stdout=subprocess.PIPE, text=True, start_new_session=True,
        )
        for one in both
    ]  # fmt: skip
    return [json.loads(one.communicate()[0])["seconds"] for one in run]


def _middle(values):
    """Median, and the interval that holds 90 of 100 medians of values drawn anew."""
    chance = random.Random(0)
    drawn = sorted(statistics.median(chance.choices(values, k=len(values))) for _ in range(2000))
    return [round(one, 4) for one in (statistics.median(values), drawn[100], drawn[1899])]


def overhead(options, folder):
    """Processor time of ``nurie batch --jobs 1`` beside that of one process, drawing by drawing.

    ``more_a_drawing`` and ``more_once`` (seconds) are of pairs of two and of many drawings.
    """
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    many = {n: drawings(folder / f"scans{n}", n, options.side) for n in (2, options.drawings)}
    found = {"seconds_a_drawing": [], "more_a_drawing": [], "more_once": []}
    for turn in range(options.times):
        taken = {}
        for size, scans in many.items():
            color = [sys.executable, "-m", "nurie", "color", "--quiet", "-o", f"{folder}/{turn}/"]
            color += ["--force", *map(str, sorted(scans.iterdir()))]
            out = folder / f"batch-{size}-{turn}"
            both = color, command(scans, out, "--jobs", 1, "--on", options.on)
            order = 1 if turn % 2 else -1
            taken[size] = _pair(both[::order])[::order]
        less, more = taken.values()
        color, batch = ((more[at] - less[at]) / (options.drawings - 2) for at in (0, 1))
        found["seconds_a_drawing"].append(color)
        found["more_a_drawing"].append(batch / color - 1)
        found["more_once"].append(less[1] - less[0] - 2 * (batch - color))
        print(taken, file=sys.stderr)
    return {name: _middle(values) for name, values in found.items()}


class Metered(Coloring):
    """Colours, and notes what that cost its process, which one it is, and what it cost so far."""

    def __call__(self, source, target):
        start = time.process_time()
        known = super().__call__(source, target)
        now = time.process_time()
        return known | {"used": [os.getpid(), now - start, now]}


def machinery(options, folder):
    """Processor time of one batch that is not the colouring itself, between two drawings of it.

    All is of one run, so that what else the machine does cancels out. One process does some of
    that, too (it lists, names and counts), so that this is more than the overhead.
    """
    from nurie.batch.driver import Batch

    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    scans, out = drawings(folder / "scans", options.drawings, options.side), folder / "out"
    stamps, looking = [], 0.0
    for _ in Batch([str(scans)], str(out), stories().Metered()).run(jobs=1, on=options.on):
        before = time.process_time()
        stamps.append(_tree(os.getpid()) | {os.getpid(): before - looking})
        looking += time.process_time() - before
    (ledger,) = (out / "ledger").glob("*.jsonl")
    whose, work, now = zip(*(json.loads(line)["used"] for line in ledger.open()), strict=True)
    (worker,) = set(whose)
    rest = [sum(taken for who, taken in one.items() if who != worker) for one in stamps]
    whole, others = sum(work[1:]), rest[-1] - rest[0]
    share = {"worker": now[-1] - now[0] - whole, "others": others}
    each = {name: round(taken / (len(work) - 1) * 1e3, 2) for name, taken in share.items()}
    each["colouring"] = round(whole / (len(work) - 1) * 1e3, 1)
    return {"ms_a_drawing": each, "share": round(sum(share.values()) / whole, 4)}


def workers(options, folder):
    """How much faster two workers are than one, by the clock, without what is once."""
    many = {n: drawings(folder / f"scans{n}", n, 512) for n in (2, options.drawings)}
    found = []
    for turn in range(options.times):
        taken = {}
        # One after the other in every turn, so that a slower minute is no difference.
        for jobs, (size, scans) in itertools.product((1, 2), many.items()):
            out, start = folder / f"{jobs}-{size}-{turn}", time.perf_counter()
            subprocess.run(command(scans, out, "--jobs", jobs), check=True)
            taken[jobs, size] = time.perf_counter() - start
        one, two = (taken[jobs, options.drawings] - taken[jobs, 2] for jobs in (1, 2))
        found.append(one / two)
        print({str(key): round(value, 2) for key, value in taken.items()}, file=sys.stderr)
    return {"times_as_fast": _middle(found)}


def main():
    told = (
        kills, story, drivers, memory, lines, manifest, s3, cost, overhead, machinery, workers
    )  # fmt: skip
    known = {one.__name__: one for one in told}
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("name", choices=known)
    parser.add_argument("--on", choices=("local", "ray"), default="local")
    parser.add_argument("--drawings", type=int, default=40)
    parser.add_argument("--side", type=int, default=512)
    parser.add_argument("--times", type=int)
    parser.add_argument("--paths", nargs="*", default=[])
    options = parser.parse_args()
    options.times = options.times or (20 if options.name == "kills" else 3)
    with tempfile.TemporaryDirectory(prefix="nurie-stories-") as folder:
        print(json.dumps(known[options.name](options, Path(folder))))


if __name__ == "__main__":
    main()
