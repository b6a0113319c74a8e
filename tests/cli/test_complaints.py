"""Every way to go wrong: one sentence on stderr, an exit code, and nothing lost."""

import errno
import json
import os
import subprocess
import sys

import numpy as np
import pytest


def one_sentence(heard, code=2):
    assert heard.code == code
    assert heard.out == ""
    lines = heard.err.splitlines()
    assert len(lines) == 1, heard.err
    assert lines[0].startswith("nurie: ")
    return lines[0].removeprefix("nurie: ")


def zero(path):
    path.write_bytes(b"")


def text(path):
    path.write_text("I am no picture at all, only called one.")


def truncated(path):
    path.write_bytes(path.read_bytes()[:60])


@pytest.mark.parametrize(
    ("spoil", "said"), [(zero, "is empty"), (text, "picture"), (truncated, "bad.png")]
)
@pytest.mark.parametrize("verb", ["color", "regions", "lines", "verify"])
def test_a_bad_file_gets_a_sentence(nurie, cat, tmp_path, verb, spoil, said):
    bad = cat.rename(tmp_path / "bad.png")
    spoil(bad)
    rest = {"color": [], "verify": [bad]}.get(verb, ["-o", "out.png"])
    assert said in one_sentence(nurie(verb, bad, *rest))
    assert [path.name for path in tmp_path.iterdir()] == ["bad.png"]


@pytest.mark.parametrize("spoil", [zero, text, truncated])
def test_what_is_refused_leaves_no_folder(nurie, cat, tmp_path, spoil):
    bad = cat.rename(tmp_path / "bad.png")
    spoil(bad)
    for rest in (
        ["-o", "new/"],
        ["-o", "a/b/new/"],
        ["-o", "new/", "--flats", "f", "--masks", "m"],
    ):
        one_sentence(nurie("color", bad, *rest))
        assert [path.name for path in tmp_path.iterdir()] == ["bad.png"]


@pytest.mark.parametrize(
    ("picture", "said"),
    [
        (np.zeros((40, 60), np.uint8), "the page is all ink"),
        (np.full((40, 60), 255, np.uint8), "no lines are seen on the page"),
        (np.zeros((40, 60, 4), np.uint8), "no lines are seen on the page"),
    ],
)
def test_a_page_without_a_drawing_is_told_of(nurie, tools, tmp_path, picture, said):
    tools.save(tmp_path / "a.png", picture)
    heard = nurie("color", "a.png", "--json")
    sentence = f"{said}, so there is nothing to colour."
    assert (heard.code, heard.err) == (0, f"nurie: a.png: {sentence}\n")
    (record,) = json.loads(heard.out)
    assert record["notes"] == [sentence]
    assert nurie("color", "a.png", "--quiet", "--force").err == ""
    # Whose drawing it is, what one line is on it.
    picture[..., 30:32] = 255 - picture[..., 30:32]
    if picture.ndim == 3:
        picture[:, 30:32] = (0, 0, 0, 255)
    tools.save(tmp_path / "b.png", picture)
    assert "nothing to colour" not in nurie("color", "b.png").err


def test_a_line_that_closes_nothing_is_seen(nurie, tools, tmp_path):
    picture = np.full((40, 60), 255, np.uint8)
    picture[10:30, 20:25] = 0
    tools.save(tmp_path / "a.png", picture)
    said = "no line on the page closes anything, so there is nothing to colour."
    assert nurie("color", "a.png").err == f"nurie: a.png: {said}\n"


@pytest.mark.parametrize("verb", ["color", "regions", "lines"])
def test_a_missing_file(nurie, verb, tmp_path):
    rest = [] if verb == "color" else ["-o", "out.png"]
    assert "no.png does not exist; check the name." in one_sentence(nurie(verb, "no.png", *rest))
    assert not list(tmp_path.iterdir())


def test_a_folder_without_drawings(nurie, tmp_path):
    (tmp_path / "art").mkdir()
    (tmp_path / "art" / "cat.colored.png").touch()
    assert one_sentence(nurie("color", "art")) == "art holds no drawings."
    heard = nurie("recolor", "art", "--map", "red=blue")
    assert one_sentence(heard) == "art is a folder; name what is in it."


@pytest.mark.parametrize(
    ("verb", "out"),
    [("color", "a.png"), ("color", "a.ora"), ("regions", "a.png"), ("lines", "a.png")],
)
def test_nothing_is_replaced_without_force(nurie, cat, tmp_path, verb, out):
    target = tmp_path / out
    target.write_text("precious")
    said = one_sentence(nurie(verb, cat, "-o", out))
    assert said == f"{out} exists already; give --force to replace it or choose another name."
    assert target.read_text() == "precious"
    heard = nurie(verb, cat, "-o", out, "--force")
    assert (heard.code, heard.err) == (0, "")
    assert target.read_bytes() != b"precious"


def test_the_cleaned_lines_are_not_replaced_either(nurie, cat, tmp_path):
    (tmp_path / "cat.clean.png").write_text("precious")
    assert "cat.clean.png exists already" in one_sentence(nurie("color", cat, "--clean"))
    assert not (tmp_path / "cat.colored.png").exists()


