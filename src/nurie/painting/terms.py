"""What a colouring is sampled from: the request, the sampler's numbers, and its terms.

A term is a function ``(state, request) -> logits`` that is added to what the model predicts, so it
can be left out and measured. To add one, write the function
and enter it in ``PRIORS``, ``IDEA_TERMS`` or ``ROUND_TERMS``, by when it counts.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeAlias

import numpy as np

from nurie.arrays import AnyArray, Floats, Histogram, Ints, Mask, Rgb8
from nurie.colors import WHITE_BIN, srgb_to_lab
from nurie.document import Palette
from nurie.guidance.palette import around, favour_light


@dataclass(frozen=True)
class Constants:
    """Every number of the sampler that was set by hand; none of them is learnt."""

    # The sampler.
    rounds: int = 4
    """Rounds of choosing; in each the surest regions are fixed, and count as used for the rest."""
    context: int = 320
    """Regions that are coloured together; smaller ones follow in groups that see these."""
    size_weight: float = 0.25
    """Power of a region's area by which large regions are fixed before small ones as sure."""
    temperature: float = 0.25
    """Temperature of the first answer where a palette or a seed is given; else it is the safest."""
    variation_temperature: float = 0.6  # Temperature of the second answer
    variation_span: float = 48.0  # Answers over which it would rise by 1
    variation_most: float = 0.5  # The most that it rises
    unlikely: float = 0.05
    """Share of the likeliest chance below which nothing is sampled (a form of nucleus sampling)."""
    neighbourhood: float = 0.7
    """Width, in parts of ``guidance.palette.NEAR``, in which the likeliest bin is looked for."""
    shift_most: float = 12.0
    """Lab units by which a colour leaves its bin's mean at most: about half a bin."""

    # Whole colourings, where the model knows parts.
    candidates: int = 8
    """Colourings of which the critic keeps the best, where there is one."""
    candidate_rounds: tuple[int, ...] = (1, 3, 6, 12)
    """Regions that each round samples; one more round takes the rest."""
    candidate_regions: int = 40
    """Largest regions that are sampled; smaller ones are chosen under these."""
    candidate_temperature: float = 0.6  # Temperature at which they are sampled
    own_calm: float = 0.6
    """Share of that which regions lose that show what has a colour of its own: sky, leaves."""
    white_least: float = 0.3
    """Chance below which no region is sampled white, which looks forgotten: on held-out drawings 62
    of 100 such regions are truly white, 32 at 0.1."""
    tone_least: float = 0.02  # Share that every tone of skin has, whatever is predicted
    tone_share: float = 1.0  # Share of what is likely to be skin that takes the tone
    tone_sure: float = 0.3  # Chance of skin from which on a region takes its tone to the letter
    tone_own: float = 0.9
    """Share of its chance that the skin's tone loses where there is none: on held-out drawings 6 %
    of other regions come near it, as many as should; 9 % without."""
    backdrop: float = 0.2
    """Chance of being paper below which a region around a drawing is a backdrop. Of 677 such
    regions of named training drawings this finds three in four skies, walls and grounds, and takes
    one in fifty papers for one."""
    backdrop_least: float = 0.15
    """Share of the drawing that a backdrop holds at least: small corners look like skies, too."""

    # Terms that count from the beginning.
    dark_lightness: float = 22.0  # Lab lightness below which a fill swallows black lines
    hidden_penalty: float = 3.0
    """How much less likely fills are made on which lines do not show, in logits."""
    line_margin: float = 12.0
    """How much lighter fills are than coloured lines, which lie opaque over them, in L*."""
    line_dark: float = 45.0  # L* of fills that show the palest lines
    line_light: float = 28.0  # How much darker than light lines fills are at least, in L*
    border_white: float = 1.0
    """How much more likely white is at the picture's border, in logits."""
    histogram_most: float = 7.0  # The most that a histogram adds or takes, in logits
    histogram_floor: float = 1e-3
    """Share that even an empty bin has, so that its logarithm is bounded."""
    entry_light: float = 6.0
    """Difference in L* at which an entry of a palette becomes less likely under a gray picture."""
    entry_floor: float = 1e-4
    """Chance of an entry that nothing predicts, where the gray picture leaves no other."""

    # Ideas: what a sampled answer begins with.
    ideas: int = 4
    """So many regions at most, the largest that want a colour; the rest takes what is safest beside
    them."""
    idea_share: float = 0.7
    """Share of all that wants a colour that is enough for the ideas to hold."""
    trust: float = 0.5
    """How far the others believe the ideas, against the prediction without them: 1 makes a drawing
    of one hue, 0 lets the regions ignore each other."""
    white_idea: float = 2.0  # How much less likely an idea is white, in logits
    gray_idea: float = 1.0  # How much less likely an idea is gray, in logits
    gray_chroma: float = 10.0  # Chroma at which that is 1 / e of it

    # The term of each round.
    flood_share: float = 0.3
    """Share of the coloured area from which on a colour floods the drawing."""
    flood_penalty: float = 6.0  # Taken from its logits, times the excess
    flood_regions: int = 10
    """Least number of regions of a drawing that can be flooded: an apple may be all red."""
    flood_width: float = 12.0
    """Standard deviation in Lab in which a colour counts as the one that floods."""

    # Kin.
    kin_follow: float = 0.0
    """Logit of being kin from which on a region takes the colour of its elder."""
    kin_parts: float = 8.0
    """Logit of being kin that two regions surely of one part have, where it takes one colour."""
    kin_skin: float = 3.0
    """Weight of the logarithm of how far two regions agree in whether they show skin."""
    kin_open: float = 2.5
    """Logit of being kin that two regions have that meet far and wide where no line is: 64 % of
    such pairs in named drawings have one colour, 19 % of those that a line parts."""
    kin_faint: float = 0.15
    """Chance of being kin below which regions do not share their predictions."""
    kin_unit: tuple[float, ...] = (0.06, 0.08, 0.08, 0.12, 0.12)
    """Differences in log area / 4, spreads, extent and roundness that the eye begins to see."""

    thing_parts: float = 6.7
    """Logit of being one thing that two regions have whose parts are equally likely; this, the next
    two are a logistic regression on pairs of regions of named drawings."""
    thing_kin: float = 0.2  # Weight of the logit of being kin beside it, which counts up to ±4
    thing_apart: float = 5.4  # Logit taken from every pair: most are two things
    thing_figures: float = 4.0  # Logit taken from two regions of two figures

    # Parts and figures.
    part_least: float = 0.02
    """Chance of a part that the likeliest region must have: of parts that a drawing has 20 % are
    below it, of those that it has not 76 %."""
    part_alike: float = 1.2
    """Weight of the logarithm of a region's chance beside the likeliest region's, where words look
    for a part; these weights are a logistic regression on drawings held out of the training."""
    part_top: float = 0.15  # Weight of the logarithm of the likeliest region's chance
    part_wide: float = 0.4
    """Weight of the logarithm of the share of the drawing that is likelier still."""
    part_enough: float = 0.25  # Where their sum must lie
    part_other: float = 0.05
    """Chance beside that of the likeliest other part below which a region surely is that one."""
    part_sure: float = 0.5
    """Chance of a part from which on a layer has its name: 37 in 100 regions of held-out drawings
    have one, 70 % of them rightly."""
    figure_least: float = 0.5
    """Chance of skin, hair and clothes together from which on a region belongs to a figure."""
    head_least: float = 0.15
    """Chance of hair from which on a region may be the head of a figure of its own."""
    heads_apart: float = 0.4  # Half frames between the heads of two figures that touch
    figure_crumb: float = 0.1
    """Share of the largest figure's area below which a piece is none."""

    # References.
    new: float = -1.0
    """Logit of "not in the references": what a region far away and little alike has."""
    apart: float = 0.25
    """Distance, in half frames, at which a region of the reference is less likely by exp(-1/2)."""
    unlike: tuple[float, ...] = (0.56, 0.36, 0.36, 0.56, 0.56)
    """Differences in log area, both spreads, extent and roundness that count as much."""
    looks: float = 15.0  # Logit of two regions with the same encoder features
    touch: float = 5.0
    """Logit of two regions all of whose outlines touch what is surely the same."""
    reference_same: float = 3.0
    """ΔE2000 below which two colours of references are one entry: gradients, not identities."""

    # Composing.
    same: float = 7.0  # ΔE2000 below which two colours become one palette entry
    same_light: float = 2.0
    """The same under a gray picture, whose tones must stay apart."""
    distinct: float = 6.0
    """Mean ΔE2000 over the coloured area that two variations differ by at least."""
    pool: int = 2  # Colourings to choose from for each one that is wanted
    tries: int = 16
    """Colourings that are sampled for each one that is wanted, at most."""
    patience: int = 8
    """Answers after which the critic chooses among half as many, and again: in a drawing of a few
    regions its choice is always the same."""
    variety: float = 0.02
    """What a ΔE2000 of distance from the answers before it is worth, in mean log confidence: an
    answer as different as red from orange may be half as likely."""


