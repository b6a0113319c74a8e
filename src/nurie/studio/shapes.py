"""What the server allows, and the shapes of the JSON that it reads and answers."""

from dataclasses import dataclass
from typing import Annotated, Literal, get_args

from msgspec import UNSET, Meta, Struct, UnsetType

MIB = 1 << 20
VARIATIONS = 8
"""Most answers to one request."""
REFERENCES = 8
"""Most references of one request."""
GUIDES = ("gray", "design", "histogram", "key")
"""Kinds of files that guide colours: as the options of these names read them; a coloured frame."""
EDITS = 2000
"""Most edits of one drawing."""
POINTS = 20_000
"""Most hints of one request, and points of one hint or edit."""
RADIUS = 4.0
"""Half the width of a stroke that does not say its own, in pixels."""


@dataclass(frozen=True)
class Limits:
    """Bounds of one server; what goes beyond is answered by 408, 413, 422 or 429."""

    max_bytes: int = 128 * MIB
    """Largest upload."""
    max_pixels: int = 50_000_000
    """Largest drawing, read from its header before decoding."""
    max_json: int = 4 * MIB
    """Largest JSON body."""
    seconds: float = 300.0
    """Longest work for one request; then its process is ended."""
    body_seconds: float = 60.0
    """Longest time that a body may take to arrive."""
    grace: float = 3.0
    """Seconds that cancelled work has to stop by itself before its process is ended."""
    workers: int = 2
    """Processes that work."""
    waiting: int = 16
    """Requests that may wait for a process, and bodies that may arrive at a time."""
    cache: int = 1024 * MIB
    """Bytes of drawings, labels and feature maps that are kept."""


class RefusedError(Exception):
    """The request is answered with this status and sentence."""

    status, sentence = 422, ""

    def __init__(self, status: int | None = None, sentence: str | None = None) -> None:
        super().__init__(sentence or self.sentence)
        self.status = status or self.status


# What JSON Schema calls a pattern may match before a final line break; the length may not.
Color = Annotated[str, Meta(pattern="^#[0-9a-fA-F]{6}$", max_length=7, examples=["#ff8800"])]
Key = Annotated[str, Meta(pattern="^[0-9a-f]{64}$", max_length=64)]
Count = Annotated[int, Meta(ge=0)]
Name = Annotated[str, Meta(max_length=200)]
Share = Annotated[float, Meta(ge=0, le=1)]
Number = Annotated[float, Meta(ge=-1e6, le=1e6)]
# Lists, not tuples: many readers of OpenAPI do not know prefixItems.
Point = Annotated[
    list[Number],
    Meta(min_length=2, max_length=2, description="x (column) and y (row) in pixels."),
]
Pair = Annotated[list[Count], Meta(min_length=2, max_length=2)]
Box = Annotated[list[Count], Meta(min_length=4, max_length=4)]
Entry = Annotated[int, Meta(ge=-1, le=4095)]
Colors = Annotated[list[Color], Meta(max_length=4096)]
SomeColors = Annotated[list[Color], Meta(min_length=1, max_length=4096)]
Names = Annotated[
    list[Name],
    Meta(max_length=4096, description="One for each colour of the palette, empty where none is."),
]
Entries = Annotated[
    list[Entry],
    Meta(
        min_length=1,
        max_length=200_000,
        description="Palette entry of each region number, -1 paper; the first is line.",
    ),
]
Line = Annotated[list[Point], Meta(min_length=2, max_length=POINTS)]
Stroke = Annotated[list[Point], Meta(min_length=1, max_length=POINTS)]
Area = Annotated[list[Point], Meta(min_length=3, max_length=POINTS)]
Part = Annotated[str, Meta(max_length=40, description="What the region at x and y is: hair.")]
Shares = Annotated[list[Share], Meta(min_length=1, max_length=200_000)]
_gap = "Widest opening that still closes a region, in pixels; null: automatic."
Gap = Annotated[float, Meta(ge=0, le=10_000, description=_gap)]
_choice = "That one of the seed's answers alone, in place of variations."
Choice = Annotated[int, Meta(ge=0, le=6 * VARIATIONS - 1, description=_choice)]

