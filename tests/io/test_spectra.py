"""Histograms as files."""

import json

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nurie.colors import BINS, bin_centers
from nurie.errors import ExistsError, FormatError, UnreadableError
from nurie.io.spectra import read_spectrum
from nurie.spectrum import Spectrum
from nurie_lab.data.histogram import write_spectrum


def spectrum(seed=0):
    rng = np.random.default_rng(seed)
    counts = rng.integers(0, 3, BINS) * rng.integers(1, 1 << 40, BINS)
    means = bin_centers()
    means[counts > 0] += 1
    return Spectrum(counts, means, 7)


@pytest.mark.parametrize("suffix", [".json", ".npz", ".JSON"])
@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=5, deadline=None
)
@given(seed=st.integers(0, 99))
def test_round_trip(tmp_path, suffix, seed):
    path = tmp_path / f"h{suffix}"
    write_spectrum(path, spectrum(seed), force=True)
    back = read_spectrum(path)
    assert np.array_equal(back.counts, spectrum(seed).counts)
    assert np.array_equal(back.means, spectrum(seed).means)
    assert back.pictures == 7


def test_json_is_for_people(tmp_path):
    counts = np.zeros(BINS, np.int64)
    counts[[0, 511]] = 1, 3
    write_spectrum(tmp_path / "h.json", Spectrum(counts, bin_centers(), 2))
    assert json.loads((tmp_path / "h.json").read_text()) == {
        "pictures": 2,
        "pixels": 4,
        "bins": [
            {"bin": 511, "count": 3, "share": 0.75, "color": "#ffffff"},
            {"bin": 0, "count": 1, "share": 0.25, "color": "#101010"},
        ],
    }


def test_nothing_is_replaced_unasked(tmp_path):
    (tmp_path / "h.npz").write_bytes(b"mine")
    with pytest.raises(ExistsError):
        write_spectrum(tmp_path / "h.npz", spectrum())
    assert (tmp_path / "h.npz").read_bytes() == b"mine"


def test_other_suffixes_are_refused(tmp_path):
    with pytest.raises(FormatError, match=r"end it in \.json or \.npz"):
        write_spectrum(tmp_path / "h.txt", spectrum())
    with pytest.raises(FormatError, match=r"give a \.json or \.npz"):
        read_spectrum(tmp_path / "h.txt")


def entry(**change):
    return json.dumps({"bins": [{"bin": 1, "count": 2, "color": "#101010"} | change]})


@pytest.mark.parametrize(
    "text",
    [
        "nonsense", "[]", "{}", '{"bins": [3]}', '{"bins": []}', entry(bin=512), entry(bin="1"),
        entry(color="red"), entry(count=-2), entry(count="x"),
    ],
)  # fmt: skip
def test_damaged_json_is_said(tmp_path, text):
    (tmp_path / "h.json").write_text(text)
    with pytest.raises(UnreadableError, match=r"h\.json is no histogram of nurie's"):
        read_spectrum(tmp_path / "h.json")


@pytest.mark.parametrize(
    "arrays",
    [
        {"counts": np.ones(3, np.int64)},
        {"counts": np.ones(BINS)},
        {"counts": np.zeros(BINS, np.int64)},
        {"means": np.zeros((BINS, 3), np.float32)},
        {"means": np.array([{}], object)},
    ],
)
def test_damaged_npz_is_said(tmp_path, arrays):
    good = {"counts": np.ones(BINS, np.int64), "means": bin_centers(), "pictures": 1}
    np.savez(tmp_path / "h.npz", **(good | arrays))
    with pytest.raises(UnreadableError, match=r"h\.npz is no histogram of nurie's"):
        read_spectrum(tmp_path / "h.npz")


def test_what_is_no_npz_is_said(tmp_path):
    (tmp_path / "h.npz").write_bytes(b"PK nothing")
    with pytest.raises(UnreadableError, match="is no histogram of nurie's"):
        read_spectrum(tmp_path / "h.npz")