CONSTANTS = Constants()
"""What nurie colours with."""


@dataclass(frozen=True, eq=False)
class Matches:
    """What references hold of a drawing's n regions."""

    colors: Rgb8  # (n, 3) uint8 colour of the likeliest match
    chance: Floats  # (n,) float32 that this colour is right
    known: Mask  # (n,) bool: likelier somewhere in the references than new
    palette: Palette  # All colours of the references, the largest first


@dataclass(frozen=True, eq=False)
class Named:
    """What the n regions of a drawing show."""

    names: tuple[str, ...]  # The vocabulary
    chance: Floats  # (n, p) of each part; rows sum to 1
    figure: Ints
    """(n,) int32 the figure that a region belongs to, counted from the left from 1; 0 none."""

    def share(self, parts: Iterable[str]) -> Floats:
        """(n,) chance that each region shows one of some parts."""
        return np.asarray(self.chance[:, np.isin(self.names, list(parts))].sum(axis=1))

    def name(self, region: int) -> str:
        """The likeliest part of a region, as people say it."""
        return self.names[int(self.chance[region].argmax())].replace("_", " ")


@dataclass(frozen=True, eq=False)
class Request:
    """What is fixed before the model predicts, and how freely it may choose."""

    fixed: Mask  # (n,) bool: regions whose colour is given
    colors: Rgb8
    """(n, 3) uint8 their colours; white for regions that must stay paper."""
    bin_colors: Rgb8  # (512, 3) uint8 mean colour of each bin
    palette: Palette | None = None  # Colours to choose from; any when None
    entries: int = 12  # Palette tokens of the model
    tilt: Floats | None = None  # (512,) added to the logits; see ``tilted``
    temperature: float = 0.6
    """0 takes the safest colour (``guidance.palette.safest``), 1 samples as the model predicts."""
    light: Floats | None = None
    """(n,) L* of each region, NaN where any will do; any everywhere when None. Entries of a palette
    come as near to it as they can."""
    constants: Constants = field(default=CONSTANTS, repr=False)  # The sampler's numbers
    seen: tuple[float, float] = (CONSTANTS.dark_lightness, 100.0)
    """L* of fills on which the drawing's lines show: black ones, unless it is said."""

    def of(self, rows: AnyArray) -> "Request":
        """The same for some regions."""
        light = None if self.light is None else self.light[rows]
        return replace(self, fixed=self.fixed[rows], colors=self.colors[rows], light=light)


