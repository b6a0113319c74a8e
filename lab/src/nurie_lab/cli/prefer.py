"""``nurie prefer``: people choose between blind pairs, and the ranking that follows."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from nurie.cli.options import argument, flag, option, verb
from nurie.cli.outcome import complain, show_json
from nurie.errors import InputError, MissingExtraError, OptionError

if TYPE_CHECKING:
    from nurie_lab.bench.preference.ranking import Place
    from nurie_lab.bench.preference.votes import Vote


@dataclass(frozen=True, kw_only=True)
class PreferOptions:
    """The options of ``nurie prefer``."""

    folders: list[Path] | None = argument(
        "DIR", "One for each system, of that name; files of one name are of one drawing.", None
    )
    votes: Path | None = option(
        "FILE", "SQLite file for the votes, made where there is none; else it goes on."
    )
    sketches: Path | None = option("DIR", "Line art of the same names, shown above each pair.")
    count: int | None = option("N", "Pairs for each person.  [default: all]", min=1)
    seed: int = option("N", "Of the lots that order pairs and sides.", 0, min=0)
    port: int | None = option("N", "Of the address.  [default: a free one]", min=0, max=65535)
    no_browser: bool = flag("--no-browser", "Do not open the page, only print its address.")
    test: bool = flag("--test", "Only try it: mark all votes as tests.")
    rank: Path | None = option("FILE", "Print the ranking by the votes of this file, and end.")
    include_tests: bool = flag("--include-tests", "With --rank: count what scripts voted, too.")
    sheets: Path | None = option(
        "DIR", "Draw numbered sheets of all systems' colourings there, in place of the page."
    )
    kept: Path | None = option("DIR", "Count what DIR/answers.txt kept of such sheets, and end.")
    group: list[str] | None = option(
        "NAME=A,B,…", "With --kept: count where any of these systems was kept, too."
    )
    as_json: bool = flag("--json", "With --rank or --kept: print JSON.")


@verb
def prefer(options: PreferOptions) -> None:
    """Ask people which colouring they prefer, blind; rank the systems.

    A local page shows two colourings of a drawing at a time, in random order and on random sides,
    without names. Keys: left, right, down for no difference, Z to take back. Ctrl-C ends it;
    the same command goes on where it was.
    """
    if options.kept is not None:
        _show_kept(options.kept, options.group or [], as_json=options.as_json)
        return
    if options.rank is not None:
        if options.folders or options.votes:
            raise OptionError("--rank only reads votes; leave the folders and --votes out.")
        _show_ranking(options.rank, include_tests=options.include_tests, as_json=options.as_json)
        return
    if options.include_tests or options.as_json:
        raise OptionError("--json and --include-tests go with --rank FILE.")
    if options.sheets is not None:
        _draw_sheets(options.sheets, options)
        return
    if options.votes is None:
        raise OptionError("Say where the votes go with --votes FILE, or which to --rank.")
    _ask(options.votes, options)


def _draw_sheets(out: Path, options: PreferOptions) -> None:
    """Draw blind sheets, and say where the answers go."""
    from nurie_lab.bench.preference.contest import read_contest
    from nurie_lab.bench.preference.kept import draw_sheets

    contest = read_contest(options.folders or [], options.sketches)
    drawn = draw_sheets(contest, out, seed=options.seed)
    complain(f"{len(drawn)} sheets; write what is kept into {out / 'answers.txt'}.")
    print(out)


def _ask(votes: Path, options: PreferOptions) -> None:
    """Serve the page until it is ended."""
    _need_studio()
    from nurie_lab.bench.preference.ballots import BallotServer
    from nurie_lab.bench.preference.contest import read_contest
    from nurie_lab.bench.preference.page import serve
    from nurie_lab.bench.preference.votes import Votes

    contest = read_contest(options.folders or [], options.sketches)
    store = Votes(votes, create=True)
    try:
        ballots = BallotServer(
            contest, store, seed=options.seed, count=options.count, test=options.test
        )
        pairs = len(contest.duels)
        complain(f"{pairs} pair{'s' * (pairs > 1)} of {len(contest.pictures)} systems.")
        serve(ballots, port=options.port, open_browser=not options.no_browser)
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
    text = f"{len(kept)} vote{'s' * (len(kept) != 1)}"
    text += f" of {people} {'people' if people != 1 else 'person'}"
    if tests:
        text += f"; {tests} of the votes are tests, so this ranking says nothing about people"
    if left_out:
        text += f"; {left_out} by tests left out"
    return text + "."
