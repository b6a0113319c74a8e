"""Shards: pictures with their parts, written whole, the same bytes each time."""

import tarfile

import numpy as np
import pytest

from nurie.errors import ExistsError, OutputError, UnreadableError
from nurie_lab.data.shards import decode, encode, read_shard, write_shard

COLOR = np.kron([[[255, 0, 0], [0, 0, 255]]], np.ones((8, 8, 1))).astype(np.uint8)
LINE = np.where(COLOR[..., 0] > 0, 255, 0).astype(np.uint8)


def parts(**more):
    return {
        "color.webp": encode(COLOR, "webp"),
        "line.png": encode(LINE, "png"),
        "json": b'{"source": "s"}',
    } | more


def test_round_trip(tmp_path):
    path = tmp_path / "a.tar"
    write_shard(path, [("one", parts()), ("two", parts(json=b"{}"))])
    one, two = read_shard(path)
    assert (one.key, two.key) == ("one", "two")
    assert np.array_equal(one.line, LINE)
    assert np.abs(one.color.astype(int) - COLOR)[:, [2, 13]].max() < 24
    assert (one.info, two.info) == ({"source": "s"}, {})


def test_lines_are_chosen_by_name(tmp_path):
    path = tmp_path / "a.tar"
    write_shard(path, [("one", parts(**{"canny-1.2.png": encode(255 - LINE, "png")}))])
    assert np.array_equal(next(read_shard(path, line="canny-1.2")).line, 255 - LINE)
    assert next(read_shard(path, line="ink")).line is None


def test_a_picture_alone_is_enough_and_lines_alone_are_not(tmp_path):
    path = tmp_path / "a.tar"
    color = {"webp": encode(COLOR, "webp")}
    write_shard(path, [("one", color), ("two", {"line.png": encode(LINE, "png")})])
    assert [record.key for record in read_shard(path)] == ["one"]


def test_keys_are_cut_as_webdataset_cuts_them(tmp_path):
    """At the first dot of a file's own name: folders are kept, and may have dots."""
    path = tmp_path / "a.tar"
    names = ("v1.2/one", "v1.3/one", "./two", "one")
    write_shard(path, [(name, parts()) for name in names])
    assert [record.key for record in read_shard(path)] == list(names)
    assert all(record.info == {"source": "s"} for record in read_shard(path))


def test_suffixes_in_capitals_and_files_without_one(tmp_path):
    path = tmp_path / "a.tar"
    shouted = {name.upper(): data for name, data in parts().items()}
    stray = [("README", {"": b"x"}), ("v1.2/.hidden", {"webp": b"x"})]
    write_shard(path, [("one", shouted), *stray])
    (one,) = read_shard(path)
    assert np.array_equal(one.line, LINE)


def test_same_records_same_bytes(tmp_path):
    for name in ("a.tar", "b.tar"):
        write_shard(tmp_path / name, [("one", parts())])
    assert (tmp_path / "a.tar").read_bytes() == (tmp_path / "b.tar").read_bytes()


def test_a_shard_is_written_whole_or_not_at_all(tmp_path):
    def records():
        yield "one", parts()
        raise OSError(28, "No space left on device")

    with pytest.raises(OutputError, match="no space left on device"):
        write_shard(tmp_path / "a.tar", records())
    assert list(tmp_path.iterdir()) == []


def test_a_shard_is_not_replaced_unasked(tmp_path):
    path = tmp_path / "a.tar"
    path.write_bytes(b"mine")
    with pytest.raises(ExistsError):
        write_shard(path, [("one", parts())])
    write_shard(path, [("one", parts())], force=True)
    assert tarfile.is_tarfile(path)


def test_what_is_no_shard_is_said(tmp_path):
    (tmp_path / "a.tar").write_bytes(b"no tar" * 200)
    for name in ("a.tar", "none.tar"):
        with pytest.raises(UnreadableError, match=f"{name} is not a readable shard"):
            list(read_shard(tmp_path / name))


def test_gray_and_colour_are_decoded_as_asked():
    assert np.array_equal(decode(encode(COLOR, "png"), "RGB"), COLOR)
    assert decode(encode(COLOR, "png"), "L").shape == (8, 16)
