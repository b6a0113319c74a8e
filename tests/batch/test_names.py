"""What is listed, and what it becomes: a function of its name alone, never the same for two."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nurie.batch.manifest import Item, items
from nurie.batch.work import Coloring
from nurie.errors import OptionError
from nurie.io.files import DRAWING_SUFFIXES

WORK = Coloring()


@pytest.mark.parametrize(
    ("name", "output"),
    [
        ("cat.png", "cat.colored.png"),
        ("a/b/cat.psd", "a/b/cat.colored.psd"),
        ("cat.jpg", "cat.jpg.colored.png"),
        ("cat.PNG", "cat.PNG.colored.png"),
        ("cat.jpg.png", "cat.jpg.png.colored.png"),
    ],
)
def test_names_of_results(name, output):
    assert WORK.name(Item("x", name)) == output


PARTS = st.lists(st.sampled_from(["a", ".png", ".jpg", ".colored", ".PNG"]))


@given(st.sets(PARTS.map(lambda parts: "a" + "".join(parts))))
def test_no_two_drawings_become_one(names):
    names = {name for name in names if name.lower().endswith(DRAWING_SUFFIXES)}
    assert len({WORK.name(Item("x", name)) for name in names}) == len(names)


def names(*sources, **options):
    return [item.name for item in items([str(source) for source in sources], **options)]


def test_folders_patterns_lists_and_files(scans, tmp_path, monkeypatch):
    folder = Path(scans("a10.png", "a9.png", "sub/b.png", "note.txt", ".hidden.png", "out/c.png"))
    monkeypatch.chdir(tmp_path)
    assert names(folder, omit=str(folder / "out")) == ["a9.png", "a10.png", "sub/b.png"]
    assert sorted(names("scans/**/*.png")) == [
        ".hidden.png",
        "a10.png",
        "a9.png",
        "out/c.png",
        "sub/b.png",
    ]
    assert names(folder / "a9.png", folder / "a10.png") == ["a9.png", "a10.png"]
    assert names(folder, films=True, omit=str(folder / "out")) == ["scans", "sub"]
    listed = tmp_path / "list.txt"
    listed.write_text("# all\nscans/a9.png\n\n../elsewhere/x.png\n", encoding="utf-8")
    found = names(listed)
    assert found[0] == "scans/a9.png"
    assert found[1].endswith("elsewhere/x.png")
    assert not found[1].startswith(("/", "."))
    assert names("scans", "scans/sub")[0] == "scans/a9.png"
    (folder / "loop").symlink_to(folder)
    assert len(names(folder)) == 4


def test_two_of_one_name_are_refused(scans):
    folder = Path(scans("a/x.png", "b/x.png"))
    with pytest.raises(OptionError, match=r"called x\.png"):
        names(folder / "a/x.png", folder / "b/x.png")


def test_settings_are_what_decides_the_bytes(tmp_path):
    gpl = tmp_path / "p.hex"
    gpl.write_text("#ff0000\n", encoding="utf-8")
    plain, red = Coloring().settings(), Coloring(palette=str(gpl)).settings()
    assert set(red) - set(plain) == {"palette"}
    gpl.write_text("#00ff00\n", encoding="utf-8")
    assert Coloring(palette=gpl).settings() != red
    with pytest.raises(OptionError, match="no option 'colour'"):
        Coloring(colour=1)
