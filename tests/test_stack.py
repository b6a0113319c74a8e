"""What stacks look like: small pictures worked out by hand, and programs' own formulas."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nurie.document import multiply
from nurie.stack import BLENDS, MULTIPLY, PASS, Node, compose, walk

ALL = slice(0, 1)


def dot(name, *color, **look):
    """One pixel."""
    pixels = np.array([[color]], np.uint8)
    return Node(name, 0, 0, 1, 1, pixels.__getitem__, **look)


def seen(*nodes, width=1):
    """The pixel that a stack shows, 0…255, colours multiplied by alpha."""
    return (compose(nodes, ALL, width)[0, 0] * 255).round().astype(int).tolist()


PAPER = dot("paper", 255, 255, 255, 255)
RED = dot("red", 200, 0, 0, 255)


def test_the_topmost_hides():
    assert seen(RED, PAPER) == [200, 0, 0, 255]
    assert seen() == [0, 0, 0, 0]


def test_opacity_and_what_is_hidden():
    assert seen(dot("half", 0, 0, 0, 255, opacity=0.5), PAPER) == [128, 128, 128, 255]
    assert seen(dot("hidden", 0, 0, 0, 255, visible=False), PAPER) == [255] * 4
    assert seen(dot("alpha", 0, 0, 0, 51)) == [0, 0, 0, 51]


@given(st.tuples(*[st.integers(0, 255)] * 3), st.tuples(*[st.integers(0, 255)] * 3))
def test_multiply_is_the_documents(below, above):
    wanted = multiply(np.array([[below]], np.uint8), np.array([[above]], np.uint8))[0, 0]
    found = seen(dot("shade", *above, 255, blend=MULTIPLY), dot("flat", *below, 255))[:3]
    assert np.abs(np.array(found) - wanted).max() <= 1


@pytest.mark.parametrize(
    ("blend", "below", "above", "wanted"),
    [
        ("screen", 100, 100, 161),
        ("overlay", 50, 200, 78),
        ("overlay", 200, 50, 167),
        ("darken", 50, 200, 50),
        ("lighten", 50, 200, 200),
        ("color-dodge", 100, 155, 255),
        ("color-dodge", 0, 255, 0),
        ("color-burn", 200, 100, 115),
        ("color-burn", 255, 0, 255),
        ("hard-light", 200, 50, 78),
        ("soft-light", 100, 128, 100),
        ("difference", 50, 200, 150),
        ("add", 100, 200, 255),
        ("psd:diss", 50, 200, 200),  # unknown: laid over
    ],
)
def test_blend_modes(blend, below, above, wanted):
    found = seen(dot("a", *[above] * 3, 255, blend=blend), dot("b", *[below] * 3, 255))
    assert found == [wanted] * 3 + [255]


@pytest.mark.parametrize("blend", BLENDS)
def test_a_mode_does_nothing_where_nothing_is_below(blend):
    assert seen(dot("a", 10, 20, 30, 255, blend=blend)) == [10, 20, 30, 255]
    assert seen(dot("a", 10, 20, 30, 0, blend=blend), RED) == [200, 0, 0, 255]


def test_groups():
    shade = dot("shade", 128, 128, 128, 255, blend=MULTIPLY)
    # Alone in a group there is nothing to multiply with; passed through there is.
    assert seen(Node("g", children=(shade,)), RED) == [128, 128, 128, 255]
    assert seen(Node("g", children=(shade,), blend=PASS), RED) == [100, 0, 0, 255]
    assert seen(Node("g", children=(shade,), blend=PASS, opacity=0.5), RED) == [150, 0, 0, 255]
    assert seen(Node("g", children=(shade,), visible=False), RED) == [200, 0, 0, 255]
    assert seen(Node("g", children=(RED,), opacity=0.5), PAPER) == [228, 128, 128, 255]


def test_clipped_layers_show_where_their_base_is():
    base = dot("base", 0, 0, 200, 51)
    clip = dot("clip", 255, 255, 255, 255, clipped=True)
    assert seen(clip, base) == [51, 51, 51, 51]
    assert seen(clip, dot("clear", 0, 0, 0, 0), PAPER) == [255] * 4
    assert seen(clip, dot("hidden", 0, 0, 0, 255, visible=False), RED) == [200, 0, 0, 255]
    assert seen(dot("off", 9, 9, 9, 255, clipped=True, visible=False), base) == [0, 0, 40, 51]


def test_layers_beyond_the_picture():
    pixels = np.arange(3 * 3 * 4, dtype=np.uint8).reshape(3, 3, 4)
    pixels[..., 3] = 255
    node = Node("a", -1, -2, 3, 3, pixels.__getitem__)
    found = compose([node], slice(0, 4), 2)
    assert (found[:2, 0, :3] * 255).round().tolist() == pixels[1:, 2, :3].tolist()
    assert (found[2:] == 0).all()
    assert (found[:, 1] == 0).all()
    assert (compose([node], slice(2, 4), 2) == 0).all()


def test_walk_goes_from_the_top():
    nodes = (Node("g", children=(Node("h", children=(RED,)), PAPER)), PAPER)
    assert [node.name for node in walk(nodes)] == ["g", "h", "red", "paper", "paper"]
