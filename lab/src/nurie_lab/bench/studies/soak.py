"""Does the server's memory grow, or its answers slow down? 2,000 mixed requests on loopback.

The same twenty requests are made again and again, each round with drawings that the server has
never seen: uploads, regions, edits, colours, exports, palettes, refusals, and a client that goes
away. Every block of 200 requests is the same work, so blocks can be compared: the last one with the
third. That takes about four minutes on a machine that does nothing else. Where other programs run,
``--twin`` asks a second, younger server in turn, so that both feel the same.

    python -m nurie_lab.bench.studies.soak --out out/soak.json
"""

import argparse
import contextlib
import http.client
import json
import os
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[5]
BLOCK, ROUND = 200, 20
_TICK = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass
class Server:
    """A running ``nurie serve``."""

    process: subprocess.Popen[str]
    port: int

    def pids(self) -> list[int]:
        """Process numbers of the server and all that it started."""
        found, waiting = [], [self.process.pid]
        while waiting:
            pid = waiting.pop()
            found.append(pid)
            with contextlib.suppress(OSError):
                for task in Path(f"/proc/{pid}/task").iterdir():
                    waiting += map(int, (task / "children").read_text("utf-8").split())
        return found

    def memory(self) -> float:
        """Resident memory of all processes in MiB; pages that they share count in each."""
        total = 0
        for pid in self.pids():
            with contextlib.suppress(OSError):
                total += int(Path(f"/proc/{pid}/statm").read_text("utf-8").split()[1]) * _PAGE
        return total / 2**20

    def seconds(self) -> float:
        """Processor time of all processes so far."""
        total = 0
        for pid in self.pids():
            with contextlib.suppress(OSError):
                fields = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()
                # Its own, and that of children that ended and were waited for.
                total += sum(map(int, fields[11:15]))
        return total / _TICK


@dataclass
class Client:
    """What was asked of a server so far, and how long the answers took."""

    port: int
    milliseconds: list[float] = field(default_factory=list)
    kinds: list[str] = field(default_factory=list)

    def connect(self) -> None:
        """Open a connection of its own for each round: the server closes those that lie idle."""
        self._connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=300)

    def ask(self, kind: str, path: str, body: Any = None, *, expect: int = 200) -> bytes:
        """Make a request, take its time, and check its status."""
        headers, data = {}, body
        if isinstance(body, dict):
            data, headers = json.dumps(body), {"Content-Type": "application/json"}
        start = time.perf_counter()
        self._connection.request("GET" if body is None else "POST", path, data, headers)
        answer = self._connection.getresponse()
        content = answer.read()
        self.milliseconds.append(1000 * (time.perf_counter() - start))
        self.kinds.append(kind)
        if answer.status != expect:
            raise SystemExit(f"{path} was answered by {answer.status}: {content[:200]!r}")
        return content

    def leave(self, path: str, body: dict[str, Any]) -> None:
        """Ask, and go away before the answer comes."""
        start = time.perf_counter()
        gone = http.client.HTTPConnection("127.0.0.1", self.port)
        gone.request("POST", path, json.dumps(body), {"Content-Type": "application/json"})
        time.sleep(0.01)
        gone.close()
        self.milliseconds.append(1000 * (time.perf_counter() - start))
        self.kinds.append("left")


