"""Blind pairs: what is shown to whom, and what becomes of the votes.

The page learns no system's and no drawing's name. Every time a pair is shown its pictures get new
names by lot, and their pixels are written anew, so that nothing that a program left in its files
gives it away.
"""

import asyncio
import contextlib
import io
import secrets
import sys
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from nurie.errors import InputError
from nurie.studio.shapes import RefusedError
from nurie_lab.bench.preference.contest import Contest, Pair, choose, fingerprints, pair_of
from nurie_lab.bench.preference.votes import Vote, Votes

_SESSIONS = 32
"""People whose pairs are kept ready."""

_KEPT = 8
"""Pictures that are kept ready."""


@dataclass(frozen=True)
class Showing:
    """A pair as one person sees it."""

    pair: Pair
    sides: dict[str, str]
    """Name by lot of ``left``, ``right`` and, where there is one, ``sketch``."""
    files: dict[str, bytes]  # PNG by that name
    name: str = field(default_factory=lambda: secrets.token_urlsafe(16))
    """Name by lot of the pair."""


class BallotServer:
    """Shows pairs and takes votes.

    ``count`` are the pairs for each person, all for None; with ``test`` all votes are marked as
    tests.

    Raises:
        InputError: a picture cannot be read, or changed since it was judged.
    """

    def __init__(
        self,
        contest: Contest,
        votes: Votes,
        *,
        seed: int = 0,
        count: int | None = None,
        test: bool = False,
    ) -> None:
        self._contest, self._votes = contest, votes
        self._seed, self._count, self._test = seed, count, test
        self._digests = fingerprints(contest, votes.path, votes.seen())
        self._duels = set(contest.duels)
        self._shown: OrderedDict[str, Showing] = OrderedDict()
        self._turn = asyncio.Lock()
        self._png = lru_cache(_KEPT)(_bare_png)

    async def show(self, session: str) -> dict[str, Any]:
        """What the page shows: the pair to judge, and how far this person is."""
        async with self._turn:
            return await self._answer(session)

    async def vote(self, session: str, choice: dict[str, Any], *, test: bool) -> dict[str, Any]:
        """Write a vote down, and go on.

        Raises:
            RefusedError: the pair is not the one that is being judged.
        """
        async with self._turn:
            shown = self._shown.get(session)
            if shown is None or shown.name != choice["pair"]:
                raise RefusedError(409, "Another pair is to be judged now; open the page anew.")
            self._votes.add(self._written(session, shown.pair, choice, test=test))
            del self._shown[session]
            return await self._answer(session)

    async def undo(self, session: str) -> dict[str, Any]:
        """Take the last vote back and show its pair again.

        Raises:
            RefusedError: there is none.
        """
        async with self._turn:
            own = self._own(session)
            if not own:
                raise RefusedError(409, "There is no vote to take back.")
            self._votes.take_back(own[-1])
            await self._put(session, pair_of(own[-1]))
            return await self._answer(session)

    async def prepare(self, session: str) -> None:
        """Make the pictures ready that come after the next vote, while a person looks."""
        async with self._turn:
            if (shown := self._shown.get(session)) is None:
                return
            choice = {"chosen": "same", "seconds": 0}
            given = [*self._votes.all(), self._written(session, shown.pair, choice, test=True)]
            after = choose(self._duels, given, session, seed=self._seed)
        for path in self._files(after).values() if after else ():
            with contextlib.suppress(InputError):
                await asyncio.to_thread(self._png, path)

    def picture(self, session: str, name: str) -> bytes:
        """A picture of the pair that a person sees.

        Raises:
            RefusedError: there is none of that name.
        """
        shown = self._shown.get(session)
        if shown is None or name not in shown.files:
            raise RefusedError(404, "This picture is not shown any more; open the page anew.")
        return shown.files[name]

    def _written(self, session: str, pair: Pair, choice: dict[str, Any], *, test: bool) -> Vote:
        return Vote(
            drawing=pair.drawing,
            left_system=pair.left,
            right_system=pair.right,
            left_sha256=self._digests[pair.left, pair.drawing],
            right_sha256=self._digests[pair.right, pair.drawing],
            chosen=choice["chosen"],
            seconds=round(choice["seconds"], 2),
            time=datetime.now(UTC).isoformat(timespec="seconds"),
            session=session,
            test=test or self._test,
        )

    def _files(self, pair: Pair) -> dict[str, Path]:
        """The files of both sides, and the line art where there is some."""
        by_system, drawn = self._contest.pictures, self._contest.sketches.get(pair.drawing)
        sides = {"left": by_system[pair.left], "right": by_system[pair.right]}
        found = {side: pictures[pair.drawing] for side, pictures in sides.items()}
        return found | ({"sketch": drawn} if drawn else {})

    def _own(self, session: str) -> list[Vote]:
        """A person's votes on what is here."""
        return [
            vote
            for vote in self._votes.all()
            if vote.session == session and pair_of(vote).duel in self._duels
        ]

    async def _answer(self, session: str) -> dict[str, Any]:
        judged = len(self._own(session))
        while (session not in self._shown) and (pair := self._next(session, judged)):
            await self._put(session, pair)
        shown = self._shown.get(session)
        most = self._count or len(self._duels)
        return {
            "pair": shown.name if shown else None,
            "sides": shown.sides if shown else {},
            "judged": judged,
            "of": max(judged, min(most, len(self._duels))),
            "test": self._test,
        }

    def _next(self, session: str, judged: int) -> Pair | None:
        if self._count is not None and judged >= self._count:
            return None
        return choose(self._duels, self._votes.all(), session, seed=self._seed)

    async def _put(self, session: str, pair: Pair) -> None:
        """Show a pair; a picture that cannot be read is left out from now on."""
        sides, pictures = {}, {}
        for side, path in self._files(pair).items():
            try:
                data = await asyncio.to_thread(self._png, path)
            except InputError as error:
                # Its name would tell the page which system it is.
                print(error, file=sys.stderr)
                if side == "sketch":
                    del self._contest.sketches[pair.drawing]
                    continue
                self._leave_out(getattr(pair, side), pair.drawing)
                return
            sides[side] = f"{secrets.token_urlsafe(16)}.png"
            pictures[sides[side]] = data
        self._shown[session] = Showing(pair, sides, pictures)
        self._shown.move_to_end(session)
        while len(self._shown) > _SESSIONS:
            self._shown.popitem(last=False)

    def _leave_out(self, system: str, drawing: str) -> None:
        self._duels = {d for d in self._duels if d.drawing != drawing or system not in d.systems}


def _bare_png(path: Path) -> bytes:
    """The pixels of a picture, sRGB over white, and nothing else of the file."""
    from nurie.io.images import read_color
    from nurie.io.png import write_png

    pixels, out = read_color(path), io.BytesIO()
    write_png(out, [pixels], pixels.shape)
    return out.getvalue()
