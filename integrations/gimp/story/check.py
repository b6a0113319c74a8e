"""Colour a drawing inside a real GIMP 3, without a screen, and hold what comes of it.

    ADDRESS=http://127.0.0.1:8745 DRAWING=fairy.png OUT=folder xvfb-run -a gimp-console-3.0 -id \
        --batch-interpreter python-fu-eval -b "exec(open('check.py').read())" --quit

Writes what GIMP shows (shown.png) to ``OUT``; prints the layers.
"""

import os

from gi.repository import Gimp, Gio

image = Gimp.file_load(Gimp.RunMode.NONINTERACTIVE, Gio.File.new_for_path(os.environ["DRAWING"]))
image.undo_enable()
procedure = Gimp.get_pdb().lookup_procedure("plug-in-nurie-color")
config = procedure.create_config()
config.set_property("image", image)
config.set_core_object_array("drawables", image.get_layers())
for name, value in (("server", os.environ["ADDRESS"]), ("words", "blue dress"), ("style", "cel")):
    config.set_property(name, value)
answer = procedure.run(config)
print("status", answer.index(0))


def told(layers, depth=0):
    """Print names, modes and places."""
    for layer in layers:
        print("  " * depth + layer.get_name(), layer.get_mode().value_nick, layer.get_visible(),
              layer.get_offsets()[1:])  # fmt: skip
        if layer.is_group():
            told(layer.get_children(), depth + 1)


told(image.get_layers())


def save(name):
    """The image as it is shown."""
    copy = image.duplicate()
    copy.flatten()
    file = Gio.File.new_for_path(f"{os.environ['OUT']}/{name}.png")
    Gimp.file_save(Gimp.RunMode.NONINTERACTIVE, copy, file, None)


save("shown")
