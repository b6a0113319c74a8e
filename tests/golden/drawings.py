"""Small drawings of every kind that the tool reads, the same bytes every time."""

from pathlib import Path

import cv2
import numpy as np
from PIL import Image

EXAMPLES = Path(__file__).parents[2] / "examples"


def example(name, size):
    """A drawing that comes with nurie, made smaller: (size, size) uint8."""
    gray = np.asarray(Image.open(EXAMPLES / f"{name}.png").convert("L"))
    return cv2.resize(gray, (size, size), interpolation=cv2.INTER_AREA)


def cropped(name, height, width):
    """The middle of half the size of a drawing that comes with nurie."""
    small = example(name, 256)
    top, left = (256 - height) // 2, (256 - width) // 2
    return np.ascontiguousarray(small[top : top + height, left : left + width])


def paper(height=160, width=160):
    return np.full((height, width), 255, np.uint8)


def boxes(height=160, width=160, thickness=2, kind=cv2.LINE_8):
    """A house of straight lines: six rooms, one in another."""
    page = paper(height, width)
    right, low = width - 12, height - 12
    cv2.rectangle(page, (12, 12), (right, low), 0, thickness, kind)
    cv2.line(page, (12, height // 2), (right, height // 2), 0, thickness, kind)
    cv2.line(page, (width // 2, 12), (width // 3, low), 0, thickness, kind)
    cv2.rectangle(page, (24, 24), (48, 56), 0, thickness, kind)
    cv2.rectangle(page, (30, 30), (40, 44), 0, thickness, kind)
    return page


def smooth():
    """A face of anti-aliased curves."""
    page = paper(192, 160)
    cv2.ellipse(page, (80, 96), (62, 78), 0, 0, 360, 0, 2, cv2.LINE_AA)
    for x in (56, 104):
        cv2.circle(page, (x, 76), 14, 0, 2, cv2.LINE_AA)
        cv2.circle(page, (x, 78), 5, 0, -1, cv2.LINE_AA)
    cv2.ellipse(page, (80, 126), (26, 14), 0, 0, 360, 0, 1, cv2.LINE_AA)
    cv2.line(page, (80, 84), (72, 104), 90, 2, cv2.LINE_AA)
    return page


def opened():
    """Rooms with openings of several widths in their walls."""
    page = boxes(thickness=3)
    page[70:76, 146:152] = 255
    page[78:84, 100:110] = 255
    page[10:16, 60:63] = 255
    page[146:152, 30:50] = 255
    return page


def red_and_blue():
    """Black lines, and trace lines in red and blue: (160, 160, 3) uint8."""
    page = np.repeat(boxes()[..., None], 3, axis=2)
    cv2.line(page, (20, 120), (140, 100), (255, 0, 0), 2)
    cv2.circle(page, (110, 46), 18, (0, 0, 255), 2)
    return page


def transparent():
    """Ink on nothing, some of it half there: (160, 160, 4) uint8."""
    page = np.zeros((160, 160, 4), np.uint8)
    page[..., 3] = 255 - smooth()[16:176]
    page[40:60, :, 3] //= 2
    page[..., :3] = (20, 10, 40)
    return page


def scanned():
    """Tinted, noisy paper: (160, 160, 3) uint8."""
    noise = np.random.default_rng(5).integers(-6, 7, (160, 160, 3))
    page = boxes(kind=cv2.LINE_AA)[..., None] * np.array([0.97, 0.94, 0.86]) + noise
    return np.clip(page, 0, 255).astype(np.uint8)


def colored(height=160, width=160):
    """A coloured picture for references, palettes and line making: (H, W, 3) uint8."""
    page = np.full((height, width, 3), 255, np.uint8)
    cv2.rectangle(page, (12, 12), (width - 12, height // 2), (120, 180, 230), -1)
    cv2.rectangle(page, (12, height // 2), (width - 12, height - 12), (90, 150, 70), -1)
    cv2.circle(page, (width // 2, height // 2), height // 4, (220, 90, 60), -1)
    cv2.circle(page, (width // 2, height // 2), height // 9, (245, 215, 120), -1)
    page[boxes(height, width) == 0] = 0
    return page


def flats():
    """Four flat colours without lines, on nothing: (160, 160, 4) uint8."""
    page = np.zeros((160, 160, 4), np.uint8)
    tints = [(200, 60, 50), (240, 200, 80), (60, 120, 190), (200, 60, 50)]
    for i, color in enumerate(tints):
        top, left = divmod(i, 2)
        page[12 + 70 * top : 76 + 70 * top, 12 + 70 * left : 76 + 70 * left] = (*color, 255)
    return page


def tones(height, width):
    """Gray that runs from corner to corner in steps: (height, width) uint8."""
    rows, columns = np.mgrid[0:height, 0:width]
    return (40 + (rows // 20 * 23 + columns // 16 * 17) % 200).astype(np.uint8)


def write_all(folder):
    """Write every drawing; their file names by (height, width)."""
    small = {"house.png": cropped("house", 160, 160), "cat.png": example("cat", 192),
             "parasol.png": cropped("parasol", 128, 160),
             "singer.tga": example("singer", 160), "smooth.png": smooth(),
             "open.png": opened(), "deep.png": boxes().astype(np.uint16) * 257,
             "color.png": red_and_blue(), "clear.png": transparent(),
             "scan.tif": scanned()}  # fmt: skip
    sizes = {}
    for name, pixels in small.items():
        if pixels.dtype == np.uint16:
            cv2.imwrite(str(folder / name), pixels)
        else:
            Image.fromarray(pixels).save(folder / name)
        sizes.setdefault(pixels.shape[:2], []).append(name)
    Image.fromarray(boxes(kind=cv2.LINE_AA)).convert("1", dither=Image.Dither.NONE).save(
        folder / "bit.png", dpi=(300, 300)
    )
    sizes[160, 160].append("bit.png")
    return sizes


def write_helpers(folder):
    """Write what the options name: a palette, hints, a reference, flats, gray tones."""
    Image.fromarray(colored()).save(folder / "colored.png")
    Image.fromarray(flats()).save(folder / "flats.png")
    (folder / "night.hex").write_text("#102040\n#503070\n#208080\n#c0c060\n#804020\n", "utf-8")
    (folder / "night.gpl").write_text(
        "GIMP Palette\nName: night\n#\n16 32 64\tsky\n80 48 112\tcoat\n32 128 128\tgrass\n", "utf-8"
    )
    (folder / "hints.json").write_text(
        '{"hints": [{"x": 36, "y": 50, "color": "#e8b04a"}, {"points": [[60, 100], [90, 110]],'
        ' "radius": 3, "color": "#5c4b99"}, {"polygon": [[90, 20], [120, 20], [110, 60]],'
        ' "color": "#2a8"}]}',
        "utf-8",
    )
