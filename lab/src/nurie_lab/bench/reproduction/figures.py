"""Figures 7 and 8: what the networks paint, and how their losses went; and all figures as files."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from nurie.arrays import AnyArray, Rgb8
from nurie_lab.bench.reproduction.paintings import (
    DOTS,
    GUESSED,
    NONE,
    OURS,
    SAMPLED,
    TRUE,
    Painting,
    View,
    inked,
)
from nurie_lab.bench.reproduction.trained import Trained

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

AVERAGED = 1000
"""Steps that a point of figure 8 averages, as in the report; shorter runs have no such points."""

SHOWN = 6
"""Pictures of figure 7."""

_INK, _LINE, _RAW = "#222222", "#1f5a99", ("#9fc0df", "#e3b78f", "#a9cfa4")


@dataclass(frozen=True, eq=False)
class Row:
    """One row of figure 7."""

    label: str
    pictures: list[AnyArray]


def rows_of(
    roles: dict[str, list[Trained]], paintings: Sequence[Painting], views: list[View]
) -> tuple[list[Row], list[str]]:
    """The rows of figure 7, of the first run of each role; those that there are no pictures for."""
    rows = [
        Row("original", [view.color for view in views]),
        Row("line art", [view.line for view in views]),
    ]
    guess = GUESSED if any(GUESSED in view.hints for view in views) else SAMPLED
    for kind, label in ((guess, guess), (TRUE, "hint: original,\npatched, blurred")):
        rows.append(Row(label, [view.hints[kind] for view in views]))
    found = {(each.run, each.hint): each for each in paintings}
    names = {role: group[0].name for role, group in roles.items()}
    missing = []
    for role, hint in (("CNN", TRUE), ("GAN", TRUE), ("GAN", guess), ("WGAN", guess)):
        label = role if hint == TRUE else f"{role},\n{hint}"
        painting = found.get((names.get(role, ""), hint))
        if painting is None:
            missing.append(label.replace("\n", " "))
        else:
            rows.append(Row(label, list(painting.pictures)))
    for hint, label in ((NONE, "automatic"), (f"{DOTS} dots", f"{DOTS} dots of\nhints")):
        painting = found.get((OURS, hint))
        if painting is not None:
            rows.append(Row(f"nurie,\n{label}", list(inked(painting))))
    return rows, missing


def rows_of_all(
    networks: dict[str, str], paintings: Sequence[Painting], views: list[View]
) -> list[Row]:
    """A row for every network, with the true hint where it sees one: figure 7 beyond the report.

    ``networks`` names that of each run, of which the first is shown.
    """
    rows = [
        Row("original", [view.color for view in views]),
        Row("line art", [view.line for view in views]),
    ]
    first = {network: run for run, network in reversed(networks.items())}
    shown = [each for each in paintings if each.hint in (TRUE, NONE) and each.run in first.values()]
    return rows + [
        Row(f"{networks[each.run]},\n{each.hint}", list(each.pictures)) for each in shown
    ]


def figure_pictures(rows: Sequence[Row]) -> "Figure":
    """Figure 7: a row for each way to colour, a column for each picture."""
    from matplotlib.figure import Figure

    columns = min(SHOWN, len(rows[0].pictures))
    tile, left, margin = 1.25, 1.15, 0.06
    wide, tall = left + columns * tile + margin, len(rows) * tile + 2 * margin
    figure = Figure(figsize=(wide, tall))
    for j, row in enumerate(rows):
        top = 1 - ((j + 1) * tile + margin) / tall
        middle = top + tile / tall / 2
        figure.text((left - 0.1) / wide, middle, row.label, ha="right", va="center", fontsize=9)
        for i, picture in enumerate(row.pictures[:columns]):
            place = ((left + i * tile) / wide, top, 0.97 * tile / wide, 0.97 * tile / tall)
            axes = figure.add_axes(place)
            axes.imshow(_colored(picture), interpolation="antialiased")
            axes.set(xticks=[], yticks=[])
            axes.spines[:].set(color="#cccccc", linewidth=0.6)
    return figure


def _colored(picture: AnyArray) -> Rgb8:
    pixels: Rgb8 = picture if picture.ndim == 3 else np.repeat(picture[..., None], 3, axis=2)
    return pixels


ROWS = ("GAN without noise", "GAN with noise", "WGAN")
"""The rows of figure 8, as in the report."""


def averaged(steps: AnyArray, values: AnyArray, width: int) -> tuple[AnyArray, AnyArray]:
    """Means over every ``width`` steps of a log, (n,) steps and values, each at its last step.

    >>> means = averaged(np.array([1.0, 2.0, 3.0, 4.0]), np.array([0.0, 2.0, 4.0, 6.0]), 2)
    >>> [each.tolist() for each in means]
    [[2.0, 4.0], [1.0, 5.0]]
    """
    part = (np.ceil(steps / width) - 1).astype(int)
    # A line of the log counts as many steps as it averages; the last part may be a short one.
    weights = np.diff(steps, prepend=0)
    sums = np.bincount(part, values * weights)
    counts = np.bincount(part, weights)
    ends = np.zeros(len(counts))
    np.maximum.at(ends, part, steps)
    kept = counts > 0
    return ends[kept], sums[kept] / counts[kept]


def figure_losses(
    roles: dict[str, list[Trained]],
) -> tuple["Figure | None", list[str], str]:
    """Figure 8: discriminator and generator loss without noise, with noise, and of the WGAN.

    Returns:
        The figure, None where no run has a log; the rows that are missing; a caption.
    """
    from matplotlib.figure import Figure

    there = {role: [r for r in roles.get(role, ()) if _logged(r)] for role in ROWS}
    missing = [role for role, runs in there.items() if not runs]
    there = {role: runs for role, runs in there.items() if runs}
    if not there:
        return None, missing, ""
    figure = Figure(figsize=(9, 2.4 * len(there) + 0.2), layout="constrained")
    for i, (role, runs) in enumerate(there.items()):
        for j, loss in enumerate((runs[0].judge, "generator")):
            _draw_loss(figure.add_subplot(len(there), 2, 2 * i + j + 1), runs, loss, role)
    steps = min(run.steps for runs in there.values() for run in runs)
    names = "; ".join(
        f"{role} ({runs[0].network}): {len(runs)} seeds" for role, runs in there.items()
    )
    means = f"Dark: means over {AVERAGED:,} steps, as in the report."
    if steps < 2 * AVERAGED:
        means = f"{steps:,} steps are too few for the report's means over {AVERAGED:,}."
    return figure, missing, f"{names}. Pale: the logs as they are, a line each seed. {means}"


def _logged(run: Trained) -> bool:
    """Whether both losses have lines to be drawn."""
    return all(len(run.losses(name)[0]) > 1 for name in (run.judge, "generator"))


def _draw_loss(axes: "Axes", runs: list[Trained], loss: str, role: str) -> None:
    """One panel; what lies far out is cut off so that the rest is seen."""
    lines = [run.losses(loss) for run in runs]
    for i, (steps, values) in enumerate(lines):
        axes.plot(steps, values, color=_RAW[i % len(_RAW)], linewidth=0.8)
        if steps[-1] >= 2 * AVERAGED:
            axes.plot(*averaged(steps, values, AVERAGED), color=_LINE, linewidth=1.6)
    low, high = np.percentile(np.concatenate([values for _, values in lines]), [0.5, 99.5])
    room = 0.08 * (high - low) or 0.1
    axes.set(ylim=(low - room, high + room), xlim=(0, max(steps[-1] for steps, _ in lines)))
    axes.set_title(f"{role}: {loss}", loc="left", fontsize=10, color=_INK)
    axes.set_xlabel("step", fontsize=8)
    axes.tick_params(labelsize=8)
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(axis="y", color="#e8e8e8", linewidth=0.6)
    axes.set_axisbelow(True)
