"""The page's modules on their own, run in the browser that they are written for."""

import io
import json
import zipfile

import pytest


@pytest.fixture(scope="module")
def run(chromium, address):
    """Runs a function body with modules imported: ``run("return a + b", "color", "tools")``."""
    context = chromium.new_context()
    page = context.new_page()
    page.goto(address, timeout=240_000)

    def call(body, *modules):
        imports = "".join(f"const {name} = await import('/js/{name}.js');" for name in modules)
        return page.evaluate(f"(async () => {{ {imports} {body} }})()")

    yield call
    context.close()


# Two regions, 1 | 2, with a line (0) between them; 3 below.
LABELS = "new Uint32Array([1, 1, 0, 2, 2,  1, 1, 0, 2, 2,  3, 3, 3, 3, 3])"
REGIONS = (
    f"const at = new regions.Regions({{ regions: 'a', count: 3, areas: [2, 4, 4, 5] }}, {LABELS}, "
    "{ width: 5, height: 3 });"
)
ANSWER = (
    "const answer = { palette: ['#ff0000', '#00ff00'], entries: [-1, 0, 0, 1], "
    "confidence: [0, 0.1, 0.9, 0.2], ask: [3, 2, 1], at: 0 };"
)


def seen(commands, more="return [...view.colors].map((c) => c < 0 ? null : color.format(c))"):
    """JavaScript that resolves commands on the small picture above."""
    return (
        f"{REGIONS} {ANSWER} const said = resolve.settle({json.dumps(commands)}, at); "
        f"const view = resolve.resolve(answer, said, at); {more}"
    )


@pytest.fixture
def colors(run):
    """Colours of the regions 1, 2, 3 after commands."""
    return lambda *commands: run(seen(commands), "regions", "resolve", "color")[1:]


RED, GREEN, BLUE = "#ff0000", "#00ff00", "#0000ff"


def test_without_commands_the_answer_is_seen(colors):
    assert colors() == [RED, RED, GREEN]


def test_the_last_word_on_a_region_counts(colors):
    dab = {"type": "dab", "points": [[0, 0]], "color": BLUE}
    paper = {"type": "paper", "x": 0, "y": 1}
    erase = {"type": "erase", "x": 1, "y": 0}
    assert colors(dab) == [BLUE, RED, GREEN]
    assert colors(dab, paper) == [None, RED, GREEN]
    assert colors(paper, dab) == [BLUE, RED, GREEN]
    assert colors(dab, erase) == [RED, RED, GREEN]


def test_a_stroke_means_what_it_crosses(colors):
    stroke = {"type": "dab", "points": [[0, 0], [4, 0]], "radius": 0.5, "color": BLUE}
    assert colors(stroke) == [BLUE, BLUE, GREEN]


def test_a_stroke_that_only_touches_a_region_leaves_it_alone(run):
    body = """
      const labels = new Uint32Array(100).fill(1).fill(2, 90);
      const facts = { count: 2, areas: [0, 90, 10] };
      const at = new regions.Regions(facts, labels, { width: 100, height: 1 });
      return [...at.along([[0, 0], [93, 0]], 4).keys()];
    """
    assert run(body, "regions") == [1]


def test_a_swatch_takes_hints_and_answers_along(colors):
    dab = {"type": "dab", "points": [[0, 2]], "color": RED}
    edit = {"type": "swatch", "from": RED, "to": BLUE}
    assert colors(dab, edit) == [BLUE, BLUE, BLUE]
    # What is painted in the old colour afterwards is obeyed exactly.
    assert colors(edit, dab) == [BLUE, BLUE, RED]


def test_an_edit_holds_for_colours_of_later_answers_that_are_nearly_the_same(run):
    edit = [{"type": "swatch", "from": "#fa0404", "to": BLUE}]
    later = "answer.at = 1; return resolve.colorsOf(answer, said, at).join()"
    sooner = "return resolve.colorsOf(answer, said, at).join()"
    assert run(seen(edit, later), "regions", "resolve") == "-1,255,255,65280"
    assert run(seen(edit, sooner), "regions", "resolve") == "-1,16711680,16711680,65280"


def test_a_lock_holds_regions_and_its_undoing_lets_them_go(colors):
    lock = {"type": "lock", "color": RED, "points": [[0, 0]]}
    edit = {"type": "pick", "seed": 1, "index": 0}
    assert colors(lock, edit) == [RED, RED, GREEN]
    more = "return resolve.request(said)"
    told = {"type": "unlock", "color": RED}
    assert seen([lock], more)
    assert colors(lock, told) == [RED, RED, GREEN]


