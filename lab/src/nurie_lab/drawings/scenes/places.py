"""Where people live: streets, rooms, tables."""

import numpy as np

from nurie_lab.drawings.kit.colors import shade
from nurie_lab.drawings.kit.forms import box, oval, poly
from nurie_lab.drawings.scenes.stage import Stage, heaven, people, spread

# An outline stays in the few lines in which it can be read as a drawing.
# fmt: off

def street(stage: Stage) -> None:
    """A row of houses, a pavement, a road with cars on it."""
    level = stage.u(0.6, 0.68)
    heaven(stage, level)
    if stage.maybe(0.6):
        stage.put("block", stage.u(0.1, 0.9), level, stage.u(0.5, 0.6))
    x = -0.05
    while x < 1.05:
        kind = stage.any("house", "block", "shop", "shop", "house", "block", "tree")
        high = stage.u(0.3, 0.46)
        stage.put(kind, x + 0.14, level, high)
        x += stage.u(0.2, 0.32)
    stage.backdrop("pavement", stage.tint("pavement"), level, level + 0.09)
    for tx in spread(stage, stage.n(0, 3)):
        stage.put(stage.any("tree", "bush", "cypress"), tx, level + 0.07, stage.u(0.2, 0.32))
    stage.backdrop("road", stage.tint("road"), level + 0.09)
    for i in range(6):
        stage.area(box(i * 0.2, level + 0.21, i * 0.2 + 0.1, level + 0.225), "marking",
                   (255, 255, 255))
    for i, cx in enumerate(spread(stage, stage.n(1, 3), 0.1, 0.9)):
        stage.put(stage.any("car", "car", "bus", "truck", "scooter", "bicycle"), cx,
                  level + 0.19 + 0.1 * (i % 2), stage.u(0.2, 0.28))
    people(stage, 0.98, 0.4)


def still(stage: Stage) -> None:
    """Food and flowers on a table, a wall behind."""
    stage.backdrop("wall", stage.tint("room wall"))
    level = stage.u(0.55, 0.68)
    stage.backdrop("table", stage.tint("timber") if stage.maybe(0.6) else stage.tint("cloth"),
                   level)
    for low, high in ((level + 0.1, 0.42), (level + 0.22, 0.3)):
        for x in spread(stage, stage.n(2, 4)):
            kind = stage.any("bouquet", "fruit bowl", "apple", "pear", "citrus", "grapes", "banana",
                             "cherries", "melon", "pineapple", "potted plant", "pumpkin",
                             "strawberry", "tomato")
            tall = {"bouquet": 1.3, "potted plant": 1.2, "fruit bowl": 1.1, "pineapple": 1.1,
                    "cherries": 0.6, "strawberry": 0.5}
            stage.put(kind, x, low + stage.u(-0.02, 0.05),
                      high * tall.get(kind, 0.75) * stage.u(0.8, 1.1))


def _indoors(stage: Stage) -> float:
    """Wall and floor of a room; tells where the floor begins."""
    level = stage.u(0.62, 0.74)
    wall = stage.tint("room wall")
    stage.backdrop("wall", wall)
    if stage.maybe(0.25):
        stripe = shade(wall, 0.35 if sum(wall) < 690 else -0.06)
        for x in np.arange(0.03, 1.0, 0.12):
            stage.area(box(x, -0.05, x + 0.05, level), "stripe", stripe)
    elif stage.maybe(0.2):
        stage.backdrop("panelling", stage.tint("pale wood"), level - 0.2, level)
    floor = stage.tint("floor")
    stage.backdrop("floor", floor, level)
    if stage.maybe(0.5):
        stage.backdrop("skirting", stage.tint("paper"), level - 0.025, level)
    if stage.maybe(0.4):
        for y in (level + 0.06, level + 0.14, level + 0.24):
            stage.stroke(poly((-0.05, y), (1.05, y), closed=False), within="floor")
    return level


def _rug(stage: Stage, level: float) -> None:
    """A rug on the floor, at times with a border."""
    x, y, color = stage.u(0.35, 0.65), (level + 1.02) / 2, stage.tint("rug")
    w, h = stage.u(0.25, 0.38), (1 - level) * 0.32
    if stage.maybe(0.5):
        stage.area(oval(x, y, w, h), "rug", color)
        stage.area(oval(x, y, w * 0.75, h * 0.7), "rug middle", stage.tint("rug"))
    else:
        stage.area(poly((x - w * 0.85, y - h), (x + w * 0.85, y - h), (x + w, y + h),
                        (x - w, y + h)), "rug", color)


def _hang(stage: Stage, level: float, *kinds: str) -> None:
    """Things on the wall, side by side."""
    for x, kind in zip(spread(stage, len(kinds), 0.02, 0.98), kinds, strict=True):
        high = {"casement": 0.4, "picture": 0.18, "clock": 0.17}.get(kind, 0.2)
        stage.put(kind, x, level * stage.u(0.5, 0.56) + high / 2, high * stage.u(0.85, 1.1))