def one_round(client: Client, drawings: list[bytes], number: int) -> None:
    """Twenty requests about two drawings that the server has not seen."""
    client.connect()
    for offset in (0, 1):
        # What follows the picture's end is no part of it, but of its hash.
        data = drawings[(number + offset) % len(drawings)] + f"{number}.{offset}".encode()
        found = json.loads(client.ask("upload", "/api/drawings", data))
        path = f"/api/drawings/{found['id']}"
        cut = json.loads(client.ask("regions", f"{path}/regions", {}))
        width, height = found["width"], found["height"]
        edits = [{"cut": [[width / 2, 1], [width / 2, height - 2]]}]
        client.ask("edit", f"{path}/regions", {"edits": edits})
        client.ask("line", f"{path}/line.png")
        client.ask("labels", f"{path}/regions/{cut['regions']}/labels")
        colors = f"{path}/regions/{cut['regions']}/colors"
        client.leave(colors, {"variations": 8, "seed": number})
        first = json.loads(client.ask("colors", colors, {"seed": number}))["answers"][0]
        hints = [{"x": width // 2, "y": height // 2, "color": "#ff8800"}]
        keep = {key: first[key] for key in ("palette", "entries", "confidence")}
        client.ask("dab", colors, {"seed": number, "hints": hints, "keep": keep})
        wanted = {key: first[key] for key in ("palette", "entries")} | {
            "drawing": found["id"],
            "regions": cut["regions"],
            "format": ("png", "ora")[offset],
            "style": ("flat", "cel")[offset],
        }
        client.ask("export", "/api/export", wanted)
        if offset:
            client.ask("refused", "/api/drawings", b"no picture", expect=422)
        else:
            client.ask("palette", "/api/palette", b"#ff8800\n#0088ff\n")


@contextlib.contextmanager
def serving(workers: int, cache: int) -> Iterator[Server]:
    """Run the server until the block ends."""
    options = ["--port", "0", "--workers", str(workers), "--cache", str(cache)]
    process = subprocess.Popen(
        [sys.executable, "-m", "nurie", "serve", *options], stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        address = process.stdout.readline().split()[-1]
        yield Server(process, int(address.rstrip("/").rpartition(":")[2]))
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(30)


@dataclass
class Watch:
    """What is seen of one server in the course of its requests."""

    server: Server
    client: Client
    blocks: list[dict[str, float]] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Begin to count processor time."""
        self._seconds = self.server.seconds()

    def serve(self, drawings: list[bytes]) -> None:
        """One more round, and a block when 200 requests are full."""
        done = len(self.client.kinds)
        one_round(self.client, drawings[: BLOCK // ROUND], done // ROUND)
        if (done + ROUND) % BLOCK:
            return
        now, last = self.server.seconds(), self.client.milliseconds[-BLOCK:]
        self.blocks.append({
            "requests": done + ROUND,
            "median_ms": round(statistics.median(last), 2),
            "mean_ms": round(statistics.fmean(last), 2),
            "cpu_ms": round(1000 * (now - self._seconds) / BLOCK, 2),
            "memory_mib": round(self.server.memory(), 1),
            "processes": len(self.server.pids()),
        })  # fmt: skip
        self._seconds = now
        print(json.dumps(self.blocks[-1]), flush=True)


def soak(requests: int, workers: int, cache: int, *, twin: bool) -> dict[str, Any]:
    """Make the requests; with a twin, the last 200 in turn with requests 400-600 to it."""
    drawings = [path.read_bytes() for path in sorted((ROOT / "examples").glob("*.png"))]
    start = time.perf_counter()
    with contextlib.ExitStack() as stack:
        servers = [stack.enter_context(serving(workers, cache)) for _ in range(1 + twin)]
        old, *young = (Watch(server, Client(server.port)) for server in servers)
        for _ in range((requests - BLOCK) // ROUND):
            old.serve(drawings)
        for watch in young:
            for _ in range(2 * BLOCK // ROUND):
                watch.serve(drawings)
        for _ in range(BLOCK // ROUND):
            for watch in (old, *young):
                watch.serve(drawings)
    early = young[0].blocks[-1] if young else old.blocks[2]
    return {
        "seconds": round(time.perf_counter() - start, 1),
        "blocks": old.blocks,
        "twin": young[0].blocks if young else [],
        "median_ms_by_kind": by_kind(old.client),
        "last_over_third_block": ratios(early, old.blocks[-1]),
    }


def by_kind(client: Client) -> dict[str, float]:
    """Median time of each kind of request."""
    pairs = list(zip(client.kinds, client.milliseconds, strict=True))
    return {
        kind: round(statistics.median(ms for own, ms in pairs if own == kind), 2)
        for kind in dict.fromkeys(client.kinds)
    }


def ratios(early: dict[str, float], late: dict[str, float]) -> dict[str, float]:
    """How much more one block took than another."""
    kinds = ("median_ms", "mean_ms", "cpu_ms", "memory_mib")
    return {kind: round(late[kind] / early[kind], 3) for kind in kinds}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--requests", type=int, default=2000)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--cache", type=int, default=128, help="MiB; small, so that it is full")
    parser.add_argument("--twin", action="store_true", help="compare with a younger server")
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    if options.requests < 4 * BLOCK or options.requests % BLOCK:
        raise SystemExit(f"Give --requests as a multiple of {BLOCK} from {4 * BLOCK} up.")
    found = soak(options.requests, options.workers, options.cache, twin=options.twin)
    print("median_ms_by_kind", json.dumps(found["median_ms_by_kind"]))
    last, which = options.requests, "of a younger server" if options.twin else "of the same server"
    for kind, ratio in found["last_over_third_block"].items():
        print(f"{kind}: requests {last - BLOCK + 1}-{last} over 401-600 {which}: {ratio:.3f}")
    print(f"{found['seconds']:.0f} s")
    if options.out:
        options.out.parent.mkdir(parents=True, exist_ok=True)
        options.out.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
