"""Training of the critic: colourings of drawings against samples of the model and spoilt ones."""

import copy
from collections.abc import Callable, Generator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from nurie.api import Colorizer
from nurie.arrays import AnyArray
from nurie.colors import bins_of, lab_to_srgb, srgb_to_lab
from nurie.models.registry import ModelSpec, find_region
from nurie.painting.whole import likely
from nurie_lab.data.answers import PARTS
from nurie_lab.data.colourings import HELD
from nurie_lab.data.shards import shards_in
from nurie_lab.training.engine.folder import RunFolder, State, load_module, read_facts
from nurie_lab.training.engine.loop import Task
from nurie_lab.training.engine.team import descend
from nurie_lab.training.region.judged import (
    MOST,
    SAMPLES,
    UNJUDGED,
    Judged,
    load_judged,
    prepare_judged,
)
from nurie_lab.training.region.networks import Critic, odd_loss, prefer_loss
from nurie_lab.training.region.released import Restored, export, region_settings, restore_model
from nurie_lab.training.region.spoil import Colouring, spoil
from nurie_lab.training.region.task import cosine
from nurie_lab.training.settings import RegionConfig

SHOWN, SPOILT, CHOSEN = 2, 2, 4
"""Samples, spoilt colourings and candidates of a choice that a step shows of each drawing."""


@dataclass(frozen=True)
class Contest:
    """Colourings of some drawings, good and bad ones."""

    inputs: tuple[Tensor, ...]  # Those of ``Critic``
    rank: Tensor  # (B,) higher is better, within a group
    group: Tensor  # (B,) which are compared with each other
    odd: Tensor  # (B, MOST) 1 where a colour was spoilt
    weight: Tensor  # (B, MOST) 1 where it is known whether it was


def contest(data: Judged, rows: AnyArray, rng: np.random.Generator) -> Contest:
    """For each drawing a good colouring, samples of the model, spoilt ones, and some choices.

    Candidates among which somebody chose are compared with each other alone: whether a spoilt
    colouring is worse than one that was not kept, nobody has said.
    """
    columns: list[list[AnyArray]] = [[] for _ in range(11)]
    for group, row in enumerate(rows.tolist()):
        paper = data.paper[row]
        shown, good = _good(data, row, rng)
        found = [(good, shown, 1, group)] if shown.any() else []
        found += [(colors, shown, 0, group) for colors in _bad(data, row, good, shown, rows, rng)]
        judged = rng.permutation(np.flatnonzero(data.rank[row] > UNJUDGED))[:CHOSEN]
        found += [(_lab(data.choices[row, k], paper), data.chosen[row] | paper,
                   int(data.rank[row, k]), group + len(rows)) for k in judged]  # fmt: skip
        for i, (colors, seen, rank, set_) in enumerate(found):
            odd = np.abs(colors - good).max(axis=1) > ODD
            # Which of a sample's or a candidate's colours are odd, nobody has said.
            said = seen & (set_ == group) & (not 1 <= i <= SHOWN)
            values = (*_inputs(data, row, colors, seen), rank, set_, odd, said)
            for column, value in zip(columns, values, strict=True):
                column.append(np.asarray(value))
    *inputs, rank_, group_, odd_, weight = (torch.from_numpy(np.stack(c)) for c in columns)
    return Contest(tuple(x.float() for x in inputs), rank_.long(), group_, odd_.float(),
                   weight.float())  # fmt: skip


def _inputs(data: Judged, row: int, colors: AnyArray, seen: AnyArray) -> tuple[AnyArray, ...]:
    """What ``Critic`` reads of a colouring in Lab of the regions that are seen."""
    known = np.concatenate([colors / 100, np.ones((MOST, 1))], axis=1) * seen[:, None]
    geometry, mass = data.geometry[row] * seen[:, None], data.mass[row].astype(np.float32)
    by_itself = likely(mass, bins_of(lab_to_srgb(colors.astype(np.float32)))) * seen[:, None]
    return (data.features[row], geometry, data.adjacency[row], known, data.picture[row],
            data.named[row], by_itself)  # fmt: skip


def _good(data: Judged, row: int, rng: np.random.Generator) -> tuple[AnyArray, AnyArray]:
    """One of a drawing's good colourings: which regions it colours (none without one), and Lab."""
    kinds, paper = np.flatnonzero(data.use[row]), data.paper[row]
    if not len(kinds):
        return np.zeros(MOST, bool), np.zeros((MOST, 3), np.float32)
    # Colourings by number are lively on purpose; the drawing's own colours are one more.
    lively = kinds[kinds < 2]
    kind = int(rng.choice(lively if len(lively) and rng.random() < OWN else kinds))
    return data.known[row, kind] | paper, _lab(data.real[row, kind], paper)


