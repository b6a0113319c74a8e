"""``nurie batch``: many drawings, on one machine and on a cluster."""

import json
import signal
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, fields, replace
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any, Literal

from click.exceptions import Exit

from nurie.batch.driver import Batch
from nurie.batch.ledger import Outcome
from nurie.batch.work import Coloring
from nurie.cli.color import loader, request_of
from nurie.cli.cut import Followed
from nurie.cli.options import Colored, argument, flag, option, verb
from nurie.cli.outcome import bar, complain, write_used
from nurie.cli.targets import Job, numbered
from nurie.errors import NurieError, OptionError

if TYPE_CHECKING:
    from rich.progress import Progress

_EVERY = 10.0
"""Seconds between two lines on how far the work has come, where nobody watches a bar."""


@dataclass(frozen=True, kw_only=True)
class BatchOptions(Followed, Colored):
    """The options of ``nurie batch``."""

    sources: list[str] = argument(
        "SOURCE",
        "Folders, patterns such as 'scans/**/*.png', drawings, lists of paths (.txt, or - for "
        "stdin), or addresses such as s3://bucket/drawings.",
    )
    output: str = option(
        "-o --output OUT",
        "A folder, which is made if need be, or an address. The folders of a source are kept "
        "below it.",
        ...,
    )
    jobs: int | None = option("N", "Workers.  [default: one a core]", min=1, max=100_000)
    on: str = option("local|ray[://HOST]", "This machine, or a cluster of Ray.", "local")
    timeout: float = option("S", "Seconds for one drawing.", 300, min=0.1)
    retries: int = option(
        "N", "More tries for a drawing whose worker died, or that took too long.", 2, min=0, max=99
    )
    each: Literal["drawing", "film", "book"] = option(
        "drawing|film|book", "Whether each drawing or each folder is one thing.", "drawing"
    )
    keys: str | None = option(
        "NAME",
        "Films and books: the folder, in that of each, of its coloured pictures, which have the "
        "names of their drawings. --design of books and --sheet and --fix of films name what lies "
        "in the folder of each, too, where there is no file of that path for all.",
    )
    fix: str | None = option("NAME", "Films: corrections, as for nurie film.")
    to: str | None = option(".png|.ora|…", "Films and books: kind of the files in OUT.")
    status: bool = flag("--status", "Only count what is done, failed and missing.")
    retry_failed: bool = flag("--retry-failed", "Try those again that failed in earlier calls.")
    as_json: bool = flag(
        "--json", "Print a line of JSON for each drawing, and one of figures every ten seconds."
    )


@verb
def batch(options: BatchOptions) -> None:
    """Colour very many drawings, in processes or on a cluster; go on where it ended.

    What is done already is left as it is. A drawing that cannot be coloured, or that ends its
    worker, is named in OUT/failures.jsonl and stops nothing; the exit code is 1 then.
    """
    work = RequestWork(options) if options.each == "drawing" else FilmWork(options)
    many = Batch(options.sources, options.output, work, force=options.force)
    if options.status:
        counts = many.status()
        print(json.dumps(counts) if options.as_json else _summary(counts))
        return
    outcomes = many.run(
        jobs=options.jobs, on=options.on, timeout=options.timeout, retries=options.retries,
        retry_failed=options.retry_failed,
    )  # fmt: skip
    quiet = options.quiet or options.as_json
    with _terminable(), bar(quiet=quiet) as shown:
        meter = Meter(many, options, shown)
        try:
            for outcome in outcomes:
                meter.count(outcome)
        except KeyboardInterrupt:
            complain("Interrupted; the same command goes on where this ended.")
            raise
        finally:
            outcomes.close()  # type: ignore[attr-defined]
            meter.report()
    if options.palette_out is not None:
        _write_palette(many, options.palette_out, force=options.force)
    if meter.counts["failed"]:
        complain(f"What failed is in {many.place}/failures.jsonl; --retry-failed tries it again.")
        raise Exit(1)


_COMMON = ("palette", "seed", "gap", "line_layer", "one_flat_layer")
_TAKEN = {
    "drawing": tuple(field.name for field in fields(Colored)),
    "film": (*_COMMON, "keys", "to", "sheet", "fix", *(one.name for one in fields(Followed))),
    "book": (*_COMMON, "keys", "to", "design"),
}
"""What colours each kind of thing."""
_ALWAYS = ("max_megapixels", "force", "quiet", "as_json", "model")
"""What is no part of that, or is kept elsewhere."""


