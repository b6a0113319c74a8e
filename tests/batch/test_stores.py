"""Object stores: one in memory, and one that speaks S3 over loopback."""

import json
import socket
import subprocess
import sys
from multiprocessing import forkserver

import pytest

from nurie.batch import stores
from nurie.batch.ledger import Ledger, Outcome
from nurie.batch.manifest import Item, items
from nurie.batch.work import Hand
from nurie.errors import ExistsError, MissingExtraError, NurieError, OptionError

WANTED = "LOUDLY: obstore is not installed (pip install 'nurie[cloud]'); no store was tried"


@pytest.fixture
def bucket():
    memory = pytest.importorskip("obstore.store", reason=WANTED).MemoryStore()
    return stores.Bucket(memory, "memory://drawings")


def test_a_store_is_a_place(bucket, tmp_path):
    assert bucket.time_of("a/b.png") is None
    bucket.write("a/b.png", b"1")
    with pytest.raises(ExistsError):
        bucket.write("a/b.png", b"2", force=False)
    assert bucket.time_of("a/b.png") > 0
    (tmp_path / "new").write_bytes(b"3")
    bucket.take(tmp_path / "new", "a/b.png")
    bucket.fetch("a/b.png", tmp_path / "back")
    assert (tmp_path / "back").read_bytes() == b"3"
    assert bucket.stranger() == "a/b.png"


def test_lines_go_to_a_store_some_at_a_time(bucket):
    for number in range(300):
        bucket.append("ledger/x.jsonl", f"{number}\n")
    assert len(list(bucket.lines("ledger/*.jsonl"))) == 256
    bucket.flush()
    assert sorted(map(int, bucket.lines("ledger/*.jsonl"))) == list(range(300))
    bucket.clear("ledger/x.jsonl")
    assert not list(bucket.lines("ledger/*.jsonl"))


def test_the_ledger_of_a_store(bucket):
    ledger = Ledger(bucket, {"a": 1})
    assert not list(bucket.names())
    ledger.begin()
    ledger.note(Outcome(source="x", output="x.png", status="failed", error="bad"))
    bucket.flush()
    assert Ledger(bucket, {"a": 1}).failures() == {"x": "bad"}
    with pytest.raises(NurieError, match="other settings"):
        Ledger(bucket, {"a": 2})


def test_a_worker_puts_results_into_a_store(bucket, odd, scans):
    folder = scans("a.png", "bad.png")
    hand = Hand(bucket, odd.OddWork(), None)
    hand.start()
    found = [
        hand.do(Item(f"{folder}/{name}", name)).outcome.status
        for name in ("a.png", "bad.png", "a.png")
    ]
    hand.close()
    assert found == ["done", "failed", "found"]
    assert list(bucket.names()) == ["a.half", "a.png.out"]


@pytest.fixture
def endpoint(monkeypatch):
    """A server that speaks S3, with a bucket."""
    pytest.importorskip("obstore", reason=WANTED)
    pytest.importorskip("moto", reason="LOUDLY: moto[server] is not installed; no S3 was spoken")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    keys = ["REGION", "DEFAULT_REGION", "ACCESS_KEY_ID", "SECRET_ACCESS_KEY"]
    known = dict.fromkeys(keys, "us-east-1")
    known |= {"ENDPOINT_URL": f"http://127.0.0.1:{port}", "ALLOW_HTTP": "true"}
    for name, value in known.items():
        monkeypatch.setenv(f"AWS_{name}", value)
    # Workers are forked from a process that may have started before these were set.
    forkserver._forkserver._stop()
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as server:
        try:
            assert any(b"Running" in line for line in server.stdout)
            boto3 = pytest.importorskip("boto3")
            boto3.client("s3", endpoint_url=known["ENDPOINT_URL"]).create_bucket(Bucket="drawings")
            yield
        finally:
            server.kill()


@pytest.mark.filterwarnings("default")
def test_a_batch_from_and_to_s3(endpoint, odd, scans, tmp_path):
    from nurie.batch.driver import Batch

    bucket = stores.place_of("s3://drawings/in")
    for name in ("a.png", "sub/b.png", "bad.png", "note.txt"):
        bucket.write(name, b"x")
    listed = [item.name for item in items(["s3://drawings/in"])]
    assert listed == ["a.png", "bad.png", "sub/b.png"]
    for status in ("done", "found"):
        batch = Batch(["s3://drawings/in"], "s3://drawings/out", odd.OddWork())
        found = {outcome.source[17:]: outcome for outcome in batch.run(jobs=2, timeout=60)}
        assert {name: one.status for name, one in found.items()} == {
            "a.png": status, "sub/b.png": status, "bad.png": "failed"
        }  # fmt: skip
    assert found["bad.png"].error == "s3://drawings/in/bad.png is no picture."
    out = stores.place_of("s3://drawings/out")
    names = list(out.names())
    assert {"a.png.out", "sub/b.png.out", "batch.json"} < set(names)
    assert len(names) == 7
    assert json.loads(next(out.lines("failures.jsonl")))["source"] == "s3://drawings/in/bad.png"
    out.fetch("a.png.out", tmp_path / "a")
    assert (tmp_path / "a").read_bytes() == b"a.png 1 0"


def test_what_is_missing_is_said(monkeypatch):
    monkeypatch.setitem(sys.modules, "obstore.store", None)
    with pytest.raises(MissingExtraError, match=r"nurie\[cloud\]"):
        stores.place_of("s3://nobody/nowhere")


def test_a_store_of_no_known_kind_is_refused():
    pytest.importorskip("obstore", reason=WANTED)
    with pytest.raises(OptionError, match="moon://x cannot be used"):
        stores.place_of("moon://x")
