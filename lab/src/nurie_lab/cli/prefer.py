"""``nurie prefer``: people choose between blind pairs, and the ranking that follows."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from nurie.cli.outcome import complain, show_json
from nurie.errors import InputError, MissingExtraError, OptionError

if TYPE_CHECKING:
    from nurie_lab.bench.preference.ranking import Place
    from nurie_lab.bench.preference.votes import Vote


def prefer(  # noqa: PLR0913 (the options of a command)
    folders: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="DIR",
            show_default=False,
            help="One for each system, of that name; files of one name are of one drawing.",
        ),
    ] = None,
    *,
    votes: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="SQLite file for the votes, made where there is none; else it goes on.",
        ),
    ] = None,
    sketches: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Line art of the same names, shown above each pair."),
    ] = None,
    count: Annotated[
        int | None,
        typer.Option(min=1, metavar="N", help="Pairs for each person.  [default: all]"),
    ] = None,
    seed: Annotated[
        int, typer.Option(min=0, metavar="N", help="Of the lots that order pairs and sides.")
    ] = 0,
    port: Annotated[
        int | None,
        typer.Option(min=0, max=65535, metavar="N", help="Of the address.  [default: a free one]"),
    ] = None,
    no_browser: Annotated[
        bool, typer.Option("--no-browser", help="Do not open the page, only print its address.")
    ] = False,
    test: Annotated[
        bool, typer.Option("--test", help="Only try it: mark all votes as tests.")
    ] = False,
    rank: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Print the ranking by the votes of this file, and end."),
    ] = None,
    include_tests: Annotated[
        bool, typer.Option("--include-tests", help="With --rank: count what scripts voted, too.")
    ] = False,
    sheets: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="Draw numbered sheets of all systems' colourings there, in place of the page.",
        ),
    ] = None,
    kept: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR", help="Count what DIR/answers.txt kept of such sheets, and end."
        ),
    ] = None,
    group: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME=A,B,…",
            help="With --kept: count where any of these systems was kept, too.",
        ),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="With --rank or --kept: print JSON.")
    ] = False,
) -> None:
    """Ask people which colouring they prefer, blind; rank the systems.

    A local page shows two colourings of a drawing at a time, in random order and on random sides,
    and is told no names. Keys: left, right, down for no difference, Z to take back. Ctrl-C ends it;
    the same command goes on where it was.
    """
    if kept is not None:
        _show_kept(kept, group or [], as_json=as_json)
        return
    if rank is not None:
        if folders or votes:
            raise OptionError("--rank only reads votes; leave the folders and --votes out.")
        _show_ranking(rank, include_tests=include_tests, as_json=as_json)
        return
    if include_tests or as_json:
        raise OptionError("--json and --include-tests go with --rank FILE.")
    if sheets is not None:
        from nurie_lab.bench.preference.contest import read_contest
        from nurie_lab.bench.preference.kept import draw_sheets

        drawn = draw_sheets(read_contest(folders or [], sketches), sheets, seed=seed)
        complain(f"{len(drawn)} sheets; write what is kept into {sheets / 'answers.txt'}.")
        print(sheets)
        return
    if votes is None:
        raise OptionError("Say where the votes go with --votes FILE, or which to --rank.")
    _need_studio()
    from nurie_lab.bench.preference.ballots import Booth, Terms
    from nurie_lab.bench.preference.contest import read_contest
    from nurie_lab.bench.preference.page import serve
    from nurie_lab.bench.preference.votes import Votes

    contest = read_contest(folders or [], sketches)
    store = Votes(votes, create=True)
    try:
        booth = Booth(contest, store, Terms(seed=seed, count=count, test=test))
        pairs = len(contest.duels)
        complain(f"{pairs} pair{'s' * (pairs > 1)} of {len(contest.pictures)} systems.")
        serve(booth, port=port, open_browser=not no_browser)
    finally:
        store.close()


def _show_kept(folder: Path, groups: list[str], *, as_json: bool) -> None:
    """Print what was kept of a folder of sheets."""
    from nurie_lab.bench.preference.kept import Share, read_verdicts, summary

    named = dict(group.partition("=")[::2] for group in groups)
    if not all(named.values()):
        raise OptionError("--group is NAME=SYSTEM,SYSTEM,…, as in --group any=first,second.")
    facts = summary(read_verdicts(folder), {k: v.split(",") for k, v in named.items()})
    if as_json:
        show_json({k: v if isinstance(v, int) else {n: vars(s) for n, s in v.items()}
                   for k, v in facts.items()})  # fmt: skip
        return
    print(f"{facts.pop('sheets')} sheets")
    for what, shares in facts.items():
        for name, share in shares.items():
            assert isinstance(share, Share)
            span = f"{100 * share.low:.0f}–{100 * share.high:.0f} %"
            print(f"{what:6} {name:32} {share.count:4} of {share.of:4}  "
                  f"{100 * share.share:3.0f} % ({span})")  # fmt: skip


def _need_studio() -> None:
    from importlib.util import find_spec

    if any(find_spec(name) is None for name in ("starlette", "uvicorn")):
        raise MissingExtraError("The page needs more packages; run: pip install 'nurie[studio]'")


def _show_ranking(path: Path, *, include_tests: bool, as_json: bool) -> None:
    """Print what the votes say."""
    from nurie_lab.bench.preference.ranking import between, rank, tally
    from nurie_lab.bench.preference.votes import Votes

    store = Votes(path, create=False)
    try:
        given = store.all()
    finally:
        store.close()
    kept = [vote for vote in given if include_tests or not vote.test]
    if not kept:
        raise InputError(f"There are no votes yet in {path}{_left_out(given)}.")
    counted = tally((vote.left_system, vote.right_system, vote.chosen) for vote in kept)
    places = rank(counted)
    if not as_json:
        print(_table(places))
        print(_gathered(kept, len(given) - len(kept)))
        return
    show_json(
        {
            "votes": len(kept),
            "people": len({vote.session for vote in kept}),
            "same": sum(vote.chosen == "same" for vote in kept),
            "left": sum(vote.chosen == "left" for vote in kept),
            "tests_counted": sum(vote.test for vote in kept),
            "tests_left_out": len(given) - len(kept),
            "systems": [vars(place) for place in places],
            "pairs": between(counted),
        }
    )


def _left_out(given: "list[Vote]") -> str:
    if not given:
        return ""
    return f" but {len(given)} by tests, which only --include-tests counts"


def _table(places: "list[Place]") -> str:
    """The ranking, one system a line."""
    wide = max(len("system"), *(len(place.system) for place in places))
    head = f"{'':3} {'system':{wide}}  strength  95 % interval   preferred  not  no difference"
    lines = [
        f"{at:2}. {p.system:{wide}}  {p.strength:+8.2f}  {p.low:+.2f} … {p.high:+.2f}  "
        f"{p.won:9d}  {p.lost:3d}  {p.same:13d}"
        for at, p in enumerate(places, 1)
    ]
    return "\n".join([head, *lines])


def _gathered(kept: "list[Vote]", left_out: int) -> str:
    """Of how many votes and people it is made."""
    people = len({vote.session for vote in kept})
    tests = sum(vote.test for vote in kept)
    told = f"{len(kept)} vote{'s' * (len(kept) != 1)}"
    told += f" of {people} {'people' if people != 1 else 'person'}"
    if tests:
        told += f"; {tests} of the votes are tests, so this ranking says nothing about people"
    if left_out:
        told += f"; {left_out} by tests left out"
    return told + "."
