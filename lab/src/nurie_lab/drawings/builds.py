"""Proportions of four-legged animals; the body is two units long."""

from dataclasses import dataclass, replace

from nurie_lab.drawings.menagerie import Beast


@dataclass(frozen=True)
class Build:
    """Proportions of a kind."""

    fat: float = 0.45
    leg: float = 0.85
    limb: float = 0.2
    neck: tuple[float, float] = (0.35, -0.4)
    head: float = 0.42
    snout: float = 0.3
    ear: str = "point"
    tail: str = "long"
    extra: str = ""


BUILDS: dict[str, Build] = {
    "cat": Build(0.42, 0.75, 0.2, (0.3, -0.42), 0.46, 0.1, "point", "long"),
    "dog": Build(0.45, 0.85, 0.22, (0.36, -0.5), 0.42, 0.4, "floppy", "curl"),
    "fox": Build(0.38, 0.75, 0.17, (0.36, -0.36), 0.38, 0.36, "point", "bushy"),
    "wolf": Build(0.45, 0.95, 0.2, (0.42, -0.4), 0.42, 0.44, "point", "bushy"),
    "horse": Build(0.5, 1.3, 0.21, (0.55, -0.95), 0.3, 0.55, "point", "hair", "mane hooves"),
    "zebra": Build(0.5, 1.15, 0.2, (0.5, -0.8), 0.3, 0.48, "point", "tuft", "mane stripes hooves"),
    "cow": Build(0.6, 0.8, 0.24, (0.35, -0.35), 0.4, 0.4, "side", "tuft", "horns patches hooves"),
    "pig": Build(0.62, 0.5, 0.24, (0.25, -0.12), 0.48, 0.2, "point", "spiral", "hooves"),
    "bear": Build(0.66, 0.66, 0.36, (0.4, -0.3), 0.46, 0.28, "round", "stub"),
    "rabbit": Build(0.5, 0.45, 0.22, (0.26, -0.42), 0.42, 0.12, "long", "ball"),
    "mouse": Build(0.45, 0.35, 0.14, (0.28, -0.15), 0.42, 0.26, "big", "thin"),
    "lion": Build(0.46, 0.85, 0.26, (0.3, -0.42), 0.44, 0.24, "round", "tuft", "ruff"),
    "tiger": Build(0.48, 0.8, 0.26, (0.36, -0.3), 0.45, 0.2, "round", "long", "stripes"),
    "elephant": Build(0.78, 0.75, 0.42, (0.3, -0.3), 0.52, 0.1, "fan", "thin", "trunk"),
    "sheep": Build(0.62, 0.6, 0.16, (0.22, -0.3), 0.34, 0.3, "side", "stub", "wool"),
    "goat": Build(0.48, 0.85, 0.17, (0.4, -0.5), 0.34, 0.36, "side", "stub", "horns hooves"),
    "deer": Build(
        0.42, 1.2, 0.15, (0.42, -0.8), 0.32, 0.36, "side", "stub", "antlers spots hooves"
    ),
    "giraffe": Build(0.48, 1.3, 0.17, (0.55, -2.1), 0.3, 0.4, "side", "tuft", "patches hooves"),
    "dinosaur": Build(0.62, 0.65, 0.34, (0.75, -0.9), 0.4, 0.34, "none", "thick", "plates belly"),
    "dragon": Build(0.5, 0.75, 0.26, (0.6, -0.95), 0.4, 0.44, "none", "thick", "wings horns belly"),
}


def build(what: Beast) -> Build:
    """The kind's proportions with this animal's own."""
    k, own = BUILDS[what.kind], what.build
    head = 1.1 * k.head * own["head"]
    return replace(k, fat=1.1 * k.fat * own["fat"], leg=1.12 * k.leg * own["leg"], head=head)