def test_one_of_several_variations_exists(nurie, cat, tmp_path):
    (tmp_path / "cat.colored-2.png").write_text("precious")
    assert "cat.colored-2.png exists" in one_sentence(nurie("color", cat, "--variations", 2))
    assert not (tmp_path / "cat.colored-1.png").exists()


@pytest.mark.parametrize("force", [(), ("--force",)])
def test_the_sketch_itself_is_never_replaced(nurie, cat, force):
    before = cat.read_bytes()
    said = one_sentence(nurie("color", cat, "-o", "cat.png", *force))
    assert said == "cat.png is a sketch itself; choose another name with -o."
    assert cat.read_bytes() == before


@pytest.mark.parametrize("out", ["a.jpg", "a.psb", "a", "a.gif"])
def test_a_suffix_that_cannot_be_written(nurie, cat, out):
    said = one_sentence(nurie("color", cat, "-o", out))
    assert said.startswith(f"{out} has no suffix that can be written; end it in one of .png")


@pytest.mark.parametrize("verb", ["color", "regions", "lines"])
def test_a_missing_target_folder(nurie, cat, verb):
    assert "no is not a folder" in one_sentence(nurie(verb, cat, "-o", "no/a.png"))


@pytest.mark.parametrize("verb", ["color", "regions", "lines"])
def test_a_read_only_target(nurie, cat, tmp_path, verb):
    locked = tmp_path / "locked"
    locked.mkdir()
    locked.chmod(0o555)
    try:
        assert "locked is read-only" in one_sentence(nurie(verb, cat, "-o", "locked/a.png"))
        assert not list(locked.iterdir())
    finally:
        locked.chmod(0o755)


def test_a_folder_that_cannot_be_made(nurie, cat, tmp_path):
    (tmp_path / "file").write_text("")
    assert "The folder file cannot be made" in one_sentence(nurie("color", cat, "-o", "file/"))


def test_several_sketches_for_one_file(nurie, cat, tools, tmp_path):
    dog = tools.save(tmp_path / "dog.png", tools.draw())
    said = one_sentence(nurie("color", cat, dog, "-o", "a.png"))
    assert said == "2 sketches do not fit in a.png; give -o a folder."


def test_the_same_sketch_twice_is_told_before_any_work(nurie, cat, tmp_path, fake):
    assert "is given twice" in one_sentence(nurie("color", cat, cat, "-o", "out/"))
    assert not fake.loaded
    assert not (tmp_path / "out").exists()


def test_in_a_batch_the_good_ones_are_coloured(nurie, cat, tools, tmp_path):
    (tmp_path / "bad.png").write_text("no picture")
    (tmp_path / "art").mkdir()
    dog = tools.save(tmp_path / "dog.png", tools.draw())
    heard = nurie("color", "bad.png", cat, "art", "gone.png", dog, "-o", "out/")
    assert heard.code == 1
    assert heard.paths == ["out/cat.colored.png", "out/dog.colored.png"]
    first, *rest = heard.err.splitlines()
    assert first == "nurie: 3 of 5 sketches were not coloured:"
    for line, name in zip(rest, ("bad.png", "art", "gone.png"), strict=True):
        assert line.startswith(f"nurie: {name} ")


def test_in_a_batch_json_lists_the_bad_ones(nurie, cat):
    heard = nurie("color", "gone.png", cat, "--json")
    assert heard.code == 1
    bad, good = heard.json
    assert bad == {"sketch": "gone.png", "error": "gone.png does not exist; check the name."}
    assert good["outputs"]


def test_a_batch_of_bad_files_only(nurie):
    heard = nurie("color", "a.png", "b.png")
    assert heard.code == 1
    assert len(heard.err.splitlines()) == 3


@pytest.mark.parametrize("verb", ["color", "regions", "lines", "verify"])
def test_the_pixel_limit(nurie, cat, verb):
    rest = {"color": [], "verify": [cat]}.get(verb, ["-o", "out.png"])
    said = one_sentence(nurie(verb, cat, *rest, "--max-megapixels", "0.0005"))
    assert "24" in said


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--hints", "none.json"], "none.json does not exist"),
        (["--palette", "none.gpl"], "none.gpl does not exist"),
        (["--gap", "-1"], "gap"),
        (["--gap", "wide"], "--gap"),
        (["--gap", "nan"], "gap"),
        (["--seed", "-1"], "--seed"),
        (["--seed", "x"], "--seed"),
        (["--variations", "0"], "--variations"),
        (["--style", "oil"], "--style"),
        (["--max-megapixels", "-1"], "--max-megapixels"),
        (["--paint"], "--paint"),
    ],
)
def test_an_option_that_cannot_be_obeyed(nurie, cat, tmp_path, options, said):
    assert said in one_sentence(nurie("color", cat, *options))
    assert [path.name for path in tmp_path.iterdir()] == ["cat.png"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["color"], "SKETCH"),
        (["paint"], "paint"),
        (["regions"], "SKETCH"),
        (["lines", "cat.png"], "--output"),
        (["verify", "cat.png"], "OUTPUT"),
    ],
)
def test_a_call_that_lacks_something(nurie, arguments, said):
    sentence = one_sentence(nurie(*arguments))
    assert said in sentence
    assert sentence.endswith("; see nurie --help.")


