"""Settings: read from TOML, and every sentence that refuses some."""

from pathlib import Path

import pytest

from nurie.errors import OptionError
from nurie_lab.training.settings import PictureConfig, RegionConfig, read_settings

CONFIGS = Path(__file__).parents[3] / "configs"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            "width = 3",
            "sets no objective; it must be one of region, critic, second, preference, gan, l2",
        ),
        ("objective = 'gna'", "sets objective to 'gna'; it must be one of region, critic, second"),
        ("objective = 'region'\nwidht = 3", "sets 'widht'; the settings are"),
        ("objective = 'region'\nwidth = 'a'", "width is 'a'; it must be a whole number from 8"),
        ("objective = 'region'\nwidth = true", "width is True; it must be a whole number"),
        ("objective = 'region'\nscratch = 1", "scratch is 1; it must be true or false"),
        ("objective = 'region'\nwidth = 30", "width is 30 and heads is 8; heads must divide it"),
        ("objective = 'region'\nrate = -1", "rate is -1; it must be a number from 0 to 1"),
        ("objective = 'region'\napart = [1]", "apart is .*; it must be a list of words"),
        ("objective = 'region'\nepochs = 3", "sets 'epochs'; the settings are"),
        ("objective = 'region'\nsmall_share = 0.5", "no effect with scratch = False; leave it out"),
        ("objective = 'gan'\nclip = 0.1", "sets clip, which has no effect with objective = 'gan'"),
        ("objective = 'l2'\nl1 = 1.0", "sets l1, which has no effect with objective = 'l2'"),
        ("objective = 'gan'\noptimizer = 'rmsprop'\nbeta1 = 0.5", "beta1, which has no effect"),
        ("objective = 'gan'\npictures = 9\nepochs = 2", "sets epochs, which has no effect"),
        ("objective = ", "is not a readable configuration"),
    ],
)  # fmt: skip
def test_bad_settings_are_named(tmp_path, text, sentence):
    path = tmp_path / "c.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(OptionError, match=sentence):
        read_settings(path)


def test_settings_are_read_and_changed(tmp_path):
    path = tmp_path / "c.toml"
    path.write_text("objective = 'region'\nwidth = 64\nrate = 1e-3", "utf-8")
    assert read_settings(path) == RegionConfig(width=64, rate=1e-3)
    assert read_settings(path, ["width=32", "pictures=9"]).pictures == 9
    assert read_settings(path, ["objective=gan", "rate=0.1"]) == PictureConfig(width=64, rate=0.1)
    with pytest.raises(OptionError, match="'width' sets nothing; write KEY=VALUE"):
        read_settings(path, ["width"])


def test_what_is_held_out_is_read_from_the_file_beside(tmp_path):
    (tmp_path / "c.toml").write_text("objective = 'region'\nheld_out = 'h.toml'", "utf-8")
    (tmp_path / "h.toml").write_text("pictures = ['a']\nsources = ['b', 'c']", "utf-8")
    config = read_settings(tmp_path / "c.toml")
    assert (config.without, config.apart) == (("a",), ("b", "c"))


def test_every_preset_can_be_read():
    presets = [path for path in CONFIGS.glob("*.toml") if path.name != "held-out.toml"]
    assert len(presets) >= 12
    for path in presets:
        read_settings(path)
