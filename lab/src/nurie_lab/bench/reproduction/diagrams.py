"""Figures 3 and 4: the networks and the tandem, drawn from the settings of runs."""

from dataclasses import dataclass
from math import log2
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

INK, FAINT, SKIP = "#222222", "#8a8a8a", "#c2571a"
INPUT, DOWN, UP, OUTPUT = "#efefef", "#cfe0f1", "#d6ebd3", "#f7e3c4"
"""What a map is seen by: given, made by a convolution, by a deconvolution, the answer."""


@dataclass(frozen=True)
class Layer:
    """One map of numbers and the layer that makes it."""

    channels: int
    side: int
    """Pixels a side; 0 for a single verdict."""
    made: str
    """By what, as ``5 × 5 ↓2``; empty for what is given."""
    kind: str
    """One of the colours above."""
    skip: int | None = None
    """Which layer's map is joined to it."""
    joined: str = ""
    """``concatenated`` or ``added``, where there is a skip."""


def generator_layers(settings: dict[str, Any]) -> list[Layer]:
    """The maps of a run's generator, from what it sees to what it paints.

    >>> base = {"generator": "cnn", "objective": "l2", "source": "line", "width": 4, "divide": 1}
    >>> [(a.channels, a.side) for a in generator_layers(base | {"size": 32})][:3]
    [(1, 32), (4, 16), (8, 8)]
    """
    size, width = settings["size"], max(1, settings["width"] // settings["divide"])
    given = Layer(4 if settings["source"] == "line+hint" else 1, size, "", INPUT)
    if settings["generator"] == "cnn":
        down = [width, 2 * width, 4 * width, 8 * width]
        return _mirrored(given, down, "5 × 5", "added", joins=2)
    if settings["generator"] == "unet":
        levels = min(8, int(log2(size & -size)))
        down = [width * min(8, 2**i) for i in range(levels)]
        return _mirrored(given, down, "4 × 4", "concatenated", joins=levels - 1)
    down = [width, 2 * width, 4 * width, 8 * width, 8 * width]
    layers = _mirrored(given, down, "5 × 5", "concatenated", joins=4)
    if settings["objective"] == "multimodal":
        return [*layers[:-2], Layer(512, size // 4, "1 × 1", OUTPUT)]
    return layers


def _mirrored(
    given: Layer, down: list[int], kernel: str, joined: str, *, joins: int
) -> list[Layer]:
    """Down by halves and up again; the innermost ``joins`` maps meet their likes."""
    layers, side = [given], given.side
    for channels in down:
        side //= 2
        layers.append(Layer(channels, side, f"{kernel} ↓2", DOWN))
    for i, channels in enumerate([*down[-2::-1], 3]):
        side *= 2
        last = i == len(down) - 1
        skip = None if last or i >= joins else len(down) - 1 - i
        layers.append(Layer(channels, side, f"{kernel} ↑2", OUTPUT if last else UP, skip, joined))
    return layers


def judge_layers(settings: dict[str, Any]) -> list[Layer]:
    """The maps of a run's discriminator or critic; none where it has no such network."""
    if settings["objective"] not in ("gan", "wgan", "wgan-gp"):
        return []
    size, width = settings["size"], settings["width"]
    seen = (4 if settings["source"] == "line+hint" else 1) + 3
    layers, side = [Layer(seen, size, "", INPUT)], size
    kernel = "5 × 5" if settings["discriminator"] == "tandem" else "4 × 4"
    for i, step in enumerate((2, 2, 2, 1)):
        # Without a step, an even kernel loses a pixel and an odd one does not.
        side = side // 2 if step == 2 else side - (kernel == "4 × 4")
        layers.append(Layer(width * 2**i, side, f"{kernel} ↓2" if step == 2 else kernel, DOWN))
    if kernel == "5 × 5":
        return [*layers, Layer(1, 0, "linear", OUTPUT)]
    return [*layers, Layer(1, side - 1, kernel, OUTPUT)]


def figure_networks(name: str, settings: dict[str, Any]) -> "Figure":
    """Figure 3: the generator and, below it, the network that judges."""
    from matplotlib.figure import Figure

    rows = [row for row in (generator_layers(settings), judge_layers(settings)) if row]
    tall, wide = [3.0, 2.2][: len(rows)], max(len(row) for row in rows)
    figure = Figure(figsize=(max(8.0, wide), sum(tall) + 0.6), layout="constrained")
    grid = figure.add_gridspec(len(rows), 1, height_ratios=tall)
    titles = (_generator_title(settings), _judge_title(settings))
    for i, layers in enumerate(rows):
        axes = figure.add_subplot(grid[i])
        _draw_layers(axes, layers, settings["size"])
        axes.set(xlim=(-0.6, wide - 0.4))
        axes.set_title(titles[i], loc="left", fontsize=11, color=INK)
    figure.suptitle(f"Networks of {name}", fontsize=12, color=INK, x=0.005, ha="left")
    figure.supxlabel(_LEGEND, fontsize=8, color=INK, x=0.005, ha="left")
    return figure


_LEGEND = (
    "In a box: channels; below: pixels a side. Above an arrow: the kernel, ↓2 halves the side "
    "(convolution), ↑2 doubles it (deconvolution)."
)


def _generator_title(settings: dict[str, Any]) -> str:
    seen = "line art and hint" if settings["source"] == "line+hint" else "line art"
    return f"Generator: {seen} → {settings['target']}"


def _judge_title(settings: dict[str, Any]) -> str:
    what = "Discriminator" if settings["objective"] == "gan" else "Critic"
    noise = settings["noise"]
    noisy = f", Gaussian noise (σ = {noise:g}) into each layer" if noise else ""
    return f"{what}: what the generator saw and a picture → real or painted{noisy}"


def _draw_layers(axes: "Axes", layers: list[Layer], size: int) -> None:
    """Boxes as high as the maps are large, words above and below, arcs for what is joined."""
    from matplotlib.patches import FancyBboxPatch

    tops = [0.35 + 1.3 * (log2(layer.side + 1) / log2(size + 1)) for layer in layers]
    for x, (layer, tall) in enumerate(zip(layers, tops, strict=True)):
        box = FancyBboxPatch(
            (x - 0.26, -tall / 2), 0.52, tall, boxstyle="round,pad=0,rounding_size=0.05",
            facecolor=layer.kind, edgecolor=INK, linewidth=0.8,
        )  # fmt: skip
        axes.add_patch(box)
        axes.text(x, 0, str(layer.channels), ha="center", va="center", fontsize=9, color=INK)
        side = f"{layer.side} × {layer.side}" if layer.side else "verdict"
        axes.text(x, -tall / 2 - 0.08, side, ha="center", va="top", fontsize=8, color=INK)
        if layer.made:
            axes.annotate("", (x - 0.28, 0), (x - 0.72, 0), arrowprops=_arrow(INK))
            axes.text(x - 0.5, 0.07, layer.made, ha="center", va="bottom", fontsize=6.5)
    _draw_skips(axes, layers, tops)
    most, joined = max(tops) / 2, any(layer.skip is not None for layer in layers)
    axes.set(ylim=(-most - 0.3, most + (0.85 if joined else 0.1)))
    axes.set_axis_off()


def _draw_skips(axes: "Axes", layers: list[Layer], tops: list[float]) -> None:
    joined = [(layer.skip, x) for x, layer in enumerate(layers) if layer.skip is not None]
    for start, end in joined:
        high = max(tops) / 2 + 0.1 + 0.08 * (end - start) / 2
        axes.plot(
            [start, start, end, end],
            [tops[start] / 2 + 0.03, high, high, tops[end] / 2 + 0.05],
            color=SKIP, linewidth=1.1, solid_joinstyle="round",
        )  # fmt: skip
        axes.annotate(
            "", (end, tops[end] / 2 + 0.01), (end, tops[end] / 2 + 0.12), arrowprops=_arrow(SKIP)
        )
    if joined:
        how = next(layer.joined for layer in layers if layer.skip is not None)
        middle, high = (joined[0][0] + joined[0][1]) / 2, max(tops) / 2 + 0.12
        widest = high + 0.08 * max(end - start for start, end in joined) / 2
        axes.text(middle, widest, how, ha="center", va="bottom", fontsize=8, color=SKIP)


def _arrow(color: str) -> dict[str, Any]:
    return {"arrowstyle": "-|>", "color": color, "linewidth": 0.9, "shrinkA": 0, "shrinkB": 0}


def figure_tandem(hinter: dict[str, Any] | None, painter: dict[str, Any]) -> "Figure":
    """Figure 4: line art, hint predictor or histogram, colour predictor, picture.

    Both are settings of runs; without the first the histogram's way alone is drawn.
    """
    from matplotlib.figure import Figure

    figure = Figure(figsize=(11, 3.4), layout="constrained")
    axes = figure.add_subplot()
    axes.set(xlim=(0, 11), ylim=(0, 3.4))
    axes.set_axis_off()
    size = painter["size"]
    _block(axes, (0.9, 1.7), "line art", f"{size} × {size}", INPUT)
    _block(axes, (6.0, 2.5), "hint", f"{size} × {size} × 3", INPUT)
    _block(axes, (8.2, 1.7), "colour predictor", network(painter), DOWN)
    _block(axes, (10.2, 1.7), "picture", f"{size} × {size} × 3", OUTPUT)
    for points in (
        ((1.55, 1.55), (7.3, 1.55)),
        ((6.65, 2.5), (7.4, 2.1)),
        ((9.1, 1.7), (9.5, 1.7)),
    ):
        axes.annotate("", points[1], points[0], arrowprops=_arrow(INK))
    if hinter is not None:
        _block(axes, (3.6, 2.5), "hint predictor", network(hinter), DOWN)
        axes.annotate("", (2.7, 2.4), (1.55, 1.9), arrowprops=_arrow(INK))
        axes.annotate("", (5.3, 2.5), (4.5, 2.5), arrowprops=_arrow(INK))
    _block(axes, (6.0, 0.6), "histogram", "patches drawn, blurred", UP)
    axes.annotate("", (6.0, 2.1), (6.0, 1.0), arrowprops={**_arrow(SKIP), "linestyle": "--"})
    axes.text(6.1, 1.2, "or", fontsize=9, color=SKIP)
    return figure


def network(settings: dict[str, Any]) -> str:
    """A network in a few words.

    >>> network({"objective": "wgan-gp", "generator": "tandem", "width": 64, "divide": 2})
    'WGAN-GP, tandem, 32 channels'
    """
    width = max(1, settings["width"] // settings["divide"])
    return f"{settings['objective'].upper()}, {settings['generator']}, {width} channels"


def _block(axes: "Axes", middle: tuple[float, float], name: str, caption: str, color: str) -> None:
    from matplotlib.patches import FancyBboxPatch

    wide, tall = (1.7, 0.8) if "predictor" in name or name == "histogram" else (1.3, 0.8)
    x, y = middle
    corner, style = (x - wide / 2, y - tall / 2), "round,pad=0,rounding_size=0.08"
    look: dict[str, Any] = {"facecolor": color, "edgecolor": INK, "linewidth": 0.9}
    axes.add_patch(FancyBboxPatch(corner, wide, tall, boxstyle=style, **look))
    axes.text(x, y + 0.06, name, ha="center", va="bottom", fontsize=11, color=INK)
    axes.text(x, y - 0.06, caption, ha="center", va="top", fontsize=7.5, color=INK)
