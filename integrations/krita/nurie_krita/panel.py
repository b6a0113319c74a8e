"""What a person sees: choices, two buttons and a sentence."""

from __future__ import annotations

from typing import Any

from krita import Krita
from PyQt5.QtWidgets import (
    QComboBox,
    QDoubleSpinBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLayout,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QSizePolicy,
    QSpinBox,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from . import canvas
from .server import ADDRESS, LIGHTS, SPREAD, STYLES, Wishes

STORE = "nurie_krita"
"""Where Krita keeps the choices."""

_PALETTES = "Palettes and pictures (*.gpl *.ase *.hex *.txt *.png *.jpg *.jpeg *.webp);;All (*)"


class LayerBox(QComboBox):
    """A choice of layers, read anew whenever it opens.

    Args:
        fixed: what stands above the layers.
    """

    def __init__(self, *fixed: str) -> None:
        super().__init__()
        self._fixed = fixed
        self.addItems(fixed)
        self.setSizeAdjustPolicy(QComboBox.AdjustToMinimumContentsLengthWithIcon)

    def showPopup(self) -> None:  # noqa: N802 (Qt's name)
        """Read the layers, then open."""
        self.refill()
        super().showPopup()

    def refill(self) -> None:
        """Read the layers of the document in use; the choice stays where it can."""
        chosen = self.currentData()
        fixed = min(self.currentIndex(), len(self._fixed) - 1)
        self.clear()
        self.addItems(self._fixed)
        document = Krita.instance().activeDocument()
        for node in canvas.layers_of(document) if document else ():
            self.addItem(node.name(), node.uniqueId())
        self.setCurrentIndex(fixed if chosen is None else max(self.findData(chosen), 0))

    def node(self, document: Any) -> Any:
        """The layer chosen, None where one of the fixed things is or the layer is gone."""
        chosen = self.currentData()
        return None if chosen is None else document.nodeByUniqueID(chosen)

    def is_fixed(self, number: int) -> bool:
        """Whether that one of the fixed things is chosen."""
        return self.currentData() is None and self.currentIndex() == number


class Panel(QWidget):
    """All that can be chosen; the docker connects the buttons."""

    def __init__(self) -> None:
        super().__init__()
        self.line = LayerBox("Automatic", "Whole picture")
        self.hints, self.protect = LayerBox("Automatic", "None"), LayerBox("Automatic", "None")
        self.palette_path, self.words = QLineEdit(), QLineEdit()
        self.spread = QDoubleSpinBox()
        self.shading, self.light = QComboBox(), QComboBox()
        self.seed, self.ideas, self.shown = _number(0, 999_999), _number(1, 8), _number(1, 1)
        self.address, self.token = QLineEdit(), QLineEdit()
        self.go, self.stop = QPushButton("Colour"), QPushButton("Cancel")
        self.progress, self.status = QProgressBar(), QLabel()
        self._set_up()
        self._lay_out()
        self._recall()
        self.set_busy(False)

    def wishes(self) -> Wishes:
        """What is asked of the colours."""
        return Wishes(
            palette=self.palette_path.text().strip(),
            seed=self.seed.value(),
            ideas=self.ideas.value(),
            style=self.shading.currentText(),
            light=self.light.currentText(),
            words=self.words.text(),
            spread=self.spread.value(),
        )

    def say(self, sentence: str) -> None:
        """Show a sentence."""
        self.status.setText(sentence)

    def set_busy(self, busy: bool) -> None:
        """Show that something is being done, or that nothing is."""
        self.go.setEnabled(not busy)
        self.stop.setEnabled(busy)
        self.progress.setVisible(busy)
        self.shown.setEnabled(not busy and self.shown.maximum() > 1)

    def show_ideas(self, count: int) -> None:
        """So many ideas can be shown, and the first is; says nothing to the docker."""
        blocked = self.shown.blockSignals(True)
        self.shown.setMaximum(count)
        self.shown.setValue(1)
        self.shown.setSuffix(f" of {count}")
        self.shown.blockSignals(blocked)

    def remember(self) -> None:
        """Keep the choices that hold for any picture."""
        for name, box in self._kept().items():
            Krita.instance().writeSetting(STORE, name, box.text())

    def _recall(self) -> None:
        for name, box in self._kept().items():
            box.setText(Krita.instance().readSetting(STORE, name, ""))

    def _kept(self) -> dict[str, QLineEdit]:
        return {"address": self.address, "token": self.token, "palette": self.palette_path}

    def _set_up(self) -> None:
        self.line.setToolTip("Automatic: called line, ink or lineart; else the layer in use")
        self.hints.setToolTip("Dabs of colours that regions take. Automatic: called hints")
        self.protect.setToolTip("What it covers stays paper. Automatic: called protect")
        self.shading.addItems(STYLES)
        self.light.addItems(LIGHTS)
        self.light.setEnabled(False)
        self.shading.currentTextChanged.connect(lambda text: self.light.setEnabled(text != "flat"))
        self.address.setPlaceholderText(ADDRESS)
        self.token.setPlaceholderText("for a server on another machine")
        self.token.setEchoMode(QLineEdit.PasswordEchoOnEdit)
        self.words.setPlaceholderText("black hair, red dress, night sky")
        self.spread.setRange(0, 1)
        self.spread.setSingleStep(0.25)
        self.spread.setValue(SPREAD)
        self.spread.setToolTip("How far a hint reaches: 0 its region, 1 all is chosen anew")
        self.palette_path.setPlaceholderText("nurie's own choice")
        self.palette_path.setClearButtonEnabled(True)
        # A change typed as 12 is not first a 1.
        self.shown.setKeyboardTracking(False)
        self.progress.setRange(0, 0)
        self.status.setWordWrap(True)

    def _lay_out(self) -> None:
        form = QFormLayout()
        for label, widget in (
            ("Lines", self.line),
            ("Hints", self.hints),
            ("Keep paper", self.protect),
            ("Words", self.words),
            ("Hints reach", self.spread),
            ("Palette", self._palette_row()),
            ("Style", self.shading),
            ("Light", self.light),
            ("Seed", self.seed),
            ("Ideas", self.ideas),
            ("Server", self.address),
            ("Token", self.token),
        ):
            form.addRow(label, widget)
        column = QVBoxLayout()
        column.addLayout(form)
        column.addLayout(_row(self.go, self.stop))
        column.addLayout(_row(QLabel("Idea shown"), self.shown))
        column.addWidget(self.progress)
        column.addWidget(self.status)
        column.addStretch()
        self.setLayout(column)

    def _palette_row(self) -> QLayout:
        choose = QToolButton()
        choose.setText("…")
        choose.setToolTip("Choose a palette file or a picture")
        choose.clicked.connect(self._choose_palette)
        return _row(self.palette_path, choose)

    def _choose_palette(self) -> None:
        path, _ = QFileDialog.getOpenFileName(self, "Palette", self.palette_path.text(), _PALETTES)
        if path:
            self.palette_path.setText(path)


def _number(low: int, high: int) -> QSpinBox:
    box = QSpinBox()
    box.setRange(low, high)
    box.setSizePolicy(QSizePolicy.Expanding, QSizePolicy.Fixed)
    return box


def _row(*widgets: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    for widget in widgets:
        row.addWidget(widget)
    return row
