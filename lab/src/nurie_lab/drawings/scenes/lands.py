"""Scenes under the sky: country, winter, desert, sea, garden, forest, farm, and realms beyond."""

import numpy as np

from nurie_lab.drawings.kit.colors import shade
from nurie_lab.drawings.kit.forms import box, curve, poly, puff, tube
from nurie_lab.drawings.scenes.stage import Stage, heaven, people, spread

# An outline stays in the few lines in which it can be read as a drawing.
# fmt: off

def country(stage: Stage) -> None:
    """Hills with trees, a house, a path or a river."""
    level = stage.u(0.42, 0.6)
    heaven(stage, level)
    if stage.maybe(0.4):
        stage.peaks("mountain", stage.tint("far mountain"), level + 0.1, stage.u(0.2, 0.35))
    if stage.maybe(0.7):
        stage.ridge("far hill", stage.tint("far hill"), level - 0.04, 0.05)
    if stage.maybe(0.2):
        stage.put("balloon", stage.u(0.15, 0.85), level - 0.1, 0.22)
    stage.ridge("hill", stage.tint("hill"), level + 0.04, 0.04)
    for x in spread(stage, stage.n(1, 4)):
        stage.put(stage.any("tree", "tree", "fir", "cypress", "bush"), x,
                  level + stage.u(0.08, 0.14), stage.u(0.14, 0.24))
    ground = stage.tint("grass")
    stage.ridge("meadow", ground, level + 0.18, 0.02)
    if stage.maybe(0.6):
        x, water = stage.u(0.3, 0.7), stage.maybe(0.4)
        way = curve((x, level + 0.17), (x, level + 0.17), (x + 0.06, level + 0.26),
                    (x - 0.05, 0.85), (x - 0.12, 1.06), (x - 0.12, 1.06), (x + 0.22, 1.06),
                    (x + 0.22, 1.06), (x + 0.13, 0.85), (x + 0.14, level + 0.26),
                    (x + 0.05, level + 0.17), (x + 0.05, level + 0.17))
        stage.area(way, "river" if water else "path", stage.tint("river" if water else "path"),
                   within="meadow")
    if stage.maybe(0.75):
        kind = stage.any("house", "house", "barn", "windmill", "castle", "church", "tent")
        stage.put(kind, stage.u(0.2, 0.8), level + stage.u(0.2, 0.28), stage.u(0.26, 0.42))
    for x in spread(stage, stage.n(0, 3)):
        stage.put(stage.any("tree", "tree", "fir", "bush"), x, stage.u(0.82, 0.93),
                  stage.u(0.3, 0.5))
    people(stage, 0.95, 0.4)
    for x in spread(stage, stage.n(0, 5)):
        stage.put(stage.any("daisy", "tulip", "grass", "mushroom", "bush"), x, stage.u(0.94, 1.02),
                  stage.u(0.08, 0.17))


def winter(stage: Stage) -> None:
    """Snow, firs, and a house or an igloo."""
    level = stage.u(0.45, 0.6)
    heaven(stage, level)
    stage.peaks("mountain", stage.tint("mountain"), level + 0.1, stage.u(0.25, 0.4))
    stage.ridge("snow", stage.tint("ice"), level, 0.04)
    for x in spread(stage, stage.n(2, 5)):
        stage.put(stage.any("fir", "fir", "bare tree"), x, level + stage.u(0.06, 0.14),
                  stage.u(0.18, 0.3))
    stage.ridge("snowfield", stage.tint("snow"), level + 0.15, 0.02)
    stage.put(stage.any("house", "igloo", "church"), stage.u(0.25, 0.75), level + 0.27,
              stage.u(0.25, 0.36))
    for x in spread(stage, stage.n(1, 3)):
        stage.put("fir", x, stage.u(0.85, 0.96), stage.u(0.3, 0.5))
    people(stage, 0.97, 0.4)
    if stage.maybe(0.5):
        stage.put("snowman", stage.u(0.15, 0.85), stage.u(0.88, 0.97), stage.u(0.25, 0.36))
    if stage.maybe(0.4):
        for _ in range(stage.n(10, 30)):
            stage.disc("snowflake", (255, 255, 255),
                       (stage.u(0, 1), stage.u(0, 0.95), stage.u(0.004, 0.009)))


def desert(stage: Stage) -> None:
    """Dunes with cacti, or palms and tents."""
    level = stage.u(0.5, 0.62)
    heaven(stage, level)
    if stage.maybe(0.6):
        stage.peaks("rock", stage.tint("terracotta"), level + 0.08, stage.u(0.15, 0.3))
    sand = stage.tint("sand")
    stage.ridge("far dune", shade(sand, -0.1), level, 0.03)
    stage.ridge("dune", sand, level + 0.12, 0.04)
    for x in spread(stage, stage.n(2, 5)):
        stage.put(stage.any("cactus", "palm", "tent", "cactus"), x, stage.u(level + 0.18, 0.95),
                  stage.u(0.18, 0.36))
    people(stage, 0.97, 0.4)


