"""The opened folder: its own drawings and no others, and saving that costs nobody a file."""

import pytest

from nurie.errors import ExistsError, OutputError, UnreadableError
from nurie.studio.files import Folder


def test_drawings_of_the_folder_are_listed(folder):
    found = Folder(folder).drawings()
    assert [entry.name for entry in found if not entry.name.startswith("saved")] == ["cat.png"]
    assert found[0].bytes == (folder / "cat.png").stat().st_size
    assert Folder(folder).name == folder.name


def test_drawings_in_layers_are_listed(tmp_path):
    for name in ("a.ora", "b.PSD", "c.svg", "d.kra"):
        (tmp_path / name).write_bytes(b"x")
    assert [entry.name for entry in Folder(tmp_path).drawings()] == ["a.ora", "b.PSD"]


@pytest.mark.parametrize(
    "name",
    ["note.txt", ".hidden.png", "link.png", "deep", "deep/cat.png", "../x.png", "no.png", "", ".",
     "..", "/etc/passwd", "cat.png/", "./cat.png", "a\0.png"],
)  # fmt: skip
def test_nothing_else_is_found(folder, name):
    with pytest.raises((UnreadableError, ValueError)):
        Folder(folder).find(name)


@pytest.mark.parametrize("name", ["link.png", "../x.png", "deep/x.png", "", "..", "/tmp/x.png"])
def test_nothing_is_written_elsewhere(folder, name):
    with pytest.raises((OutputError, ExistsError)):
        Folder(folder).target(name, force=True)


def test_a_file_that_exists_is_kept(folder):
    with pytest.raises(ExistsError, match=r"^cat\.png exists already; choose another name"):
        Folder(folder).target("cat.png", force=False)
    assert Folder(folder).target("cat.png", force=True) == folder.resolve() / "cat.png"


def save(studio, drawing, **more):
    body = {"drawing": drawing["id"], "regions": drawing["regions"], "format": "png"}
    colors = {"palette": ["#ff0000", "#00ff00"], "entries": [-1, 0, 1]}
    return studio.post("/api/files", json=body | colors | {"name": "saved"} | more)


def test_files_are_listed_and_given(studio, cat):
    listed = studio.get("/api/files").json()
    assert "cat.png" in [entry["name"] for entry in listed["files"]]
    assert listed["folder"] == studio.settings.folder.name
    assert studio.get("/api/files/cat.png").content == cat


def test_a_result_is_saved_once_and_replaced_only_by_force(studio, drawing):
    path = studio.settings.folder / "saved.png"
    path.unlink(missing_ok=True)
    answer = save(studio, drawing)
    assert (answer.status_code, answer.json()) == (201, {"saved": "saved.png"})
    first = path.read_bytes()
    answer = save(studio, drawing, palette=["#0000ff", "#00ff00"])
    assert answer.status_code == 409
    assert answer.json()["error"].startswith("saved.png exists already")
    assert path.read_bytes() == first
    assert save(studio, drawing, palette=["#0000ff", "#00ff00"], force=True).status_code == 201
    assert path.read_bytes() != first
    assert not list(studio.settings.folder.glob(".nurie-*"))


@pytest.mark.parametrize(
    ("name", "saved"),
    [("../../saved-a", "saved-a.png"), (".saved-b", "saved-b.png"), ("saved\n-c\0", "saved-c.png")],
)
def test_names_are_made_plain(studio, drawing, name, saved):
    (studio.settings.folder / saved).unlink(missing_ok=True)
    assert save(studio, drawing, name=name).json() == {"saved": saved}
    assert (studio.settings.folder / saved).is_file()


def test_a_link_is_not_written_through(studio, drawing):
    target = (studio.settings.folder / "link.png").resolve()
    before = target.read_bytes()
    answer = save(studio, drawing, name="link", force=True)
    assert answer.status_code == 422
    assert target.read_bytes() == before


def test_palettes_are_saved_too(studio):
    (studio.settings.folder / "saved.gpl").unlink(missing_ok=True)
    body = {"palette": ["#ff0000"], "format": "gpl", "name": "saved"}
    assert studio.post("/api/files", json=body).status_code == 201
    assert (studio.settings.folder / "saved.gpl").read_text("utf-8").startswith("GIMP Palette")
