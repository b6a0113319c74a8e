"""sRGB, CIE Lab, ΔE2000, and the 512 bins of the report's colour histogram (section III.A)."""

import re

import numpy as np

from nurie.arrays import AnyArray, Bins, Floats, Rgb8
from nurie.errors import OptionError

BINS = 512
WHITE_BIN = 511

_M = np.array(
    [
        [0.4124564, 0.3575761, 0.1804375],
        [0.2126729, 0.7151522, 0.0721750],
        [0.0193339, 0.1191920, 0.9503041],
    ]
)
_WHITE = _M.sum(axis=1)


def bins_of(rgb: Rgb8) -> Bins:
    """Histogram bin of each colour: eight levels a channel, red the slowest.

     (..., 3) to (...,); white is 511.

    >>> bins_of(np.array([[255, 255, 255], [0, 0, 0], [255, 0, 31]], np.uint8)).tolist()
    [511, 0, 448]
    """
    q = np.asarray(rgb, np.uint8).astype(np.int32) >> 5
    return np.asarray(q[..., 0] * 64 + q[..., 1] * 8 + q[..., 2])


def bin_centers() -> Rgb8:
    """Middle colour of each bin, (512, 3) uint8, but white for the white bin.

    >>> bin_centers()[[0, 511]].tolist()
    [[16, 16, 16], [255, 255, 255]]
    """
    i = np.arange(BINS)
    centers = (np.stack([i // 64, i // 8 % 8, i % 8], axis=1) * 32 + 16).astype(np.uint8)
    centers[WHITE_BIN] = 255
    return centers


def light_of(color: AnyArray) -> AnyArray:
    """Light in [0, 1] of sRGB channels in [0, 1] (IEC 61966-2-1).

    >>> light_of(np.array([0.0, 0.5, 1.0])).round(3).tolist()
    [0.0, 0.214, 1.0]
    """
    return np.where(color <= 0.04045, color / 12.92, ((color + 0.055) / 1.055) ** 2.4)


def of_light(light: AnyArray) -> AnyArray:
    """SRGB channels of light; the other way round.

    >>> of_light(np.array([0.0, 0.214, 1.0])).round(3).tolist()
    [0.0, 0.5, 1.0]
    """
    return np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)


def srgb_to_lab(rgb: AnyArray) -> Floats:
    """CIE Lab (D65) of sRGB colours (IEC 61966-2-1, CIE 15).

    (..., 3), uint8 in [0, 255] or floating in [0, 1], becomes (..., 3) float32: L in [0, 100], a
    and b about [-110, 110].

    >>> np.round(srgb_to_lab(np.array([255, 0, 0], np.uint8)), 1).tolist()
    [53.2..., 80.0..., 67.1...]
    """
    c = np.asarray(rgb)
    c = c / 255.0 if c.dtype == np.uint8 else c.astype(np.float64)
    xyz = light_of(c) @ _M.T / _WHITE
    f = np.where(xyz > 216 / 24389, np.cbrt(xyz), (24389 / 27 * xyz + 16) / 116)
    lab = np.stack(
        [116 * f[..., 1] - 16, 500 * (f[..., 0] - f[..., 1]), 200 * (f[..., 1] - f[..., 2])], -1
    )
    return lab.astype(np.float32)


def lab_to_srgb(lab: AnyArray) -> Rgb8:
    """SRGB of CIE Lab colours (D65), the nearest that the eight bits can hold.

    >>> lab_to_srgb(srgb_to_lab(np.array([12, 200, 99], np.uint8))).tolist()
    [12, 200, 99]
    """
    lab = np.asarray(lab, np.float64)
    y = (lab[..., 0] + 16) / 116
    f = np.stack([y + lab[..., 1] / 500, y, y - lab[..., 2] / 200], -1)
    xyz = np.where(f**3 > 216 / 24389, f**3, (116 * f - 16) / (24389 / 27)) * _WHITE
    srgb = of_light(np.clip(xyz @ np.linalg.inv(_M).T, 0, 1))
    return np.asarray((255 * srgb).round().astype(np.uint8))


def delta_e(a: AnyArray, b: AnyArray) -> Floats:
    """CIEDE2000 difference of (..., 3) Lab colours (Sharma, Wu, Dalal 2005).

    (...,) float32 ≥ 0, broadcast; about 1 is just noticeable.

    >>> lab = np.array([50.0, 2.6772, -79.7751]), np.array([50.0, 0.0, -82.7485])
    >>> round(float(delta_e(*lab)), 4)
    2.0425
    """
    l1, a1, b1 = np.moveaxis(np.asarray(a, np.float64), -1, 0)
    l2, a2, b2 = np.moveaxis(np.asarray(b, np.float64), -1, 0)
    c7 = ((np.hypot(a1, b1) + np.hypot(a2, b2)) / 2) ** 7
    g = 1 + 0.5 * (1 - np.sqrt(c7 / (c7 + 25.0**7)))
    a1, a2 = a1 * g, a2 * g
    c1, c2 = np.hypot(a1, b1), np.hypot(a2, b2)
    h1, h2 = np.degrees(np.arctan2(b1, a1)) % 360, np.degrees(np.arctan2(b2, a2)) % 360
    chroma = c1 * c2 > 0
    dh = np.where(chroma, (h2 - h1 + 180) % 360 - 180, 0)
    mean_h = np.where(chroma, (h1 + dh / 2) % 360, h1 + h2)
    mean_l, mean_c = (l1 + l2) / 2, (c1 + c2) / 2
    t = (
        1
        - 0.17 * np.cos(np.radians(mean_h - 30))
        + 0.24 * np.cos(np.radians(2 * mean_h))
        + 0.32 * np.cos(np.radians(3 * mean_h + 6))
        - 0.20 * np.cos(np.radians(4 * mean_h - 63))
    )
    s_l = 1 + 0.015 * (mean_l - 50) ** 2 / np.sqrt(20 + (mean_l - 50) ** 2)
    s_c, s_h = 1 + 0.045 * mean_c, 1 + 0.015 * mean_c * t
    rotation = -np.sin(np.radians(60 * np.exp(-(((mean_h - 275) / 25) ** 2)))) * 2
    rotation = rotation * np.sqrt(mean_c**7 / (mean_c**7 + 25.0**7))
    x = (c2 - c1) / s_c
    y = 2 * np.sqrt(c1 * c2) * np.sin(np.radians(dh / 2)) / s_h
    total = ((l2 - l1) / s_l) ** 2 + x**2 + y**2 + rotation * x * y
    return np.asarray(np.sqrt(np.maximum(total, 0)).astype(np.float32))


def color_codes(colors: AnyArray) -> AnyArray:
    """One int64 for each (..., 3) uint8 colour.

    >>> color_codes(np.array([[255, 128, 0]], np.uint8)).tolist() == [0xFF8000]
    True
    """
    wide = colors.astype(np.int64)
    return wide[..., 0] << 16 | wide[..., 1] << 8 | wide[..., 2]


def colors_of(codes: AnyArray) -> Rgb8:
    """(..., 3) uint8 of codes.

    >>> colors_of(np.array([0xFF8000])).tolist()
    [[255, 128, 0]]
    """
    return np.stack([codes >> 16, codes >> 8 & 255, codes & 255], axis=-1).astype(np.uint8)


def parse_hex(text: str) -> tuple[int, int, int]:
    """Colour of ``#rrggbb``, ``rrggbb`` or ``#rgb``.

    Raises:
        OptionError: the text is none of these.

    >>> parse_hex("#ff8000"), parse_hex("0af")
    ((255, 128, 0), (0, 170, 255))
    """
    match = re.fullmatch(r"#?([0-9a-fA-F]{6}|[0-9a-fA-F]{3})", text.strip())
    if not match:
        raise OptionError(f"{text.strip()[:40]!r} is not a colour; write it like #ff8800.")
    digits = match[1] if len(match[1]) == 6 else "".join(2 * d for d in match[1])
    r, g, b = bytes.fromhex(digits)
    return r, g, b


def to_hex(color: AnyArray | tuple[int, int, int]) -> str:
    """``#rrggbb`` of one uint8 colour.

    >>> to_hex((255, 128, 0))
    '#ff8000'
    """
    r, g, b = (int(c) for c in color)
    return f"#{r:02x}{g:02x}{b:02x}"
