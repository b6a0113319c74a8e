"""What the report claims, beside what was measured: held, not held, or not measured.

A claim holds when the number it speaks of has the right sign, and its whole 95 % interval too.
"""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from nurie.spectrum import Spectrum
from nurie_lab.bench.metrics.statistics import Numbers, interval, span, within
from nurie_lab.bench.reproduction.paintings import GUESSED, NONE, SAMPLED, TRUE
from nurie_lab.bench.reproduction.scores import Scored, apart, climb, spread
from nurie_lab.bench.reproduction.trained import NEEDED, Trained, cast

TEXTS = tomllib.loads(Path(__file__).with_name("report.toml").read_text("utf-8"))
"""What the report claims, and what the page says of the scores."""

HELD, NOT_HELD, NOT_MEASURED = "held", "not held", "not measured"


@dataclass(frozen=True)
class Claim:
    """One sentence of the report and what became of it."""

    text: str
    where: str
    """Section of the report."""
    measured: str
    """What was compared, with its numbers; what is missing where nothing was."""
    verdict: str


def _claim(name: str, measured: str, verdict: str = NOT_MEASURED) -> Claim:
    return Claim(**TEXTS["claims"][name], measured=measured, verdict=verdict)


def claims(
    runs: Sequence[Trained], scores: Sequence[Scored], spectrum: Spectrum | None
) -> list[Claim]:
    """All claims, judged by these runs.

    Args:
        runs: in the order given.
        scores: of what they painted.
        spectrum: the data's histogram; None where there is none.
    """
    roles = cast(runs)
    paintings = {(each.run, each.hint): each for each in scores}
    painted = Painted({role: run.name for role, run in roles.items()}, paintings)
    return [
        _white_bin(spectrum),
        _mostly_white(painted),
        painted.less("colorfulness", "CNN", "GAN", "saturation", TRUE),
        _nearer(painted),
        _steadier(roles),
        _growing(roles),
        painted.less("colorfulness", "WGAN", "GAN", "bright"),
        painted.less("sharpness", "WGAN", "GAN", "soft"),
        _claim("realistic", "a matter of taste: people must vote"),
    ]


@dataclass(frozen=True)
class Painted:
    """Scores by role."""

    names: dict[str, str]
    scores: dict[tuple[str, str], Scored]

    def pair(self, one: str, two: str, *hints: str) -> tuple[Scored, Scored] | None:
        """Two roles under the first kind of hint that both have."""
        for hint in hints:
            found = [self.scores.get((self.names.get(role, ""), hint)) for role in (one, two)]
            if found[0] is not None and found[1] is not None:
                return found[0], found[1]
        return None

    def less(self, figure: str, one: str, two: str, name: str, *hints: str) -> Claim:
        """One role's figure is below another's, picture by picture; hints as named, or guessed."""
        pair = self.pair(one, two, *(hints or (GUESSED, SAMPLED, TRUE)))
        if pair is None:
            return _claim(name, self.lacking(one, two))
        a, b = pair
        difference = apart(b.each[figure], a.each[figure])
        word = {"colorfulness": "colourfulness"}.get(figure, figure)
        measured = (
            f"{word} with {a.hint}: {a.run} {span(a.mean(figure))}, "
            f"{b.run} {span(b.mean(figure))}, "
            f"originals {span(a.mean(figure, true=True))}; the second is ahead by "
            f"{span(difference)}"
        )
        return _claim(name, measured, _sign(difference))

    def lacking(self, *roles: str) -> str:
        """Which pictures there are none of."""
        absent = [
            role
            for role in roles
            if not any(name == self.names.get(role) for name, _ in self.scores)
        ]
        return f"no pictures of {' and '.join(absent)}" if absent else "no hint that both had"


def _sign(numbers: Numbers) -> str:
    """Held when even the lower end is above nought."""
    return HELD if numbers[1] > 0 else NOT_HELD


