"""Collections: lines of JSON that survive a kill."""

import pytest

from nurie.errors import InputError, UnreadableError
from nurie_lab.data.collection import (
    Item,
    line_of,
    mend,
    read_collection,
    read_collections,
    read_lines,
    tier_of,
)


def item(path="a.png", **fields):
    known = {"source": "s", "licence": "own", "tier": "permissive", "origin": "o", "group": "g"}
    return Item(path=path, **(known | {"sha256": "ab" * 32} | fields))


def test_items_survive_the_file(tmp_path):
    items = [item("é.png", tags="1girl hat"), item("/abs/b.png", fingerprint="00")]
    listing = tmp_path / "collection.jsonl"
    listing.write_text("".join(map(line_of, items)), encoding="utf-8")
    first, second = read_collection(tmp_path)
    assert first == item(str(tmp_path / "é.png"), tags="1girl hat")
    assert second == items[1]
    assert read_collection(listing) == [first, second]


def test_keys_are_the_start_of_the_hash():
    assert item().key == "ab" * 10


def test_a_torn_last_line_is_passed_over_and_cut_off(tmp_path):
    listing = tmp_path / "collection.jsonl"
    listing.write_text(line_of(item()) + '{"path": "b.p')
    assert len(read_collection(tmp_path)) == 1
    mend(listing)
    assert listing.read_text() == line_of(item())
    mend(listing)
    mend(tmp_path / "none.jsonl")
    assert listing.read_text() == line_of(item())
    assert not (tmp_path / "none.jsonl").exists()


@pytest.mark.parametrize("middle", ["{torn", "[1]", "7"])
def test_a_damaged_line_is_named(tmp_path, middle):
    listing = tmp_path / "list.jsonl"
    listing.write_text(f"{line_of(item())}{middle}\n{line_of(item())}")
    with pytest.raises(UnreadableError, match=r"list\.jsonl is damaged in line 2; delete the line"):
        list(read_lines(listing))


def test_what_is_missing_is_named(tmp_path):
    (tmp_path / "collection.jsonl").write_text('{"path": "a", "source": "s", "group": 4}\n')
    with pytest.raises(UnreadableError, match="holds a picture without 'licence', 'tier'"):
        read_collection(tmp_path)


def test_no_collection_is_said(tmp_path):
    with pytest.raises(UnreadableError, match="make it with nurie data fetch or nurie data folder"):
        read_collection(tmp_path)
    (tmp_path / "x.jsonl").write_bytes(b"\xff\xfe")
    with pytest.raises(UnreadableError, match="cannot be read"):
        read_collection(tmp_path / "x.jsonl")


def test_several_collections_hold_each_file_once(tmp_path):
    (tmp_path / "a.jsonl").write_text(line_of(item("1.png")) + line_of(item("2.png")))
    (tmp_path / "b.jsonl").write_text(line_of(item("2.png")) + line_of(item("3.png")))
    items = read_collections([tmp_path / "a.jsonl", tmp_path / "b.jsonl"])
    assert [each.path[-5:] for each in items] == ["1.png", "2.png", "3.png"]


def test_empty_collections_are_said(tmp_path):
    (tmp_path / "a.jsonl").write_text("")
    with pytest.raises(InputError, match="hold no pictures"):
        read_collections([tmp_path / "a.jsonl"])


@pytest.mark.parametrize(
    ("licence", "tier"),
    [
        ("own", "permissive"),
        ("Public domain", "permissive"),
        ("CC-BY-4.0", "permissive"),
        ("CC BY-SA 3.0", "share-alike"),
        ("CC-BY-NC-SA-4.0", "custom"),
        ("CC-BY-ND-4.0", "custom"),
        ("AGPL-3.0", "copyleft"),
        ("", "custom"),
        ("Free for everybody", "custom"),
    ],
)
def test_tiers(licence, tier):
    assert tier_of(licence) == tier
