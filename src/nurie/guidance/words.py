"""Words for colours: ``black hair, red dress, night sky`` becomes parts with colours."""

import difflib
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import chain
from typing import Any

from nurie.colors import parse_hex
from nurie.document import Design, Wish
from nurie.errors import OptionError
from nurie.names import MODIFIERS, Color, named_color, plain_names

# Words of the longest phrase for a part or a colour.
_LONGEST = 4
# Letters of a request; more is no list of colours.
_MOST = 4000
# Which figure a word means.
_PLACES = {"left": "left", "right": "right", "middle": "middle", "centre": "middle",
           "center": "middle", "leftmost": "left", "rightmost": "right", "first": "1",
           "second": "2", "third": "3", "fourth": "4", "fifth": "5"}  # fmt: skip


@cache
def vocabulary() -> Mapping[str, Any]:
    """``parts.toml``: groups, words and looks.

    >>> vocabulary()["looks"]["sky"]["night"]
    '1f2a55'
    """
    return tomllib.loads(files("nurie.guidance").joinpath("parts.toml").read_text("utf-8"))


@cache
def groups() -> Mapping[str, tuple[str, ...]]:
    """The parts of each group.

    >>> groups()["hair"]
    ('hair',)
    """
    return {name: tuple(parts.split()) for name, parts in vocabulary()["groups"].items()}


@cache
def _passed() -> frozenset[str]:
    """Words that say nothing of parts and colours: fillers, and who somebody is."""
    return frozenset(" ".join(vocabulary()["passed"].values()).split())


@cache
def part_words() -> Mapping[str, tuple[str, ...]]:
    """The parts that each word or phrase means.

    >>> part_words()["trousers"], part_words()["pants"], part_words()["tree"]
    (('trousers',), ('trousers',), ('leaf', 'trunk'))
    """
    found = dict(groups())
    found |= {name: tuple(parts.split()) for name, parts in vocabulary()["several"].items()}
    every = list(chain.from_iterable(groups().values()))
    for part in every:
        said = vocabulary()["words"].get(part, "")
        for word in (part.replace("_", " "), *(one.strip() for one in said.split(","))):
            found[word] = (part,)
    # The name of a part means that part, whatever else it is a word for.
    return found | {part: (part,) for part in every}


def named_parts(phrase: str) -> tuple[str, ...] | None:
    """The parts that a phrase means, in the singular or the plural; None where it means none.

    >>> named_parts("Shoes"), named_parts("bushes"), named_parts("berries"), named_parts("xyz")
    (('shoe',), ('leaf',), ('fruit',), None)
    """
    text = phrase.lower()
    for end, instead in (("", ""), ("s", ""), ("es", ""), ("ies", "y")):
        known = part_words().get(text.removesuffix(end) + instead)
        if text.endswith(end) and known is not None:
            return known
    return None


def look_of(parts: Sequence[str], phrase: str) -> Color | None:
    """The colour that a phrase means on these parts: a night sky, black hair; else its own.

    >>> look_of(["sky"], "night"), look_of(["sky"], "red")
    ((31, 42, 85), (255, 0, 0))
    """
    for part in parts:
        code = vocabulary()["looks"].get(part, {}).get(phrase)
        if code:
            return parse_hex(code)
    return named_color(phrase)


@dataclass
class _Said:
    """What was found in one clause."""

    parts: tuple[str, ...] = ()
    colors: tuple[str, ...] = ()  # Phrases, the longest that mean a colour
    figure: str = ""
    unknown: tuple[str, ...] = ()


def read_words(text: str, cast: Sequence[str] = (), notes: list[str] | None = None) -> list[Wish]:
    """Read what a person wishes.

    Clauses are parted by commas, semicolons, full stops and lines; in each, a part and a colour
    stand in any order. Things joined by *and* share a colour that only one of them has. A clause
    may use names of figures, ``cast`` from left to right. Where there are ``notes``, they take the
    sentences on clauses that mean nothing, in place of an error.

    Raises:
        OptionError: a word that is not known, a part without colour, a colour without part.

    >>> [(w.parts, w.color) for w in read_words("hair black; the skirt and shoes are #ff0000")]
    [(('hair',), (43, 43, 51)), (('skirt',), (255, 0, 0)), (('shoe',), (255, 0, 0))]
    """
    if len(text) > _MOST:
        raise OptionError(f"The words have {len(text)} letters; {_MOST} are enough.")
    wishes: list[Wish] = []
    for clause in re.split(r"[,;\n]|\.(?!\w)", text):
        try:
            wishes += _clause(clause.strip(), [name.lower() for name in cast])
        except OptionError as error:
            if notes is None:
                raise
            notes.append(str(error))
    if not wishes and notes is None:
        raise OptionError("There are no words; write them like 'black hair, red dress'.")
    return wishes


