"""An exported painter as a callable on ONNX Runtime: line art becomes colour, pixel by pixel."""

from typing import Any

import numpy as np

from nurie.arrays import AnyArray, Floats, Gray, Rgb
from nurie.errors import ModelError
from nurie.models.registry import PainterSpec
from nurie.models.session import open_graph

STEP = 32
"""Sides of what a painter sees are multiples of it."""


class PainterSession:
    """The graphs of one painter, kept in memory.

    A graph takes ``lines`` (1, 1, H, W) and, where it sees one, ``hint`` (1, 3, H, W), and gives
    ``colors`` (1, 3, H, W), all float32 in [0, 1]; other ranges are its own affair.

    Raises:
        ModelError: the graphs cannot be loaded.
    """

    def __init__(self, spec: PainterSpec) -> None:
        self.spec = spec
        self._painter = open_graph(spec, "painter")
        self._hinter = open_graph(spec, "hinter") if "hinter" in spec.graphs else None
        inputs = [*self._painter.get_inputs(), *(self._hinter.get_inputs() if self._hinter else ())]
        self.fixed = any(isinstance(side, int) for each in inputs for side in each.shape[2:])
        """Whether drawings must be as large as those it was trained on, ``spec.size`` squared."""

    def paint(self, lines: Gray, hint: Rgb | None = None) -> Rgb:
        """Paint a drawing.

        Lines (H, W) and hint (H, W, 3) give (H, W, 3), all in [0, 1]; H and W are multiples of 32.
        A painter that sees lines alone does not look at the hint.

        Raises:
            ModelError: the sides are none it takes, or it needs a hint and has none.
        """
        feed = {"lines": lines[None, None]}
        if self.spec.source == "line+hint":
            if hint is None:
                raise ModelError(f"{self.spec.name} paints by a hint; give it one.")
            feed["hint"] = hint.transpose(2, 0, 1)[None]
        return self._run(self._painter, feed)

    def guess(self, lines: Gray) -> Rgb | None:
        """The hint that the painter's first network guesses (figure 4).

        As large as the lines; None where there is no such network.
        """
        if self._hinter is None:
            return None
        return self._run(self._hinter, {"lines": lines[None, None]})

    def _run(self, graph: Any, feed: dict[str, Floats]) -> Rgb:
        for value in feed.values():
            self._check(value)
        feed = {name: np.ascontiguousarray(value, np.float32) for name, value in feed.items()}
        (colors,) = graph.run(["colors"], feed)
        return np.asarray(np.ascontiguousarray(colors[0].transpose(1, 2, 0)).clip(0, 1))

    def _check(self, value: AnyArray) -> None:
        height, width = value.shape[2:]
        size = self.spec.size
        if self.fixed and (height, width) != (size, size):
            raise ModelError(
                f"{self.spec.name} paints {size} × {size} pixels, not {width} × {height}."
            )
        if height % STEP or width % STEP or not value.size:
            raise ModelError(
                f"{self.spec.name} paints sides of multiples of {STEP} pixels, not "
                f"{width} × {height}."
            )
