"""The report: JSON for programs, Markdown for people."""

import json
import tomllib
from importlib import resources
from pathlib import Path
from typing import Any

from msgspec.structs import asdict

from nurie_lab.bench.bench import TASKS, Bench
from nurie_lab.bench.evaluate import Options
from nurie_lab.bench.likeness import FRECHET, PERCEPTUAL
from nurie_lab.bench.metrics.statistics import number, span
from nurie_lab.bench.pictures import EXTRA, Case, lock_path, set_digest
from nurie_lab.bench.records import weights
from nurie_lab.bench.results import Margin, Row, cores, plain, surroundings, write_results
from nurie_lab.bench.tables import NOT_PUBLIC
from nurie_lab.perceptual import HOW as HOW_METRIC

BY_NETWORK = {"automatic": (PERCEPTUAL, FRECHET)}
"""Columns that need a network, which may not be there."""

ENOUGH = 5
"""Pictures from which on a comparison says who is ahead."""

TEXTS = tomllib.loads(resources.files("nurie_lab.bench").joinpath("report.toml").read_text("utf-8"))
"""What each task measures, and how others run the bench."""

REHEARSAL = "**Rehearsal, not yet run whole:** "


def report(
    bench: Bench, rows: list[Row], margins: list[Margin], facts: dict[str, Any]
) -> dict[str, Any]:
    """All results as JSON can hold them."""
    return {
        "bench": bench.name,
        "about": bench.about,
        **facts,
        "rows": [plain(asdict(row)) for row in rows],
        "margins": [plain(asdict(margin)) for margin in margins],
    }


def markdown(bench: Bench, rows: list[Row], margins: list[Margin], facts: dict[str, Any]) -> str:
    """The whole page."""
    parts = [f"# Benchmark: {bench.name}\n", f"Written by `nurie evaluate`. {bench.about}\n"]
    if facts["rehearsal"]:
        parts.append(f"{REHEARSAL}{facts['rehearsal']}\n")
    parts += [_run(facts), _sets(facts["sets"]), _losses(margins, facts["ours"])]
    for task in TASKS:
        own = [row for row in rows if row.task == task]
        parts.append(f"## {task.capitalize()}\n\n{TEXTS['about'][task]}\n")
        if task in BY_NETWORK:
            parts.append(f"{_network(facts['network'])}\n")
        parts.append(_tables(task, own) if own else "Not run.\n")
    parts += [_failed(rows), TEXTS["page"]["how"]]
    return "\n".join(parts)


def _run(facts: dict[str, Any]) -> str:
    versions = ", ".join(f"{k} {v}" for k, v in facts["versions"].items())
    weights = "; ".join(f"{k}: `{v[:16]}`" for k, v in facts["weights"].items())
    return (
        f"{facts['date']} · {facts['machine']} · {facts['threads']} threads for each system · "
        f"Python {facts['python']}, {versions} · commit `{facts['commit']}` · weights {weights}\n\n"
        "Figures are means over pictures with bootstrap 95 % intervals. Seconds are the median of "
        "a picture, all answers that the task requests together; a system is in memory "
        "already. MiB is the most that its process held. *Lines kept*: answers whose picture "
        "proves that the drawing's lines are untouched over flat colours. A name behind a "
        "condition is that of the pictures; without one they are drawn by program.\n"
    )


def _network(network: dict[str, str] | None) -> str:
    """Which network looked at the pictures, or how to have it look."""
    if network is None:
        return (
            f"The perceptual network is not there. To have it measured, say once `{HOW_METRIC}`, "
            "then the same command again, which runs no system again."
        )
    return f"The network is {network['title']}, `{network['sha256'][:16]}`."


def _sets(sets: list[dict[str, Any]]) -> str:
    lines = [
        "## Pictures\n",
        "| set | made | pictures | SHA-256 | as published |",
        "|" + "---|" * 5,
    ]
    for each in sets:
        made = each["kind"] if not each["package"] else f"{each['package']}, {each['licence']}"
        lines.append(
            f"| {each['name']} | {made} | {each['pictures']} | `{each['sha256'][:16]}` "
            f"| {each['published']} |"
        )
    lines += [f"\n*{each['name']}*: {each['note']}" for each in sets if each["note"]]
    lines += [f"\nLeft out: {each['lacking']}" for each in sets if each["lacking"]]
    return "\n".join([*lines, ""])


