"""Open what nurie writes in GIMP and Krita, flatten it, save it again, and compare every pixel.

    apt-get install gimp krita xvfb
    python integrations/krita/story/round_trips.py [--out out/programs.json]

Both programs run without a screen. Each document is made by nurie from a drawing of rings; a
program then flattens it to a PNG, which is compared with the promise (``Layers.merged``), and saves
it again; psd-tools and a ZIP reader compare those layers with the ones that nurie wrote.
"""

import argparse
import contextlib
import json
import os
import shutil
import subprocess
import tempfile
import zipfile
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import cv2
import numpy as np
from PIL import Image
from psd_tools import PSDImage
from psd_tools.constants import BlendMode

from nurie.api import save
from nurie.document import Layers, Palette, Sketch
from nurie.io.images import read_sketch
from nurie.regions.segment import segment
from nurie.verify import verify

SIDE = 256
PALETTE = Palette(
    np.array([[230, 180, 150], [40, 44, 120], [214, 60, 40], [250, 210, 80]], np.uint8)
)
NAMES = ("skin", "髪", "Übermantel", "sun & moon")

GIMP = """(define (again file)
  (let* ((image (car (gimp-file-load RUN-NONINTERACTIVE file file)))
         (save (lambda (name) (gimp-file-save RUN-NONINTERACTIVE image
                 (car (gimp-image-get-active-layer image)) name name))))
    (save (string-append file ".gimp.psd"))
    (gimp-image-merge-visible-layers image CLIP-TO-IMAGE)
    (file-png-save2 RUN-NONINTERACTIVE image (car (gimp-image-get-active-layer image))
      (string-append file ".gimp.png") "x" 0 9 0 0 0 0 0 0 0)
    (gimp-image-delete image)))"""

GIMP_LAYER = """(define (load file)
  (let* ((image (car (gimp-image-new 256 256 RGB)))
         (layer (car (gimp-file-load-layer RUN-NONINTERACTIVE image file))))
    (gimp-image-insert-layer image layer 0 0)
    (file-png-save2 RUN-NONINTERACTIVE image layer
      (string-append file ".gimp.png") "x" 0 9 0 0 0 0 0 0 0)
    (gimp-image-delete image)))"""


def rings() -> np.ndarray:
    ink = np.full((SIDE, SIDE), 255, np.uint8)
    for x, y, r in ((80, 90, 60), (170, 150, 70), (60, 200, 40)):
        cv2.circle(ink, (x, y), r, 0, 3, cv2.LINE_AA)
    return ink


