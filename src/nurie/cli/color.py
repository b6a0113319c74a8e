"""``nurie color``: what one call asks for, done for each sketch."""

import functools
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeAlias

from nurie.cli.options import DEFAULT_LIGHT, Colored, ColorOptions, verb
from nurie.cli.outcome import (
    complain,
    complain_of,
    record_of,
    show_json,
    show_path,
    track,
    used_by,
    write_used,
)
from nurie.cli.targets import Job, check_sketch, check_targets, drawings_of, make_folder, plan
from nurie.errors import FormatError, ModelError, OptionError, failure
from nurie.io.files import LAYERED_SUFFIXES, PICTURE_SUFFIXES, is_stdout, is_stream

if TYPE_CHECKING:
    from nurie.api import Colorizer
    from nurie.arrays import Floats
    from nurie.document import Layers, Palette, Sketch
    from nurie.painters import Painter

Loading: TypeAlias = Callable[[], "Future[Colorizer | Painter]"]
"""Starts to load the model where that was not done before."""


@verb
def color(options: ColorOptions) -> None:
    """Colour drawings.

    Several sketches are coloured one after the other; one that fails does not stop the rest, is
    listed at the end, and makes the exit code 1.
    """
    sketches = drawings_of(options.sketches)
    jobs = plan(
        sketches, options.output, variations=options.variations, cleaned=options.clean,
        beside=bool(options.beside),
    )  # fmt: skip
    request = request_of(options)
    # What cannot be written for one sketch cannot for any.
    target, kinds = jobs[0].outputs[0], PICTURE_SUFFIXES + LAYERED_SUFFIXES
    if not (is_stdout(target) or target.is_dir() or target.suffix.lower() in kinds):
        raise FormatError(
            f"{target} has no suffix that can be written; end it in one of {', '.join(kinds)}, "
            "or in / for a folder."
        )
    if options.beside:
        from nurie.cli.extras import prepare

        prepare(options, jobs)
    make_folder(sketches, options.output)
    records = request.color_all(jobs, min(options.jobs, len(jobs)))
    if options.palette_out is not None and request.used:
        write_used(options.palette_out, request.used, force=options.force)
    outputs = [path for record in records for path in record.get("outputs", [])]
    if options.as_json:
        show_json(records, outputs)
    for path in outputs if not options.as_json else []:
        show_path(path)
    complain_of(records, len(records), "sketches were not coloured")


