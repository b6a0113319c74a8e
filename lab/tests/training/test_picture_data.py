"""Shards in lanes: all of the data once an epoch, from any place on, whatever is broken."""

import dataclasses
import tarfile
from itertools import islice

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="the extra 'train' is not installed: TRAINING UNTESTED")
pytest.importorskip("webdataset", reason="the extra 'train' is not installed: TRAINING UNTESTED")

from nurie.errors import InputError, UnreadableError
from nurie.lines import canny_lines
from nurie_lab.data.shards import encode, write_shard
from nurie_lab.training.picture.data import (
    Encoded,
    Place,
    Stream,
    batches,
    count_pictures,
    draw,
    find_shards,
    measure,
    to_batch,
)
from nurie_lab.training.settings import PictureConfig

SMALL = PictureConfig(size=32, width=2, batch=2, lanes=2, patches=2, loaders=1)


def deaf(name, why):
    raise AssertionError(f"{name}: {why}")


def stream_of(folder, lanes=2, buffer=3):
    return Stream(find_shards(folder), lanes, buffer, seed=0)


def names(samples):
    return [sample.name for sample in samples]


@pytest.mark.parametrize("lanes", [1, 2, 3])
def test_an_epoch_shows_each_picture_once(shards, lanes):
    stream = stream_of(shards, lanes)
    seen = [
        sample.name
        for number in range(lanes)
        for sample in islice(stream.lane(number, Place(), deaf), 12 // lanes)
    ]
    assert sorted(seen) == sorted(f"train-{i // 6:04d}.tar/p{i:02d}" for i in range(12))


def test_the_next_epoch_has_another_order(shards):
    lane = names(islice(stream_of(shards, 1).lane(0, Place(), deaf), 24))
    assert sorted(lane[:12]) == sorted(lane[12:])
    assert lane[:12] != lane[12:]


@pytest.mark.parametrize("lanes", [1, 2, 3])
def test_a_lane_goes_on_from_any_place(shards, lanes):
    stream = stream_of(shards, lanes)
    whole = list(islice(stream.lane(lanes - 1, Place(), deaf), 20))
    for taken in (1, 4, 5, 13):
        rest = list(islice(stream.lane(lanes - 1, whole[taken - 1].place, deaf), 20 - taken))
        assert names(rest) == names(whole[taken:])
        assert [one.place for one in rest] == [one.place for one in whole[taken:]]


def test_counting_reads_no_pictures(shards):
    assert list(count_pictures(find_shards(shards), deaf).values()) == [6, 6]


def test_validation_shards_are_kept_out(shards):
    assert [path.name for path in find_shards(shards)] == ["train-0000.tar", "train-0001.tar"]


def test_what_is_no_data_is_said(tmp_path):
    with pytest.raises(UnreadableError, match="does not exist"):
        find_shards(tmp_path / "none")
    with pytest.raises(InputError, match="holds no shards"):
        find_shards(tmp_path)
    write_shard(tmp_path / "empty.tar", [("a", {"json": b"{}"})])
    with pytest.raises(InputError, match="There are no pictures"):
        count_pictures(find_shards(tmp_path), deaf)
    write_shard(tmp_path / "none.tar", [])
    with pytest.raises(InputError, match="too few readable pictures for 3 lanes"):
        next(stream_of(tmp_path, 3).lane(2, Place(), deaf))


def test_a_damaged_shard_gives_what_lies_before_the_damage(shards, tmp_path):
    data = (shards / "train-0000.tar").read_bytes()
    with tarfile.open(shards / "train-0000.tar") as tar:
        offset = tar.getmember("p03.color.png").offset_data
    (tmp_path / "a.tar").write_bytes(data[: offset + 3])
    (tmp_path / "b.tar").write_bytes(b"no tar at all" * 100)
    (tmp_path / "c.tar").write_bytes((shards / "train-0001.tar").read_bytes())
    notes = {}
    lane = stream_of(tmp_path, 1).lane(0, Place(), notes.__setitem__)
    seen = [one.name for one in lane if one.place.epoch == 0 or lane.close()]
    assert {f"a.tar/p{i:02d}" for i in range(3)} < set(seen)
    assert sum(name.startswith("c.tar") for name in seen) == 6
    assert {"a.tar", "b.tar"} <= set(notes)


def test_broken_pictures_are_passed_over_by_name(tmp_path):
    good = encode(np.full((40, 40, 3), 9, np.uint8), "png")
    line = encode(np.zeros((5, 5), np.uint8), "png")
    parts = [("a", {"png": good}), ("b", {"png": good[:60]}), ("c", {"png": b"?"}),
             ("d", {"json": b"{}"}), ("e", {"png": good, "line.png": line}),
             ("f.g-1.2", {"png": good})]  # fmt: skip
    write_shard(tmp_path / "t.tar", parts)
    config = dataclasses.replace(SMALL, lanes=1, lines="drawn")
    notes = {}
    stream = stream_of(tmp_path, 1)
    spectrum = measure(stream, notes.__setitem__)
    assert spectrum.pictures == 3
    taught = batches(stream, config, spectrum, places={0: Place()}, tell=notes.__setitem__)
    shown = [one for _ in range(4) for one in next(taught)]
    taught.close()
    assert len(shown) == 8
    assert sorted(notes) == [f"t.tar/{key}" for key in "bcde"]
    assert "another size" in notes["t.tar/e"]


def test_nothing_but_broken_pictures_is_an_error(tmp_path):
    write_shard(tmp_path / "t.tar", [("a", {"png": b"?"})])
    stream = stream_of(tmp_path, 1)
    config, spectrum = dataclasses.replace(SMALL, lanes=1), None
    taught = batches(stream, config, spectrum, places={0: Place()}, tell=lambda *_: None)
    with pytest.raises(InputError, match=r"A thousand pictures .* check the shards"):
        next(taught)


def sample_of(color, line=None):
    parts = {"png": encode(color, "png")} | (
        {"line.png": encode(line, "png")} if line is not None else {}
    )
    return Encoded("t/a", parts, 0, Place(0, 1))


def test_a_picture_is_scaled_by_its_shorter_side_and_cut(shards):
    spectrum = measure(stream_of(shards), deaf)
    wide = np.full((64, 160, 3), 255, np.uint8)
    wide[:, :, 0] = np.arange(160)
    drawn = draw(sample_of(wide), dataclasses.replace(SMALL, flip=False), spectrum)
    assert drawn.color.shape == drawn.hint.shape == (32, 32, 3)
    # Half as large: neighbouring columns are two steps apart.
    assert set(np.diff(drawn.color[0, :, 0].astype(int))) <= {1, 2, 3}


def test_lines_are_cannys_or_those_that_are_there(shards):
    spectrum = measure(stream_of(shards), deaf)
    color = np.full((32, 32, 3), 255, np.uint8)
    color[8:24, 8:24] = (200, 0, 0)
    line = np.full((32, 32), 255, np.uint8)
    line[3] = 0
    still = dataclasses.replace(SMALL, flip=False, sigma=1.0)
    canny = draw(sample_of(color, line), still, spectrum).line
    assert (canny == canny_lines(color, sigma=1.0)).all()
    drawn = draw(sample_of(color, line), dataclasses.replace(still, lines="drawn"), spectrum).line
    assert (drawn == line).all()
    mixed = draw(sample_of(color, line), dataclasses.replace(still, lines="mixed"), spectrum).line
    assert mixed.shape == (32, 32)


def test_a_batch_is_channels_last_in_minus_one_to_one(shards):
    spectrum = measure(stream_of(shards), deaf)
    color = np.zeros((32, 32, 3), np.uint8)
    color[..., 0] = 255
    batch = to_batch([draw(sample_of(color), SMALL, spectrum)] * 2, "cpu")
    assert batch.colors.shape == (2, 3, 32, 32)
    assert batch.colors[0, :, 0, 0].tolist() == [1, -1, -1]
    assert batch.colors.is_contiguous(memory_format=torch.channels_last)
    assert batch.seen("line+hint").shape == (2, 4, 32, 32)
    assert batch.seen("line").shape == (2, 1, 32, 32)
    assert batch.target("hint") is batch.hints


def test_two_processes_have_the_batch_of_one(shards):
    spectrum = measure(stream := stream_of(shards), deaf)
    whole = batches(stream, SMALL, spectrum, places={0: Place(), 1: Place()}, tell=deaf)
    halves = [batches(stream, SMALL, spectrum, places={i: Place()}, tell=deaf) for i in (0, 1)]
    for _ in range(8):
        one, two = next(whole), [drawn for half in halves for drawn in next(half)]
        for a, b in zip(one, two, strict=True):
            assert a.place == b.place
            assert (a.hint == b.hint).all()
            assert (a.line == b.line).all()
    for taught in (whole, *halves):
        taught.close()


def test_a_spread_of_sigma_gives_each_picture_its_own(shards):
    spectrum, blurs = measure(stream_of(shards), deaf), []
    samples = list(islice(stream_of(shards).lane(0, Place(), deaf), 6))
    config = dataclasses.replace(SMALL, sigma=2.0, sigma_spread=0.5)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(
            "nurie_lab.training.picture.data.canny_lines",
            lambda color, sigma: blurs.append(sigma) or canny_lines(color, sigma=sigma),
        )
        for each in (config, config, dataclasses.replace(config, sigma_spread=0.0)):
            for sample in samples:
                draw(sample, each, spectrum)
    assert blurs[:6] == blurs[6:12]
    assert len(set(blurs[:6])) == 6
    assert all(1 <= blur <= 3 for blur in blurs)
    assert set(blurs[12:]) == {2}
