"""What the report claims, beside what was measured, and what may be said of it.

A claim holds when the number it speaks of has the right sign, and its whole 95 % interval over
pictures and seeds too.
"""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from nurie.arrays import AnyArray
from nurie.spectrum import Spectrum
from nurie_lab.bench.metrics.statistics import Numbers, crossed, span
from nurie_lab.bench.reproduction.paintings import GUESSED, NONE, SAMPLED, TRUE
from nurie_lab.bench.reproduction.scores import FRECHET, Scored, climb, over_seeds, spread
from nurie_lab.bench.reproduction.trained import NEEDED, Trained, cast

TEXTS = tomllib.loads(Path(__file__).with_name("report.toml").read_text("utf-8"))
"""What the report claims, and what the page says of the scores."""

HELD, NOT_HELD, UNDECIDED = "held", "not held", "undecided"
EARLY, NOT_MEASURED = "too early to say", "not measured"
VERDICTS = (HELD, NOT_HELD, UNDECIDED, EARLY, NOT_MEASURED)

WHOLE = 175_000
"""Steps of the report: 70 epochs of 10,000 pictures, four a step."""

LEAST = 1000
"""Steps below which nothing is said of a network: its loss still falls as fast as it began to."""

LEAST_TO_GROW = WHOLE // 10
"""Steps below which nothing is said of a loss that grows in the end."""


@dataclass(frozen=True)
class Claim:
    """One sentence of the report and what became of it."""

    text: str
    where: str
    """Section of the report."""
    measured: str
    """What was compared, with its numbers; what is missing where nothing was."""
    trained: str
    """How far the networks were trained, and how many times."""
    verdict: str


def _claim(name: str, measured: str, trained: str = "", verdict: str = NOT_MEASURED) -> Claim:
    return Claim(**TEXTS["claims"][name], measured=measured, trained=trained, verdict=verdict)


def claims(
    runs: Sequence[Trained], scores: Sequence[Scored], spectrum: Spectrum | None
) -> list[Claim]:
    """All claims, judged by these runs, what their networks painted, and the data's histogram."""
    found = Evidence(
        cast(runs, ranks=distances(scores)), {(one.network, one.hint): one for one in scores}
    )
    like = _claim("realistic", "a matter of taste: people must vote")
    return [
        _white_bin(spectrum),
        found.mostly_white(),
        found.ahead("saturation", "colorfulness", ("GAN", TRUE), ("CNN", TRUE)),
        found.nearer(),
        found.steadier(),
        found.growing(),
        found.ahead("bright", "colorfulness", ("GAN", GUESSED), ("WGAN", GUESSED)),
        found.ahead("soft", "sharpness", ("GAN", GUESSED), ("WGAN", GUESSED)),
        like,
        found.ahead("learnt", "PSNR", ("GAN", GUESSED), ("GAN", SAMPLED)),
        found.ahead("learnt_set", FRECHET, ("GAN", SAMPLED), ("GAN", GUESSED)),
        found.ahead("better_than_true", FRECHET, ("GAN", TRUE), ("GAN", GUESSED)),
    ]


def distances(scores: Sequence[Scored]) -> dict[str, float]:
    """The Fréchet distance of each network with true hints, where it was measured."""
    hinted = [one for one in scores if one.hint == TRUE and FRECHET in one.each]
    return {one.network: one.mean(FRECHET)[0] for one in hinted}


