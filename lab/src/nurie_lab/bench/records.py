"""Results kept one by one, so that a run that was broken off goes on where it stopped."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from nurie.arrays import AnyArray
from nurie_lab.bench.bench import SystemSpec
from nurie_lab.bench.results import version_of


@dataclass(frozen=True)
class Record:
    """What one system did with one picture under one condition of one task."""

    task: str
    condition: str
    system: str
    set: str
    case: str
    scores: dict[str, float] = field(default_factory=dict)  # Figures by name
    failure: str = ""  # Why there are none; empty where all went well
    wall_s: float = 0.0  # Seconds on the clock, of all answers together
    cpu_s: float = 0.0  # Seconds of all threads
    peak_mib: float = 0.0  # Most memory during one of the answers
    answers: int = 0  # How many answers were requested
    kept: int = 0
    """Answers whose picture shows the drawing's lines untouched over flat colours."""
    picture: str = ""
    """File beside the record with the colours of the first answer, where they are kept."""


class Store:
    """Records in a folder, one file each, found again by all that they depend on."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def path(self, key: dict[str, Any]) -> Path:
        """Where the record of a key lies."""
        text = json.dumps(key, sort_keys=True)
        return self._folder / f"{hashlib.sha256(text.encode()).hexdigest()[:24]}.json"

    def find(self, key: dict[str, Any]) -> Record | None:
        """The record of a key; None where there is none, or only half of one."""
        try:
            values = json.loads(self.path(key).read_text("utf-8"))
            return Record(**values["record"]) if values["key"] == key else None
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def keep(self, key: dict[str, Any], record: Record, picture: AnyArray | None = None) -> Record:
        """Write a record, whole or not at all, and before it its picture, which it names."""
        from nurie.io.files import replacing
        from nurie.io.images import write_picture

        if picture is not None:
            record = replace(record, picture=self.path(key).with_suffix(".png").name)
            write_picture(self._folder / record.picture, picture, force=True)
        text = json.dumps({"key": key, "record": vars(record)}, indent=1)
        with replacing(self.path(key), force=True) as stream:
            stream.write(text.encode())
        return record


def identity(spec: SystemSpec, examples: Path | None) -> dict[str, Any]:
    """All that a system's answers depend on, besides the request."""
    facts: dict[str, Any] = {
        "kind": spec.kind,
        "model": spec.model,
        "command": spec.command,
        "function": spec.function,
    }
    if spec.kind in ("nurie", "median", "nearest"):
        facts |= {"weights": weights(spec.model), "code": code_of(_COLOURING)}
    if spec.kind == "nearest" and examples is not None:
        facts["examples"] = sorted((p.name, p.stat().st_size) for p in examples.glob("*.npz"))
    if spec.kind.startswith("gmic"):
        facts["version"] = version_of("gmic")
    return facts


_COLOURING = tuple(
    f"nurie/{room}"
    for room in ("api", "colors.py", "document.py", "guidance", "models", "painting", "regions")
)
_SCORING = ("hintauc_process", "hints", "tasks", "trials")
_ASKING = ("nearest", "systems", "requests")
_JUDGING = (
    *(f"nurie_lab/bench/{name}.py" for name in (*_SCORING, *_ASKING)),
    "nurie_lab/bench/metrics",
    "nurie/verify",
)


def judge() -> str:
    """What asks and scores: records of an older judge are made again.

    How answers are waited for, summed up and shown changes none of them.
    """
    return code_of(_JUDGING)


def code_of(rooms: tuple[str, ...]) -> str:
    """Short digest of the source of some rooms, ``PACKAGE/ROOM`` or ``PACKAGE/FILE.py``."""
    import nurie
    import nurie_lab

    packages = {"nurie": nurie.__file__, "nurie_lab": nurie_lab.__file__}
    digest = hashlib.sha256()
    for room in rooms:
        package, _, rest = room.partition("/")
        path = Path(packages[package] or "").parent / rest
        found = path.rglob("*") if path.is_dir() else [path]
        for file in sorted(f for f in found if f.suffix in (".py", ".toml", ".txt")):
            digest.update(file.read_bytes())
    return digest.hexdigest()[:12]


def weights(model: str) -> str:
    """SHA-256 over the digests of a model's graphs and of what lies beside them in its JSON."""
    from nurie.errors import ModelError
    from nurie.models.registry import DEFAULT, ModelSpec, find

    try:
        spec = find(model or DEFAULT)
    except ModelError:
        return "missing"
    facts = sorted(spec.sha256.values())
    if isinstance(spec, ModelSpec):
        facts += [str(spec.temperature), spec.calibration.tobytes().hex()]
    return hashlib.sha256("\n".join(facts).encode()).hexdigest()


def failures(records: list[Record]) -> Iterator[str]:
    """Each reason why answers are missing, and how often."""
    reasons = [r.failure for r in records if r.failure]
    for reason in dict.fromkeys(reasons):
        yield f"{reason} ({reasons.count(reason)} ×)"
