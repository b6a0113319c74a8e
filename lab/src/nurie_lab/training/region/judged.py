"""Drawings with good colourings, samples of the model, and choices: what a critic learns from."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from nurie.api import Colorizer
from nurie.arrays import AnyArray
from nurie.colors import BINS
from nurie.errors import InputError, ModelError
from nurie.io.files import replacing
from nurie.painting.sample import Group
from nurie.painting.terms import Request
from nurie.painting.whole import begin, largest, sample_one, samples_whole
from nurie.regions.tokens import FEATURES, PICTURE, adjacency
from nurie_lab.data.answers import PARTS
from nurie_lab.data.colourings import (
    COVERED,
    Choice,
    Painted,
    is_held,
    painted_drawings,
    read_choices,
)
from nurie_lab.training.settings import RegionConfig

MOST = 40
"""Regions of a drawing that are judged, as ``Constants.candidate_regions`` has it."""

SAMPLES = 5
"""Own colourings of the model stored of each drawing."""

CHOICES = 8
"""Candidates stored of each drawing for which a choice was made."""

UNJUDGED = -9
"""Rank of a candidate that is none."""

FEWEST = 4
"""Known regions without which a colouring says nothing."""


_SHAPES: dict[str, tuple[tuple[int, ...], type]] = {
    "features": ((MOST, 2 * FEATURES), np.float16), "geometry": ((MOST, 14), np.float16),
    "adjacency": ((MOST, MOST), np.float16), "picture": ((320,), np.float16),
    "area": ((MOST,), np.float32), "paper": ((MOST,), bool), "parts": ((MOST,), np.int16),
    "real": ((3, MOST, 3), np.uint8), "known": ((3, MOST), bool),
    "samples": ((SAMPLES, MOST, 3), np.uint8), "held": ((), bool),
    "choices": ((CHOICES, MOST, 3), np.uint8), "rank": ((CHOICES,), np.int8),
    "chosen": ((MOST,), bool), "named": ((MOST, len(PARTS)), np.float16),
    "mass": ((MOST, BINS), np.float16), "second": ((PICTURE,), np.float16),
}  # fmt: skip
"""Of each column of ``Judged``, for one drawing."""


@dataclass(frozen=True, eq=False)
class Judged:
    """Drawings with colourings of their largest regions; rows of zeros beyond these."""

    features: AnyArray  # As the product computes them; zeros for a second network that is not
    geometry: AnyArray
    adjacency: AnyArray
    picture: AnyArray
    area: AnyArray  # In pixels
    paper: AnyArray  # White in every colouring
    parts: AnyArray  # -1 unknown
    real: AnyArray  # Two colourings by number and the drawing's own colours
    known: AnyArray  # Which of these are known
    samples: AnyArray
    choices: AnyArray  # Candidates among which somebody chose
    rank: AnyArray  # Higher is better; ``UNJUDGED`` beyond the last candidate
    chosen: AnyArray  # Regions that the candidates colour
    held: AnyArray  # Kept from training
    named: AnyArray  # Chances of parts
    mass: AnyArray  # What ``whole.likely`` looks up
    second: AnyArray  # The second network's ``picture``

    @property
    def use(self) -> AnyArray:
        """(m, 3) bool: colourings that say enough."""
        return np.asarray((self.known & ~self.paper[:, None]).sum(2) >= FEWEST)

    @property
    def useful(self) -> AnyArray:
        """(m,) bool: drawings with a good colouring or a choice."""
        return np.asarray(self.use.any(1) | (self.rank > UNJUDGED).any(1))


def judged_drawing(
    painted: Painted, model: Colorizer, choice: Choice | None = None
) -> dict[str, AnyArray] | None:
    """One row of ``Judged`` by column; None where the model cuts the drawing into other regions.

    Raises:
        ModelError: the model samples no whole colourings.
    """
    drawing = model.read(painted.lines).drawing
    if not np.array_equal(drawing.labels, painted.labels):
        return None
    scene, count = drawing.scene, len(drawing.paper)
    at = np.sort(np.argsort(-scene.measures.area, kind="stable")[:MOST])
    white, constants = np.full((count, 3), 255, np.uint8), model.traits.constants
    request = Request(
        drawing.paper, white, model.traits.bin_colors, temperature=constants.candidate_temperature
    )
    if not samples_whole(model.session):
        raise ModelError(f"{model.session.spec.name} names no parts, so it samples no colourings.")
    rng = np.random.default_rng(count)
    rows = largest(scene, request)
    start = begin(model.session, Group(model.session, scene, rows), request.of(rows), rng)
    found = [sample_one(model.session, start, rng) for _ in range(SAMPLES)]
    place = np.full(count, -1)
    place[rows] = np.arange(len(rows))
    at = at[place[at] >= 0]
    columns: dict[str, AnyArray] = {
        "features": scene.features[at], "geometry": scene.geometry[at],
        "adjacency": adjacency(scene.measures, at.astype(np.int32)),
        "picture": scene.picture[:PICTURE], "area": scene.measures.area[at],
        "paper": drawing.paper[at],
        "parts": painted.parts[at], "real": painted.colors[:, at],
        "known": painted.trust[:, at] > 0,
        "samples": np.stack([one.colors[place[at]] for one in found]),
        "held": np.array(is_held(painted.group)), "named": scene.parts[at],
        "mass": start.mass[place[at]], "second": scene.picture[PICTURE:],
    }  # fmt: skip
    return columns | _chosen(painted, choice, at)


def _chosen(painted: Painted, choice: Choice | None, at: AnyArray) -> dict[str, AnyArray]:
    """The columns that say what was chosen."""
    if choice is not None:
        colors, known = choice.on(painted.labels)
        area = np.bincount(painted.labels.ravel(), minlength=len(known) + 1)[1:][at]
        if (area * known[at]).sum() >= COVERED * area.sum():
            return {"choices": colors[:CHOICES, at], "rank": choice.rank[:CHOICES],
                    "chosen": known[at]}  # fmt: skip
    return {"choices": np.zeros((0, len(at), 3)), "rank": np.zeros(0), "chosen": np.zeros(len(at))}


def stack_judged(rows: Sequence[dict[str, AnyArray]]) -> Judged:
    """Rows as arrays of equal shape."""
    columns = {}
    for name, (shape, kind) in _SHAPES.items():
        column: AnyArray = np.full((len(rows), *shape), UNJUDGED if name == "rank" else 0, kind)
        for i, row in enumerate(rows):
            at: tuple[int | slice, ...] = (i, *(slice(size) for size in row[name].shape))
            column[at] = row[name]
        columns[name] = column
    return Judged(**columns)


def prepare_judged(
    out: Path, shards: Sequence[Path], config: RegionConfig, model: Colorizer
) -> Iterator[Path]:
    """Let the model colour the drawings that were coloured by number; a file for each shard.

    Files that are there already are kept; their paths are yielded as they are complete.
    """
    out.mkdir(parents=True, exist_ok=True)
    by_shard = painted_drawings(
        shards, colourings=map(Path, config.colourings), named=map(Path, config.named),
        without=frozenset(config.without),
    )  # fmt: skip
    choices = read_choices(map(Path, config.choices))
    for name, drawings in by_shard:
        path = out / f"judged-{name}.npz"
        if not path.exists():
            made = (judged_drawing(p, model, choices.get(p.key)) for p in drawings
                    if p.key in choices or (p.trust[:2] > 0).sum() >= FEWEST)  # fmt: skip
            with replacing(path) as stream:
                np.savez(stream, **vars(stack_judged([row for row in made if row is not None])))
        yield path


def load_judged(folder: Path) -> Judged:
    """All of a folder's.

    Raises:
        InputError: there are none.
    """
    files = [dict(np.load(path)) for path in sorted(folder.glob("judged-*.npz"))]
    if not sum(len(file["held"]) for file in files):
        raise InputError(f"No drawing that was coloured by number was found for {folder}.")
    return Judged(**{name: np.concatenate([file[name] for file in files]) for name in _SHAPES})