def design_from(table: Mapping[str, Mapping[str, str]], name: str = "The design") -> Design:
    """A design from colours by part, by figure from left to right; ``scene`` is no figure.

    Raises:
        OptionError: a part or a colour that is not known.

    >>> design_from({"mina": {"coat": "crimson"}}).wishes[0].parts
    ('jacket',)
    """
    cast, wishes = tuple(figure for figure in table if figure != "scene"), list[Wish]()
    for figure, colors in table.items():
        # A cast of one has the drawing to itself.
        number = str(cast.index(figure) + 1) if figure in cast and len(cast) > 1 else ""
        for part, color in colors.items():
            parts = named_parts(part.replace("_", " "))
            if parts is None:
                raise OptionError(f"{name}: {_not_known(part)}")
            chosen = look_of(parts, color.lower().strip())
            if chosen is None:
                raise OptionError(
                    f"{name}: {part[:40]} is {color[:40]!r}, which is no colour; write it like "
                    "#ff8800."
                )
            wishes.append(Wish(f"{figure} {part}" if number else part, parts, chosen, number))
    return Design(cast, tuple(wishes))


def wishes_of(words: str | Sequence[Wish] | None, design: Design | None) -> tuple[Wish, ...]:
    """All that a design and words wish; words come later, and count before it.

    Raises:
        OptionError: see ``read_words``.

    >>> wishes_of("red hat", None)[0].parts
    ('hat',)
    """
    found = () if design is None else design.wishes
    if isinstance(words, str):
        words = read_words(words, () if design is None else design.cast)
    return (*found, *(words or ()))


def _clause(clause: str, cast: Sequence[str]) -> list[Wish]:
    said = [_understood(part, cast) for part in re.split(r"\band\b|&", clause) if part.strip()]
    if not said:
        return []
    known = [one for one in said if one.parts]
    if not known:
        unknown = [word for one in said for word in one.unknown]
        if unknown:
            raise OptionError(_not_known(unknown[0]))
        raise OptionError(f"{clause[:40]!r} names no part; write it like 'blue dress'.")
    # "black hair and eyes", "hat and coat red": the colour of the one is the other's, too.
    colors = [one.colors for one in said if one.colors]
    wishes = []
    for number, one in enumerate(said):
        if not one.parts:
            # "black and white shirt": of two colours of one thing the first counts.
            continue
        before = next((s.colors for s in said[number::-1] if s.colors), None)
        phrases = before or (colors[0] if colors else ())
        figure = one.figure or next((s.figure for s in said if s.figure), "")
        # What a word means on the part counts first: the night of a night sky.
        meant = (look_of(one.parts, phrase) for phrase in (*one.unknown, *phrases))
        color = next((c for c in meant if c is not None), None)
        if color is None:
            raise OptionError(f"{clause[:40]!r} gives no colour; write it like 'black hair'.")
        wishes.append(Wish(clause, one.parts, color, figure))
    return wishes


def _understood(text: str, cast: Sequence[str]) -> _Said:
    tokens = re.findall(r"#[0-9a-f]+|[\w'-]+", text.lower().replace("’", "'"))
    words = [w.removesuffix("'s").strip("'") for w in tokens]
    # "sky blue dress" has a colour of two words, "sky blue" a part and a colour.
    said = _scan(words, cast, ("color", "part"))
    if not (said.parts and (said.colors or said.unknown)):
        second = _scan(words, cast, ("part", "color"))
        said = second if second.parts else said
    # Each word that is no colour must be one on its part.
    for word in said.unknown if said.parts else ():
        if look_of(said.parts, word) is None:
            raise OptionError(_not_known(word))
    return said


def _scan(words: list[str], cast: Sequence[str], kinds: tuple[str, str]) -> _Said:
    """Take the longest phrase of the first kind that has one, again and again."""
    said, at = _Said(), 0
    while at < len(words):
        word = words[at]
        taken = _take(said, kinds[0], words[at:]) or _take(said, kinds[1], words[at:])
        at += taken or 1
        if taken:
            continue
        if word in cast:
            said.figure = str(cast.index(word) + 1)
        elif word in _PLACES or (word.isdigit() and said.figure == "" and int(word) < 100):
            said.figure = _PLACES.get(word, word)
        elif not {word, word.removesuffix("s")} & _passed():
            said.unknown += (word,)
    return said


def _take(said: _Said, kind: str, words: list[str]) -> int:
    """Take the longest phrase of that kind at the front; how many words it has."""
    for size in range(min(_LONGEST, len(words)), 0, -1):
        phrase = " ".join(words[:size])
        if kind == "part" and (parts := named_parts(phrase)) is not None:
            said.parts += tuple(part for part in parts if part not in said.parts)
            return size
        if kind == "color" and not words[0].isdigit() and named_color(phrase) is not None:
            said.colors += (phrase,)
            return size
    return 0


def _not_known(word: str) -> str:
    """A sentence with the nearest word that is known."""
    looks = chain.from_iterable(vocabulary()["looks"].values())
    known = [*part_words(), *plain_names(), *MODIFIERS, *_PLACES, *_passed(), *looks]
    near = difflib.get_close_matches(word, known, 1, 0.6)
    if word.startswith("#"):
        return f"{word[:20]!r} is not a colour; write it like #ff8800."
    rest = f"is {near[0]!r} meant?" if near else "write parts and colours, like 'black hair'."
    return f"{word[:40]!r} is not known; {rest}"
