"""A released model as two callables on ONNX Runtime: the drawing is read once, sampled often."""

from typing import Any

import numpy as np

from nurie.arrays import Floats, Gray
from nurie.errors import ModelError
from nurie.models.registry import ModelSpec


class RegionSession:
    """Encoder and region head of one model, kept in memory.

    Args:
        spec: the model.

    Raises:
        ModelError: the graphs cannot be loaded.
    """

    def __init__(self, spec: ModelSpec) -> None:
        self.spec = spec
        self._encoder = _open(spec, "encoder")
        self._regions = _open(spec, "regions")

    def encode(self, lines: Gray) -> list[Floats]:
        """Feature maps of a framed drawing.

        Args:
            lines: (S, S) float32 in [0, 1], 0 ink.

        Returns:
            Maps (C, S / s, S / s) float32 at strides 4, 8, 16, 32.
        """
        maps: list[Any] = self._encoder.run(None, {"lines": lines[None, None]})
        return [m[0] for m in maps]

    def predict(
        self,
        features: Floats,
        geometry: Floats,
        adjacency: Floats,
        known: Floats,
        palette: Floats,
        picture: Floats,
    ) -> Floats:
        """Logits over the 512 bins for each of n regions.

        Args:
            features: (n, 496) pooled features.
            geometry: (n, 14).
            adjacency: (n, n).
            known: (n, 4) Lab / 100 and 1 where a colour is known, else zeros.
            palette: (P, 4) Lab / 100 and 1, or zeros.
            picture: (320,) mean of the last map.

        Returns:
            (n, 512) float32, divided by the temperature of the model.
        """
        names = ("features", "geometry", "adjacency", "known", "palette", "picture")
        values = (features, geometry, adjacency, known, palette, picture)
        feed = {n: v[None].astype(np.float32) for n, v in zip(names, values, strict=True)}
        logits: Floats = self._regions.run(None, feed)[0][0]
        return logits / np.float32(self.spec.temperature)


def _open(spec: ModelSpec, role: str) -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    try:
        return onnxruntime.InferenceSession(
            spec.graph(role), options, providers=["CPUExecutionProvider"]
        )
    except ModelError:
        raise
    except Exception as error:  # the runtime's errors share no base class
        raise ModelError(f"The graph {spec.graphs[role]} cannot be loaded ({error}).") from error
