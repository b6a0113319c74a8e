"""Training of the critic: colourings of drawings against samples of the model and spoilt ones."""

import copy
import math
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from nurie.api import Colorizer
from nurie.arrays import AnyArray
from nurie.colors import srgb_to_lab
from nurie.errors import InputError, ModelError
from nurie.io.files import replacing
from nurie.models.registry import ModelSpec, find_region
from nurie.painting.sample import Group
from nurie.painting.terms import Request
from nurie.painting.whole import begin, largest, sample_one, samples_whole
from nurie.regions.tokens import adjacency
from nurie_lab.data.answers import PARTS
from nurie_lab.data.colourings import HELD, Painted, is_held, painted_drawings
from nurie_lab.data.shards import shards_in
from nurie_lab.training.engine.folder import RunFolder, State, load_module, read_facts
from nurie_lab.training.engine.loop import Task
from nurie_lab.training.region.critic import Critic, odd_loss, prefer_loss
from nurie_lab.training.region.released import export, region_settings, restore_model
from nurie_lab.training.region.spoil import Colouring, spoil
from nurie_lab.training.region.task import update
from nurie_lab.training.settings import RegionConfig

MOST = 40
"""Regions of a drawing that are judged, as ``Constants.candidate_regions`` has it."""

SAMPLES = 5
"""Own colourings of the model stored of each drawing."""

SHOWN, SPOILT = 2, 2
"""Of these, and spoilt ones, in a step."""

FEWEST = 4
"""Known regions without which a colouring says nothing."""


@dataclass(frozen=True, eq=False)
class Judged:
    """Drawings with colourings of their largest regions; rows of zeros beyond these."""

    features: AnyArray
    """(m, MOST, 496) float16, as the product computes them."""
    geometry: AnyArray
    """(m, MOST, 14) float16."""
    adjacency: AnyArray
    """(m, MOST, MOST) float16."""
    picture: AnyArray
    """(m, 320) float16."""
    area: AnyArray
    """(m, MOST) float32 px."""
    paper: AnyArray
    """(m, MOST) bool: white in every colouring."""
    parts: AnyArray
    """(m, MOST) int16, -1 unknown."""
    real: AnyArray
    """(m, 3, MOST, 3) uint8: two colourings by number and the drawing's own colours."""
    known: AnyArray
    """(m, 3, MOST) bool: which of these are known."""
    samples: AnyArray
    """(m, SAMPLES, MOST, 3) uint8."""
    held: AnyArray
    """(m,) bool: kept from training."""

    @property
    def use(self) -> AnyArray:
        """(m, 3) bool: colourings that say enough."""
        return np.asarray((self.known & ~self.paper[:, None]).sum(2) >= FEWEST)


def judged_drawing(painted: Painted, model: Colorizer) -> dict[str, AnyArray] | None:
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
    start = begin(model.session, Group(model.session, scene, rows), request.of(rows))
    found = [sample_one(model.session, start, rng) for _ in range(SAMPLES)]
    place = np.full(count, -1)
    place[rows] = np.arange(len(rows))
    at = at[place[at] >= 0]
    columns: dict[str, AnyArray] = {
        "features": scene.features[at], "geometry": scene.geometry[at],
        "adjacency": adjacency(scene.measures, at.astype(np.int32)),
        "picture": scene.picture, "area": scene.measures.area[at], "paper": drawing.paper[at],
        "parts": painted.parts[at], "real": painted.colors[:, at],
        "known": painted.trust[:, at] > 0,
        "samples": np.stack([one.colors[place[at]] for one in found]),
        "held": np.array(is_held(painted.group)),
    }  # fmt: skip
    return columns


_SHAPES: dict[str, tuple[tuple[int, ...], type]] = {
    "features": ((MOST, 496), np.float16), "geometry": ((MOST, 14), np.float16),
    "adjacency": ((MOST, MOST), np.float16), "picture": ((320,), np.float16),
    "area": ((MOST,), np.float32), "paper": ((MOST,), bool), "parts": ((MOST,), np.int16),
    "real": ((3, MOST, 3), np.uint8), "known": ((3, MOST), bool),
    "samples": ((SAMPLES, MOST, 3), np.uint8), "held": ((), bool),
}  # fmt: skip


def stack_judged(rows: Sequence[dict[str, AnyArray]]) -> Judged:
    """Rows as arrays of equal shape."""
    columns = {}
    for name, (shape, kind) in _SHAPES.items():
        column: AnyArray = np.zeros((len(rows), *shape), kind)
        for i, row in enumerate(rows):
            at: tuple[int | slice, ...] = (i, *(slice(size) for size in row[name].shape))
            column[at] = row[name]
        columns[name] = column
    return Judged(**columns)


