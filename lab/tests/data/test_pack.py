"""From collections to shards: what is dropped, how it is split, and going on after a kill."""

import csv
import json
import tarfile

import cv2
import numpy as np
import pytest

from nurie.errors import ExistsError, InputError, NurieError, OptionError, UnreadableError
from nurie_lab.data.collection import list_folder, read_collections
from nurie_lab.data.pack import Packing, drawn, freeze, frozen_in, pack, plan
from nurie_lab.data.shards import read_shard, spread
from nurie_lab.data.survey import Sight, choose, look, side_of, survey

SMALL = Packing(size=96, sigmas=(2.5, 1.0), shard=3)


@pytest.fixture
def folder(tmp_path, picture):
    """Six pictures of three artists."""
    root = tmp_path / "own"
    for number in range(6):
        path = root / "abc"[number % 3] / f"{number}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(picture(number))
    return root


def chosen_of(folder, out, *, val_share=0.0, within=12, frozen=None):
    items = list(list_folder(folder))
    out.mkdir(exist_ok=True)
    sights = list(survey(items, out, workers=1))
    sides = {} if frozen is None else frozen
    return choose(items, sights, sides, val_share=val_share, within=within)


def run(folder, out, packing=SMALL, **options):
    """Everything that ``nurie data prepare`` does; the names of the shards."""
    force = options.pop("force", False)
    chosen = chosen_of(folder, out, **options)
    freeze(chosen, {}, out)
    return list(pack(plan(chosen, out, packing), out, workers=1, force=force))


def table(path):
    return list(csv.DictReader(path.read_text("utf-8").splitlines()))


def test_shards_hold_colour_lines_and_where_it_comes_from(folder, tmp_path):
    out = tmp_path / "out"
    assert run(folder, out) == ["train-0000.tar", "train-0001.tar"]
    records = [
        record for name in ("0000", "0001") for record in read_shard(out / f"train-{name}.tar")
    ]
    assert len(records) == 6
    for record in records:
        assert record.color.shape == (96, 96, 3)
        assert record.line.shape == (96, 96)
        assert set(np.unique(record.line)) <= {0, 255}
        assert record.info["tier"] == "permissive"
        assert record.info["group"] in {"own/a", "own/b", "own/c"}
        assert "path" not in record.info  # where it lay on this machine is nobody's business
    with tarfile.open(out / "train-0000.tar") as tar:
        suffixes = {name.partition(".")[2] for name in tar.getnames()}
    assert suffixes == {"color.webp", "line.png", "canny-1.png", "ink.png", "json"}


def test_other_lines_can_be_asked_for(folder, tmp_path):
    run(folder, tmp_path / "out")
    shard = tmp_path / "out" / "train-0000.tar"
    first = next(read_shard(shard))
    other = next(read_shard(shard, line="canny-1"))
    assert not np.array_equal(first.line, other.line)
    assert next(read_shard(shard, line="pencil")).line is None


def test_the_manifest_tells_all(folder, tmp_path):
    out = tmp_path / "out"
    run(folder, out)
    rows = table(out / "manifest.csv")
    assert [row["shard"] for row in rows] == ["train-0000.tar"] * 3 + ["train-0001.tar"] * 3
    for row in rows:
        assert row["key"] == row["sha256"][:20]
        assert (row["width"], row["height"], row["split"]) == ("96", "96", "train")
        assert (row["source"], row["licence"]) == ("own", "own")
        assert int(row["bytes"]) > 100
        assert row["path"].startswith(str(folder))


