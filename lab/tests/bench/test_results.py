"""Every file of results is in the form of its study, and one that is not is refused."""

import json
from pathlib import Path

import pytest

from nurie.errors import InputError
from nurie_lab.bench.results import check, surroundings, write_results

FILES = sorted((Path(__file__).parents[3] / "results").iterdir())


def test_there_are_results():
    assert {"benchmark.json", "speed.json", "parts.json", "report.json"} <= {p.name for p in FILES}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_file_is_in_the_form_of_its_study(path):
    found = check(path.read_bytes(), path.name)
    assert found.__struct_config__.tag == path.stem
    assert found.date
    assert found.machine


def good():
    row = {"growth": "pixels", "at": 512, "part": "png", "wall_s": 0.1, "cpu_s": 0.1}
    row |= {"peak_mib": 9.0, "failure": "", "runs": 3}
    return {"study": "parts", **surroundings(), "repeats": 3, "rows": [row]}


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda r: r.pop("machine"), "missing required field `machine`"),
        (lambda r: r.pop("commit"), "missing required field `commit`"),
        (lambda r: r.pop("versions"), "missing required field `versions`"),
        (lambda r: r.update(date="yesterday"), "matching regex"),
        (lambda r: r.update(study="magic"), "Invalid value 'magic'"),
        (lambda r: r.update(more=1), "unknown field `more`"),
        (lambda r: r["rows"][0].update(wall_s=-1), ">= 0"),
        (lambda r: r["rows"][0].update(wall_s="fast"), "Expected `float`"),
        (lambda r: r["rows"][0].pop("part"), "missing required field `part`"),
    ],
)
def test_a_wrong_file_is_refused(change, says):
    results = good()
    assert check(json.dumps(results).encode(), "a.json").repeats == 3
    change(results)
    with pytest.raises(InputError, match=r"a\.json is no file of results: ") as caught:
        check(json.dumps(results).encode(), "a.json")
    assert says in str(caught.value)


def test_what_is_no_json_is_refused():
    with pytest.raises(InputError, match="is no file of results"):
        check(b"{", "a.json")


def test_wrong_facts_are_not_written(tmp_path):
    path = tmp_path / "new" / "parts.json"
    with pytest.raises(InputError, match="missing required field `rows`"):
        write_results(path, "parts", {"repeats": 3})
    assert not path.exists()
    write_results(path, "parts", {"repeats": 3, "rows": good()["rows"]})
    assert check(path.read_bytes(), path.name).rows[0].part == "png"
