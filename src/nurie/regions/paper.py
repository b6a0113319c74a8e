"""Regions that stay paper whatever the model says."""

import numpy as np

from nurie.arrays import Labels, Mask
from nurie.regions.ink import Ink
from nurie.regions.measure import Measures

_BORDER = 0.6
"""A region that holds this share of the picture's border is the sheet itself."""


def stays_paper(ink: Ink, labels: Labels, measures: Measures) -> Mask:
    """Which regions are the sheet around the drawing.

    Args:
        ink: ink of the drawing.
        labels: (H, W) int32, 1…n.
        measures: of the n regions.

    Returns:
        (n,) bool.

    >>> from nurie.regions.measure import measure
    >>> labels = np.ones((9, 9), np.int32); labels[3:6, 3:6] = 2
    >>> stays_paper(Ink(labels < 0, labels, 1.0), labels, measure(labels)).tolist()
    [True, False]
    """
    height, width = labels.shape
    paper: Mask = measures.border > _BORDER * 2 * (height + width)
    return paper if len(measures) > 1 else np.ones(len(measures), bool)
