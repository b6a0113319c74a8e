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


def test_equal_panels_of_a_page_are_seen_alike():
    """Each panel is as large to the model as a drawing alone, wherever it stands on the page."""
    page = np.full((400, 300), 255, np.uint8)
    for top in (10, 210):
        panel = page[top : top + 180, 10:290]
        panel[:] = 0
        panel[4:-4, 4:-4] = 255
        panel[60:120, 100:180] = 0
        panel[64:116, 104:176] = 255
    reading = Colorizer.load().read(page)
    features = reading.drawing.scene.features
    at = reading.labels[[100, 300], [140, 140]] - 1
    assert at[0] != at[1]
    np.testing.assert_allclose(features[at[0]], features[at[1]], atol=0.05)