@dataclass(frozen=True, eq=False)
class Choice:
    """One colouring."""

    colors: Rgb8  # (n, 3) uint8
    paper: Mask  # (n,) bool: the model left it white
    confidence: Floats
    """(n,) float32 in [0, 1]: chance that the model gave to the colour and its neighbours."""

    def of(self, rows: AnyArray) -> "Choice":
        """A copy of some regions."""
        return Choice(self.colors[rows], self.paper[rows], self.confidence[rows])

    def laid(self, given: Mask, colors: Rgb8, paper: Mask, chance: Floats) -> "Choice":
        """The same with another choice over it where that is given."""
        return Choice(
            np.where(given[:, None], colors, self.colors),
            np.where(given, paper, self.paper),
            np.where(given, chance, self.confidence),
        )


@dataclass(frozen=True, eq=False)
class State:
    """How far the sampler has come with n regions; ``choice`` and ``unknown`` change in place."""

    area: Floats  # (n,) pixels
    outer: Mask  # (n,) bool: the region touches the picture's border
    choice: Choice  # of the regions that are known
    unknown: Mask  # (n,) bool: the region has no colour yet


Term: TypeAlias = Callable[[State, Request], AnyArray]
"""Logits (n, 512) or (512,) that are added to the prediction."""


def hidden_lines(_: State, request: Request) -> AnyArray:
    """Fills that swallow the lines are for regions where the model is sure of them."""
    light = srgb_to_lab(request.bin_colors)[:, 0]
    hidden = (light < request.seen[0]) | (light > request.seen[1])
    return np.where(hidden, -request.constants.hidden_penalty, 0.0)