def room(stage: Stage) -> None:
    """A sitting room."""
    level = _indoors(stage)
    _hang(stage, level, "casement", *(stage.any("picture", "clock") for _ in range(stage.n(0, 2))))
    row = ["armchair", stage.any("bookcase", "lamp", "fireplace"),
           stage.any("cupboard", "potted plant", "television", "lamp", "panel door")]
    for x, kind in zip(spread(stage, 3, 0.0, 1.0), row, strict=True):
        high = {"bookcase": 0.52, "panel door": 0.56, "lamp": 0.48, "potted plant": 0.3,
                "fireplace": 0.38, "television": 0.28}.get(kind, 0.33)
        stage.put(kind, x, level + stage.u(0.02, 0.07), high)
    if stage.maybe(0.3):
        stage.put("hanging lamp", stage.u(0.3, 0.7), 0.26, 0.28)
    if stage.maybe(0.7):
        _rug(stage, level)
    people(stage, 0.97, 0.58)
    for x in spread(stage, stage.n(0, 3)):
        stage.put(stage.any("ball", "teddy bear", "book", "gift", "stool", "drum", "shoe", "bag",
                            "robot"), x, stage.u(0.92, 1.0), stage.u(0.1, 0.16))


def bedroom(stage: Stage) -> None:
    """A child's bedroom with toys."""
    level = _indoors(stage)
    _hang(stage, level, stage.any("casement", "picture"),
          stage.any("picture", "clock", "heart", "moon"))
    side = stage.maybe(0.5)
    stage.put("bed", 0.32 if side else 0.68, level + 0.1, 0.34)
    stage.put(stage.any("cupboard", "bookcase"), 0.86 if side else 0.14, level + 0.05,
              stage.u(0.34, 0.5))
    if stage.maybe(0.7):
        _rug(stage, level)
    people(stage, 0.98, 0.52)
    for x in spread(stage, stage.n(2, 5)):
        stage.put(stage.any("ball", "teddy bear", "robot", "drum", "kite", "book", "guitar",
                            "locomotive", "car", "shoe", "balloons"), x, stage.u(0.9, 1.0),
                  stage.u(0.12, 0.2))


def kitchen(stage: Stage) -> None:
    """A table laid, seen from the front, a window behind."""
    level = _indoors(stage)
    _hang(stage, level, "casement", stage.any("clock", "picture", "pan"))
    people(stage, 0.95, 0.62)
    top, color = stage.u(0.66, 0.74), stage.tint(stage.any("timber", "cloth"))
    stage.area(box(-0.05, top, 1.05, 1.06) if stage.maybe(0.5) else poly((0.08, top), (0.92, top),
            (1.04, 1.06), (-0.04, 1.06)), "table", color)
    for low, high in ((top + 0.08, 0.2), (top + 0.22, 0.19)):
        for x in spread(stage, stage.n(2, 4), 0.08, 0.92):
            kind = stage.any("mug", "teapot", "bowl", "cake", "bread", "fruit bowl", "drink",
                             "cupcake", "bottle", "pizza", "cheese", "fried egg", "bouquet",
                             "doughnut", "pan", "biscuit")
            stage.put(kind, x, low + stage.u(-0.01, 0.03), high * stage.u(0.8, 1.2))


def skyline(stage: Stage) -> None:
    """A city of towers, mostly by night, before water or a road."""
    night = stage.maybe(0.5)
    stage.backdrop("sky", stage.tint("night" if night else stage.any("sky", "dusk", "dawn")))
    if night:
        stage.stars(stage.n(3, 10), 0.4)
        stage.moon()
    else:
        stage.sun()
        stage.clouds()
    level = stage.u(0.68, 0.8)
    for row, high in ((0, 0.55), (1, 0.42)):
        x = -0.08 + 0.05 * row
        while x < 1.02:
            stage.put(stage.any("block", "block", "block", "church", "shop") if row else "block",
                      x + 0.08, level, high * stage.u(0.6, 1.05))
            x += stage.u(0.13, 0.22)
    if stage.maybe(0.5):
        stage.backdrop("water", stage.tint("deep sea" if night else "sea"), level)
        stage.put(stage.any("sailboat", "ship"), stage.u(0.2, 0.8), stage.u(0.88, 0.97),
                  stage.u(0.14, 0.24))
    else:
        stage.backdrop("road", stage.tint("road"), level)
        for x in spread(stage, stage.n(1, 4)):
            stage.put(stage.any("car", "bus", "truck", "car"), x, level + stage.u(0.1, 0.2), 0.17)


def park(stage: Stage) -> None:
    """A park or a playground with people, balloons and food."""
    level = stage.u(0.48, 0.6)
    heaven(stage, level)
    stage.ridge("far trees", stage.tint("far hill"), level - 0.05, 0.03)
    stage.backdrop("lawn", stage.tint("grass"), level)
    if stage.maybe(0.6):
        x = stage.u(0.3, 0.7)
        stage.area(oval(x, level + 0.2, stage.u(0.15, 0.3), 0.06),
                   stage.any("pond", "pond", "sandpit"), stage.tint("river"))
    for x in spread(stage, stage.n(2, 4)):
        stage.put(stage.any("tree", "tree", "bush", "fir"), x, level + stage.u(0.04, 0.14),
                  stage.u(0.26, 0.42))
    for x in spread(stage, stage.n(1, 3)):
        stage.put(stage.any("kite", "balloons", "bird", "butterfly"), x, stage.u(0.3, 0.5),
                  stage.u(0.12, 0.22))
    people(stage, 0.93, 0.48)
    for x in spread(stage, stage.n(1, 4)):
        stage.put(stage.any("bicycle", "ball", "daisy", "fruit bowl", "bag", "grass", "bush",
                            "scooter", "bird"), x, stage.u(0.93, 1.0), stage.u(0.13, 0.24))


KINDS = {
    "street": street, "still life": still, "room": room, "bedroom": bedroom, "kitchen": kitchen,
    "skyline": skyline, "park": park,
}
"""What can be laid out here, by name."""
