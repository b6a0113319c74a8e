"""Jobs for the tests of the pool; a worker process imports this file by its name."""

import os
import time
from pathlib import Path

from nurie.errors import OptionError


def odd_table(model, check):
    def patient(seconds, began=None):
        """Work that asks again and again whether it is still wanted."""
        if began:
            began.write_text("begun", encoding="utf-8")
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            check()
            time.sleep(0.005)
        return "ended"

    def deaf(seconds, began=None):
        """Work that never asks."""
        if began:
            began.write_text("begun", encoding="utf-8")
        time.sleep(seconds)
        return "ended"

    def refuse():
        raise OptionError("No.")

    def miss():
        raise FileNotFoundError("x")

    def burst():
        raise MemoryError

    return {
        "echo": lambda value: (model, value),
        "pid": os.getpid,
        "patient": patient,
        "deaf": deaf,
        "refuse": refuse,
        "miss": miss,
        "burst": burst,
        "break": lambda: os._exit(3),
        "fail": lambda: 1 // 0,
    }


def late_table(model, check):
    time.sleep(600)
    return {}


def slow_table(model, check):
    return {"decode": lambda **_: time.sleep(600)}


def broken_table(model, check):
    return {"decode": lambda **_: os._exit(3)}


def wrong_table(model, check):
    return {"decode": lambda **_: 1 // 0}


def patient_table(model, check):
    def decode(**_):
        """Ask until told to stop; tell both in files."""
        folder = Path(os.environ["NURIE_TEST_FOLDER"])
        (folder / "begun").write_text("", encoding="utf-8")
        end = time.monotonic() + 600
        try:
            while time.monotonic() < end:
                check()
                time.sleep(0.01)
        except BaseException:
            (folder / "stopped").write_text("", encoding="utf-8")
            raise

    return {"decode": decode}
