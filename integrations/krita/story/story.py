"""What the plug-in's docker is made to do inside Krita; started by ``check.py``.

It is installed as a plug-in of its own. It reads what to do from the environment, uses the docker
as its buttons do, and leaves pixels as raw files and the rest as JSON. Scenes are generators: at
each ``yield`` Krita goes on by itself, as it does between a person's clicks.
"""

import faulthandler
import json
import os
import time
import traceback
from collections.abc import Generator
from pathlib import Path
from typing import Any

from krita import Extension, Krita
from PyQt5.QtCore import QByteArray, Qt, QTimer

SRGB = "sRGB-elle-V2-srgbtrc.icc"
KRITA = Krita.instance()
TICK = 5
"""Milliseconds between two steps of a scene."""

TIMER = QTimer()

Scene = Generator[None, None, Any]


def settle(document: Any, ticks: int = 20) -> Scene:
    """Let Krita do what follows from what was done."""
    document.waitForDone()
    for _ in range(ticks):
        yield


def tree(node: Any) -> list[Any]:
    """Names and modes, topmost first."""
    found = []
    for child in reversed(node.childNodes()):
        name = f"{child.name()} ({child.blendingMode()})"
        found.append([name, tree(child)] if child.type() == "grouplayer" else name)
    return found


def layer(document: Any, name: str, pixels: bytes) -> Any:
    node = document.createNode(name, "paintlayer")
    node.setPixelData(QByteArray(pixels), 0, 0, document.width(), document.height())
    document.rootNode().addChildNode(node, (document.rootNode().childNodes() or [None])[-1])
    return node