def test_same_pictures_same_bytes(folder, tmp_path):
    run(folder, tmp_path / "one")
    run(folder, tmp_path / "two")
    for name in ("train-0000.tar", "train-0001.tar", "manifest.csv", "dropped.csv"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_bad_pictures_are_dropped_with_their_reason(folder, tmp_path, picture, png):
    gray = np.kron(np.random.default_rng(0).integers(0, 256, (10, 10, 1)), np.ones((12, 12, 3)))
    bad = {
        "broken.png": picture(9)[:100],
        "white.png": png(np.full((120, 120, 3), 255, np.uint8)),
        "gray.png": png(gray.astype(np.uint8)),
        "tiny.png": png(np.zeros((20, 20, 3), np.uint8)),
    }
    for name, data in bad.items():
        (folder / name).write_bytes(data)
    out = tmp_path / "out"
    run(folder, out)
    rows = table(out / "dropped.csv")
    reasons = {row["origin"]: row["reason"] for row in rows}
    assert reasons.pop("broken.png").startswith("broken: ")
    assert reasons == {
        "white.png": "blank", "gray.png": "monochrome", "tiny.png": "too small (20 × 20)",
    }  # fmt: skip


def test_of_near_duplicates_one_stays(folder, tmp_path, picture):
    (folder / "twin.png").write_bytes(picture(3, side=180))
    chosen = chosen_of(folder, tmp_path / "out")
    assert len(chosen.train) == 6
    (item, reason), = chosen.dropped  # fmt: skip
    assert {item.origin, reason.removeprefix("the same picture as ")} == {"a/3.png", "twin.png"}
    assert len(chosen_of(folder, tmp_path / "out", within=-1).train) == 7


def test_groups_stay_together(folder, tmp_path):
    for share in (0.2, 0.5, 0.8):
        chosen = chosen_of(folder, tmp_path / "out", val_share=share)
        sides = [{item.group for item in side} for side in (chosen.train, chosen.val)]
        assert not sides[0] & sides[1]


def test_about_the_share_goes_to_validation():
    sides = [side_of(f"artist {i}", 0.2) for i in range(2000)]
    assert 340 < sides.count("val") < 460


def test_a_larger_share_only_adds():
    small = {i for i in range(500) if side_of(str(i), 0.1) == "val"}
    assert small < {i for i in range(500) if side_of(str(i), 0.3) == "val"}


def test_frozen_sides_stay(folder, tmp_path):
    frozen = {"own/a": "val", "own/b": "train"}
    chosen = chosen_of(folder, tmp_path / "out", val_share=0.0, frozen=frozen)
    assert {item.group for item in chosen.val} == {"own/a"}
    assert frozen == {"own/a": "val", "own/b": "train", "own/c": "train"}
    freeze(chosen, frozen, tmp_path / "out")
    assert frozen_in(tmp_path / "out") == frozen


@pytest.mark.parametrize("text", ['{"a": "test"}', "[]", "{torn"])
def test_damaged_sides_are_said(tmp_path, text):
    (tmp_path / "split.json").write_text(text)
    with pytest.raises(UnreadableError, match=r"may only say train or val|is damaged"):
        frozen_in(tmp_path)
    assert frozen_in(tmp_path / "none") == {}


def test_pictures_are_looked_at_once(folder, tmp_path, monkeypatch):
    items = list(list_folder(folder))
    first = list(survey(items, tmp_path, workers=1))
    with (tmp_path / "survey.jsonl").open("a") as stream:
        stream.write('{"sha256": "torn')
    monkeypatch.setattr("nurie_lab.data.survey.look", None)
    assert list(survey(items, tmp_path, workers=1)) == first


def test_a_picture_that_changed_is_broken(folder, picture):
    item = next(iter(list_folder(folder)))
    (folder / item.origin).write_bytes(picture(77))
    assert look(item).fault == "changed since it was listed"
    (folder / item.origin).unlink()
    assert look(item).fault.startswith("broken: ")


def test_several_processes_see_the_same(folder, tmp_path):
    items = list(list_folder(folder))
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    alone = list(survey(items, tmp_path / "a", workers=1))
    assert list(survey(items, tmp_path / "b", workers=2)) == alone
    assert list(spread(abs, [], workers=4)) == []


def test_whole_shards_are_kept(folder, tmp_path):
    out = tmp_path / "out"
    run(folder, out)
    before = {path.name: path.stat().st_mtime_ns for path in out.glob("*.tar")}
    manifest = (out / "manifest.csv").read_bytes()
    (out / "train-0001.tar").unlink()
    (out / "manifest.csv").unlink()
    run(folder, out)
    after = {path.name: path.stat().st_mtime_ns for path in out.glob("*.tar")}
    assert after["train-0000.tar"] == before["train-0000.tar"]
    assert (out / "manifest.csv").read_bytes() == manifest


def test_a_kill_before_the_plan_was_noted_costs_one_shard(folder, tmp_path):
    out = tmp_path / "out"
    run(folder, out)
    known = json.loads((out / "plan.json").read_text())
    del known["train-0001.tar"]["rows"]
    (out / "plan.json").write_text(json.dumps(known))
    assert run(folder, out) == ["train-0000.tar", "train-0001.tar"]
    assert len(table(out / "manifest.csv")) == 6


def test_shards_made_otherwise_are_not_lost(folder, tmp_path):
    out = tmp_path / "out"
    run(folder, out)
    data = (out / "train-0000.tar").read_bytes()
    other = Packing(size=64, shard=6)
    with pytest.raises(ExistsError, match=r"holds train-0000\.tar, made from other pictures"):
        run(folder, out, other)
    assert (out / "train-0000.tar").read_bytes() == data
    assert run(folder, out, other, force=True) == ["train-0000.tar"]
    assert sorted(path.name for path in out.glob("*.tar")) == ["train-0000.tar"]


def test_shards_that_are_somebody_elses_stay(folder, tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    (out / "mine.tar").write_bytes(b"precious")
    run(folder, out, force=True)
    assert (out / "mine.tar").read_bytes() == b"precious"


def test_fewer_shards_than_before_are_said(folder, tmp_path):
    out = tmp_path / "out"
    run(folder, out)
    for name in ("a", "b"):
        for path in (folder / name).iterdir():
            path.unlink()
    with pytest.raises(ExistsError, match="give --force"):
        run(folder, out)


def test_nothing_of_use_is_said(tmp_path, png):
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "a.png").write_bytes(png(np.zeros((9, 9, 3), np.uint8)))
    with pytest.raises(InputError, match=r"No picture is of use; .*dropped\.csv says why"):
        run(tmp_path / "own", tmp_path / "out")


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"size": 10}, "A size of 10 makes no sense; give 64 to 8192 pixels"),
        ({"sigmas": ()}, "Give each sigma as 0 to 100"),
        ({"sigmas": (-1.0,)}, "Give each sigma as 0 to 100"),
        ({"shard": 0}, "A shard holds at least one picture"),
    ],
)
def test_options_must_make_sense(options, sentence):
    with pytest.raises(OptionError, match=sentence):
        Packing(**options).check()


