"""Streams, folders, long and equal names, little memory: one sentence or the right result."""

import io
import json
import os
import threading

import pytest
from PIL import Image

from nurie.cli.targets import plan, stems
from nurie.errors import OptionError, OutputError, failure, sentence

KANJI = "線" * 82


@pytest.fixture
def streamed(monkeypatch, capsysbinary, cat):
    """Runs a command line with a picture on stdin: exit code, what it wrote, what it said."""

    def run(*arguments, data=None):
        from nurie.cli.app import run as real

        source = io.BytesIO(cat.read_bytes() if data is None else data)
        with monkeypatch.context() as patched:
            patched.setattr("sys.stdin", io.TextIOWrapper(source))
            code = real([str(a) for a in arguments])
        return code, *capsysbinary.readouterr()

    return run


def is_png(data):
    return Image.open(io.BytesIO(data)).format == "PNG"


@pytest.mark.parametrize("rest", [("-o", "-"), (), ("-o", "/dev/stdout")])
def test_a_stream_in_and_out(streamed, rest, tmp_path):
    code, out, err = streamed("color", "-", *rest)
    assert (code, is_png(out), err) == (0, True, b"")
    assert [p.name for p in tmp_path.iterdir()] == ["cat.png"]


def test_json_beside_a_picture_goes_to_stderr(streamed):
    code, out, err = streamed("color", "-", "--json", "-o", "-")
    assert (code, is_png(out)) == (0, True)
    assert json.loads(err)[0]["outputs"] == ["-"]


@pytest.mark.parametrize("verb", ["lines", "regions"])
def test_other_verbs_write_streams(streamed, verb):
    code, out, _ = streamed(verb, "-", "-o", "-")
    assert (code, is_png(out)) == (0, True)


def test_pipes_are_read_as_often_as_need_be(nurie, cat, tmp_path):
    for name in ("art.png", "hints.json"):
        os.mkfifo(tmp_path / name)
    data = {"art.png": cat.read_bytes(), "hints.json": b'[{"x": 1, "y": 1, "color": "#0f0"}]'}
    feeding = [
        threading.Thread(target=(tmp_path / name).write_bytes, args=(given,), daemon=True)
        for name, given in data.items()
    ]
    for thread in feeding:
        thread.start()
    heard = nurie("color", "art.png", "--hints", "hints.json", "-o", "out.png")
    assert (heard.code, heard.err) == (0, "")
    assert is_png((tmp_path / "out.png").read_bytes())


def test_an_empty_stream(streamed):
    assert streamed("color", "-", data=b"") == (2, b"", b"nurie: - is empty (zero bytes).\n")


def test_what_does_not_fit_in_a_stream():
    for given in ({"variations": 2}, {"cleaned": True}):
        with pytest.raises(OptionError, match="One picture alone fits in a stream"):
            plan(["-"], "-", **given)


@pytest.mark.parametrize("verb", [["color"], ["recolor", "--map", "a=b"], ["verify", "cat.png"]])
@pytest.mark.parametrize("name", [".", "/", "", "a" * 300])
def test_names_that_are_no_files(nurie, cat, verb, name):
    heard = nurie(verb[0], name, *verb[1:])
    assert (heard.code, heard.out) == (2, "")
    assert len(heard.err.splitlines()) == 1


@pytest.mark.parametrize("output", ["", "a" * 300, "a" * 300 + ".png"])
def test_outputs_that_cannot_be(nurie, cat, output):
    heard = nurie("color", cat, "-o", output)
    assert (heard.code, len(heard.err.splitlines())) == (2, 1)


def test_a_long_name_is_cut(nurie, cat, tmp_path):
    cat.rename(tmp_path / f"{KANJI}.png")
    heard = nurie("color", f"{KANJI}.png", "--report", ".", "--flats", "flats", "--clean")
    assert (heard.code, heard.err) == (0, "")
    assert [len(os.fsencode(p.name)) <= 255 for p in tmp_path.iterdir()] == [True] * 6


def test_equal_names_get_different_outputs(tmp_path):
    paths = [tmp_path / name for name in ("a/p.png", "b/p.png", "b/p.jpg", "b/q.png")]
    outputs = [job.outputs[0].name for job in plan(paths, str(tmp_path))]
    assert len(set(outputs)) == 4
    assert outputs[-1] == "q.colored.png"
    beside = [job.outputs[0].name for job in plan(paths, None)]
    assert beside == ["p.colored.png", "p.png.colored.png", "p.jpg.colored.png", "q.colored.png"]
    long = stems([tmp_path / f"{'x' * 250}{i}.png" for i in (1, 2)], None, ["", ""])
    assert len(set(long)) == 2


def test_true_clashes_are_refused_before_work(tmp_path):
    with pytest.raises(OptionError, match="is given twice"):
        plan([tmp_path / "a.png", tmp_path / "a.png"], None)
    with pytest.raises(OutputError, match="is a sketch itself"):
        plan([tmp_path / "a.png", tmp_path / "a.colored.png"], None)


