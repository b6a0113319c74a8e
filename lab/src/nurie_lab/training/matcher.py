"""Teach the matcher of films: ``python -m nurie_lab.training.matcher OUT``, on one core.

Films drawn by program show which region of one drawing is which of another, through turns, crossing
limbs and camera moves; with ``--rendered N`` so do people in three dimensions. A region's target is
every region of its colour, or none; paper counts less. A match without flow, as between the panels
of a book, is one in five.
"""

import argparse
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.numpy import save_file
from torch import Tensor, nn
from torch.nn.functional import log_softmax

from nurie.api import Colorizer
from nurie.arrays import Floats, Ints
from nurie.film.match import OVERLAP, ROUNDS, Evidence, evidence
from nurie.film.motion import shrink
from nurie.film.store import Cel
from nurie.guidance.reference import fills
from nurie_lab.drawings.films import hard_film
from nurie_lab.drawings.rendered import rendered_film

WIDTH, LIKE, HIDDEN = 96, 48, 32
"""Numbers for each region, numbers whose product is likeness, and numbers for each pair."""

APART = (1, 1, 1, 2, 3, 5, 8)
"""How many frames lie between the drawings of a pair; neighbours are the commonest."""

MOTION, STILL = [*range(1, 14), -1], 0.2
"""Columns of the evidence that flow gives, and the share of pairs that are without."""

BLIND = 0.1
"""Share of pairs without learnt likeness, so that other encoders are served."""

PAPER = -1
Pair = tuple[Evidence, Ints, Ints]


def pairs_of(seed: int, model: Colorizer, frames: int = 9, *, rendered: bool = False) -> list[Pair]:
    """Pairs of drawings of a film that no benchmark has, with the colours of their regions."""
    rng = np.random.default_rng([4343 if rendered else 4242, seed])
    film = rendered_film if rendered else hard_film
    size = ((360, 512), (540, 720), (512, 400))[int(rng.choice(3, p=[0.5, 0.3, 0.2]))]
    read: list[tuple[Cel, Ints]] = []
    for made in film(rng, frames, size=size):
        reading = model.read(made.lines)
        drawing, count = reading.drawing, len(reading.drawing.paper)
        colors = fills(drawing.labels, made.lines, made.color, np.zeros((count, 3), np.uint8))
        bare = fills(
            drawing.labels, made.lines, np.repeat((made.parts == 0)[..., None], 3, 2), colors
        )
        truth = colors.astype(np.int64) @ [65536, 256, 1]
        assert reading.view is not None, "it was just read"
        small = shrink(reading.view.ink.mask, drawing.labels, count)
        cel = Cel(drawing.scene, drawing.paper, small, made.lines.shape)
        read.append((cel, np.where(bare[:, 0] == 1, PAPER, truth).astype(np.int32)))
    found = []
    for apart in APART:
        i = int(rng.integers(frames - apart))
        (one, ours), (two, theirs) = read[i], read[i + apart]
        if max(len(ours), len(theirs)) <= 260:
            found.append((evidence(one, two), ours, theirs))
    return found


class Matcher(nn.Module):
    """What ``nurie.film.match.LearnedMatcher`` computes, with the same names of weights."""

    def __init__(self, pairs: int, regions: Floats) -> None:
        super().__init__()
        self.mean = nn.Parameter(torch.from_numpy(regions.mean(0)), requires_grad=False)
        self.std = nn.Parameter(torch.from_numpy(regions.std(0) + 1e-3), requires_grad=False)
        self.w0 = nn.Linear(regions.shape[1], WIDTH)
        self.w1, self.w2 = nn.Linear(2 * WIDTH, WIDTH), nn.Linear(2 * WIDTH, LIKE)
        self.p1, self.p2 = nn.Linear(pairs + 1, HIDDEN), nn.Linear(HIDDEN, HIDDEN)
        self.p3 = nn.Linear(HIDDEN, 1)
        self.r = nn.ModuleList(_two(pairs + 6, HIDDEN) for _ in range(ROUNDS))
        self.n = nn.ModuleList(_two(2 * WIDTH + 5, 16) for _ in range(ROUNDS + 1))
        self.drop = nn.Dropout(0.2)

    def forward(self, seen: list[Tensor], *, blind: bool) -> list[tuple[Tensor, Tensor]]:
        """Log chances of each round, forth and back; the last column is *nowhere*."""
        pairs, ours, theirs, here, there = seen
        (like, ours), (unlike, theirs) = self._look(ours, here), self._look(theirs, there)
        same = like @ unlike.T / LIKE**0.5
        if blind:
            same, ours, theirs = 0 * same, 0 * ours, 0 * theirs
        rows = torch.cat([pairs, same[..., None] / 4], 2)
        logits = self.p3(self.p2(self.p1(rows).relu()).relu())[..., 0] + same
        over, out = pairs[..., OVERLAP], []
        for turn, nowhere in enumerate(self.n):
            forth, back = (
                _chances(logits, ours, over, nowhere),
                _chances(logits.T, theirs, over.T, nowhere),
            )
            out.append((forth, back))
            if turn < ROUNDS:
                one, two = forth[:, :-1], back[:, :-1].T
                mean = ((one + two) / 2).exp()
                around = [logits / 4, one.clamp(min=-9) / 4, two.clamp(min=-9) / 4]
                around += [
                    (m + 0.01).log() / 2 for m in (here @ mean @ there.T, here.T @ mean @ there)
                ]
                logits = logits + self.r[turn](torch.cat([rows, torch.stack(around, 2)], 2))[..., 0]
        return out

    def _look(self, rows: Tensor, near: Tensor) -> tuple[Tensor, Tensor]:
        seen = self.drop(((rows - self.mean) / self.std).clamp(-5, 5))
        for layer in (self.w0, self.w1):
            seen = layer(seen).relu()
            seen = torch.cat([seen, near @ seen], 1)
        return self.w2(seen), seen


