"""Things that float and fly, each drafted in about the unit square."""

import numpy as np

from nurie_lab.drawings.draft import Draft
from nurie_lab.drawings.forms import (
    box,
    curve,
    line,
    oval,
    poly,
    tube,
)
from nurie_lab.drawings.tints import shade

# An outline stays in the few lines in which it can be read as a drawing.
# fmt: off


def sailboat(d: Draft) -> None:
    """A boat under sail."""
    hull = d.tint("paint") if d.maybe(0.6) else d.tint("timber")
    sail = d.tint("paper") if d.maybe(0.6) else d.tint("paint")
    d.add(box(0.485, 0.04, 0.515, 0.76), "mast", d.tint("timber"))
    d.add(curve((0.54, 0.08), (0.54, 0.08), (0.74, 0.38), (0.9, 0.66), (0.9, 0.66), (0.54, 0.68),
                (0.54, 0.68)), "sail", sail)
    if d.maybe(0.7):
        d.add(poly((0.46, 0.16), (0.46, 0.67), (0.16, 0.66)), "jib",
              sail if d.maybe(0.5) else d.tint("paint"))
    if d.maybe(0.4):
        d.add(box(0.5, 0.42, 0.95, 0.5), "stripe", d.tint("paint"), within="sail")
    if d.maybe(0.6):
        d.add(poly((0.515, 0.03), (0.66, 0.07), (0.515, 0.11)), "flag", d.tint("paint"))
    d.add(curve((0.04, 0.74), (0.04, 0.74), (0.96, 0.74), (0.96, 0.74), (0.84, 0.92), (0.75, 0.96),
                (0.3, 0.96), (0.18, 0.92)), "hull", hull)
    if d.detail > 0.4:
        d.add(box(0, 0.79, 1, 0.83), "trim", (255, 255, 255), within="hull")


def ship(d: Draft) -> None:
    """A steamer or a ferry with funnels and round windows."""
    color = d.tint("paint")
    for x in (0.44, 0.62)[: d.n(1, 2)]:
        funnel = d.tint("cherry")
        d.add(poly((x, 0.16), (x + 0.11, 0.16), (x + 0.12, 0.4), (x - 0.01, 0.4)), "funnel", funnel)
        d.add(box(x - 0.05, 0.2, x + 0.2, 0.25), "ring", d.tint("paper"), within="funnel")
    d.add(box(0.3, 0.38, 0.8, 0.5, 0.01), "deck", (255, 255, 255))
    d.add(box(0.2, 0.5, 0.88, 0.64, 0.01), "cabin", d.tint("cream"))
    for i in range(5):
        d.add(box(0.25 + i * 0.125, 0.54, 0.32 + i * 0.125, 0.6), "window", d.tint("glass"))
    d.add(curve((0.02, 0.62), (0.02, 0.62), (0.98, 0.62), (0.98, 0.62), (0.88, 0.86), (0.8, 0.92),
                (0.2, 0.92), (0.12, 0.86)), "hull", color)
    d.add(box(0, 0.84, 1, 1), "keel", d.tint("cherry") if d.maybe(0.6) else shade(color, -0.3),
          within="hull")
    for x in np.linspace(0.22, 0.8, 5):
        d.add(oval(x, 0.73, 0.028), "porthole", d.tint("glass"))


def submarine(d: Draft) -> None:
    """A submarine with portholes."""
    color = d.tint("paint")
    d.add(tube([(0.52, 0.34), (0.52, 0.12), (0.62, 0.12)], 0.05, cap=0), "periscope",
          d.tint("dark metal"))
    d.add(poly((0.36, 0.45), (0.4, 0.28), (0.62, 0.28), (0.66, 0.45)), "tower", shade(color, -0.12))
    d.add(curve((0.92, 0.56), (0.92, 0.56), (1.0, 0.42), (1.0, 0.42), (1.0, 0.78), (1.0, 0.78)),
          "rudder", d.tint("brass"))
    d.add(oval(0.5, 0.6, 0.46, 0.22), "hull", color)
    for x in (0.28, 0.48, 0.68):
        d.add(oval(x, 0.58, 0.075), "rim", d.tint("brass"))
        d.add(oval(x, 0.58, 0.052), "glass", d.tint("glass"))


def plane(d: Draft) -> None:
    """An aeroplane."""
    color = (255, 255, 255) if d.maybe(0.4) else d.tint("paint")
    accent = d.tint("paint")
    d.add(poly((0.8, 0.44), (0.9, 0.16), (0.99, 0.16), (0.95, 0.5)), "fin", accent)
    d.add(poly((0.48, 0.44), (0.62, 0.2), (0.7, 0.2), (0.62, 0.46)), "far wing",
          shade(accent, -0.1))
    d.add(curve((0.02, 0.56), (0.06, 0.46), (0.2, 0.4), (0.6, 0.4), (0.97, 0.44), (0.97, 0.44),
                (0.9, 0.56), (0.6, 0.66), (0.2, 0.66)), "body", color)
    d.add(poly((0.38, 0.56), (0.58, 0.56), (0.86, 0.86), (0.72, 0.86)), "wing", accent)
    d.add(poly((0.84, 0.5), (0.94, 0.5), (1.02, 0.62), (0.94, 0.62)), "tail", accent)
    d.add(poly((0.08, 0.47), (0.16, 0.42), (0.22, 0.42), (0.2, 0.5)), "cockpit", d.tint("glass"))
    for x in np.linspace(0.3, 0.75, d.n(4, 7)):
        d.add(oval(x, 0.5, 0.024, 0.028), "window", d.tint("glass"))


