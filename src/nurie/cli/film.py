"""``nurie film``: the drawings of a film, coloured as one."""

from nurie.cli.cut import FilmOptions
from nurie.cli.options import verb


@verb
def film(options: FilmOptions) -> None:
    """Colour the drawings of a film as one: correct once, right everywhere.

    One or a few coloured drawings are the keys; all others take their colours from them, and what
    no key shows, the model colours once for all frames. A call that was ended goes on where it was.

    A frame that cannot be read does not stop the rest, and makes the exit code 1.
    """
    from nurie.cli.filming import Filming
    from nurie.io.files import check_target

    if options.report is not None:
        check_target(options.report, force=options.force, suffixes=(".json",))
    filming = Filming(options)
    filming.color()
    if options.report is not None:
        filming.report(options.report)
    filming.tell("frames")
