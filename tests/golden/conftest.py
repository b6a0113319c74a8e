"""Hashes of outputs: compared with ``hashes.json``, or written there with NURIE_GOLDEN=write.

A hash belongs to one kind of machine: what ONNX Runtime adds up differs in the last bits from one
processor to another, and a colour on the edge may fall the other way. ``hashes.json`` therefore
holds fingerprints, hashes of raw numbers of the packaged encoder and of the packaged painter; where
one differs, the tests that hang on it are skipped, and the others are not. To write all hashes
anew, delete the file first.
"""

import hashlib
import importlib.util
import json
import os
import re
from pathlib import Path

import numpy as np
import pytest

HERE = Path(__file__).parent
FILE = HERE / "hashes.json"
WRITE = os.environ.get("NURIE_GOLDEN") == "write"


def _module(name):
    spec = importlib.util.spec_from_file_location(f"golden_{name}", HERE / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def surfaces():
    """What is imported from nurie."""
    return _module("surfaces")


@pytest.fixture(scope="session")
def drawings():
    """The makers of drawings."""
    return _module("drawings")


class Golden:
    """The known hashes, by group and name."""

    def __init__(self):
        text = FILE.read_text("utf-8") if FILE.exists() else "{}"
        self.known = json.loads(text)

    def check(self, group, found):
        """Compare all hashes of a group, or write them."""
        assert found
        if WRITE:
            assert "PYTEST_XDIST_WORKER" not in os.environ, "write without -n"
            self.known[group] = found
            FILE.write_text(json.dumps(self.known, indent=1, sort_keys=True) + "\n", "utf-8")
            return
        known = self.known.get(group, {})
        other = sorted(n for n in known.keys() | found.keys() if known.get(n) != found.get(n))
        assert not other, f"{group}: {len(other)} of {len(known)} outputs are not as they were"

    @staticmethod
    def digest(data):
        """SHA-256 of bytes, text or an array with its shape and type."""
        if isinstance(data, np.ndarray):
            head = f"{data.shape} {data.dtype.str} ".encode()
            data = head + np.ascontiguousarray(data).tobytes()
        elif isinstance(data, str):
            data = data.encode()
        return hashlib.sha256(data).hexdigest()

    def told(self, text, *folders):
        """SHA-256 of JSON or CSV, without what another run changes: seconds, and where it ran."""
        for folder in folders:
            text = text.replace(str(folder), "FOLDER")
        return self.digest(re.sub(r'"seconds": [0-9.e-]+', '"seconds": 0', text))

    def folder(self, path):
        """SHA-256 of each file below a folder, by its name from there."""
        files = sorted(p for p in path.rglob("*") if p.is_file())
        return {p.relative_to(path).as_posix(): self.digest(p.read_bytes()) for p in files}


@pytest.fixture(scope="session")
def golden():
    """The known hashes."""
    return Golden()


def _lines(side):
    rows, columns = np.mgrid[0:side, 0:side]
    return ((rows * 7 + columns * 13) % 97 / 96).astype(np.float32)


def _same(golden, name, arrays):
    """Skip what depends on arithmetic where it is not that of the known hashes."""
    found = golden.digest("".join(golden.digest(np.asarray(array)) for array in arrays))
    if WRITE:
        known = golden.known.get("fingerprint", {})
        golden.check("fingerprint", {**known, name: found})
    elif golden.known.get("fingerprint", {}).get(name) != found:
        pytest.skip(f"GOLDEN OUTPUTS UNTESTED: this processor rounds the {name} otherwise")


@pytest.fixture(scope="session")
def same_arithmetic(golden, surfaces):
    """Skip where the packaged encoder's numbers are others than those of the known hashes."""
    _same(golden, "encoder", surfaces.encoder_maps(_lines(224)))


@pytest.fixture(scope="session")
def same_painter(golden, surfaces):
    """Skip where the packaged painter's are."""
    _same(golden, "painter", [surfaces.painted(_lines(128))])


@pytest.fixture(scope="session")
def inputs(drawings, tmp_path_factory):
    """A folder with all drawings and helpers; ``sizes`` are the names by (height, width)."""
    folder = tmp_path_factory.mktemp("inputs")
    sizes = drawings.write_all(folder)
    drawings.write_helpers(folder)
    return folder, sizes


@pytest.fixture
def run(inputs, surfaces, monkeypatch):
    """The command line in the folder of inputs, which must obey; its standard output."""
    monkeypatch.chdir(inputs[0])

    def run(*arguments):
        code, out, err = surfaces.call(*arguments)
        assert code == 0, err
        return out

    return run


@pytest.fixture(scope="session")
def studio(surfaces):
    """A client of the HTTP API."""
    pytest.importorskip("httpx", reason="the extra 'dev' is not installed: UNTESTED")
    testclient = pytest.importorskip("starlette.testclient", reason="no extra 'studio': UNTESTED")
    with testclient.TestClient(surfaces.studio_app(), base_url="http://127.0.0.1") as client:
        yield client


@pytest.fixture(scope="session")
def opened(studio, inputs):
    """Opens a drawing of the folder and cuts it: what the API answers to both, as one dict."""

    def opened(name, **body):
        data = (inputs[0] / name).read_bytes()
        answer = studio.post("/api/drawings", content=data, headers={"X-Filename": name})
        assert answer.status_code == 200, answer.text
        regions = studio.post(f"/api/drawings/{answer.json()['id']}/regions", json=body)
        assert regions.status_code == 200, regions.text
        return answer.json() | regions.json()

    return opened


@pytest.fixture(scope="session")
def exported(studio, opened):
    """A drawing coloured in turn with four named colours, without a model, as a file's bytes."""

    def exported(name, kind, **how):
        drawing = opened(name)
        body = {
            "format": kind,
            "palette": ["#c83c32", "#f0c850", "#3c78be", "#78a05a"],
            "names": ["coat", "hair", "sky", "grass"],
            "drawing": drawing["id"],
            "regions": drawing["regions"],
            "entries": [-1, *(i % 5 - 1 for i in range(drawing["count"]))],
        }
        answer = studio.post("/api/export", json=body | how)
        assert answer.status_code == 200, answer.text
        return answer.content

    return exported


@pytest.fixture(scope="session")
def layered(inputs, exported):
    """Layered files in the folder of inputs: their names."""
    for kind in ("psd", "ora"):
        (inputs[0] / f"layered.{kind}").write_bytes(exported("smooth.png", kind, style="cel"))
    return ["layered.psd", "layered.ora"]
