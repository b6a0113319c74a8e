"""The scores as JSON for programs and Markdown for people."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import numpy as np

from nurie_lab.bench.provenance import commit, machine
from nurie_lab.bench.reproduction.paintings import OURS
from nurie_lab.bench.reproduction.scores import FEATURES, Scored, learning
from nurie_lab.bench.reproduction.trained import Trained, techniques
from nurie_lab.bench.reproduction.whole import Account
from nurie_lab.bench.spans import number, span

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
        "date": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "commit": commit(),
        "machine": machine(),
        "pictures": account.pictures,
        "kept_to_validate": account.kept,
        "features": FEATURES,
        "missing": list(missing),
        "figures": captions,
        "runs": [_run(run) for run in account.runs],
        "scores": [
            {"run": each.run, "hint": each.hint, **_plain(each.table())} for each in account.scores
        ],
        "claims": [vars(claim) for claim in account.claims],
    }


def _run(run: Trained) -> dict[str, Any]:
    return {**_plain(learning(run)), "settings": run.settings}


def _plain(told: dict[str, Any]) -> dict[str, Any]:
    """The same without numbers that are none."""

    def one(value: Any) -> Any:
        if isinstance(value, tuple):
            return [one(each) for each in value]
        if isinstance(value, float):
            return round(value, 6) if np.isfinite(value) else None
        return value

    return {name: one(value) for name, value in told.items()}


def scores_page(told: dict[str, Any], runs: Sequence[Trained], scores: Sequence[Scored]) -> str:
    """The scores as Markdown.

    Args:
        told: what :func:`scorecard` made.
        runs: in the order given.
        scores: a row each.
    """
    origin = (
        "of those kept to validate"
        if told["kept_to_validate"]
        else "of the last shard, which the runs may have learned from"
    )
    head = (
        f"Written by `nurie figures`. {told['date']} · {told['machine']} · commit "
        f"`{told['commit'] or 'unknown'}` · {told['pictures']} pictures {origin}.\n"
    )
    parts = [
        "# Scores\n",
        head,
        _paintings(scores) if scores else "No run was exported: no pictures were scored.\n",
        _EXPLAINED,
        _learning(runs),
        _figures(told["figures"]),
        "## Missing\n",
        "\n".join(f"- {note}" for note in told["missing"]) or "Nothing.",
    ]
    return "\n".join(parts) + "\n"


_EXPLAINED = f"""\
Means over pictures with 95 % intervals: bootstrap, for the Fréchet distance jackknife.
*×*: in parts of the originals'. *Colourfulness* is that of Hasler and Süsstrunk, *sharpness* the
variance of luma's gradient, *white* the share of pixels in bin 511. The *Fréchet distance* is that
of features ({FEATURES}) of red, green, blue and luma, no
Inception FID. With so few pictures it is too large, and only distances of one table can be
compared; dashes were not measured. A *true hint* is the original's blur, a *sampled* one comes from
the histogram alone, a *guessed* one from the hint predictor. {OURS}, which fills regions, is judged
without its lines, as originals have none. Each run paints at its own size.
"""


_LEARNED = """\
*Spread*: standard deviation of the discriminator's or critic's loss over the last half of the run;
*rise*: the generator's loss in the last quarter less that in the second. Intervals: bootstrap over
tenths of the stretch.
"""


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
        told = learning(run)
        cells = [run.name, run.settings["objective"], f"{run.settings['noise']:g}"]
        cells += [", ".join(techniques(run.settings)) or "—", f"{run.steps:,}", f"{run.shown:,}"]
        for name, after in ((run.judge, "spread"), ("generator", "rise")):
            cells.append(number(told[name]) if name in told else "—")
            numbers = told.get(f"{name}, {after}")
            cells.append(span(numbers) if numbers else "—")
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join([*lines, "", _LEARNED])
