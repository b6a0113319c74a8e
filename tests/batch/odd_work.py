"""Work for the tests of batches, by the names of the drawings; workers import it by its name."""

import os
import signal
import time
from pathlib import Path

from nurie.errors import ModelError, UnreadableError


class OddWork:
    """Writes the name of each drawing; some are bad, kill their worker, or never end."""

    films = False
    apart = ()

    def __init__(self, number=0):
        self.number = number

    def settings(self):
        return {"number": self.number}

    def name(self, item):
        return f"{item.name}.out"

    def folders(self):
        return {}

    def start(self):
        pass

    def __call__(self, source, target):
        called = source.stem
        target.with_name(f"{called}.half").write_text(called, encoding="utf-8")
        if called.startswith("bad"):
            raise UnreadableError(f"{source} is no picture.")
        if called.startswith("defect"):
            raise ZeroDivisionError
        if called.startswith("full"):
            raise OSError(28, "no space left on device")
        if called.startswith("kill"):
            os.kill(os.getpid(), signal.SIGKILL)
        if called.startswith("hang"):
            time.sleep(600)
        if called.startswith("slow"):
            time.sleep(0.05)
        if called.startswith("once") and not (mark := source.resolve().with_name("tried")).exists():
            mark.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        size = source.stat().st_size if source.exists() else 0
        target.write_text(f"{source.name} {size} {self.number}", encoding="utf-8")
        return {"regions": 1}


class NoModel(OddWork):
    def start(self):
        raise ModelError("There is no model.")


class Stillborn(OddWork):
    def start(self):
        os._exit(3)


class Sleeper(OddWork):
    def start(self):
        time.sleep(600)


def drive(sources, output):
    """A driver that the tests kill."""
    from nurie.batch.driver import Batch

    for _ in Batch([str(sources)], str(output), OddWork()).run(jobs=2, timeout=20):
        pass


if __name__ == "__main__":
    import sys

    sys.path.insert(0, str(Path(__file__).parent))
    import odd_work

    odd_work.drive(*sys.argv[1:])
