"""``nurie data``: pictures to train on, fetched, listed, prepared and counted."""

import os
from collections import Counter
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from nurie.cli.outcome import Force, Quiet, complain, show_json, track
from nurie_lab.cli.histogram import histogram, make_dir

app = typer.Typer(
    add_completion=False,
    rich_markup_mode=None,
    help="Fetch, list, prepare and count pictures to train on.",
)

AsJson = Annotated[bool, typer.Option("--json", help="Print what was done as JSON.")]
OutFolder = Annotated[
    Path,
    typer.Option("-o", "--out", metavar="DIR", show_default=False, help="Folder, made if need be."),
]


class Rating(StrEnum):
    """What kind of pictures is taken."""

    GENERAL = "general"
    ANY = "any"


class Deed(StrEnum):
    """What is done with packs of numbered sheets."""

    DRAW = "draw"
    CHECK = "check"
    PAINT = "paint"
    PACK = "pack"


class By(StrEnum):
    """What stays together when pictures are split."""

    AUTO = "auto"
    FOLDER = "folder"
    FILM = "film"
    PICTURE = "picture"


@app.command()
def fetch(  # noqa: PLR0913 (the options of a command)
    board: Annotated[
        str,
        typer.Argument(
            metavar="BOARD",
            show_default=False,
            help="safebooru, or the address of a board like it.",
        ),
    ],
    *,
    out: OutFolder,
    tags: Annotated[
        str, typer.Option(metavar="WORDS", help='The board\'s tags, as "1girl solo".')
    ] = "",
    count: Annotated[
        int,
        typer.Option(min=1, metavar="N", help="Pictures wanted, those there already included."),
    ] = 1000,
    rating: Annotated[
        Rating, typer.Option(help="general takes what is safe for everybody.")
    ] = Rating.GENERAL,
    rate: Annotated[
        float, typer.Option(min=0.01, max=100, metavar="N", help="Requests a second, at most.")
    ] = 1.0,
    licence: Annotated[
        str,
        typer.Option(
            metavar="TEXT", help="What the pictures may be used under; boards keep silent."
        ),
    ] = "unknown",
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Fetch pictures from a board, politely.

    Each picture is checked and entered in DIR/collection.jsonl with its source; what is passed
    over stands in DIR/skipped.jsonl with the reason. A run that was stopped goes on when it is
    run again.
    """
    from nurie_lab.data.collection import NAME
    from nurie_lab.data.polite import Manners, Polite
    from nurie_lab.data.sources import Wish, board_url, fetch

    wish = Wish(board_url(board), tags, count, rating.value, licence)
    client = Polite(Manners(rate=rate))
    outcomes = fetch(client, wish, make_dir(out))
    reasons: Counter[str] = Counter()
    fetched = 0
    for outcome in track(outcomes, None, "fetching", quiet=quiet):
        fetched += outcome.item is not None
        if outcome.item is None:
            reasons[_short(outcome.reason)] += 1
    _tell(
        {"collection": str(out / NAME), "fetched": fetched, "passed_over": dict(reasons)},
        as_json=as_json,
        quiet=quiet,
    )


def _short(reason: str) -> str:
    """A reason without what is special to one picture, for counting.

    >>> _short("too small (20 × 20)"), _short("the same picture as http://a/b")
    ('too small', 'the same picture')
    """
    for mark in (" (", " as ", ": "):
        reason = reason.partition(mark)[0]
    return "not given by the server" if reason.startswith("http") else reason


def _tell(record: dict[str, Any], *, as_json: bool, quiet: bool) -> None:
    """What was done: JSON, or the first file on stdout and a note on stderr."""
    if as_json:
        show_json(record)
        return
    head, *rest = record.items()
    print(head[1])
    if not quiet:
        complain("; ".join(f"{key.replace('_', ' ')} {_plain(value)}" for key, value in rest))


def _plain(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{number} × {what}" for what, number in value.items()) or "none"
    return str(value)


@app.command("folder")
def folder_(  # noqa: PLR0913 (the options of a command)
    folder: Annotated[
        Path,
        typer.Argument(metavar="DIR", show_default=False, help="Pictures, in subfolders too."),
    ],
    *,
    output: Annotated[
        Path,
        typer.Option(
            "-o", "--output", metavar="LIST.jsonl", show_default=False, help="Where the list goes."
        ),
    ],
    by: Annotated[
        By,
        typer.Option(
            help="What is never split between train and val: a subfolder, a film (numbered "
            "frames of one name), each picture. auto: subfolders, else films, else pictures."
        ),
    ] = By.AUTO,
    licence: Annotated[
        str, typer.Option(metavar="TEXT", help="What the pictures may be used under.")
    ] = "own",
    force: Force = False,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """List own pictures or film frames as a collection.

    Nothing is copied or moved: the list names the files where they are.
    """
    from nurie.io.files import check_target, replacing
    from nurie_lab.data import collection as own

    check_target(output, force=force, suffixes=(".jsonl",))
    total = len(own.pictures_in(folder))
    listed = own.list_folder(folder, licence=licence, by=own.By(by.value))
    items = list(track(listed, total, "listing", quiet=quiet))
    with replacing(output, force=force) as stream:
        stream.writelines(own.line_of(item).encode() for item in items)
    groups = len({item.group for item in items})
    _tell(
        {"collection": str(output), "pictures": len(items), "groups": groups},
        as_json=as_json,
        quiet=quiet,
    )


@app.command()
def prepare(  # noqa: PLR0913 (the options of a command)
    collections: Annotated[
        list[Path],
        typer.Argument(
            metavar="COLLECTION", show_default=False, help="Lists, or folders that hold one."
        ),
    ],
    *,
    out: OutFolder,
    sigma: Annotated[
        list[float] | None,
        typer.Option(
            metavar="PX",
            help="Blur before Canny's edges; may be given several times, the first makes the main "
            "lines.  [default: 2.5, 1.2]",
        ),
    ] = None,
    ink: Annotated[
        bool, typer.Option("--ink/--no-ink", help="Lines as a pen draws them, too.")
    ] = True,
    size: Annotated[
        int, typer.Option(metavar="PX", help="Longest side; smaller pictures stay as they are.")
    ] = 512,
    val_share: Annotated[
        float, typer.Option(metavar="SHARE", help="Share of artists or films kept to validate.")
    ] = 0.05,
    same: Annotated[
        int,
        typer.Option(
            min=-1, max=15, metavar="BITS", help="Near duplicates differ at most so; -1 keeps all."
        ),
    ] = 12,
    shard: Annotated[int, typer.Option(metavar="N", help="Pictures in a shard.")] = 500,
    workers: Annotated[
        int | None, typer.Option(min=1, metavar="N", help="Processes.  [default: all cores]")
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Replace shards made from other pictures or options.")
    ] = False,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Make shards to train on.

    They hold each picture, its line art of several kinds, and where it comes from. Broken, blank,
    monochrome and double pictures are dropped, see DIR/dropped.csv for the reasons. Artists and
    films are on one side of the split, frozen in DIR/split.json. A run that was stopped goes on
    when it is run again.
    """
    from nurie_lab.data.collection import read_collections
    from nurie_lab.data.pack import MANIFEST, Packing, freeze, frozen_in, pack, plan
    from nurie_lab.data.survey import choose, survey

    packing = Packing(size=size, sigmas=tuple(sigma or (2.5, 1.2)), ink=ink, shard=shard)
    packing.check()
    items = read_collections(collections)
    frozen = frozen_in(make_dir(out))
    cores = workers or _cores()
    seen = track(survey(items, out, workers=cores), len(items), "looking", quiet=quiet)
    chosen = choose(items, list(seen), frozen, val_share=val_share, within=same)
    freeze(chosen, frozen, out)
    if val_share and chosen.train and not chosen.val and not quiet:
        complain("nothing is kept to validate; a larger --val-share may keep an artist or a film.")
    shards = plan(chosen, out, packing)
    packed = pack(shards, out, workers=cores, force=force)
    names = list(track(packed, len(shards), "packing", quiet=quiet))
    _tell(
        {
            "manifest": str(out / MANIFEST),
            "shards": len(names),
            "train": len(chosen.train),
            "val": len(chosen.val),
            "dropped": dict(Counter(_short(reason) for _, reason in chosen.dropped)),
        },
        as_json=as_json,
        quiet=quiet,
    )


def _cores() -> int:
    """Cores that this process may use."""
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1


app.command()(histogram)


@app.command()
def sheets(
    deed: Annotated[Deed, typer.Argument(show_default=False, help="What is done.")],
    packs: Annotated[
        list[Path],
        typer.Argument(
            metavar="PACK...",
            exists=True,
            file_okay=False,
            show_default=False,
            help="Folders with pack.jsonl and lines/.",
        ),
    ],
    *,
    out: Annotated[
        Path, typer.Option("-o", "--out", metavar="DIR", help="Where pack writes its two files.")
    ] = Path(),
    force: Force = False,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Numbered sheets of line drawings, and the colourings that are written for them by number.

    draw makes the sheets; check names the faults of PACK/answers*.txt and exits with code 2 where
    there are any; paint shows the answers in colour; pack writes those without faults as
    colourings.jsonl and parts.jsonl.
    """
    from nurie.errors import InputError
    from nurie_lab.data import answers
    from nurie_lab.data import sheets as drawn

    record: dict[str, Any]
    if deed is Deed.PACK:
        record = {"folder": str(out), **answers.pack(packs, out, force=force)}
    elif deed is Deed.CHECK:
        found = {str(pack): answers.check(pack) for pack in packs}
        for pack, complaints in found.items():
            for number, lines in sorted(complaints.items()):
                for line in lines:
                    complain(f"{pack} {number:04d}: {line}")
        bad = sum(
            any(line.startswith("error") for line in lines)
            for complaints in found.values()
            for lines in complaints.values()
        )
        if bad:
            raise InputError(f"{bad} drawings have errors or no answer.")
        record = {"packs": len(packs), "errors": bad}
    else:
        work = drawn.draw_pack if deed is Deed.DRAW else drawn.paint_pack
        record = {"packs": len(packs), "sheets": sum(work(pack) for pack in packs)}
    _tell(record, as_json=as_json, quiet=quiet)
