"""Every output has the bytes that it had: a refactoring moves code and changes nothing.

``hashes.json`` belongs to one kind of machine, see ``conftest.py``; NURIE_GOLDEN=write writes it.
All runs through the command line and the HTTP API, so that modules may move. File names are
relative, so that those in reports and JSON are the same in every folder.
"""

import json

import pytest

WAYS = {
    "plain": (),
    "palette": ("--palette", "night.hex"),
    "hints": ("--hints", "hints.json"),
    "reference": ("--reference", "colored.png"),
    "cel": ("--style", "cel"),
    "soft": ("--style", "soft", "--light", "right"),
    "gray": ("--gray", "tones.png"),
}
FORMATS = ("png", "psd", "ora", "tif", "tga", "webp")

OPTIONS = {
    "like": ("--like", "colored.png"),
    "trace": ("--trace", "red", "--trace", "blue"),
    "clean": ("--clean",),
    "unsure": ("--unsure", "leave", "--sure", "0.7"),
    "gap": ("--gap", "0"),
    "painter": ("--model", "nurie-soft"),
    "painter with hints": ("--model", "nurie-soft", "--hints", "hints.json"),
    "painter with gray": ("--model", "nurie-soft", "--gray", "tones.png"),
}


FEW = {"clear.png", "open.png", "parasol.png", "scan.tif"}
"""Drawings that differ in how they are read: the ways meet these, and every one is seen plain."""


def every(inputs):
    return sorted(name for names in inputs[1].values() for name in names)


def save_tones(inputs, drawings, shape):
    from PIL import Image

    Image.fromarray(drawings.tones(*shape)).save(inputs[0] / "tones.png")


def test_drawings(golden, inputs):
    """Where this differs, it is the inputs that changed."""
    golden.check("inputs", {name: golden.digest((inputs[0] / name).read_bytes())
                            for name in every(inputs)})  # fmt: skip


@pytest.mark.parametrize("way", sorted(WAYS.keys() - {"gray"}))
def test_each_way_for_each_drawing(
    golden, inputs, layered, same_arithmetic, run, tmp_path, way, request
):
    if way == "soft":
        request.getfixturevalue("same_painter")
    # TGA, TIFF, PSD and ORA stay what they are: each way writes all of them.
    names = every(inputs) if way == "plain" else sorted(FEW)
    run("color", "-q", *names, *layered, *WAYS[way], "-o", tmp_path)
    golden.check(f"color {way}, seed 0", golden.folder(tmp_path))


def test_gray_for_each_drawing(golden, inputs, drawings, same_arithmetic, run, tmp_path):
    for shape, names in inputs[1].items():
        if few := sorted(FEW & set(names)):
            save_tones(inputs, drawings, shape)
            run("color", "-q", *few, *WAYS["gray"], "-o", tmp_path)
    golden.check("color gray, seed 0", golden.folder(tmp_path))


def test_another_seed_with_all_that_goes_beside(golden, inputs, same_arithmetic, run, tmp_path):
    for part in ("flats", "masks", "report"):
        (tmp_path / part).mkdir()
    told = run(
        "color", "-q", "--json", *every(inputs), "--seed", "7", "-o", "told",
        "--flats", tmp_path / "flats", "--masks", tmp_path / "masks",
        "--report", tmp_path / "report", "--palette-out", tmp_path / "used.gpl",
    )  # fmt: skip
    found = {f"told/{name}": found for name, found in golden.folder(inputs[0] / "told").items()}
    found["told.json"] = golden.told(told, tmp_path)
    golden.check("color and all beside, seed 7", golden.folder(tmp_path) | found)


@pytest.mark.parametrize("kind", FORMATS)
def test_each_format_in_two_ways(golden, inputs, drawings, same_arithmetic, run, tmp_path, kind):
    save_tones(inputs, drawings, (160, 160))
    # TGA and WebP cannot hold the 16 bits of deep.png.
    square = sorted(set(inputs[1][160, 160]) - {"deep.png"})
    # Soft shade hangs on the painter's arithmetic, too, and is seen above.
    place, ways = FORMATS.index(kind), [way for way in WAYS if way != "soft"]
    for i in (place, place + 3):
        way, name = ways[i % len(ways)], square[i % len(square)]
        target = tmp_path / f"{way} {name}.{kind}"
        run("color", "-q", name, *WAYS[way], "--seed", "7", "-o", target)
    golden.check(f"color as {kind}, seed 7", golden.folder(tmp_path))


@pytest.mark.parametrize("option", sorted(OPTIONS))
def test_each_option(golden, inputs, drawings, same_arithmetic, run, tmp_path, option):
    save_tones(inputs, drawings, (160, 160))
    subjects = ("scan.tif",) if option == "clean" else ("color.png", "open.png")
    run("color", "-q", *subjects, *OPTIONS[option], "-o", tmp_path)
    golden.check(f"color with {option}", golden.folder(tmp_path))


def test_variations_and_their_sheet(golden, inputs, same_arithmetic, run, tmp_path):
    run("color", "-q", "smooth.png", "--variations", "3", "-o", tmp_path / "smooth.png",
        "--sheet", tmp_path / "sheet.png", "--seed", "7")  # fmt: skip
    golden.check("variations", golden.folder(tmp_path))


def test_layers_that_come_in_and_stay(golden, layered, same_arithmetic, run, tmp_path):
    run("color", "-q", *layered, "-o", tmp_path / "kept")
    run("color", "-q", *layered, "--one-flat-layer", "--line-layer", "1", "-o", tmp_path / "one")
    golden.check("color of layers", golden.folder(tmp_path))