@dataclass(frozen=True)
class Evidence:
    """Runs by role, and scores by network and hint."""

    roles: dict[str, list[Trained]]
    scores: dict[tuple[str, str], Scored]

    def painted(self, role: str, hint: str) -> Scored | None:
        """What a role painted under a kind of hint."""
        runs = self.roles.get(role)
        return self.scores.get((runs[0].network, hint)) if runs else None

    def ahead(self, name: str, figure: str, high: tuple[str, str], low: tuple[str, str]) -> Claim:
        """One role and hint has more of a figure than another, picture by picture."""
        more, less = self.painted(*high), self.painted(*low)
        lacking = [
            f"{role} with a {hint}"
            for each, (role, hint) in ((more, high), (less, low))
            if each is None or figure not in each.each
        ]
        if more is None or less is None or lacking:
            network = "" if figure != FRECHET else ", or no network to see the distance"
            return _claim(name, f"no pictures of {' and '.join(dict.fromkeys(lacking))}{network}")
        word = {"colorfulness": "colourfulness", FRECHET: "Fréchet distance"}.get(figure, figure)
        both = "; ".join(
            f"{one.network} with {one.hint} {span(one.mean(figure))}" for one in (more, less)
        )
        true = more.true.get(figure)
        own = "" if true is None else f"; originals {span(crossed(true[None]))}"
        gap = paired(more.each[figure], less.each[figure])
        measured = f"{word}: {both}{own}; the first is higher by {span(gap)}"
        return self.judged(name, measured, gap, high[0], low[0])

    def judged(
        self, name: str, measured: str, gap: Numbers, *roles: str, least: int = LEAST
    ) -> Claim:
        """The verdict on a number that should be above nought."""
        groups = [self.roles[role] for role in dict.fromkeys(roles)]
        steps = min(run.steps for group in groups for run in group)
        seeds = min(len(group) for group in groups)
        share = f"{steps:,} steps, {100 * steps / WHOLE:.2g} % of the report's; seeds: {seeds}"
        verdict = HELD if gap[1] > 0 else NOT_HELD if gap[2] < 0 else UNDECIDED
        if steps < least or seeds < 2:
            verdict = EARLY
            share += f"; {least:,} steps and two seeds are needed"
        return _claim(name, measured, share, verdict)

    def nearer(self) -> Claim:
        """The distance of colourfulness to the original's is smaller for the GAN than the CNN."""
        gan, cnn = self.painted("GAN", TRUE), self.painted("CNN", TRUE)
        if gan is None or cnn is None:
            return _claim("colorful", "no pictures of GAN and CNN with a true hint")
        far = [np.abs(s.each["colorfulness"] - s.true["colorfulness"]) for s in (gan, cnn)]
        gap = paired(far[1], far[0])
        measured = (
            f"distance of colourfulness to the original's: {gan.network} {span(crossed(far[0]))}, "
            f"{cnn.network} {span(crossed(far[1]))}; the first is nearer by {span(gap)}"
        )
        return self.judged("colorful", measured, gap, "GAN", "CNN")

    def mostly_white(self) -> Claim:
        """More than half is white, and more than is white in the originals."""
        one = self.painted("multimodal", NONE) or self.painted("multimodal", TRUE)
        if one is None:
            return _claim("mostly", "no pictures of multimodal")
        white, true = one.each["white"], one.true["white"]
        more, half = crossed(white - true), crossed(white - 0.5)
        measured = (
            f"share of white: {one.network} {span(crossed(white))}, originals "
            f"{span(crossed(true[None]))}; more by {span(more)}; mostly means above 0.5 and above "
            "the originals'"
        )
        least = min(more, half, key=lambda numbers: numbers[1])
        return self.judged("mostly", measured, least, "multimodal")

    def steadier(self) -> Claim:
        """The discriminator's loss spreads less over the last half of the run."""
        groups = self.logged("discriminator", "GAN without noise", "GAN with noise")
        if isinstance(groups, str):
            return _claim("steady", groups)
        bare, noisy = ([spread(r.losses("discriminator")[1]) for r in group] for group in groups)
        pairs = list(zip(bare, noisy, strict=False))
        sizes = [min(len(a[1]), len(b[1])) for a, b in pairs]
        less = over_seeds([
            (a[0] - b[0], a[1][:k] - b[1][:k]) for (a, b), k in zip(pairs, sizes, strict=True)
        ])  # fmt: skip
        one, two = groups[0][0], groups[1][0]
        unlike = [n for n in NEEDED if n != "noise" and one.settings[n] != two.settings[n]]
        measured = (
            f"standard deviation of the discriminator's loss, last half of the run: {one.network} "
            f"{span(over_seeds(bare))}, {two.network} {span(over_seeds(noisy))}; less by "
            f"{span(less)}" + (f"; the runs differ in {', '.join(unlike)}, too" if unlike else "")
        )
        return self.judged("steady", measured, less, "GAN without noise", "GAN with noise")

    def growing(self) -> Claim:
        """The generator's loss is higher in the last quarter than in the second."""
        parts, rises = list[str](), list[Numbers]()
        for role in ("GAN without noise", "GAN with noise"):
            groups = self.logged("generator", role)
            if isinstance(groups, str):
                if not rises:
                    return _claim("growing", groups)
                continue
            rises.append(over_seeds([climb(run.losses("generator")[1]) for run in groups[0]]))
            parts.append(f"{groups[0][0].network} {span(rises[-1])}")
        measured = f"last quarter of the run less the second: {'; '.join(parts)}"
        role = "GAN without noise"
        return self.judged("growing", measured, rises[0], role, least=LEAST_TO_GROW)

    def logged(self, name: str, *wanted: str) -> list[list[Trained]] | str:
        """The runs of these roles, or what is missing."""
        absent = [role for role in wanted if role not in self.roles]
        if absent:
            return f"no run {' and no run '.join(absent)}"
        groups = [self.roles[role] for role in wanted]
        long = all(len(run.losses(name)[1]) >= 8 for group in groups for run in group)
        return groups if long else "logs too short"


def paired(one: AnyArray, two: AnyArray) -> Numbers:
    """Mean difference of two (K, n) figures, seed by seed and picture by picture."""
    seeds = min(len(one), len(two))
    return crossed(one[:seeds] - two[:seeds])


def _white_bin(spectrum: Spectrum | None) -> Claim:
    """Bin 511 has more pixels than twice the next bin."""
    if spectrum is None:
        return _claim("white", "no histogram")
    first, *others = (float(spectrum.histogram[i]) for i in (511, *spectrum.most(1).tolist()))
    after = others[0] if others else 0.0
    measured = (
        f"white has {100 * first:.1f} % of {spectrum.pictures:,} pictures, the next bin "
        f"{100 * after:.1f} %; by far means twice as many"
    )
    return _claim("white", measured, "nothing to train", HELD if first > 2 * after else NOT_HELD)


def claims_page(found: Sequence[Claim]) -> str:
    """The claims as a Markdown table."""
    counts = (f"{one} {sum(claim.verdict == one for claim in found)}" for one in VERDICTS)
    head = TEXTS["judged"].format(counts=", ".join(counts), least=f"{LEAST:,}")
    lines = [head, "| claim | section | measured | trained | verdict |", "|" + "---|" * 5]
    lines += [
        f"| {c.text} | {c.where} | {c.measured} | {c.trained} | **{c.verdict}** |" for c in found
    ]
    return "\n".join(lines) + "\n"
