"""Studies: questions about nurie that are answered by measuring, one a module.

Each module has ``run(options)``, which gives the facts of its structure in
``nurie_lab.bench.results``, and ``show(facts)``, the same as Markdown. They are run by
``python -m nurie_lab.bench.studies NAME``.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nurie.api import Colorizer

STUDIES = {
    "speed": "Seconds and memory beside G'MIC, as whole processes and without start-up.",
    "parts": "What each part of a colouring costs, and how it grows; draws docs' cost.svg.",
    "corrections": "How many corrections a drawing needs in several orders. Needs pictures.",
    "pages": "What stays paper of comic pages made by program, and what screentone does.",
    "films": "How well colours are carried through films, beside flow alone and same place.",
    "books": "How well a cast keeps its colours through books, with designs and without.",
    "words": "Whether words and dabs mean what they say. Needs parts.jsonl beside its pictures.",
    "lively": "How colourful, how gray and how near to the truth colourings are. Needs folders.",
    "gallery": "Drawings coloured in every way, for docs/gallery.md.",
}
"""What each study answers."""


@dataclass(frozen=True)
class Options:
    """What a study may be given; each uses what it needs."""

    out: Path  # Folder for results
    paths: tuple[Path, ...] = ()  # Pictures
    model: str = ""  # Name or path of a model; empty: the packaged one
    repeats: int = 3  # Runs of which the median counts
    sides: tuple[int, ...] = ()  # Sides of drawings in pixels; empty: the study's own
    limit: float = 120.0  # Seconds that one run may take

    def colorizer(self) -> "Colorizer":
        """The region model that is meant."""
        from nurie.api import Colorizer
        from nurie.models.registry import DEFAULT

        return Colorizer.load(self.model or DEFAULT)


def run(name: str, options: Options) -> dict[str, Any]:
    """Run a study and write OUT/NAME.json.

    Raises:
        NurieError: something that it needs is missing.
    """
    from nurie_lab.bench.results import write_results

    facts: dict[str, Any] = import_module(f"{__name__}.{name}").run(options)
    write_results(options.out / f"{name}.json", name, facts)
    return facts


def table(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A table in Markdown."""
    head = list(heads)
    lines = [f"| {' | '.join(cells)} |" for cells in (head, *rows)]
    return "\n".join([lines[0], "|" + "---|" * len(head), *lines[1:]])


def show(name: str, facts: dict[str, Any]) -> str:
    """The facts of a study as Markdown."""
    text: str = import_module(f"{__name__}.{name}").show(facts)
    return text
