"""The container file and the compose example name what exists."""

import re
import tomllib
from pathlib import Path

from nurie.cli.studio import serve

ROOT = Path(__file__).parents[2]
CONTAINER = (ROOT / "integrations" / "server" / "Containerfile").read_text()
COMPOSE = (ROOT / "integrations" / "server" / "compose.yaml").read_text()


def test_the_files_and_extras_of_the_container_exist():
    copied = [
        word
        for line in re.findall(r"^COPY (.+) \S+$", CONTAINER, re.MULTILINE)
        for word in line.split()
    ]
    assert "src" in copied
    assert [name for name in copied if not (ROOT / name).exists()] == []
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = re.search(r"'\.\[(.+)\]'", CONTAINER)[1].split(",")
    assert set(extras) <= set(project["optional-dependencies"])
    assert project["readme"] in copied
    assert {name.partition("/")[0] for name in project["license-files"]} <= set(copied)


def test_the_options_of_the_server_exist():
    known = {name for each in serve.params for name in each.opts}
    called = CONTAINER[CONTAINER.index("CMD [") :], re.search(r"command: (serve .+)", COMPOSE)[1]
    for text in called:
        assert set(re.findall(r"--\w[\w-]*", text)) <= known
    port = next(each.default for each in serve.params if each.name == "port")
    assert {
        int(n) for n in re.findall(r"(?:nurie:|EXPOSE |127\.0\.0\.1:)(\d+)", CONTAINER + COMPOSE)
    } == {port}


def test_what_the_example_names_is_there():
    built = re.search(r"context: (\S+), dockerfile: (\S+) ", COMPOSE)
    folder = (ROOT / "integrations" / "server" / built[1]).resolve()
    assert (folder / built[2]).is_file()
    assert "NURIE_TOKEN" in COMPOSE
    shared = re.search(r"--shared (\S+)", COMPOSE)[1]
    assert f':{shared}"' in COMPOSE
    assert f"-o nurie -m 700 {shared}" in CONTAINER