def test_a_share_must_make_sense():
    with pytest.raises(NurieError, match=r"A share of 1\.5 for validation makes no sense"):
        choose([], [], {}, val_share=1.5, within=12)


def test_ink_is_read_off_pictures_that_have_it():
    picture = np.full((64, 64, 3), 255, np.uint8)
    cv2.rectangle(picture, (10, 10), (50, 50), (220, 40, 40), -1)
    cv2.rectangle(picture, (10, 10), (50, 50), (0, 0, 0), 2)
    lines = dict(drawn(picture, Packing()))
    assert (lines["ink"][30, 9:12] < 60).any()
    assert lines["ink"][30, 30] == 255
    assert "ink" not in dict(drawn(picture, Packing(ink=False)))


def test_fingerprints_are_of_the_first_by_hash(folder):
    items = list(list_folder(folder))
    sights = [Sight(item.sha256, 9, 9, "", "00" * 32) for item in items]
    chosen = choose(items, sights, {}, val_share=0, within=0)
    assert chosen.train == [min(items, key=lambda item: item.sha256)]


def test_collections_are_read_for_all_this(folder, tmp_path):
    from nurie_lab.data.collection import line_of

    (tmp_path / "a.jsonl").write_text("".join(map(line_of, list_folder(folder))))
    assert read_collections([tmp_path / "a.jsonl"]) == list(list_folder(folder))
