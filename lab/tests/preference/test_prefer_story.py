"""A whole sitting at the page of ``nurie prefer``, clicked by script: every vote is a test."""

import os
import re
import signal
import subprocess
import sys
import time

import cv2
import pytest

from nurie_lab.bench.preference.votes import Votes

SYSTEMS = {"zebra-net": 1.0, "quagga-gan": 0.6, "okapi": 0.3}
"""How much of the drawing's gray each leaves: three ways to look."""


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    """Two drawings, tinted in three ways: six pairs."""
    from pathlib import Path

    root, examples = tmp_path_factory.mktemp("prefer"), Path(__file__).parents[3] / "examples"
    (root / "lines").mkdir()
    for name in ("fairy.png", "house.png"):
        lines = cv2.imread(str(examples / name))
        cv2.imwrite(str(root / "lines" / name), lines)
        for system, blue in SYSTEMS.items():
            (root / system).mkdir(exist_ok=True)
            tinted = (lines * (blue, 0.9, 1.3 - blue)).clip(0, 255)
            cv2.imwrite(str(root / system / name), tinted.astype("uint8"))
    return root


@pytest.fixture
def served(folders):
    """``nurie prefer`` as people start it, and Ctrl-C in the end."""
    command = [sys.executable, "-m", "nurie", "prefer", *(str(folders / s) for s in SYSTEMS)]
    command += ["--votes", str(folders / "v.sqlite"), "--sketches", str(folders / "lines")]
    environment = {**os.environ, "PYTHONUNBUFFERED": "1", "OMP_NUM_THREADS": "1"}
    with subprocess.Popen(
        [*command, "--no-browser"], stdout=subprocess.PIPE, text=True, env=environment
    ) as process:
        found = re.search(r"http://\S+", process.stdout.readline())
        assert found, "nurie prefer printed no address"
        yield found[0]
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 0


CLOCK = "let looked = 0; performance.now = () => 2000 * (looked += 1);"
"""Goes two seconds on whenever the page looks at it."""


class Ballot:
    """The page as a person uses it."""

    def __init__(self, context, address):
        self.page, self.errors = context.new_page(), []
        self.page.set_default_timeout(90_000)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.requests = []
        context.add_init_script(CLOCK)
        self.page.goto(address)
        self.shown = self.next(None)

    def next(self, before):
        """Wait for another pair than that one."""
        end = time.monotonic() + 90
        while (now := self.page.evaluate("document.documentElement.dataset.pair")) == before or (
            self.page.locator("#ballot").get_attribute("aria-busy") == "true"
        ):
            assert time.monotonic() < end
            time.sleep(0.02)
        self.shown = now
        return now

    def press(self, key):
        self.page.keyboard.press(key)
        self.next(self.shown)

    def click(self, name):
        self.page.get_by_role("button", name=name).click()
        self.next(self.shown)

    def far(self):
        return self.page.locator("#far").inner_text()

    def fits(self):
        """Whether all is seen without scrolling."""
        return self.page.evaluate(
            "(({ scrollWidth: w, clientWidth: W, scrollHeight: h, clientHeight: H }) => "
            "w <= W && h <= H)(document.documentElement)"
        )


def test_a_sitting(chromium, served, folders, keep):
    context = chromium.new_context(viewport={"width": 1280, "height": 800}, color_scheme="light")
    ballot = Ballot(context, served)
    page = ballot.page
    assert ballot.far() == "1 of 6"
    assert page.get_by_text("marked as tests").is_visible()
    keep(page, "light")
    ballot.click("I prefer the left picture")
    ballot.press("ArrowRight")
    ballot.press("ArrowDown")
    assert ballot.far() == "4 of 6"
    ballot.press("z")
    assert ballot.far() == "3 of 6"
    assert page.locator("#live").inner_text() == "Taken back. Pair 3 of 6."
    ballot.press("ArrowDown")
    # Half of the room at 200 % zoom, in the dark.
    page.set_viewport_size({"width": 640, "height": 400})
    page.emulate_media(color_scheme="dark")
    assert ballot.fits()
    boxes = [page.locator(f"#{side} img").bounding_box() for side in ("left", "right")]
    assert boxes[0]["width"] == pytest.approx(boxes[1]["width"], abs=1)
    assert boxes[0]["height"] == pytest.approx(boxes[1]["height"], abs=1)
    assert boxes[0]["height"] > 120
    keep(page, "zoomed")
    page.set_viewport_size({"width": 1280, "height": 800})
    page.reload()
    ballot.next(None)
    assert ballot.far() == "4 of 6"
    for _ in range(3):
        ballot.press("ArrowLeft")
    assert page.get_by_role("heading", name="That was the last pair").is_visible()
    keep(page, "end")
    assert ballot.errors == []
    assert {url for url in ballot.requests if not url.startswith(served)} == set()
    context.close()
    store = Votes(folders / "v.sqlite", create=False)
    votes = store.all()
    store.close()
    assert [vote.chosen for vote in votes] == ["left", "right", "same", *["left"] * 3]
    assert all(vote.test and vote.seconds == 2 for vote in votes)


@pytest.fixture
def keep():
    """Keeps a screenshot to be looked at."""
    from io import BytesIO
    from pathlib import Path

    from PIL import Image

    folder = os.environ.get("NURIE_STORY_PICTURES")

    def shoot(page, name):
        if not folder:
            return
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.wait_for_timeout(250)
        with Image.open(BytesIO(page.screenshot())) as shot:
            few = shot.convert("RGB").quantize(256, dither=Image.Dither.NONE)
            few.save(Path(folder) / f"prefer-{name}.png", optimize=True)

    return shoot
