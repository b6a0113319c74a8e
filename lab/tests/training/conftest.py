"""Shards of tiny pictures to train on, and prepared examples."""

import json

import numpy as np
import pytest

from nurie_lab.data.prepare import Named, make_example, write_examples
from nurie_lab.data.shards import encode, write_shard


def picture(i, side=40):
    """Two coloured boxes on white, (side, side, 3) uint8, another for each i."""
    rng = np.random.default_rng(i)
    color = np.full((side, side, 3), 255, np.uint8)
    for left in (4, side // 2):
        color[6 : side - 6, left : left + side // 2 - 6] = rng.integers(0, 220, 3)
    return color


def write(path, numbers):
    """A shard of these pictures, with line art that is all paper but for one column."""
    line = np.full((40, 40), 255, np.uint8)
    line[:, 20] = 0
    records = (
        (f"p{i:02d}", {"color.png": encode(picture(i), "png"), "line.png": encode(line, "png"),
                       "json": json.dumps({"number": i}).encode()})
        for i in numbers
    )  # fmt: skip
    write_shard(path, records)


@pytest.fixture(scope="session")
def shards(tmp_path_factory):
    """A folder of two shards with six pictures each, and one of two to validate."""
    folder = tmp_path_factory.mktemp("shards")
    write(folder / "train-0000.tar", range(6))
    write(folder / "train-0001.tar", range(6, 12))
    write(folder / "val-0000.tar", range(20, 22))
    return folder


def drawings(count, source):
    for i in range(count):
        lines = np.full((60, 60), 255, np.uint8)
        lines[10:40, 10 : 30 + i] = 0
        lines[13:37, 13 : 27 + i] = 255
        color = np.full((60, 60, 3), 255, np.uint8)
        color[10:40, 10 : 30 + i] = [200, 30 * i, 60]
        shows = (color == 255).all(axis=2).astype(np.int16)
        example = make_example(lines, color, np.random.default_rng(i), shows)
        yield Named(example, f"p{i // 2}", source)


@pytest.fixture(scope="session")
def examples(tmp_path_factory):
    folder = tmp_path_factory.mktemp("examples")
    write_examples(folder / "a.npz", lambda: drawings(4, "seen"))
    write_examples(folder / "b.npz", lambda: drawings(2, "held"))
    write_examples(folder / "c.npz", lambda: drawings(2, "seen"))
    return folder


@pytest.fixture
def one_batch(shards):
    """The first batch of a configuration, and its networks with their optimizers."""
    import torch

    from nurie_lab.training.picture import data
    from nurie_lab.training.picture.task import build

    def made(config):
        stream = data.Stream(data.find_shards(shards), config.lanes, 4, 0)
        spectrum = data.measure(stream, print)
        places = {lane: data.Place() for lane in range(config.lanes)}
        taught = data.batches(stream, config, spectrum, places=places, tell=print)
        batch = data.to_batch(next(taught), "cpu")
        taught.close()
        return batch, build(config, torch.device("cpu"), spectrum)

    return made