def prepare_judged(
    out: Path, shards: Sequence[Path], config: RegionConfig, model: Colorizer
) -> Iterator[Path]:
    """Let the model colour the drawings that were coloured by number; a file for each shard.

    Files that are there already are kept.

    Yields:
        The path of each file when it is complete.
    """
    out.mkdir(parents=True, exist_ok=True)
    by_shard = painted_drawings(
        shards, colourings=map(Path, config.colourings), named=map(Path, config.named),
        without=frozenset(config.without),
    )  # fmt: skip
    for name, drawings in by_shard:
        path = out / f"judged-{name}.npz"
        if not path.exists():
            made = (judged_drawing(p, model) for p in drawings if (p.trust[:2] > 0).sum() >= FEWEST)
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
    return Judged(*(np.concatenate([f[x.name] for f in files]) for x in fields(Judged)))


@dataclass(frozen=True)
class Contest:
    """Colourings of some drawings, good and bad ones."""

    inputs: tuple[Tensor, ...]
    """Those of ``Critic``."""
    rank: Tensor
    """(B,) 1 for good ones."""
    group: Tensor
    """(B,) which drawing."""
    odd: Tensor
    """(B, MOST) 1 where a colour was spoilt."""
    weight: Tensor
    """(B, MOST) 1 where it is known whether it was."""


def contest(data: Judged, rows: AnyArray, rng: np.random.Generator) -> Contest:
    """For each drawing a good colouring, samples of the model, and spoilt ones of the good one."""
    columns: list[list[AnyArray]] = [[] for _ in range(9)]
    for group, row in enumerate(rows.tolist()):
        kinds = np.flatnonzero(data.use[row])
        # Colourings by number are lively on purpose; the drawing's own colours are one more.
        lively = kinds[kinds < 2]
        kind = int(rng.choice(lively if len(lively) and rng.random() < OWN else kinds))
        shown = data.known[row, kind] | data.paper[row]
        good = _lab(data.real[row, kind], data.paper[row])
        other = _lab(data.real[int(rng.choice(rows)), 0], np.zeros(MOST, bool))
        skin = data.parts[row] == PARTS.index("skin")
        at = np.flatnonzero(shown)
        whole = Colouring(good[at], data.area[row, at], skin[at], other)
        bad = [_lab(data.samples[row, k], data.paper[row])
               for k in rng.permutation(SAMPLES)[:SHOWN]]  # fmt: skip
        for _ in range(SPOILT):
            one = good.copy()
            one[at] = spoil(whole, rng)
            bad.append(np.where(data.paper[row][:, None], good, one))
        for i, colors in enumerate([good, *bad]):
            odd = np.abs(colors - good).max(axis=1) > ODD
            known = np.concatenate([colors / 100, np.ones((MOST, 1))], axis=1) * shown[:, None]
            values = (data.features[row], data.geometry[row] * shown[:, None], data.adjacency[row],
                      known, data.picture[row], i == 0, group, odd,
                      shown & (not 1 <= i <= SHOWN))  # fmt: skip
            for column, value in zip(columns, values, strict=True):
                column.append(np.asarray(value))
    *inputs, rank, group_, odd_, weight = (torch.from_numpy(np.stack(c)) for c in columns)
    return Contest(tuple(x.float() for x in inputs), rank.long(), group_, odd_.float(),
                   weight.float())  # fmt: skip


OWN = 0.75
"""Share of drawings shown in colours by number, where they have some."""

ODD = 6.0
"""Difference in Lab from which on a colour counts as another one."""


def _lab(colors: AnyArray, paper: AnyArray) -> AnyArray:
    """(MOST, 3) Lab, white where the drawing stays paper."""
    return np.where(paper[:, None], np.array([100, 0, 0], np.float32), srgb_to_lab(colors))