def _two(inputs: int, hidden: int) -> nn.Sequential:
    return nn.Sequential(nn.Linear(inputs, hidden), nn.ReLU(), nn.Linear(hidden, 1))


def _chances(logits: Tensor, rows: Tensor, over: Tensor, nowhere: nn.Module) -> Tensor:
    best = torch.cat([logits, logits[:, :1] - 9], 1).topk(2, 1).values
    facts = [best, logits.logsumexp(1, keepdim=True), over.amax(1, True), over.sum(1, True)]
    return log_softmax(torch.cat([logits, nowhere(torch.cat([rows, *facts], 1))], 1), 1)


def loss(chances: Tensor, same: Tensor, truth: Tensor) -> Tensor:
    """Mean over regions of minus the log chance of all that are the same thing, or of none."""
    target = torch.cat([same, ~same.any(1, keepdim=True)], 1)
    missed = -chances.masked_fill(~target, -1e4).logsumexp(1)
    weight = torch.where(truth == PAPER, 0.2, 1.0)
    # One region that is surely wrong, as after a cut, must not rule a step.
    return (missed.clamp(max=8) * weight).sum() / weight.sum()


def teach(pairs: list[Pair], steps: int) -> dict[str, Tensor]:
    """The weights, averaged over the last steps."""
    rng = np.random.default_rng(0)
    torch.manual_seed(0)
    regions = np.concatenate([seen.ours for seen, _, _ in pairs])
    net = Matcher(pairs[0][0].pairs.shape[2], regions)
    optimizer = torch.optim.AdamW(net.parameters(), 2e-3, weight_decay=1e-3)
    mean = {name: value.clone() for name, value in net.state_dict().items()}
    for step in range(steps):
        optimizer.param_groups[0]["lr"] = 2e-3 * min(1, step / 200) * (1 - step / steps)
        optimizer.zero_grad()
        for number in rng.integers(len(pairs), size=2).tolist():
            seen, *colors = pairs[number]
            ours, theirs = (torch.from_numpy(c) for c in colors)
            rows = [torch.from_numpy(a) for a in (seen.pairs, seen.ours, seen.theirs, *seen.beside)]
            if rng.random() < STILL:
                rows[0] = rows[0].clone()
                rows[0][..., MOTION] = 0
            same = ours[:, None] == theirs
            rounds = net(rows, blind=bool(rng.random() < BLIND))
            total = torch.zeros(())
            for weight, (forth, back) in zip((0.3, 0.3, 1.0), rounds, strict=True):
                wrong = loss(forth, same, ours) + loss(back, same.T, theirs)
                total = total + weight / 2 * wrong
            torch.autograd.backward(total)
        nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        optimizer.step()
        for name, value in net.state_dict().items():
            mean[name].lerp_(value, max(0.002, 20 / (step + 20)))
    return mean


def main() -> None:
    """Draw the films, teach, and write the weights for ``nurie.film.match``."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("out", type=Path)
    parser.add_argument("--films", type=int, default=90)
    parser.add_argument("--rendered", type=int, default=0, help="further films, of rendered people")
    parser.add_argument("--steps", type=int, default=3500)
    given = parser.parse_args()
    model = Colorizer.load()
    pairs = [pair for seed in range(given.films) for pair in pairs_of(seed, model)]
    for seed in range(given.rendered):
        pairs += pairs_of(seed, model, rendered=True)
    spec = model.session.spec
    weights: dict[str, Any] = {
        name: value.numpy().astype(np.float32 if name in {"mean", "std"} else np.float16)
        for name, value in teach(pairs, given.steps).items()
    }
    save_file(weights, given.out, metadata={"encoder": spec.sha256[spec.graphs["encoder"]]})


if __name__ == "__main__":
    main()
