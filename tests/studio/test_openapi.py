"""The API does what its document says, and the document in docs/ is that one."""

import contextlib
import json
import runpy
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis.errors import Unsatisfiable

from nurie.studio.api import OPERATIONS
from nurie.studio.openapi import document

ROOT = Path(__file__).parents[2]

# Bytes that are no picture and lines beyond the picture fit the shapes and are refused with 422.
NOT_PROMISED = ["positive_data_acceptance"]


def test_every_operation_has_a_handler_and_every_handler_an_operation():
    from nurie.studio.api import Handlers

    public = {name for name in vars(Handlers) if not name.startswith("_")}
    assert public == {operation.name for operation in OPERATIONS}


@pytest.mark.parametrize("name", ["openapi.json", "api.md"])
def test_the_reference_is_the_document(name):
    written = runpy.run_path(str(ROOT / "tests" / "house" / "api_reference.py"))
    page = (ROOT / "docs" / "reference" / name).read_text("utf-8")
    assert page == written["PAGES"][name](), "the API has changed: run make reference"


def test_the_server_gives_the_document(studio):
    assert studio.get("/api/openapi.json").json() == json.loads(json.dumps(document(OPERATIONS)))


def test_another_verb_names_those_that_are_answered(studio):
    assert set(studio.put("/api/files").headers["allow"].split(", ")) == {"GET", "HEAD", "POST"}
    assert studio.head("/api/health").status_code == 200


@pytest.fixture(scope="module")
def operation():
    """An operation of the document, by its name."""
    # Loading it takes seconds, which only the process that runs these tests shall pay.
    import schemathesis

    return schemathesis.openapi.from_dict(document(OPERATIONS)).find_operation_by_id


@pytest.mark.parametrize("positive", [True, False])
@pytest.mark.parametrize("name", [each.name for each in OPERATIONS])
def test_the_server_keeps_to_its_document(operation, name, positive, studio, known):
    from schemathesis import GenerationMode
    from schemathesis.checks import CHECKS

    mode = GenerationMode.POSITIVE if positive else GenerationMode.NEGATIVE
    excluded = CHECKS.get_by_names(NOT_PROMISED)

    @given(operation(name).as_strategy(generation_mode=mode))
    @settings(max_examples=5, suppress_health_check=list(HealthCheck))
    def holds(case):
        # Keys made up would all be gone.
        own_keys = (("drawing", "id"), ("regions", "regions"), ("film", "film"))
        for key, own in own_keys if positive else ():
            if key in case.path_parameters:
                case.path_parameters[key] = known[own]
            if isinstance(case.body, dict) and key in case.body:
                case.body[key] = known[own]
        base = f"http://127.0.0.1:{studio.port}"
        response = case.call(base_url=base, timeout=300)
        # A list with too many items may be too long to be read at all, which is said, too.
        if response.status_code != 413:
            case.validate_response(response, excluded_checks=excluded)

    # What takes nothing has nothing that could be wrong.
    with contextlib.nullcontext() if positive else contextlib.suppress(Unsatisfiable):
        holds()


def test_the_example_of_the_reference_runs(studio, monkeypatch):
    page = (ROOT / "docs" / "reference" / "api.md").read_text("utf-8")
    code = page.split("```python\n")[1].split("```")[0]
    address = "http://127.0.0.1:8745"
    assert address in code
    monkeypatch.chdir(ROOT)
    found = {}
    exec(code.replace(address, f"http://127.0.0.1:{studio.port}"), found)
    found["server"].close()
    assert found["data"].startswith(b"PK")
