"""What the server does, apart from HTTP: a function over the cache, carried out by workers."""

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import UNSET

from nurie.studio import shapes
from nurie.studio.shapes import PICTURES, Limits
from nurie.studio.workers import GoneError, Pool

if TYPE_CHECKING:
    from nurie.studio.files import Cache, Entry

_PIXEL = 8
"""Bytes kept for each pixel of a drawing: its labels, its ink, and some to spare."""

_VERSION = "1"
"""Part of every key; another number when the same request shall give other regions."""


class Service:
    """Drawings, regions and colours by the hash of what they come from."""

    def __init__(self, cache: "Cache", pool: Pool, limits: Limits) -> None:
        self.cache, self.limits = cache, limits
        self._pool = pool

    async def take(self, upload: Path, digest: str, name: str) -> shapes.Drawing:
        """Keep an uploaded drawing."""
        entry = self.cache.find(digest)
        if entry is None:
            draft = upload.with_name("sketch")
            facts = await self._pool.run(
                "decode",
                source=upload,
                name=name,
                max_pixels=self.limits.max_pixels,
                draft=draft,
            )
            self.cache.check(draft.stat().st_size + _PIXEL * facts["width"] * facts["height"])
            entry = self.cache.keep(digest, draft, facts)
        return shapes.Drawing(digest, name, **entry.facts)

    async def regions(
        self, drawing: str, gap: float | None, edits: Sequence[shapes.Edit]
    ) -> shapes.Regions:
        """Cut a drawing into regions, or look up how it was cut."""
        sketch = self._find(drawing)
        keys = _keys(drawing, gap, edits)
        done = max((i for i, key in enumerate(keys) if self._is_cut(key)), default=-1)
        if done == len(edits):
            measured = await self._pool.run(
                "measured", cutting=self._find(f"{keys[-1]}.cutting").path
            )
            return shapes.Regions(keys[-1], **measured)
        start = self._find(f"{keys[done]}.labels") if done >= 0 else None
        view = self.cache.find(f"{drawing}.view")
        with self.cache.drafts() as drafts:
            made = [drafts / part for part in ("labels", "cutting", "view")]
            measured = await self._pool.run(
                "regions",
                sketch=sketch.path,
                view=(view.path, True) if view else (made[2], False),
                start=(start.path, start.facts["count"]) if start else None,
                gap=gap,
                edits=edits[max(done, 0) :],
                drafts=(made[0], made[1]),
            )
            facts = {"drawing": drawing, "count": measured["count"]}
            if view is None:
                self.cache.keep(f"{drawing}.view", made[2])
            self.cache.keep(f"{keys[-1]}.cutting", made[1], facts)
            self.cache.keep(f"{keys[-1]}.labels", made[0], facts)
        return shapes.Regions(keys[-1], **measured)

    async def line(self, drawing: str) -> "Entry":
        """The line layer as a PNG."""
        sketch, entry = self._find(drawing), self.cache.find(f"{drawing}.line")
        if entry is None:
            with self.cache.drafts() as drafts:
                draft = drafts / "line.png"
                await self._pool.run("line", sketch=sketch.path, draft=draft)
                entry = self.cache.keep(f"{drawing}.line", draft)
        return entry

    def labels(self, drawing: str, regions: str) -> "Entry":
        """The label map of regions, 32 bits a pixel.

        Raises:
            GoneError: it is not kept, or belongs to another drawing.
        """
        self._find(drawing)
        return self._part(drawing, f"{regions}.labels")

    async def colors(
        self, drawing: str, regions: str, request: shapes.ColorsRequest
    ) -> shapes.Answers:
        """Colour the regions of a drawing."""
        facts = self._find(drawing).facts
        answers: list[shapes.Answer] = await self._pool.run(
            "colors",
            labels=(self.labels(drawing, regions).path, (facts["height"], facts["width"])),
            cutting=self._part(drawing, f"{regions}.cutting").path,
            request=request,
            references=[self._find(f"{key}.reference").path for key in request.references],
        )
        return shapes.Answers(answers)

    async def refer(self, upload: Path, digest: str, name: str) -> shapes.Reference:
        """Keep a coloured drawing from which others take their colours."""
        if self.cache.find(f"{digest}.reference") is None:
            draft = upload.with_name("reference")
            await self._pool.run(
                "reference",
                source=upload,
                name=name,
                max_pixels=self.limits.max_pixels,
                draft=draft,
            )
            self.cache.keep(f"{digest}.reference", draft)
        return shapes.Reference(digest, name)

    async def shade(
        self, drawing: str, regions: str, coloring: shapes.ShadeRequest, draft: Path
    ) -> None:
        """Write the layer of shade of a coloured drawing."""
        await self._pool.run(
            "shade",
            sketch=self._find(drawing).path,
            labels=self.labels(drawing, regions).path,
            coloring=coloring,
            draft=draft,
        )

    async def palette(self, upload: Path, name: str) -> shapes.PaletteRead:
        """Colours of a palette file or a picture."""
        read: shapes.PaletteRead = await self._pool.run("palette", source=upload, name=name)
        return read

    async def export(
        self, coloring: shapes.ExportRequest, target: Path, *, force: bool = False
    ) -> None:
        """Write a coloured drawing or its palette."""
        sketch = labels = None
        if coloring.format in PICTURES:
            assert coloring.drawing is not UNSET
            assert coloring.regions is not UNSET
            sketch = self._find(coloring.drawing).path
            labels = self.labels(coloring.drawing, coloring.regions).path
        await self._pool.run(
            "export", sketch=sketch, labels=labels, coloring=coloring, target=target, force=force
        )

    def _find(self, key: str) -> "Entry":
        entry = self.cache.find(key)
        if entry is None:
            raise GoneError
        return entry

    def _part(self, drawing: str, key: str) -> "Entry":
        entry = self._find(key)
        if entry.facts["drawing"] != drawing:
            raise GoneError
        return entry

    def _is_cut(self, key: str) -> bool:
        return all(self.cache.find(f"{key}.{part}") is not None for part in ("cutting", "labels"))


def _keys(drawing: str, gap: float | None, edits: Sequence[shapes.Edit]) -> list[str]:
    """Keys of the regions before any edit and after each."""
    keys = [_digest([_VERSION, drawing, None if gap is None else float(gap)])]
    for step in edits:
        keys.append(_digest([keys[-1], msgspec.to_builtins(step)]))
    return keys


def _digest(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()
