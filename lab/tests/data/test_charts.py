"""Figures 5 and 6: right bars, right order, the same bytes each time."""

import numpy as np
import pytest

from nurie.colors import BINS, bin_centers, to_hex
from nurie.spectrum import Spectrum
from nurie_lab.data.histogram import distribution, most_frequent, write_figure


def spectrum(**counts):
    all_counts = np.zeros(BINS, np.int64)
    for name, count in counts.items():
        all_counts[int(name[1:])] = count
    return Spectrum(all_counts, bin_centers(), 3)


def boxes(figure):
    """Colour and height of each bar, in the order drawn."""
    bars = [(np.round(255 * np.array(p.get_facecolor()[:3])), p.get_height())
            for p in figure.axes[0].patches]  # fmt: skip
    return [(to_hex(color.astype(np.uint8)), height) for color, height in bars]


def test_bars_are_shares_on_a_logarithmic_scale():
    figure = distribution(spectrum(b511=990, b448=9, b7=1))
    colors = [to_hex(bin_centers()[i]) for i in (7, 448, 511)]
    assert [color for color, _ in boxes(figure)] == colors
    assert [height for _, height in boxes(figure)] == pytest.approx([0.1, 0.9, 99])
    axes = figure.axes[0]
    assert axes.get_yscale() == "log"
    assert axes.get_ylim() == pytest.approx((0.1, 100))


def test_the_hundred_most_frequent_stand_in_order():
    counts = {f"b{i}": 1000 - i for i in range(150)}
    shown = [color for color, _ in boxes(most_frequent(spectrum(**counts)))]
    assert shown == [to_hex(bin_centers()[i]) for i in range(100)]


def test_few_colours_are_few_boxes():
    axes = most_frequent(spectrum(b511=3, b0=1)).axes[0]
    title = "The 100 most frequent colours (3 pictures, 0.0 million pixels)"
    assert axes.get_title(loc="left") == title
    assert [text.get_text() for text in axes.texts] == ["75 %", "25 %"]


@pytest.mark.parametrize("draw", [distribution, most_frequent])
@pytest.mark.parametrize("counts", [{"b511": 5}, {"b511": 900, "b448": 90, "b7": 10}])
def test_files_are_the_same_each_time(tmp_path, draw, counts):
    found = []
    for name in ("one", "two"):
        png, svg = tmp_path / f"{name}.png", tmp_path / f"{name}.svg"
        write_figure(draw(spectrum(**counts)), png, svg)
        found.append((png.read_bytes(), svg.read_bytes()))
    assert found[0] == found[1]