def test_the_request_says_each_region_once(run):
    commands = [
        {"type": "dab", "points": [[0, 0]], "color": BLUE},
        {"type": "paper", "x": 3, "y": 0},
        {"type": "lock", "color": GREEN, "points": [[2, 2]]},
        {"type": "fill", "x": 0, "y": 0, "color": GREEN},
    ]
    asked = run(seen(commands, "return resolve.request(said)"), "regions", "resolve")
    assert asked == {
        "hints": [],
        "fixed": {"1": GREEN, "2": None, "3": GREEN},
        "seed": 0,
        "choice": 0,
    }


def keep_of(run, before, after, base=None):
    """Colours by region that are kept, and what is known of their doubt."""
    body = f"""
      {REGIONS} {ANSWER}
      const old = resolve.settle({json.dumps(before)}, at);
      const said = resolve.settle({json.dumps(after)}, at);
      const first = {base or "null"};
      const seen = {{ answer, said: old, regions: at, base: first }};
      const {{ palette, entries, confidence }} = minimal_change.keepOf(seen, said, at);
      return [entries.slice(1).map((entry) => palette[entry] ?? entry), confidence.slice(1)];
    """
    return run(body, "regions", "resolve", "minimal_change")


def test_what_is_seen_is_kept(run):
    dab = {"type": "dab", "points": [[0, 0]], "color": BLUE}
    paper = {"type": "paper", "x": 3, "y": 0}
    assert keep_of(run, [], [dab]) == [[RED, RED, GREEN], [0.1, 0.9, 0.2]]
    assert keep_of(run, [dab, paper], [dab, paper]) == [[BLUE, -1, GREEN], [0.1, 0.9, 0.2]]


def test_a_hint_that_is_taken_back_takes_its_followers_along(run):
    dab = {"type": "dab", "points": [[0, 0]], "color": RED}
    # Before the dab, 1 and 2 were blue: 2 followed.
    blue = "{ ...answer, palette: ['#0000ff', '#00ff00'], confidence: [0, 0.3, 0.4, 0.5] }"
    base = f"{{ answer: {blue}, said: resolve.settle([], at), regions: at }}"
    assert keep_of(run, [dab], [], base) == [[BLUE, BLUE, GREEN], [0.3, 0.4, 0.2]]
    # Nothing is known of the time before: the model says what becomes of it.
    assert keep_of(run, [dab], []) == [[-2, RED, GREEN], [0, 0.9, 0.2]]


def test_regions_of_another_cut_are_not_known(run):
    body = f"""
      {REGIONS} {ANSWER}
      const halves = new Uint32Array([1, 1, 0, 2, 2,  1, 1, 0, 2, 2,  3, 3, 3, 4, 4]);
      const facts = {{ regions: 'b', count: 4, areas: [2, 4, 4, 3, 2] }};
      const cut = new regions.Regions(facts, halves, {{ width: 5, height: 3 }});
      const said = resolve.settle([], at);
      return minimal_change.keepOf({{ answer, said, regions: at, base: null }}, said, cut).entries;
    """
    assert run(body, "regions", "resolve", "minimal_change") == [-1, 0, 0, 1, -2]


def test_the_shade_depends_on_which_regions_have_one_colour_not_on_which(run):
    commands = [{"type": "style", "style": "soft"}]
    names = ("regions", "resolve", "shade")
    plain = run(seen(commands, "return shade.shapesOf(view)"), *names)
    assert plain == "a,soft,top-left,-1,0,0,1"
    edit = [*commands, {"type": "swatch", "from": RED, "to": BLUE}]
    assert run(seen(edit, "return shade.shapesOf(view)"), *names) == plain
    one = [*commands, {"type": "swatch", "from": RED, "to": GREEN}]
    assert run(seen(one, "return shade.shapesOf(view)"), *names) == "a,soft,top-left,-1,0,0,0"


def test_doubts_are_those_that_nobody_settled_and_nurie_is_not_sure_of(run):
    ask = "return view.ask"
    assert run(seen([], ask), "regions", "resolve") == [3, 1]
    dab = [{"type": "dab", "points": [[0, 2]], "color": BLUE}]
    assert run(seen(dab, ask), "regions", "resolve") == [1]


def test_unsure_regions_stay_paper_where_that_is_wanted(colors):
    leave = {"type": "unsure", "leave": True}
    assert colors(leave) == [None, RED, None]
    assert colors(leave, {"type": "fill", "x": 0, "y": 0, "color": BLUE}) == [BLUE, RED, None]
    assert colors(leave, {"type": "unsure", "leave": False}) == [RED, RED, GREEN]


