"""One colour for each region out of the distribution that the model gives to it."""

import numpy as np

from nurie.arrays import Bins, Floats, Rgb8
from nurie.colors import WHITE_BIN, lab_to_srgb, srgb_to_lab
from nurie.document import Palette
from nurie.guidance.lightness import as_light
from nurie.guidance.palette import NEAR, around, nearness, over_entries
from nurie.guidance.safest import safest
from nurie.painting.scene import Choice, Wishes


def draw(logits: Floats, shift: Floats, wishes: Wishes, noise: Floats) -> Choice:
    """One colour for each row of logits, from the palette where there is one."""
    chances = softmax(logits)
    if wishes.palette is not None and len(wishes.palette):
        return _draw_entry(chances, wishes, noise)
    # A colour that many likely bins are near to is likelier than a lone bin (Zhang et al. 2016 take
    # the annealed mean for the same reason; this stays a colour that occurs).
    lab = srgb_to_lab(wishes.bin_colors)
    mass = around(chances, lab)
    if wishes.temperature:
        middle = _pick(mass, wishes.temperature * noise[:, : mass.shape[1]])
        # The middle of a neighbourhood need not be likely itself: brown, skin and red lie around
        # an orange. So the likeliest colour about it is taken.
        close = nearness(lab, 0.7 * NEAR)[middle]
        pick = (chances * close).argmax(axis=1).astype(np.int32)
    else:
        middle = pick = safest(chances, wishes.bin_colors)
    colors = moved(wishes.bin_colors[pick], shift)
    colors[pick == WHITE_BIN] = 255
    if wishes.light is not None:
        colors = as_light(colors, np.where(pick == WHITE_BIN, np.nan, wishes.light))
    return Choice(colors, pick == WHITE_BIN, mass[np.arange(len(pick)), middle])


def _draw_entry(chances: Floats, wishes: Wishes, noise: Floats) -> Choice:
    """An entry of the palette, or paper, for each distribution over the bins."""
    assert wishes.palette is not None
    white = chances[:, WHITE_BIN : WHITE_BIN + 1]
    rest = np.delete(chances, WHITE_BIN, axis=1)
    rest = rest / np.maximum(rest.sum(1, keepdims=True), 1e-9)
    bin_colors = np.delete(wishes.bin_colors, WHITE_BIN, axis=0)
    entries = over_entries(rest, bin_colors, wishes.palette)
    if wishes.light is not None:
        entries = _near_in_light(entries, wishes.palette, wishes.light)
    chances = np.concatenate([entries * (1 - white), white], axis=1)
    colors = np.concatenate([wishes.palette.colors, [[255, 255, 255]]]).astype(np.uint8)
    pick = _pick(chances, wishes.temperature * noise[:, : len(colors)])
    return Choice(colors[pick], pick == len(colors) - 1, chances[np.arange(len(pick)), pick])


def _near_in_light(chances: Floats, palette: Palette, light: Floats) -> Floats:
    """Chances of palette entries, (n, k), where those nearest in lightness are likeliest."""
    gap = np.nan_to_num(np.abs(srgb_to_lab(palette.colors)[None, :, 0] - light[:, None]))
    gap = gap - gap.min(axis=1, keepdims=True)
    chances = (chances + 1e-4) * np.exp(-0.5 * (gap / 6) ** 2)
    near: Floats = (chances / chances.sum(axis=1, keepdims=True)).astype(np.float32)
    return near


def moved(colors: Rgb8, shift: Floats) -> Rgb8:
    """Colours moved in Lab, by no more than a bin is wide.

    Args:
        colors: (n, 3) uint8.
        shift: (n, 3) Lab / 100.

    Returns:
        (n, 3) uint8.

    >>> moved(np.array([[200, 10, 10]], np.uint8), np.zeros((1, 3))).tolist()
    [[200, 10, 10]]
    """
    return lab_to_srgb(srgb_to_lab(colors) + np.clip(100 * shift, -12, 12))


def _pick(chances: Floats, noise: Floats) -> Bins:
    """Sample an index a row by the Gumbel trick; no noise takes the largest."""
    score = np.log(np.maximum(chances, 1e-9)) + noise
    likely = chances >= 0.05 * chances.max(axis=1, keepdims=True)
    picked: Bins = np.where(likely, score, -np.inf).argmax(axis=1).astype(np.int32)
    return picked


def softmax(logits: Floats) -> Floats:
    """Rows of logits as distributions.

    >>> softmax(np.zeros((1, 2), np.float32)).tolist()
    [[0.5, 0.5]]
    """
    shifted = np.exp(logits - logits.max(axis=1, keepdims=True))
    result: Floats = shifted / shifted.sum(axis=1, keepdims=True)
    return result
