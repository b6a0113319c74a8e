"""How a drawing is read, with a model of one line."""

import numpy as np

from nurie.painting.read import both_ways


class Slope:
    """Maps that hold the drawing, and how far each place is to the right."""

    def encode(self, lines):
        return [np.stack([lines, lines * np.arange(lines.shape[1], dtype=np.float32)])]


def test_a_drawing_and_its_mirror_image_look_alike():
    lines = np.float32([[0, 1, 1, 0], [0, 0, 1, 1], [1, 0, 0, 0], [0, 1, 0, 1]])
    (own,), (mirrored,) = (
        both_ways(Slope().encode, lines),
        both_ways(Slope().encode, lines[:, ::-1]),
    )
    np.testing.assert_array_equal(mirrored[..., ::-1], own)
    np.testing.assert_array_equal(own[0], lines)
    np.testing.assert_array_equal(own[1], lines * 1.5)
