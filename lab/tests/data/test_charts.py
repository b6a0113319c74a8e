"""Figures 5 and 6: right bars, right order, the same as SVG and as picture."""

from xml.etree import ElementTree as ET

import numpy as np
import pytest

from nurie.colors import BINS, bin_centers, to_hex
from nurie.spectrum import Spectrum
from nurie_lab.data.charts import Box, Chart, Words, as_pixels, as_svg, distribution, most_frequent

NS = "{http://www.w3.org/2000/svg}"


def spectrum(**counts):
    all_counts = np.zeros(BINS, np.int64)
    for name, count in counts.items():
        all_counts[int(name[1:])] = count
    return Spectrum(all_counts, bin_centers(), 3)


def bars(figure):
    """Height of each coloured bar, by its colour."""
    return {p.color: p.height for p in figure.parts if isinstance(p, Box) and p.height > 2}


def test_bars_are_logarithms_of_shares():
    found = bars(distribution(spectrum(b511=990, b448=9, b7=1)))
    colors = [to_hex(bin_centers()[i]) for i in (511, 448, 7)]
    # Down to 0.1 %: 99 % is nearly the whole height, 0.9 % a third, 0.1 % none at all.
    assert found[colors[0]] == pytest.approx(259.6, abs=0.5)
    assert found[colors[1]] == pytest.approx(260 * 0.318, abs=0.5)
    assert colors[2] not in found


def test_the_hundred_most_frequent_stand_in_order():
    counts = {f"b{i}": 1000 - i for i in range(150)}
    figure = most_frequent(spectrum(**counts))
    shown = [p.color for p in figure.parts if isinstance(p, Box) and p.color != "#bbbbbb"]
    assert shown == [to_hex(bin_centers()[i]) for i in range(100)]


def test_few_colours_are_few_boxes():
    figure = most_frequent(spectrum(b511=3, b0=1))
    texts = [p.text for p in figure.parts if isinstance(p, Words)]
    assert texts == [
        "The 100 most frequent colours (3 pictures, 0.0 million pixels)",
        "75 %",
        "25 %",
    ]


@pytest.mark.parametrize("draw", [distribution, most_frequent])
def test_svg_and_picture_have_everything(draw):
    figure = draw(spectrum(b511=900, b448=90, b7=10))
    root = ET.fromstring(as_svg(figure))
    assert len(root.findall(f"{NS}rect")) == 1 + sum(isinstance(p, Box) for p in figure.parts)
    words = [p.text for p in figure.parts if isinstance(p, Words)]
    assert [e.text for e in root.findall(f"{NS}text")] == words
    page = as_pixels(figure)
    assert page.shape == (2 * figure.height, 2 * figure.width, 3)
    red = np.abs(page.astype(int) - bin_centers()[448]).max(axis=2) == 0
    assert red.any()


def test_one_colour_alone_can_be_drawn():
    assert as_pixels(distribution(spectrum(b511=5))).size


def test_words_stand_where_they_should():
    def ink(anchor):
        page = as_pixels(Chart(60, 20, (Words(30, 15, "HHH", 8, anchor),)), scale=1)
        return np.nonzero((page < 200).any(axis=(0, 2)))[0]

    assert ink("start").min() >= 28
    assert ink("end").max() <= 32
    assert ink("middle").min() < 26
    assert ink("middle").max() > 34
