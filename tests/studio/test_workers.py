"""The pool: what jobs come to, and that what nobody wants any more stops."""

import asyncio
import os
import signal
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from nurie.errors import NurieError, OptionError
from nurie.studio.shapes import Limits
from nurie.studio.workers import (
    BrokenError,
    BusyError,
    FailedError,
    GoneError,
    OverdueError,
    Pool,
    Worker,
)


def alone(story):
    """What a coroutine function gives, in a thread of its own.

    The browser of other tests keeps a loop running in this one.
    """
    with ThreadPoolExecutor(1) as threads:
        return threads.submit(lambda: asyncio.run(story())).result()


ONE = Limits(workers=1, waiting=1, seconds=30, grace=0.2)


@pytest.fixture
def tried(odd_jobs):
    """Run a coroutine function with a pool of odd jobs."""

    def run(story, limits=ONE):
        async def told():
            pool = Pool(odd_jobs.odd_table, "model", limits)
            try:
                return await asyncio.wait_for(story(pool), 60)
            finally:
                pool.close()

        return alone(told)

    return run


async def begun(path):
    while not path.exists():
        await asyncio.sleep(0.005)


def test_a_job_gives_its_value(tried):
    assert tried(lambda pool: pool.run("echo", value=[1, None])) == ("model", [1, None])


@pytest.mark.parametrize(
    ("job", "error", "text"),
    [
        ("refuse", OptionError, r"^No\.$"),
        ("burst", NurieError, "not enough memory"),
        ("miss", GoneError, None),
        ("fail", FailedError, "ZeroDivisionError"),
        ("break", BrokenError, None),
    ],
)
def test_what_goes_wrong_is_told_apart_and_the_pool_goes_on(tried, job, error, text):
    async def story(pool):
        with pytest.raises(error, match=text):
            await pool.run(job)
        return await pool.run("echo", value=1)

    assert tried(story) == ("model", 1)


def test_a_worker_that_ended_is_replaced(tried):
    async def story(pool):
        before = await pool.run("pid")
        with pytest.raises(BrokenError):
            await pool.run("break")
        after = await pool.run("pid")
        return before, after, pool.pids

    before, after, pids = tried(story)
    assert before != after
    assert pids == [after]


def test_a_worker_that_ended_while_idle_is_not_noticed(tried):
    async def story(pool):
        before = await pool.run("pid")
        (worker,) = pool._workers
        os.kill(before, signal.SIGKILL)
        await asyncio.to_thread(worker.process.join)
        return before, await pool.run("pid"), pool.pids

    before, after, pids = tried(story)
    assert before != after
    assert pids == [after]


def test_cancelled_work_that_asks_stops_and_its_process_stays(tried, tmp_path):
    async def story(pool):
        before = await pool.run("pid")
        task = asyncio.ensure_future(pool.run("patient", seconds=600, began=tmp_path / "a"))
        await begun(tmp_path / "a")
        task.cancel()
        return before, await pool.run("pid")

    # Longer than the story may take: the process is free because the work stopped by itself.
    before, after = tried(story, replace(ONE, grace=600))
    assert before == after


def test_cancelled_work_that_does_not_ask_is_ended_with_its_process(tried, tmp_path):
    async def story(pool):
        before = await pool.run("pid")
        task = asyncio.ensure_future(pool.run("deaf", seconds=600, began=tmp_path / "a"))
        await begun(tmp_path / "a")
        task.cancel()
        return before, await pool.run("pid")

    before, after = tried(story)
    assert before != after


def test_work_cancelled_before_it_began_is_skipped(tried, tmp_path, monkeypatch):
    asked = threading.Event()
    stop = Worker.stop

    def stopped(self, number):
        stop(self, number)
        asked.set()

    monkeypatch.setattr(Worker, "stop", stopped)

    async def story(pool):
        (pid,) = pool.pids
        # Nothing can begin in a process that is held.
        os.kill(pid, signal.SIGSTOP)
        task = asyncio.ensure_future(pool.run("deaf", seconds=0, began=tmp_path / "a"))
        await asyncio.sleep(0.02)
        task.cancel()
        while not asked.is_set():
            await asyncio.sleep(0.005)
        os.kill(pid, signal.SIGCONT)
        return await pool.run("echo", value=2)

    assert tried(story, replace(ONE, grace=30)) == ("model", 2)
    assert not (tmp_path / "a").exists()


def test_work_over_time_is_ended(tried):
    async def story(pool):
        before = await pool.run("pid")
        pool._limits = replace(ONE, seconds=0.2)
        with pytest.raises(OverdueError):
            await pool.run("deaf", seconds=600)
        pool._limits = ONE
        return before, await pool.run("pid")

    before, after = tried(story)
    assert before != after


def test_the_queue_has_an_end_and_moves_on(tried, tmp_path):
    async def story(pool):
        first = asyncio.ensure_future(pool.run("patient", seconds=600, began=tmp_path / "a"))
        await begun(tmp_path / "a")
        second = asyncio.ensure_future(pool.run("echo", value=2))
        await asyncio.sleep(0)
        with pytest.raises(BusyError):
            await pool.run("echo", value=3)
        first.cancel()
        return await second

    assert tried(story) == ("model", 2)


def test_who_is_cancelled_while_waiting_leaves_the_queue(tried, tmp_path):
    async def story(pool):
        first = asyncio.ensure_future(pool.run("patient", seconds=600, began=tmp_path / "a"))
        await begun(tmp_path / "a")
        second = asyncio.ensure_future(pool.run("echo", value=2))
        await asyncio.sleep(0)
        second.cancel()
        third = asyncio.ensure_future(pool.run("echo", value=3))
        await asyncio.sleep(0)
        first.cancel()
        return await third

    assert tried(story) == ("model", 3)


def test_closing_ends_all_processes(odd_jobs):
    async def story():
        pool = Pool(odd_jobs.odd_table, "model", replace(ONE, workers=2))
        workers = list(pool._workers)
        await pool.run("pid")
        pool.close()
        return workers

    assert not any(worker.process.is_alive() for worker in alone(story))
