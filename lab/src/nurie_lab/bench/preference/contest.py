"""Which pictures meet: folders of several systems, and the pair that is to be judged next."""

import hashlib
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from pathlib import Path

import numpy as np

from nurie.errors import InputError, OptionError, UnreadableError
from nurie.io.files import LAYERED_SUFFIXES, reading
from nurie_lab.bench.preference.votes import Seen, Vote
from nurie_lab.data.collection import SUFFIXES


@dataclass(frozen=True)
class Duel:
    """One drawing as two systems coloured it; without sides."""

    drawing: str
    systems: frozenset[str]


@dataclass(frozen=True)
class Pair:
    """A duel with its sides."""

    drawing: str
    left: str
    right: str

    @property
    def duel(self) -> Duel:
        """The same without sides."""
        return Duel(self.drawing, frozenset((self.left, self.right)))


@dataclass(frozen=True)
class Contest:
    """The pictures of all systems."""

    pictures: dict[str, dict[str, Path]]
    """By system and drawing, the name of the file without its suffix."""
    sketches: dict[str, Path] = field(default_factory=dict)
    """Line art by drawing, where there is some."""

    def shared(self) -> list[str]:
        """The drawings that every system has.

        Raises:
            OptionError: there are none.
        """
        names = sorted(set.intersection(*(set(own) for own in self.pictures.values())))
        if not names:
            raise OptionError("No drawing is in all of the folders under the same name.")
        return names

    @property
    def duels(self) -> list[Duel]:
        """All that can be judged."""
        return [
            Duel(drawing, frozenset((a, b)))
            for a, b in combinations(self.pictures, 2)
            for drawing in self.pictures[a]
            if drawing in self.pictures[b]
        ]


def read_contest(folders: Sequence[Path], sketches: Path | None = None) -> Contest:
    """Look into the folders, one for each system, whose name is the system's.

    ``sketches`` is a folder of line art with the same file names.

    Raises:
        OptionError: fewer than two folders, two of one name, or nothing in common.
        InputError: a folder is none, holds no pictures, or two of one name.
    """
    if len(folders) < 2:
        raise OptionError("Give at least two folders, one for the pictures of each system.")
    pictures: dict[str, dict[str, Path]] = {}
    for folder in folders:
        name = folder.resolve().name
        if name in pictures:
            raise OptionError(f"Two folders are called {name}, as both systems would; rename one.")
        pictures[name] = _pictures_of(folder)
    contest = Contest(pictures, _pictures_of(sketches) if sketches else {})
    if not contest.duels:
        raise OptionError("No picture is in two of the folders under the same name.")
    return contest


def _pictures_of(folder: Path) -> dict[str, Path]:
    """The pictures of a folder by their names without suffix."""
    if not folder.is_dir():
        raise UnreadableError(f"{folder} is not a folder; give the folder that holds the pictures.")
    found: dict[str, Path] = {}
    for path in sorted(folder.iterdir()):
        known = path.suffix.lower() in SUFFIXES + LAYERED_SUFFIXES
        if not known or path.name.startswith(".") or not path.is_file():
            continue
        if path.stem in found:
            raise InputError(f"{found[path.stem]} and {path.name} are of one drawing; keep one.")
        found[path.stem] = path
    if not found:
        raise InputError(f"{folder} holds no pictures; give the folder that holds them.")
    return found


def fingerprints(contest: Contest, votes: Path, seen: Seen) -> Seen:
    """SHA-256 of every picture that can be judged; ``seen`` are those that were judged before.

    Raises:
        InputError: a picture cannot be read, or is not the one that was judged before.
    """
    wanted = {(system, duel.drawing) for duel in contest.duels for system in duel.systems}
    found: Seen = {}
    for system, drawing in sorted(wanted):
        path = contest.pictures[system][drawing]
        with reading(path) as stream:
            found[system, drawing] = hashlib.sha256(stream.read()).hexdigest()
        if seen.get((system, drawing), found[system, drawing]) != found[system, drawing]:
            raise InputError(
                f"{path} is not the picture that {votes} has votes on; name another file of votes."
            )
    return found


def pair_of(vote: Vote) -> Pair:
    """What a vote is about."""
    return Pair(vote.drawing, vote.left_system, vote.right_system)


def choose(
    duels: Collection[Duel], given: Sequence[Vote], session: str, *, seed: int
) -> Pair | None:
    """The pair that a session judges next; the same one as long as nothing is voted.

    Of what it has not judged yet, the two systems that met the least often; of their drawings the
    one least judged, if possible another one than this session saw; then by lot, as the sides are.
    Of the votes flagged as tests only the session's own count.
    """
    own = [pair_of(vote).duel for vote in given if vote.session == session]
    counted = [pair_of(v).duel for v in given if not v.test or v.session == session]
    systems, met = Counter(duel.systems for duel in counted), Counter(counted)
    watched, done = Counter(duel.drawing for duel in own), set(own)
    left = sorted(
        (duel for duel in duels if duel not in done),
        key=lambda duel: (duel.drawing, sorted(duel.systems)),
    )
    if not left:
        return None
    digest = hashlib.sha256(f"{seed} {len(own)} {session}".encode()).digest()
    rng = np.random.default_rng(int.from_bytes(digest[:8]))
    need = [(systems[duel.systems], met[duel], watched[duel.drawing]) for duel in left]
    least = [duel for duel, each in zip(left, need, strict=True) if each == min(need)]
    chosen = least[rng.integers(len(least))]
    first, second = rng.permutation(sorted(chosen.systems)).tolist()
    return Pair(chosen.drawing, first, second)
