"""The docker: from the button to the server, and from its answer to the picture."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Callable

from krita import DockWidget, DockWidgetFactory, DockWidgetFactoryBase, Krita
from PyQt5.QtCore import QThread, pyqtSignal
from PyQt5.QtWidgets import QScrollArea

from . import canvas
from .panel import STORE, LayerBox, Panel
from .server import Found, Server, ServerError, Sheet, color, layers

_READY = "Choose the line layer, then Colour."
_BELOW = ("shade", "flats")
"""What goes below the line layer."""

Tell = Callable[[str], None]


def register() -> None:
    """Make the docker known to Krita."""
    where = DockWidgetFactoryBase.DockRight
    Krita.instance().addDockWidgetFactory(DockWidgetFactory(STORE, where, NurieDocker))


@dataclass(frozen=True)
class _Place:
    """Where layers go."""

    document: Any
    line: Any
    """Id of the line layer, None for the whole picture."""
    above: bool
    """Above the line layer, with lines of their own."""


class Errand(QThread):
    """Work for the server, away from the interface.

    Args:
        server: is asked.
        work: asks it, with a function that tells what is being done.
    """

    told = pyqtSignal(str)
    failed = pyqtSignal(str)
    succeeded = pyqtSignal(object)

    def __init__(self, server: Server, work: Callable[[Tell], Any]) -> None:
        super().__init__()
        self.server, self._work = server, work

    def run(self) -> None:
        """Do the work; called by Qt."""
        try:
            self.succeeded.emit(self._work(self.told.emit))
        except ServerError as error:
            self.failed.emit(str(error))
        except Exception as error:  # noqa: BLE001 (a thread that dies would leave the docker busy)
            self.failed.emit(f"The plug-in broke off ({error!r}); please report this.")


class NurieDocker(DockWidget):  # type: ignore[misc]
    """The docker; its panel holds what was chosen."""

    def __init__(self) -> None:
        super().__init__()
        self.setWindowTitle("nurie")
        self.panel = Panel()
        frame = QScrollArea()
        frame.setFrameShape(QScrollArea.NoFrame)
        frame.setWidgetResizable(True)
        frame.setWidget(self.panel)
        self.setWidget(frame)
        self.panel.say(_READY)
        self.panel.go.clicked.connect(self.start)
        self.panel.stop.clicked.connect(self.cancel)
        self.panel.shown.valueChanged.connect(self.show_idea)
        self.errand: Errand | None = None
        """What is under way."""
        self._found: Found | None = None
        self._place: _Place | None = None
        self._placed: Any = None
        Krita.instance().notifier().applicationClosing.connect(self._leave)

    def canvasChanged(self, _canvas: Any) -> None:  # noqa: N802 (Krita's name)
        """Another picture is in use; its layers are read when they are asked for."""

    def start(self) -> None:
        """Send the drawing; called by the button."""
        document = Krita.instance().activeDocument()
        if document is None:
            self.panel.say("No picture is open; open the drawing first.")
            return
        self.panel.remember()
        try:
            server, wishes = self._server(), self.panel.wishes()
            line, sheet = self._sheet(document)
        except ServerError as error:
            self.panel.say(str(error))
            return
        place = _Place(document, line and line.uniqueId(), _covers(line, sheet))

        def work(tell: Tell) -> Any:
            found = color(server, sheet, wishes, tell)
            return found, tuple(map(canvas.decode, layers(server, found, 0, tell)))

        def done(answer: Any) -> None:
            self._found, made = answer
            if (former := self._former(document)) is not None:
                # Somebody may have painted on it.
                former.setVisible(False)
            self._place, self._placed = place, None
            self.panel.show_ideas(len(self._found.ideas))
            self._put(made)

        self._send(server, work, done)

    def show_idea(self, number: int) -> None:
        """Put another idea in the place of the one shown; called by the number."""
        found = self._found
        if found is None or self.errand is not None:
            return
        try:
            server = self._server()
        except ServerError as error:
            self.panel.say(str(error))
            return

        def work(tell: Tell) -> Any:
            return tuple(map(canvas.decode, layers(server, found, number - 1, tell)))

        def done(made: Any) -> None:
            document = self._place.document if self._place else None
            former = self._former(document)
            self._put(made)
            if former is not None:
                former.remove()
                canvas.refresh(document)
            self.panel.say(f"Idea {number} is in the picture, in the place of the one before.")

        self._send(server, work, done)

    def cancel(self) -> None:
        """Stop the work; called by the button."""
        if self.errand is not None:
            self.errand.server.cancel()

    def _server(self) -> Server:
        return Server(self.panel.address.text(), self.panel.token.text())

    def _sheet(self, document: Any) -> tuple[Any, Sheet]:
        """The line layer, None for the whole picture, and what is sent."""
        panel = self.panel
        whole = panel.line.is_fixed(1)
        line = None if whole else panel.line.node(document) or canvas.line_of(document)
        if line is None and not whole:
            raise ServerError("There is no layer to send; choose Whole picture.")
        hints = _over(panel.hints, document, "hints")
        protect = _over(panel.protect, document, "protect")
        pictures = iter(canvas.read(document, [n for n in (line, hints, protect) if n is not None]))
        drawing = canvas.whole(document) if line is None else next(pictures)
        over = [None if node is None else next(pictures) for node in (hints, protect)]
        return line, Sheet(drawing, *over)

    def _send(
        self, server: Server, work: Callable[[Tell], Any], done: Callable[[Any], None]
    ) -> None:
        errand = Errand(server, work)
        self.errand, self._done = errand, done
        errand.told.connect(self.panel.say)
        errand.failed.connect(self._fail)
        errand.succeeded.connect(self._succeed)
        self.panel.set_busy(True)
        errand.start()

    def _succeed(self, answer: Any) -> None:
        try:
            self._done(answer)
        except ServerError as error:
            self.panel.say(str(error))
        self._end()

    def _fail(self, sentence: str) -> None:
        self.panel.say(sentence)
        self._end()

    def _end(self) -> None:
        if self.errand is not None:
            self.errand.wait()
        self.errand = None
        self.panel.set_busy(False)

    def _former(self, document: Any) -> Any:
        """What was put into a picture before, None where it is gone."""
        place = self._place
        if self._placed is None or place is None or document != place.document:
            return None
        if not _is_open(document):
            return None
        return document.nodeByUniqueID(self._placed)

    def _put(self, made: tuple[canvas.Pixels, ...]) -> None:
        """Put an idea into the picture that it is for."""
        place, found = self._place, self._found
        if place is None or found is None or not _is_open(place.document):
            raise ServerError("The picture was closed; open it and colour it again.")
        document, sent = place.document, found.sheet.line
        if (document.width(), document.height()) != (sent.width, sent.height):
            raise ServerError("The picture has another size now; colour it again.")
        at = document.nodeByUniqueID(place.line) if place.line is not None else None
        above = place.above or at is None
        if not above:
            made = tuple(one for one in made if one.layer.name in _BELOW)
        was_gray = document.colorModel() == "GRAYA"
        self._placed = canvas.place(document, made, at, above=above)
        self.panel.say(_summary(found, was_gray=was_gray))

    def _leave(self) -> None:
        """Krita closes: a thread must not outlive it."""
        if self.errand is not None:
            self.errand.server.cancel()
            self.errand.wait(3000)


def _covers(line: Any, sheet: Sheet) -> bool:
    """Whether colours below the drawing would not be seen.

    What is multiplied into the layers below hides nothing where it is white.
    """
    if line is None:
        return True
    return sheet.line.is_opaque and line.blendingMode() not in ("multiply", "darken")


def _is_open(document: Any) -> bool:
    return document in Krita.instance().documents()


def _over(box: LayerBox, document: Any, role: str) -> Any:
    """A layer over the drawing, None where there is none."""
    return canvas.called(document, role) if box.is_fixed(0) else box.node(document)


def _summary(found: Found, *, was_gray: bool) -> str:
    unsure = found.unsure
    doubt = f" {unsure} regions are unsure; hints help there." if unsure else ""
    turned = " The picture was gray and is RGB now." if was_gray else ""
    notes = found.notes and f" {found.notes}"
    return f"Done.{turned}{notes}{doubt} One undo takes the layers away."
