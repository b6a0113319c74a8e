"""The colours of the training regions that look the most alike: what memory alone can do."""

from pathlib import Path

import numpy as np

from nurie.arrays import AnyArray
from nurie.colors import WHITE_BIN, bins_of
from nurie.document import Sketch
from nurie.errors import OptionError
from nurie_lab.bench.bench import SystemSpec
from nurie_lab.bench.requests import Answer, Request, System, filled

MOST = 1000
"""Training drawings that are remembered."""

NEIGHBOURS = 5


def nearest(spec: SystemSpec, examples: Path | None) -> System:
    """Each region takes the median colour of the most alike training regions.

    Raises:
        OptionError: there are no examples.
    """
    from nurie.api import Colorizer
    from nurie.models.registry import DEFAULT, find_region
    from nurie.models.session import RegionSession

    files = sorted(examples.glob("*.npz")) if examples else []
    if not files:
        raise OptionError("The nearest neighbours need the training's examples; give --examples.")
    name = spec.model or DEFAULT
    session, model = RegionSession(find_region(name)), Colorizer.load(name)
    known, shown = _remembered(session, files)
    middle, spread = known.mean(0), known.std(0) + 1e-3
    known = (known - middle) / spread
    size = np.square(known).sum(1)

    def answer(request: Request) -> Answer:
        sketch = Sketch(request.lines)
        drawing = model.read(sketch).drawing
        labels = drawing.labels
        found = (drawing.scene.looks - middle) / spread
        best = np.argpartition(size[None] - 2 * found @ known.T, NEIGHBOURS, axis=1)
        colors = np.median(shown[best[:, :NEIGHBOURS]], axis=1).astype(np.uint8)
        return filled(request, np.vstack([np.full((1, 3), 255, np.uint8), colors])[labels], labels)

    return answer


def _remembered(session: object, files: list[Path]) -> tuple[AnyArray, AnyArray]:
    """Features and colours of the coloured regions of some training drawings."""
    from nurie.regions.tokens import pool

    features, colors, rng = [], [], np.random.default_rng(0)
    for path in files:
        with np.load(path) as stored:
            chosen = rng.permutation(len(stored["lines"]))[: max(1, MOST // len(files))]
            rows = [
                [stored[k][i] for k in ("lines", "labels", "geometry", "weight", "colors")]
                for i in chosen
            ]
        for lines, labels, geometry, weight, truth in rows:
            good = np.flatnonzero((weight > 0.5) & (bins_of(truth) != WHITE_BIN))
            if not len(good):
                continue
            maps = session.encode(lines.astype(np.float32) / 255)  # type: ignore[attr-defined]
            places = geometry[: good.max() + 1, :2].astype(np.float32)
            pooled = pool(maps, labels.astype(np.int32) * (labels <= len(places)), places)
            features.append(pooled[good])
            colors.append(truth[good])
    return np.concatenate(features), np.concatenate(colors)