def helicopter(d: Draft) -> None:
    """A helicopter."""
    color = d.tint("paint")
    d.add(tube([(0.5, 0.45), (0.75, 0.42), (0.95, 0.36)], 0.16, 0.06, 0.05, cap=0.2), "tail", color)
    d.add(oval(0.95, 0.34, 0.03, 0.13), "tail rotor", d.tint("dark metal"))
    d.add(box(0.36, 0.16, 0.4, 0.3), "mast", d.tint("dark metal"))
    d.add(box(0.0, 0.12, 0.78, 0.16, 0.02), "rotor", d.tint("dark metal"))
    d.add(oval(0.36, 0.5, 0.29, 0.23), "body", color)
    d.add(curve((0.08, 0.52), (0.08, 0.52), (0.12, 0.36), (0.3, 0.3), (0.3, 0.3), (0.3, 0.52),
                (0.3, 0.52)), "window", d.tint("glass"))
    d.add(box(0.38, 0.38, 0.52, 0.62, 0.02), "door", shade(color, 0.3))
    for x in (0.24, 0.48):
        d.add(box(x, 0.7, x + 0.03, 0.86), "strut", d.tint("dark metal"))
    d.add(tube([(0.04, 0.8), (0.1, 0.87), (0.65, 0.87)], 0.035), "skid", d.tint("dark metal"))


def rocket(d: Draft) -> None:
    """A rocket, mostly with its flame."""
    color, trim = (255, 255, 255) if d.maybe(0.3) else d.tint("paint"), d.tint("paint")
    if d.maybe(0.75):
        d.add(curve((0.4, 0.78), (0.36, 0.88), (0.5, 1.04), (0.5, 1.04), (0.64, 0.88), (0.6, 0.78)),
              "flame", d.tint("flame"))
        d.add(curve((0.44, 0.78), (0.43, 0.86), (0.5, 0.95), (0.5, 0.95), (0.57, 0.86),
                    (0.56, 0.78)), "heart", d.tint("flame heart"))
    for s in (-1, 1):
        d.add(curve((0.5 + s * 0.12, 0.5), (0.5 + s * 0.12, 0.5), (0.5 + s * 0.3, 0.66),
                    (0.5 + s * 0.32, 0.84), (0.5 + s * 0.32, 0.84), (0.5 + s * 0.12, 0.74),
                    (0.5 + s * 0.12, 0.74)), f"fin {s}", trim)
    d.add(box(0.4, 0.72, 0.6, 0.8, 0.01), "nozzle", d.tint("dark metal"))
    w = d.u(0.15, 0.2)
    d.add(curve((0.5, 0.02), (0.5, 0.02), (0.5 + w * 0.8, 0.24), (0.5 + w, 0.5),
                (0.5 + w * 0.75, 0.74), (0.5 + w * 0.75, 0.74), (0.5 - w * 0.75, 0.74),
                (0.5 - w * 0.75, 0.74), (0.5 - w, 0.5), (0.5 - w * 0.8, 0.24)), "body", color)
    d.add(box(0, 0, 1, 0.2), "nose", trim, within="body")
    d.line(line((0.3, 0.2), (0.7, 0.2)), within="body")
    for y in (0.34, 0.54)[: d.n(1, 2)]:
        d.add(oval(0.5, y, 0.085), "rim", d.tint("metal"))
        d.add(oval(0.5, y, 0.06), "window", d.tint("glass"))


def saucer(d: Draft) -> None:
    """A flying saucer, beaming at times."""
    if d.maybe(0.4):
        d.add(poly((0.36, 0.6), (0.64, 0.6), (0.84, 1), (0.16, 1)), "beam", d.tint("lit glass"))
    d.add(curve((0.28, 0.44), (0.3, 0.24), (0.5, 0.14), (0.7, 0.24), (0.72, 0.44)), "dome",
          d.tint("glass"))
    color = d.tint("metal") if d.maybe(0.5) else d.tint("paint")
    d.add(oval(0.5, 0.5, 0.46, 0.15), "disc", color)
    d.add(oval(0.5, 0.44, 0.26, 0.06), "collar", shade(color, -0.15))
    for x in np.linspace(0.18, 0.82, d.n(3, 6)):
        d.add(oval(x, 0.55, 0.032), "lamp", d.tint("sun"))


def balloon(d: Draft) -> None:
    """A hot-air balloon in gores of two or three colours."""
    colors = [d.tint("paint") for _ in range(d.n(2, 3))]
    for s in (-1, 1):
        d.line(line((0.5 + s * 0.12, 0.62), (0.5 + s * 0.08, 0.84)))
    d.add(box(0.41, 0.83, 0.59, 0.97, 0.02), "basket", d.tint("timber"))
    for i, w in enumerate(np.linspace(1, 0.14, d.n(3, 4))):
        d.add(curve((0.5, 0.02), (0.5 + 0.36 * w, 0.18), (0.5 + 0.36 * w, 0.38),
                    (0.5 + 0.14 * w, 0.66), (0.5 + 0.14 * w, 0.66), (0.5 - 0.14 * w, 0.66),
                    (0.5 - 0.14 * w, 0.66), (0.5 - 0.36 * w, 0.38), (0.5 - 0.36 * w, 0.18)),
              f"gore {i % len(colors)}", colors[i % len(colors)])


KINDS = {
    "sailboat": sailboat, "ship": ship, "submarine": submarine, "plane": plane,
    "helicopter": helicopter, "rocket": rocket, "saucer": saucer, "balloon": balloon,
}
"""What can be drafted here, by name."""