def _bad(
    data: Judged, row: int, good: AnyArray, shown: AnyArray, rows: AnyArray,
    rng: np.random.Generator,
) -> list[AnyArray]:  # fmt: skip
    """Samples of the model and spoilt colourings, in Lab; none without a good one."""
    if not shown.any():
        return []
    paper, at = data.paper[row], np.flatnonzero(shown)
    found = [_lab(data.samples[row, k], paper) for k in rng.permutation(SAMPLES)[:SHOWN]]
    other = _lab(data.real[int(rng.choice(rows)), 0], np.zeros(MOST, bool))
    skin = data.parts[row] == PARTS.index("skin")
    whole = Colouring(good[at], data.area[row, at], skin[at], other)
    for _ in range(SPOILT):
        one = good.copy()
        one[at] = spoil(whole, rng)
        found.append(np.where(paper[:, None], good, one))
    return found


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
    start: str  # Model that it judges

    def parts(self, step: int) -> Generator[np.random.Generator]:
        """A generator for each step."""
        for number in range(step, 2**40):
            yield np.random.default_rng([self.config.seed, number])

    def step(self, part: np.random.Generator, share: float) -> tuple[int, dict[str, Tensor]]:
        """One step down the gradient."""
        for group in self.optimizer.param_groups:
            group["lr"] = group["peak"] * cosine(share)
        rows = self._rows(part)
        seen = contest(self.data, rows, part)
        verdict = self.critic(*seen.inputs)
        figures = {
            "prefer": prefer_loss(verdict.score, seen.rank, seen.group),
            "odd": odd_loss(verdict.odd, seen.odd, seen.weight),
        }
        descend(self.optimizer, figures["prefer"] + 0.5 * figures["odd"], self.critic, limit=1.0)
        return len(rows), {name: value.detach() for name, value in figures.items()}

    def _rows(self, part: np.random.Generator) -> AnyArray:
        """The drawings of a step: half of them such among whose colourings somebody chose."""
        learnt = np.flatnonzero(~self.data.held & self.data.useful)
        judged = learnt[(self.data.rank[learnt] > UNJUDGED).any(axis=1)]
        first = part.choice(judged, min(self.config.batch // 2, len(judged)), replace=False)
        others = np.setdiff1d(learnt, first)
        count = min(self.config.batch - len(first), len(others))
        return np.concatenate([first, part.choice(others, count, replace=False)])

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
    """Prepare what is not prepared yet, and begin with the first blocks of the model ``start``.

    ``config.rate`` is of the new layers, the others take a fifth of it.
    """
    folder, shards = RunFolder(out, say), shards_in(data)
    going_on = folder.begin(config, data, [path.name for path in shards])
    spec = find_region(start)
    for path in prepare_judged(out / "judged", shards, config, Colorizer.load(start)):
        say(f"coloured {path.name}")
    torch.manual_seed(config.seed)
    critic = new_critic(restore_model(spec)).train()
    trunk = list(critic.trunk.parameters())
    seen = {id(one) for one in trunk}
    own = [one for one in critic.parameters() if id(one) not in seen]
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


def new_critic(model: Restored) -> Critic:
    """A critic of what a model colours that has learnt nothing yet."""
    return Critic(model.network, second=model.second is not None)


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
    critic = new_critic(restored)
    load_module(run, "averaged", critic)
    won = held_out(critic, load_judged(run / "judged"))
    card = restored.card | {"critic": {"shown": facts["shown"], "losses": facts["losses"]} | won}
    model = replace(restored, card=card)
    return export(model, out=out, name=name, force=force, critic=critic.eval())


@torch.inference_mode()
def held_out(critic: Critic, data: Judged) -> dict[str, float | str]:
    """How often a good colouring scores above the model's samples and above spoilt ones."""
    rows, won = np.flatnonzero(data.held & data.use.any(1)), {"samples": 0.0, "spoilt": 0.0}
    for at in rows.tolist():
        seen = contest(data, np.array([at]), np.random.default_rng(at))
        score = critic.eval()(*seen.inputs).score[seen.group == 0]
        won["samples"] += float((score[0] > score[1 : 1 + SHOWN]).float().mean())
        won["spoilt"] += float((score[0] > score[1 + SHOWN :]).float().mean())
    shares = {name: round(value / max(1, len(rows)), 3) for name, value in won.items()}
    facts: dict[str, float | str] = {**shares, "of": float(len(rows)), "source": HELD}
    return facts | choices_right(critic, data, np.flatnonzero(data.held))


@torch.inference_mode()
def choices_right(critic: Critic, data: Judged, rows: AnyArray) -> dict[str, float]:
    """How well a critic foresees what was chosen.

    ``pairs``: share of pairs of unequal rank in the right order; ``kept``: share of drawings whose
    candidate of the highest score was kept, ``kept_any`` of all candidates, and ``choices``: of
    how many drawings.
    """
    right, first, every = [], [], []
    for row in rows.tolist():
        at = np.flatnonzero(data.rank[row] > UNJUDGED)
        if not len(at):
            continue
        paper, rank = data.paper[row], data.rank[row, at].astype(int)
        seen = data.chosen[row] | paper
        made = [_inputs(data, row, _lab(data.choices[row, k], paper), seen) for k in at]
        inputs = (torch.from_numpy(np.stack(column)).float() for column in zip(*made, strict=True))
        score = critic.eval()(*inputs).score.numpy()
        better = rank[:, None] > rank
        right += (score[:, None] > score)[better].tolist()
        first.append(rank[score.argmax()] > 1)
        every += (rank > 1).tolist()
    shares = {"pairs": right, "kept": first, "kept_any": every}
    return {k: round(float(np.mean(v)), 3) for k, v in shares.items() if v} | {
        "choices": float(len(first))
    }
