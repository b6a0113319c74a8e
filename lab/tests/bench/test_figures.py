"""Figures 7 and 8: which rows there are, what is averaged, the same bytes each time."""

from dataclasses import asdict

import numpy as np
import pytest
from matplotlib.figure import Figure

from nurie.errors import ExistsError
from nurie_lab.bench.reproduction.figures import (
    averaged,
    figure_losses,
    figure_pictures,
    rows_of,
    rows_of_all,
)
from nurie_lab.bench.reproduction.paintings import (
    DOTS,
    GUESSED,
    NONE,
    OURS,
    SAMPLED,
    TRUE,
    Painting,
    View,
)
from nurie_lab.bench.reproduction.trained import Trained, cast
from nurie_lab.data.histogram import write_figure
from nurie_lab.training.settings import PictureConfig

PICTURE = np.full((8, 8, 3), 99, np.uint8)


def run_of(name, steps=0, judge="discriminator", **settings):
    log = [
        {"step": i, "shown": i, judge: 1 / i, "generator": float(i)}
        for i in range(10, steps + 1, 10)
    ]
    return Trained(name, asdict(PictureConfig(**settings)), log, painter="p")


def views(*kinds):
    return [View(PICTURE, PICTURE[..., 0], dict.fromkeys(kinds, PICTURE))] * 2


def painted(run, hint, seen):
    return Painting(run, hint, seen, [each.color for each in seen])


RUNS = [
    run_of("c", objective="l2", generator="cnn"),
    run_of("g"),
    run_of("w", judge="critic", objective="wgan"),
]


def test_figure_7_has_the_rows_of_the_report_and_ours_below():
    seen = views(TRUE, SAMPLED, GUESSED)
    all_of = [painted(r, h, seen) for r in "cgw" for h in (TRUE, SAMPLED, GUESSED)]
    ours = [painted(OURS, hint, seen) for hint in (NONE, f"{DOTS} dots")]
    rows, missing = rows_of(cast(RUNS, painting=True), all_of + ours, seen)
    labels = [row.label.replace("\n", " ") for row in rows]
    assert labels == [
        "original", "line art", "guessed hint", "hint: original, patched, blurred", "CNN", "GAN",
        "GAN, guessed hint", "WGAN, guessed hint", "nurie, automatic", "nurie, 10 dots of hints",
    ]  # fmt: skip
    assert missing == []
    figure = figure_pictures(rows)
    assert len(figure.axes) == 2 * len(rows)


def test_figure_7_names_the_rows_that_are_missing():
    seen = views(TRUE, SAMPLED)
    rows, missing = rows_of(cast(RUNS, painting=True), [painted("g", TRUE, seen)], seen)
    assert [row.label for row in rows][2:] == [
        "sampled hint",
        "hint: original,\npatched, blurred",
        "GAN",
    ]
    assert missing == ["CNN", "GAN, sampled hint", "WGAN, sampled hint"]


def test_every_network_has_a_row_of_its_own():
    seen = views(TRUE, SAMPLED)
    kinds = [("g", TRUE), ("g", SAMPLED), ("bins", NONE), (OURS, NONE), (OURS, f"{DOTS} dots")]
    kinds.append(("g-1", TRUE))
    networks = {"g": "g", "g-1": "g", "bins": "bins"}
    rows = rows_of_all(networks, [painted(run, hint, seen) for run, hint in kinds], seen)
    labels = [row.label for row in rows]
    assert labels == ["original", "line art", "g,\ntrue hint", "bins,\nno hint"]


def test_means_weigh_each_line_by_its_steps():
    # The last line of a run may tell of fewer steps.
    ends, means = averaged(np.array([10.0, 20.0, 22.0]), np.array([1.0, 3.0, 9.0]), 30)
    assert ends.tolist() == [22]
    assert means[0] == pytest.approx((10 * 1 + 10 * 3 + 2 * 9) / 22)
    ends, means = averaged(np.array([10.0, 40.0]), np.array([1.0, 2.0]), 10)
    assert (ends.tolist(), means.tolist()) == ([10, 40], [1, 2])


def test_figure_8_has_a_row_for_each_run_that_is_there():
    runs = [run_of("g", 2000), run_of("w", 2000, "critic", objective="wgan")]
    runs.append(run_of("w-1", 2000, "critic", objective="wgan", seed=1))
    runs[1:2] = [run_of("w-0", 2000, "critic", objective="wgan")]
    figure, missing, caption = figure_losses(cast(runs))
    titles = [axes.get_title(loc="left") for axes in figure.axes]
    assert titles == [
        "GAN without noise: discriminator", "GAN without noise: generator",
        "WGAN: critic", "WGAN: generator",
    ]  # fmt: skip
    assert missing == ["GAN with noise"]
    assert "GAN without noise (g): 1 seeds; WGAN (w): 2 seeds" in caption
    assert "means over 1,000 steps" in caption
    # A pale line for each seed, and a dark one of two means.
    assert [len(axes.lines) for axes in figure.axes] == [2, 2, 4, 4]
    assert figure.axes[0].lines[1].get_xdata().tolist() == [1000, 2000]
    short, _, caption = figure_losses(cast([run_of("g", 500)]))
    assert "500 steps are too few for the report's means over 1,000" in caption
    assert [len(axes.lines) for axes in short.axes] == [1, 1]
    assert figure_losses(cast([run_of("g", noise=0.2)])) == (
        None, ["GAN without noise", "GAN with noise", "WGAN"], ""
    )  # fmt: skip


def test_a_log_that_lacks_a_loss_is_a_row_that_is_missing():
    strange = run_of("w", 2000, "discriminator", objective="wgan")
    assert figure_losses(cast([strange]))[0] is None


def test_a_constant_loss_can_be_drawn(tmp_path):
    log = [{"step": i, "shown": i, "discriminator": 2.0, "generator": 2.0} for i in (1, 2, 3)]
    run = Trained("g", asdict(PictureConfig()), log)
    figure, _, _ = figure_losses(cast([run]))
    write_figure(figure, tmp_path / "a.png", tmp_path / "a.svg")


def test_the_same_figure_has_the_same_bytes(tmp_path):
    seen = views(TRUE, SAMPLED)
    for name in "ab":
        figure = figure_pictures(rows_of(cast(RUNS, painting=True), [], seen)[0])
        write_figure(figure, tmp_path / f"{name}.png", tmp_path / f"{name}.svg")
    for kind in ("png", "svg"):
        one, two = (tmp_path / f"{name}.{kind}" for name in "ab")
        assert one.read_bytes() == two.read_bytes()
    text = (tmp_path / "a.svg").read_text("utf-8")
    assert "dc:date" not in text
    assert "<svg" in text


def test_a_file_that_is_there_stays(tmp_path):
    (tmp_path / "a.svg").write_text("mine", "utf-8")
    with pytest.raises(ExistsError):
        write_figure(Figure(), tmp_path / "a.png", tmp_path / "a.svg")
    assert (tmp_path / "a.svg").read_text("utf-8") == "mine"
    write_figure(Figure(), tmp_path / "a.png", tmp_path / "a.svg", force=True)
    assert (tmp_path / "a.svg").read_text("utf-8") != "mine"
