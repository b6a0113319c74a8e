"""All that the golden tests import from nurie, one function each: a move edits one line here."""

import contextlib
import functools
import io
import sys
from unittest import mock

import numpy as np


def call(*arguments):
    """The command line in this process: exit code, standard output, standard error."""
    import nurie.api
    from nurie.__main__ import main

    out, err = io.StringIO(), io.StringIO()
    argv = ["nurie", *map(str, arguments)]
    with (
        mock.patch.object(sys, "argv", argv),
        mock.patch.object(nurie.api, "load", _once(nurie.api.load)),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        try:
            main()
            code = 0
        except SystemExit as left:
            code = left.code or 0
    return code, out.getvalue(), err.getvalue()


@functools.cache
def _once(load):
    """Models stay from one call to the next."""
    return functools.cache(load)


def studio_app():
    """The HTTP API with the packaged model."""
    from nurie.studio.app import Settings, build

    return build(Settings(page=False))


def encoder_maps(lines):
    """What the packaged encoder makes of a framed drawing."""
    from nurie.models.registry import find_region
    from nurie.models.session import RegionSession

    return RegionSession(find_region()).encode(lines)


def painted(lines):
    """What the packaged painter makes of lines and a gray hint."""
    from nurie.models.painter import PainterSession
    from nurie.models.registry import find_painter

    hint = np.full((*lines.shape, 3), 0.5, np.float32)
    return PainterSession(find_painter("nurie-soft")).paint(lines, hint)


def made_drawing(kind, seed, size):
    """A drawing made by program: its arrays by name."""
    from nurie_lab.drawings.animals import invent_animal
    from nurie_lab.drawings.figures import invent_character
    from nurie_lab.drawings.scenes import invent_scene
    from nurie_lab.drawings.scenes.comics import invent_comic
    from nurie_lab.drawings.things import invent_thing

    kinds = {
        "animal": invent_animal,
        "comic": invent_comic,
        "character": invent_character,
        "scene": invent_scene,
        "thing": invent_thing,
    }
    made = kinds[kind](np.random.default_rng(seed), size=size)
    return {
        "lines": made.lines,
        "color": made.color,
        "parts": made.parts,
        "colors": made.colors,
        "names": np.array(made.names),
    }


def made_film(seed, count):
    """The frames of a film made by program: lines and colours."""
    from nurie_lab.drawings.figures import film

    return [(made.lines, made.color) for made in film(np.random.default_rng(seed), count)]


def write_pictures(path, pictures):
    """A shard of (H, W, 3) pictures by key, all of a permissive source."""
    from nurie_lab.data.shards import encode, write_shard

    info = b'{"source": "golden", "tier": "permissive"}'
    # Shards hold WebP; the bytes are PNG's, which every version of a decoder reads alike.
    write_shard(path, [(k, {"webp": encode(p, "png"), "json": info}) for k, p in pictures.items()])


def prepare_examples(shard, out):
    """The files of training examples made of a shard."""
    from nurie_lab.data.prepare import prepare

    return list(prepare([shard], out, seed=0, workers=1))


def made_examples(kind, count):
    """Training examples of drawings made by program: their arrays by name."""
    from nurie_lab.data.invented import examples
    from nurie_lab.data.prepare import stack

    return vars(stack(list(examples(kind, 0, count, np.random.default_rng(0)))))
