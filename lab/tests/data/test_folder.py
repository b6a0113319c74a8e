"""Own pictures: what is taken, and what stays together."""

import hashlib

import pytest

from nurie.errors import InputError, UnreadableError
from nurie_lab.data.collection import By, digest_of, groups_of, list_folder, pictures_in


@pytest.fixture
def films(tmp_path):
    root = tmp_path / "work"
    for name in ("b/2.PNG", "b/10.jpg", "a_01.png", ".hidden/x.png", "b/.x.png", "notes.txt"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(name.encode())
    return root


def test_pictures_are_found_in_order_without_hidden_ones(films):
    names = [path.relative_to(films).as_posix() for path in pictures_in(films)]
    assert names == ["a_01.png", "b/10.jpg", "b/2.PNG"]


NAMES = ["a/1.png", "a/b/2.png", "walk_01.png", "walk_02.png", "walk_03.png", "cat 7.png", "9.png"]


@pytest.mark.parametrize(
    ("by", "groups"),
    [
        (By.AUTO, ["a", "a/b", "walk", "walk", "walk", "cat 7", "9"]),
        (By.FOLDER, ["a", "a/b", ".", ".", ".", ".", "."]),
        (By.FILM, ["a/", "a/b/", "walk", "walk", "walk", "cat", "."]),
        (By.PICTURE, ["a/1", "a/b/2", "walk_01", "walk_02", "walk_03", "cat 7", "9"]),
    ],
)
def test_groups(by, groups):
    assert groups_of(NAMES, by) == groups


def test_items_say_what_they_are(films):
    first, *_ = list_folder(films, licence="CC-BY-SA-4.0")
    assert (first.path, first.origin) == (str(films / "a_01.png"), "a_01.png")
    assert (first.source, first.group) == ("work", "work/a_01")
    assert (first.licence, first.tier) == ("CC-BY-SA-4.0", "share-alike")
    assert first.sha256 == hashlib.sha256(b"a_01.png").hexdigest()


def test_no_folder_and_no_pictures_are_said(tmp_path):
    with pytest.raises(UnreadableError, match="is not a folder"):
        pictures_in(tmp_path / "none")
    with pytest.raises(InputError, match=r"holds no pictures; nurie reads \.png, \.jpg"):
        pictures_in(tmp_path)


def test_a_lost_file_is_said(tmp_path):
    with pytest.raises(UnreadableError, match="cannot be read"):
        digest_of(tmp_path / "none.png")