def sample(*, deep: bool = False, color: bool = False, shade: bool = False) -> Layers:
    ink = rings()
    labels = segment(ink)
    pixels = ink
    if color:
        alpha = (255 - ink.astype(int))[..., None]
        pixels = (255 - alpha * (255 - np.array([120, 60, 20])) // 255).astype(np.uint8)
    if deep:
        pixels = pixels.astype(np.uint16) * 257
    size = int(labels.max()) + 1
    entries = (np.arange(size) % 4).astype(np.int32)
    entries[:2] = -1
    slope = np.linspace(100, 255, SIDE).astype(np.uint8)
    across, down = np.tile(slope, (SIDE, 1)), np.tile(slope[:, None], (1, SIDE))
    shading = np.stack([across, across[:, ::-1], down], -1) if shade else None
    palette = replace(PALETTE, names=NAMES)
    sketch = Sketch(pixels, dpi=(300, 300))
    return Layers(sketch, labels, entries, palette, np.zeros(size, bool), shade=shading)


def users_file(folder: Path) -> Layers:
    """A drawing that is a layer of a user's own file, with neighbours."""
    ink = np.zeros((SIDE, SIDE, 4), np.uint8)
    ink[..., 3] = 255 - rings()
    note = Image.new("RGBA", (60, 20), (40, 90, 220, 128))
    psd = PSDImage.new("RGB", (SIDE, SIDE))
    psd.create_pixel_layer(Image.new("RGB", (SIDE, SIDE), (250, 245, 235)), name="ground")
    look = {"blend_mode": BlendMode.MULTIPLY, "opacity": 230}
    psd.create_pixel_layer(Image.fromarray(ink, "RGBA"), name="Ink", **look)
    psd.create_pixel_layer(note, name="note", top=5, left=-7)
    psd.save(folder / "user.psd")
    return replace(sample(), sketch=read_sketch(folder / "user.psd"))


def documents(folder: Path) -> dict[str, Layers]:
    """What is written, by file name."""
    kinds: dict[str, dict[str, bool]] = {
        "gray lines, 8 bits": {},
        "coloured lines, 8 bits": {"color": True},
        "shade, 8 bits": {"shade": True},
        "gray lines, 16 bits": {"deep": True},
        "shade, 16 bits": {"deep": True, "shade": True},
    }
    made = {}
    for name, options in kinds.items():
        for suffix in ("psd", "ora"):
            made[f"{name}.{suffix}"] = sample(**options)
    made["one flat layer, 8 bits.psd"] = sample(shade=True)
    made["a user's own layers.psd"] = made["a user's own layers.ora"] = users_file(folder)
    for name, layers in made.items():
        save(layers, folder / name, one_flat_layer=name.startswith("one"))
    return made


def run(command: list[str], home: Path) -> None:
    env = os.environ | {"HOME": str(home), "XDG_RUNTIME_DIR": str(home)}
    quiet = subprocess.DEVNULL
    with contextlib.suppress(subprocess.TimeoutExpired):  # what was not written then shows
        subprocess.run(command, env=env, stdout=quiet, stderr=quiet, timeout=600, check=False)


def through_gimp(paths: list[Path], home: Path) -> None:
    """Flatten and save again all documents in one process; Debian's GIMP opens no OpenRaster."""
    calls = "".join(f'(again "{path}")' for path in paths)
    run(["gimp-console-2.10", "-i", "-d", "-f", "-b", f"{GIMP}{calls}(gimp-quit 0)"], home)


def flats_in_gimp(path: Path, home: Path) -> dict[str, Any]:
    """Load each flat of an ORA as a layer, as GIMP's OpenRaster plug-in does, and compare."""
    folder = path.with_name("flats")
    with zipfile.ZipFile(path) as archive:
        names = [name for name in archive.namelist() if name.startswith("data/flat-")]
        archive.extractall(folder, names)
    calls = "".join(f'(load "{folder / name}")' for name in names)
    run(["gimp-console-2.10", "-i", "-d", "-f", "-b", f"{GIMP_LAYER}{calls}(gimp-quit 0)"], home)
    gaps = []
    for name in names:
        again = Path(f"{folder / name}.gimp.png")
        if not again.exists():
            return {"opened": False}
        before, after = (np.asarray(Image.open(p).convert("RGBA")) for p in (folder / name, again))
        shown = before[..., 3:] > 0
        gaps.append(int(np.abs(before.astype(int) * shown - after.astype(int) * shown).max()))
        gaps.append(int(np.abs(before[..., 3].astype(int) - after[..., 3]).max()))
    return {"opened": True, "layers": len(names), "largest": max(gaps)}


def through_krita(paths: list[Path], home: Path) -> None:
    """The same, in a process for each file."""
    for path in paths:
        for suffix in (".png", path.suffix):
            export = ["krita", "--export", "--export-filename", f"{path}.krita{suffix}"]
            run(["xvfb-run", "-a", *export, str(path)], home)


def flattened(path: Path, wanted: np.ndarray) -> dict[str, Any]:
    """How far the program's picture is from the promise, in its own steps."""
    found = cv2.imread(str(path), cv2.IMREAD_UNCHANGED)
    if found is None:
        return {"opened": False}
    if found.dtype == np.uint8 and wanted.dtype == np.uint16:
        wanted = ((wanted.astype(np.uint32) + 128) // 257).astype(np.uint8)
    gap = np.abs(found[..., 2::-1].astype(int) - wanted)
    return {
        "opened": True,
        "bits": 8 * found.dtype.itemsize,
        "largest": int(gap.max()),
        "differ": int((gap.max(axis=2) > 0).sum()),
        "opaque": found.shape[2] == 3 or bool((found[..., 3] == np.iinfo(found.dtype).max).all()),
    }


def psd_layers(path: Path) -> dict[str, Any]:
    """Layers by name: pixels on the whole canvas, blend mode, group."""
    psd, found = PSDImage.open(path), {}
    for layer in psd.descendants():
        name, mode = layer.name.rstrip("\0"), layer.blend_mode.name.lower()
        group = "" if layer.parent is psd else layer.parent.name.rstrip("\0")
        if layer.is_group():
            found[name] = (None, "group", group)
            continue
        canvas = np.zeros((psd.height, psd.width, 4))
        left, top, right, bottom = layer.bbox
        inside = slice(max(top, 0), bottom), slice(max(left, 0), right)
        part = layer.numpy()[max(-top, 0) :, max(-left, 0) :][: psd.height, : psd.width]
        canvas[inside] = np.dstack([part, np.ones(part.shape[:2])]) if part.shape[2] == 3 else part
        found[name] = (canvas, mode, group)
    return found


def ora_layers(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = {}
    with zipfile.ZipFile(path) as archive:
        root = ET.fromstring(archive.read("stack.xml"))  # noqa: S314 - of our own document
        size = int(root.get("h", 0)), int(root.get("w", 0))

        def walk(element: ET.Element, group: str) -> None:
            for child in element:
                name = child.get("name", "")
                if child.tag == "stack":
                    found[name] = (None, "group", group)
                    walk(child, name)
                    continue
                mode = child.get("composite-op", "svg:src-over").removeprefix("svg:")
                mode = {"src-over": "normal"}.get(mode, mode)
                found[name] = (pixels(archive.read(child.get("src", "")), child, size), mode, group)

        walk(root.find("stack"), "")  # type: ignore[arg-type]
    return found


def pixels(data: bytes, element: ET.Element, size: tuple[int, int]) -> np.ndarray:
    samples = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
    white = np.iinfo(samples.dtype).max
    if samples.ndim == 2 or samples.shape[2] < 4:
        with Image.open(BytesIO(data)) as image:
            samples, white = np.asarray(image.convert("RGBA"))[..., [2, 1, 0, 3]], 255
    x, y = int(element.get("x", 0)), int(element.get("y", 0))
    canvas = np.zeros((*size, 4))
    part = samples[max(-y, 0) :, max(-x, 0) :][: size[0] - max(y, 0), : size[1] - max(x, 0)]
    top, left = max(y, 0), max(x, 0)
    canvas[top : top + part.shape[0], left : left + part.shape[1]] = part[..., [2, 1, 0, 3]] / white
    return canvas


def layered(path: Path) -> dict[str, Any]:
    return (psd_layers if path.suffix == ".psd" else ora_layers)(path)


def compared(before: Path, after: Path) -> dict[str, Any]:
    """Names, groups and blend modes as they were, and the largest gap of a visible pixel."""
    old, new = layered(before), layered(after)
    gap, moved = 0.0, []
    for name, (canvas, mode, group) in old.items():
        if name not in new:
            moved.append(name)
            continue
        again, mode_again, group_again = new[name]
        if (mode, group) != (mode_again, group_again):
            moved.append(name)
        if canvas is not None and again is not None:
            shown = canvas[..., 3:] > 0
            off = np.abs(canvas - again)
            gap = max(gap, float((off[..., :3] * shown).max()), float(off[..., 3].max()))
    return {"changed": moved, "largest": round(gap * 255, 3)}


def version(command: list[str], home: Path) -> str:
    env = os.environ | {"HOME": str(home)}
    done = subprocess.run(command, capture_output=True, text=True, env=env, check=False)
    return (done.stdout.strip().splitlines() or ["not found"])[-1]


def measure(folder: Path, programs: list[str]) -> dict[str, Any]:
    home = folder / "home"
    home.mkdir()
    home.chmod(0o700)
    result: dict[str, Any] = {
        "gimp": version(["dpkg-query", "-W", "-f", "${Version}", "gimp"], home),
        "krita": version(["dpkg-query", "-W", "-f", "${Version}", "krita"], home),
        "documents": {},
    }
    made = documents(folder)
    if "gimp" in programs:
        through_gimp([folder / name for name in made if name.endswith(".psd")], home)
        result["flats of ORA in GIMP"] = flats_in_gimp(folder / "gray lines, 8 bits.ora", home)
        print("flats of ORA in GIMP", result["flats of ORA in GIMP"], flush=True)
    if "krita" in programs:
        through_krita([folder / name for name in made], home)
    for name, layers in made.items():
        path = folder / name
        wanted = read_document_merged(path)
        row: dict[str, Any] = {"verify": verify(layers.sketch, path).ok}
        for program in programs:
            suffix = path.suffix
            row[program] = flattened(Path(f"{path}.{program}.png"), wanted)
            again = Path(f"{path}.{program}{suffix}")
            if again.exists():
                row[program]["again"] = compared(path, again) | verified(layers, again)
        result["documents"][name] = row
        print(name, json.dumps(row, ensure_ascii=False), flush=True)
    return result


def read_document_merged(path: Path) -> np.ndarray:
    from nurie.io.images import read_document

    merged = read_document(path).read_merged()
    assert merged is not None
    return merged[..., :3]


def verified(layers: Layers, path: Path) -> dict[str, Any]:
    """Whether the promise still holds in what the program saved."""
    from nurie.errors import NurieError

    try:
        report = verify(layers.sketch, path)
    except NurieError as error:
        return {"verify": str(error).split(": ")[-1]}
    return {"verify": [check.name for check in report.checks if not check.ok] or True}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=Path("out/programs.json"))
    parser.add_argument("--keep", type=Path, help="leave all files in this folder")
    parser.add_argument("--programs", nargs="+", default=["gimp", "krita"])
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp())
    try:
        result = measure(folder, options.programs)
    finally:
        if options.keep:
            shutil.copytree(folder, options.keep, dirs_exist_ok=True)
        shutil.rmtree(folder)
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text(json.dumps(result, indent=2, ensure_ascii=False) + "\n", "utf-8")


if __name__ == "__main__":
    main()
