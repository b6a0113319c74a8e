"""Use the plug-in inside Krita, with a running ``nurie serve``, and compare every pixel.

    apt-get install krita xvfb
    python integrations/krita/story/check.py [--out out/krita-plugin.json]

The plug-in is packed, installed by Krita's own importer into a new home, and enabled. Its docker
colours the example fairy, opened as a PNG and as a page with layers; what Krita then shows is
compared with what nurie itself gives (``Layers.merged``), and the lines with what they were.
"""

import argparse
import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from nurie.api import Colorizer
from nurie.colors import parse_hex
from nurie.document import Hints, Layers
from nurie.io.images import read_sketch
from nurie.painting.shade import shade

ROOT = Path(__file__).parents[3]
DRAWING = ROOT / "examples" / "fairy.png"
PLUGIN, STORY = "nurie_krita", "nurie_story"
IMPORTER = Path("/usr/share/krita/pykrita/plugin_importer/plugin_importer.py")
HINTS = ROOT / "examples" / "fairy.hints.json"
DAB = 3
"""Half the side of a painted hint, in pixels."""
PATIENCE = 600

INSTALL = """
import sys
sys.path.insert(0, sys.argv[1])
from plugin_importer import PluginImporter
print(PluginImporter(sys.argv[2], sys.argv[3], lambda _: True).import_all())
"""
DESKTOP = """[Desktop Entry]
Type=Service
ServiceTypes=Krita/PythonPlugin
X-KDE-Library={name}
X-Python-2-Compatible=false
Name={name}
Comment={name}
"""


def install(home: Path) -> None:
    """The plug-in by Krita's importer, the story beside it, both enabled."""
    resources = home / ".local" / "share" / "krita"
    (resources / "pykrita" / STORY).mkdir(parents=True)
    archive = home / "nurie-krita.zip"
    pack = [sys.executable, str(ROOT / "integrations" / "krita" / "pack.py"), str(archive)]
    subprocess.run(pack, check=True)
    command = ["/usr/bin/python3", "-c", INSTALL, str(IMPORTER.parent), str(archive)]
    subprocess.run([*command, str(resources)], check=True)
    desktop = resources / "pykrita" / f"{STORY}.desktop"
    desktop.write_text(DESKTOP.format(name=STORY), "utf-8")
    story = Path(__file__).with_name("story.py")
    shutil.copy(story, resources / "pykrita" / STORY / "__init__.py")
    (home / ".config").mkdir()
    enabled = f"[python]\nenable_{PLUGIN}=true\nenable_{STORY}=true\n"
    (home / ".config" / "kritarc").write_text(enabled, "utf-8")