def seaside(stage: Stage) -> None:
    """The sea with boats, perhaps a beach in front."""
    level = stage.u(0.4, 0.52)
    heaven(stage, level)
    if stage.maybe(0.5):
        x, w = stage.u(0.1, 0.9), stage.u(0.15, 0.3)
        stage.area(curve((x - w, level + 0.05), (x - w, level), (x - w * 0.3, level - 0.12),
                         (x + w * 0.3, level - 0.08), (x + w, level), (x + w, level + 0.05)),
                   "island", stage.tint("far hill"))
    stage.backdrop("sea", stage.tint("sea"), level)
    for _ in range(stage.n(3, 12)):
        x, y = stage.u(0, 1), stage.u(level + 0.04, 0.95)
        stage.stroke(curve((x - 0.03, y), (x - 0.015, y - 0.008), (x, y), (x + 0.015, y - 0.008),
                           (x + 0.03, y), closed=False), within="sea")
    for x in sorted(spread(stage, stage.n(1, 3))):
        stage.put(stage.any("sailboat", "sailboat", "ship"), x, level + stage.u(0.06, 0.22),
                  stage.u(0.16, 0.34))
    if stage.maybe(0.65):
        stage.ridge("beach", stage.tint("sand"), 0.8, 0.02)
        if stage.maybe(0.6):
            stage.put("palm", stage.u(0.1, 0.9), 0.95, stage.u(0.45, 0.62))
        people(stage, 0.97, 0.4)
    else:
        stage.put(stage.any("lighthouse", "ship", "sailboat"), stage.u(0.2, 0.8), 0.95,
                  stage.u(0.4, 0.6))


def garden(stage: Stage) -> None:
    """Flowers close by, on white paper or before a meadow."""
    if stage.maybe(0.7):
        heaven(stage, 0.6)
        stage.ridge("meadow", stage.tint("grass"), stage.u(0.5, 0.75), 0.03)
    for x in spread(stage, stage.n(3, 7)):
        stage.put(stage.any("daisy", "tulip", "rose", "daisy", "mushroom", "clover"), x,
                  stage.u(0.86, 0.99), stage.u(0.35, 0.62))
    for x in spread(stage, stage.n(2, 6)):
        stage.put(stage.any("grass", "bush", "grass", "mushroom"), x, stage.u(0.97, 1.03),
                  stage.u(0.12, 0.2))


def forest(stage: Stage) -> None:
    """Deep in the wood."""
    stage.backdrop("light", stage.tint(stage.any("sky", "far hill", "dawn")))
    level = stage.u(0.5, 0.62)
    for row, count, high in ((0, 6, 0.42), (1, 4, 0.6), (2, 3, 0.8)):
        stage.ridge(f"ground {row}", stage.tint(stage.any("grass", "hill")), level + 0.11 * row,
                    0.02)
        for x in spread(stage, stage.n(2, count), -0.02, 1.02):
            stage.put(stage.any("tree", "fir", "tree", "bare tree"), x,
                      level + 0.11 * row + stage.u(0.03, 0.09), high * stage.u(0.7, 1.1))
    people(stage, 0.97, 0.42)
    for x in spread(stage, stage.n(2, 6)):
        stage.put(stage.any("mushroom", "grass", "bush", "camp fire", "tent", "bird", "snail",
                            "daisy", "clover"), x, stage.u(0.93, 1.0), stage.u(0.1, 0.2))


def farm(stage: Stage) -> None:
    """A farmyard with barn, fields and a fence."""
    level = stage.u(0.44, 0.54)
    heaven(stage, level)
    stage.ridge("hill", stage.tint("hill"), level - 0.02, 0.04)
    for i in range(stage.n(1, 3)):
        x = i * 0.35
        color = stage.tint(stage.any("corn", "earth", "grass", "leaf"))
        stage.area(poly((x, level + 0.16), (x + 0.12, level + 0.04), (x + 0.34, level + 0.04),
                        (x + 0.4, level + 0.16)), f"field {i}", color)
    stage.backdrop("yard", stage.tint(stage.any("grass", "grass", "path")), level + 0.14)
    stage.put("barn", stage.u(0.2, 0.8), level + 0.24, stage.u(0.3, 0.42))
    for x in spread(stage, stage.n(1, 3)):
        stage.put(stage.any("tree", "windmill", "house", "bush"), x, level + stage.u(0.2, 0.28),
                  stage.u(0.2, 0.34))
    stage.put(stage.any("tractor", "truck", "tractor"), stage.u(0.2, 0.8), stage.u(0.82, 0.92),
              stage.u(0.22, 0.3))
    if stage.maybe(0.6):
        fence(stage, stage.u(0.86, 0.94))
    people(stage, 0.97, 0.42)
    for x in spread(stage, stage.n(1, 5)):
        stage.put(stage.any("pumpkin", "daisy", "grass", "corn", "tulip", "bird", "bucket",
                            "carrot"), x, stage.u(0.97, 1.02), stage.u(0.08, 0.15))


