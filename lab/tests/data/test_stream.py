"""The colours of a data set, whatever form it has."""

import pytest

from nurie.errors import InputError, UnreadableError
from nurie_lab.data.collection import line_of, list_folder
from nurie_lab.data.shards import pictures_of, shards_in, write_shard


@pytest.fixture
def folder(tmp_path, picture):
    (tmp_path / "own" / "deep").mkdir(parents=True)
    for number, name in enumerate(("a.png", "deep/b.png", "c.png")):
        (tmp_path / "own" / name).write_bytes(picture(number))
    return tmp_path / "own"


def shapes(path):
    passed = {}
    return [each.color.shape for each in pictures_of(path, passed.__setitem__)], list(passed)


def test_every_form_gives_the_pictures(folder, tmp_path, picture):
    (tmp_path / "list.jsonl").write_text("".join(map(line_of, list_folder(folder))))
    (tmp_path / "coll").mkdir()
    (tmp_path / "coll" / "collection.jsonl").write_text((tmp_path / "list.jsonl").read_text())
    (tmp_path / "shards").mkdir()
    for name in ("a.tar", "b.tar"):
        write_shard(tmp_path / "shards" / name, [(str(i), {"webp": picture(i)}) for i in range(3)])
    forms = {"own": 3, "list.jsonl": 3, "coll": 3, "shards": 6, "shards/a.tar": 3, "own/a.png": 1}
    for name, count in forms.items():
        assert shapes(tmp_path / name) == ([(120, 120, 3)] * count, []), name


def test_a_broken_picture_is_passed_over_by_name(folder):
    (folder / "b.png").write_bytes(b"junk")
    found, passed = shapes(folder)
    assert len(found) == 3
    assert len(passed) == 1
    assert "b.png" in passed[0]


def test_a_broken_shard_is_passed_over_by_name(tmp_path, picture):
    (tmp_path / "a.tar").write_bytes(b"junk" * 300)
    write_shard(tmp_path / "b.tar", [("1", {"webp": picture(1)}), ("2", {"webp": b"junk"})])
    write_shard(tmp_path / "c.tar", [("1", {"webp": picture(1)})])
    found, passed = shapes(tmp_path)
    assert len(found) == 2
    assert [text.count("a.tar") + text.count("b.tar") for text in passed] == [1, 1]


def test_nothing_is_said(tmp_path):
    with pytest.raises(UnreadableError, match="none does not exist"):
        list(pictures_of(tmp_path / "none", print))
    with pytest.raises(InputError, match="holds no pictures"):
        list(pictures_of(tmp_path, print))
    assert shards_in(tmp_path / "x.png") == []
