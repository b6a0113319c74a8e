"""What models are trained and judged on has the bytes that it had, and graphs are written alike."""

import json
import shutil
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

ROOT = Path(__file__).parents[2]
PICTURES = ("cat", "tractor", "pansy", "parasol")


def picture(name, size=192):
    """A coloured stand-in: a drawing that comes with nurie, its tones as colours."""
    small = Image.open(ROOT / "examples" / f"{name}.png").convert("L").resize((size, size))
    gray = np.asarray(small).astype(int)
    rows, columns = np.mgrid[0:size, 0:size]
    tints = np.stack([rows // 24 * 40, columns // 32 * 50, (rows + columns) // 48 * 60], axis=2)
    return (gray[..., None] * (150 + tints % 106) // 255).astype(np.uint8)


@pytest.fixture(scope="module")
def shelf(tmp_path_factory):
    """A folder of pictures."""
    folder = tmp_path_factory.mktemp("shelf") / "own"
    folder.mkdir()
    for name in PICTURES:
        Image.fromarray(picture(name)).save(folder / f"{name}.png")
    return folder


@pytest.mark.parametrize("kind", ["animal", "character", "comic", "scene", "thing"])
def test_drawings_made_by_program(golden, surfaces, kind):
    found = {}
    for seed in range(4):
        for name, array in surfaces.made_drawing(kind, seed, 144).items():
            found[f"{seed} {name}"] = golden.digest(array)
    golden.check(f"made {kind}", found)


def test_films_made_by_program(golden, surfaces):
    frames = surfaces.made_film(0, 2)
    found = {}
    for i, (lines, color) in enumerate(frames):
        found |= {f"{i} lines": golden.digest(lines), f"{i} color": golden.digest(color)}
    golden.check("made film", found)


def test_examples_of_pictures(golden, surfaces, tmp_path):
    surfaces.write_pictures(tmp_path / "one.tar", {name: picture(name) for name in PICTURES})
    found = {}
    for path in surfaces.prepare_examples(tmp_path / "one.tar", tmp_path / "out"):
        with np.load(path) as arrays:
            assert len(arrays["labels"]), "empty arrays would be alike whatever is changed"
            found |= {f"{path.stem} {name}": golden.digest(arrays[name]) for name in arrays.files}
    golden.check("examples of pictures", found)


@pytest.mark.parametrize("kind", ["things", "films"])
def test_examples_of_made_drawings(golden, surfaces, kind):
    arrays = surfaces.made_examples(kind, 2)
    golden.check(f"examples of {kind}", {n: golden.digest(a) for n, a in arrays.items()})


def test_shards_of_a_folder(golden, run, shelf, tmp_path, monkeypatch):
    monkeypatch.chdir(shelf.parent)
    run("data", "folder", "own", "-o", tmp_path / "list.jsonl")
    run(
        "data",
        "prepare",
        tmp_path / "list.jsonl",
        "-o",
        tmp_path / "shards",
        "-q",
        "--workers",
        "1",
    )
    found = golden.folder(tmp_path / "shards")
    for name in ("manifest.csv", "plan.json"):
        # They tell where the pictures lie.
        text = (tmp_path / "shards" / name).read_text("utf-8")
        found[name] = golden.told(text, shelf.parent)
    golden.check("shards", found)


def test_pictures_of_the_small_bench(golden, run, tmp_path):
    bench = shutil.copy(ROOT / "configs" / "bench" / "small.toml", tmp_path)
    run("evaluate", bench, "-o", tmp_path / "out", "--data", tmp_path / "data", "--lock", "-q")
    found = {"lock": golden.digest((tmp_path / "small.lock.json").read_bytes())}
    for path in (tmp_path / "data").rglob("*.npz"):
        # The hash in the file's name changes with the code that drew it.
        name = path.stem.rpartition("-")[0]
        with np.load(path) as arrays:
            found |= {f"{name} {key}": golden.digest(arrays[key]) for key in arrays.files}
    golden.check("small bench", found)


TINY = """
objective = "l2"
generator = "cnn"
source = "line"
size = 32
width = 2
batch = 2
lanes = 1
epochs = 1
patches = 2
loaders = 1
"""


def test_from_pictures_to_a_painter(golden, surfaces, run, tmp_path):
    for name in ("webdataset", "onnx", "onnxscript"):
        pytest.importorskip(name, reason="the extra 'train' is not installed: UNTESTED")
    pictures = {name: picture(name, 48) for name in PICTURES}
    surfaces.write_pictures(tmp_path / "train-0000.tar", pictures)
    (tmp_path / "tiny.toml").write_text(TINY, "utf-8")
    run("train", tmp_path / "tiny.toml", "--data", tmp_path, "--out", tmp_path / "tiny", "-q")
    run("export", tmp_path / "tiny", "--out", tmp_path / "model", "-q")
    card = json.loads((tmp_path / "model" / "tiny.json").read_text("utf-8"))
    # The day, how long it took, the hash of the file, and the losses, which differ with the way
    # a processor rounds.
    for name in ("date", "seconds", "losses"):
        card["card"].pop(name, None)
    del card["sha256"]
    graph = sys.modules["onnx"].load(tmp_path / "model" / "tiny.painter.onnx")
    # torch notes the ranges of axes in an order that changes from run to run, and weights are
    # rounded as losses are.
    del graph.graph.metadata_props[:]
    kinds = sys.modules["onnx"].TensorProto
    for weight in graph.graph.initializer:
        if weight.data_type in {kinds.FLOAT, kinds.FLOAT16}:
            weight.ClearField("raw_data")
    found = {"card": golden.digest(json.dumps(card, sort_keys=True))}
    found["graph"] = golden.digest(graph.SerializeToString(deterministic=True))
    golden.check("tiny painter", found)
