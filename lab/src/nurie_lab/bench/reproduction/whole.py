"""The report once more: from runs and shards to paintings, scores, claims and figures."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nurie.spectrum import Spectrum
from nurie_lab.bench.likeness import Eye
from nurie_lab.bench.metrics.statistics import number, span
from nurie_lab.bench.reproduction.claims import TEXTS, Claim, claims, distances
from nurie_lab.bench.reproduction.diagrams import figure_networks, figure_tandem
from nurie_lab.bench.reproduction.figures import (
    figure_losses,
    figure_pictures,
    rows_of,
    rows_of_all,
)
from nurie_lab.bench.reproduction.paintings import (
    GUESSED,
    OURS,
    Painting,
    Tell,
    View,
    paint_all,
    paint_regions,
    validation,
    view,
)
from nurie_lab.bench.reproduction.scores import FRECHET, Scored, learning, score
from nurie_lab.bench.reproduction.trained import Trained, cast, techniques
from nurie_lab.bench.results import plain, surroundings

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from nurie.api import Colorizer

FIGURES = (
    "figure-3-networks",
    "figure-4-tandem",
    "figure-7-pictures",
    "figure-7b-all-runs",
    "figure-8-losses",
)
"""What is drawn here; figures 5 and 6 are those of ``nurie data histogram``."""

Follow = Callable[[Iterable[Painting], int], Iterator[Painting]]
"""Passes paintings on, of which there will be so many at most, with a bar that follows them."""


@dataclass(frozen=True, eq=False)
class Account:
    """All that was found."""

    runs: Sequence[Trained]
    pictures: int
    kept: bool
    """Whether the pictures were kept to validate."""
    spectrum: Spectrum
    paintings: list[Painting]
    views: list[View]
    """The pictures as the report's networks see them."""
    scores: list[Scored]
    claims: list[Claim]
    features: str
    """What the Fréchet distance was measured on; empty where it was not."""

    def roles(self, *, painting: bool = False) -> dict[str, list[Trained]]:
        """The runs by role; those with a painter only for pictures."""
        return cast(self.runs, painting=painting, ranks=distances(self.scores))


@dataclass(frozen=True)
class Judges:
    """What runs are compared with."""

    eye: Eye | None
    """Sees the Fréchet distance; None leaves it out."""
    colorizer: "Colorizer | None" = None
    """The packaged region model; None leaves its own paintings out."""


def judge(
    runs: Sequence[Trained],
    data: Path,
    count: int,
    *,
    judges: Judges,
    tell: Tell,
    follow: Follow = lambda paintings, _: iter(paintings),
) -> Account:
    """Let every run paint the same pictures, score them, and check the report's claims.

    At most ``count`` pictures of the shards judge; ``tell`` hears of what is missing.

    Raises:
        InputError: the data cannot be used.
    """
    records, kept = validation(data, count, tell)
    if not kept:
        tell(f"{data} keeps no pictures to validate; the last shard judges, which taught, too.")
    spectrum = next((run.spectrum for run in runs if run.spectrum), None) or _counted(data)
    most = sum(3 if run.hinted else 1 for run in runs if run.painter and run.paints)
    paintings = list(follow(paint_all(runs, records, spectrum, tell), most))
    networks = {run.name: run.network for run in runs}
    eye, colorizer = judges.eye, judges.colorizer
    scores = score(follow(paintings, len(paintings)), networks, eye)
    gans = cast(runs, painting=True, ranks=distances(scores)).get("GAN") or []
    views = _views(paintings, gans[0].name if gans else "") or [
        view(record, runs[0].settings, spectrum, i) for i, record in enumerate(records)
    ]
    if colorizer is not None:
        own = paint_regions(colorizer, views)
        scores += score(own, {}, eye)
        paintings += own
    found = claims(runs, scores, spectrum)
    seen = eye.title if eye else ""
    return Account(runs, len(records), kept, spectrum, paintings, views, scores, found, seen)


def _counted(data: Path) -> Spectrum:
    """The histogram of the data, where no run tells its own."""
    from nurie_lab.data.histogram import count_colors
    from nurie_lab.data.shards import pictures_of

    return count_colors(each.color for each in pictures_of(data, lambda *_: None))


def _views(paintings: list[Painting], gan: str) -> list[View]:
    """The pictures as the GAN sees them, else a run with guessed hints, else any with hints."""
    ranks = [(each.run != gan, GUESSED not in each.views[0].hints) for each in paintings]
    return paintings[ranks.index(min(ranks))].views if ranks else []


def drawings(account: Account, tell: Tell) -> dict[str, "tuple[Figure, str]"]:
    """Figures 3, 4, 7 and 8 with their captions; ``tell`` hears of what is missing, and why."""
    roles = account.roles()
    gan, hinter = roles.get("GAN", [None])[0], roles.get("hint predictor", [None])[0]
    found = {"figure-3-networks": _networks(gan, account.runs)}
    if gan is None:
        tell("Figure 4 is missing: no run is a GAN that paints by hints.")
    else:
        drawn = figure_tandem(hinter.settings if hinter else None, gan.settings)
        named = f"hint predictor: {hinter.network}; " if hinter else ""
        found["figure-4-tandem"] = drawn, f"The tandem; {named}colour predictor: {gan.network}."
    found["figure-7-pictures"] = _pictures(account, tell)
    networks = {run.name: run.network for run in account.runs}
    every = rows_of_all(networks, account.paintings, account.views)
    if len(every) > 2:
        found["figure-7b-all-runs"] = figure_pictures(every), "The same pictures by every network."
    losses, missing, caption = figure_losses(roles)
    if missing:
        tell(f"Figure 8 lacks {', '.join(missing)}: there is no such run with a log.")
    if losses is not None:
        losses.supxlabel(caption, fontsize=7.5, wrap=True)
        found["figure-8-losses"] = losses, f"Losses. {caption}"
    return found