@contextlib.contextmanager
def serving() -> Iterator[str]:
    """The address of a server."""
    command = [sys.executable, "-m", "nurie", "serve", "--port", "0", "--workers", "1"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        try:
            yield server.stdout.readline().split()[-1]
        finally:
            server.send_signal(signal.SIGINT)


def page() -> tuple[np.ndarray, np.ndarray]:
    """The drawing as black ink on nothing, and dabs, both as Krita takes them: B, G, R, alpha."""
    alpha = 255 - read_sketch(DRAWING).pixels
    ink, dabs = np.zeros((*alpha.shape, 4), np.uint8), np.zeros((*alpha.shape, 4), np.uint8)
    ink[..., 3] = alpha
    for dot in json.loads(HINTS.read_text("utf-8"))["hints"]:
        red, green, blue = parse_hex(dot["color"])
        around = (slice(dot[axis] - DAB, dot[axis] + DAB + 1) for axis in "yx")
        dabs[tuple(around)] = (blue, green, red, 255)
    return ink, dabs


def expected(dabs: np.ndarray) -> dict[str, np.ndarray]:
    """What nurie itself gives, by the name of what Krita left."""
    model, sketch = Colorizer.load(), read_sketch(DRAWING)
    rows, columns = np.nonzero(dabs[..., 3])
    hints = Hints(rows, columns, dabs[rows, columns][:, 2::-1])
    reading = model.read(sketch)
    both = reading.variations(2)
    page = reading.colorize(hints=hints)
    return {
        "opened": merged(both[0]),
        "opened-second": merged(both[1]),
        "page": merged(shade(page, "cel")),
        "page-redone": merged(shade(page, "cel")),
        "page16": merged(page),
    }


def merged(layers: Layers) -> np.ndarray:
    pixels = layers.merged()
    return pixels if pixels.ndim == 3 else np.repeat(pixels[..., None], 3, axis=2)


def krita(folder: Path, home: Path, address: str) -> dict[str, Any]:
    """Let Krita tell the story."""
    own = {"VIRTUAL_ENV", "PYTHONPATH", "PYTHONHOME"}
    env = {name: value for name, value in os.environ.items() if name not in own}
    env |= {
        "HOME": str(home),
        "XDG_RUNTIME_DIR": str(home),
        "PATH": "/usr/bin:/bin",
        "NURIE_STORY": str(folder),
        "NURIE_ADDRESS": address,
        "NURIE_DRAWING": str(DRAWING),
    }
    screen = ["xvfb-run", "-a", "-s", "-screen 0 1400x1000x24", "krita", "--nosplash"]
    with (folder / "krita.log").open("w") as log:
        process = subprocess.Popen(screen, env=env, stdout=log, stderr=log, start_new_session=True)
    try:
        end = time.monotonic() + PATIENCE
        while not (folder / "story.json").exists() and time.monotonic() < end:
            if process.poll() is not None:
                break
            time.sleep(0.5)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        process.wait()
    if not (folder / "story.json").exists():
        return {"broke off": (folder / "krita.log").read_text("utf-8")[-2000:]}
    found: dict[str, Any] = json.loads((folder / "story.json").read_text("utf-8"))
    return found


def raw(path: Path, shape: tuple[int, ...]) -> np.ndarray:
    """What Krita left, R, G, B, alpha, in [0, 255]."""
    data = path.read_bytes()
    deep = len(data) == 8 * shape[0] * shape[1]
    pixels = np.frombuffer(data, np.uint16 if deep else np.uint8).reshape(*shape[:2], 4)
    return pixels[..., [2, 1, 0, 3]] / (257 if deep else 1)


def compared(folder: Path, wanted: dict[str, np.ndarray]) -> dict[str, Any]:
    """The largest gap from nurie's own picture, in steps of 255, and how many pixels differ."""
    found = {}
    for name, pixels in wanted.items():
        path = folder / f"{name}.raw"
        if not path.exists():
            found[name] = "missing"
            continue
        shown = raw(path, pixels.shape)
        gap = np.abs(shown[..., :3] - pixels).max(axis=2)
        opaque = bool((shown[..., 3] == 255).all())
        most = round(float(gap.max()), 3)
        found[name] = {"largest": most, "differ": int((gap > 0).sum()), "opaque": opaque}
    return found


def lines(folder: Path, shape: tuple[int, ...]) -> dict[str, Any]:
    """Whether the person's own lines are as they were."""
    found = {}
    for name in ("page", "page16"):
        before, after = folder / f"{name}-line-before.raw", folder / f"{name}-line.raw"
        found[name] = after.exists() and before.read_bytes() == after.read_bytes()
    opened = folder / "opened-line.raw"
    if opened.exists():
        gray = read_sketch(DRAWING).pixels[..., None]
        found["opened"] = bool((raw(opened, shape)[..., :3] == gray).all())
    return found


def measure(folder: Path) -> dict[str, Any]:
    home = folder / "home"
    home.mkdir()
    home.chmod(0o700)
    install(home)
    ink, dabs = page()
    (folder / "ink.raw").write_bytes(ink.tobytes())
    (folder / "hints.raw").write_bytes(dabs.tobytes())
    with serving() as address:
        told = krita(folder, home, address)
    shown, kept = compared(folder, expected(dabs)), lines(folder, ink.shape)
    return {**told, "beside nurie's own picture": shown, "lines unchanged": kept}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=Path("out/krita-plugin.json"))
    parser.add_argument("--keep", type=Path, help="leave all files in this folder")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        result = measure(Path(name))
        if options.keep:
            shutil.copytree(name, options.keep, dirs_exist_ok=True, ignore_dangling_symlinks=True)
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text(json.dumps(result, indent=2, ensure_ascii=False) + "\n", "utf-8")


if __name__ == "__main__":
    main()
