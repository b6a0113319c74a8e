"""The systems side by side: how each is started as a program, and how it works when warm."""

import sys
from collections.abc import Callable
from pathlib import Path

SMART = "95,0,0,1,24,200,0,75,2,60,20,90,1,10,1,0"
"""Options of G'MIC's smart colouring, as its graphical plug-in would pass them."""

PIPELINES = {
    "G'MIC auto-fill": "fx_autofill_lineart 90,0,8,0,0 blend multiply",
    "G'MIC smart, random": f"fx_colorize_lineart_smart 0,{SMART} blend multiply c 0,255",
}
NURIE = "nurie"
SYSTEMS = (NURIE, *PIPELINES)

Job = Callable[[str, str], None]
"""Colours the drawing at the first path and writes the picture to the second."""


def command(system: str, drawing: Path, out: Path) -> list[str]:
    """The command line that colours one drawing in a process of its own."""
    if system == NURIE:
        return [*nurie(), "color", str(drawing), "-o", str(out), "--force"]
    code = "import gmic, sys; gmic.run(sys.argv[1])"
    return [sys.executable, "-c", code, _gmic(system, str(drawing), str(out))]


def nurie() -> list[str]:
    """How nurie is started: the script beside this Python where there is one."""
    script = Path(sys.executable).with_name("nurie")
    return [str(script)] if script.exists() else [sys.executable, "-m", "nurie"]


def load(system: str) -> Job:
    """Load a system into this process, model and all."""
    if system == NURIE:
        return _load_nurie()
    import gmic

    interpreter = gmic.Gmic()
    return lambda drawing, out: interpreter.run(_gmic(system, drawing, out)) and None


def _load_nurie() -> Job:
    from nurie.api import Colorizer, save
    from nurie.io.images import read_sketch

    colorizer = Colorizer.load()

    def job(drawing: str, out: str) -> None:
        save(colorizer.colorize(read_sketch(drawing)), out, force=True)

    return job


def _gmic(system: str, drawing: str, out: str) -> str:
    return f"-v - {drawing} {PIPELINES[system]} o {out}"
