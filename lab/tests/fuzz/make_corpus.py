"""Write the kept corpus: small files of every kind that nurie reads, all made here.

python tests/fuzz/make_corpus.py
"""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np

from nurie.document import Layers, Palette, Sketch
from nurie.io.images import write_picture
from nurie.io.ora.write import write_ora
from nurie.io.palettes import write_palette
from nurie.io.psd.write import write_psd

CORPUS = Path(__file__).parent / "corpus"


def drawing(*, deep: bool = False, color: bool = False) -> np.ndarray:
    """A soft box, 32 x 24 pixels."""
    page = np.full((24, 32), 255, np.uint8)
    page[4:20, 5:27], page[6:18, 8:24], page[12, 8:24] = 90, 255, 0
    page = page.astype(np.uint16) * 257 if deep else page
    if not color:
        return page
    page = page[..., None].repeat(3, 2)
    page[12, 8:24, 0] = 230
    return page


def layers(*, deep: bool = False, shade: bool = False, names: bool = True) -> Layers:
    """The drawing in two colours."""
    labels = np.ones((24, 32), np.int32)
    labels[5:12, 6:26], labels[12:19, 6:26] = 2, 3
    palette = Palette(np.array([[200, 30, 30], [0, 90, 200]], np.uint8), ("red", "sea") * names)
    entries = np.array([-1, -1, 0, 1], np.int32)
    sketch = Sketch(drawing(deep=deep), dpi=(300.0, 300.0))
    soft = np.full((24, 32, 3), 200, np.uint8) if shade else None
    return Layers(sketch, labels, entries, palette, entries > 9, shade=soft)


def write_pictures(folder: Path) -> None:
    """Pictures of every kind and depth."""
    from PIL import Image

    alpha = np.dstack([drawing(color=True), drawing()])
    for suffix in ("png", "tif", "tga", "webp"):
        write_picture(folder / f"gray.{suffix}", drawing(), dpi=(72.0, 72.0), force=True)
        write_picture(folder / f"alpha.{suffix}", alpha, force=True)
    for suffix in ("png", "tif"):
        write_picture(folder / f"deep.{suffix}", drawing(deep=True, color=True), force=True)
    picture = Image.fromarray(drawing(color=True))
    picture.quantize(4).save(folder / "indexed.png", transparency=1)
    picture.save(folder / "plain.bmp")
    picture.quantize(4).save(folder / "indexed.bmp")
    picture.save(folder / "plain.jpg", quality=80)
    picture.convert("CMYK").save(folder / "ink.jpg", quality=80, dpi=(90, 90))
    picture.convert("1").save(folder / "bits.tif", compression="group4")
    picture.save(folder / "lzw.tif", compression="tiff_lzw")
    picture.convert("P").save(folder / "indexed.tga")


def write_documents(folder: Path) -> None:
    """Layered documents and palettes."""
    for name, made in (
        ("plain", layers()),
        ("deep", layers(deep=True)),
        ("shade", layers(shade=True, names=False)),
    ):
        write_ora(folder / f"{name}.ora", made, force=True)
        write_psd(folder / f"{name}.psd", made, force=True)
    write_psd(folder / "single.psd", layers(), one_flat_layer=True, force=True)
    inked = drawing()
    inked[12, 8:24] = 255
    traced = layers()
    write_ora(
        folder / "trace.ora",
        replace(traced, sketch=replace(traced.sketch, inked=inked)),
        force=True,
    )
    for suffix in ("gpl", "ase", "hex"):
        write_palette(folder / f"named.{suffix}", layers().palette, force=True)
        write_palette(
            folder / f"bare.{suffix}", Palette(np.eye(3, dtype=np.uint8) * 255), force=True
        )
    (folder / "comments.hex").write_text("; c\n// d\n# e\n#fff, white\n0af\n", "utf-8")
    (folder / "columns.gpl").write_text(
        "GIMP Palette\r\nName: a b\r\nColumns: 3\r\n#\r\n255 0 0\r\n", "utf-8"
    )


def write_hints(folder: Path) -> None:
    """Dabs on a transparent picture, and lists."""
    dabs = np.zeros((24, 32, 4), np.uint8)
    dabs[8:10, 10:12], dabs[15, 12] = (200, 30, 30, 255), (0, 90, 200, 180)
    write_picture(folder / "dabs.png", dabs, force=True)
    write_picture(folder / "deep.png", dabs.astype(np.uint16) * 257, force=True)
    lists = {
        "dots": [{"x": 10, "y": 9, "color": "#ff8800"}, {"x": 12.5, "y": 15, "color": "0af"}],
        "marks": {
            "hints": [
                {"points": [[1, 2], [9, 9]], "radius": 3, "color": "#08f"},
                {"polygon": [[0, 0], [9, 0], [9, 9]], "color": "#080"},
                {"x": 3, "y": 4, "color": "#123456", "radius": 2},
            ]
        },
    }
    for name, content in lists.items():
        (folder / f"{name}.json").write_text(json.dumps(content) + "\n", "utf-8")


def main(target: Path = CORPUS) -> None:
    """Write all of it; the same bytes each time."""
    parts = (("files", write_pictures), ("files", write_documents), ("hints", write_hints))
    for name, write in parts:
        folder = target / name
        folder.mkdir(parents=True, exist_ok=True)
        write(folder)


if __name__ == "__main__":
    main()