@dataclass(frozen=True)
class Request:
    """The options of one call, and what was used in answering it."""

    options: Colored
    guides: dict[str, Any]
    """What ``Reading.variations`` is given, the same for every sketch."""
    style: str
    light: str
    used: "list[tuple[Palette, Floats]] | None"
    """Grows, where it is a list: the colours of each answer."""
    notes: list[str] | None = None
    """Grows, where it is a list, by what a person would be told."""

    def color_all(self, jobs: list[Job], processes: int = 1) -> list[dict[str, Any]]:
        """One record a sketch: what was done, or ``{"sketch", "error"}``.

        Raises:
            ModelError: the model cannot be used, which is so for every sketch.
        """
        quiet = self.options.quiet or max(len(jobs), len(jobs[0].outputs)) < 2
        loading = loader(self.options.model)
        records: Iterator[dict[str, Any]] = (self.try_one(job, loading) for job in jobs)
        # What comes on stdin comes to this process.
        if processes > 1 and not any(is_stream(job.sketch) for job in jobs):
            from nurie.cli.processes import shared_out

            records = shared_out(self, jobs, processes, loader)
        return list(track(records, len(jobs), "colouring", quiet=quiet))

    def try_one(self, job: Job, loading: Loading) -> dict[str, Any]:
        """As ``color_one``; where one sketch alone fails, the record says why."""
        try:
            return self.color_one(job, loading)
        except ModelError:
            raise
        except Exception as error:  # noqa: BLE001 (told of, and the batch goes on)
            return {"sketch": str(job.sketch), "error": failure(error, job.sketch)}

    def color_one(self, job: Job, loading: Loading) -> dict[str, Any]:
        """Colour one sketch in all its variations, write them, and say what was done."""
        start, options = time.perf_counter(), self.options
        check_sketch(job.sketch)
        check_targets(job, force=options.force)
        if options.beside:
            from nurie.cli import extras

            extras.check(options, job)
        loading()
        if (many := self._pages(job)) > 1:
            return self._color_pages(job, many, loading)
        sketch = self._read(job)
        answers = self._answers(job, sketch, loading)
        self._write(job, sketch, answers)
        written = extras.write(options, job, answers) if options.beside else {}
        seconds = time.perf_counter() - start
        return record_of(job, answers, seconds, sure=options.sure) | written

    def _pages(self, job: Job) -> int:
        """Pages of a sketch, where the target holds them and nothing else is asked of each."""
        options, target = self.options, job.outputs[0]
        other = options.hints or options.beside or len(job.targets) > 1
        if other or target.suffix.lower() not in (".tif", ".tiff"):
            return 1
        from nurie.io.raster import pages_in

        return pages_in(job.sketch)

    def _color_pages(self, job: Job, many: int, loading: Loading) -> dict[str, Any]:
        """Colour all pages of a sketch into one file; a page at a time is in memory."""
        from nurie.api import save_pages

        records: list[dict[str, Any]] = []

        def colored() -> "Iterator[Layers]":
            for page in range(many):
                start = time.perf_counter()
                (layers,) = self._answers(job, self._read(job, page), loading)
                seconds = time.perf_counter() - start
                records.append(record_of(job, [layers], seconds, sure=self.options.sure))
                yield layers

        save_pages(colored(), job.outputs[0], force=self.options.force)
        sums = {name: round(sum(r[name] for r in records), 3) for name in ("regions", "seconds")}
        kept = ("width", "height", "regions", "colors", "unsure")
        return records[0] | sums | {"pages": [{name: r[name] for name in kept} for r in records]}

    def _answers(self, job: Job, sketch: "Sketch", loading: Loading) -> "list[Layers]":
        """A sketch in all its variations, as they are to be written."""
        hints = None
        if self.options.hints is not None:
            from nurie.io.hints import read_hints

            hints = read_hints(self.options.hints, sketch.shape)
        model = loading().result()
        reading = model.read(sketch, gap=self.options.gap)
        answers = reading.variations(len(job.outputs), hints=hints, **self._guides(job, model))
        answers = [replace(one, notes=one.notes + _empty(one)) for one in answers]
        for note in answers[0].notes:
            self._note(f"{job.sketch}: {note}")
        if len(answers) < len(job.outputs):
            found = f"{len(answers)} distinct colouring(s)"
            self._note(f"{job.sketch} has only {found} with these options.")
        answers = [self._finished(layers, model) for layers in answers]
        if self.used is not None:
            self.used.extend(used_by(layers) for layers in answers)
        return answers

    def _note(self, text: str) -> None:
        if self.notes is not None:
            self.notes.append(text)
        elif not self.options.quiet:
            complain(text)

    def _read(self, job: Job, page: int | None = None) -> "Sketch":
        """The sketch as it is to be coloured; what a person may not expect of it is said."""
        from nurie.io.images import read_sketch
        from nurie.painting.read import prepared, unfilled

        options = self.options
        sketch = read_sketch(
            job.sketch, max_pixels=options.max_pixels, line_layer=options.line_layer,
            ink=options.ink, paper=options.paper, page=page,
        )  # fmt: skip
        line = sketch.stack.line if sketch.stack is not None else None
        if line is not None and options.line_layer is None:
            self._note(
                f"{job.sketch}: the layer {line.name!r} is the drawing; --line-layer takes another."
            )
        for note in sketch.notes:
            self._note(f"{job.sketch}: {note}")
        if options.trace or options.drop:
            sketch = unfilled(sketch)
        found = _ground_found(sketch) if options.ink == "auto" else ""
        pencil = "" if options.drop else _pencil_found(sketch)
        for note in filter(None, (found, pencil)):
            self._note(f"{job.sketch}: {note}")
        sketch, lost = prepared(
            sketch, drop=options.drop or (), trace=options.trace or (), clean=options.clean
        )
        for note in lost:
            self._note(f"{job.sketch} {note}")
        white = options.letters == "paper"
        return replace(sketch, letters=white, pencil=options.drop == ["none"])

    def _guides(self, job: Job, model: "Colorizer | Painter") -> dict[str, Any]:
        """What the model is given; what regions show is asked only where something tells of it."""
        wanted = bool(self.options.beside) or self.used is not None
        wanted |= any(path.suffix.lower() in LAYERED_SUFFIXES for path in job.outputs)
        return self.guides if wanted or hasattr(model, "brush") else self.guides | {"names": False}

    def _finished(self, layers: "Layers", model: "Colorizer | Painter") -> "Layers":
        """An answer without its unsure regions and with its shade, where these are asked for."""
        if self.options.unsure == "leave":
            from nurie.painting.review import leave_unsure

            layers = leave_unsure(layers, sure=self.options.sure)
        if self.style == "flat":
            return layers
        from nurie.painters import shaded

        # A painter shades what it painted; flats of regions are shaded by the packaged one.
        return getattr(model, "shaded", shaded)(layers, self.style, self.light)

    def _write(self, job: Job, sketch: "Sketch", answers: "list[Layers]") -> None:
        from nurie.api import save

        force = self.options.force
        if job.cleaned is not None:
            from nurie.io.images import write_picture

            dpi, profile = sketch.dpi, sketch.icc_profile
            write_picture(job.cleaned, sketch.pixels, dpi=dpi, icc_profile=profile, force=force)
        for layers, target in zip(answers, job.outputs, strict=False):
            save(layers, target, one_flat_layer=self.options.one_flat_layer, force=force)