def _networks(gan: Trained | None, runs: Sequence[Trained]) -> "tuple[Figure, str]":
    run = gan or next((r for r in runs if r.judge), runs[0])
    caption = f"Networks of {run.network}: channels in each map, its side below."
    return figure_networks(run.network, run.settings), caption


def _pictures(account: Account, tell: Tell) -> "tuple[Figure, str]":
    roles = account.roles(painting=True)
    rows, missing = rows_of(roles, account.paintings, account.views)
    if missing:
        tell(f"Figure 7 lacks {'; '.join(missing)}: there is no such run with an export.")
    used = [role for role in ("CNN", "GAN", "WGAN", "hint predictor") if role in roles]
    named = ", ".join(
        f"{role}: {roles[role][0].name} ({roles[role][0].steps:,} steps)" for role in used
    )
    guess = GUESSED if "hint predictor" in roles else "hints sampled from the histogram"
    origin = "shards kept to validate" if account.kept else "last shard"
    better = " Of the GANs the one nearer to the originals." if distances(account.scores) else ""
    caption = (
        f"Pictures of the {origin}, the first of each source, not chosen. Guesses are {guess}. "
        f"Runs: {named or 'none'}.{better}"
    )
    return figure_pictures(rows), caption


COLUMNS = {
    "colorfulness": "colourfulness ×",
    "PSNR": "PSNR dB",
    "SSIM": "SSIM",
    "white": "white",
    "sharpness": "sharpness ×",
    FRECHET: "Fréchet",
}
"""Figures of the table and their headings."""


def scorecard(account: Account, captions: dict[str, str], missing: Sequence[str]) -> dict[str, Any]:
    """All of it as JSON can hold it; ``missing`` is what was left out, a sentence each."""
    return {
        **surroundings(),
        "pictures": account.pictures,
        "kept_to_validate": account.kept,
        "features": account.features,
        "missing": list(missing),
        "figures": captions,
        "runs": [_run(run) for run in account.runs],
        "scores": [
            {"run": each.network, "hint": each.hint, **plain(each.table(), 6)}
            for each in account.scores
        ],
        "claims": [vars(claim) for claim in account.claims],
    }


def _run(run: Trained) -> dict[str, Any]:
    return {**plain(learning(run), 6), "settings": run.settings}


def scores_page(card: dict[str, Any], runs: Sequence[Trained], scores: Sequence[Scored]) -> str:
    """The scores as Markdown; the card is of :func:`scorecard`."""
    origin = (
        "of those kept to validate"
        if card["kept_to_validate"]
        else "of the last shard, which the runs may have learned from"
    )
    head = (
        f"Written by `nurie figures`. {card['date']} · {card['machine']} · commit "
        f"`{card['commit'] or 'unknown'}` · {card['pictures']} pictures {origin}.\n"
    )
    parts = [
        "# Scores\n",
        head,
        _paintings(scores) if scores else "No run was exported: no pictures were scored.\n",
        TEXTS["explained"].format(features=card["features"] or "none", ours=OURS),
        _learning(runs),
        _figures(card["figures"]),
        "## Missing\n",
        "\n".join(f"- {note}" for note in card["missing"]) or "Nothing.",
    ]
    return "\n".join(parts) + "\n"


def _paintings(scores: Sequence[Scored]) -> str:
    heads = ["network", "hint", *COLUMNS.values()]
    lines = ["| " + " | ".join(heads) + " |", "|" + "---|" * len(heads)]
    whites = {span(s.table()["white, originals"]) for s in scores}
    for each in scores:
        table = each.table()
        cells = [span(table[name]) if name in table else "—" for name in COLUMNS]
        lines.append("| " + " | ".join([each.network, each.hint, *cells]) + " |")
    return "\n".join([*lines, "", f"Originals: white {', '.join(sorted(whites))}.", ""])


def _figures(captions: dict[str, str]) -> str:
    found = sorted(captions.items())
    return "\n".join(["## Figures\n", *(f"![{n}]({n}.png)\n\n*{text}*\n" for n, text in found)])


def _learning(runs: Sequence[Trained]) -> str:
    """How the runs learned, and with which techniques."""
    heads = [
        "run", "objective", "noise", "techniques of [11]", "steps", "pictures shown",
        "judge's loss", "its spread", "generator's loss", "its rise",
    ]  # fmt: skip
    lines = ["## Learning\n", "| " + " | ".join(heads) + " |", "|" + "---|" * len(heads)]
    for run in runs:
        learnt = learning(run)
        cells = [run.name, run.settings["objective"], f"{run.settings['noise']:g}"]
        cells += [", ".join(techniques(run.settings)) or "—", f"{run.steps:,}", f"{run.shown:,}"]
        for name, after in ((run.judge, "spread"), ("generator", "rise")):
            cells.append(number(learnt[name]) if name in learnt else "—")
            numbers = learnt.get(f"{name}, {after}")
            cells.append(span(numbers) if numbers else "—")
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join([*lines, "", TEXTS["learned"]])
