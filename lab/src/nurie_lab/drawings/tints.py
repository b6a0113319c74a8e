"""Colours that people choose for things: families of tints, and the mood of a whole picture."""

import colorsys

import numpy as np

from nurie.colors import parse_hex
from nurie_lab.drawings.strokes import Color

Generator = np.random.Generator

FAMILIES: dict[str, str] = {
    # plants
    "leaf": "4caf50 5fb047 3f9b46 7bbf4a 2f8f4e 6aa84f 8bc34a 3a7d44",
    "dark leaf": "2e7d46 1f6f4a 2f6b3c 386641 27734a",
    "grass": "7cc653 8fcf5a 6ab04c 9ad36a 86c46a 5fa843 a6d96a",
    "autumn": "e07b2a d9582b e8a735 c8452d b8672f f0b429",
    "bark": "8b5a2b 7a4b27 9c6b3f 6b4423 a0744a 845a3c",
    "petal": "f06292 e53935 ffb3c7 9c5bd1 f7c948 ffffff ff8a3d b39ddb 5b7fe0 e84a8a",
    "pistil": "f5c518 f2b430 e0a526 8b5a2b",
    "stem": "5aa646 4c9a4f 6fb04a 3f8c48",
    "cactus": "4fa35a 5fae68 3f8f55 78b86a",
    "terracotta": "c96a3d d07a48 b85c38 d98a5b",
    "cap red": "d9332b e0453a c62f2f",
    "cap": "d9332b c98a4b a8703f e0a15e d9332b",
    "cream": "fbf3df f6e9cf fff8e7 f3e3c3",
    # fruit and food
    "apple": "d8322c e0392f c62828 8cc63f a8cf45 e8c547",
    "pear": "c5d34a b7cc4a d6d85a a9c24b",
    "orange": "f58a1f ff9a2e f2801a",
    "lemon": "f9e04b fbe45a f5d93a",
    "banana": "f8dc4a ffe15a f3d03e",
    "cherry": "c81d2e d4233a b5172a",
    "berry": "e0313f d92638 e84350",
    "blueberry": "4a5fb8 3f51a8 5a6fc4",
    "grape": "7b4bb0 6a3fa0 8e5cc0 8dbb4a a5cc5a",
    "plum": "7a3f86 6b3577 8c4a94",
    "peach": "fbb48a f8a57a ffc09a",
    "melon rind": "3f9b46 4fae52 2e8540",
    "melon flesh": "ef4d58 f25d66 e8424e",
    "pineapple": "e8b02e f0bc3c dca428",
    "carrot": "f08026 f58c32 e87420",
    "tomato": "e23a2e d9332a ec4a3a",
    "aubergine": "5a3372 4e2b66 683f82",
    "pumpkin": "f08a24 e87d1e f59a3a",
    "corn": "f7d24a fadb5e f0c63c",
    "bread": "d9a35c e0b06c cf9650 c98c48",
    "crumb": "f7e6c4 f3dcb0 faecd0",
    "sponge": "f0c98a ebbf7a f5d49c e2b06a",
    "chocolate": "6b4028 5c3622 7a4a30",
    "icing": "f8a8c4 fff2f6 ffd5e2 b8e0d8 fbe7a0 c9b3ea 7a4a30 ffffff",
    "cheese": "f8d04e fada66 f3c43c",
    "ham": "f0a3a0 ee9591 f5b3ae",
    "meat": "8a4a32 7a4029 96563c",
    "yolk": "fbbf2e f9b41e fdc846",
    "salad": "86c44a 94cc58 78b840",
    "cream white": "fffaf0 ffffff fdf3e0",
    "tea": "c98a4b b5763a d69c5e",
    "coffee": "6b4530 7a5038 5a3826",
    "juice": "f9a12e f5d23a ef5d5d f58ab0 8fcc4a",
    "water": "8fd3f0 a5dcf5 7cc8ea",
    "wafer": "dfae6a d6a25c e8bc7c",
    "rice": "ffffff fdfbf2",
    "nori": "2f4538 26392e",
    "salmon": "fa8a5f f77d55 fb9a70",
    "broth": "e0a860 d8954a e8b878",
    # nature
    "sky": "a8dcf5 8fd0f2 b9e4f8 9cd4f0 7fc6ee c5eaf9",
    "dawn": "fcd3b0 fbc4a8 f9c6d0 fde0b8 e8c4e0",
    "dusk": "f28f6b e8788a b889c8 f5a66a",
    "night": "1f2a5a 26336b 2a2f66 1b2450 343c7a",
    "sea": "3f9fd8 4aa9dd 2f8ecb 56b5e0 3aa8c4",
    "deep sea": "2a78b8 2f86c4 2470ac 3a90c8",
    "river": "62b8e8 74c2ec 54aee0",
    "sand": "f3dda6 efd598 f7e4b8 e8cc8e",
    "earth": "a97b50 9c6e45 b58a5e c49a6c",
    "path": "e3cfa2 d9c294 ecdcb6 cdbfae",
    "far hill": "a9cfa0 9fc7b0 b5d6a8 a8c8c0 b0c8d8",
    "hill": "7fbf6a 8ac870 74b560 96cc72",
    "mountain": "8d93a6 7f8799 9a9cab 8a7f78 a08f80 8fa0b8",
    "far mountain": "b4bdd0 a9b8cc c0c4d4 b8c4dc",
    "snow": "ffffff ffffff f4f9ff",
    "ice": "d9effa cfe9f7 e6f5fc",
    "cloud": "ffffff ffffff ffffff f2f8fd eaf3fa",
    "rain cloud": "9aa7b8 8c9aac aab4c2",
    "stone": "a5a5a3 969896 b5b1a9 8b8f92 aaa294",
    "sun": "ffd23f ffc72e ffdb57 fbb829",
    "moon": "fbefb0 f8e79a fff4c4 f0ead0",
    "star": "ffd94a ffe16a fcd030",
    "coral": "f2737f fa8f6a e85a8c c46ad0 f5a04a",
    "seaweed": "3f9a5a 2f8a5f 5aaa4f 4a8f6a",
    "shell": "f7c6b0 f3b8c0 fbe0c8 e8c8a8",
    "flame": "f5782a f89a2e ef5a24",
    "flame heart": "ffd94a ffe36a fcc93a",
    # built and made
    "brick": "b8543c c2604a a84a36 cc7050 b5694e",
    "wall": "f7e6c4 fbf0dc f0d9b0 ffffff f5cfc0 d8e6ee fbe39a e8d8c8 cfe3c8 f2b8a0",
    "roof": "b8402f c4503a 8a4b38 a0392c 6b5a52 5a6c80 7a3b30 cc6a3c 4a7a8c",
    "tiles": "c4503a b8402f d0643f",
    "timber": "a9744a 9a6438 b58253 8a5a34 c4935e",
    "pale wood": "d9b27c e0bd8c cfa46c e8c99a",
    "door": "8a5a34 a3402f 3f7a58 3f6a9a 6b4423 c0392b 2f6f73 d08a3a",
    "glass": "cfe9f5 bfe3f2 d8eef8 b0d9ee c5e6f0",
    "lit glass": "ffe58a ffdf72 fdeaa5",
    "concrete": "c4c4c0 b5b8ba cfccc4 a9adb2",
    "tower": "9fb0c4 b8a898 c9b9a5 8fa3b8 d0c8bc a5b8b0 c48f78 7f95ad",
    "road": "6f7378 7a7d82 62666b 868a8e",
    "pavement": "c9c5bd bdbab4 d4cfc5",
    "metal": "b5bcc4 a5adb6 c4cad0 98a2ac",
    "dark metal": "5f6872 6c747d 525a64",
    "gold": "f2c14a e8b23a f7cf66",
    "brass": "d0a040 c4943a dcb050",
    "tyre": "3a3d42 44474c 33363a 4e5156",
    "black": "3a3a3e 45454a 333338",
    "rubber": "e88a8a 555a60 d96a6a",
    "paint": "e53935 e53935 2f7fd6 3f8fe0 f9c62e f9c62e 43a85a f58a2a 8e5cc0 2fa8a5 ef6fa0 "
    "f4f4f2 5c6670 8fcdec c0392b 1f5fa8",
    "soft paint": "f2a0a0 a8cbe8 f7dc8f a8d5a0 f5c090 c8b0e0 a0d5cf f5bcd0 e8dcc8 b8c4cc",
    "cloth": "d94a4a 4a7fc4 f0c04a 5aa86a 8f6ab8 e88aa8 4aa8a8 e0884a 7a8a99 f0e4d0 35507f b0455f",
    "leather": "8a5634 6f4428 a46c42 5a3a28 c08a58",
    "jeans": "4a6fa5 3f6296 5a80b4",
    "paper": "ffffff ffffff fffdf5",
    "skin": "f6cfae f0c09a fbdcc4 c98d63 8a5a3c e8b088",
    "floor": "d2a56f c4935e deb887 b98352 e2c39a c9b8a4",
    "room wall": "f5e6cc e8efd8 dcebf3 f8dcd4 fbf0c8 e4dcf0 f2efe6 cfe4dc f6d5a8",
    "rug": "c0504d 4a7fb0 e0a84a 7aa874 9a6fb0 d98a9a 5a9a9a",
    "purple space": "2a2456 1d1f4a 34286a 1a2348 251b4d",
    "planet": "e8894a d06a4a 7ab8d8 c98fd8 8fc878 e8c070 6a8fd8 d88aa8",
    "shadow": "cfd2da d8d4cc c4c8d4 dcdce0",
    "lamp": "fbe39a f7d878 fff0c0 f0b8a0 b8d8e0",
}
"""Space-separated anchors of each family; said twice is chosen twice as often."""

