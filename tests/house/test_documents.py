"""Documents that cannot rot: help, commands, versions."""

import re
import runpy
import tomllib

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name


@pytest.fixture(scope="module")
def projects(root):
    """The product and its laboratory, as their pyproject.toml have them."""
    return [
        tomllib.loads((folder / "pyproject.toml").read_text("utf-8"))["project"]
        for folder in (root, root / "lab")
    ]


@pytest.fixture(scope="module")
def reference(root):
    return runpy.run_path(str(root / "tests" / "house" / "cli_reference.py"))


def test_the_reference_is_the_help(reference):
    page = reference["PAGE"].read_text("utf-8")
    assert page == reference["render"](), "the help has changed: run make reference"


def test_every_verb_and_option_is_documented(reference):
    from nurie.cli.app import app as group

    page = reference["PAGE"].read_text("utf-8")
    assert tuple(group.list_commands(None)) == reference["VERBS"]
    commands = {name: group.get_command(None, name) for name in reference["VERBS"]}
    for name, verbs in reference["GROUPS"].items():
        assert tuple(commands[name].commands) == verbs
        commands |= {f"{name} {verb}": each for verb, each in commands[name].commands.items()}
    for verb, command in commands.items():
        section = page.split(f"## nurie {verb}\n")[1].split("\n## ")[0]
        assert command.help
        for parameter in command.params:
            shown = [*parameter.opts] if parameter.param_type_name == "option" else []
            assert all(option in section for option in shown), (verb, parameter.name)
            assert parameter.help, (verb, parameter.name)


def code_of(text):
    """What stands in code blocks and between backticks."""
    blocks = re.findall(r"```.*?\n(.*?)```", text, re.DOTALL)
    rest = re.sub(r"```.*?```", "", text, flags=re.DOTALL)
    return "\n".join(blocks + re.findall(r"`([^`]+)`", rest))


def documents(root):
    pages = [page for room in ("docs", "lab/docs") for page in sorted((root / room).rglob("*.md"))]
    return [root / "README.md", root / "CONTRIBUTING.md", *pages]


def test_links_lead_somewhere(root):
    for path in documents(root):
        for link in re.findall(r"\]\(([^)\s#]+)[^)\s]*\)", path.read_text("utf-8")):
            assert link.startswith(("http", "mailto:")) or (path.parent / link).exists(), (
                path.name,
                link,
            )


def test_make_commands_in_the_documents_exist(root):
    targets = set(re.findall(r"^([a-z]+):", (root / "Makefile").read_text("utf-8"), re.MULTILINE))
    assert {"demo", "test"} <= targets
    for path in documents(root):
        used = re.findall(r"^(?:\$ )?make ([a-z]+)", code_of(path.read_text("utf-8")), re.MULTILINE)
        assert set(used) <= targets, path.name


def test_nurie_commands_in_the_documents_exist(root, reference):
    page = reference["PAGE"].read_text("utf-8")
    for path in documents(root):
        for line in re.findall(
            r"^(?:\$ )?nurie (.+)", code_of(path.read_text("utf-8")), re.MULTILINE
        ):
            verb = line.split()[0]
            if not verb.startswith("-"):
                assert verb in reference["VERBS"], (path.name, line)
            for option in re.findall(r"(?<!\S)(--[a-z-]+)", line):
                assert option in page, (path.name, line)


def test_every_target_is_explained(root):
    text = (root / "Makefile").read_text("utf-8")
    phony = re.search(r"^\.PHONY: (.*)$", text, re.MULTILINE)[1].split()
    explained = re.findall(r"^([a-z]+):.*## ", text, re.MULTILINE)
    assert sorted(phony) == sorted(explained)


def test_continuous_integration_runs_make_test(root):
    script = root / ".ci" / "run"
    assert script.stat().st_mode & 0o111
    assert "make test" in script.read_text("utf-8")


def test_the_changelog_is_open(root):
    text = (root / "CHANGELOG.md").read_text("utf-8")
    assert re.search(r"^## UNRELEASED$", text, re.MULTILINE)


def test_constraints_pin_what_the_project_names(root, projects):
    wanted = [
        Requirement(line)
        for project in projects
        for group in (project["dependencies"], *project["optional-dependencies"].values())
        for line in group
        if not line.startswith("nurie")
    ]
    lines = (root / "constraints.txt").read_text("utf-8").splitlines()
    pins = [Requirement(line) for line in lines if line and not line.startswith("#")]
    versions = {canonicalize_name(pin.name): str(pin.specifier) for pin in pins}
    assert set(versions) == {canonicalize_name(need.name) for need in wanted}
    for need in wanted:
        pinned = versions[canonicalize_name(need.name)]
        assert pinned.startswith("=="), need.name
        assert need.specifier.contains(pinned.removeprefix("==")), f"{need} is pinned {pinned}"


def test_constraints_hold_no_addresses(root):
    assert not re.search(r"://|@|--", (root / "constraints.txt").read_text("utf-8"))
