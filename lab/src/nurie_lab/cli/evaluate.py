"""``nurie evaluate``: systems side by side on pictures whose truth is known."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from nurie.cli.outcome import complain, show_json, track
from nurie.errors import MissingExtraError

if TYPE_CHECKING:
    from nurie_lab.bench.bench import Bench
    from nurie_lab.bench.evaluate import Job, Options
    from nurie_lab.bench.likeness import Eye, Seen
    from nurie_lab.bench.records import Record


def evaluate(  # noqa: PLR0913 (the options of a command)
    bench: Annotated[
        Path,
        typer.Argument(
            metavar="BENCH.toml", show_default=False, help="Pictures, tasks and systems."
        ),
    ],
    *,
    out: Annotated[
        Path,
        typer.Option(
            "-o", "--out", metavar="DIR", show_default=False, help="Folder for all results."
        ),
    ],
    data: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR", help="Folder where the pictures are found or made; else in --out."
        ),
    ] = None,
    extra: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="Local pictures NAME.line.png with NAME.color.png or .webp; their rows are marked "
            "as not public.",
        ),
    ] = None,
    examples: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Training examples, for the nearest neighbours."),
    ] = None,
    hintauc: Annotated[
        Path | None,
        typer.Option(metavar="PYTHON", help="Python of an environment that has hintauc."),
    ] = None,
    pictures: Annotated[
        int | None,
        typer.Option(
            min=1, metavar="N", help="Rehearse with the first N pictures of each set only."
        ),
    ] = None,
    task: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="This task only; may be repeated.")
    ] = None,
    system: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="This system only; may be repeated.")
    ] = None,
    threads: Annotated[
        int, typer.Option(min=0, metavar="N", help="Cores for each system; 0 for all.")
    ] = 0,
    lock: Annotated[
        bool,
        typer.Option("--lock", help="Write the hashes of the pictures beside the bench, and stop."),
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
    quiet: Annotated[bool, typer.Option("-q", "--quiet", help="No progress bar.")] = False,
) -> None:
    """Judge systems side by side on pictures whose truth is known.

    Every result is kept in DIR/results: a run that was broken off goes on where it stopped. A
    system that crashes or hangs is a row that says so. DIR gets benchmark.json, benchmark.md and
    contact sheets.
    """
    from nurie_lab.bench import evaluate as judge
    from nurie_lab.bench.bench import read_bench
    from nurie_lab.bench.likeness import looked, open_eye
    from nurie_lab.bench.pictures import write_lock
    from nurie_lab.bench.report import sets

    asked = read_bench(bench)
    _make(out)
    judge.set_hintauc(hintauc)
    options = judge.Options(
        out=out,
        data=data or out / "pictures",
        extra=extra,
        examples=examples,
        pictures=pictures,
        threads=threads,
        tasks=tuple(task or ()),
        systems=tuple(system or ()),
    )
    cases, lacking = judge.load_pictures(asked, options)
    for reason in lacking.values():
        if lock:
            raise MissingExtraError(reason)
        complain(reason)
    if lock:
        print(write_lock(bench, cases))
        return
    jobs, eye = judge.plan(asked, cases, options), open_eye()
    found = list(track(judge.run(asked, jobs, options), len(jobs), "Judging", quiet=quiet))
    looks = looked(found, cases, out, eye)
    seen = list(track(looks, len(found), "Looking", quiet=quiet))
    told, page = _report((asked, options), sets(asked, bench, cases, lacking), (seen, eye))
    _write(out, told, page, jobs, as_json=as_json)


def _report(
    asked: "tuple[Bench, Options]",
    shown: list[dict[str, Any]],
    looks: "tuple[list[tuple[Record, Seen | None]], Eye | None]",
) -> tuple[dict[str, Any], str]:
    """The report as JSON and as a page."""
    from nurie_lab.bench.likeness import distances
    from nurie_lab.bench.report import markdown, report, run_facts
    from nurie_lab.bench.tables import margins, origins_of, rows

    (bench, options), (found, eye) = asked, looks
    records, origins = [record for record, _ in found], origins_of(bench.sets)
    facts = {
        **run_facts(bench, options),
        "sets": shown,
        "network": eye.told if eye is not None else None,
    }
    table = rows(records, origins, distances(found, origins))
    compared = margins(records, facts["ours"], origins)
    return report(bench, table, compared, facts), markdown(bench, table, compared, facts)


def _write(out: Path, told: dict[str, Any], page: str, jobs: "list[Job]", *, as_json: bool) -> None:
    """Put everything where it belongs, and say where."""
    from nurie_lab.bench.report import write_report
    from nurie_lab.bench.sheets import write_sheets

    text, shown = write_report(out, told, page)
    written = write_sheets(out, jobs)
    failed = sum(row["failed"] for row in told["rows"])
    if failed:
        complain(f"{failed} of {len(jobs)} answers are missing; {shown} says why.")
    if as_json:
        show_json(told)
    else:
        print(f"{shown}\n{text}\n{len(written)} contact sheets in {out / 'sheets'}")


def _make(folder: Path) -> None:
    from nurie.errors import OutputError

    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"The folder {folder} cannot be made: {error.strerror}.") from error