def _losses(margins: list[Margin], ours: str) -> str:
    """Where others are ahead, in plain words."""
    head = f"## Where {ours or 'nurie'} loses\n"
    if not margins:
        return f"{head}\nNo other system answered the same pictures.\n"
    few = [m for m in margins if m.pictures < ENOUGH]
    margins = [m for m in margins if m.pictures >= ENOUGH]
    if not margins:
        return f"{head}\nNothing can be said: no comparison has {ENOUGH} pictures.\n"
    ahead = [m for m in margins if (m.ahead[1] or 0) > 0]
    even = [m for m in margins if (m.ahead[1] or 0) <= 0 <= (m.ahead[2] or 0)]
    lines = [
        f"- {m.task}, {_where(m)}: **{m.other}** is ahead by {span(m.ahead)} {m.figure} over "
        f"{m.pictures} pictures."
        for m in sorted(ahead, key=lambda m: TASKS.index(m.task))
    ]
    listed = "\n".join(lines) or "Nowhere that these pictures can tell."
    undecided = ", ".join(f"{m.task}, {_where(m)} ({m.other}, {m.figure})" for m in even)
    return (
        f"{head}\n{listed}\n\nUndecided, the interval holds nought: {undecided or 'nothing'}. "
        f"Ahead in the other {len(margins) - len(ahead) - len(even)} of {len(margins)} "
        "comparisons, picture by picture."
        + (f" {len(few)} more have fewer than {ENOUGH} pictures.\n" if few else "\n")
    )


def _where(what: Row | Margin) -> str:
    """The condition, and on which pictures where they are not drawn by program."""
    return f"{what.condition}, {what.origin}" if what.origin else what.condition


def _tables(task: str, rows: list[Row]) -> str:
    """A table for all conditions under which the same is measured."""
    measured: dict[str, frozenset[str]] = {}
    for row in rows:
        known = measured.get(row.condition, frozenset())
        measured[row.condition] = known | frozenset(row.scores)
    kinds = dict.fromkeys(measured.values())
    parts = [[row for row in rows if measured[row.condition] == kind] for kind in kinds]
    return "\n".join(_table(task, part) for part in parts)


def _table(task: str, rows: list[Row]) -> str:
    names = list(dict.fromkeys(name for row in rows for name in row.scores))
    names = [n for n in names if n != "segments" and not _dull(n, rows)]
    absent = [n for n in BY_NETWORK.get(task, ()) if n not in names]
    heads = ["condition", "system", "n", *names, *absent, "lines kept", "wall s", "CPU s", "MiB"]
    lines = ["| " + " | ".join(heads) + " |", "|" + "---|" * len(heads)]
    for row in sorted(rows, key=lambda r: _order(rows, r)):
        good = row.pictures - row.failed
        count = f"{good} of {row.pictures}" if row.failed else str(good)
        cells = [_where(row), row.system, count]
        cells += [span(row.scores[n]) if n in row.scores else "—" for n in names]
        cells += ["not measured"] * len(absent)
        cells += [f"{row.kept} of {row.answers}" if row.answers else "—"]
        cells += [number(row.wall_s), number(row.cpu_s), f"{row.peak_mib:.0f}"]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join([*lines, ""])


def _dull(name: str, rows: list[Row]) -> bool:
    """Whether a goal was reached by all always: then it needs no column."""
    means = [row.scores[name][0] for row in rows if name in row.scores]
    return name.startswith("reached ") and all(v == 1 for v in means)


def _order(rows: list[Row], row: Row) -> tuple[bool, str, int, int]:
    """Drawings by program first, local pictures last; conditions together, systems in order."""
    conditions = list(dict.fromkeys(r.condition for r in rows))
    at = conditions.index(row.condition)
    return row.origin == NOT_PUBLIC, row.origin, at, rows.index(row)


def _failed(rows: list[Row]) -> str:
    """What did not answer, and why."""
    lines = [
        f"- {row.system}, {row.task}, {_where(row)}: {reason}" for row in rows for reason in row.why
    ]
    return "## What failed\n\n" + ("\n".join(lines) or "Nothing.") + "\n"


def run_facts(bench: Bench, options: Options) -> dict[str, Any]:
    """Where and with what a bench was run, the hash of each model's weights among it."""
    models = {s.name: s.model for s in bench.systems if s.kind in ("nurie", "median", "nearest")}
    return {
        **surroundings(),
        "threads": options.threads or cores(),
        "weights": {name: weights(model) for name, model in models.items()},
        "ours": next((s.name for s in bench.systems if s.kind == "nurie"), ""),
        "rehearsal": rehearsal(bench, options),
    }


def write_report(out: Path, results: dict[str, Any], page: str) -> tuple[Path, Path]:
    """Write ``benchmark.json`` and ``benchmark.md``, each whole or not at all."""
    from nurie.io.files import replacing

    paths = out / "benchmark.json", out / "benchmark.md"
    write_results(paths[0], "benchmark", results)
    with replacing(paths[1], force=True) as stream:
        stream.write(page.encode())
    return paths


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
    omitted = []
    if options.pictures is not None:
        omitted.append(f"the first {options.pictures} pictures of each set only")
    if options.tasks:
        omitted.append(f"only {', '.join(options.tasks)} of {len(bench.tasks)} tasks")
    if options.systems:
        omitted.append(f"only {', '.join(options.systems)} of {len(bench.systems)} systems")
    return "; ".join(omitted) + "." if omitted else ""
