"""Where and with what a bench was run."""

import os
import platform
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

from nurie_lab.bench.bench import Bench
from nurie_lab.bench.records import version_of, weights


def provenance(bench: Bench, threads: int) -> dict[str, object]:
    """Machine, date, versions, commit, and the hash of each model's weights."""
    models = {s.name: s.model for s in bench.systems if s.kind in ("nurie", "median", "nearest")}
    return {
        "date": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "machine": machine(),
        "threads": threads or len(os.sched_getaffinity(0)) if _affine() else os.cpu_count(),
        "python": platform.python_version(),
        "versions": {
            name: version_of(name)
            for name in ("nurie", "numpy", "opencv-python-headless", "onnxruntime", "gmic")
        },
        "commit": commit(),
        "weights": {name: weights(model) for name, model in models.items()},
    }


def _affine() -> bool:
    return hasattr(os, "sched_getaffinity")


def machine() -> str:
    """Processor, cores and memory, as far as the system tells."""
    name = platform.processor() or platform.machine()
    try:
        for line in Path("/proc/cpuinfo").read_text("utf-8").splitlines():
            if line.startswith("model name"):
                name = line.partition(":")[2].strip()
                break
        memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    except (OSError, ValueError, AttributeError):
        return f"{name}, {os.cpu_count()} cores, {sys.platform}"
    return f"{name}, {os.cpu_count()} cores, {memory:.0f} GiB, {platform.system()}"


def commit() -> str:
    """Commit of the source tree, ``+`` where it was changed since; empty for an installed one."""
    here = Path(__file__).parent

    def git(*words: str) -> str:
        done = subprocess.run(  # noqa: S603
            ["git", *words],  # noqa: S607
            cwd=here,
            capture_output=True,
            text=True,
            check=False,
        )
        return done.stdout.strip() if done.returncode == 0 else ""

    try:
        commit = git("rev-parse", "--short=12", "HEAD")
        return commit + ("+" if commit and git("status", "--porcelain", "--", "..") else "")
    except OSError:
        return ""
