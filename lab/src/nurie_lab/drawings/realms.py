"""Under the sea, among the stars, above the clouds."""

import numpy as np

from nurie_lab.drawings.forms import box, puff, tube
from nurie_lab.drawings.stage import Stage, heaven, people, spread
from nurie_lab.drawings.tints import shade

# An outline stays in the few lines in which it can be read as a drawing.
# fmt: off


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


KINDS = {"underwater": underwater, "space": space, "sky": flying}
"""What can be laid out here, by name."""
