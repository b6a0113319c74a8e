"""The command line: what verbs there are, known without importing one of them."""

VERBS = {
    "color": ("color", "Colour drawings."),
    "batch": (
        "batch",
        "Colour very many drawings, in processes or on a cluster; go on where it ended.",
    ),
    "film": ("filming", "Colour the drawings of a film as one: correct once, right everywhere."),
    "book": (
        "book",
        "Colour the pages of a book as one: the same figure, the same colours on every page.",
    ),
    "recolor": (
        "recolor",
        "Swap the palette of coloured drawings: day becomes night, without a model.",
    ),
    "palette": (
        "palette",
        "Show the colours of files, take them out, or make one palette of many.",
    ),
    "design": ("palette", "Write the colours of a coloured drawing's cast, to colour others by."),
    "regions": ("inspect", "Cut a drawing into regions, and measure them."),
    "lines": ("inspect", "Make line art from a colour picture (Gaussian, then Canny)."),
    "verify": ("inspect", "Prove the pixel promise, or name the first pixel that breaks it."),
    "studio": (
        "studio",
        "Colour with a brush, on a page in the browser; nothing leaves this machine.",
    ),
    "serve": ("studio", "Answer the HTTP API without the page, for plug-ins and scripts."),
}
"""The verbs of the product: the module with a function of that name, and its docstring's first
line."""

LABORATORY = {
    "train": "Train the region model or a network of the report on shards of pictures.",
    "adapt": "Teach a model the colours of one artist, from 5 to 200 pictures, on a CPU.",
    "export": "Write what a run has learnt as a model: ONNX graphs, one JSON, a card.",
    "evaluate": "Judge systems side by side on pictures whose truth is known.",
    "prefer": "Ask people which colouring they prefer, blind; rank the systems.",
    "figures": "Draw the report's figures 3 to 8 from trained runs and score them.",
    "data": "Fetch, list, prepare and count pictures to train on.",
}
"""The verbs that ``nurie-lab`` brings through the entry points ``nurie.verbs``."""


def overview() -> str:
    """What ``nurie --help`` prints; the parser would import every verb to say the same.

    >>> print(overview().splitlines()[0])
    Usage: nurie [OPTIONS] COMMAND [ARGS]...
    """
    helps = {name: text for name, (_, text) in VERBS.items()} | LABORATORY
    wide = max(map(len, helps))
    verbs = "\n".join(f"  {name:{wide}}  {text}" for name, text in helps.items())
    return f"""\
Usage: nurie [OPTIONS] COMMAND [ARGS]...

  Colour line art: clean flat layers under lines that stay as they are.

  Start with: nurie color drawing.png

Options:
  --version   Show the version.
  -h, --help  Show this message and exit.

Commands:
{verbs}"""
