"""Choices teach the second network: direct preference optimisation (Rafailov et al. 2023).

Of two colourings that a model sampled of a drawing, the one that was preferred becomes likelier
than it was, and the other one less likely: equation 7 of the paper, where the chance of a colouring
is the product over the rounds in which it is sampled (``painting.whole``). Half of the say in a
colour is the first network's, which stays as it is. Beside it good colourings by number and names
of parts are learnt on, so that nothing else is forgotten.
"""

import copy
from collections.abc import Callable, Generator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from nurie.api import Colorizer
from nurie.arrays import AnyArray, Floats
from nurie.colors import bins_of, srgb_to_lab
from nurie.guidance.palette import nearness
from nurie.models.registry import ModelSpec, find_region
from nurie.models.session import RegionSession
from nurie.painting.terms import CONSTANTS
from nurie.painting.whole import CLOSE
from nurie.regions.tokens import FEATURES
from nurie_lab.data.shards import shards_in
from nurie_lab.training.engine.folder import RunFolder, State, load_module, read_facts
from nurie_lab.training.engine.loop import Task
from nurie_lab.training.engine.team import descend
from nurie_lab.training.region.judged import UNJUDGED, Judged, load_judged, prepare_judged
from nurie_lab.training.region.networks import RegionTransformer
from nurie_lab.training.region.released import region_settings
from nurie_lab.training.region.second import replace_second, restore_second
from nurie_lab.training.region.task import cosine
from nurie_lab.training.settings import RegionConfig

SHOWN = 5
"""Candidates of a drawing that are compared in a step."""

WEIGHT = 8.0
"""Of all regions of a colouring together; each has a share by the root of its area."""

FLOOR = 1e-4
"""Least chance of a colour, so that one odd region does not decide."""


