"""Colour seven drawings in the studio by a scripted hand, and count what each takes.

    python tests/studio/browser/hands.py [-o out/hands] [NAME ...]

The hand looks at what it sees, thing by thing (``hands.toml``): a thing that has a colour near to
the wanted one everywhere is left alone; else its wrong places are dabbed, with the nearest colour
of the palette or the sets below it that would do. Where what follows a dab spoils more than it
mends, *Only this one* lets it go, and the thing's last places are dabbed with Shift; what is alike
is taken, too, where that mends more than it spoils. A click, a stroke, a drag, a key, a line of
words count one each, a colour out of the box two, opening one; saving does not. The pictures, at
the start and at the end, are kept to be looked at: only eyes tell whether somebody would keep them.
"""

import argparse
import io
import tempfile
import tomllib
from pathlib import Path

import cv2
import numpy as np
from conftest import ROOT, SCREEN, Desk, studio
from PIL import Image
from playwright.sync_api import sync_playwright

from nurie.colors import delta_e, parse_hex, srgb_to_lab
from nurie_lab.drawings.figures import invent_character

MOST = 40
"""Interactions after which the hand gives up."""

MANY = 6
"""Places from which on the hand does without Shift, whatever followed before."""

ANY = "#7a6ab0"
"""What a thing takes that may have any colour and has none."""

ONE = 8.0
"""CIEDE2000 up to which the pieces of a thing have one colour."""


def gap(one, two):
    """How far two colours, "#rrggbb", are from each other; paper is far from all."""
    if "paper" in (one, two):
        return 0.0 if one == two else 100.0
    lab = srgb_to_lab(np.array([[parse_hex(one)], [parse_hex(two)]], np.uint8))
    return float(delta_e(lab[0], lab[1])[0])


class Thing:
    """Regions that must have one colour: ``NAME COLOUR NEAR: x,y …``, ``x,y>x,y`` one stroke."""

    def __init__(self, line):
        head, strokes = line.split(":")
        self.name, self.color, *near = head.split()
        self.near = float(near[0]) if near else 100.0
        self.strokes = [
            [tuple(map(int, place.split(","))) for place in stroke.split(">")]
            for stroke in strokes.split()
        ]
        self.places = [place for stroke in self.strokes for place in stroke]

    def wrong(self, seen):
        """Places whose colour is not near to the wanted one, or not that of the others."""
        wanted, good = self.color, [seen[place] for place in self.places if self.likes(seen[place])]
        if good:
            # What most of it has already is taken for the whole.
            wanted = max(good, key=lambda color: sum(gap(color, other) <= ONE for other in good))
        return [
            p for p in self.places if not self.likes(seen[p]) or gap(seen[p], wanted) > ONE
        ], wanted

    def likes(self, color):
        """Whether a colour would do."""
        if self.color == "*":
            return color != "paper"
        return gap(color, self.color) <= self.near


