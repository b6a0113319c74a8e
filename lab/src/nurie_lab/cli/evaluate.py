"""``nurie evaluate``: systems side by side on pictures whose truth is known."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nurie.cli.options import argument, flag, option, verb
from nurie.cli.outcome import complain, show_json, track
from nurie.errors import MissingExtraError
from nurie_lab.cli import make_dir

if TYPE_CHECKING:
    from nurie_lab.bench.bench import Bench
    from nurie_lab.bench.evaluate import Job, Options
    from nurie_lab.bench.likeness import Eye, Seen
    from nurie_lab.bench.records import Record


@dataclass(frozen=True, kw_only=True)
class EvaluateOptions:
    """The options of ``nurie evaluate``."""

    bench: Path = argument("BENCH.toml", "Pictures, tasks and systems.")
    out: Path = option("-o --out DIR", "Folder for all results.", ...)
    data: Path | None = option("DIR", "Folder where the pictures are found or made; else in --out.")
    extra: Path | None = option(
        "DIR",
        "Local pictures NAME.line.png with NAME.color.png or .webp; their rows are marked as not "
        "public.",
    )
    examples: Path | None = option("DIR", "Training examples, for the nearest neighbours.")
    hintauc: Path | None = option("PYTHON", "Python of an environment that has hintauc.")
    pictures: int | None = option(
        "N", "Rehearse with the first N pictures of each set only.", min=1
    )
    task: list[str] | None = option("NAME", "This task only; may be repeated.")
    system: list[str] | None = option("NAME", "This system only; may be repeated.")
    threads: int = option("N", "Cores for each system; 0 for all.", 0, min=0)
    lock: bool = flag("--lock", "Write the hashes of the pictures beside the bench, and stop.")
    as_json: bool = flag("--json", "Print the report as JSON.")
    quiet: bool = flag("--quiet -q", "No progress bar.")


@verb
def evaluate(options: EvaluateOptions) -> None:
    """Judge systems side by side on pictures whose truth is known.

    Every result is kept in DIR/results: a run that was broken off goes on where it stopped. A
    system that crashes or hangs is a row that says so. DIR gets benchmark.json, benchmark.md and
    contact sheets.
    """
    from nurie_lab.bench import evaluate as judge
    from nurie_lab.bench.bench import read_bench
    from nurie_lab.bench.hints import HINTAUC
    from nurie_lab.bench.likeness import looked, open_eye
    from nurie_lab.bench.pictures import write_lock
    from nurie_lab.bench.report import sets

    bench, out, quiet = read_bench(options.bench), options.out, options.quiet
    make_dir(out)
    if options.hintauc is not None:
        os.environ[HINTAUC] = str(options.hintauc)
    how = judge.Options(
        out=out, data=options.data or out / "pictures", extra=options.extra,
        examples=options.examples, pictures=options.pictures, threads=options.threads,
        tasks=tuple(options.task or ()), systems=tuple(options.system or ()),
    )  # fmt: skip
    cases, lacking = judge.load_pictures(bench, how)
    for reason in lacking.values():
        if options.lock:
            raise MissingExtraError(reason)
        complain(reason)
    if options.lock:
        print(write_lock(options.bench, cases))
        return
    jobs, eye = judge.plan(bench, cases, how), open_eye()
    found = list(track(judge.run(bench, jobs, how), len(jobs), "Judging", quiet=quiet))
    looks = looked(found, cases, out, eye)
    seen = list(track(looks, len(found), "Looking", quiet=quiet))
    shown, page = _report((bench, how), sets(bench, options.bench, cases, lacking), (seen, eye))
    _write(out, shown, page, jobs, as_json=options.as_json)


def _report(
    run: "tuple[Bench, Options]",
    shown: list[dict[str, Any]],
    looks: "tuple[list[tuple[Record, Seen | None]], Eye | None]",
) -> tuple[dict[str, Any], str]:
    """The report as JSON and as a page."""
    from nurie_lab.bench.likeness import distances
    from nurie_lab.bench.report import markdown, report, run_facts
    from nurie_lab.bench.tables import margins, origins_of, rows

    (bench, options), (found, eye) = run, looks
    records, origins = [record for record, _ in found], origins_of(bench.sets)
    facts = {
        **run_facts(bench, options),
        "sets": shown,
        "network": eye.facts if eye is not None else None,
    }
    table = rows(records, origins, distances(found, origins))
    compared = margins(records, facts["ours"], origins)
    return report(bench, table, compared, facts), markdown(bench, table, compared, facts)


def _write(
    out: Path, results: dict[str, Any], page: str, jobs: "list[Job]", *, as_json: bool
) -> None:
    """Put everything where it belongs, and say where."""
    from nurie_lab.bench.report import write_report
    from nurie_lab.bench.sheets import write_sheets

    text, shown = write_report(out, results, page)
    written = write_sheets(out, jobs)
    failed = sum(row["failed"] for row in results["rows"])
    if failed:
        complain(f"{failed} of {len(jobs)} answers are missing; {shown} says why.")
    if as_json:
        show_json(results)
    else:
        print(f"{shown}\n{text}\n{len(written)} contact sheets in {out / 'sheets'}")