@dataclass
class PreferenceTask(Task):
    """The training on choices; made by :func:`open_preference`."""

    config: RegionConfig
    data: Judged
    first: RegionSession
    network: RegionTransformer
    before: RegionTransformer  # As it was
    optimizer: torch.optim.Optimizer
    start: str

    def __post_init__(self) -> None:
        """Which colours are near each other, to judge chances by and to learn from."""
        lab = srgb_to_lab(self.first.spec.bin_colors)
        self.near = torch.tensor(nearness(lab, CLOSE))
        soft = torch.tensor(nearness(lab, self.config.spread))
        self.soft = soft / soft.sum(dim=1, keepdim=True)

    def parts(self, step: int) -> Generator[np.random.Generator]:
        """A generator for each step."""
        for number in range(step, 2**40):
            yield np.random.default_rng([self.config.seed, number])

    def step(self, part: np.random.Generator, share: float) -> tuple[int, dict[str, Tensor]]:
        """One step down the gradient."""
        for group in self.optimizer.param_groups:
            group["lr"] = self.config.rate * cosine(share)
        learnt, data = ~self.data.held, self.data
        judged = np.flatnonzero(learnt & (data.rank > UNJUDGED).any(axis=1))
        known = np.flatnonzero(learnt & data.use[:, :2].any(axis=1))
        rows = part.choice(judged, min(self.config.batch, len(judged)), replace=False)
        losses = [self.preferred(row, part) for row in rows.tolist()]
        more = part.choice(known, min(2 * self.config.batch, len(known)), replace=False)
        figures = {"prefer": torch.stack(losses).mean(), **self.learn(more, part)}
        total = figures["prefer"] + figures["color"] + self.config.naming * figures["parts"]
        descend(self.optimizer, total, self.network, limit=1.0)
        return len(rows), {name: value.detach() for name, value in figures.items()}

    def preferred(self, row: int, rng: np.random.Generator) -> Tensor:
        """Equation 7 over all pairs of unequal rank among some candidates of a drawing."""
        at = rng.permutation(np.flatnonzero(self.data.rank[row] > UNJUDGED))[:SHOWN]
        rank = torch.from_numpy(self.data.rank[row, at].astype(np.float32))
        rounds = rounds_of(self.data, row)
        known = [known_before(self.data, row, k, rounds) for k in at.tolist()]
        first = torch.from_numpy(np.stack([self._first(row, each, rounds) for each in known]))
        bins = torch.from_numpy(bins_of(self.data.choices[row, at]).astype(np.int64))
        seen = row, np.concatenate(known), rounds
        with torch.no_grad():
            old = self._chance(self.before, *seen, first, bins)
        gain = self.config.preference * (self._chance(self.network, *seen, first, bins) - old)
        better = rank[:, None] > rank
        gaps = functional.softplus(gain - gain[:, None])[better]  # -log σ(better - worse)
        return gaps.mean() if better.any() else gain.sum() * 0

    def _first(self, row: int, known: Floats, rounds: AnyArray) -> Floats:
        """Logits of the first network for each region in the round in which it is sampled."""
        data = self.data
        count = int((data.area[row] > 0).sum())
        logits = np.zeros((len(rounds), len(self.near)), np.float32)
        for number, colors in enumerate(known):
            near = data.adjacency[row, :count, :count]
            values = (data.features[row, :count, :FEATURES], data.geometry[row, :count], near,
                      colors[:count], data.picture[row])  # fmt: skip
            said = self.first.predict_free(*(v.astype(np.float32) for v in values))[0]
            at = np.flatnonzero(rounds == number)
            logits[at] = said[at]
        return logits

    def _chance(
        self,
        network: RegionTransformer,
        row: int,
        known: Floats,
        rounds: AnyArray,
        first: Tensor,
        bins: Tensor,
    ) -> Tensor:
        """Logarithm of the chance of each candidate's colours and of those near them, weighted."""
        count = len(bins)
        _, logits = self._say(network, np.full(len(known), row), known)
        logits = logits.view(count, -1, *logits.shape[1:])
        at = torch.from_numpy(np.flatnonzero(rounds >= 0))
        number = torch.from_numpy(rounds[rounds >= 0].astype(np.int64))
        own = logits[:, number, at]
        chances = ((first[:, at] + own) / 2).softmax(dim=-1)
        mass = (chances * self.near[bins[:, at]]).sum(dim=-1)
        weight = torch.from_numpy(np.sqrt(self.data.area[row])).float()[at]
        return (torch.log(mass + FLOOR) * (WEIGHT * weight / weight.sum())).sum(dim=1)

    def _say(
        self, network: RegionTransformer, rows: AnyArray, known: Floats
    ) -> tuple[Tensor, Tensor]:
        """Logits of parts and of colours of some drawings under known colours (b, MOST, 4)."""
        data = self.data
        values = (data.features[rows, :, FEATURES:], data.geometry[rows], data.adjacency[rows],
                  known, np.zeros((len(rows), 1, 4)), data.second[rows],
                  np.zeros((len(rows), known.shape[1])))  # fmt: skip
        x = network.read(*(torch.from_numpy(v.astype(np.float32)) for v in values))
        assert network.parts is not None
        return network.parts(x), network.head(x)

    def learn(self, rows: AnyArray, rng: np.random.Generator) -> dict[str, Tensor]:
        """Cross-entropies of colours by number, some of which are known, and of names."""
        data, soft = self.data, self.soft
        kind = np.array([rng.choice(np.flatnonzero(data.use[row, :2])) for row in rows])
        colors, real = data.real[rows, kind], data.known[rows, kind] & ~data.paper[rows]
        told = real & (rng.random(real.shape) < rng.random((len(rows), 1)))
        told &= rng.random((len(rows), 1)) >= self.config.blind
        white = np.array([100, 0, 0], np.float32)
        lab = np.where(data.paper[rows][..., None], white, srgb_to_lab(colors))
        known = np.concatenate([lab / 100, np.ones((*real.shape, 1))], axis=2)
        parts, logits = self._say(self.network, rows, known * (told | data.paper[rows])[..., None])
        aim = soft[torch.from_numpy(bins_of(colors).astype(np.int64))]
        loss = -(aim * logits.log_softmax(dim=-1)).sum(dim=-1)
        size = np.sqrt(np.clip(data.area[rows] / 600, 0.04, 25))
        weight = torch.from_numpy(size * (real & ~told)).float()
        names = torch.from_numpy(data.parts[rows].astype(np.int64))
        named = (names >= 0) & torch.from_numpy(data.area[rows] > 0)
        called = functional.cross_entropy(parts[named], names[named], label_smoothing=0.05,
                                          reduction="sum") / named.sum().clamp_min(1)  # fmt: skip
        return {"color": (loss * weight).sum() / weight.sum().clamp_min(1e-6), "parts": called}

    def restore(self, facts: dict[str, Any]) -> None:
        """Nothing but the state is needed."""

    def facts(self) -> dict[str, Any]:
        """Which model is taught on, and by how many drawings."""
        learnt = ~self.data.held & (self.data.rank > UNJUDGED).any(axis=1)
        return {"start": self.start, "examples": int(learnt.sum()), "skipped": {}}

    def sheet(self) -> None:
        """None."""