def fence(stage: Stage, low: float) -> None:
    """A fence from side to side."""
    color = stage.tint("timber") if stage.maybe(0.5) else (255, 255, 255)
    for y in (low - 0.11, low - 0.06):
        stage.area(box(-0.05, y, 1.05, y + 0.02), "fence", color)
    for x in np.arange(0.02, 1.0, 0.085):
        stage.area(poly((x, low), (x, low - 0.13), (x + 0.018, low - 0.155),
                        (x + 0.036, low - 0.13), (x + 0.036, low)), "fence", color)


def underwater(stage: Stage) -> None:
    """Fish, weed, coral, bubbles, at times a submarine."""
    stage.backdrop("water", stage.tint("sea") if stage.maybe(0.6) else stage.tint("deep sea"))
    if stage.maybe(0.5):
        stage.ridge("far rock", stage.tint("deep sea"), stage.u(0.62, 0.75), 0.06)
    stage.ridge("sand", stage.tint("sand"), stage.u(0.8, 0.88), 0.03)
    for i, x in enumerate(spread(stage, stage.n(2, 6))):
        color, sway = stage.tint("seaweed"), stage.u(-0.05, 0.05)
        for k in range(stage.n(1, 3)):
            dx, high = k * 0.035, stage.u(0.2, 0.45)
            stage.area(tube([(x + dx, 0.98), (x + dx + sway, 0.98 - high / 3),
                             (x + dx - sway, 0.98 - high * 0.7), (x + dx + sway, 0.98 - high)],
                            0.03, 0.025, 0.008), f"weed {i}", color)
    for i, x in enumerate(spread(stage, stage.n(0, 3))):
        coral, y = stage.tint("coral"), stage.u(0.9, 1.0)
        for dx, h in ((-0.06, 0.13), (0.06, 0.12), (0.0, 0.18)):
            stage.area(tube([(x, y), (x + dx * 0.6, y - h * 0.5), (x + dx, y - h)], 0.035, 0.03),
                       f"coral {i}", coral)
    if stage.maybe(0.3):
        stage.put("submarine", stage.u(0.3, 0.7), stage.u(0.4, 0.6), stage.u(0.25, 0.4))
    for x in spread(stage, stage.n(3, 7)):
        kind = stage.any("fish", "fish", "fish", "fish", "octopus", "whale")
        stage.put(kind, x, stage.u(0.2, 0.82), stage.u(0.1, 0.2))
    for x in spread(stage, stage.n(0, 3)):
        stage.put(stage.any("chest", "shell", "anchor", "shell"), x, stage.u(0.94, 1.0),
                  stage.u(0.1, 0.2))
    for _ in range(stage.n(3, 14)):
        stage.disc("bubble", stage.tint("ice"),
                   (stage.u(0.03, 0.97), stage.u(0.05, 0.8), stage.u(0.006, 0.016)))


def space(stage: Stage) -> None:
    """Planets, stars, and what flies among them."""
    stage.backdrop("space", stage.tint("purple space" if stage.maybe(0.6) else "night"))
    stage.stars(stage.n(6, 24), 0.98)
    for i, x in enumerate(spread(stage, stage.n(1, 4))):
        r, y, color = stage.u(0.05, 0.14), stage.u(0.12, 0.7), stage.tint("planet")
        stage.disc(f"planet {i}", color, (x, y, r))
        ratio = stage.width / stage.height
        if stage.maybe(0.4):
            for k in (-0.5, 0.25):
                stage.area(box(x - r, y + k * r * ratio, x + r, y + (k + 0.28) * r * ratio),
                           f"band {i}", shade(color, 0.3), within=f"planet {i}")
        elif stage.maybe(0.5):
            for _ in range(stage.n(2, 4)):
                cx, cy = x + stage.u(-0.5, 0.5) * r, y + stage.u(-0.5, 0.5) * r * ratio
                stage.disc(f"crater {i}", shade(color, -0.18), (cx, cy, r * stage.u(0.1, 0.2)))
    if stage.maybe(0.5):
        stage.ridge("ground", stage.tint("stone") if stage.maybe(0.5) else stage.tint("planet"),
                    stage.u(0.78, 0.86), 0.02)
        people(stage, 0.97, 0.36)
    for x in spread(stage, stage.n(1, 2), 0.2, 0.8):
        stage.put(stage.any("rocket", "rocket", "saucer"), x, stage.u(0.55, 0.9),
                  stage.u(0.25, 0.5))


def flying(stage: Stage) -> None:
    """High in the sky: planes and balloons among clouds."""
    heaven(stage, 1.0)
    stage.clouds(most=5, low=0.95)
    for x in spread(stage, stage.n(1, 4)):
        stage.put(stage.any("plane", "balloon", "helicopter", "balloon"), x, stage.u(0.4, 0.92),
                  stage.u(0.22, 0.45))
    if stage.maybe(0.5):
        color = stage.tint("cloud")
        for x in np.linspace(0, 1, 5):
            stage.area(puff(stage.rng, (x, 1.02, 0.16, 0.1), 8), "cloud bank", color)


KINDS = {
    "country": country, "winter": winter, "desert": desert, "seaside": seaside, "garden": garden,
    "forest": forest, "farm": farm,
    "underwater": underwater, "space": space, "sky": flying,
}