class Hand:
    """Colours one drawing, and counts."""

    def __init__(self, desk, things):
        self.desk, self.things, self.count = desk, things, 1
        self.careful = set()

    def did(self, cost, what):
        self.count += cost
        # Ideas that are thought of meanwhile, after a line, hold up nobody.
        self.desk.page.evaluate("new Promise((done) => setTimeout(() => setTimeout(done)))")
        self.desk.until("nurie.desk.work.waiting === (nurie.desk.work.thinking ? 1 : 0)")
        print(f"    {self.count:3} {what}: {len(self.all_wrong(self.seen()))} wrong", flush=True)

    def seen(self):
        """The colour at each place."""
        return {p: self.desk.color(*p) for thing in self.things for p in thing.places}

    def all_wrong(self, seen):
        return {(thing.name, place) for thing in self.things for place in thing.wrong(seen)[0]}

    def begin(self, steps):
        """Words, lines, and the idea of which the least is wrong."""
        cut = False
        for step in steps:
            kind, _, rest = step.partition(" ")
            if kind == "cut":
                self.desk.page.keyboard.down("l")
                self.desk.drag(*(tuple(map(float, p.split(","))) for p in rest.split()))
                self.did(1 if cut else 2, step)
                cut = True
            else:
                self.desk.page.keyboard.up("l")
                box = self.desk.page.get_by_role("textbox", name="Words")
                box.fill(rest)
                box.press("Enter")
                self.did(1, step)
        self.desk.page.keyboard.up("l")
        if steps:
            return
        view, scores = "nurie.desk.work", []
        for i in range(self.desk.page.evaluate(f"{view}.ideas.length")):
            idea = self.desk.page.evaluate(f"{view}.ideas[{i}]")
            colors = [idea["palette"][e] if e >= 0 else "paper" for e in idea["entries"]]
            seen = {
                p: colors[self.desk.page.evaluate(f"{view}.view.regions.at({p[0]}, {p[1]})")]
                for thing in self.things for p in thing.places
            }  # fmt: skip
            scores.append(len(self.all_wrong(seen)))
        if scores and min(scores) < len(self.all_wrong(self.seen())):
            best = scores.index(min(scores)) + 1
            self.desk.page.keyboard.press(str(best))
            self.did(1, f"idea {best}")

    def work(self):
        """Thing by thing until nothing is wrong."""
        for _ in range(3):
            for thing in self.things:
                tried = set()
                while self.count < MOST:
                    seen = self.seen()
                    wrong, color = thing.wrong(seen)
                    wrong = [place for place in wrong if place not in tried]
                    if not wrong:
                        break
                    tried.add(wrong[0])
                    self.paint(thing, wrong, color if color != "*" else ANY, seen)
        return self.all_wrong(self.seen())

    def shown(self, color, thing, seen):
        """A colour that would do as it lies below the picture, or this one, which does not."""
        near = [place for place in thing.places if thing.likes(seen[place])]
        good = self.desk.page.evaluate(
            "[...document.querySelectorAll('#palette [data-color]')].map((e) => e.dataset.color)"
        )
        if color not in good and not near:
            good = [one for one in good if thing.likes(one)]
            color = min(good, key=lambda one: gap(one, color), default=color)
        return color, self.desk.page.locator(f'#palette [data-color="{color}"]').first

    def paint(self, thing, wrong, color, seen):
        """Dab the first wrong place, or stroke all its stroke; let go what was not meant."""
        page, before = self.desk.page, self.all_wrong(seen)
        stroke = next(s for s in thing.strokes if wrong[0] in s)
        one, cost = len([p for p in stroke if p in wrong]) < 2, 1
        color, swatch = self.shown(color, thing, seen)
        # Of many places some are worth a try: nothing follows with Shift.
        if thing.name in self.careful and len(wrong) < MANY:
            page.keyboard.down("Shift")
        if page.evaluate("nurie.desk.color") != color and swatch.count() and one:
            swatch.hover()
            page.mouse.down()
            page.mouse.move(*self.desk.screen(*wrong[0]), steps=5)
            page.mouse.up()
        else:
            if page.evaluate("nurie.desk.color") != color:
                cost += 1 if swatch.count() else 2
                swatch.click() if swatch.count() else self.desk.paint_with(color)
            self.desk.click(*wrong[0]) if one else self.desk.drag(*stroke)
        page.keyboard.up("Shift")
        self.did(cost, f"{thing.name} {color} at {wrong[0]}{'' if one else ' …'}")
        if self.desk.page.get_by_text("click again, or hold").count():
            self.desk.click(*wrong[0])
            self.did(1, "again")
        after = self.all_wrong(self.seen())
        spoiled = after - before
        alike = set(page.evaluate("nurie.desk.work.view.answer.alike ?? []"))
        meant = {p for p in self.reached(alike) if p in thing.places}
        good = {p for _, p in after if p in meant}
        bad = {p for p in self.reached(alike) - meant if p not in {p for _, p in after}}
        more = page.locator(".toast button").filter(has_text="alike, too")
        gained = {p for p in before - after if p[1] not in stroke}
        only = self.desk.page.locator(".toast button").filter(has_text="Only ")
        if len(spoiled) > len(gained) and only.count():
            only.first.click()
            self.careful.add(thing.name)
            self.did(1, f"only this one, which spoiled {sorted({name for name, _ in spoiled})}")
        elif len(good) > len(bad) and more.count():
            more.first.click()
            self.did(1, f"what is alike: {len(good)} that were meant, {len(bad)} that were not")

    def reached(self, regions):
        """The places that lie in these regions."""
        at = "nurie.desk.work.view.regions.at"
        places = [place for thing in self.things for place in thing.places]
        return {p for p in places if self.desk.page.evaluate(f"{at}({p[0]}, {p[1]})") in regions}


def outside(lines):
    """(H, W) bool: what lies around a figure, small openings closed."""
    ink = cv2.morphologyEx((lines < 160).astype(np.uint8), cv2.MORPH_CLOSE, np.ones((25, 25)))
    _, pieces = cv2.connectedComponents(np.pad(1 - ink, 1, constant_values=1), connectivity=4)
    return (pieces == pieces[0, 0])[1:-1, 1:-1]


