"""Whole pages: land, street, sea, sky and rooms in layers, with things in front of one another."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from nurie.dataset.forms import box, curve, oval, poly, puff, tube
from nurie.dataset.pages import Figures, Page, heaven
from nurie.dataset.strokes import Made, paint
from nurie.dataset.things import hand
from nurie.dataset.tints import any_mood, shade

Generator = np.random.Generator


def _spread(page: Page, count: int, low: float = 0.08, high: float = 0.92) -> list[float]:
    """Places from left to right that keep some distance, in any order."""
    cells = np.linspace(low, high, count + 1)
    xs = [
        page.u(a + (b - a) * 0.2, b - (b - a) * 0.2)
        for a, b in zip(cells[:-1], cells[1:], strict=True)
    ]
    return [xs[i] for i in page.rng.permutation(count)]


def _people(page: Page, low: float, high: float) -> None:
    """One to three figures in the foreground, if there are any to be had."""
    if page.figures is None or page.maybe(0.3):
        return
    for x in _spread(page, page.n(1, 3), 0.15, 0.85):
        page.figure(x, low + page.u(-0.02, 0.03), high * page.u(0.8, 1.1))


def country(page: Page) -> None:
    """Hills with trees, a house, a path or a river."""
    level = page.u(0.42, 0.6)
    heaven(page, level)
    if page.maybe(0.4):
        page.peaks("mountain", page.tint("far mountain"), level + 0.1, page.u(0.2, 0.35))
    if page.maybe(0.7):
        page.ridge("far hill", page.tint("far hill"), level - 0.04, 0.05)
    if page.maybe(0.2):
        page.put("balloon", page.u(0.15, 0.85), level - 0.1, 0.22)
    page.ridge("hill", page.tint("hill"), level + 0.04, 0.04)
    for x in _spread(page, page.n(1, 4)):
        page.put(
            page.any("tree", "tree", "fir", "cypress", "bush"),
            x,
            level + page.u(0.08, 0.14),
            page.u(0.14, 0.24),
        )
    ground = page.tint("grass")
    page.ridge("meadow", ground, level + 0.18, 0.02)
    if page.maybe(0.6):
        x, water = page.u(0.3, 0.7), page.maybe(0.4)
        way = curve((x, level + 0.17), (x, level + 0.17), (x + 0.06, level + 0.26), (x - 0.05, 0.85), (x - 0.12, 1.06), (x - 0.12, 1.06),
                    (x + 0.22, 1.06), (x + 0.22, 1.06), (x + 0.13, 0.85), (x + 0.14, level + 0.26), (x + 0.05, level + 0.17), (x + 0.05, level + 0.17))  # fmt: skip
        page.area(
            way,
            "river" if water else "path",
            page.tint("river" if water else "path"),
            within="meadow",
        )
    if page.maybe(0.75):
        kind = page.any("house", "house", "barn", "windmill", "castle", "church", "tent")
        page.put(kind, page.u(0.2, 0.8), level + page.u(0.2, 0.28), page.u(0.26, 0.42))
    for x in _spread(page, page.n(0, 3)):
        page.put(page.any("tree", "tree", "fir", "bush"), x, page.u(0.82, 0.93), page.u(0.3, 0.5))
    _people(page, 0.95, 0.4)
    for x in _spread(page, page.n(0, 5)):
        page.put(
            page.any("daisy", "tulip", "grass", "mushroom", "bush"),
            x,
            page.u(0.94, 1.02),
            page.u(0.08, 0.17),
        )


def winter(page: Page) -> None:
    """Snow, firs, and a house or an igloo."""
    level = page.u(0.45, 0.6)
    heaven(page, level)
    page.peaks("mountain", page.tint("mountain"), level + 0.1, page.u(0.25, 0.4))
    page.ridge("snow", page.tint("ice"), level, 0.04)
    for x in _spread(page, page.n(2, 5)):
        page.put(
            page.any("fir", "fir", "bare tree"), x, level + page.u(0.06, 0.14), page.u(0.18, 0.3)
        )
    page.ridge("snowfield", page.tint("snow"), level + 0.15, 0.02)
    page.put(
        page.any("house", "igloo", "church"), page.u(0.25, 0.75), level + 0.27, page.u(0.25, 0.36)
    )
    for x in _spread(page, page.n(1, 3)):
        page.put("fir", x, page.u(0.85, 0.96), page.u(0.3, 0.5))
    _people(page, 0.97, 0.4)


def desert(page: Page) -> None:
    """Dunes with cacti, or palms and tents."""
    level = page.u(0.5, 0.62)
    heaven(page, level)
    if page.maybe(0.6):
        page.peaks("rock", page.tint("terracotta"), level + 0.08, page.u(0.15, 0.3))
    sand = page.tint("sand")
    page.ridge("far dune", shade(sand, -0.1), level, 0.03)
    page.ridge("dune", sand, level + 0.12, 0.04)
    for x in _spread(page, page.n(2, 5)):
        page.put(
            page.any("cactus", "palm", "tent", "cactus"),
            x,
            page.u(level + 0.18, 0.95),
            page.u(0.18, 0.36),
        )
    _people(page, 0.97, 0.4)


def street(page: Page) -> None:
    """A row of houses, a pavement, a road with cars on it."""
    level = page.u(0.6, 0.68)
    heaven(page, level)
    if page.maybe(0.6):
        page.put("block", page.u(0.1, 0.9), level, page.u(0.5, 0.6))
    x = -0.05
    while x < 1.05:
        kind = page.any("house", "block", "shop", "shop", "house", "block", "tree")
        high = page.u(0.3, 0.46)
        page.put(kind, x + 0.14, level, high)
        x += page.u(0.2, 0.32)
    page.backdrop("pavement", page.tint("pavement"), level, level + 0.09)
    for tx in _spread(page, page.n(0, 3)):
        page.put(page.any("tree", "bush", "cypress"), tx, level + 0.07, page.u(0.2, 0.32))
    page.backdrop("road", page.tint("road"), level + 0.09)
    for i in range(6):
        page.area(
            box(i * 0.2, level + 0.21, i * 0.2 + 0.1, level + 0.225), "marking", (255, 255, 255)
        )
    for i, cx in enumerate(_spread(page, page.n(1, 3), 0.1, 0.9)):
        page.put(
            page.any("car", "car", "bus", "truck", "scooter", "bicycle"),
            cx,
            level + 0.19 + 0.1 * (i % 2),
            page.u(0.2, 0.28),
        )
    _people(page, 0.98, 0.4)


def seaside(page: Page) -> None:
    """The sea with boats, perhaps a beach in front."""
    level = page.u(0.4, 0.52)
    heaven(page, level)
    if page.maybe(0.5):
        x, w = page.u(0.1, 0.9), page.u(0.15, 0.3)
        page.area(
            curve(
                (x - w, level + 0.05),
                (x - w, level),
                (x - w * 0.3, level - 0.12),
                (x + w * 0.3, level - 0.08),
                (x + w, level),
                (x + w, level + 0.05),
            ),
            "island",
            page.tint("far hill"),
        )
    page.backdrop("sea", page.tint("sea"), level)
    for _ in range(page.n(3, 12)):
        x, y = page.u(0, 1), page.u(level + 0.04, 0.95)
        page.stroke(
            curve(
                (x - 0.03, y),
                (x - 0.015, y - 0.008),
                (x, y),
                (x + 0.015, y - 0.008),
                (x + 0.03, y),
                closed=False,
            ),
            within="sea",
        )
    for x in sorted(_spread(page, page.n(1, 3))):
        page.put(
            page.any("sailboat", "sailboat", "ship"),
            x,
            level + page.u(0.06, 0.22),
            page.u(0.16, 0.34),
        )
    if page.maybe(0.65):
        page.ridge("beach", page.tint("sand"), 0.8, 0.02)
        if page.maybe(0.6):
            page.put("palm", page.u(0.1, 0.9), 0.95, page.u(0.45, 0.62))
        _people(page, 0.97, 0.4)
    else:
        page.put(
            page.any("lighthouse", "ship", "sailboat"), page.u(0.2, 0.8), 0.95, page.u(0.4, 0.6)
        )


def fish(page: Page, spot: tuple[float, float, float], name: str) -> None:
    """A fish with fins and stripes; ``spot`` is (x, y, length as a share of the width)."""
    x, y, r = spot
    s = np.float32([r * (1 if page.maybe(0.5) else -1), r * page.width / page.height])
    body, fin = page.tint("paint"), page.tint("paint")
    at = np.float32([x, y])
    page.area(
        curve((0.3, 0), (0.3, 0), (0.5, -0.22), (0.5, -0.22), (0.44, 0), (0.5, 0.22), (0.5, 0.22))
        * s
        + at,
        f"{name}.fin",
        fin,
    )
    page.area(
        curve((-0.1, -0.2), (-0.1, -0.2), (0.05, -0.36), (0.2, -0.18), (0.2, -0.18)) * s + at,
        f"{name}.fin",
        fin,
    )
    page.area(
        curve(
            (-0.45, 0.0),
            (-0.3, -0.2),
            (0.0, -0.26),
            (0.25, -0.12),
            (0.36, 0),
            (0.25, 0.12),
            (0.0, 0.26),
            (-0.3, 0.2),
        )
        * s
        + at,
        f"{name}.body",
        body,
    )
    if page.maybe(0.6):
        for k in (-0.05, 0.14)[: page.n(1, 2)]:
            page.area(
                box(k, -0.4, k + 0.08, 0.4) * s + at, f"{name}.stripe", fin, within=f"{name}.body"
            )
    page.area(oval(-0.28, -0.05, 0.055) * s + at, f"{name}.eye", (255, 255, 255))
    page.area(oval(-0.29, -0.05, 0.02) * s + at, f"{name}.pupil", (30, 30, 30))


def underwater(page: Page) -> None:
    """Fish, weed, coral, bubbles, at times a submarine."""
    page.backdrop("water", page.tint("sea") if page.maybe(0.6) else page.tint("deep sea"))
    if page.maybe(0.5):
        page.ridge("far rock", page.tint("deep sea"), page.u(0.62, 0.75), 0.06)
    page.ridge("sand", page.tint("sand"), page.u(0.8, 0.88), 0.03)
    for i, x in enumerate(_spread(page, page.n(2, 6))):
        color, sway = page.tint("seaweed"), page.u(-0.05, 0.05)
        for k in range(page.n(1, 3)):
            dx, high = k * 0.035, page.u(0.2, 0.45)
            page.area(
                tube(
                    [
                        (x + dx, 0.98),
                        (x + dx + sway, 0.98 - high / 3),
                        (x + dx - sway, 0.98 - high * 0.7),
                        (x + dx + sway, 0.98 - high),
                    ],
                    0.03,
                    0.025,
                    0.008,
                ),
                f"weed {i}",
                color,
            )
    for i, x in enumerate(_spread(page, page.n(0, 3))):
        coral, y = page.tint("coral"), page.u(0.9, 1.0)
        for dx, h in ((-0.06, 0.13), (0.06, 0.12), (0.0, 0.18)):
            page.area(
                tube([(x, y), (x + dx * 0.6, y - h * 0.5), (x + dx, y - h)], 0.035, 0.03),
                f"coral {i}",
                coral,
            )
    if page.maybe(0.3):
        page.put("submarine", page.u(0.3, 0.7), page.u(0.4, 0.6), page.u(0.25, 0.4))
    for i, x in enumerate(_spread(page, page.n(3, 7))):
        fish(page, (x, page.u(0.12, 0.78), page.u(0.1, 0.24)), f"fish {i}")
    for _ in range(page.n(3, 14)):
        page.disc(
            "bubble",
            page.tint("ice"),
            (page.u(0.03, 0.97), page.u(0.05, 0.8), page.u(0.006, 0.016)),
        )


def space(page: Page) -> None:
    """Planets, stars, and what flies among them."""
    page.backdrop("space", page.tint("purple space" if page.maybe(0.6) else "night"))
    page.stars(page.n(6, 24), 0.98)
    for i, x in enumerate(_spread(page, page.n(1, 4))):
        r, y, color = page.u(0.05, 0.14), page.u(0.12, 0.7), page.tint("planet")
        page.disc(f"planet {i}", color, (x, y, r))
        ratio = page.width / page.height
        if page.maybe(0.4):
            for k in (-0.5, 0.25):
                page.area(
                    box(x - r, y + k * r * ratio, x + r, y + (k + 0.28) * r * ratio),
                    f"band {i}",
                    shade(color, 0.3),
                    within=f"planet {i}",
                )
        elif page.maybe(0.5):
            for _ in range(page.n(2, 4)):
                cx, cy = x + page.u(-0.5, 0.5) * r, y + page.u(-0.5, 0.5) * r * ratio
                page.disc(f"crater {i}", shade(color, -0.18), (cx, cy, r * page.u(0.1, 0.2)))
    if page.maybe(0.5):
        page.ridge(
            "ground",
            page.tint("stone") if page.maybe(0.5) else page.tint("planet"),
            page.u(0.78, 0.86),
            0.02,
        )
        _people(page, 0.97, 0.36)
    for x in _spread(page, page.n(1, 2), 0.2, 0.8):
        page.put(page.any("rocket", "rocket", "saucer"), x, page.u(0.55, 0.9), page.u(0.25, 0.5))


def still(page: Page) -> None:
    """Food and flowers on a table, a wall behind."""
    page.backdrop("wall", page.tint("room wall"))
    level = page.u(0.55, 0.68)
    page.backdrop("table", page.tint("timber") if page.maybe(0.6) else page.tint("cloth"), level)
    for low, high in ((level + 0.1, 0.42), (level + 0.22, 0.3)):
        for x in _spread(page, page.n(2, 4)):
            kind = page.any(
                "bouquet",
                "fruit bowl",
                "apple",
                "pear",
                "citrus",
                "grapes",
                "banana",
                "cherries",
                "melon",
                "pineapple",
                "potted plant",
                "pumpkin",
                "strawberry",
                "tomato",
            )
            tall = {
                "bouquet": 1.3,
                "potted plant": 1.2,
                "fruit bowl": 1.1,
                "pineapple": 1.1,
                "cherries": 0.6,
                "strawberry": 0.5,
            }
            page.put(
                kind, x, low + page.u(-0.02, 0.05), high * tall.get(kind, 0.75) * page.u(0.8, 1.1)
            )


def flying(page: Page) -> None:
    """High in the sky: planes and balloons among clouds."""
    heaven(page, 1.0)
    page.clouds(most=5, low=0.95)
    for x in _spread(page, page.n(1, 4)):
        page.put(
            page.any("plane", "balloon", "helicopter", "balloon"),
            x,
            page.u(0.4, 0.92),
            page.u(0.22, 0.45),
        )
    if page.maybe(0.5):
        color = page.tint("cloud")
        for x in np.linspace(0, 1, 5):
            page.area(puff(page.rng, (x, 1.02, 0.16, 0.1), 8), "cloud bank", color)


def garden(page: Page) -> None:
    """Flowers close by, on white paper or before a meadow."""
    if page.maybe(0.7):
        heaven(page, 0.6)
        page.ridge("meadow", page.tint("grass"), page.u(0.5, 0.75), 0.03)
    for x in _spread(page, page.n(3, 7)):
        page.put(
            page.any("daisy", "tulip", "rose", "daisy", "mushroom", "clover"),
            x,
            page.u(0.86, 0.99),
            page.u(0.35, 0.62),
        )
    for x in _spread(page, page.n(2, 6)):
        page.put(
            page.any("grass", "bush", "grass", "mushroom"), x, page.u(0.97, 1.03), page.u(0.12, 0.2)
        )


SCENES: dict[str, Callable[[Page], None]] = {
    "country": country, "winter": winter, "desert": desert, "street": street, "seaside": seaside,
    "underwater": underwater, "space": space, "still life": still, "sky": flying, "garden": garden,
}  # fmt: skip
"""How each scene is laid out, by name."""


def draw_scene(
    rng: Generator,
    *,
    size: int | tuple[int, int] = 512,
    figures: Figures | None = None,
    scene: str = "",
) -> Made:
    """A whole page with background, middle and foreground.

    Args:
        rng: source of all choices; same state, same bytes.
        size: height and width in pixels, or the side of a square.
        figures: draws the shapes of a figure, to be put into scenes where people may stand.
        scene: a key of ``SCENES``; any of them where left out.

    Returns:
        The drawing; ``seeds`` holds its scene and mood.

    >>> made = draw_scene(np.random.default_rng(0), size=(64, 96), scene="sky")
    >>> made.lines.shape, made.seeds["scene"]
    ((64, 96), 'sky')
    """
    height, width = (size, size) if isinstance(size, int) else size
    names = sorted(SCENES)
    scene = scene or names[int(rng.integers(len(names)))]
    page = Page(rng, height, width, any_mood(rng), figures)
    SCENES[scene](page)
    if rng.random() < 0.3:
        page.stroke(
            poly(
                (0.004, 0.004),
                (0.996, 0.004),
                (0.996, 0.996),
                (0.004, 0.996),
                (0.004, 0.004),
                closed=False,
            ),
            width=1.3,
        )
    pen = hand(rng, min(height, width))
    made = paint(page.shapes, (height, width), rng, pen=replace(pen, width=pen.width * 0.85))
    return replace(made, seeds={"scene": scene, "mood": page.mood})
