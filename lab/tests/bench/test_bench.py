"""What a bench may say, and every sentence on what it may not."""

from pathlib import Path

import pytest

from nurie.errors import InputError, OptionError, UnreadableError
from nurie_lab.bench.bench import TASKS, read_bench
from nurie_lab.bench.systems import ABLE, able

ROOT = Path(__file__).parents[3]

GOOD = """
name = "mine"
[[sets]]
name = "a"
kind = "things"
count = 1
[tasks.automatic]
sets = ["a"]
[[systems]]
name = "white"
kind = "white"
"""


def read(tmp_path, text):
    path = tmp_path / "bench.toml"
    path.write_text(text, "utf-8")
    return read_bench(path)


def test_a_bench_is_read(tmp_path):
    bench = read(tmp_path, GOOD)
    assert (bench.name, bench.sets[0].count, bench.limit) == ("mine", 1, 120.0)
    assert bench.tasks[0].conditions == ("clean",)


@pytest.mark.parametrize("name", ["small", "public"])
def test_the_benches_that_come_along_are_sound(name):
    bench = read_bench(ROOT / "configs" / "bench" / f"{name}.toml")
    assert {t.name for t in bench.tasks} == set(TASKS)
    for task in bench.tasks:
        assert any(task.name in able(system) for system in bench.systems), task.name


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('name = "mine"', 'nam = "mine"', "'nam' is not known; use name, about"),
        ("count = 1", "counts = 1", "sets: 'counts' is not known"),
        ('name = "mine"\n', "", "missing 1 required positional argument: 'name'"),
        ('kind = "things"', 'kind = "cats"', "the kind of picture 'cats' is not known"),
        ('kind = "white"', 'kind = "gimp"', "the kind of system 'gimp' is not known"),
        ("tasks.automatic", "tasks.magic", "the task 'magic' is not known"),
        ('sets = ["a"]', 'sets = ["b"]', "the set 'b' is not known; use a"),
        ('kind = "white"', 'kind = "command"\ncommand = "x {out}"', "lacks {sketch} or {out}"),
        ('kind = "white"', 'kind = "python"\nfunction = "x"', "must be module:function"),
        ('kind = "white"', 'kind = "white"\ntasks = ["fly"]', "the task 'fly' is not known"),
        ("[[sets]]", '[[sets]]\nname = "a"\nkind = "things"\n[[sets]]', "names the set 'a' twice"),
    ],
)
def test_what_means_nothing_is_refused(tmp_path, old, new, says):
    with pytest.raises(OptionError) as caught:
        read(tmp_path, GOOD.replace(old, new, 1))
    assert says in str(caught.value)


def test_what_asks_nothing_is_refused(tmp_path):
    with pytest.raises(InputError, match="asks nothing; name sets, tasks and systems"):
        read(tmp_path, 'name = "empty"')


def test_what_is_no_toml_is_refused(tmp_path):
    with pytest.raises(UnreadableError, match="is not TOML"):
        read(tmp_path, "a = = b")
    with pytest.raises(UnreadableError, match="cannot be read; give a bench"):
        read_bench(tmp_path / "none.toml")


def test_a_command_can_do_what_its_line_names(tmp_path):
    line = 'kind = "command"\ncommand = "x {sketch} {out} {hints} {palette}"'
    bench = read(tmp_path, GOOD.replace('kind = "white"', line))
    possible = able(bench.systems[0])
    assert set(possible) == {*ABLE["command"], "flats", "hints", "palette"}
    only = read(tmp_path, GOOD.replace('kind = "white"', f'{line}\ntasks = ["regions"]'))
    assert able(only.systems[0]) == ("regions",)