def rounds_of(data: Judged, row: int) -> AnyArray:
    """In which round each region is sampled, the largest first; (MOST,), -1 where in none."""
    free = data.chosen[row] & ~data.paper[row]
    order = np.flatnonzero(free)
    order = order[np.argsort(-data.area[row, order], kind="stable")]
    found = np.full(len(free), -1)
    for number, part in enumerate(np.split(order, np.cumsum(CONSTANTS.candidate_rounds))):
        found[part] = number
    return found


def known_before(data: Judged, row: int, candidate: int, rounds: AnyArray) -> Floats:
    """Known colours of one candidate in each of its rounds, (rounds, MOST, 4)."""
    lab = srgb_to_lab(data.choices[row, candidate])
    lab[data.paper[row]] = 100, 0, 0
    values = np.concatenate([lab / 100, np.ones((len(lab), 1))], axis=1).astype(np.float32)
    number = np.arange(max(int(rounds.max()) + 1, 1))[:, None]
    told = data.paper[row] | ((rounds >= 0) & (rounds < number))
    return np.asarray(values * told[..., None])


def open_preference(
    config: RegionConfig, *, data: Path, out: Path, start: str, say: Callable[[str], None] = print
) -> PreferenceTask:
    """Prepare what is not prepared yet, and begin with the second network of the model ``start``.

    Raises:
        InputError: the data cannot be used.
        ModelError: the model has no second network.
    """
    folder, shards = RunFolder(out, say), shards_in(data)
    going_on = folder.begin(config, data, [path.name for path in shards])
    spec = find_region(start)
    network = restore_second(spec, dropout=config.dropout).train()
    for path in prepare_judged(out / "judged", shards, config, Colorizer.load(start)):
        say(f"coloured {path.name}")
    torch.manual_seed(config.seed)
    optimizer = torch.optim.AdamW(network.parameters(), lr=0.0, weight_decay=config.decay)
    averaged, before = (copy.deepcopy(network).eval().requires_grad_(False) for _ in range(2))
    graphs = {role: file for role, file in spec.graphs.items() if not role.startswith("second")}
    return PreferenceTask(
        config, folder, going_on, f"choices among colours of {spec.name}",
        State({"network": network, "averaged": averaged}, {"network": optimizer}),
        [(averaged, network)], torch.Generator(), config.pictures, load_judged(out / "judged"),
        RegionSession(replace(spec, graphs=graphs)), network, before, optimizer, str(start),
    )  # fmt: skip


def release_preference(run: Path, *, out: Path, name: str, force: bool = False) -> ModelSpec:
    """Export the model whose second network was taught, with all else as it was.

    Raises:
        UnreadableError: the run has no state, or is damaged.
        ModelError: torch and ONNX Runtime disagree; nothing is written.
        ExistsError: such files are there, and ``force`` was not given.
        OutputError: the folder cannot be written.
    """
    region_settings(run)
    facts = read_facts(run)
    base = find_region(facts["start"])
    network = restore_second(base)
    load_module(run, "averaged", network)
    learnt = {key: facts[key] for key in ("shown", "losses", "examples")}
    card = base.card | {"preference": learnt}
    about = replace(base, name=name, folder=out, card=card)
    return replace_second(about, network.eval(), base, force=force)
