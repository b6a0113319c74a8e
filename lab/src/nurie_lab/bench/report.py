"""The report: JSON for programs, Markdown for people."""

import json
from pathlib import Path
from typing import Any

import numpy as np

from nurie_lab.bench.bench import TASKS, Bench
from nurie_lab.bench.evaluate import Options
from nurie_lab.bench.likeness import FRECHET, PERCEPTUAL
from nurie_lab.bench.metrics.statistics import number, span
from nurie_lab.bench.pictures import EXTRA, Case, lock_path, set_digest
from nurie_lab.bench.records import weights
from nurie_lab.bench.results import cores, surroundings, write_results
from nurie_lab.bench.tables import NOT_PUBLIC, Margin, Row
from nurie_lab.perceptual import HOW as HOW_METRIC

BY_NETWORK = {"automatic": (PERCEPTUAL, FRECHET)}
"""Columns that need a network, which may not be there."""

ENOUGH = 5
"""Pictures from which on a comparison says who is ahead."""

REHEARSAL = "**Rehearsal, not yet run whole:** "


def report(
    bench: Bench, rows: list[Row], margins: list[Margin], facts: dict[str, Any]
) -> dict[str, Any]:
    """All results as JSON can hold them."""
    return {
        "bench": bench.name,
        "about": bench.about,
        **facts,
        "rows": [_plain(vars(row)) for row in rows],
        "margins": [_plain(vars(margin)) for margin in margins],
    }


def _plain(value: Any) -> Any:
    """A value without what JSON does not know."""
    if isinstance(value, dict):
        return {k: _plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(v) for v in value]
    if isinstance(value, float):
        return round(value, 5) if np.isfinite(value) else None
    return value


def markdown(bench: Bench, rows: list[Row], margins: list[Margin], facts: dict[str, Any]) -> str:
    """The whole page."""
    parts = [f"# Benchmark: {bench.name}\n", f"Written by `nurie evaluate`. {bench.about}\n"]
    if facts["rehearsal"]:
        parts.append(f"{REHEARSAL}{facts['rehearsal']}\n")
    parts += [_run(facts), _sets(facts["sets"]), _losses(margins, facts["ours"])]
    for task in TASKS:
        own = [row for row in rows if row.task == task]
        parts.append(f"## {task.capitalize()}\n\n{ABOUT[task]}\n")
        if task in BY_NETWORK:
            parts.append(f"{_network(facts['network'])}\n")
        parts.append(_tables(task, own) if own else "Not run.\n")
    parts += [_failed(rows), HOW]
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
    ahead = [m for m in margins if m.ahead[1] > 0]
    even = [m for m in margins if m.ahead[1] <= 0 <= m.ahead[2]]
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


ABOUT = {
    "regions": (
        "Which paper belongs together, whatever its colour. A region is a connected piece of "
        "a part between the closed lines, over 10 pixels. IoU: mean over true regions of the "
        "best one; boundary F within 3 pixels; leaks: share of regions whose found region "
        "also holds a tenth of another; splits: share that fell into several. `gap N`: six "
        "openings of N pixels; `soft`, `thick`, `noise`, `pale` and the colour are of the "
        "lines. Systems that tell no regions are read off their colours."
    ),
    "flats": (
        "Every segment over 10 pixels, paper too, is given its colour by one dot. Right is "
        "what is exactly that colour, as DACoN's code counts it."
    ),
    "hints": (
        "The largest mistakes are corrected by dots, a twentieth of them at a time, until "
        "each segment is within ΔE2000 10. Hints are given as a share of the segments; a goal "
        "never reached counts as 1. `auc`: area under the curve over the "
        "scribbles of the independent judge `hintauc` (geodesic), `auc dots` over its dots, means "
        "over pictures."
    ),
    "automatic": (
        "Nothing is asked. The original is one of many right answers: a low ΔE is welcome, a high "
        "one need not be ugly. ΔE2000 over true segments that are not paper, by the root of their "
        "area; right: within 10; colourful: against the original's (Hasler, Süsstrunk); paper "
        "kept: share of the area of true paper left white; paper regions kept: share of its "
        "regions, small as large. Perceptual and Fréchet distance are of whole pictures, 256 "
        "pixels a side, with the original's clean lines over both. Perceptual: how unlike people "
        "would call two pictures, learnt from their judgements of damaged photographs "
        "(shift-tolerant LPIPS, Ghildyal, Liu 2022). Fréchet (Heusel et al. 2017): how far the "
        "whole set is from the set of the originals. Few pictures make such a distance of many "
        "features large by itself, so it is of few: the 64 of the network's first stage, colours "
        "and edges, in 16 places of each picture. Its interval is a jackknife over pictures; "
        "compare it within a condition, never with figures of other networks, layers or numbers "
        "of pictures."
    ),
    "palette": (
        "The original's colours are given, not where they belong. Obeyed: share of coloured "
        "pixels of a colour in the palette; EMD: earth mover's distance of the colours' "
        "shares, Lab."
    ),
    "reference": (
        "A coloured frame of a film is given, a later one is to be coloured. Right is exactly "
        "the colour that the segment has in the film."
    ),
    "doubt": (
        "How far confidence can be trusted, over the regions of all pictures: ECE in ten "
        "bins; AURC: mean risk over all coverages; risk: share more than ΔE2000 10 from the "
        "original, of all regions and of the surer half. Where many answers are right, being "
        "sure of one is hard."
    ),
    "diversity": (
        "Four answers to one drawing: mean ΔE2000 between them over the coloured area, and "
        "how near the first and the best come to the original."
    ),
    "promise": (
        "Whether `nurie verify` proves the file that was written: the lines are the "
        "drawing's, flats are flat."
    ),
}
"""What each task measures."""

HOW = """\
## How to run it

```sh
pip install 'nurie-lab[bench]'
python -m venv judge && judge/bin/pip install hintauc
pip install 'nurie-lab' && pip install --no-deps stlpips-pytorch==0.0.2 && nurie export metric
npm install --prefix out/bench/pictures @iconify-json/streamline-stickies-color@1.2.2
nurie evaluate configs/bench/public.toml -o out/bench --hintauc judge/bin/python
```

Every result is kept: a run that was broken off goes on where it stopped, and only what changed
(weights, colouring code, the judge, a picture) is done again. `--pictures 2` rehearses. The
drawings are made by program from seeds of their own; *as published* says whether they are, byte for
byte, those of the hashes beside the bench (another version of numpy or OpenCV may draw a pixel
otherwise). Local pairs join by `--extra` and never enter the comparisons. The second line is for
the independent judge of hints, the third for the perceptual network, the fourth for the pictures of
a package; what is missing is not measured, or left out. The colours of automatic answers are kept,
so that they can be looked at later.

Any program can take part. Add to the bench:

```toml
[[systems]]
name = "mine"
kind = "command"
command = "mine --in {sketch} --hints {hints} --out {out}"
```

`{sketch}` and `{out}` are PNG files, `{hints}` a transparent PNG with discs of colour, `{palette}`
a list of hex colours, `{reference}` a coloured PNG; naming one enters the tasks that need it. A
command is started anew for each picture, and its seconds say so. `kind = "python"` with `function =
"module:function"` is a function from `nurie_lab.bench.requests.Request` to `Answer`.
Colours are read off a picture where the drawing is white paper; systems that keep their fills apart
from the lines (nurie, G'MIC's layer of colours, the baselines) are read there; the judge lays the
lines over G'MIC's colours and the baselines', so *lines kept* says nothing of files of theirs.
"""
"""How others run the bench, and take part."""


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
