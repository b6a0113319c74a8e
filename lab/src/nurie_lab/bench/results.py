"""Results as files: where and with what they were measured, and the form that each must have.

Every file under ``results/`` is one of the structures below, distinguished by its ``study``;
``check`` refuses all others.
"""

import math
import os
import platform
import subprocess
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Annotated, Any, TypeAlias, Union

import msgspec

from nurie.errors import InputError

PACKAGES = ("nurie", "numpy", "opencv-python-headless", "onnxruntime", "pillow", "gmic")

Share: TypeAlias = Annotated[float, msgspec.Meta(ge=0, le=1)]
Positive: TypeAlias = Annotated[float, msgspec.Meta(ge=0)]
Span: TypeAlias = tuple[float | None, float | None, float | None]
"""A figure, lower and upper end of its 95 % interval; null where there is none."""


class Results(msgspec.Struct, tag_field="study", forbid_unknown_fields=True, kw_only=True):
    """What every file holds: machine, date, commit and versions."""

    date: Annotated[str, msgspec.Meta(pattern=r"^\d{4}-\d\d-\d\d \d\d:\d\d UTC$")]
    machine: Annotated[str, msgspec.Meta(min_length=1)]
    commit: str
    python: str
    versions: dict[str, str]


class Taken(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """What runs took: medians."""

    wall_s: Positive
    cpu_s: Positive
    peak_mib: Positive
    failure: str
    """Why there is none; empty where all went well."""
    runs: int


class SpeedRow(Taken, kw_only=True):
    """One system on one drawing."""

    kind: str
    side: int
    system: str
    mode: str


class Speed(Results, tag="speed", kw_only=True):
    """Seconds and memory beside other systems."""

    repeats: int
    timeout_s: float
    help: Taken
    growth: dict[str, dict[str, float]]
    rows: list[SpeedRow]


class PartRow(Taken, kw_only=True):
    """One part of a colouring, or a rival, on one drawing."""

    growth: str
    at: int
    part: str


class Parts(Results, tag="parts", kw_only=True):
    """Cost of each part of a colouring as pixels and regions grow."""

    repeats: int
    rows: list[PartRow]


class FilmRow(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """One way of matching on one film."""

    set: str
    film: str
    system: str
    scores: dict[str, Positive]


class Films(Results, tag="films", kw_only=True):
    """Colours carried through films."""

    rows: list[FilmRow]


class Books(Results, tag="books", kw_only=True):
    """Colours carried through books, with designs of the cast and without."""

    rows: list[FilmRow]


Cell: TypeAlias = str | int | float | dict[str, float] | None


class Rows(Results, kw_only=True):
    """What a study counted, a row for each thing; what the figures are, the study says."""

    rows: list[dict[str, Cell] | str]
    pictures: dict[str, int] = {}
    spread: Share | None = None


OTHERS = tuple(
    msgspec.defstruct(name.title(), [], bases=(Rows,), tag=name)
    for name in ("corrections", "gallery", "lively", "pages", "words")
)
"""Studies whose results are looked at and not kept."""


class Row(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One system under one condition of one task."""

    task: str
    condition: str
    system: str
    origin: str
    """Where the pictures come from, empty where they are drawn by program."""
    pictures: int
    failed: int
    why: list[str]
    """Each reason why answers are missing, and how often."""
    scores: Mapping[str, Span]
    wall_s: float | None
    """Median seconds of one picture, all its answers together."""
    cpu_s: float | None
    peak_mib: Positive
    """Most of all pictures."""
    answers: int
    kept: int
    """Answers that keep the drawing's lines."""


class Margin(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How far another system is ahead of nurie on the pictures that both answered."""

    task: str
    condition: str
    figure: str
    other: str
    ahead: Span
    """Positive where the other is better."""
    pictures: int
    origin: str = ""
    """As that of a row."""


class Benchmark(Results, tag="benchmark", kw_only=True):
    """The open benchmark."""

    bench: str
    about: str
    threads: int
    weights: dict[str, str]
    ours: str
    sets: list[dict[str, Any]]
    rehearsal: str
    network: dict[str, str] | None
    rows: list[Row]
    margins: list[Margin]


class Report(Results, tag="report", kw_only=True):
    """The scores and claims of the report's own networks."""

    pictures: int
    kept_to_validate: bool
    features: str
    missing: list[str]
    figures: dict[str, str]
    runs: list[dict[str, Any]]
    scores: list[dict[str, Any]]
    claims: list[dict[str, str]]


_ANY: Any = Union[Speed, Parts, Films, Books, Benchmark, Report, *OTHERS]


def check(data: bytes, name: str) -> Results:
    """Read the bytes of a file of results; ``name`` is for the complaint.

    Raises:
        InputError: it is not in the form of its study.
    """
    try:
        found: Results = msgspec.json.decode(data, type=_ANY)
    except msgspec.DecodeError as error:
        raise InputError(f"{name} is no file of results: {error}.") from error
    return found


def write_results(path: Path, study: str, facts: dict[str, Any]) -> None:
    """Write results with their surroundings, whole or not at all; what is there is replaced.

    ``facts`` are the fields of the study, without those of ``surroundings`` where these are now's.

    Raises:
        InputError: the facts are not in the form of the study.
    """
    from nurie.io.files import replacing

    data = msgspec.json.encode({"study": study} | surroundings() | facts)
    check(data, path.name)
    path.parent.mkdir(parents=True, exist_ok=True)
    with replacing(path, force=True) as stream:
        stream.write(msgspec.json.format(data, indent=1) + b"\n")


def plain(value: Any, digits: int = 5) -> Any:
    """A value without what JSON does not know: tuples, and numbers that are none."""
    if isinstance(value, dict):
        return {k: plain(v, digits) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [plain(v, digits) for v in value]
    if isinstance(value, float):
        return round(value, digits) if math.isfinite(value) else None
    return value


def surroundings() -> dict[str, Any]:
    """Machine, date, commit and versions of now."""
    return {
        "date": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "machine": machine(),
        "commit": commit(),
        "python": platform.python_version(),
        "versions": {name: version_of(name) for name in PACKAGES},
    }


def version_of(package: str) -> str:
    """Installed version of a package, or ``missing``."""
    try:
        return version(package)
    except PackageNotFoundError:
        return "missing"


def cores() -> int:
    """Cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


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
