#!/usr/bin/env python3
"""nurie in GIMP 3: *Filters › Colour with nurie…* asks ``nurie serve`` and puts its layers back.

``pack.py`` puts the package ``nurie_server`` beside this file: as Krita has it, too.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import gi

gi.require_version("GdkPixbuf", "2.0")
gi.require_version("Gegl", "0.4")
gi.require_version("Gimp", "3.0")
from gi.repository import GdkPixbuf, Gegl, Gimp, GLib, GObject  # noqa: E402
from nurie_server.files import Layer, Picture  # noqa: E402
from nurie_server.server import (  # noqa: E402
    ADDRESS,
    LIGHTS,
    NAMES,
    SPREAD,
    STYLES,
    Found,
    Server,
    ServerError,
    Sheet,
    Wishes,
    color,
    layers,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

NAME = "plug-in-nurie-color"
_FORMAT = "R'G'B'A u8"
_BELOW = ("shade", "flats")
"""What goes below the line layer."""


def layers_of(parent: Any) -> Iterator[Any]:
    """All layers of an image or a group, topmost first, those in groups after their group."""
    for layer in parent.get_children() if hasattr(parent, "get_children") else parent.get_layers():
        yield layer
        if layer.is_group():
            yield from layers_of(layer)


def called(image: Any, role: str) -> Any:
    """The topmost layer whose name says that it is the line, the hints or what is protected."""
    named = (one for one in layers_of(image) if one.get_name().strip().lower() in NAMES[role])
    return next(named, None)


def read(image: Any, layer: Any) -> Picture:
    """Pixels of a layer by itself, as large as the image."""
    width, height = image.get_width(), image.get_height()
    _, left, top = layer.get_offsets()
    place = Gegl.Rectangle.new(-left, -top, width, height)
    data = bytearray(layer.get_buffer().get(place, 1.0, _FORMAT, Gegl.AbyssPolicy.NONE))
    data[0::4], data[2::4] = data[2::4], data[0::4]
    return Picture(width, height, bytes(data))


def covers(layer: Any, picture: Picture) -> bool:
    """Whether colours below the drawing would not be seen."""
    dark = (Gimp.LayerMode.MULTIPLY, Gimp.LayerMode.DARKEN_ONLY)
    return picture.is_opaque and layer.get_mode() not in dark


def place(image: Any, made: tuple[Layer, ...], parent: Any, position: int) -> Any:
    """Insert layers, the topmost first, and give back the group that holds them."""
    group = Gimp.GroupLayer.new(image, "nurie")
    image.insert_layer(group, parent, position)
    _fill(image, made, group)
    return group


def _fill(image: Any, made: tuple[Layer, ...], parent: Any) -> None:
    for number, layer in enumerate(made):
        if layer.children is not None:
            group = Gimp.GroupLayer.new(image, layer.name)
            image.insert_layer(group, parent, number)
            _fill(image, layer.children, group)
            continue
        # In this process: GIMP starts a program for each file that it loads.
        loader = GdkPixbuf.PixbufLoader.new_with_type("png")
        loader.write(layer.png)
        loader.close()
        mode = Gimp.LayerMode.MULTIPLY if layer.mode == "multiply" else Gimp.LayerMode.NORMAL
        new = Gimp.Layer.new_from_pixbuf(image, layer.name, loader.get_pixbuf(), 100, mode, 0, 0)
        image.insert_layer(new, parent, number)
        new.set_offsets(layer.left, layer.top)


def colour(image: Any, chosen: Any, server: Server, wishes: Wishes) -> Found:
    """Colour an image: its layer called line, else the chosen one; one undo takes it all away.

    Each idea is a group of its own; the first is shown.

    Raises:
        ServerError: a sentence on what is wrong; the image is as it was.
    """
    line = called(image, "line") or chosen
    if line is None:
        raise ServerError("There is no layer to send; choose the layer that holds the drawing.")
    over = [called(image, role) for role in ("hints", "protect")]
    sheet = Sheet(read(image, line), *(one and read(image, one) for one in over))
    found = color(server, sheet, wishes, Gimp.progress_set_text)
    # All is fetched before anything changes.
    ideas = [layers(server, found, i, Gimp.progress_set_text) for i in range(len(found.ideas))]
    above = covers(line, sheet.line)
    image.undo_group_start()
    try:
        if image.get_base_type() != Gimp.ImageBaseType.RGB:
            image.convert_rgb()
        position = image.get_item_position(line) + (0 if above else 1)
        for number, made in enumerate(ideas):
            wanted = made if above else tuple(one for one in made if one.name in _BELOW)
            group = place(image, wanted, line.get_parent(), position + number)
            group.set_visible(number == 0)
    finally:
        image.undo_group_end()
    return found


class Nurie(Gimp.PlugIn):  # type: ignore[misc]
    """What GIMP asks for."""

    def do_set_i18n(self, _name: str) -> bool:
        """Nothing is translated."""
        return False

    def do_query_procedures(self) -> list[str]:
        """There is one."""
        return [NAME]

    def do_create_procedure(self, name: str) -> Any:
        """Describe it; GIMP makes its dialog from the arguments."""
        made = Gimp.ImageProcedure.new(self, name, Gimp.PDBProcType.PLUGIN, run, None)
        made.set_image_types("*")
        made.set_menu_label("Colour with _nurie…")
        made.add_menu_path("<Image>/Filters")
        made.set_documentation(
            "Colour a line drawing",
            "Ask a running nurie serve; it puts flats below the lines",
            name,
        )
        made.set_attribution("nurie", "nurie, Apache-2.0", "2026")
        rw = GObject.ParamFlags.READWRITE
        for key, label, text in (
            ("words", "_Words", "Colours of parts: black hair, red dress"),
            ("palette", "_Palette", "Path of a palette or a picture; empty for nurie's choice"),
            ("server", "_Server", "Where nurie serve listens"),
            ("token", "_Token", "For a server on another machine"),
        ):
            made.add_string_argument(key, label, text, ADDRESS if key == "server" else "", rw)
        for key, label, known in (("style", "St_yle", STYLES), ("light", "_Light", LIGHTS)):
            choice = Gimp.Choice.new()
            for number, each in enumerate(known):
                choice.add(each, number, each, "")
            made.add_choice_argument(key, label, "Shade, and where light comes from", choice,
                                     known[0], rw)  # fmt: skip
        reach = "How far a hint reaches: 0 its region, 1 all is chosen anew"
        made.add_double_argument("spread", "_Hints reach", reach, 0, 1, SPREAD, rw)
        made.add_int_argument("seed", "S_eed", "Other seeds, other colours", 0, 999_999, 0, rw)
        made.add_int_argument("ideas", "_Ideas", "Each in a group of its own", 1, 8, 1, rw)
        return made


def run(procedure: Any, mode: Any, image: Any, drawables: Any, config: Any, _data: Any) -> Any:
    """Called by GIMP."""
    if mode == Gimp.RunMode.INTERACTIVE and not _asked(procedure, config):
        return procedure.new_return_values(Gimp.PDBStatusType.CANCEL, GLib.Error())
    get = config.get_property
    # GIMP gives None for a text that nobody wrote.
    text = {key: get(key) or "" for key in ("words", "palette", "style", "light")}
    wishes = Wishes(seed=get("seed"), ideas=get("ideas"), spread=get("spread"), **text)
    chosen = next((one for one in drawables if isinstance(one, Gimp.Layer)), None)
    Gimp.progress_init("nurie")
    try:
        found = colour(image, chosen, Server(get("server") or "", get("token") or ""), wishes)
    except ServerError as error:
        said = GLib.Error.new_literal(Gimp.PlugIn.error_quark(), str(error), 0)
        return procedure.new_return_values(Gimp.PDBStatusType.EXECUTION_ERROR, said)
    if found.notes:
        Gimp.message(found.notes)
    Gimp.displays_flush()
    return procedure.new_return_values(Gimp.PDBStatusType.SUCCESS, GLib.Error())


def _asked(procedure: Any, config: Any) -> bool:
    gi.require_version("GimpUi", "3.0")
    from gi.repository import GimpUi

    GimpUi.init("nurie")
    dialog = GimpUi.ProcedureDialog.new(procedure, config, "Colour with nurie")
    dialog.fill(None)
    agreed = bool(dialog.run())
    dialog.destroy()
    return agreed


if __name__ == "__main__":
    Gimp.main(Nurie.__gtype__, sys.argv)
