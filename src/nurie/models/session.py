"""A released model as two callables on ONNX Runtime: the drawing is read once, sampled often."""

import os
from typing import Any

import numpy as np

from nurie.arrays import AnyArray, Floats, Gray
from nurie.errors import ModelError
from nurie.models.registry import Graphed, ModelSpec, read_graph
from nurie.regions.tokens import FEATURES, PICTURE


class RegionSession:
    """Encoder and region head of one model, kept in memory.

    Raises:
        ModelError: the graphs cannot be loaded.
    """

    def __init__(self, spec: ModelSpec) -> None:
        self.spec = spec
        self._encoder = open_graph(spec, "encoder")
        self._regions = open_graph(spec, "regions")
        self._critic, self._second_encoder, self._second = (
            open_graph(spec, role) if role in spec.graphs else None
            for role in ("critic", "second_encoder", "second_regions")
        )

    @property
    def judges(self) -> bool:
        """Whether the model has a critic."""
        return self._critic is not None

    @property
    def parts(self) -> tuple[str, ...]:
        """Names of the parts that the model tells apart."""
        return self.spec.parts

    def encode(self, lines: Gray) -> list[Floats]:
        """Feature maps (C, S / s, S / s) float32 of a framed drawing, at strides 4, 8, 16, 32."""
        maps: list[Any] = self._encoder.run(None, {"lines": lines[None, None]})
        return [m[0] for m in maps]

    @property
    def second_size(self) -> int:
        """Side of what the second encoder reads; 0 where there is none."""
        return self.spec.second_size if self._second_encoder else 0

    def encode_second(self, lines: Gray) -> list[Floats]:
        """The same as ``encode``, by the second encoder.

        Raises:
            ModelError: the model has none.
        """
        if self._second_encoder is None:
            raise ModelError(f"The model {self.spec.name} has no second encoder.")
        return [m[0] for m in self._second_encoder.run(None, {"lines": lines[None, None]})]

    def predict(  # noqa: PLR0913, PLR0917 - the inputs of a graph
        self,
        features: Floats,
        geometry: Floats,
        adjacency: Floats,
        known: Floats,
        palette: Floats,
        picture: Floats,
        drawing: Floats,
    ) -> tuple[Floats, Floats, Floats, Floats]:
        """What the model says of each of n regions.

        Args:
            features: (n, 496) pooled features, or (n, 992) with those of the second encoder.
            geometry: (n, 14).
            adjacency: (n, n).
            known: (n, 4) Lab / 100 and 1 where a colour is known, else zeros.
            palette: (P, 4) Lab / 100 and 1, or the share of the area, or zeros.
            picture: (320,) mean of the last map, or (640,) with that of the second encoder.
            drawing: (n,) 0 for regions of the drawing, 1, 2, … for those of references.

        Returns:
            Logits (n, 512) float32 over the bins, divided by the temperature of the model; (n, 3)
            Lab / 100 from the bin's mean colour to the region's; (n, 64) and (n, 64) query and key:
            their product over 8 is the logit that two regions are the same, 0 that none is.
        """
        values = (features, geometry, adjacency, known, palette, picture, drawing)
        logits, shift, query, key = self._run(("logits", "shift", "query", "key"), *values)
        if not (palette.any() or drawing.any()):
            seen = features, geometry, adjacency, known, picture
            return self._joined(logits, *seen), shift, query, key
        return logits / np.float32(self.spec.temperature), shift, query, key

    def predict_free(
        self, features: Floats, geometry: Floats, near: Floats, known: Floats, picture: Floats
    ) -> tuple[Floats, Floats]:
        """Logits and shift as of ``predict``, where no palette is given."""
        values = (features, geometry, near, known, _NO_PALETTE, picture, np.zeros(len(features)))
        logits, shift = self._run(("logits", "shift"), *values)
        return self._joined(logits, features, geometry, near, known, picture), shift

    def _joined(self, logits: Floats, *values: AnyArray) -> Floats:
        """Logits over the temperature, together with those of the second network.

        The geometric mean of the chances of two networks that err differently is better than either
        (a product of experts, Hinton 2002); the second one knows neither palettes nor references.
        """
        logits = logits / np.float32(self.spec.temperature)
        if self._second is None or values[0].shape[1] == FEATURES:
            return logits
        return (logits + self._look_again("logits", *values)[0]) * np.float32(0.5)

    def _look_again(self, output: str, *values: AnyArray) -> list[Floats]:
        """What the second network says, from inputs such as ``predict_free`` takes."""
        features, geometry, near, known, picture = values
        own = features[:, FEATURES:], geometry, near, known, picture[PICTURE:]
        feed = {n: v[None].astype(np.float32) for n, v in zip(_SECOND, own, strict=True)}
        assert self._second is not None
        return [value[0] for value in self._second.run((output,), feed)]

    def name_parts(
        self, features: Floats, geometry: Floats, near: Floats, picture: Floats
    ) -> Floats:
        """Chances of the parts that n regions may show, by the second network where there is one.

        Inputs are those of ``predict``. (n, p) rows that sum to 1, in the order of ``spec.parts``;
        (n, 0) without a head.
        """
        if not self.spec.parts:
            return np.zeros((len(features), 0), np.float32)
        known = np.zeros((len(features), 4), np.float32)
        if self._second is None or features.shape[1] == FEATURES:
            rest = known, _NO_PALETTE, picture, np.zeros(len(features))
            (logits,) = self._run(("parts",), features, geometry, near, *rest)
        else:
            (logits,) = self._look_again("parts", features, geometry, near, known, picture)
        chances = np.exp(logits - logits.max(axis=1, keepdims=True))
        return np.asarray(chances / chances.sum(axis=1, keepdims=True))

    def judge(self, *values: Floats) -> float:
        """How good colours of all regions are together.

        ``values`` are the features (n, 992), geometry, adjacency, known colours and picture of
        ``predict``, (n, p) chances of parts as of ``name_parts``, and what ``whole.likely`` says of
        the colours, (n, 2). The difference of two scores is the logit that one is preferred.

        Raises:
            ModelError: the model has no critic.
        """
        if self._critic is None:
            raise ModelError(f"The model {self.spec.name} has no critic.")
        feed = dict(zip(_JUDGED, values, strict=True))
        feed["picture"] = feed["picture"][:PICTURE]
        # What was read to be matched alone (``Traits.lean``) was not seen by the second encoder.
        unseen = max(0, 2 * FEATURES - feed["features"].shape[1]) if self._second else 0
        feed["features"] = np.pad(feed["features"], ((0, 0), (0, unseen)))
        feed = {name: value[None].astype(np.float32) for name, value in feed.items()}
        return float(self._critic.run(["score"], feed)[0][0])

    def _run(self, outputs: tuple[str, ...], *values: AnyArray) -> list[Floats]:
        """Some outputs of the region graph for one drawing."""
        features, geometry, near, known, palette, picture, drawing = values
        own = features[:, :FEATURES], geometry, near, known, palette, picture[:PICTURE], drawing
        feed = {n: v[None].astype(np.float32) for n, v in zip(_INPUTS, own, strict=True)}
        return [value[0] for value in self._regions.run(outputs, feed)]