_ANCHORS = {name: [parse_hex(h) for h in text.split()] for name, text in FAMILIES.items()}

MOODS = {"plain": 0.58, "vivid": 0.16, "pastel": 0.12, "muted": 0.08, "warm": 0.06}
"""What a person does to all colours of one picture, and how often."""


def tint(rng: Generator, family: str) -> Color:
    """A colour of a family, such as ``"leaf"`` or ``"brick"``.

    Args:
        rng: source of the choice.
        family: a key of ``FAMILIES``.

    Returns:
        sRGB in [0, 255]; near-white stays as it is.

    >>> r, g, b = tint(np.random.default_rng(0), "leaf")
    >>> g > r and g > b
    True
    """
    anchors = _ANCHORS[family]
    r, g, b = anchors[int(rng.integers(len(anchors)))]
    if min(r, g, b) >= 250:
        return r, g, b
    h, s, v = colorsys.rgb_to_hsv(r / 255, g / 255, b / 255)
    h += rng.normal(0, 0.008)
    s *= float(np.clip(rng.normal(1, 0.07), 0.8, 1.15))
    v *= float(np.clip(rng.normal(1, 0.035), 0.9, 1.06))
    return _rgb(h, s, v)


def _rgb(h: float, s: float, v: float) -> Color:
    r, g, b = colorsys.hsv_to_rgb(h % 1, min(max(s, 0.0), 1.0), min(max(v, 0.0), 1.0))
    return round(r * 255), round(g * 255), round(b * 255)