def request_of(options: Colored) -> Request:
    """The options, with what they name read once for all sketches."""
    if options.light:
        from nurie.painting.shade import light_angle

        light_angle(options.light)
    if options.palette_out is not None:
        from nurie.io.palettes import check_palette

        check_palette(options.palette_out, force=options.force)
    guides, light = _read_guides(options), options.light
    style: str | None = options.style
    if options.like is not None:
        from nurie.api import read_style

        like = read_style(options.like)
        guides.setdefault("palette", like.palette)
        style = style or like.style
        light = light or (None if like.light is None else f"{like.light:.0f}")
    if options.model is not None:
        _refuse_for_painter(options.model, options, guides)
    guides["seed"] = options.seed
    used: list[Any] | None = None if options.palette_out is None else []
    return Request(options, guides, style or "flat", light or DEFAULT_LIGHT, used)


def _read_guides(options: Colored) -> dict[str, Any]:
    """Where the colours are to come from; only what is given."""
    found: dict[str, Any] = {}
    if options.palette:
        from nurie.api import read_palette

        found["palette"] = read_palette(options.palette)
    if options.reference or options.gray:
        from nurie.io.images import read_color

        if options.reference:
            found["references"] = [read_color(path) for path in options.reference]
        if options.gray:
            found["gray"] = read_color(options.gray)
    if options.histogram:
        from nurie.io.spectra import read_spectrum

        found["histogram"] = read_spectrum(options.histogram).prior()
    if options.spread is not None:
        found["spread"] = options.spread
    if options.words is not None or options.design is not None:
        from nurie.api import read_design
        from nurie.guidance.words import wishes_of

        design = read_design(options.design) if options.design else None
        found["words"] = wishes_of(options.words, design)
    return found


def _refuse_for_painter(name: str, options: Colored, guides: dict[str, Any]) -> None:
    """Say before any work what a painter cannot do."""
    kinds = ("references", "histogram", "gray", "words", "spread")
    given = {kind: kind in guides for kind in kinds}
    doubts = options.unsure == "leave" or options.report is not None
    if not (doubts or any(given.values())):
        return
    from nurie.models.registry import PainterSpec, find
    from nurie.painters import refuse

    spec = find(name)
    if isinstance(spec, PainterSpec):
        if doubts:
            raise OptionError(
                f"The painter {spec.name} does not know how sure it is; leave --report and "
                "--unsure leave out."
            )
        refuse(spec, **given)


def loader(name: str | None) -> Loading:
    """Loads the model of that name or path, the packaged one when it is None."""

    def loaded() -> "Colorizer | Painter":
        from nurie.api import load

        return load(name) if name else load()

    # ONNX Runtime prepares its graphs outside of Python's lock: reading a drawing and cutting it
    # meanwhile costs no time of its own on a second core.
    return functools.cache(functools.partial(ThreadPoolExecutor(1).submit, loaded))


def _ground_found(sketch: "Sketch") -> str:
    """One sentence on light lines, fills or paper, empty for dark lines on white paper."""
    if sketch.ground is None:
        return ""
    from nurie.colors import to_hex

    color = to_hex(sketch.ground.color)
    if sketch.ground.filled:
        return "what is filled already stays as it is and guides the rest; --ink dark undoes that."
    if not sketch.ground.light:
        what = "light on the paper is uneven" if sketch.ground.below is not None else ""
        # Paper that is nearly white needs no word.
        what = what or (f"the paper is {color}" if min(sketch.ground.color) < 230 else "")
        return f"{what}; colours lie as on white paper." if what else ""
    return f"light lines on a ground of {color} are taken as the drawing; --ink dark undoes that."


def _empty(layers: "Layers") -> tuple[str, ...]:
    """One sentence on a page that holds no drawing, which nobody may notice among many."""
    first = int(layers.labels[0, 0])
    if (layers.labels != first).any():
        return ()
    from nurie.regions.ink import find_ink

    drawn = bool(first) and bool(find_ink(layers.sketch.pixels).mask.any())
    what = "no lines are seen on the page" if first else "the page is all ink"
    what = "no line on the page closes anything" if drawn else what
    return (f"{what}, so there is nothing to colour.",)


def _pencil_found(sketch: "Sketch") -> str:
    """One sentence on pencil or rules that plainly lie below the ink; else empty."""
    from nurie.painting.read import below_ink

    color = below_ink(sketch.pixels)
    if not color or color == "rules":
        rules = "the paper's rules part no regions, and stay in the lines; --drop none undoes that."
        return rules if color else ""
    return (
        f"pencil of {color} below the ink parts no regions, and stays in the lines; "
        f"--drop {color} leaves it out, --drop none takes it for ink."
    )
