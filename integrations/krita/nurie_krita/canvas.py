"""Krita's documents: what is sent is read from layers, and what comes back becomes layers.

All but ``decode`` belongs to the thread of the interface.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Iterator

from krita import Krita
from PyQt5.QtCore import QByteArray, Qt, QTimer
from PyQt5.QtGui import QImage, qRgb

from .files import Layer, Picture
from .server import NAMES, ServerError

SRGB = "sRGB-elle-V2-srgbtrc.icc"
"""Krita's own name of its sRGB profile."""

GROUP = "nurie"
"""The group that holds what was made, where that is more than flats."""

_LINGER = 3000
"""Milliseconds that a document stays which is not needed any more."""


@dataclass(frozen=True)
class Pixels:
    """A layer of nurie's answer as Krita takes it."""

    layer: Layer
    width: int = 0
    height: int = 0
    bgra: bytes = b""
    children: tuple[Pixels, ...] | None = None


def decode(layer: Layer) -> Pixels:
    """Unpack the PNG of a layer, or of all layers of a group; any thread may do this.

    Raises:
        ServerError: that is no picture.
    """
    if layer.children is not None:
        return Pixels(layer, children=tuple(map(decode, layer.children)))
    image = QImage.fromData(layer.png, "PNG")
    if image.isNull():
        raise ServerError("nurie's answer cannot be read; update nurie and its plug-in.")
    image = image.convertToFormat(QImage.Format_ARGB32)
    if layer.mode == "multiply":
        # White changes nothing, but would show where nothing lies below.
        image.setAlphaChannel(image.createMaskFromColor(qRgb(255, 255, 255), Qt.MaskOutColor))
    bits = image.constBits()
    bits.setsize(image.sizeInBytes())
    return Pixels(layer, image.width(), image.height(), bytes(bits))


def layers_of(document: Any) -> list[Any]:
    """All layers, topmost first, those in groups after their group."""

    def walk(node: Any) -> Iterator[Any]:
        for child in reversed(node.childNodes()):
            if child.type() in (
                "paintlayer",
                "grouplayer",
                "filelayer",
                "clonelayer",
                "vectorlayer",
            ):
                yield child
                yield from walk(child)

    return list(walk(document.rootNode()))


def called(document: Any, role: str) -> Any:
    """The topmost layer whose name says that it is the line, the hints or what is protected."""
    found = (n for n in layers_of(document) if n.name().strip().lower() in NAMES[role])
    return next((node for node in found if not _is_ours(node)), None)


def line_of(document: Any) -> Any:
    """The layer called line, else the layer in use, else the topmost one."""
    active = document.activeNode()
    fallback = [active] if active is not None and active.type() == "paintlayer" else []
    choices = [*fallback, *layers_of(document)]
    first = next((node for node in choices if not _is_ours(node)), None)
    return called(document, "line") or first


def read(document: Any, nodes: list[Any]) -> list[Picture]:
    """Pixels of layers, each by itself.

    They are shown at full opacity, whatever their own; other depths and colour models are
    converted.
    """
    size = document.width(), document.height()
    if not nodes:
        return []
    found = []
    with _scratch(document) as sheet:
        for node in nodes:
            sheet.rootNode().addChildNode(node.duplicate(), None)
            # Looked up anew: what is done to it is no step of the person's undo.
            copy = sheet.rootNode().childNodes()[-1]
            copy.setVisible(True)
            copy.setOpacity(255)
            copy.setBlendingMode("normal")
            copy.setInheritAlpha(False)
            refresh(sheet)
            found.append(Picture(*size, bytes(sheet.pixelData(0, 0, *size))))
            copy.remove()
    return found


def whole(document: Any) -> Picture:
    """Pixels of the picture as it is shown."""
    size = document.width(), document.height()
    if (document.colorModel(), document.colorDepth()) == ("RGBA", "U8"):
        return Picture(*size, bytes(document.pixelData(0, 0, *size)))
    image = document.projection(0, 0, *size).convertToFormat(QImage.Format_ARGB32)
    bits = image.constBits()
    bits.setsize(image.sizeInBytes())
    return Picture(*size, bytes(bits))


def place(document: Any, made: tuple[Pixels, ...], at: Any, *, above: bool) -> Any:
    """Put layers into a document, in one step of its undo.

    Args:
        document: a gray one becomes RGB, a step before.
        made: topmost first.
        at: the layer that they go next to, None for the top of all.
        above: they go above it and hide what is below; else below it.

    Returns:
        The id of what was put there: the group *flats*, or a group around all.
    """
    if document.colorModel() == "GRAYA":
        document.setColorSpace("RGBA", document.colorDepth(), SRGB)
        document.waitForDone()
    with _scratch(document) as sheet:
        if len(made) == 1:
            outer = _built(sheet, made[0])
        else:
            outer = _group(sheet, GROUP, made)
            # A shade reaches through to the flats, and looks as it does without the group.
            outer.setPassThroughMode(not above)
        copy = outer.duplicate()
    parent = document.rootNode() if at is None else at.parentNode()
    siblings = parent.childNodes()
    count = len(siblings)
    if at is not None:
        ids = [node.uniqueId() for node in siblings]
        count = ids.index(at.uniqueId()) + above
    _insert(parent, copy, siblings[:count])
    refresh(document)
    # The object itself still thinks that it is in the scratch document.
    return copy.uniqueId()


def _insert(parent: Any, node: Any, below: list[Any]) -> None:
    """Add a node above others that are there, or as the lowest."""
    parent.addChildNode(node, below[-1] if below else None)


def _built(sheet: Any, pixels: Pixels) -> Any:
    if pixels.children is not None:
        return _group(sheet, pixels.layer.name, pixels.children)
    layer = pixels.layer
    node = sheet.createNode(layer.name, "paintlayer")
    size = pixels.width, pixels.height
    node.setPixelData(QByteArray(pixels.bgra), layer.left, layer.top, *size)
    node.setBlendingMode(layer.mode)
    return node


def _group(sheet: Any, name: str, made: tuple[Pixels, ...]) -> Any:
    group = sheet.createGroupLayer(name)
    for pixels in reversed(made):
        group.addChildNode(_built(sheet, pixels), None)
    return group


@contextmanager
def _scratch(document: Any) -> Iterator[Any]:
    """An empty document of 8 bits that nobody sees: what happens in it is no step of an undo."""
    rgb = document.colorModel() == "RGBA" and document.colorDepth() == "U8"
    profile = document.colorProfile() if rgb else SRGB
    size = document.width(), document.height()
    sheet = Krita.instance().createDocument(*size, GROUP, "RGBA", "U8", profile, 72.0)
    try:
        sheet.setBatchmode(True)
        for node in sheet.rootNode().childNodes():
            node.remove()
        yield sheet
    finally:
        sheet.waitForDone()
        sheet.setModified(False)
        # Krita still has messages about it on their way, and breaks where they meet nothing.
        QTimer.singleShot(_LINGER, sheet.close)


def refresh(document: Any) -> None:
    """Let the picture show what its layers hold."""
    document.refreshProjection()
    document.waitForDone()


def _is_ours(node: Any) -> bool:
    """Whether a layer is part of what was put there."""
    while node is not None:
        if node.type() == "grouplayer" and node.name() in (GROUP, "flats"):
            return True
        node = node.parentNode()
    return False