_INPUTS = ("features", "geometry", "adjacency", "known", "palette", "picture", "drawing")
_SECOND = ("features", "geometry", "adjacency", "known", "picture")
"""Inputs of the second network, which knows no palette."""

_JUDGED = (*_SECOND, "parts", "likely")
"""Inputs of the critic."""

_NO_PALETTE = np.zeros((1, 4), np.float32)

_SMALL = frozenset({"encoder", "regions", "critic", "second_encoder", "second_regions"})
"""Graphs that win nothing by a second thread, which costs as much again while it waits."""


def open_graph(spec: Graphed, role: str) -> Any:
    """A graph of a model, ready to run.

    Raises:
        ModelError: it is missing, was changed, or cannot be loaded.
    """
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    # As other libraries read it; where several processes share a machine each is given one.
    threads, usual = os.environ.get("OMP_NUM_THREADS", ""), 1 if role in _SMALL else 0
    options.intra_op_num_threads = int(threads) if threads.isdecimal() else usual
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    try:
        return onnxruntime.InferenceSession(
            read_graph(spec, role), options, providers=["CPUExecutionProvider"]
        )
    except ModelError:
        raise
    except Exception as error:  # the runtime's errors share no base class
        raise ModelError(f"The graph {spec.graphs[role]} cannot be loaded ({error}).") from error
