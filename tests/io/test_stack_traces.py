"""Trace lines of a drawing that is a layer of the user's file."""

from dataclasses import replace

import numpy as np

from nurie.document import Layers, Palette, Sketch
from nurie.io.layered.tree import tree_of
from nurie.stack import Node, Stack


def test_traces_leave_the_users_line():
    ink = np.array([[0, 255, 90]], np.uint8)
    pixels = np.zeros((1, 3, 4), np.uint8)
    pixels[..., 3] = 255 - ink
    line = Node("Ink", 0, 0, 1, 3, pixels.__getitem__)
    sketch = Sketch(ink, stack=Stack((line,), line))
    palette = Palette(np.array([[9, 9, 9]], np.uint8))
    labels, entries = np.ones((1, 3), np.int32), np.array([-1, 0], np.int32)
    drawn = Layers(sketch, labels, entries, palette, np.zeros(2, bool))
    assert tree_of(drawn)[0] is line
    traced = replace(sketch, inked=np.array([[0, 255, 255]], np.uint8))
    trace, clear, *_ = tree_of(replace(drawn, sketch=traced))
    assert (trace.name, trace.visible, clear.name) == ("trace", False, "Ink")
    assert clear.pixels[0, :, 3].tolist() == [255, 0, 0]
    assert trace.pixels[0, :, 3].tolist() == [0, 0, 165]