def panel(house, fairy):
    """A framed panel: a house and a fairy on one ground, a sun, a balloon."""
    page = np.full((512, 640), 255, np.uint8)
    cv2.line(page, (12, 330), (628, 318), 0, 3, cv2.LINE_AA)
    cv2.circle(page, (560, 80), 34, 0, 3, cv2.LINE_AA)
    for lines, side, x, y in ((house, 280, 16, 140), (fairy, 400, 232, 84)):
        small = cv2.resize(lines, (side, side), interpolation=cv2.INTER_AREA)
        box = page[y : y + side, x : x + side]
        box[:] = np.where(outside(small), np.minimum(box, small), small)
    cv2.ellipse(page, (180, 70), (130, 42), 0, 0, 360, 255, -1)
    cv2.ellipse(page, (180, 70), (130, 42), 0, 0, 360, 0, 3, cv2.LINE_AA)
    cv2.putText(page, "A wish, please!", (78, 78), cv2.FONT_HERSHEY_DUPLEX, 0.75, 0, 1, cv2.LINE_AA)
    cv2.rectangle(page, (12, 12), (628, 500), 0, 4)
    return page


def sketch(lines):
    """Lines as a soft pencil draws them: twice, not quite in one place, with grain."""
    rng, page = np.random.default_rng(1), np.full(lines.shape, 255, np.float32)
    down, across = np.indices(lines.shape, np.float32)
    for dark in (0.62, 0.44):
        shift = rng.normal(size=(2, *lines.shape)).astype(np.float32)
        dx, dy = (34 * cv2.GaussianBlur(one, (0, 0), 18) for one in shift)
        moved = cv2.remap(lines, across + dx, down + dy, cv2.INTER_LINEAR, borderValue=255)
        page = np.minimum(page, 255 - dark * (255 - cv2.GaussianBlur(moved, (0, 0), 0.8)))
    grain = cv2.GaussianBlur(rng.normal(size=lines.shape).astype(np.float32), (0, 0), 0.7)
    return np.clip(page + grain * np.where(page < 235, 12, 2) - 2, 0, 255).astype(np.uint8)


def scan(lines):
    """Lines on tinted paper, with a shadow at the spine, grain and specks; BGR."""
    rng, (height, width) = np.random.default_rng(2), lines.shape
    spine = np.clip((np.arange(width) / width - 0.72) / 0.28, 0, 1) ** 2
    shadow = 1 - 0.22 * spine[None] - 0.06 * np.arange(height)[:, None] / height
    soft = cv2.GaussianBlur(lines, (0, 0), 0.7) / 255 * 0.86 + 0.14
    grain = 5 * cv2.GaussianBlur(rng.normal(size=lines.shape), (0, 0), 0.6)
    page = (shadow * soft)[..., None] * np.array([220, 238, 246]) + grain[..., None]
    for row, column in rng.integers(0, 512, (60, 2)).tolist():
        cv2.circle(page, (column, row), 1, (120, 140, 150), -1)
    return np.clip(page, 0, 255).astype(np.uint8)


def drawings():
    """The seven drawings by name."""
    example = {
        name: cv2.imread(str(ROOT / "examples" / f"{name}.png"), cv2.IMREAD_GRAYSCALE)
        for name in ("fairy", "tractor", "parasol", "house", "manatees")
    }
    figure, other = (invent_character(np.random.default_rng(seed)).lines for seed in (706, 709))
    return {
        **{name: example[name] for name in ("fairy", "tractor", "parasol")},
        "anime": figure,
        "sketch": sketch(other),
        "scan": scan(example["manatees"]),
        "panel": panel(example["house"], example["fairy"]),
    }


def main():
    """Draw, colour, count."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("names", nargs="*")
    parser.add_argument("-o", "--out", type=Path, default=ROOT / "out" / "hands")
    given = parser.parse_args()
    plans = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))
    given.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        for name, pixels in drawings().items():
            cv2.imwrite(f"{folder}/{name}.png", pixels)
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"]
        )
        with studio(folder) as address:
            for name, plan in plans.items():
                if not given.names or name in given.names:
                    colored(browser.new_context(**SCREEN), address, name, plan, given.out)
        browser.close()


def keep_picture(desk, target):
    """What the page would save."""
    path, _ = desk.download("Picture (PNG)")
    Image.open(io.BytesIO(path.read_bytes())).save(target)


def colored(context, address, name, plan, out):
    """Colour one drawing, keep its picture, print the count."""
    desk = Desk(context, address)
    print(name, flush=True)
    desk.open_file(f"{name}.png")
    keep_picture(desk, out / f"{name}-start.png")
    hand = Hand(desk, [Thing(line) for line in plan["things"]])
    hand.begin(plan.get("begin", ()))
    left = hand.work()
    keep_picture(desk, out / f"{name}.png")
    print(
        f"{name}: {hand.count} interactions; still wrong: {sorted(left) or 'nothing'}", flush=True
    )
    assert not desk.errors, desk.errors
    context.close()


if __name__ == "__main__":
    main()