def test_hints_of_another_size(nurie, cat, tools, tmp_path):
    tools.save(tmp_path / "hints.png", np.zeros((5, 5, 4), np.uint8))
    assert "hints must have the sketch's size" in one_sentence(
        nurie("color", cat, "--hints", "hints.png")
    )


def test_regions_need_somewhere_to_go(nurie, cat):
    assert "-o labels.png, --json, or both" in one_sentence(nurie("regions", cat))


@pytest.mark.parametrize("verb", ["regions"])
def test_labels_are_png(nurie, cat, verb):
    assert ".png" in one_sentence(nurie(verb, cat, "-o", "labels.jpg"))


def test_a_senseless_sigma(nurie, cat):
    said = one_sentence(nurie("lines", cat, "-o", "a.png", "--sigma", "-2"))
    assert said == "A sigma of -2 makes no lines; give 0 to 100 pixels."


def test_a_missing_model_stops_the_batch(nurie, cat, tools, tmp_path, monkeypatch):
    from nurie import api
    from nurie.errors import ModelError

    def refuse(name="packaged"):
        raise ModelError(f"There is no model {name!r}.")

    monkeypatch.setattr(api, "load", refuse)
    dog = tools.save(tmp_path / "dog.png", tools.draw())
    assert one_sentence(nurie("color", cat, dog, "--model", "x")) == "There is no model 'x'."


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (MemoryError(), "not enough memory"),
        (OSError(errno.ENOSPC, "No space left on device"), "The disk is full"),
    ],
)
def test_what_the_machine_lacks_is_said(nurie, cat, fake, monkeypatch, error, said):
    def fail(*_, **__):
        raise error

    monkeypatch.setattr(fake, "read", fail)
    assert said in one_sentence(nurie("color", cat))


def test_a_defect_is_not_hidden(nurie, cat, fake, monkeypatch):
    def fail(*_, **__):
        raise ZeroDivisionError("a defect")

    monkeypatch.setattr(fake, "read", fail)
    said = one_sentence(nurie("color", cat))
    assert (
        said.rpartition("/")[2]
        == "cat.png made nurie fail (ZeroDivisionError: a defect); please report it."
    )
    monkeypatch.setenv("NURIE_DEBUG", "1")
    with pytest.raises(ZeroDivisionError, match="a defect"):
        nurie("color", cat)


def test_an_interrupt_leaves_with_130(nurie, cat, fake, monkeypatch, tmp_path):
    def interrupt(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(fake, "read", interrupt)
    assert nurie("color", cat).code == 130
    assert [path.name for path in tmp_path.iterdir()] == ["cat.png"]


def test_no_arguments_show_the_help(nurie):
    heard = nurie()
    assert heard.code == 2
    assert "Usage: nurie" in heard.out
    for verb in ("color", "regions", "lines", "verify"):
        assert verb in heard.out


def process(*arguments):
    return subprocess.run(
        [sys.executable, "-m", "nurie", *arguments], capture_output=True, text=True, check=False
    )


def test_as_a_process(tmp_path):
    from nurie import __version__

    version = process("--version")
    assert (version.returncode, version.stdout) == (0, f"nurie {__version__}\n")
    helped = process("--help")
    assert (helped.returncode, helped.stderr) == (0, "")
    assert "Usage: nurie" in helped.stdout
    failed = process("color", str(tmp_path / "no.png"))
    assert (failed.returncode, failed.stdout) == (2, "")
    assert failed.stderr == f"nurie: {tmp_path / 'no.png'} does not exist; check the name.\n"


def test_version_among_other_options(nurie):
    from nurie import __version__

    heard = nurie("--version", "color")
    assert (heard.code, heard.out) == (0, f"nurie {__version__}\n")


@pytest.mark.skipif(os.name == "nt", reason="file names of bytes")
def test_a_name_that_is_not_utf8(nurie, cat, tmp_path):
    name = os.fsdecode(b"caf\xe9.png")
    try:
        sketch = cat.rename(tmp_path / name)
    except OSError:
        pytest.skip("this file system takes UTF-8 names only")
    done = process("regions", str(sketch), "-o", str(tmp_path / "out.png"), "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["sketch"] == str(sketch)


@pytest.mark.parametrize(
    ("option", "value", "said"),
    [
        ("--variations", "0", "0 is not in the range 1<=x<=1000"),
        ("--variations", "1001", "1001 is not in the range 1<=x<=1000"),
        ("--seed", "1.5", "'1.5' is not a valid whole number"),
        ("--sure", "nan", "'nan' is not a number"),
        ("--max-megapixels", "inf", "'inf' is not a number"),
        ("--style", "bold", "'bold' is not one of 'flat', 'cel', 'soft'"),
    ],
)
def test_a_value_that_cannot_be(nurie, cat, option, value, said):
    heard = one_sentence(nurie("color", cat, option, value))
    assert heard == f"Invalid value for '{option}': {said}; see nurie --help."