def white_at_border(state: State, request: Request) -> AnyArray:
    """A region at the picture's border is rather left white than one inside the drawing."""
    white = np.zeros((len(state.outer), len(request.bin_colors)))
    white[state.outer, WHITE_BIN] = request.constants.border_white
    return white


def wanted_histogram(_: State, request: Request) -> AnyArray:
    """The histogram that is requested, in place of the training's."""
    return np.zeros(1) if request.tilt is None else request.tilt


def wanted_lightness(_: State, request: Request) -> AnyArray:
    """The lightness that a gray picture gives."""
    if request.light is None:
        return np.zeros(1)
    return favour_light(request.bin_colors, request.light)


def bold_ideas(_: State, request: Request) -> AnyArray:
    """Ideas are neither white nor gray: what follows them is dull enough by itself."""
    c = request.constants
    chroma = np.hypot(*srgb_to_lab(request.bin_colors).T[1:])
    dull: Floats = c.gray_idea * np.exp(-np.square(chroma / c.gray_chroma)).astype(np.float32)
    dull[WHITE_BIN] = c.white_idea
    return -dull


def no_flood(state: State, request: Request) -> AnyArray:
    """A colour that floods the drawing so far becomes less likely, and so do those like it."""
    c, choice = request.constants, state.choice
    area = state.area * ~state.unknown * ~choice.paper
    total = float(area.sum())
    if len(area) < c.flood_regions or not total:
        return np.zeros(len(request.bin_colors), np.float32)
    used, inverse = np.unique(choice.colors[area > 0], axis=0, return_inverse=True)
    share = np.bincount(inverse.reshape(-1), area[area > 0]) / total
    gap = srgb_to_lab(request.bin_colors)[:, None] - srgb_to_lab(used)[None]
    near = np.exp(-0.5 * (np.linalg.norm(gap, axis=2) / c.flood_width) ** 2)
    excess: Floats = np.maximum(near @ share - c.flood_share, 0).astype(np.float32)
    return -c.flood_penalty * excess


PRIORS: Mapping[str, Term] = {
    "dark": hidden_lines,
    "border": white_at_border,
    "histogram": wanted_histogram,
    "lightness": wanted_lightness,
}
"""Terms that count for all regions from the beginning."""

IDEA_TERMS: Mapping[str, Term] = {"bold": bold_ideas}
"""Terms of the ideas with which a sampled answer begins."""

ROUND_TERMS: Mapping[str, Term] = {"flood": no_flood}
"""Terms that look at what was chosen so far, anew in each round."""


def total(terms: Mapping[str, Term], state: State, request: Request) -> Floats:
    """The sum of some terms, float32, (n, 512) or (512,)."""
    # In double precision, so that the order of the terms does not change a byte.
    logits = sum((term(state, request) for term in terms.values()), np.zeros(1))
    return np.asarray(logits, np.float32)


def tilted(
    histogram: Histogram, prior: Floats, bin_colors: Rgb8, constants: Constants = CONSTANTS
) -> Floats:
    """What makes a model trained under one P(c) sample under another, by Bayes' rule.

    log of the ratio of both, each weighed over the neighbourhood of a bin so that an empty bin
    beside a full one is not forbidden. Paper stays as likely as it is.

    (512,) shares each; (512,) float32 in [-7, 7], 0 for white.

    >>> from nurie.colors import bin_centers
    >>> even = np.full(512, 1 / 512, np.float32)
    >>> float(np.abs(tilted(even, even, bin_centers())).max())
    0.0
    """
    both = np.stack([histogram, prior]).astype(np.float32)
    both[:, WHITE_BIN] = 0
    both = around(both / both.sum(axis=1, keepdims=True), srgb_to_lab(bin_colors))
    both = both + constants.histogram_floor
    tilt: Floats = np.log(both[0] / both[1])
    tilt[WHITE_BIN] = 0
    return np.clip(tilt, -constants.histogram_most, constants.histogram_most)


def known_colors(colors: Rgb8, known: Mask) -> Floats:
    """Colours as the model reads them: (n, 4) float32, Lab / 100 and 1 where known, else zeros."""
    values = np.concatenate([srgb_to_lab(colors) / 100, np.ones((len(colors), 1))], 1)
    return (values * known[:, None]).astype(np.float32)


def softmax(logits: Floats) -> Floats:
    """Rows of logits as distributions.

    >>> softmax(np.zeros((1, 2), np.float32)).tolist()
    [[0.5, 0.5]]
    """
    shifted = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(shifted / shifted.sum(axis=1, keepdims=True))
