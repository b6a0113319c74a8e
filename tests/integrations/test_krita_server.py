"""What the Krita plug-in asks a server, what it makes of its answers, and every sentence."""

import json
import socket
import threading

import numpy as np
import pytest

from nurie.document import Layers, Palette, Sketch
from nurie.io.ora.write import write_ora

ANSWER = {"palette": ["#c81e0a"], "names": ["skin"], "entries": [-1, 0], "confidence": [0, 0.5],
          "ask": [1]}  # fmt: skip
OTHER = {**ANSWER, "palette": ["#00ff00"], "ask": []}
CHOSEN = "/api/drawings/D/regions/R/colors"


@pytest.fixture(scope="session")
def document(tmp_path_factory):
    """The bytes of an answer in layers."""
    path = tmp_path_factory.mktemp("answer") / "answer.ora"
    labels = np.ones((2, 3), np.int32)
    palette = Palette(np.array([[200, 30, 10]], np.uint8), ("skin",))
    entries, hinted = np.array([-1, 0], np.int32), np.zeros(2, bool)
    write_ora(
        path, Layers(Sketch(np.full((2, 3), 255, np.uint8)), labels, entries, palette, hinted)
    )
    return path.read_bytes()


@pytest.fixture
def able(fake, document):
    """A fake that can do everything."""
    fake.answer("/api/drawings", {"id": "D"})
    fake.answer("/api/drawings/D/regions", {"regions": "R"})
    fake.answer(CHOSEN, {"answers": [ANSWER, OTHER]})
    fake.answer("/api/palette", {"colors": [{"color": "#123456", "name": "ink"}]})
    fake.answer("/api/export", document)
    return fake


@pytest.fixture
def sheet(plugin, files):
    """A drawing of 3 x 2 pixels with one of ink."""
    return plugin.Sheet(files.Picture(3, 2, bytes(20) + b"\0\0\0\xff"))


def test_a_drawing_is_sent_and_layers_come_back(plugin, able, sheet):
    told = []
    server = plugin.Server(able.address)
    found = plugin.color(server, sheet, plugin.Wishes(seed=5, ideas=2), told.append)
    layers = plugin.layers(server, found, 1, told.append)
    assert [layer.name for layer in layers] == ["line", "flats", "paper"]
    assert told == ["Sending the drawing", "Finding the regions", "Choosing colours",
                    "Fetching the layers"]  # fmt: skip
    [(headers, body)] = able.asked_for("/drawings")
    assert (headers["X-Filename"], body[:4]) == ("drawing.png", b"\x89PNG")
    [(headers, body)] = able.asked_for("/colors")
    assert json.loads(body) == {"seed": 5, "variations": 2}
    [(_, body)] = able.asked_for("/export")
    idea = {"palette": ["#00ff00"], "names": ["skin"], "entries": [-1, 0]}
    assert json.loads(body) == {"format": "ora", "drawing": "D", "regions": "R", **idea}
    assert found.unsure == 1
    assert "Authorization" not in headers


def test_shade_is_asked_for_with_its_light(plugin, able, sheet):
    server, wishes = plugin.Server(able.address), plugin.Wishes(style="cel", light="top")
    plugin.layers(server, plugin.color(server, sheet, wishes))
    [(_, body)] = able.asked_for("/export")
    assert json.loads(body).items() >= {"style": "cel", "light": "top"}.items()


def test_words_and_the_reach_of_hints_go_along_and_what_finds_nothing_is_said(plugin, fake, sheet):
    note = "There is no tractor in this drawing."
    fake.answer("/api/drawings", {"id": "D"})
    fake.answer("/api/drawings/D/regions", {"regions": "R"})
    fake.answer(CHOSEN, {"answers": [{**ANSWER, "notes": [note]}]})
    wishes = plugin.Wishes(words="red tractor", spread=0)
    found = plugin.color(plugin.Server(fake.address), sheet, wishes)
    [(_, body)] = fake.asked_for("/colors")
    assert json.loads(body).items() >= {"words": "red tractor", "spread": 0}.items()
    assert found.notes == note


def test_painted_layers_go_with_the_line(plugin, files, able, sheet):
    dab, nothing = files.Picture(3, 2, b"\1\2\3\xff" * 6), files.Picture(3, 2, bytes(24))
    assert plugin.Sheet(sheet.line, nothing, None).packed()[0] == "drawing.png"
    plugin.color(plugin.Server(able.address), plugin.Sheet(sheet.line, dab), plugin.Wishes())
    [(headers, body)] = able.asked_for("/drawings")
    assert (headers["X-Filename"], body[:2]) == ("drawing.ora", b"PK")


def test_a_palette_is_read_by_the_server(plugin, able, sheet, tmp_path):
    path = tmp_path / "sea side.gpl"
    path.write_bytes(b"GIMP Palette")
    plugin.color(plugin.Server(able.address), sheet, plugin.Wishes(palette=str(path)))
    [(headers, body)] = able.asked_for("/palette")
    assert (headers["X-Filename"], body) == ("sea%20side.gpl", b"GIMP Palette")
    [(_, body)] = able.asked_for("/colors")
    assert json.loads(body).items() >= {"palette": ["#123456"], "names": ["ink"]}.items()


