"""What characters wear: which garments go with which."""

import numpy as np

from nurie_lab.drawings.hues import pick

Generator = np.random.Generator

_OUTFITS: dict[str, tuple[float, dict[str, tuple[str, ...]]]] = {
    "casual": (
        30,
        {
            "top": ("tee", "tee", "long", "hoodie", "sweater", "tank", "jacket", "shirt"),
            "bottom": ("jeans", "jeans", "trousers", "shorts", "skirt", "leggings"),
            "shoes": ("sneakers", "sneakers", "boots", "low"),
        },
    ),
    "school": (
        14,
        {
            "top": ("sailor", "blazer", "shirt", "vest"),
            "bottom": ("pleated", "trousers"),
            "shoes": ("low", "low", "sneakers"),
            "neck": ("bow", "tie", "bow"),
        },
    ),
    "dress": (
        16,
        {
            "top": ("dress", "dress", "pinafore", "gown"),
            "bottom": ("dress",),
            "shoes": ("low", "low", "boots", "bare"),
            "neck": ("", "bow", "necklace"),
        },
    ),
    "suit": (
        8,
        {
            "top": ("blazer", "vest", "coat"),
            "bottom": ("trousers", "trousers", "straight"),
            "shoes": ("low",),
            "neck": ("tie", "bow"),
        },
    ),
    "kimono": (7, {"top": ("kimono",), "bottom": ("robe",), "shoes": ("sandals", "low")}),
    "fantasy": (
        14,
        {
            "top": ("tunic", "armour", "coat", "tunic", "robe"),
            "bottom": ("trousers", "leggings", "skirt"),
            "shoes": ("boots", "boots", "greaves"),
            "cape": ("", "cape", "cape", "wings"),
        },
    ),
    "work": (
        8,
        {
            "top": ("overalls", "apron", "shirt", "coat"),
            "bottom": ("trousers", "jeans"),
            "shoes": ("boots", "sneakers"),
        },
    ),
    "summer": (
        7,
        {
            "top": ("tank", "swim", "tee"),
            "bottom": ("shorts", "shorts", "skirt"),
            "shoes": ("sandals", "bare", "sneakers"),
        },
    ),
}
SLEEVES: dict[str, tuple[str, ...]] = {
    "tee": ("short",),
    "long": ("long", "rolled"),
    "hoodie": ("long",),
    "sweater": ("long",),
    "tank": ("none",),
    "jacket": ("long", "rolled"),
    "shirt": ("long", "short", "rolled"),
    "sailor": ("long", "short", "puff"),
    "blazer": ("long",),
    "vest": ("long", "short"),
    "dress": ("none", "short", "puff", "long"),
    "pinafore": ("short", "puff", "long"),
    "gown": ("none", "puff", "wide"),
    "coat": ("long",),
    "kimono": ("wide",),
    "tunic": ("short", "long", "none"),
    "armour": ("plate",),
    "robe": ("wide",),
    "overalls": ("short", "long"),
    "apron": ("short", "long", "rolled"),
    "swim": ("none",),
}
_FRINGES = {
    "straight": 20.0,
    "spiky": 22.0,
    "side": 20.0,
    "center": 13.0,
    "swept": 10.0,
    "curl": 6.0,
}
_WOMEN = {
    "long": 24.0,
    "bob": 16.0,
    "short": 7.0,
    "pony": 13.0,
    "twin": 12.0,
    "bun": 7.0,
    "buns": 5.0,
    "braids": 7.0,
    "wavy": 12.0,
    "afro": 4.0,
}
_MEN = {
    "short": 52.0,
    "spiky": 26.0,
    "bob": 6.0,
    "long": 5.0,
    "pony": 4.0,
    "afro": 6.0,
    "bald": 4.0,
}
HATS = {
    "": 66.0,
    "cap": 5.0,
    "beanie": 3.0,
    "straw": 3.0,
    "witch": 3.0,
    "beret": 2.0,
    "crown": 2.0,
    "ribbon": 6.0,
    "band": 4.0,
    "ears": 4.0,
    "horns": 2.0,
    "flower": 3.0,
    "top": 1.5,
    "helmet": 2.0,
    "hood": 2.0,
    "bunny": 2.0,
    "halo": 1.5,
}
PROPS = {
    "": 70.0,
    "sword": 6.0,
    "staff": 4.0,
    "book": 5.0,
    "flower": 4.0,
    "balloon": 4.0,
    "ball": 3.0,
    "cup": 4.0,
    "umbrella": 3.0,
    "bag": 4.0,
    "wand": 2.5,
    "shield": 2.5,
    "ice": 3.0,
    "teddy": 3.0,
}


def _one(rng: Generator, names: tuple[str, ...]) -> str:
    return names[int(rng.integers(len(names)))]


def dressed(rng: Generator, *, woman: bool, age: str, manner: str) -> dict[str, str]:
    """An outfit, a hair style and what is carried.

    Args:
        rng: source of all choices.
        woman: whether a woman's clothes are likely.
        age: ``child``, ``adult`` or ``old``.
        manner: how the face is drawn; western cartoons have bald heads more often.

    Returns:
        Name of the thing by kind; an empty name is nothing.
    """
    odds = {k: v[0] for k, v in _OUTFITS.items()}
    if not woman:
        odds["dress"] = 0.0
    outfit = _OUTFITS[pick(rng, odds)][1]
    wears = {kind: _one(rng, names) for kind, names in outfit.items()}
    if not woman and wears["bottom"] in {"skirt", "pleated", "straight"}:
        wears["bottom"] = "trousers"
    if not woman and wears["top"] in {"sailor", "swim"}:
        wears["top"] = "shirt" if wears["top"] == "sailor" else "tank"
    wears["sleeve"] = _one(rng, SLEEVES[wears["top"]])
    wears["pattern"] = pick(rng, {"": 72.0, "stripes": 9.0, "dots": 6.0, "band": 7.0, "mark": 8.0})
    wears["socks"] = pick(rng, {"": 35.0, "short": 30.0, "knee": 20.0, "thigh": 9.0 * woman})
    wears["belt"] = "belt" if rng.random() < 0.3 else ""
    wears.update(_on_head(rng, woman=woman, age=age, manner=manner))
    if wears["hat"] == "" and rng.random() < 0.05:
        wears["neck"] = "scarf"
    wears["prop"] = pick(rng, PROPS)
    return wears


def _on_head(rng: Generator, *, woman: bool, age: str, manner: str) -> dict[str, str]:
    back = pick(rng, _WOMEN if woman else _MEN)
    if not woman and age == "old" and rng.random() < 0.4:
        back = "bald"
    beard = {"": 100.0}
    if not woman and age != "child" and manner != "chibi":
        beard = {"": 70.0, "full": 10.0, "moustache": 10.0, "goatee": 6.0}
    return {
        "back": back,
        "fringe": pick(rng, _FRINGES if woman else {**_FRINGES, "swept": 25.0}),
        "locks": "locks" if woman and rng.random() < 0.65 else "",
        "hat": pick(rng, HATS),
        "glasses": "glasses" if rng.random() < (0.4 if age == "old" else 0.09) else "",
        "beard": pick(rng, beard),
        "ear": pick(rng, {"": 90.0, "elf": 6.0, "ring": 8.0 * woman}),
        "blush": "blush" if rng.random() < 0.3 else "",
    }
