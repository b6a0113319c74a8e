"""Files by key: the ones used longest ago make room, and nothing is left behind."""

import os
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nurie.errors import OptionError, TooLargeError
from nurie.studio.files import Cache


@pytest.fixture
def cache():
    made = Cache(100)
    yield made
    made.close()


def keep(cache, key, size):
    with cache.drafts() as folder:
        draft = folder / "draft"
        draft.write_bytes(key.encode()[:1] * size)
        return cache.keep(key, draft, {"size": size})


def test_what_is_kept_is_found(cache):
    keep(cache, "a", 60)
    entry = cache.find("a")
    assert (entry.path.read_bytes(), entry.facts) == (b"a" * 60, {"size": 60})
    assert cache.find("b") is None


def test_the_one_used_longest_ago_makes_room(cache):
    keep(cache, "a", 40)
    keep(cache, "b", 40)
    first, second = cache.find("b").path, cache.find("a").path
    keep(cache, "c", 40)
    assert cache.find("b") is None
    assert not first.exists()
    assert second.exists()
    assert cache.size == 80


def test_the_same_key_is_kept_once(cache):
    keep(cache, "a", 40)
    keep(cache, "a", 50)
    assert cache.size == 50
    assert (cache._kept / "a").stat().st_size == 50


def test_what_never_fits_is_refused_and_others_stay(cache):
    keep(cache, "a", 40)
    with pytest.raises(TooLargeError, match=r"^This drawing needs 0 MiB of the 0 MiB"):
        keep(cache, "b", 101)
    assert cache.find("a") is not None
    assert not list(cache._folder.glob("drafts-*"))


def test_drafts_go_with_what_was_not_kept(cache):
    with cache.drafts() as folder:
        (folder / "x").write_bytes(b"x")
    assert not folder.exists()


def test_work_that_nobody_waits_for_finds_no_folder(cache):
    with cache.drafts() as folder:
        pass
    with pytest.raises(FileNotFoundError):
        (folder / "late").write_bytes(b"x")


def test_others_may_not_look_in(cache):
    assert cache._folder.stat().st_mode & 0o077 == 0


def test_closing_leaves_nothing(cache):
    keep(cache, "a", 10)
    cache.close()
    assert not cache._folder.exists()


def test_what_a_killed_server_left_is_removed(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    code = "import os, sys, tempfile; tempfile.tempdir = sys.argv[1]\n"
    code += "from nurie.studio.files import Cache; Cache(9); os._exit(9)"
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=False)
    (left,) = tmp_path.iterdir()
    (tmp_path / "nurie-studio-new").mkdir()
    (tmp_path / "other").mkdir()
    (tmp_path / "nurie-studio-link").symlink_to(tmp_path / "other")
    living, second = Cache(9), Cache(9)
    assert not left.exists()
    assert living._folder.exists()
    assert len(list(tmp_path.iterdir())) == 5
    living.close()
    second.close()


@settings(max_examples=20)
@given(
    st.lists(st.tuples(st.sampled_from("abcdef"), st.integers(0, 100), st.booleans()), max_size=20)
)
def test_the_limit_always_holds(steps):
    cache = Cache(100)
    try:
        for key, size, look in steps:
            if look:
                cache.find(key)
            else:
                keep(cache, key, size)
                assert cache.find(key) is not None
            files = [path for path in cache._kept.iterdir() if path.suffix != ".json"]
            assert sum(path.stat().st_size for path in files) == cache.size <= cache.limit
            assert len(list(cache._kept.iterdir())) == 2 * len(files)
    finally:
        cache.close()


def test_servers_share_a_cache_and_its_limit(tmp_path):
    place = tmp_path / "shared"
    place.mkdir(mode=0o700)
    one, other = Cache(100, place), Cache(100, place)
    keep(one, "a", 40)
    assert (other.find("a").path.read_bytes(), other.find("a").facts) == (b"a" * 40, {"size": 40})
    keep(other, "b", 40)
    os.utime(other.find("a").path, (1, 1))
    keep(other, "c", 40)
    assert one.find("a") is None
    assert one.find("b")
    one.close()
    other.close()
    assert {path.name for path in place.iterdir()} == {"kept"}


def test_a_shared_cache_that_others_may_write_to_is_refused(tmp_path):
    place = tmp_path / "shared"
    place.mkdir()
    place.chmod(0o777)
    with pytest.raises(OptionError, match="chmod 700"):
        Cache(100, place)
