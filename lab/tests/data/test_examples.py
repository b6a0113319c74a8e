"""Examples: true colours of regions, batches, files."""

import io
import json
import tarfile
from zlib import crc32

import numpy as np
import pytest
from PIL import Image

from nurie.errors import InputError
from nurie_lab.data.prepare import MOST, SIZE, Named, compose, make_example, prepare, stack


def drawing():
    """A box with a red inside: lines and colours, 80 × 80."""
    lines = np.full((80, 80), 255, np.uint8)
    lines[20:60, 20:60] = 0
    lines[23:57, 23:57] = 255
    color = np.full((80, 80, 3), 255, np.uint8)
    color[20:60, 20:60] = [200, 20, 20]
    return lines, color


def test_a_box_is_two_regions_with_their_colours():
    example = make_example(*drawing(), np.random.default_rng(0))
    assert sorted(example.colors.tolist()) == [[200, 20, 20], [255, 255, 255]]
    assert example.lines.shape == example.labels.shape == (SIZE, SIZE)
    assert example.adjacency.shape == (2, 2)
    assert (example.weight > 0.9).all()


def test_blank_paper_teaches_nothing():
    blank = np.full((40, 40), 255, np.uint8)
    color = np.full((40, 40, 3), 255, np.uint8)
    assert make_example(blank, color, np.random.default_rng(0)) is None


def test_batches_are_padded_with_nothing():
    example = make_example(*drawing(), np.random.default_rng(0))
    batch = stack([Named(example, "a", "x"), Named(example, "b", "x")])
    assert len(set(batch.picture.tolist())) == 2
    assert len(set(batch.source.tolist())) == 1
    assert batch.colors.shape == (2, MOST, 3)
    assert (batch.weight[:, 2:] == 0).all()
    assert (batch.geometry[:, 2:] == 0).all()


def test_a_scene_holds_all_its_pictures():
    page, color = compose([drawing()] * 4, np.random.default_rng(0))
    assert page.shape == (480, 480)
    quarters = [page[r : r + 240, c : c + 240] for r in (0, 240) for c in (0, 240)]
    assert all(q.min() < 128 for q in quarters)
    assert (color.min(axis=2) < 128).any()


def shard(folder):
    color = drawing()[1].repeat(4, axis=0).repeat(4, axis=1)
    data = io.BytesIO()
    Image.fromarray(color).save(data, "WEBP", lossless=True)
    path = folder / "one.tar"
    info = json.dumps({"source": "made", "tier": "permissive"}).encode()
    with tarfile.open(path, "w") as tar:
        for i in range(4):
            for suffix, content in (("webp", data.getvalue()), ("json", info)):
                member = tarfile.TarInfo(f"p{i}.{suffix}")
                member.size = len(content)
                tar.addfile(member, io.BytesIO(content))
    return path


def test_shards_become_files_that_are_the_same_every_time(tmp_path):
    source = shard(tmp_path)
    first = list(prepare([source], tmp_path / "a", workers=1))
    second = list(prepare([source], tmp_path / "b", workers=1))
    assert [p.name for p in first] == [f"one-{i}.npz" for i in range(4)]
    made = 0
    for one, two in zip(first, second, strict=True):
        with np.load(one) as a, np.load(two) as b:
            made += len(a["lines"])
            assert all((a[name] == b[name]).all() for name in a.files)
    assert made
    assert not list((tmp_path / "a").glob("*.partial"))


def test_pictures_left_out_are_not_there(tmp_path):
    source = shard(tmp_path)
    paths = list(prepare([source], tmp_path / "out", workers=1, without=frozenset({"p1"})))
    with np.load(paths[1]) as empty, np.load(paths[2]) as full:
        assert not len(empty["lines"])
        assert crc32(b"p2") in full["picture"]


def test_no_shards_is_an_error(tmp_path):
    with pytest.raises(InputError, match="No shards to prepare"):
        list(prepare([], tmp_path))