def shade(color: Color, amount: float) -> Color:
    """The colour mixed with white (``amount`` above 0) or with a deep shadow (below 0).

    >>> shade((200, 100, 0), 1.0), shade((200, 100, 0), 0.0)
    ((255, 255, 255), (200, 100, 0))
    """
    goal = (255, 255, 255) if amount > 0 else (20, 16, 40)
    return mixed(color, goal, abs(amount))


def mixed(a: Color, b: Color, share: float) -> Color:
    """``a`` with a share of ``b`` in it.

    >>> mixed((0, 0, 0), (200, 100, 50), 0.5)
    (100, 50, 25)
    """
    r, g, b_ = (round(p + (q - p) * share) for p, q in zip(a, b, strict=True))
    return r, g, b_


def any_mood(rng: Generator) -> str:
    """A mood, as often as people have it."""
    return str(rng.choice(list(MOODS), p=list(MOODS.values())))


def in_mood(color: Color, mood: str) -> Color:
    """The colour as it is in a picture of that mood; white stays white.

    >>> in_mood((255, 255, 255), "muted"), in_mood((200, 40, 40), "plain")
    ((255, 255, 255), (200, 40, 40))
    """
    if mood == "plain" or min(color) >= 250:
        return color
    h, s, v = colorsys.rgb_to_hsv(*(c / 255 for c in color))
    if mood == "vivid":
        return _rgb(h, s**0.75, v**0.85)
    if mood == "pastel":
        return mixed(_rgb(h, s * 0.8, v), (255, 252, 248), 0.3)
    if mood == "muted":
        return _rgb(h, s * 0.7, v * 0.96)
    return mixed(color, (255, 190, 110), 0.14)
