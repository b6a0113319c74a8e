"""``nurie data``: pictures to train on, fetched, listed, prepared and counted."""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from nurie.cli.options import SETTINGS, argument, flag, option, verb
from nurie.cli.outcome import complain, show_json, track
from nurie_lab.cli import make_dir

if TYPE_CHECKING:
    from nurie.spectrum import Spectrum


@dataclass(frozen=True, kw_only=True)
class Spoken:
    """What every verb takes that says what it has done."""

    as_json: bool = flag("--json", "Print what was done as JSON.")
    quiet: bool = flag("--quiet -q", "No progress bar, no notes.")

    def say(self, record: dict[str, Any]) -> None:
        """What was done: JSON, or the first file on stdout and a note on stderr."""
        if self.as_json:
            show_json(record)
            return
        head, *rest = record.items()
        print(head[1])
        if not self.quiet:
            complain("; ".join(f"{key.replace('_', ' ')} {_plain(value)}" for key, value in rest))


@dataclass(frozen=True, kw_only=True)
class FetchOptions(Spoken):
    """The options of ``nurie data fetch``."""

    board: str = argument("BOARD", "safebooru, or the address of a board like it.")
    out: Path = option("-o --out DIR", "Folder, made if need be.", ...)
    tags: str = option("WORDS", 'The board\'s tags, as "1girl solo".', "")
    count: int = option("N", "Pictures wanted, those there already included.", 1000, min=1)
    rating: Literal["general", "any"] = option(
        "general|any", "general takes what is safe for everybody.", "general"
    )
    rate: float = option("N", "Requests a second, at most.", 1.0, min=0.01, max=100)
    licence: str = option(
        "TEXT", "What the pictures may be used under; boards keep silent.", "unknown"
    )


@verb
def fetch(options: FetchOptions) -> None:
    """Fetch pictures from a board, politely.

    Each picture is checked and entered in DIR/collection.jsonl with its source; what is passed
    over stands in DIR/skipped.jsonl with the reason. A run that was stopped goes on when it is
    run again.
    """
    from nurie_lab.data.collection import NAME
    from nurie_lab.data.polite import Polite
    from nurie_lab.data.sources import Request, board_url, fetch

    request = Request(
        board_url(options.board), options.tags, options.count, options.rating, options.licence
    )
    outcomes = fetch(Polite(rate=options.rate), request, make_dir(options.out))
    reasons: Counter[str] = Counter()
    fetched = 0
    for outcome in track(outcomes, None, "fetching", quiet=options.quiet):
        fetched += not outcome.reason
        if outcome.reason:
            reasons[_short(outcome.reason)] += 1
    listing = str(options.out / NAME)
    options.say({"collection": listing, "fetched": fetched, "passed_over": dict(reasons)})


def _short(reason: str) -> str:
    """A reason without what is special to one picture, for counting.

    >>> _short("too small (20 × 20)"), _short("the same picture as http://a/b")
    ('too small', 'the same picture')
    """
    for mark in (" (", " as ", ": "):
        reason = reason.partition(mark)[0]
    return "not given by the server" if reason.startswith("http") else reason