def _nearer(painted: Painted) -> Claim:
    """The distance of colourfulness to the original's is smaller for the GAN than for the CNN."""
    pair = painted.pair("GAN", "CNN", TRUE)
    if pair is None:
        return _claim("colorful", painted.lacking("GAN", "CNN"))
    gan, cnn = pair
    far = [np.abs(s.each["colorfulness"] - s.true["colorfulness"]) for s in (gan, cnn)]
    nearer, rng = apart(far[1], far[0]), np.random.default_rng(0)
    means = [interval(each, rng) for each in far]
    measured = (
        f"distance of colourfulness to the original's with {TRUE}: {gan.run} {span(means[0])}, "
        f"{cnn.run} {span(means[1])}; the first is nearer by {span(nearer)}"
    )
    return _claim("colorful", measured, _sign(nearer))


def _mostly_white(painted: Painted) -> Claim:
    """More than half is white, and more than is white in the originals."""
    found = painted.pair("multimodal", "multimodal", NONE, TRUE)
    if found is None:
        return _claim("mostly", painted.lacking("multimodal"))
    one = found[0]
    more = apart(one.each["white"], one.true["white"])
    mean = one.mean("white")
    measured = (
        f"share of white: {one.run} {span(mean)}, originals {span(one.mean('white', true=True))}; "
        f"more by {span(more)}; mostly means above 0.5 and above the originals'"
    )
    return _claim("mostly", measured, HELD if mean[1] > 0.5 and more[1] > 0 else NOT_HELD)


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
    return _claim("white", measured, HELD if first > 2 * after else NOT_HELD)


_NOISE = ("GAN without noise", "GAN with noise")


def _logged(roles: dict[str, Trained], name: str, *wanted: str) -> list[Trained] | str:
    """The runs of these roles, or what is missing."""
    found = [roles[role] for role in wanted if role in roles]
    long = [run for run in found if len(run.losses(name)[1]) >= 8]
    if len(long) == len(wanted):
        return long
    absent = [role for role in wanted if role not in roles]
    return f"no run {' and no run '.join(absent)}" if absent else "logs too short"


def _steadier(roles: dict[str, Trained]) -> Claim:
    """The discriminator's loss spreads less over the last half of the run."""
    runs = _logged(roles, "discriminator", *_NOISE)
    if isinstance(runs, str):
        return _claim("steady", runs)
    (bare, draws), (noisy, others) = (spread(run.losses("discriminator")[1]) for run in runs)
    size = min(len(draws), len(others))
    less = within(bare - noisy, draws[:size] - others[:size])
    measured = (
        f"standard deviation of the discriminator's loss, last half of the run: {runs[0].name} "
        f"{span(within(bare, draws))}, {runs[1].name} {span(within(noisy, others))}; less by "
        f"{span(less)}{_unlike(*runs)}"
    )
    return _claim("steady", measured, _sign(less))


def _unlike(one: Trained, two: Trained) -> str:
    """In what two runs differ beside the noise: then the noise is not all that is compared."""
    names = [
        name for name in NEEDED if name != "noise" and one.settings[name] != two.settings[name]
    ]
    return f"; the runs differ in {', '.join(names)}, too" if names else ""


def _growing(roles: dict[str, Trained]) -> Claim:
    """The generator's loss is higher in the last quarter than in the second."""
    runs = _logged(roles, "generator", _NOISE[0])
    if isinstance(runs, str):
        return _claim("growing", runs)
    rise = within(*climb(runs[0].losses("generator")[1]))
    measured = f"last quarter of the run less the second: {runs[0].name} {span(rise)}"
    noisy = _logged(roles, "generator", _NOISE[1])
    if not isinstance(noisy, str):
        measured += f"; {noisy[0].name} {span(within(*climb(noisy[0].losses('generator')[1])))}"
    return _claim("growing", measured, _sign(rise))


def claims_page(found: Sequence[Claim]) -> str:
    """The claims as a Markdown table."""
    counts = ", ".join(
        f"{verdict} {sum(claim.verdict == verdict for claim in found)}"
        for verdict in (HELD, NOT_HELD, NOT_MEASURED)
    )
    intro = (
        "Written by `nurie figures`. A claim is *held* when its number and the whole 95 % interval "
        f"are on its side. In all: {counts}.\n"
    )
    title = "# What the report claims, and what was measured\n"
    lines = [title, intro, "| claim | section | measured | verdict |", "|" + "---|" * 4]
    lines += [f"| {c.text} | {c.where} | {c.measured} | **{c.verdict}** |" for c in found]
    return "\n".join(lines) + "\n"
