"""Draw the pictures of the how-to pages that need no paint program.

    python -m nurie_lab.bench.studies.programs.pictures

makes docs/pictures/layers-kept.png and docs/pictures/flats-and-masks.png from the example fairy.
"""

import tempfile
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont
from psd_tools import PSDImage
from psd_tools.constants import BlendMode

from nurie.api import Colorizer, read_palette, save
from nurie.io.extras import write_flats, write_masks
from nurie.io.images import read_sketch

ROOT = Path(__file__).parents[6]
PICTURES = ROOT / "docs" / "pictures"
FAIRY = ROOT / "examples" / "fairy.png"
INK, FAINT = (40, 40, 46), (150, 150, 158)


def font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size)


def users_page(folder: Path) -> Path:
    """A page as an artist saves it."""
    with Image.open(FAIRY) as image:
        alpha = 255 - np.asarray(image.convert("L"))
    height, width = alpha.shape
    ink = np.zeros((height, width, 4), np.uint8)
    ink[..., 3] = alpha
    notes = Image.new("RGBA", (150, 40), (0, 0, 0, 0))
    ImageDraw.Draw(notes).text((4, 0), "page 3", font=font(34), fill=(40, 90, 220, 255))
    protect = Image.new("RGBA", (width - width * 2 // 3, height), (255, 0, 0, 150))
    hints = Image.new("RGBA", (16, 16), (30, 160, 60, 255))
    psd = PSDImage.new("RGB", (width, height))
    psd.create_pixel_layer(Image.new("RGB", (width, height), (252, 248, 240)), name="ground")
    psd.create_pixel_layer(Image.fromarray(ink, "RGBA"), name="Ink", blend_mode=BlendMode.MULTIPLY)
    psd.create_pixel_layer(notes, name="notes", top=10, left=10)
    psd.create_pixel_layer(protect, name="protect", left=width * 2 // 3)
    psd.create_pixel_layer(hints, name="hints", top=height // 3, left=width // 2)
    psd.save(folder / "page.psd")
    return folder / "page.psd"


def layers_kept(model: Colorizer, folder: Path) -> None:
    layers = model.colorize(read_sketch(users_page(folder)))
    save(layers, folder / "page.colored.psd")
    psd = PSDImage.open(folder / "page.colored.psd")
    with Image.open(folder / "page.colored.psd") as image:
        page = image.convert("RGB")
    canvas = Image.new("RGB", (page.width + 330, page.height), "white")
    canvas.paste(page, (0, 0))
    draw, top = ImageDraw.Draw(canvas), 16

    def row(text: str, look: str, indent: int, *, shown: bool) -> None:
        nonlocal top
        x = page.width + 24 + 22 * indent
        draw.text((x, top), text, font=font(17), fill=INK if shown else FAINT)
        draw.text((page.width + 200, top + 2), look, font=font(14), fill=FAINT)
        top += 25

    for layer in reversed(list(psd)):
        look = "" if layer.visible else "hidden"
        if layer.blend_mode is not BlendMode.NORMAL:
            look = layer.blend_mode.name.lower()
        row(layer.name, look, 0, shown=layer.visible)
        if layer.is_group():
            inside = list(reversed(list(layer)))
            for one in inside[:9]:
                color = tuple(int(c) for c in (one.numpy("color")[0, 0] * 255).round())
                x = page.width + 200
                row(one.name, "", 1, shown=True)
                draw.rectangle((x, top - 22, x + 26, top - 6), fill=color, outline=FAINT)
            row(f"… {len(inside) - 9} more", "", 1, shown=False)
    write(canvas, "layers-kept.png")


def flats_and_masks(model: Colorizer, folder: Path) -> None:
    palette = read_palette(ROOT / "examples" / "palettes" / "seaside.hex")
    layers = model.colorize(read_sketch(FAIRY), palette=palette)
    write_flats(folder / "flats.png", layers)
    masks = write_masks(folder / "masks", "fairy", layers)[:3]
    with Image.open(folder / "flats.png") as image:
        flats = image.convert("RGBA")
    small = flats.width // 3 - 8
    canvas = Image.new("RGB", (flats.width + small + 16, flats.height), "white")
    squares = np.indices((flats.height // 16 + 1, flats.width // 16 + 1)).sum(axis=0) % 2
    board = np.where(squares, 225, 250).astype(np.uint8).repeat(16, 0).repeat(16, 1)
    ground = Image.fromarray(board).convert("RGBA").crop((0, 0, *flats.size))
    canvas.paste(Image.alpha_composite(ground, flats).convert("RGB"), (0, 0))
    for i, path in enumerate(masks):
        with Image.open(path) as image:
            mask = image.convert("RGB").resize((small, small))
        at = (flats.width + 16, i * (small + 12))
        canvas.paste(mask, at)
        draw = ImageDraw.Draw(canvas)
        draw.text((at[0] + 6, at[1] + 4), path.parent.name, font=font(14), fill=(255, 200, 60))
    write(canvas, "flats-and-masks.png")


def write(canvas: Image.Image, name: str) -> None:
    canvas.quantize(128, dither=Image.Dither.NONE).save(PICTURES / name, optimize=True)


def main() -> None:
    model = Colorizer.load()
    with tempfile.TemporaryDirectory() as folder:
        layers_kept(model, Path(folder))
        flats_and_masks(model, Path(folder))


if __name__ == "__main__":
    main()
