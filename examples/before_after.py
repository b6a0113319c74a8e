"""Make the README's picture: drawings beside three answers each.

python examples/before_after.py [-o docs/pictures/before-after.png] [DRAWING…]
"""

import argparse
from pathlib import Path

import numpy as np

from nurie.api import Colorizer
from nurie.io.images import read_sketch, write_picture

HERE = Path(__file__).parent
DRAWINGS = ("fairy", "parasol", "cat", "pansy")
ANSWERS = 3
SIDE = 300


def row(model: Colorizer, path: Path) -> np.ndarray:
    """The drawing and its answers side by side, (SIDE, (1 + ANSWERS) · SIDE, 3)."""
    sketch = read_sketch(path)
    drawn = np.repeat(sketch.pixels[..., None], 3, axis=2) if sketch.pixels.ndim == 2 else (
        sketch.pixels
    )  # fmt: skip
    pictures = [drawn, *(v.merged() for v in model.read(sketch).variations(ANSWERS))]
    pictures += [np.full_like(drawn, 255)] * (1 + ANSWERS - len(pictures))
    return np.concatenate([_fitted(p) for p in pictures], axis=1)


def _fitted(picture: np.ndarray) -> np.ndarray:
    import cv2

    scale = SIDE / max(picture.shape[:2])
    size = (round(picture.shape[1] * scale), round(picture.shape[0] * scale))
    small = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
    page = np.full((SIDE, SIDE, 3), 255, np.uint8)
    top, left = (SIDE - size[1]) // 2, (SIDE - size[0]) // 2
    page[top : top + size[1], left : left + size[0]] = small
    return page


def main() -> None:
    """Write the picture."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("drawings", nargs="*", type=Path)
    parser.add_argument("-o", "--output", type=Path)
    args = parser.parse_args()
    drawings = args.drawings or [HERE / f"{name}.png" for name in DRAWINGS]
    output = args.output or HERE.parent / "docs" / "pictures" / "before-after.png"
    model = Colorizer.load()
    write_picture(output, np.concatenate([row(model, d) for d in drawings]), force=True)
    print(output)


if __name__ == "__main__":
    main()
