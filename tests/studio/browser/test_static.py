"""The page's files hang together, without a browser."""

import re
from pathlib import Path

import pytest

STATIC = Path(__file__).parents[3] / "src" / "nurie" / "studio" / "static"
LINES, LINE = 300, 200


@pytest.fixture(scope="module")
def page():
    return (STATIC / "index.html").read_text("utf-8")


@pytest.fixture(scope="module")
def scripts():
    return {path.name: path.read_text("utf-8") for path in sorted(STATIC.glob("js/*.js"))}


@pytest.fixture(scope="module")
def sheets():
    return {path.name: path.read_text("utf-8") for path in sorted(STATIC.glob("css/*.css"))}


def test_files_are_small(page, scripts, sheets):
    files = {"index.html": page, **scripts, **sheets}
    assert {name: n for name, text in files.items() if (n := text.count("\n")) > LINES} == {}
    wide = {name for name, text in scripts.items() if max(map(len, text.splitlines())) > LINE}
    assert not wide


def test_every_module_says_what_it_is_for(scripts):
    assert [name for name, text in scripts.items() if not text.startswith("/**")] == []


def test_nothing_points_outside(page, scripts, sheets):
    for text in (page, *scripts.values(), *sheets.values()):
        assert set(re.findall(r"https?://[\w.]+", text)) <= {"http://www.w3.org"}
        assert "@import" not in text


def test_the_page_has_no_inline_code(page):
    assert "style=" not in page
    assert "<style" not in page
    assert not re.search(r"\son\w+=", page)
    assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", page))


def test_every_import_is_there(scripts):
    for name, text in scripts.items():
        for names, other in re.findall(r'import \{([^}]+)\} from "\./([\w.]+)"', text):
            assert other in scripts, (name, other)
            for each in names.split(","):
                known = rf"export (async )?(const|function|class|let) {each.strip()}\b"
                assert re.search(known, scripts[other]), (name, other, each.strip())


def test_no_import_is_idle(scripts):
    for name, text in scripts.items():
        body = re.sub(r"^import .*$", "", text, flags=re.MULTILINE)
        for names in re.findall(r"import \{([^}]+)\} from", text):
            idle = [n.strip() for n in names.split(",") if not re.search(rf"\b{n.strip()}\b", body)]
            assert not idle, (name, idle)


def test_every_place_is_on_the_page(page, scripts):
    ids = set(re.findall(r'id="([\w-]+)"', page))
    for name, text in scripts.items():
        assert set(re.findall(r'byId\("([\w-]+)"\)', text)) <= ids, name


def test_every_icon_is_drawn(page, scripts):
    drawn = set(re.findall(r'<symbol id="(\w+)"', (STATIC / "icons.svg").read_text("utf-8")))
    used = set(re.findall(r'data-icon="(\w+)"', page))
    for text in scripts.values():
        used |= set(re.findall(r'icon\("(\w+)"\)', text))
    tools = set(re.findall(r'\{ id: "(\w+)"', scripts["tools.js"]))
    assert used | tools <= drawn


def test_every_button_does_something(page, scripts):
    main = scripts["main.js"]
    actions = main[main.index("const ANYWHERE") : main.index("function act(")]
    for action in set(re.findall(r'data-do="(\w+)"', page)):
        assert re.search(rf"\b{action}\b", actions), action


def test_every_shortcut_does_something_and_is_its_own(scripts):
    keys = scripts["keys.js"]
    known = re.findall(r'\["([^"]+|\\\\)", "(\w+)", "[^"]+"\]', keys)
    tools = re.findall(r'key: "(\w)"', scripts["tools.js"])
    pressed = [key for key, _ in known] + tools
    assert len(pressed) == len(set(pressed)) > 20
    main = scripts["main.js"]
    actions = main[main.index("const ANYWHERE") : main.index("function act(")]
    assert [action for _, action in known if not re.search(rf"\b{action}\b", actions)] == []
