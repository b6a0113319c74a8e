"""The report once more: from runs and shards to paintings, scores, claims and figures."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nurie.spectrum import Spectrum
from nurie_lab.bench.metrics.statistics import number, span
from nurie_lab.bench.reproduction.claims import TEXTS, Claim, claims
from nurie_lab.bench.reproduction.diagrams import figure_networks, figure_tandem, tandem_of
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
from nurie_lab.bench.reproduction.scores import FEATURES, Encode, Scored, learning, score
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


@dataclass(frozen=True)
class Judges:
    """The packaged region model: what it paints, and the features that it sees."""

    encode: Encode
    side: int
    """Pixels a side that ``encode`` takes."""
    colorizer: "Colorizer | None" = None
    """None leaves its own paintings out."""


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

    Args:
        runs: at least one.
        data: shards.
        count: the most pictures.
        judges: the packaged model.
        tell: hears of what is missing.
        follow: shows how far it is.

    Raises:
        InputError: the data cannot be used.
    """
    records, kept = validation(data, count, tell)
    if not kept:
        tell(f"{data} keeps no pictures to validate; the last shard judges, which taught, too.")
    spectrum = next((run.spectrum for run in runs if run.spectrum), None) or _counted(data)
    most = sum(3 if run.hinted else 1 for run in runs if run.painter and run.paints)
    paintings = list(follow(paint_all(runs, records, spectrum, tell), most))
    views = _views(runs, paintings) or [
        view(record, runs[0].settings, spectrum, i) for i, record in enumerate(records)
    ]
    if judges.colorizer is not None:
        paintings += paint_regions(judges.colorizer, views)
    scores = score(follow(paintings, len(paintings)), judges.encode, judges.side)
    found = claims(runs, scores, spectrum)
    return Account(runs, len(records), kept, spectrum, paintings, views, scores, found)


def _counted(data: Path) -> Spectrum:
    """The histogram of the data, where no run tells its own."""
    from nurie_lab.data.histogram import count_colors
    from nurie_lab.data.shards import pictures_of

    return count_colors(each.color for each in pictures_of(data, lambda *_: None))


def _views(runs: Sequence[Trained], paintings: list[Painting]) -> list[View]:
    """The pictures as the GAN sees them, else a run with guessed hints, else any with hints."""
    gan = cast(runs, painting=True).get("GAN")
    ranked = sorted(
        paintings,
        key=lambda each: (
            gan is None or each.run != gan.name,
            GUESSED not in each.views[0].hints,
        ),
    )
    return ranked[0].views if ranked else []


def drawings(account: Account, tell: Tell) -> dict[str, "tuple[Figure, str]"]:
    """Figures 3, 4, 7 and 8 with their captions; what cannot be drawn is reported.

    Args:
        account: from :func:`judge`.
        tell: hears of figures and rows that are missing, and why.
    """
    found = {"figure-3-networks": _networks(account.runs)}
    painters = [r for r in account.runs if r.paints and r.hinted]
    hinter = cast(account.runs).get("hint predictor")
    painter = tandem_of([run.settings for run in painters if run.judge])
    if painter is None:
        tell("Figure 4 is missing: no run is a GAN that paints by hints.")
    else:
        own = next(run for run in painters if run.settings is painter)
        drawn = figure_tandem(hinter.settings if hinter else None, painter)
        named = f"hint predictor: {hinter.name}; " if hinter else ""
        found["figure-4-tandem"] = drawn, f"The tandem; {named}colour predictor: {own.name}."
    found["figure-7-pictures"] = _pictures(account, tell)
    every = rows_of_all(account.paintings, account.views)
    if len(every) > 2:
        found["figure-7b-all-runs"] = figure_pictures(every), "The same pictures by every run."
    losses, missing, caption = figure_losses(account.runs)
    if missing:
        tell(f"Figure 8 lacks {', '.join(missing)}: there is no such run with a log.")
    if losses is not None:
        losses.supxlabel(caption, fontsize=7.5, wrap=True)
        found["figure-8-losses"] = losses, f"Losses. {caption}"
    return found


def _networks(runs: Sequence[Trained]) -> "tuple[Figure, str]":
    run = cast(runs).get("GAN") or next((r for r in runs if r.judge), runs[0])
    caption = f"Networks of {run.name}: channels in each map, its side below."
    return figure_networks(run.name, run.settings), caption


def _pictures(account: Account, tell: Tell) -> "tuple[Figure, str]":
    rows, missing = rows_of(account.runs, account.paintings, account.views)
    if missing:
        tell(f"Figure 7 lacks {'; '.join(missing)}: there is no such run with an export.")
    names = cast(account.runs, painting=True)
    used = {
        role: names[role].name for role in ("CNN", "GAN", "WGAN", "hint predictor") if role in names
    }
    named = ", ".join(f"{role}: {name}" for role, name in used.items())
    guess = GUESSED if "hint predictor" in names else "hints sampled from the histogram"
    origin = "shards kept to validate" if account.kept else "last shard"
    caption = f"Pictures of the {origin}. Guesses are {guess}. Runs: {named or 'none'}."
    return figure_pictures(rows), caption


COLUMNS = {
    "colorfulness": "colourfulness ×",
    "PSNR": "PSNR dB",
    "SSIM": "SSIM",
    "white": "white",
    "sharpness": "sharpness ×",
    "Fréchet": "Fréchet",
}
"""Figures of the table and their headings."""


def scorecard(account: Account, captions: dict[str, str], missing: Sequence[str]) -> dict[str, Any]:
    """All of it as JSON can hold it.

    Args:
        account: what was found.
        captions: of the figures by name.
        missing: what was left out, a sentence each.
    """
    return {
        **surroundings(),
        "pictures": account.pictures,
        "kept_to_validate": account.kept,
        "features": FEATURES,
        "missing": list(missing),
        "figures": captions,
        "runs": [_run(run) for run in account.runs],
        "scores": [
            {"run": each.run, "hint": each.hint, **plain(each.table(), 6)}
            for each in account.scores
        ],
        "claims": [vars(claim) for claim in account.claims],
    }


def _run(run: Trained) -> dict[str, Any]:
    return {**plain(learning(run), 6), "settings": run.settings}


def scores_page(card: dict[str, Any], runs: Sequence[Trained], scores: Sequence[Scored]) -> str:
    """The scores as Markdown.

    Args:
        card: what :func:`scorecard` made.
        runs: in the order given.
        scores: a row each.
    """
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
        TEXTS["explained"].format(features=FEATURES, ours=OURS),
        _learning(runs),
        _figures(card["figures"]),
        "## Missing\n",
        "\n".join(f"- {note}" for note in card["missing"]) or "Nothing.",
    ]
    return "\n".join(parts) + "\n"


def _paintings(scores: Sequence[Scored]) -> str:
    heads = ["run", "hint", *COLUMNS.values()]
    lines = ["| " + " | ".join(heads) + " |", "|" + "---|" * len(heads)]
    whites = {span(s.mean("white", true=True)) for s in scores}
    for each in scores:
        table = each.table()
        cells = [span(table[name]) if name in table else "—" for name in COLUMNS]
        lines.append("| " + " | ".join([each.run, each.hint, *cells]) + " |")
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
