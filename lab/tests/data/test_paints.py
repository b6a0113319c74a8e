"""Paints: what CSS says, and which colours are ink."""

from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nurie_lab.data.svg import declarations, is_ink, luminance, paint_of, style_of, stylesheet

channel = st.integers(0, 255)


@given(st.tuples(channel, channel, channel))
def test_every_way_to_write_a_colour_is_the_same(color):
    red, green, blue = color
    assert paint_of(f"#{red:02x}{green:02X}{blue:02x}", {}) == color
    assert paint_of(f"rgb({red}, {green}, {blue})", {}) == color
    assert paint_of(f"rgba({red} {green} {blue} / 50%)", {}) == color
    assert 0 <= luminance(color) <= 255


@pytest.mark.parametrize(
    ("text", "color"),
    [
        ("#f80", (255, 136, 0)),
        ("RED", (255, 0, 0)),
        ("rgb(100%, 0%, 50%)", (255, 0, 127)),
        ("rgb(300,-4,x)", (255, 0, 128)),
        ("currentColor", (0, 0, 0)),
        ("papayawhip", (128, 128, 128)),
        ("rgb(1)", (128, 128, 128)),
        ("none", None),
        ("transparent", None),
        ("", None),
        ("url(#missing)", None),
        ("url('#g') #fff", (255, 0, 0)),
    ],
)
def test_paints(text, color):
    assert paint_of(text, {"g": ["red", "none"]}) == color


def test_the_stronger_rule_wins():
    rules = stylesheet("rect{fill:red} .a{fill:green} #b{fill:blue} /* .a{fill:black} */")
    tag, with_class = ET.fromstring("<rect/>"), ET.fromstring('<rect class="a"/>')
    with_id = ET.fromstring('<rect class="a" id="b"/>')
    with_style = ET.fromstring('<rect id="b" style="fill:white !important"/>')
    fills = [style_of(e, "rect", rules)["fill"] for e in (tag, with_class, with_id, with_style)]
    assert fills == ["red", "green", "blue", "white"]


def test_what_does_not_change_shapes_is_dropped():
    assert declarations("font-size:9px; fill: url(data:x) ;;") == {"fill": "url(data:x)"}


@pytest.mark.parametrize(("color", "ink"), [((83, 0, 0), True), ((84, 0, 0), False)])
def test_ink_is_what_has_no_bright_channel(color, ink):
    assert is_ink(color) is ink
