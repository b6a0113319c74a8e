"""Designers' own lines from vector pictures: fills turned white, dark strokes kept.

An outlined drawing in SVG holds what line art lost: which shape is line and which is colour. Its
lines are drawn by leaving the dark strokes and painting every other shape white, so that shapes
still hide what lies behind them. A picture without outlines gets them: each shape is stroked.
"""

import re
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from xml.etree import ElementTree as ET

import cv2
import numpy as np

from nurie.arrays import AnyArray, Mask, Rgb8
from nurie.errors import MissingExtraError, UnreadableError

_KEPT = {
    "fill", "stroke", "opacity", "fill-opacity", "stroke-opacity", "stroke-width", "display",
    "visibility", "stop-color", "stop-opacity", "fill-rule", "clip-rule", "clip-path", "mask",
    "filter", "stroke-linecap", "stroke-linejoin", "stroke-miterlimit", "stroke-dasharray", "color",
    "mix-blend-mode", "transform", "marker", "marker-start", "marker-mid", "marker-end",
}  # fmt: skip
"""Properties that are written out as attributes; others do not change shapes."""

NAMED = {
    "black": (0, 0, 0), "white": (255, 255, 255), "red": (255, 0, 0), "green": (0, 128, 0),
    "blue": (0, 0, 255), "yellow": (255, 255, 0), "gray": (128, 128, 128), "grey": (128, 128, 128),
    "orange": (255, 165, 0), "brown": (165, 42, 42), "pink": (255, 192, 203),
    "purple": (128, 0, 128), "navy": (0, 0, 128), "silver": (192, 192, 192), "lime": (0, 255, 0),
    "cyan": (0, 255, 255), "aqua": (0, 255, 255), "magenta": (255, 0, 255), "gold": (255, 215, 0),
    "maroon": (128, 0, 0), "tan": (210, 180, 140), "teal": (0, 128, 128), "olive": (128, 128, 0),
}  # fmt: skip
"""The names of colours that drawings use; a rare one counts as mid gray."""

Color = tuple[int, int, int]
INK = 84
"""Brightest channel below which a filled shape is a drawn line or a black spot."""


def stylesheet(css: str) -> dict[str, dict[str, str]]:
    """Declarations of each plain selector: a class, an element or an id.

    >>> stylesheet(".a, rect { fill: red; opacity: .5 }")["rect"]
    {'fill': 'red', 'opacity': '.5'}
    """
    rules: dict[str, dict[str, str]] = {}
    css = re.sub(r"/\*.*?\*/|<!\[CDATA\[|\]\]>", "", css, flags=re.DOTALL)
    for selectors, body in re.findall(r"([^{}]+)\{([^{}]*)\}", css):
        for selector in selectors.split(","):
            rules.setdefault(selector.strip(), {}).update(declarations(body))
    return rules


def declarations(body: str) -> dict[str, str]:
    """Properties of a style attribute.

    >>> declarations("fill:#fff;stroke: none")
    {'fill': '#fff', 'stroke': 'none'}
    """
    pairs = (part.partition(":") for part in body.split(";") if ":" in part)
    clean = ((k.strip(), v.replace("!important", "").strip()) for k, _, v in pairs)
    return {k: v for k, v in clean if k in _KEPT}


def style_of(element: ET.Element, name: str, rules: dict[str, dict[str, str]]) -> dict[str, str]:
    """What the style sheet and the style attribute say of one element, the stronger last."""
    style = dict(rules.get(name, {}))
    for each in element.get("class", "").split():
        style |= rules.get(f".{each}", {})
    style |= rules.get(f"#{element.get('id')}", {})
    return style | declarations(element.get("style", ""))


