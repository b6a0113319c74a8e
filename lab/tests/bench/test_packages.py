"""Pictures made from the files of installed packages."""

import hashlib
import json
from importlib import metadata

import numpy as np
import pytest

from nurie.errors import InputError, MissingExtraError, UnreadableError
from nurie_lab.bench.bench import Bench, PictureSet
from nurie_lab.bench.evaluate import Options, load_pictures
from nurie_lab.bench.pictures import Frame, cases, outlined

BODY = '<path d="M8 8H40V40H8Z" fill="#d22" stroke="#000" stroke-width="2"/>'
SVG = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 48 48">{BODY}</svg>'
ICON = (
    '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
    f'viewBox="0 0 48 48">{BODY}</svg>'
)


def digest(text):
    return hashlib.sha256(text.encode()).hexdigest()


def icons(folder, body=BODY, **more):
    """An npm package with one icon, and the set that names it."""
    place = folder / "node_modules" / "@scope" / "icons"
    place.mkdir(parents=True)
    collection = {"width": 48, "height": 48, "icons": {"box": {"body": body}}}
    (place / "icons.json").write_text(json.dumps(collection), "utf-8")
    return one_icon(**more)


def one_icon(**more):
    fields = {"size": 48, "package": "@scope/icons", "version": "1.2.3", "licence": "CC0-1.0"}
    return PictureSet("p", "icons", **(fields | {"files": {"box": digest(ICON)}} | more))


class Package:
    def __init__(self, folder):
        self.folder = folder

    def locate_file(self, name):
        return self.folder / name


def shows_the_box(frame):
    assert frame.color[24, 24].tolist() == [0xDD, 0x22, 0x22]
    assert frame.parts[24, 24] > 0 == frame.parts[1, 1]
    assert (frame.lines[24] < 128).any()


def test_a_distribution_gives_files(tmp_path, monkeypatch):
    pytest.importorskip("resvg_py")
    (tmp_path / "box.svg").write_text(SVG, "utf-8")
    monkeypatch.setattr(
        metadata, "distribution", lambda name, real=metadata.distribution:
        Package(tmp_path) if name == "x" else real(name),
    )  # fmt: skip
    what = PictureSet("p", "package", size=48, package="x", files={"box.svg": digest(SVG)})
    (case,) = cases(what, tmp_path)
    shows_the_box(case.frame)


def test_npm_gives_icons_from_any_folder_above(tmp_path):
    pytest.importorskip("resvg_py")
    (case,) = cases(icons(tmp_path), tmp_path / "out" / "pictures")
    shows_the_box(case.frame)


def test_npm_gives_icons_from_the_working_folder(tmp_path, monkeypatch):
    pytest.importorskip("resvg_py")
    what = icons(tmp_path / "here")
    monkeypatch.chdir(tmp_path / "here")
    (case,) = cases(what, tmp_path / "there")
    shows_the_box(case.frame)


def test_what_was_made_needs_no_package(tmp_path, monkeypatch):
    pytest.importorskip("resvg_py")
    (case,) = cases(icons(tmp_path / "a"), tmp_path / "a")
    (tmp_path / "a" / "node_modules").rename(tmp_path / "gone")
    assert next(cases(one_icon(), tmp_path / "a")).digest == case.digest


def test_another_file_is_not_taken_for_the_one_that_was_named(tmp_path):
    what = icons(tmp_path, body=BODY.replace("#d22", "#2d2"))
    with pytest.raises(InputError, match=r"box of @scope/icons is not the file .* version 1\.2\.3"):
        list(cases(what, tmp_path))


def test_a_missing_file(tmp_path):
    what = icons(tmp_path, files={"ball": "0" * 64})
    with pytest.raises(UnreadableError, match="The package @scope/icons lacks ball"):
        list(cases(what, tmp_path))
    lost = PictureSet("p", "package", package="numpy", files={"numpy/none.svg": "0" * 64})
    with pytest.raises(UnreadableError, match=r"lacks numpy/none\.svg"):
        list(cases(lost, tmp_path))


def test_a_missing_package_says_how_to_get_it(tmp_path):
    folder = tmp_path / "two words"
    with pytest.raises(MissingExtraError) as raised:
        list(cases(one_icon(), folder))
    assert str(raised.value).endswith(f"npm install --prefix '{folder}' @scope/icons@1.2.3")
    none = PictureSet("p", "package", package="no-such-package", files={"a.svg": "0" * 64})
    with pytest.raises(MissingExtraError, match="made from a package: pip install no-such-package"):
        list(cases(none, tmp_path))


def test_a_bench_goes_on_without_a_set_whose_package_is_missing(tmp_path):
    bench = Bench("b", sets=(one_icon(), PictureSet("a", "things", count=1, size=48)))
    found, lacking = load_pictures(bench, Options(out=tmp_path, data=tmp_path))
    assert [len(found[name]) for name in "pa"] == [0, 1]
    assert list(lacking) == ["p"]
    assert "npm install" in lacking["p"]


def test_what_lines_enclose_is_one_region_of_one_colour():
    """A highlight, and a fill that misses its outline by two pixels."""
    lines = np.full((30, 30), 255, np.uint8)
    lines[4, 4:26] = lines[25, 4:26] = lines[4:26, 4] = lines[4:26, 25] = 0
    color = np.full((30, 30, 3), 255, np.uint8)
    color[7:25, 7:25] = (200, 40, 40)
    color[9:11, 12:20] = 255
    frame = Frame(*outlined(lines, color))
    assert (frame.color[5:25, 5:25] == (200, 40, 40)).all()
    assert len(np.unique(frame.parts)) == 2
    assert frame.parts[0, 0] == 0 == frame.parts[2, 15]
    # The two meet below the line.
    assert frame.parts[4, 15] in {0, frame.parts[10, 10]}
    assert int(frame.pieces.max()) == 2