def test_a_batch_goes_on_whatever_one_file_does(nurie, cat, monkeypatch, tmp_path):
    (tmp_path / "second.png").write_bytes(cat.read_bytes())
    from nurie.io import images

    real = images.read_sketch

    def broken(path, **given):
        if path.name == "cat.png":
            raise KeyError("no\nsuch")
        return real(path, **given)

    monkeypatch.setattr(images, "read_sketch", broken)
    heard = nurie("color", "cat.png", ".", "second.png")
    assert heard.code == 1
    assert heard.out == "second.colored.png\n"
    assert "cat.png made nurie fail (KeyError: 'no\\nsuch'); please report it." in heard.err


def test_little_memory_is_told_of(nurie, cat, monkeypatch):
    monkeypatch.setattr("resource.getrlimit", lambda _: (500 << 20, -1))
    heard = nurie("color", cat)
    assert heard.code == 2
    assert "976 MiB at least, and the limit is 500; raise it with ulimit -v." in heard.err
    assert "not enough memory" in sentence(RuntimeError("can't start new thread"))
    assert failure(OSError(13, "Permission denied", "x"), "y") == (
        "x cannot be used: permission denied."
    )


def test_pages_come_back_as_pages(streamed, tmp_path, tools):
    pages = [Image.fromarray(tools.draw(size)) for size in (32, 40, 48)]
    pages[0].save(tmp_path / "a.tif", save_all=True, append_images=pages[1:])
    for number, page in enumerate(pages):
        page.save(tmp_path / f"{number}.tif")
    code, out, err = streamed("color", tmp_path / "a.tif", "--json")
    assert (code, err) == (0, b"")
    (record,) = json.loads(out)
    assert [page["width"] for page in record["pages"]] == [32, 40, 48]
    assert record["regions"] == sum(page["regions"] for page in record["pages"])
    with Image.open(tmp_path / "a.colored.tif") as found:
        assert found.n_frames == 3
        for number in range(3):
            assert streamed("color", tmp_path / f"{number}.tif")[0] == 0
            found.seek(number)
            with Image.open(tmp_path / f"{number}.colored.tif") as alone:
                assert found.tobytes() == alone.tobytes()
    # What is asked of each page, or a target without pages, leaves the others out, and says so.
    for rest in (("-o", tmp_path / "a.png"), ("--clean", "-o", f"{tmp_path}/c/")):
        code, _, err = streamed("color", tmp_path / "a.tif", *rest)
        assert (code, b"only the first of its 3 pictures is read" in err) == (0, True)


def test_a_page_that_cannot_be_read_leaves_nothing(streamed, tmp_path, tools):
    pages = [Image.fromarray(tools.draw(32)) for _ in range(2)]
    pages[0].save(tmp_path / "a.tif", save_all=True, append_images=pages[1:])
    data = bytearray((tmp_path / "a.tif").read_bytes())
    del data[-200:]
    (tmp_path / "a.tif").write_bytes(data)
    code, _, err = streamed("color", tmp_path / "a.tif", "-o", tmp_path / "b.tif")
    assert (code, err.count(b"\n")) == (2, 1)
    assert not (tmp_path / "b.tif").exists()


def test_pages_are_verified_one_by_one(streamed, tmp_path, tools):
    pages = [Image.fromarray(tools.draw(size)) for size in (32, 40, 48)]
    many, path = {"save_all": True, "append_images": pages[1:]}, tmp_path / "a.tif"
    pages[0].save(path, **many)
    assert streamed("color", path)[0] == 0
    code, out, _ = streamed("verify", path, tmp_path / "a.colored.tif")
    assert (code, b"each of 3 pages keeps the pixel promise" in out) == (0, True)
    # Another line on the last page, then one page fewer.
    pages[2].putpixel((20, 20), 0)
    pages[0].save(path, **many)
    code, _, err = streamed("verify", path, tmp_path / "a.colored.tif")
    assert (code, err.startswith(b"nurie: page 3: ")) == (1, True)
    pages[0].save(path, save_all=True, append_images=pages[1:2])
    code, _, err = streamed("verify", path, tmp_path / "a.colored.tif")
    assert (code, b"page 3" in err and b"page 1" not in err) == (1, True)


@pytest.mark.parametrize("kind", ["gif", "webp", "png", "tif"])
def test_one_picture_is_verified_as_the_first_of_several(streamed, tmp_path, tools, kind):
    frames = [Image.fromarray(tools.draw(side)).resize((40, 40), 0) for side in (40, 20)]
    path = tmp_path / f"a.{kind}"
    how = {"lossless": True} if kind == "webp" else {}
    frames[0].save(path, save_all=True, append_images=frames[1:], **how)
    for number, frame in enumerate(frames):
        frame.convert("RGB").save(tmp_path / f"{number}.png")
        assert streamed("color", tmp_path / f"{number}.png")[0] == 0
    assert streamed("verify", path, tmp_path / "0.colored.png")[0] == 0
    assert streamed("verify", path, tmp_path / "1.colored.png")[0] == 1
