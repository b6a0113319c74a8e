"""Vector pictures: dark strokes stay, fills turn white, faint things go."""

import sys

import numpy as np
import pytest

from nurie.errors import MissingExtraError, UnreadableError
from nurie_lab.data.svg import bare_svg, draw_svg, parse_svg, whiten

pytest.importorskip("resvg_py")

NS = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'


def svg(body, box="0 0 20 20"):
    return f'<svg {NS} viewBox="{box}">{body}</svg>'


BOX = '<rect x="4" y="4" width="12" height="12" fill="#e02020" stroke="#000" stroke-width="2"/>'


def test_an_outlined_box_is_its_outline():
    drawing = draw_svg(svg(BOX), side=20)
    assert drawing.lines.shape == (20, 20)
    #                    paper      stroke   inside
    assert drawing.lines[10, [1, 4, 10]].tolist() == [255, 0, 255]
    assert drawing.color[10, 10].tolist() == [0xE0, 0x20, 0x20]


def test_longest_side_is_what_was_asked_for():
    assert draw_svg(svg(BOX, "0 0 20 40"), side=60).color.shape == (60, 30, 3)
    assert draw_svg(svg(BOX, "0 0 40 20"), side=60).color.shape == (30, 60, 3)


def test_a_size_in_points_is_enough():
    text = f'<svg {NS} width="20pt" height="20pt">{BOX}</svg>'
    assert draw_svg(text, side=40).color.shape == (40, 40, 3)


def test_white_fills_hide_lines_behind_them():
    behind = '<path d="M0 10H20" stroke="#000" stroke-width="4"/>'
    cover = '<rect x="8" y="0" width="12" height="20" fill="#3060f0"/>'
    lines = draw_svg(svg(behind + cover), side=20).lines
    assert lines[10, 4] == 0
    assert lines[10, 14] == 255


def test_shading_does_not_pale_the_lines():
    shade = '<rect width="20" height="20" fill="#3060f0" opacity="0.3"/>'
    assert draw_svg(svg(BOX + shade), side=20).lines[10, 4] == 0


@pytest.mark.parametrize(
    "body",
    [
        '<g fill="#e02020" stroke="#111"><rect x="4" y="4" width="12" height="12"/></g>',
        (
            "<style>.a{fill:#e02020;stroke:#111}</style>"
            '<rect class="a" x="4" y="4" width="12" height="12"/>'
        ),
        '<rect style="fill:#e02020;stroke:#111" x="4" y="4" width="12" height="12"/>',
        (
            '<defs><rect id="r" x="4" y="4" width="12" height="12" fill="red" stroke="#111"/>'
            "</defs>"
            '<use xlink:href="#r"/>'
        ),
    ],
    ids=["group", "class", "style", "use"],
)
def test_paint_is_found_wherever_it_is_written(body):
    lines = draw_svg(svg(body), side=60).lines
    assert lines[30, 12] < 60  # the left stroke, at x = 4
    assert lines[30, 30] == 255


def test_a_gradient_turns_white_and_a_dark_one_stays():
    def filled(stops):
        gradient = f'<linearGradient id="g">{stops}</linearGradient>'
        return draw_svg(
            svg(f'<defs>{gradient}</defs><rect width="20" height="20" fill="url(#g)"/>')
        )

    light = '<stop stop-color="#f00"/><stop offset="1" stop-color="#ff0"/>'
    dark = '<stop stop-color="#000"/><stop offset="1" stop-color="#333"/>'
    assert filled(light).lines.min() == 255
    assert filled(dark).lines.max() < 84


def test_pictures_without_outlines_get_them():
    flat = svg('<rect x="4" y="4" width="12" height="12" fill="#e02020"/>')
    assert draw_svg(flat, side=40).lines.min() == 255
    drawn = draw_svg(flat, side=40, stroke=0.1)
    assert drawn.lines[20, 8] == 0
    assert drawn.lines[20, 20] == 255
    assert drawn.color[20, 8].tolist() == [0xE0, 0x20, 0x20]  # the picture itself stays


def test_without_lines_the_colours_reach_to_the_edge():
    bare = bare_svg(svg(BOX.replace('"2"', '"0.4"')), side=200)
    assert bare[100, 41].tolist() == [0xE0, 0x20, 0x20]  # under the inner half of the stroke


def test_without_lines_broad_black_stays():
    black = '<rect x="4" y="4" width="12" height="12" fill="#000"/>'
    assert bare_svg(svg(black), side=80)[40, 40].tolist() == [0, 0, 0]


def test_the_original_is_left_alone():
    root = parse_svg(svg(BOX))
    whiten(root, stroke=0.1)
    assert root[0].get("fill") == "#e02020"


def test_entities_of_namespaces_are_put_in_place():
    text = '<!DOCTYPE svg [<!ENTITY c "#e02020">]>' + svg('<rect width="9" height="9" fill="&c;"/>')
    assert parse_svg(text)[0].get("fill") == "#e02020"


def test_entities_do_not_multiply():
    bomb = '<!DOCTYPE svg [<!ENTITY a "x"><!ENTITY b "&a;&a;&a;">]>' + svg("<g id='&b;'/>")
    with pytest.raises(UnreadableError, match="no SVG"):
        parse_svg(bomb)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("<svg", r"^This is no SVG \("),
        ("<html/>", r"^An SVG of shapes alone is wanted; this one holds html\.$"),
        (svg('<text>a</text><image href="a.png"/>'), "this one holds image, text"),
    ],
)
def test_what_cannot_be_used_is_said(text, sentence):
    with pytest.raises(UnreadableError, match=sentence):
        parse_svg(text)


def test_no_size_is_said():
    with pytest.raises(UnreadableError, match="cannot be drawn"):
        draw_svg(f'<svg {NS} width="0" height="0"></svg>')


def test_a_missing_renderer_is_said(monkeypatch):
    monkeypatch.setitem(sys.modules, "resvg_py", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'nurie\[data\]'"):
        draw_svg(svg(BOX))


def test_same_text_same_pixels():
    first, second = draw_svg(svg(BOX)), draw_svg(svg(BOX))
    assert np.array_equal(first.lines, second.lines)
