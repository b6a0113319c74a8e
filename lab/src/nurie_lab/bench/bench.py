"""What a bench judges: pictures, tasks and systems, read from one TOML file."""

import tomllib
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from nurie.errors import InputError, OptionError, UnreadableError

SET_KINDS = ("things", "people", "animals", "scenes", "films", "package", "icons")
"""Where pictures come from: drawn by program, made from SVG files of an installed Python package,
or from icons of an Iconify collection that npm installed."""

TASKS = (
    "regions",
    "flats",
    "hints",
    "automatic",
    "palette",
    "reference",
    "doubt",
    "diversity",
    "promise",
)
"""What can be judged, in the order of the report."""

SYSTEM_KINDS = (
    "nurie",
    "white",
    "median",
    "nearest",
    "bucket",
    "same-place",
    "commonest",
    "gmic-random",
    "gmic-fill",
    "gmic-spots",
    "command",
    "python",
)
"""What can be judged side by side; the last two are anybody's own."""


@dataclass(frozen=True)
class PictureSet:
    """Pictures of one kind."""

    name: str  # Unique name
    kind: str  # One of ``SET_KINDS``, or ``extra`` for a local folder
    count: int = 0  # How many are drawn
    size: int = 384  # Longest side in pixels
    seed: int = 0  # The same seed draws the same pictures
    frames: int = 6  # Frames of a film
    package: str = ""  # Name of an installed distribution, or of npm's package
    version: str = ""  # Version of the package
    licence: str = ""  # Licence of the package's pictures
    note: str = ""  # What the report says of the pictures
    files: dict[str, str] = field(default_factory=dict)
    """SHA-256 by path inside the package, or by name of an icon."""


@dataclass(frozen=True)
class TaskSpec:
    """One task on some sets, under each of some conditions."""

    name: str  # One of ``TASKS``
    sets: tuple[str, ...] = ()  # Names of the sets
    conditions: tuple[str, ...] = ("clean",)
    """What is done to the lines, or how the task is set; see the benchmark's page."""


@dataclass(frozen=True)
class SystemSpec:
    """One competitor."""

    name: str  # As the tables show it
    kind: str  # One of ``SYSTEM_KINDS``
    model: str = ""  # nurie: name or path of a model; empty: the packaged one
    command: str = ""
    """command: a line with {sketch} and {out}, perhaps {hints}, {palette}, {reference}."""
    function: str = ""
    """python: ``module:function`` that takes a ``Request`` and gives an ``Answer``."""
    tasks: tuple[str, ...] = ()
    """Tasks that it takes part in; empty: all that its kind can do."""


@dataclass(frozen=True)
class Bench:
    """A whole bench."""

    name: str  # Short name
    about: str = ""  # One sentence for the report
    seed: int = 0  # Source of all choices besides the pictures'
    limit: float = 120.0  # Seconds that a system may take for one answer
    sets: tuple[PictureSet, ...] = ()  # The pictures
    tasks: tuple[TaskSpec, ...] = ()  # What is judged
    systems: tuple[SystemSpec, ...] = ()  # Who takes part


def read_bench(path: Path) -> Bench:
    """Read a bench.

    Raises:
        UnreadableError: there is no such file, or it is not TOML.
        OptionError: a key or value that is not known.
    """
    try:
        values = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise UnreadableError(f"{path} cannot be read; give a bench in TOML.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UnreadableError(f"{path} is not TOML: {error}.") from error
    tasks = values.pop("tasks", {})
    parts = {
        "sets": tuple(_made(PictureSet, v, f"{path}, sets") for v in values.pop("sets", [])),
        "systems": tuple(
            _made(SystemSpec, v, f"{path}, systems") for v in values.pop("systems", [])
        ),
        "tasks": tuple(
            _made(TaskSpec, {"name": k, **v}, f"{path}, tasks.{k}") for k, v in tasks.items()
        ),
    }
    bench: Bench = _made(Bench, values | parts, str(path))
    _check(bench, path)
    return bench


def _made(kind: Any, values: dict[str, Any], where: str) -> Any:
    """An instance of a dataclass; a key that it lacks, or one that is missing, is an error."""
    known = {f.name: f.type for f in fields(kind)}
    for key in values:
        if key not in known:
            raise OptionError(f"{where}: {key!r} is not known; use {', '.join(known)}.")
    try:
        return kind(**{k: tuple(v) if isinstance(v, list) else v for k, v in values.items()})
    except TypeError as error:
        raise OptionError(f"{where}: {str(error).partition('() ')[2]}.") from error


def _check(bench: Bench, path: Path) -> None:
    """Refuse names that mean nothing."""
    names = [s.name for s in bench.sets]
    systems = [s.name for s in bench.systems]
    for what, found in (("set", names), ("system", systems)):
        double = next((n for n in found if found.count(n) > 1), None)
        if double is not None:
            raise OptionError(f"{path} names the {what} {double!r} twice; give each its own name.")
    words: list[tuple[str, str, tuple[str, ...]]] = []
    words += [("kind of picture", s.kind, SET_KINDS) for s in bench.sets]
    words += [("kind of system", s.kind, SYSTEM_KINDS) for s in bench.systems]
    words += [("task", t.name, TASKS) for t in bench.tasks]
    words += [("task", t, TASKS) for s in bench.systems for t in s.tasks]
    words += [("set", n, tuple(names)) for t in bench.tasks for n in t.sets]
    for what, word, known in words:
        if word not in known:
            raise OptionError(f"{path}: the {what} {word!r} is not known; use {', '.join(known)}.")
    for system in bench.systems:
        _check_system(system, path)
    if not bench.tasks or not bench.systems:
        raise InputError(f"{path} asks nothing; name sets, tasks and systems.")


def _check_system(system: SystemSpec, path: Path) -> None:
    if system.kind == "command" and not all(p in system.command for p in ("{sketch}", "{out}")):
        raise OptionError(f"{path}: the command of {system.name!r} lacks {{sketch}} or {{out}}.")
    if system.kind == "python" and ":" not in system.function:
        raise OptionError(f"{path}: the function of {system.name!r} must be module:function.")