Style = Literal["flat", "cel", "soft"]
Light = Literal[
    "top-left", "top", "top-right", "right", "bottom-right", "bottom", "bottom-left", "left"
]
Picture = Literal["png", "ora", "psd", "tif", "webp", "tga"]
Swatches = Literal["gpl", "ase", "hex"]
CHOICES = {"style": get_args(Style), "light": get_args(Light)}
"""What may be said in fields whose name means the same everywhere; a refusal lists it."""
PICTURES: tuple[str, ...] = get_args(Picture)
PALETTES: tuple[str, ...] = get_args(Swatches)


class Shape(Struct, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """What a client sends: keys that are not known are refused."""


class Edit(Shape):
    """One correction of the regions: exactly one of the three."""

    cut: Line | UnsetType = UNSET
    merge: Line | UnsetType = UNSET
    split: Line | UnsetType = UNSET

    def __post_init__(self) -> None:
        """Refuse none and several."""
        if sum(line is not UNSET for line in (self.cut, self.merge, self.split)) != 1:
            raise ValueError("give one of cut, merge and split")


class Hint(Shape):
    """A dot (x, y), a stroke (points) or an area (polygon) of one colour; or what a dot shows."""

    color: Color | UnsetType = UNSET
    part: Part | UnsetType = UNSET
    x: Number | UnsetType = UNSET
    y: Number | UnsetType = UNSET
    points: Stroke | UnsetType = UNSET
    radius: Annotated[float, Meta(gt=0, le=10_000)] | UnsetType = UNSET
    polygon: Area | UnsetType = UNSET

    def __post_init__(self) -> None:
        """Refuse what is none of the three, or several."""
        x, y, line, area = (v is not UNSET for v in (self.x, self.y, self.points, self.polygon))
        if x != y or x + line + area != 1 or (self.radius is not UNSET and not line):
            raise ValueError("give x and y, or points with or without a radius, or a polygon")
        if self.color is UNSET and (self.part is UNSET or x is False):
            raise ValueError("give a color, or x, y and part")


class Keep(Shape):
    """A colouring that stays as it is but for what is requested and what is like it."""

    palette: Colors
    entries: Annotated[
        list[Annotated[int, Meta(ge=-2, le=4095)]],
        Meta(min_length=1, max_length=200_000, description="-2 where nothing is known yet."),
    ]
    confidence: Shares | UnsetType = UNSET


Named = Annotated[str, Meta(max_length=100)]


class Prepare(Shape):
    """How the lines of a drawing are found; the options of ``nurie color`` of these names."""

    clean: Literal["no", "yes"] = "no"
    ink: Literal["auto", "dark", "light"] = "auto"
    paper: Literal["white", "keep"] = "white"
    letters: Literal["paper", "colour"] = "paper"
    drop: Named = ""
    trace: Named = ""


class RegionsRequest(Shape):
    """How a drawing is cut into regions."""

    gap: Gap | None = None
    edits: Annotated[list[Edit], Meta(max_length=EDITS)] = []


class ColorsRequest(Shape):
    """What the colours of the regions shall be."""

    hints: Annotated[list[Hint], Meta(max_length=POINTS)] = []
    palette: SomeColors | None = None
    names: Names | None = None
    fixed: Annotated[
        dict[Annotated[int, Meta(ge=0, le=10**9)], Color | None],
        Meta(description="Exact colour by region number; null leaves the region paper."),
    ] = {}
    # The largest integer that JSON readers agree on.
    seed: Annotated[int, Meta(ge=0, le=2**53 - 1)] = 0
    variations: Annotated[int, Meta(ge=1, le=VARIATIONS)] = 1
    choice: Choice | UnsetType = UNSET
    references: Annotated[list[Key], Meta(max_length=REFERENCES)] = []
    gray: Key | UnsetType = UNSET
    design: Key | UnsetType = UNSET
    histogram: Key | UnsetType = UNSET
    words: Annotated[
        str, Meta(max_length=4000, description="Colours of parts: black hair, red dress.")
    ] = ""
    spread: Annotated[Share, Meta(description="How far a hint reaches; 0: its region.")] = 0.5
    keep: Keep | UnsetType = UNSET


class ShadeRequest(Shape):
    """A coloured drawing whose layer of shade is wanted."""

    palette: Colors
    entries: Entries
    style: Style
    light: Light = "top-left"


class ExportRequest(Shape):
    """A file that is wanted; one of a palette alone needs no drawing, regions and entries."""

    format: Picture | Swatches
    palette: Colors
    names: Names | None = None
    name: Name = ""
    drawing: Key | UnsetType = UNSET
    regions: Key | UnsetType = UNSET
    entries: Entries | UnsetType = UNSET
    style: Style = "flat"
    light: Light = "top-left"

    def __post_init__(self) -> None:
        """Refuse a picture of nothing, and a palette without colours."""
        if self.format in PALETTES and not self.palette:
            raise ValueError("palette must be a list of length >= 1")
        for name in ("drawing", "regions", "entries"):
            if self.format in PICTURES and getattr(self, name) is UNSET:
                raise ValueError(f"{name} is missing")


class SaveRequest(ExportRequest):
    """A file that is wanted in the folder."""

    force: bool = False


class Health(Struct):
    """Version and model."""

    version: str
    model: str


class Formats(Struct):
    """Suffixes of the files that are read and written."""

    read: list[str]
    write: list[str]
    palette: list[str]


class Allowed(Struct):
    """What the server allows."""

    max_bytes: Count
    max_pixels: Count
    max_json_bytes: Count
    seconds: float
    variations: Count
    edits: Count
    hints: Count
    references: Count
    styles: list[str]
    lights: list[str]
    formats: Formats
    folder: str | None
    film: Annotated[float, Meta(description="Frames a second if that folder is a film, or 0.")]


class Drawing(Struct):
    """A drawing that was taken in."""

    id: Key
    name: str
    width: Count
    height: Count
    dpi: list[float] | None


class Regions(Struct):
    """The regions of a drawing; item i of each list is about region i, 0 is line."""

    regions: Annotated[Key, Meta(description="Key of this segmentation.")]
    count: Annotated[Count, Meta(description="Highest number of a region.")]
    areas: list[Count]
    centers: list[Point]
    boxes: list[Box]
    neighbours: list[Pair]
    background: Annotated[list[Count], Meta(description="Regions of the sheet around things.")]


class Answer(Struct):
    """One colouring."""

    choice: Annotated[Count, Meta(description="Ask with the same seed for this one alone.")]
    palette: list[Color]
    names: list[str]
    entries: Annotated[
        list[Entry], Meta(description="Palette entry of each region number, -1 paper.")
    ]
    confidence: list[Share]
    ask: Annotated[
        list[Count], Meta(description="Unsure regions, in the order in which a dab helps most.")
    ]
    notes: Annotated[
        list[str], Meta(description="What was requested and could not be done, in sentences.")
    ] = []
    others: Annotated[
        list[Count], Meta(description="Regions of other figures that are like a hinted one.")
    ] = []
    alike: Annotated[
        list[Count], Meta(description="Regions that may be the same thing as a hinted one.")
    ] = []


class Answers(Struct):
    """Colourings of a drawing."""

    answers: list[Answer]


class Reference(Struct):
    """A coloured drawing that was taken in."""

    id: Key
    name: str


class Like(Struct):
    """How a coloured picture is coloured: its colours without their shades, and its shade."""

    colors: list[Color]
    style: Style
    light: Light


class Swatch(Struct):
    """A colour of a palette."""

    color: Color
    name: str


class PaletteRead(Struct):
    """A palette that was read."""

    name: str
    colors: list[Swatch]


class File(Struct):
    """A drawing of the folder."""

    name: str
    bytes: Count
    modified: int


class Files(Struct):
    """The folder."""

    folder: str
    files: list[File]


class Saved(Struct):
    """A file that was written."""

    saved: str


class Error(Struct, omit_defaults=True):
    """What is wrong, and what to do."""

    error: Annotated[str, Meta(description="One sentence.")]
    gone: Annotated[bool, Meta(description="Send the drawing again, then go on.")] = False
