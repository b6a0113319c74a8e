"""The whole walk, with the packaged model, on the drawings that come with nurie."""

import json
import subprocess
import sys

import pytest

from nurie.cli.app import run


@pytest.fixture
def call(capsys):
    def call(*arguments):
        capsys.readouterr()
        code = run([str(argument) for argument in arguments])
        heard = capsys.readouterr()
        assert (code, heard.err) == (0, "")
        return heard.out

    return call


@pytest.mark.parametrize("suffix", ["ora", "png"])
def test_an_example_is_coloured_and_proven(call, root_examples, tmp_path, suffix):
    out = tmp_path / f"house.{suffix}"
    (record,) = json.loads(call("color", root_examples / "house.png", "-o", out, "--json"))
    assert record["colors"]
    call("verify", root_examples / "house.png", out)


def test_variations_palette_and_hints(call, root_examples, tmp_path):
    palette = next((root_examples / "palettes").glob("*.hex"))
    fairy, hints = root_examples / "fairy.png", root_examples / "fairy.hints.json"
    options = ["--palette", palette, "--hints", hints]
    (record,) = json.loads(
        call("color", fairy, *options, "--variations", 2, "--json", "-o", tmp_path / "fairy.ora")
    )
    assert record["outputs"] == [str(tmp_path / f"fairy-{i}.ora") for i in (1, 2)]
    first, second = (v["colors"] for v in record["variations"])
    assert first
    assert second
    for path in record["outputs"]:
        call("verify", fairy, path, *options)


def test_two_processes_give_the_same_bytes(root_examples, tmp_path):
    made = []
    for name in ("one.png", "two.png"):
        more = ["--seed", "7", "-o", tmp_path / name]
        done = subprocess.run(
            [sys.executable, "-m", "nurie", "color", root_examples / "house.png", *more],
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode, done.stderr) == (0, "")
        made.append((tmp_path / name).read_bytes())
    assert made[0] == made[1]


def test_python_gives_the_same_colours_as_the_command(call, root_examples, tmp_path):
    import numpy as np

    import nurie
    from nurie.io.images import read_color, read_sketch

    sketch = read_sketch(root_examples / "house.png")
    layers = nurie.Colorizer.load().colorize(sketch, seed=3)
    call("color", root_examples / "house.png", "--seed", 3, "-o", tmp_path / "a.png")
    assert (read_color(tmp_path / "a.png") == np.atleast_3d(layers.merged())).all()
    path = nurie.color(root_examples / "house.png", tmp_path / "b.png", seed=3)
    assert path.read_bytes() == (tmp_path / "a.png").read_bytes()