def test_swatches_keep_their_places(run):
    more = "return resolve.resolve(answer, said, at, ['#00ff00', '#abcdef', '#ff0000']).palette"
    assert run(seen([], more), "regions", "resolve") == [GREEN, RED]
    edit = [{"type": "swatch", "from": GREEN, "to": BLUE}]
    assert run(seen(edit, more), "regions", "resolve") == [BLUE, RED]


def test_anchors_lie_inside_their_regions(run):
    assert run(f"{REGIONS} return at.anchors.slice(1).map((a) => at.at(...a))", "regions") == [
        1,
        2,
        3,
    ]


def test_clicks_on_a_line_mean_the_region_beside_it(run):
    assert run(f"{REGIONS} return [at.near(2, 0), at.near(-1, 0)]", "regions") in ([1, 0], [2, 0])


def test_what_was_undone_is_gone_once_something_new_is_done(run):
    body = """
      const h = new commands.History();
      for (let i = 0; i < 1000; i += 1) h.push({ type: "fill", i });
      for (let i = 0; i < 1000; i += 1) h.undo();
      const empty = [h.canUndo, h.undo(), h.active.length];
      for (let i = 0; i < 500; i += 1) h.redo();
      h.push({ type: "dab" });
      const ids = new Set(h.list.map(({ id }) => id));
      return [empty, h.canRedo, h.redo(), h.list.length, h.cursor, ids.size];
    """
    assert run(body, "commands") == [[False, None, 0], False, None, 501, 501, 501]


def test_hex_survives_hue_saturation_and_brightness(run):
    colors = ["#000000", "#ffffff", "#ff8000", "#0a7f62", "#123456"]
    body = f"return {colors}.map((c) => color.fromHsv(color.toHsv(c)))"
    assert run(body, "color") == colors


def test_colours_have_words(run):
    body = "return ['#ff0000', '#6b3f1d', '#ffffff', '#add8e6'].map(color.describe)"
    assert run(body, "color") == ["red", "dark brown", "white", "light blue"]


def test_strokes_are_thinned_but_keep_their_corners(run):
    body = """
      const points = Array.from({ length: 21 }, (_, i) => [Math.min(i, 10), Math.max(0, i - 10)]);
      return tools.thinned(points);
    """
    assert run(body, "tools") == [[0, 0], [10, 0], [10, 10]]


def test_hints_of_a_file_become_commands(run):
    hints = [
        {"x": 0, "y": 1, "color": "#08f"},
        {"points": [[0, 2], [4, 2]], "radius": 2, "color": "#00ff00"},
        {"polygon": [[3, 0], [5, 0], [5, 2], [3, 2]], "color": "#ff0000"},
        {"x": 1, "y": 1, "part": "hair"},
    ]
    body = f"""
      {REGIONS}
      const read = (text) => project.commandsOf(new File([text], "a.json"), at);
      const wrong = ["[", "{{}}", '[{{"color": "x"}}]'];
      const refused = await Promise.all(wrong.map((text) => read(text).catch(() => 1)));
      return [await read({json.dumps(json.dumps({"hints": hints}))}), refused];
    """
    (dot, stroke, area, part), refused = run(body, "regions", "project")
    assert (dot["type"], dot["points"], dot["color"]) == ("dab", [[0, 1]], "#0088ff")
    assert (stroke["type"], stroke["radius"]) == ("dab", 2)
    assert (area["type"], len(area["spots"]), area["spots"][0][0] >= 3) == ("area", 1, True)
    assert part == {"type": "part", "x": 1, "y": 1, "part": "hair"}
    assert refused == [1, 1, 1]


def test_zip_files_open(run):
    body = """
      const text = { name: "ä.txt", bytes: new Uint8Array([104, 105]) };
      const blob = zip.zip([text, { name: "b.bin", bytes: new Uint8Array(0) }]);
      return [...new Uint8Array(await blob.arrayBuffer())];
    """
    with zipfile.ZipFile(io.BytesIO(bytes(run(body, "zip")))) as file:
        assert file.testzip() is None
        assert {name: file.read(name) for name in file.namelist()} == {"ä.txt": b"hi", "b.bin": b""}


def test_a_damaged_project_is_one_sentence(run):
    body = "return project.unpackProject(new Blob([TEXT])).then(() => '', (error) => error.message)"
    for text, sentence in [
        ("{", "This project file is damaged: it is not JSON."),
        ("{}", "This is not a project file of nurie studio."),
        (
            '{"nurie": 99, "bytes": "AA==", "drawing": {"id": "a"}, "history": {"list": []}}',
            "This project file comes from a newer nurie; update nurie to open it.",
        ),
    ]:
        assert run(body.replace("TEXT", json.dumps(text)), "project") == sentence