def paint_of(text: str, servers: dict[str, list[str]]) -> Color | None:
    """The colour of a paint; the mean of a gradient's stops; None where nothing is painted.

    >>> paint_of("#ff0", {}), paint_of("none", {}), paint_of("url(#g)", {"g": ["#000", "#fff"]})
    ((255, 255, 0), None, (127, 127, 127))
    """
    text = text.strip().lower() if "url(" not in text else text.strip()
    if text in {"none", "transparent", ""}:
        return None
    if match := re.match(r"url\(['\"]?#([^'\")]+)", text):
        colors = [c for c in (paint_of(s, {}) for s in servers.get(match[1], [])) if c]
        if not colors:
            return None
        red, green, blue = (sum(channel) // len(colors) for channel in zip(*colors, strict=True))
        return red, green, blue
    return _plain(text)


def _plain(text: str) -> Color:
    if match := re.match(r"#([0-9a-f]{6}|[0-9a-f]{3})", text):
        digits = match[1] if len(match[1]) == 6 else "".join(2 * d for d in match[1])
        red, green, blue = bytes.fromhex(digits)
        return red, green, blue
    if match := re.match(r"rgba?\(([^)]*)\)", text):
        values = [_channel(p) for p in re.split(r"[\s,/]+", match[1].strip())[:3]]
        if len(values) == 3:
            return values[0], values[1], values[2]
    return NAMED.get(text, (0, 0, 0) if text == "currentcolor" else (128, 128, 128))


def _channel(text: str) -> int:
    try:
        value = float(text.rstrip("%")) * (2.55 if text.endswith("%") else 1)
    except ValueError:
        return 128
    return round(min(max(value, 0), 255))


def luminance(color: Color) -> float:
    """Luma in [0, 255] (ITU-R BT.601).

    >>> luminance((255, 255, 255))
    255.0
    """
    return round(0.299 * color[0] + 0.587 * color[1] + 0.114 * color[2], 6)


def is_ink(color: Color) -> bool:
    """Whether a filled shape of this colour is a drawn line or a black spot.

    >>> is_ink((20, 20, 30)), is_ink((90, 20, 20))
    (True, False)
    """
    return max(color) < INK


_SHAPES = {"path", "rect", "circle", "ellipse", "polygon", "polyline", "line"}
_FOREIGN = {"image", "text", "foreignObject", "script", "switch"}
_UNTOUCHED = {"mask", "clipPath", "linearGradient", "radialGradient", "pattern", "filter", "marker"}

_FAINT = 0.9
"""Opacity below which a shape is shading over others, not a part with a colour of its own."""

_DARK_STROKE = 110
"""Luma below which a stroke is a line: outlines may be brown or navy."""


@dataclass(frozen=True, eq=False)
class Drawing:
    """A vector picture as line art and colours of the same size."""

    lines: AnyArray  # (H, W) uint8, 0 ink, 255 paper
    color: Rgb8  # (H, W, 3) uint8, the picture on white


def draw_svg(text: str, *, side: int = 512, stroke: float | None = None) -> Drawing:
    """Line art and colours of a vector picture, its longest side in pixels.

    ``stroke`` is the width of outlines, as a share of the picture's side, for one that has none.

    Raises:
        UnreadableError: it is not SVG, is empty, or holds text or pictures.
        MissingExtraError: the renderer is not installed.
    """
    root = parse_svg(text)
    color = _render(root, side)
    lines = _render(whiten(root, stroke=stroke), side)
    return Drawing(cv2.cvtColor(lines, cv2.COLOR_RGB2GRAY), color)


def bare_svg(text: str, *, side: int = 512) -> Rgb8:
    """The colours of a vector picture without its lines: exact up to the edge of every part.

    Arguments and errors are those of :func:`draw_svg`. Wide black areas stay, for black is their
    colour.
    """
    root = parse_svg(text)
    color, bare = _render(root, side), _render(strip_ink(root), side)
    return np.where(_broad(color)[..., None], color, bare).astype(np.uint8)


def _broad(color: Rgb8) -> Mask:
    """Black areas that are too wide to be lines."""
    dark = (color.max(axis=2) < INK).astype(np.uint8)
    width = max(3, max(dark.shape) // 25) | 1
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (width, width))
    opened: AnyArray = cv2.morphologyEx(dark, cv2.MORPH_OPEN, kernel)
    return opened > 0


def parse_svg(text: str) -> ET.Element:
    """An SVG as a tree whose classes are written out as attributes.

    Raises:
        UnreadableError: it is not SVG, or holds text or pictures.

    >>> root = parse_svg('<svg xmlns="http://www.w3.org/2000/svg">'
    ...                  '<style>.a{fill:red}</style><path class="a"/></svg>')
    >>> root[1].get("fill")
    'red'
    """
    if "<!ENTITY" in text:
        text = _without_entities(text)
    try:
        root = ET.fromstring(text)  # noqa: S314 (entities are resolved above, once each)
    except (ET.ParseError, ValueError) as error:
        raise UnreadableError(f"This is no SVG ({error}).") from error
    foreign = {_name(e) for e in root.iter()} & _FOREIGN
    if _name(root) != "svg" or foreign:
        found = ", ".join(sorted(foreign)) or _name(root)
        raise UnreadableError(f"An SVG of shapes alone is wanted; this one holds {found}.")
    rules = stylesheet("".join(e.text or "" for e in root.iter() if _name(e) == "style"))
    for element in root.iter():
        element.attrib.update(style_of(element, _name(element), rules))
        for key in ("style", "class"):
            element.attrib.pop(key, None)
    return root


def _without_entities(text: str) -> str:
    """Plain named entities, as Illustrator writes namespaces, put in place once; others dropped."""
    known = dict(re.findall(r'<!ENTITY\s+(\w+)\s+"([^"&<]{0,200})"\s*>', text))
    text = re.sub(r"<!DOCTYPE[^\[>]*\[.*?\]\s*>", "", text, count=1, flags=re.DOTALL)
    return re.sub(r"&(\w+);", lambda m: known.get(m[1], m[0]), text)


def _name(element: ET.Element) -> str:
    return str(element.tag).rpartition("}")[2]


@dataclass(frozen=True)
class _Inherited:
    """What a shape takes from the groups around it."""

    fill: str = "black"
    stroke: str = "none"
    opacity: float = 1.0

    def inside(self, element: ET.Element) -> "_Inherited":
        fill, stroke = element.get("fill", self.fill), element.get("stroke", self.stroke)
        return _Inherited(fill, stroke, self.opacity * _number(element.get("opacity")))


def _number(text: str | None) -> float:
    """An opacity; what is missing or no number is 1."""
    try:
        value = float((text or "1").rstrip("%"))
    except ValueError:
        return 1.0
    return value / 100 if text and text.endswith("%") else value


def _shapes(
    element: ET.Element, above: _Inherited = _Inherited()
) -> Iterator[tuple[ET.Element, _Inherited]]:
    """Every shape that is drawn, with its paints and its opacity."""
    paints = above.inside(element)
    if _name(element) in _SHAPES:
        yield element, paints
    if _name(element) not in _UNTOUCHED:
        for child in element:
            yield from _shapes(child, paints)


def _servers(root: ET.Element) -> dict[str, list[str]]:
    """Colours of each gradient, those that it borrows from another included."""
    stops: dict[str, list[str]] = {}
    links: dict[str, str] = {}
    for element in root.iter():
        if _name(element).endswith("Gradient") and element.get("id"):
            key = element.attrib["id"]
            stops[key] = [child.get("stop-color", "black") for child in element]
            link = element.get("href") or element.get("{http://www.w3.org/1999/xlink}href") or ""
            links[key] = link.lstrip("#")
    return {key: colors or stops.get(links[key], []) for key, colors in stops.items()}


def whiten(root: ET.Element, *, stroke: float | None = None) -> ET.Element:
    """A copy of a drawing in which only the lines are left: ink stays, other shapes turn white.

    Faint shapes, blurs and shadows go altogether. A picture without lines of its own gets outlines
    of the width ``stroke``, a share of its side.
    """
    root = deepcopy(root)
    servers = _servers(root)
    width = None if stroke is None else stroke * (max(_size(root)) or 100)
    for shape, paints in _shapes(root):
        solid = paints.opacity * _number(shape.get("fill-opacity")) >= _FAINT
        fill, line = paint_of(paints.fill, servers), paint_of(paints.stroke, servers)
        if fill is not None and not is_ink(fill):
            shape.set("fill", "#ffffff" if solid and not shape.get("filter") else "none")
            if width is not None and solid:
                shape.set("stroke", "#000000")
                shape.set("stroke-width", f"{width:g}")
                shape.set("stroke-linejoin", "round")
                continue
        if line is not None:
            shape.set("stroke", "#000000" if luminance(line) < _DARK_STROKE else "#ffffff")
    return root


def strip_ink(root: ET.Element) -> ET.Element:
    """A copy of a drawing without its dark strokes and dark shapes: colour alone."""
    root = deepcopy(root)
    servers = _servers(root)
    for shape, paints in _shapes(root):
        for part, paint in (("fill", paints.fill), ("stroke", paints.stroke)):
            color = paint_of(paint, servers)
            if color is None:
                continue
            if is_ink(color) or (part == "stroke" and luminance(color) < _DARK_STROKE):
                shape.set(part, "none")
    return root


def _render(root: ET.Element, side: int) -> Rgb8:
    """(H, W, 3) uint8 picture on white."""
    try:
        from resvg_py import svg_to_bytes
    except ImportError:
        raise MissingExtraError("Vector pictures need pip install 'nurie-lab[data]'.") from None
    from nurie_lab.data.shards import decode

    wide, high = _size(root)
    try:
        data = svg_to_bytes(
            svg_string=ET.tostring(root, encoding="unicode"), background="white", dpi=96,
            skip_system_fonts=True, width=side if wide >= high else None,
            height=None if wide >= high else side,
        )  # fmt: skip
    except ValueError as error:
        raise UnreadableError(f"The SVG cannot be drawn ({error}).") from error
    return decode(bytes(data), "RGB")


def _size(root: ET.Element) -> tuple[float, float]:
    """Width and height in the drawing's own units; 0 where it does not say."""
    box = re.split(r"[\s,]+", root.get("viewBox", "").strip())
    sizes = box[2:] if len(box) == 4 else [root.get("width", ""), root.get("height", "")]
    wide, high = (float(m[0]) if (m := re.match(r"[\d.]+", size)) else 0.0 for size in sizes)
    return wide, high