def test_a_forgotten_drawing_is_sent_again(plugin, fake, sheet, document):
    gone = {"error": "This is not kept here any more; send the drawing again.", "gone": True}
    fake.answer("/api/export", gone, status=404)
    fake.answer("/api/export", document)
    fake.answer("/api/drawings", {"id": "D"})
    fake.answer("/api/drawings/D/regions", {"regions": "R"})
    fake.answer(CHOSEN, {"answers": [ANSWER]})
    found = plugin.Found(sheet, plugin.Wishes(), "old", "old", (ANSWER,))
    assert plugin.layers(plugin.Server(fake.address), found)
    assert [path.rpartition("/")[2] for path, _, _ in fake.asked] == [
        "export", "drawings", "regions", "colors", "export"
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "token", "sent"),
    [("{}/#token=abc", "", "Bearer abc"), ("{}/#token=abc", " xyz ", "Bearer xyz"),
     ("{}", "é\r\nabc", "Bearer abc")],
)  # fmt: skip
def test_the_token_goes_along(plugin, able, sheet, text, token, sent):
    plugin.color(plugin.Server(text.format(able.address), token), sheet, plugin.Wishes())
    assert {headers["Authorization"] for _, headers, _ in able.asked} == {sent}


@pytest.mark.parametrize("text", ["ftp://127.0.0.1", "http://", "http://[::1", "host:port"])
def test_what_is_no_address_is_refused(plugin, text):
    with pytest.raises(plugin.ServerError, match="is no address; write one like http://127"):
        plugin.Server(text)


def test_nothing_said_is_this_machine(plugin):
    assert plugin.Server("  ")._place == plugin.ADDRESS


def refusal(plugin, fake, sheet):
    with pytest.raises(plugin.ServerError) as caught:
        plugin.color(plugin.Server(fake.address, seconds=0.3), sheet, plugin.Wishes())
    return str(caught.value)


@pytest.mark.parametrize("status", [413, 422, 429, 503])
def test_the_servers_sentence_is_shown(plugin, fake, sheet, status):
    fake.answer("/api/drawings", {"error": "Too large; make it smaller."}, status=status)
    assert refusal(plugin, fake, sheet) == "Too large; make it smaller."


def test_a_wrong_token_is_told(plugin, fake, sheet):
    fake.answer("/api/drawings", {"error": "x"}, status=401)
    told = refusal(plugin, fake, sheet)
    assert told == "The token is missing or wrong; paste what nurie serve printed."


@pytest.mark.parametrize(("status", "body"), [(200, b"<html>"), (404, b"<html>"), (500, b"[1]"),
                                              (302, b""), (500, b'{"no": 1}')])  # fmt: skip
def test_another_server_is_told(plugin, fake, sheet, status, body):
    fake.answer("/api/drawings", body, status=status)
    assert refusal(plugin, fake, sheet) == (
        f"What answers at {fake.address} is not nurie; check the address."
    )


def test_nobody_there_is_told(plugin, fake, sheet):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        fake.address = f"http://127.0.0.1:{free.getsockname()[1]}"
        told = refusal(plugin, fake, sheet)
    assert told == f"nurie does not answer at {fake.address}; start it with: nurie serve"


def test_a_slow_server_is_told(plugin, fake, sheet):
    fake.hold.clear()
    told = refusal(plugin, fake, sheet)
    assert told == f"nurie at {fake.address} takes too long; look at its terminal, or try again."


def test_an_answer_that_is_no_document_is_told(plugin, fake, sheet):
    fake.answer("/api/export", b"no zip")
    found = plugin.Found(sheet, plugin.Wishes(), "D", "R", (ANSWER,))
    with pytest.raises(plugin.ServerError, match="cannot be read; update nurie and its plug-in"):
        plugin.layers(plugin.Server(fake.address), found)


def test_an_empty_layer_is_not_sent(plugin, files, fake):
    empty = plugin.Sheet(files.Picture(3, 2, bytes(24)))
    with pytest.raises(plugin.ServerError, match="The line layer is empty"):
        plugin.color(plugin.Server(fake.address), empty, plugin.Wishes())
    assert not fake.asked


def test_a_palette_that_is_gone_is_told(plugin, fake, sheet, tmp_path):
    wishes = plugin.Wishes(palette=str(tmp_path / "gone.gpl"))
    with pytest.raises(plugin.ServerError, match=r"gone\.gpl cannot be read; choose another"):
        plugin.color(plugin.Server(fake.address), sheet, wishes)


def test_cancel_ends_the_waiting(plugin, fake, sheet):
    fake.hold.clear()
    server, told = plugin.Server(fake.address), []

    def work():
        with pytest.raises(plugin.CancelledError) as caught:
            plugin.color(server, sheet, plugin.Wishes())
        told.append(str(caught.value))

    thread = threading.Thread(target=work)
    thread.start()
    assert fake.held.wait(10)
    server.cancel()
    thread.join(5)
    assert told == ["Cancelled; nothing was changed."]


def test_what_was_cancelled_asks_no_more(plugin, able, sheet):
    server = plugin.Server(able.address)
    server.cancel()
    with pytest.raises(plugin.CancelledError):
        plugin.color(server, sheet, plugin.Wishes())
    assert not able.asked
