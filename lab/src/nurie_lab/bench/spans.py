"""A figure with its interval, and how people read it."""

from typing import TypeAlias

import numpy as np

from nurie.arrays import AnyArray

Numbers: TypeAlias = tuple[float, float, float]
"""A figure, lower and upper end of its 95 % interval."""


def within(value: float, draws: AnyArray) -> Numbers:
    """A figure with the middle 95 % of its draws."""
    low, high = np.percentile(draws, [2.5, 97.5])
    return value, float(low), float(high)


def span(numbers: Numbers) -> str:
    """A figure and its interval.

    >>> span((1.0, 0.5, 1.25))
    '1.000 [0.500, 1.250]'
    """
    mean, low, high = numbers
    if not np.isfinite(mean):
        return "—"
    return f"{number(mean)} [{number(low)}, {number(high)}]"


def number(value: float) -> str:
    """Three digits that say something.

    >>> number(0.12345), number(12.345), number(1234.5)
    ('0.123', '12.3', '1234')
    """
    if not np.isfinite(value):
        return "—"
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.{3 if abs(value) < 10 else 1}f}"