def _given(options: BatchOptions) -> dict[str, Any]:
    """The options that are given of those that decide what is made.

    Raises:
        OptionError: one is of no use here.
    """
    given: dict[str, Any] = {}
    for field in fields(options):
        kinds = [kind for kind, taken in _TAKEN.items() if field.name in taken]
        value = getattr(options, field.name)
        if not kinds or field.name in _ALWAYS or value in (field.default, None, []):
            continue
        if options.each not in kinds:
            name = "range" if field.name == "frames" else field.name.replace("_", "-")
            raise OptionError(
                f"A {options.each} takes no --{name}; leave it out, or use --each "
                f"{' or '.join(kinds)}."
            )
        given[field.name] = str(value) if field.name in options.beside else value
    # It gathers what was used, and changes nothing.
    given.pop("palette_out", None)
    return given


class RequestWork(Coloring):
    """Colours each drawing as ``nurie color`` does, with all of its options."""

    def __init__(self, options: BatchOptions) -> None:
        super().__init__(options.model)
        self.options = _given(options)
        self._requested, self.numbered = options, options.variations > 1
        # No two workers may write one file: the driver writes the palette of all.
        self._request = request_of(replace(options, palette_out=None))
        for path in options.beside.values():
            if path.suffix or "://" in str(path):
                raise OptionError(f"{path} is to hold the files of many drawings; give a folder.")

    def folders(self) -> dict[str, Path]:
        """See ``Coloring``."""
        return self._requested.beside

    def start(self) -> None:
        """See ``Coloring``."""
        self._loading = loader(self.model)
        self._loading().result()

    def __call__(self, source: Path, target: Path) -> dict[str, Any]:
        """See ``Coloring``."""
        requested, root = self._requested, target.parents[1]
        first = target.with_stem(target.stem.removesuffix("-1")) if self.numbered else target
        outputs = numbered(first, requested.variations)
        lines = target.with_name(f"{source.stem}.clean.png") if requested.clean else None
        beside: dict[str, Any] = {name: root / name for name in self.folders()}
        used: list[Any] | None = None if requested.palette_out is None else []
        notes: list[str] = []
        options = replace(requested, **beside, force=False)
        request = replace(self._request, options=options, used=used, notes=notes)
        record = request.color_one(Job(source, outputs, lines, source.stem), self._loading)
        from nurie.colors import to_hex

        colors = [
            [to_hex(color), palette.names[at] if palette.names else "", float(area[at])]
            for palette, area in used or ()
            for at, color in enumerate(palette.colors)
        ]
        unsure = len(record["unsure"])
        return {"regions": record["regions"], "unsure": unsure, "notes": notes, "used": colors}


class FilmWork(RequestWork):
    """Colours each folder as ``nurie film`` or ``book`` does; done, it has a KIND.json."""

    films = True

    def __init__(self, options: BatchOptions) -> None:
        # For all drawings at once these would be read, or written, here.
        super().__init__(replace(options, sheet=None, design=None))
        self.options = _given(options)
        self._kind = options.each
        megapixels = options.max_megapixels
        self._shared = {"quiet": True, "model": options.model, "max_megapixels": megapixels}
        named = ("keys", "design", "sheet", "fix")
        given = {name: Path(self.options[name]) for name in named if name in self.options}
        self._inside = {name: path for name, path in given.items() if not path.is_file()}
        for name, path in self._inside.items():
            if path.is_absolute() or ".." in path.parts:
                raise OptionError(
                    f"--{name} names what lies in the folder of each {self._kind}; {path} does not."
                )
        folders = (p.parent if n in ("sheet", "fix") else p for n, p in self._inside.items())
        self.apart = tuple(path.as_posix() for path in folders if path.name)

    def settings(self) -> dict[str, Any]:
        """See ``Coloring``: frames and pages have the same names."""
        return super().settings() | {"each": self._kind}

    def name(self, item: Any) -> str:
        """See ``Coloring``."""
        return f"{item.name}/{self._kind}.json"

    def start(self) -> None:
        """See ``Coloring``: a film loads the model, which is little beside its own time."""

    def __call__(self, source: Path, target: Path) -> dict[str, Any]:
        """See ``Coloring``."""
        from nurie.cli.book import Binding, BookOptions
        from nurie.cli.cut import FilmOptions
        from nurie.cli.filming import Filming

        found, notes = self._found(source)
        shared: dict[str, Any] = self.options | found | self._shared
        shared |= {"drawings": [source], "output": target.parent}
        book = self._kind == "book"
        filming = Binding(BookOptions(**shared)) if book else Filming(FilmOptions(**shared))
        filming.color()
        filming.report(target)
        lost = [record for record in filming.records if "error" in record]
        if lost:
            notes.append(f"{source}: {len(lost)} of {len(filming.records)} were not coloured.")
        return {"notes": notes}

    def _found(self, source: Path) -> tuple[dict[str, Any], list[str]]:
        """What the options name in the folder of one thing, and what a person may miss there."""
        from nurie.cli.cut import drawings_in

        found: dict[str, Any] = {name: source / path for name, path in self._inside.items()}
        lost = [name for name, path in found.items() if not path.exists()]
        notes = [f"{source} has no {self._inside[name]}." for name in lost]
        found |= dict.fromkeys(lost)
        sheets = sorted(source.glob("*.xdts")) if self._kind == "film" else []
        if sheets and "sheet" not in self.options:
            found["sheet"] = sheets[0]
            if len(sheets) > 1:
                notes.append(f"{source} has several exposure sheets; {sheets[0].name} counts.")
        if design := found.get("design", self.options.get("design")):
            found["design"] = drawings_in(design) if "design" in found else [design]
        return found, notes