def test_regions(golden, inputs, layered, run, tmp_path):
    found = {}
    for name in [*every(inputs), *layered]:
        told = run("regions", name, "-o", tmp_path / f"{name}.labels.png", "--json")
        found[f"{name}.json"] = golden.told(told, tmp_path)
    for gap in (0, 12):
        run("regions", "open.png", "--gap", gap, "-o", tmp_path / f"open-{gap}.png")
    run("regions", "color.png", "--trace", "red", "-o", tmp_path / "trace.png")
    golden.check("regions", golden.folder(tmp_path) | found)


def test_lines(golden, run, tmp_path):
    for sigma in ("0.8", "2.5"):
        run("lines", "colored.png", "--sigma", sigma, "-o", tmp_path / f"{sigma}.png")
    golden.check("lines", golden.folder(tmp_path))


def test_palettes(golden, run, layered, tmp_path):
    told = [run("palette", name, "--json") for name in ("night.hex", "colored.png", *layered)]
    golden.check("palette", {str(i): golden.digest(text) for i, text in enumerate(told)})


def test_recoloured(golden, run, layered, tmp_path):
    found = {}
    for name in [*layered, "flats.png"]:
        suffix = name.rpartition(".")[2]
        if name in layered:
            out = tmp_path / f"night.{suffix}"
            run("recolor", "-q", name, "--palette", "night.gpl", "-o", out)
        told = run("recolor", "-q", "--json", name, "--map", "#c83c32=#00aa55", "-o",
                   tmp_path / f"map.{suffix}")  # fmt: skip
        found[f"map.{suffix}.json"] = golden.told(told, tmp_path)
    run("recolor", "-q", "layered.psd", "--map", "coat=sky", "-o", tmp_path / "flat.png")
    golden.check("recolor", golden.folder(tmp_path) | found)


def test_verified(golden, layered, run):
    told = {name: run("verify", "smooth.png", name) for name in layered}
    golden.check("verify", {name: golden.digest(text) for name, text in told.items()})


def test_studio_without_a_model(golden, inputs, studio, opened, exported):
    found = {}
    for name in every(inputs):
        drawing = opened(name)
        base = f"/api/drawings/{drawing['id']}"
        found[f"{name} regions"] = golden.digest(json.dumps(drawing))
        labels = studio.get(f"{base}/regions/{drawing['regions']}/labels")
        found[f"{name} labels"] = golden.digest(labels.raise_for_status().content)
        line = studio.get(f"{base}/line.png")
        found[f"{name} line"] = golden.digest(line.raise_for_status().content)
    edits = [{"cut": [[60, 20], [60, 150]]}, {"merge": [[36, 50], [90, 30]]}]
    found["edited"] = golden.digest(json.dumps(opened("house.png", gap=0, edits=edits)))
    for kind in (*FORMATS, "gpl", "ase", "hex"):
        for name, style in (("bit.png", "flat"), ("clear.png", "cel")):
            found[f"{name} {style}.{kind}"] = golden.digest(exported(name, kind, style=style))
    for name in ("limits", "openapi.json"):
        told = studio.get(f"/api/{name}").json()
        # The version changes with every release.
        told.get("info", {}).pop("version", None)
        found[name] = golden.digest(json.dumps(told))
    palette = studio.post("/api/palette", content=b"#102040\n#503070\n",
                          headers={"X-Filename": "night.hex"})  # fmt: skip
    found["palette"] = golden.digest(palette.raise_for_status().content)
    golden.check("studio without a model", found)


def test_studio_colours(golden, inputs, studio, opened, same_arithmetic):
    data = (inputs[0] / "colored.png").read_bytes()
    reference = studio.post("/api/references", content=data).json()["id"]
    asked = {
        "plain": {},
        "variations": {"seed": 7, "variations": 3},
        "choice": {"seed": 7, "choice": 1},
        "dab": {"hints": [{"x": 36, "y": 50, "color": "#e8b04a"}]},
        "palette": {"palette": ["#102040", "#c0c060"], "names": ["night", "moon"]},
        "fixed": {"fixed": {"1": "#123456", "2": None}},
        "reference": {"references": [reference]},
    }
    found = {}
    for name in ("smooth.png",):
        drawing = opened(name)
        base = f"/api/drawings/{drawing['id']}/regions/{drawing['regions']}"
        for wish, body in asked.items():
            answer = studio.post(f"{base}/colors", json=body)
            assert answer.status_code == 200, answer.text
            found[f"{name} {wish}"] = golden.digest(answer.content)
        first = studio.post(f"{base}/colors", json={}).json()["answers"][0]
        told = {"palette": first["palette"], "entries": first["entries"]}
        keep = told | {"confidence": first["confidence"]}
        dab = {"hints": asked["dab"]["hints"], "keep": keep}
        kept = studio.post(f"{base}/colors", json=dab)
        found[f"{name} kept"] = golden.digest(kept.raise_for_status().content)
        shade = studio.post(f"{base}/shade.png", json={**told, "style": "cel"})
        assert shade.status_code == 200, shade.text
        found[f"{name} shade"] = golden.digest(shade.content)
        of = {"drawing": drawing["id"], "regions": drawing["regions"], "names": first["names"]}
        saved = studio.post("/api/export", json={**told, **of, "format": "psd"})
        assert saved.status_code == 200, saved.text
        found[f"{name} export"] = golden.digest(saved.content)
    golden.check("studio colours", found)
