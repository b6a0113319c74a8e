"""``nurie book`` from files to files, with the packaged model on small pages."""

import json

import cv2
import numpy as np
import pytest
from PIL import Image

from nurie.document import lay_lines

WALL, ROOF = (200, 180, 140), (180, 40, 30)


def house(x, *, framed=True):
    """Lines and true colours of a page with a house in a panel, or without one."""
    lines, color = np.full((160, 160), 255, np.uint8), np.full((160, 160, 3), 255, np.uint8)
    if framed:
        cv2.rectangle(lines, (10, 10), (150, 150), 0, 3)
    for shape, fill in (
        ([(x, 70), (x + 50, 70), (x + 50, 120), (x, 120)], WALL),
        ([(x - 6, 70), (x + 25, 35), (x + 56, 70)], ROOF),
    ):
        cv2.fillPoly(color, [np.int32(shape)], fill)
        cv2.polylines(lines, [np.int32(shape)], True, 0, 2)
    return lines, color


def write(path, pixels):
    path.parent.mkdir(exist_ok=True)
    Image.fromarray(pixels).save(path)


@pytest.fixture
def pages(tmp_path):
    """Pages p1 and p2, and a coloured house."""
    for number in (1, 2):
        write(tmp_path / "pages" / f"p{number}.png", house(20 + 20 * number)[0])
    write(tmp_path / "house.png", lay_lines(*house(50, framed=False)))
    return tmp_path / "pages"


def test_pages_become_pages_and_keep_the_promise(nurie, pages, tmp_path):
    heard = nurie("book", "pages", "-o", "out", "--design", "house.png", "--json")
    assert heard.code == 0, heard.err
    told = json.loads(heard.out)
    assert [record["frame"] for record in told["pages"]] == [1, 2]
    assert "#b4281e" in told["palette"]
    for number in (1, 2):
        with Image.open(tmp_path / "out" / f"p{number}.png") as image:
            assert image.convert("RGB").getpixel((45 + 20 * number, 55)) == ROOF
    assert not (tmp_path / "out" / ".nurie-film").exists()
    proof = nurie("verify", "pages", "out")
    assert proof.code == 0, proof.out + proof.err


def test_a_design_may_be_a_table_of_colours(nurie, pages, tmp_path):
    (tmp_path / "cast.toml").write_text('roof = "#0102ff"\n')
    heard = nurie("book", pages, "-o", "out", "--design", "cast.toml", "--json")
    assert heard.code == 0, heard.err
    assert "#0102ff" in heard.json["palette"]
    heard = nurie("book", pages, "-o", "no", "--design", "cast.toml", "--design", "cast.toml")
    assert heard.code == 2
    assert "second table" in heard.err
    assert not (tmp_path / "no").exists()


def test_a_bad_page_is_named_and_the_rest_done(nurie, pages, tmp_path):
    (pages / "p3.png").write_bytes(b"no picture")
    heard = nurie("book", "pages", "-o", "out")
    assert heard.code == 1
    assert "p3.png" in heard.err
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == ["p1.png", "p2.png"]


def test_each_folder_of_a_batch_is_a_book(nurie, pages, tmp_path):
    assert pages.is_dir()
    heard = nurie("batch", "pages", "-o", "out", "--each", "book", "--jobs", "1")
    assert heard.code == 0, heard.err
    report = json.loads((tmp_path / "out" / "pages" / "book.json").read_text())
    assert len(report["frames"]) == 2
    assert (tmp_path / "out" / "pages" / "p2.png").exists()


@pytest.mark.parametrize("asked", ["pages -o out.gif", "nowhere -o out"])
def test_a_book_that_cannot_be_made_leaves_nothing(nurie, pages, tmp_path, asked):
    before = sorted(pages.parent.iterdir())
    heard = nurie("book", *asked.split())
    assert heard.code == 2
    assert heard.err.count("\n") == 1
    assert sorted(tmp_path.iterdir()) == before