def _plain(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{number} × {what}" for what, number in value.items()) or "none"
    return str(value)


@dataclass(frozen=True, kw_only=True)
class FolderOptions(Spoken):
    """The options of ``nurie data folder``."""

    folder: Path = argument("DIR", "Pictures, in subfolders too.")
    output: Path = option("-o --output LIST.jsonl", "Where the list goes.", ...)
    by: Literal["auto", "folder", "film", "picture"] = option(
        "auto|folder|film|picture",
        "What is never split between train and val: a subfolder, a film (numbered frames of one "
        "name), each picture. auto: subfolders, else films, else pictures.",
        "auto",
    )
    licence: str = option("TEXT", "What the pictures may be used under.", "own")
    force: bool = flag("--force", "Replace existing files.")


@verb
def folder(options: FolderOptions) -> None:
    """List own pictures or film frames as a collection.

    Nothing is copied or moved: the list names the files where they are.
    """
    from nurie.io.files import check_target, replacing
    from nurie_lab.data import collection as own

    output, folder = options.output, options.folder
    check_target(output, force=options.force, suffixes=(".jsonl",))
    total = len(own.pictures_in(folder))
    listed = own.list_folder(folder, licence=options.licence, by=own.By(options.by))
    items = list(track(listed, total, "listing", quiet=options.quiet))
    with replacing(output, force=options.force) as stream:
        stream.writelines(own.line_of(item).encode() for item in items)
    groups = len({item.group for item in items})
    options.say({"collection": str(output), "pictures": len(items), "groups": groups})


@dataclass(frozen=True, kw_only=True)
class PrepareOptions(Spoken):
    """The options of ``nurie data prepare``."""

    collections: list[Path] = argument("COLLECTION", "Lists, or folders that hold one.")
    out: Path = option("-o --out DIR", "Folder, made if need be.", ...)
    sigma: list[float] | None = option(
        "PX",
        "Blur before Canny's edges; may be given several times, the first makes the main lines.  "
        "[default: 2.5, 1.2]",
    )
    ink: bool = flag("--ink/--no-ink", "Lines as a pen draws them, too.", default=True)
    size: int = option("PX", "Longest side; smaller pictures stay as they are.", 512)
    val_share: float = option("SHARE", "Share of artists or films kept to validate.", 0.05)
    same: int = option(
        "BITS", "Near duplicates differ at most so; -1 keeps all.", 12, min=-1, max=15
    )
    shard: int = option("N", "Pictures in a shard.", 500)
    workers: int | None = option("N", "Processes.  [default: all cores]", min=1)
    force: bool = flag("--force", "Replace shards made from other pictures or options.")


@verb
def prepare(options: PrepareOptions) -> None:
    """Make shards to train on.

    They hold each picture, its line art of several kinds, and where it comes from. Broken, blank,
    monochrome and double pictures are dropped, see DIR/dropped.csv for the reasons. Artists and
    films are on one side of the split, frozen in DIR/split.json. A run that was stopped goes on
    when it is run again.
    """
    from nurie_lab.bench.results import cores
    from nurie_lab.data.collection import read_collections
    from nurie_lab.data.pack import MANIFEST, Packing, freeze, frozen_in, pack, plan
    from nurie_lab.data.survey import choose, survey

    out, share, quiet = options.out, options.val_share, options.quiet
    sigmas = tuple(options.sigma or (2.5, 1.2))
    packing = Packing(size=options.size, sigmas=sigmas, ink=options.ink, shard=options.shard)
    packing.check()
    items = read_collections(options.collections)
    frozen = frozen_in(make_dir(out))
    workers = options.workers or cores()
    seen = track(survey(items, out, workers=workers), len(items), "looking", quiet=quiet)
    chosen = choose(items, list(seen), frozen, val_share=share, within=options.same)
    freeze(chosen, frozen, out)
    if share and chosen.train and not chosen.val and not quiet:
        complain("nothing is kept to validate; a larger --val-share may keep an artist or a film.")
    shards = plan(chosen, out, packing)
    packed = pack(shards, out, workers=workers, force=options.force)
    names = list(track(packed, len(shards), "packing", quiet=quiet))
    counts = {"shards": len(names), "train": len(chosen.train), "val": len(chosen.val)}
    dropped = Counter(_short(reason) for _, reason in chosen.dropped)
    options.say({"manifest": str(out / MANIFEST), **counts, "dropped": dict(dropped)})


@dataclass(frozen=True, kw_only=True)
class HistogramOptions:
    """The options of ``nurie data histogram``."""

    data: list[Path] = argument(
        "DATA", "Shards, folders of shards, collections, folders of pictures, pictures."
    )
    output: Path | None = option("-o --output FILE", "Save it, as .json or .npz.")
    figures: Path | None = option(
        "DIR",
        "Draw the distribution (figure 5) and the most frequent colours (figure 6) here, as PNG "
        "and SVG.",
    )
    top: int = option("N", "Colours printed.", 20, min=1, max=512)
    force: bool = flag("--force", "Replace existing files.")
    as_json: bool = flag("--json", "Print all of it as JSON.")
    quiet: bool = flag("--quiet -q", "No progress bar, no notes.")


@verb
def histogram(options: HistogramOptions) -> None:
    """Count the colours of a data set in 512 bins.

    Eight levels a channel; bin 511 is white. Printed are bin, share and mean colour of the most
    frequent ones.
    """
    from nurie.io.files import check_target
    from nurie.io.spectra import SUFFIXES
    from nurie_lab.data.histogram import as_record, count_colors, write_spectrum
    from nurie_lab.data.shards import pictures_of

    output, force, quiet = options.output, options.force, options.quiet
    if output is not None:
        check_target(output, force=force, suffixes=SUFFIXES)
    targets = chart_files(options.figures, force=force) if options.figures else {}
    passed: dict[str, str] = {}
    found = (each for path in options.data for each in pictures_of(path, passed.__setitem__))
    counted = track(found, None, "counting", quiet=quiet)
    spectrum = count_colors(each.color for each in counted)
    if output is not None:
        write_spectrum(output, spectrum, force=force)
    draw_charts(spectrum, targets, force=force)
    for name, why in passed.items() if not quiet else ():
        complain(f"{name}: {why}")
    if options.as_json:
        show_json(as_record(spectrum))
    else:
        _print_top(spectrum, options.top)


def chart_files(folder: Path, *, force: bool) -> dict[str, tuple[Path, Path]]:
    """PNG and SVG of figures 5 and 6 by name, checked before the counting."""
    from nurie.io.files import check_target

    names = ("figure-5-distribution", "figure-6-most-frequent")
    files = {name: (folder / f"{name}.png", folder / f"{name}.svg") for name in names}
    make_dir(folder)
    for path in (path for pair in files.values() for path in pair):
        check_target(path, force=force, suffixes=(".png", ".svg"))
    return files


def draw_charts(
    spectrum: "Spectrum", targets: dict[str, tuple[Path, Path]], *, force: bool
) -> None:
    """Draw figures 5 and 6 where there are targets for them."""
    if targets:
        from nurie_lab.data.histogram import distribution, most_frequent, write_figure

        for (png, svg), draw in zip(targets.values(), (distribution, most_frequent), strict=True):
            write_figure(draw(spectrum), png, svg, force=force)


def _print_top(spectrum: "Spectrum", number: int) -> None:
    """The most frequent colours, a line each: bin, share, colour."""
    from nurie.colors import to_hex

    for i in spectrum.most(number, white=True).tolist():
        print(f"{i:3d}  {100 * float(spectrum.histogram[i]):8.4f} %  {to_hex(spectrum.means[i])}")


@dataclass(frozen=True, kw_only=True)
class SheetsOptions(Spoken):
    """The options of ``nurie data sheets``."""

    deed: Literal["draw", "check", "paint", "choose", "pack"] = argument("DEED", "What is done.")
    packs: list[Path] = argument(
        "PACK...", "Folders with pack.jsonl and lines/.", exists=True, file_okay=False
    )
    out: Path = option("-o --out DIR", "Where pack writes its files.", Path())
    model: str = option("NAME|FILE", "Whose samples choose shows.", "nurie-flat")
    force: bool = flag("--force", "Replace existing files.")


@verb
def sheets(options: SheetsOptions) -> None:
    """Numbered sheets of line drawings, and the colourings that are written for them by number.

    draw makes the sheets; check names the faults of PACK/answers*.txt and exits with code 2 where
    there are any; paint shows the answers in colour; choose colours each drawing several times and
    draws blind sheets in PACK/choose; pack writes answers without faults as colourings.jsonl and
    parts.jsonl, and what was chosen as choices.jsonl.
    """
    from nurie_lab.bench.preference.choose import offer, pack_choices
    from nurie_lab.data import answers
    from nurie_lab.data import sheets as drawn

    out, packs = options.out, options.packs
    if options.deed == "pack":
        packed = answers.pack(packs, out, force=options.force)
        choices = pack_choices(packs, out, force=options.force)
        options.say({"folder": str(out), **packed, "choices": choices})
    elif options.deed == "choose":
        made = track((offer(pack, options.model) for pack in packs), len(packs), "colouring",
                     quiet=options.quiet)  # fmt: skip
        options.say({"packs": len(packs), "sheets": sum(made)})
    elif options.deed == "check":
        _check(packs)
        options.say({"packs": len(packs), "errors": 0})
    else:
        work = drawn.draw_pack if options.deed == "draw" else drawn.paint_pack
        options.say({"packs": len(packs), "sheets": sum(work(pack) for pack in packs)})


def _check(packs: list[Path]) -> None:
    """Say what is wrong with the answers of packs.

    Raises:
        InputError: a drawing has errors or no answer.
    """
    from nurie.errors import InputError
    from nurie_lab.data import answers

    bad = 0
    for pack in packs:
        for number, lines in sorted(answers.check(pack).items()):
            bad += any(line.startswith("error") for line in lines)
            for line in lines:
                complain(f"{pack} {number:04d}: {line}")
    if bad:
        raise InputError(f"{bad} drawings have errors or no answer.")


app = click.Group(
    "data",
    [fetch, folder, prepare, histogram, sheets],
    context_settings=SETTINGS,
    no_args_is_help=False,
    help="Fetch, list, prepare and count pictures to train on.",
)
