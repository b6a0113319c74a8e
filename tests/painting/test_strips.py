"""The same panel again and again in a strip is coloured the same each time."""

import cv2
import numpy as np

from nurie.api import Colorizer


def test_equal_panels_of_a_strip_have_equal_colors():
    page = np.full((4 * 420, 360), 255, np.uint8)
    for top in range(40, len(page), 420):
        cv2.rectangle(page, (10, top), (350, top + 250), 0, 3)
        cv2.circle(page, (100, top + 110), 60, 0, 3)
        cv2.line(page, (10, top + 200), (350, top + 200), 0, 3)
    reading = Colorizer.load().read(page)
    assert reading.view is not None
    assert len(reading.view.bands) == 4
    merged = reading.colorize().merged().reshape(4, 420, 360, 3)
    assert (merged[1:3] == merged[1]).all()
    assert (merged[:, 5] == 255).all()
    assert (merged[1, 150, 100] != 255).any()