@dataclass
class CriticTask(Task):
    """The critic's training; made by :func:`open_critic`."""

    config: RegionConfig
    data: Judged
    critic: Critic
    optimizer: torch.optim.Optimizer
    start: str
    """Model that it judges."""

    def parts(self, step: int) -> Generator[np.random.Generator]:
        """A generator for each step."""
        for number in range(step, 2**40):
            yield np.random.default_rng([self.config.seed, number])

    def step(self, part: np.random.Generator, share: float) -> tuple[int, dict[str, Tensor]]:
        """One step down the gradient."""
        rise = min(1.0, (share + 0.003) / 0.03)
        for group in self.optimizer.param_groups:
            group["lr"] = group["peak"] * rise * 0.5 * (1 + math.cos(math.pi * share))
        learnt = np.flatnonzero(~self.data.held & self.data.use.any(1))
        rows = part.choice(learnt, min(self.config.batch, len(learnt)), replace=False)
        seen = contest(self.data, rows, part)
        verdict = self.critic(*seen.inputs)
        figures = {
            "prefer": prefer_loss(verdict.score, seen.rank, seen.group),
            "odd": odd_loss(verdict.odd, seen.odd, seen.weight),
        }
        update(self.optimizer, figures["prefer"] + 0.5 * figures["odd"], (self.critic,))
        return len(rows), {name: value.detach() for name, value in figures.items()}

    def restore(self, facts: dict[str, Any]) -> None:
        """Nothing but the state is needed."""

    def facts(self) -> dict[str, Any]:
        """Which model is judged, and how many drawings there are."""
        return {"start": self.start, "examples": int((~self.data.held).sum()), "skipped": {}}

    def sheet(self) -> None:
        """None."""


def open_critic(
    config: RegionConfig, *, data: Path, out: Path, start: str, say: Callable[[str], None] = print
) -> CriticTask:
    """Prepare what is not prepared yet, and begin with the first blocks of the model.

    Args:
        config: settings; ``rate`` is of the new layers, the others take a fifth of it.
        data: shards.
        out: folder of the run.
        start: the released model that is judged, by name or path.
        say: receives lines of progress.
    """
    folder, shards = RunFolder(out, say), shards_in(data)
    going_on = folder.begin(config, data, [path.name for path in shards])
    spec = find_region(start)
    for path in prepare_judged(out / "judged", shards, config, Colorizer.load(start)):
        say(f"coloured {path.name}")
    torch.manual_seed(config.seed)
    critic = Critic(restore_model(spec).network).train()
    trunk = list(critic.trunk.parameters())
    own = [*critic.judge.parameters(), *critic.odd.parameters()]
    optimizer = torch.optim.AdamW(
        [{"params": trunk, "peak": config.rate / 5}, {"params": own, "peak": config.rate}],
        lr=0.0, weight_decay=config.decay,
    )  # fmt: skip
    averaged = copy.deepcopy(critic).requires_grad_(False)
    return CriticTask(
        config, folder, going_on, f"critic of {spec.name}",
        State({"critic": critic, "averaged": averaged}, {"critic": optimizer}),
        [(averaged, critic)], torch.Generator(), config.pictures, load_judged(out / "judged"),
        critic, optimizer, str(start),
    )  # fmt: skip


def release_critic(run: Path, *, out: Path, name: str, force: bool = False) -> ModelSpec:
    """Export the model that was judged together with its critic.

    Raises:
        UnreadableError: the run has no state, or is damaged.
        ModelError: torch and ONNX Runtime disagree; nothing is written.
        ExistsError: such files are there, and ``force`` was not given.
        OutputError: the folder cannot be written.
    """
    region_settings(run)
    facts = read_facts(run)
    restored = restore_model(find_region(facts["start"]))
    critic = Critic(restored.network)
    load_module(run, "averaged", critic)
    won = held_out(critic, load_judged(run / "judged"))
    card = restored.card | {"critic": {"shown": facts["shown"], "losses": facts["losses"]} | won}
    kept = {"bin_colors": restored.bin_colors, "prior": restored.prior, "card": card,
            "temperature": restored.temperature, "calibration": restored.calibration,
            "entries": restored.entries, "parts": restored.parts}  # fmt: skip
    return export(restored.encoder, restored.network, out=out, name=name, facts=kept, force=force,
                  critic=critic.eval())  # fmt: skip


@torch.inference_mode()
def held_out(critic: Critic, data: Judged) -> dict[str, float | str]:
    """How often a good colouring scores above the model's samples and above spoilt ones."""
    rows, won = np.flatnonzero(data.held & data.use.any(1)), {"samples": 0.0, "spoilt": 0.0}
    for at in rows.tolist():
        seen = contest(data, np.array([at]), np.random.default_rng(at))
        score = critic.eval()(*seen.inputs).score
        won["samples"] += float((score[0] > score[1 : 1 + SHOWN]).float().mean())
        won["spoilt"] += float((score[0] > score[1 + SHOWN :]).float().mean())
    shares = {name: round(value / max(1, len(rows)), 3) for name, value in won.items()}
    return {**shares, "of": float(len(rows)), "source": HELD}
