"""Layered documents, of whatever program: what a PSD or an OpenRaster file holds, as one thing."""

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np

from nurie.arrays import AnyArray, Labels
from nurie.errors import FormatError
from nurie.io.layered.tree import FLAT, FLATS, LINE, PAPER
from nurie.io.samples import eight_bits
from nurie.stack import Node, compose, reached, walk


@dataclass(frozen=True, eq=False)
class Document:
    """A layered document whose pixels are decoded when asked for."""

    path: Path
    height: int
    width: int
    bits: int
    """8 or 16 a channel."""
    nodes: tuple[Node, ...]
    """Topmost first."""
    read_merged: Callable[[], AnyArray | None] = field(repr=False)
    """The flattened picture that the file holds, (H, W, 4) straight alpha; None without one."""
    read_labels: Callable[[], Labels | None] = field(repr=False)
    """nurie's label map, (H, W) int32; None in others' documents."""
    read_facts: Callable[[], dict[str, Any] | None] = field(repr=False)
    """What nurie stored (see :mod:`nurie.io.layered.facts`); None in others' documents."""
    is_sealed: Callable[[], bool] = field(default=lambda: False, repr=False)
    """Whether it is as nurie wrote it, to the last bit."""
    identity: Callable[[Node], str] = field(default=lambda _: "", repr=False)
    """What a layer is known by, whatever it is called; empty where its file gives it nothing."""
    digest: Callable[[Node], str] = field(default=lambda _: "", repr=False)
    """A digest of all that its file says of a layer, but for whether it is shown."""
    dpi: tuple[float, float] | None = None
    icc_profile: bytes | None = field(default=None, repr=False)
    """An RGB profile."""
    origin: Any = field(default=None, repr=False)
    """What a writer of the same format keeps beside the layers."""
    notes: tuple[str, ...] = ()
    """What a person may miss of the file."""

    @property
    def shape(self) -> tuple[int, int]:
        """(height, width) in pixels."""
        return self.height, self.width

    @property
    def listed(self) -> dict[str, list[str]]:
        """Role and digest of each layer that nurie wrote, by identity."""
        listed = (self.read_facts() or {}).get("own")
        pairs = listed.items() if isinstance(listed, dict) else ()
        return {k: v for k, v in pairs if isinstance(v, list) and len(v) == 2}

    @cached_property
    def own(self) -> dict[Node, tuple[str, bool]]:
        """Layers and groups that nurie wrote: the role of each, and whether it is as it was.

        Of copies of one layer one is nurie's, if possible one that is as it was written.
        """
        listed, found = self.listed, dict[str, tuple[Node, bool]]()
        for node in walk(self.nodes) if listed else ():
            key = self.identity(node)
            if key in listed and not found.get(key, (node, False))[1]:
                intact = self.digest(node) == listed[key][1]
                if intact or key not in found:
                    found[key] = node, intact
        own = {node: (listed[key][0], intact) for key, (node, intact) in found.items()}
        return {node: own[node] for node in walk(self.nodes) if node in own}

    def of_role(self, role: str) -> Node | None:
        """The topmost of the layers and groups that nurie wrote in that role."""
        return next((node for node, (own, _) in self.own.items() if own == role), None)

    @property
    def line(self) -> Node:
        """The line layer: the one that nurie wrote or that its facts name, else *line*.

        Raises:
            FormatError: there is none.
        """
        own = self.of_role(LINE)
        if own is not None:
            return own
        name = (self.read_facts() or {}).get("line", LINE)
        return self.named(name if isinstance(name, str) else LINE)

    @property
    def paper(self) -> Node | None:
        """The layer *paper*, when there is one."""
        if self.own:
            return self.of_role(PAPER)
        return next((node for node in self.nodes if node.name == PAPER), None)

    @property
    def flats(self) -> tuple[Node, ...]:
        """The layers of the group *flats*, topmost first, or the one layer of that name."""
        own = self.of_role(FLATS)
        single = tuple(node for node, (role, _) in self.own.items() if role == FLAT)
        if own is None and single:
            return single
        for node in (own,) if own is not None else walk(self.nodes):
            if node is own or node.name == FLATS:
                return node.children if node.is_group else (node,)
        return ()

    def named(self, name: str) -> Node:
        """The topmost layer or group of that name, if possible one that shows.

        Raises:
            FormatError: there is none.
        """
        shown = set(reached(self.nodes))
        named = [node for node in walk(self.nodes) if node.name == name]
        if named:
            return min(named, key=lambda node: not (node.visible and node in shown))
        raise FormatError(f"{self.path} has no layer named {name!r}; was it written by nurie?")

    def drawn(self, nodes: tuple[Node, ...]) -> AnyArray:
        """Some of the layers as they look together, (H, W, 4) at the document's depth."""
        dtype = np.dtype(np.uint8 if self.bits == 8 else np.uint16)
        out = np.empty((*self.shape, 4), dtype)
        for rows, part in composed(nodes, self.shape):
            out[rows] = straight(part, dtype)
        return out

    def whole(self, node: Node) -> AnyArray:
        """One layer, (H, W, 4) with nothing around it: samples as they are stored."""
        if node.is_group:
            return self.drawn(node.children)
        dtype = np.uint8 if self.bits == 8 else np.uint16
        out = np.zeros((*self.shape, 4), dtype)
        place = node.top, node.left, node.height, node.width
        there, (rows, columns) = overlap(place, slice(0, self.height), self.width)
        if rows.start < rows.stop and node.rows is not None:
            part = node.rows(rows)[:, columns]
            if part.dtype != dtype:
                deeper = dtype == np.uint16
                part = part.astype(np.uint16) * np.uint16(257) if deeper else eight_bits(part)
            out[there] = part
        return out