@contextmanager
def _terminable() -> Iterator[None]:
    """SIGTERM is taken as Ctrl-C."""

    def interrupt(*_: Any) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


class Meter:
    """How far the work has come: a bar, lines of a log, or figures for machines."""

    def __init__(self, many: Batch, options: BatchOptions, shown: "Progress | None") -> None:
        self.counts: Counter[str] = Counter()
        self._json, self._quiet, self._bar = options.as_json, options.quiet, shown
        self._tried, self._total = 0, None
        self._start = self._shown = time.monotonic()
        self._task = shown.add_task("", total=None) if shown else None

        def add_up() -> None:
            # What cannot be listed is said by the work itself.
            with suppress(NurieError, OSError):
                self._total = sum(1 for _ in many.items())

        # Stdin can be read once, and to list a store costs money.
        if not any(source == "-" or "://" in source for source in options.sources):
            Thread(target=add_up, daemon=True).start()

    def count(self, outcome: Outcome) -> None:
        """Take one more outcome into account, and say of it what a person should know."""
        self.counts[outcome.status] += 1
        self._tried += outcome.attempts > 0
        if self._json:
            print(json.dumps({"event": "outcome", **vars(outcome)}), flush=True)
        elif outcome.status == "failed" and outcome.attempts:
            known = outcome.source in outcome.error
            complain(outcome.error if known else f"{outcome.source}: {outcome.error}")
        for note in () if self._quiet or self._json else outcome.notes:
            complain(note)
        if self._bar is not None and self._task is not None:
            done, text = self.counts.total(), _summary(self.figures())
            self._bar.update(self._task, completed=done, total=self._total, description=text)
        elif time.monotonic() - self._shown > _EVERY:
            self._shown = time.monotonic()
            self.report()

    def report(self) -> None:
        """Print the figures."""
        if self._json:
            print(json.dumps({"event": "figures", **self.figures()}), flush=True)
        elif not self._quiet:
            complain(_summary(self.figures()))

    def figures(self) -> dict[str, Any]:
        """What machines may want to know; None where that is not known yet."""
        seconds = time.monotonic() - self._start
        rate = self._tried / max(seconds, 1e-9)
        left = None if self._total is None else self._total - self.counts.total()
        counts = {name: self.counts[name] for name in ("done", "found", "failed")}
        return {
            **counts, "total": self._total, "seconds": round(seconds, 1),
            "a_second": round(rate, 3),
            "seconds_left": round(left / rate) if left and rate else None,
        }  # fmt: skip


def _summary(figures: dict[str, Any]) -> str:
    """Figures as a person reads them.

    >>> _summary({"done": 3, "failed": 0, "a_second": 1.5, "seconds_left": 3661})
    '3 done, 0 failed, 1.5 a second, 1:01:01 left'
    """
    known = {name: value for name, value in figures.items() if value is not None}
    if "seconds_left" in known:
        minutes, seconds = divmod(known.pop("seconds_left"), 60)
        known["left"] = f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"
    return ", ".join(f"{value} {name.replace('_', ' ')}" for name, value in known.items())


def _write_palette(many: Batch, path: Path, *, force: bool) -> None:
    """Write the colours of all results, as the ledger has them."""
    import numpy as np

    from nurie.colors import parse_hex
    from nurie.document import Palette

    areas: Counter[tuple[str, str]] = Counter()
    for used in many.ledger.used():
        for color, name, area in used:
            areas[color, name] += area
    if areas:
        colors = np.array([parse_hex(color) for color, _ in areas], np.uint8)
        names = tuple(name for _, name in areas)
        palette = Palette(colors, names if any(names) else ())
        write_used(path, [(palette, np.array(list(areas.values()), np.float32))], force=force)
