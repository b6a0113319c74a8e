"""``nurie train`` among damaged shards and on a full disk."""

import dataclasses
import shutil
import tarfile
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch", reason="the extra 'train' is not installed: TRAINING UNTESTED")

from nurie.errors import OutputError
from nurie_lab.training.engine.folder import LOG, SHEETS, RunFolder
from nurie_lab.training.engine.loop import train as run
from nurie_lab.training.picture.task import open_picture
from nurie_lab.training.settings import PictureConfig

SMALL = PictureConfig(
    objective="l2", generator="cnn", size=32, width=2, batch=2, lanes=1, epochs=1, patches=2,
    loaders=1, sheet_minutes=0, precision="fp32",
)  # fmt: skip

FULL = Path("/dev/full")


def train(config, *, minutes=None, **where):
    return run(open_picture(config, **where), minutes=minutes)


@pytest.mark.parametrize("lanes", [1, 2, 3])
def test_damaged_shards_are_passed_over_named_and_counted(shards, tmp_path, lanes):
    data, notes = tmp_path / "data", []
    shutil.copytree(shards, data)
    (data / "train-0002.tar").write_bytes(b"this is no tar at all" * 50)
    with tarfile.open(data / "train-0001.tar") as tar:
        cut = tar.getmembers()[9].offset_data + 5
    (data / "train-0001.tar").write_bytes((data / "train-0001.tar").read_bytes()[:cut])
    config = dataclasses.replace(SMALL, lanes=lanes, batch=lanes)
    facts = train(config, data=data, out=tmp_path / "run", say=notes.append)
    assert facts["shown"] >= 9
    # Six of one shard; of the other three, and a fourth whose picture is cut off.
    assert notes[0].startswith("9 pictures, cpu")
    assert {"train-0001.tar", "train-0002.tar"} <= facts["skipped"].keys()
    assert all(facts["skipped"].values())
    assert sum(line.startswith("passed over train-0002.tar: ") for line in notes) <= 1
    assert notes[-1].endswith(f"{len(facts['skipped'])} passed over: {', '.join(facts['skipped'])}")


@pytest.mark.skipif(not FULL.exists(), reason="no /dev/full here: A FULL DISK IS UNTESTED")
def test_a_full_disk_costs_a_line_of_the_log(tmp_path):
    (tmp_path / LOG).symlink_to(FULL)
    notes = []
    RunFolder(tmp_path, notes.append).log({"step": 1})
    assert notes == [f"{tmp_path / LOG} cannot be written: no space left on device; make room."]


def test_a_sheet_that_cannot_be_written_is_reported(tmp_path):
    (tmp_path / SHEETS).write_text("in the way", "utf-8")
    notes = []
    RunFolder(tmp_path, notes.append).sheet(7, np.zeros((2, 2, 3), np.uint8))
    assert len(notes) == 1
    assert notes[0].startswith("The sheet of step 7 cannot be written: ")


def test_a_folder_that_cannot_be_made_is_one_sentence(tmp_path):
    (tmp_path / "file").write_text("in the way", "utf-8")
    with pytest.raises(OutputError, match=r"file/run cannot be made: not a directory\."):
        RunFolder(tmp_path / "file" / "run", print).begin(SMALL, tmp_path, [])