class Story:
    """Scenes, one after the other."""

    def __init__(self, folder: Path, address: str) -> None:
        self.folder, self.address = folder, address
        [self.docker] = [d for d in KRITA.dockers() if d.objectName() == "nurie_krita"]
        self.panel = self.docker.panel

    def press(self, *, cancel_after: float = -1) -> Scene:
        """Press Colour; how long each part took, and the longest pause of the interface."""
        start = time.monotonic()
        self.panel.go.click()
        sent = time.monotonic()
        told = yield from self.wait(cancel_after)
        return {"reading layers, s": round(sent - start, 2), **told}

    def wait(self, cancel_after: float = -1) -> Scene:
        """Until the answer is there."""
        sent = last = time.monotonic()
        pause, step, said = 0.0, 0.0, []
        while self.docker.errand is not None and last - sent < 300:
            yield
            if 0 <= cancel_after < last - sent:
                self.panel.stop.click()
                cancel_after = -1
            if self.status() not in said:
                said.append(self.status())
            # The last step puts the answer into the picture, and is told apart.
            pause = max(pause, step)
            now = time.monotonic()
            last, step = now, now - last - TICK / 1000
        waited = {"seconds": round(last - sent, 2), "longest pause, s": round(pause, 3)}
        return {**waited, "putting layers, s": round(step, 2), "said": said}

    def status(self) -> str:
        """What the docker says."""
        return self.panel.status.text()

    def keep(self, name: str, document: Any, *, node: Any = None) -> None:
        """Leave the pixels of the picture, or of one layer."""
        size = document.width(), document.height()
        source = document if node is None else node
        data = bytes(source.pixelData(0, 0, *size))
        (self.folder / f"{name}.raw").write_bytes(data)

    def show(self, document: Any) -> Scene:
        """Open a view of a document."""
        KRITA.activeWindow().addView(document)
        KRITA.setActiveDocument(document)
        yield from settle(document)

    def undone(self, document: Any) -> Scene:
        """What one undo leaves; then it is done again."""
        KRITA.action("edit_undo").trigger()
        yield from settle(document)
        left = tree(document.rootNode())
        KRITA.action("edit_redo").trigger()
        yield from settle(document)
        return left

    # The scenes.

    def nobody(self) -> Scene:
        """No server answers."""
        document = KRITA.createDocument(64, 64, "small", "RGBA", "U8", SRGB, 72.0)
        yield from self.show(document)
        self.panel.address.setText("127.0.0.1:1")
        told = yield from self.press()
        self.panel.address.setText(self.address)
        return told

    def opened(self) -> Scene:
        """A drawing opened as a PNG: one opaque gray layer."""
        document = KRITA.openDocument(os.environ["NURIE_DRAWING"])
        yield from self.show(document)
        before = tree(document.rootNode()), document.colorModel()
        self.panel.ideas.setValue(2)
        told = yield from self.press()
        yield from settle(document)
        self.keep("opened", document)
        self.keep("opened-line", document, node=document.rootNode().childNodes()[0])
        found = {"before": before, "after": tree(document.rootNode()), **told}
        self.panel.shown.setValue(2)
        yield from self.wait()
        found["second idea"] = [self.status(), len(document.rootNode().childNodes())]
        yield from settle(document)
        self.keep("opened-second", document)
        self.panel.ideas.setValue(1)
        return found

    def page(self, name: str, depth: str, style: str) -> Scene:
        """Lines, hints and paper on layers of their own, as an artist has them."""
        document, line = self.made(name, depth)
        yield from self.show(document)
        document.refreshProjection()
        yield from settle(document)
        self.keep(f"{name}-line-before", document, node=line)
        before = tree(document.rootNode())
        self.panel.shading.setCurrentText(style)
        told = yield from self.press()
        yield from settle(document)
        self.keep(name, document)
        self.keep(f"{name}-line", document, node=line)
        after = tree(document.rootNode())
        left = yield from self.undone(document)
        again = tree(document.rootNode()) == after
        yield from settle(document)
        self.keep(f"{name}-redone", document)
        steps = {"one undo takes all away": left == before, "one redo brings all back": again}
        return {"before": before, "after": after, **steps, **told}

    def made(self, name: str, depth: str) -> tuple[Any, Any]:
        """A document, and its line layer."""
        ink, hints = ((self.folder / f"{part}.raw").read_bytes() for part in ("ink", "hints"))
        side = round((len(ink) / 4) ** 0.5)
        document = KRITA.createDocument(side, side, name, "RGBA", depth, SRGB, 300.0)
        for node in document.rootNode().childNodes():
            node.remove()
        wide = (lambda data: bytes(v for v in data for _ in "12")) if depth == "U16" else bytes
        layer(document, "ground", wide(b"\xff" * len(ink)))
        line = layer(document, "Ink", wide(ink))
        layer(document, "hints", wide(hints)).setVisible(False)
        return document, line

    def cancelled(self) -> Scene:
        """Somebody presses Cancel."""
        document = KRITA.activeDocument()
        before = tree(document.rootNode())
        self.panel.seed.setValue(7)
        told = yield from self.press(cancel_after=0.1)
        self.panel.seed.setValue(0)
        return {"unchanged": tree(document.rootNode()) == before, **told}

    def picture(self) -> Scene:
        """The whole window, for the page in the documents."""
        window = KRITA.activeWindow().qwindow()
        window.resize(1180, 940)
        for docker in KRITA.dockers():
            docker.setVisible(docker.objectName() in ("nurie_krita", "KisLayerBox"))
        yield from settle(KRITA.activeDocument(), 100)
        layers = next(d for d in KRITA.dockers() if d.objectName() == "KisLayerBox")
        window.resizeDocks([layers, self.docker], [350, 510], Qt.Vertical)
        yield from settle(KRITA.activeDocument(), 400)
        window.grab().save(str(self.folder / "krita-plugin.png"))
        return "krita-plugin.png"


def tell(found: dict[str, Any]) -> Scene:
    """All scenes."""
    story = Story(Path(os.environ["NURIE_STORY"]), os.environ["NURIE_ADDRESS"])
    found["no server"] = yield from story.nobody()
    found["opened"] = yield from story.opened()
    found["page"] = yield from story.page("page", "U8", "cel")
    found["picture"] = yield from story.picture()
    found["cancelled"] = yield from story.cancelled()
    found["page of 16 bits"] = yield from story.page("page16", "U16", "flat")


def start() -> None:
    """Tell the story step by step, and leave what was found."""
    faulthandler.enable()
    folder, found = Path(os.environ["NURIE_STORY"]), {"krita": KRITA.version()}
    scene, timer = tell(found), TIMER

    def step() -> None:
        try:
            next(scene)
        except StopIteration:
            timer.stop()
        except Exception:  # noqa: BLE001 (the caller tells)
            found["broke off"] = traceback.format_exc()
            timer.stop()
        if not timer.isActive():
            draft = folder / "story.part"
            draft.write_text(json.dumps(found), "utf-8")
            draft.replace(folder / "story.json")

    timer.timeout.connect(step)
    timer.start(TICK)


class Teller(Extension):
    """Waits until Krita has a window."""

    def setup(self) -> None:
        """Nothing yet; called by Krita."""

    def createActions(self, _window: Any) -> None:  # noqa: N802
        """A window is there; called by Krita."""
        QTimer.singleShot(2000, start)


KRITA.addExtension(Teller(KRITA))
