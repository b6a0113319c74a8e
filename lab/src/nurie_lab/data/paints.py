"""Paints of vector shapes: what CSS and attributes say, and whether a colour is ink."""

import re
from xml.etree import ElementTree as ET

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

    Args:
        text: a paint as in SVG.
        servers: colours of the stops of each gradient.

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
        parts = re.split(r"[\s,/]+", match[1].strip())[:3]
        values = [_channel(p) for p in parts]
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