Window: TypeAlias = tuple[slice, slice]
"""Rows and columns."""


def overlap(place: tuple[int, int, int, int], rows: slice, width: int) -> tuple[Window, Window]:
    """Where a layer meets some rows of a picture: the part of these rows, and that of the layer.

    The layer's place is its top, left, height and width; rows and width are the picture's.

    >>> overlap((2, -1, 4, 3), slice(4, 8), 5)
    ((slice(0, 2, None), slice(0, 2, None)), (slice(2, 4, None), slice(1, 3, None)))
    """
    top, left, height, across = place
    first, start = max(top, rows.start), max(left, 0)
    last, end = max(min(top + height, rows.stop), first), max(min(left + across, width), start)
    if first == last or start == end:
        first, last, start, end = rows.start, rows.start, 0, 0
        top, left = first, start
    there = slice(first - rows.start, last - rows.start), slice(start, end)
    return there, (slice(first - top, last - top), slice(start - left, end - left))


def composed(
    nodes: tuple[Node, ...], shape: tuple[int, int], step: int = 256
) -> Iterator[tuple[slice, AnyArray]]:
    """Strips of what layers look like together: rows, and (h, W, 4) float32 premultiplied."""
    for top in range(0, shape[0], step):
        rows = slice(top, min(top + step, shape[0]))
        yield rows, compose(nodes, rows, shape[1])


def straight(part: AnyArray, dtype: Any) -> AnyArray:
    """Integer samples with straight alpha of premultiplied ones in [0, 1].

    >>> straight(np.array([[[0.25, 0.0, 0.0, 0.5]]]), np.uint8).tolist()
    [[[128, 0, 0, 128]]]
    """
    white = np.iinfo(dtype).max
    alpha = part[..., 3:]
    color = np.divide(part[..., :3], alpha, out=np.zeros_like(part[..., :3]), where=alpha > 0)
    both = np.concatenate([color, alpha], axis=-1).clip(0, 1) * white
    return np.asarray((both + 0.5).astype(dtype))


def threads() -> ThreadPoolExecutor:
    """As many threads as there are cores: packing and unpacking run side by side."""
    return ThreadPoolExecutor(max_workers=os.cpu_count() or 1)
