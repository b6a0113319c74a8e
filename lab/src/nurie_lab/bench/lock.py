"""Whether the pictures are those that were published: hashes beside the bench."""

import json
from pathlib import Path
from typing import Any

from nurie_lab.bench.bench import Bench
from nurie_lab.bench.evaluate import EXTRA, Options
from nurie_lab.bench.pictures import Case, set_digest


def lock_path(bench: Path) -> Path:
    """The file with the hashes of a bench's pictures.

    >>> lock_path(Path("public.toml")).name
    'public.lock.json'
    """
    return bench.with_name(f"{bench.stem}.lock.json")


def write_lock(bench: Path, cases: dict[str, list[Case]]) -> Path:
    """Write the hash of every picture, by set; what was there is replaced."""
    from nurie.io.files import replacing

    told = {name: [c.digest for c in own] for name, own in cases.items() if name != EXTRA}
    path = lock_path(bench)
    with replacing(path, force=True) as stream:
        stream.write((json.dumps(told, indent=1) + "\n").encode())
    return path


def sets(
    bench: Bench, path: Path, cases: dict[str, list[Case]], lacking: dict[str, str] | None = None
) -> list[dict[str, Any]]:
    """What the report says of each set; ``lacking`` tells why some are left out."""
    try:
        locked = json.loads(lock_path(path).read_text("utf-8"))
    except (OSError, ValueError):
        locked = {}
    found = []
    specs = {s.name: s for s in bench.sets}
    for name, own in cases.items():
        spec = specs.get(name)
        digests = [c.digest for c in own]
        found.append(
            {
                "name": name,
                "kind": spec.kind if spec else "local",
                "package": spec.package if spec else "",
                "licence": spec.licence if spec else "",
                "pictures": len(own),
                "sha256": set_digest(digests),
                "published": _published(name, digests, locked) if own else "left out",
                "note": spec.note if spec else "",
                "lacking": (lacking or {}).get(name, ""),
            }
        )
    return found


def _published(name: str, digests: list[str], locked: dict[str, list[str]]) -> str:
    if name == EXTRA:
        return "not public"
    if name not in locked:
        return "not locked"
    return "yes" if locked[name][: len(digests)] == digests else "**no**"


def rehearsal(bench: Bench, options: Options) -> str:
    """What of a bench was left out; empty for a whole run."""
    said = []
    if options.pictures is not None:
        said.append(f"the first {options.pictures} pictures of each set only")
    if options.tasks:
        said.append(f"only {', '.join(options.tasks)} of {len(bench.tasks)} tasks")
    if options.systems:
        said.append(f"only {', '.join(options.systems)} of {len(bench.systems)} systems")
    return "; ".join(said) + "." if said else ""
