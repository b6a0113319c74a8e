"""What the encoder reads in every example as long as it is frozen, computed once and kept."""

import hashlib
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from nurie.arrays import AnyArray
from nurie.io.files import replacing
from nurie_lab.training.engine.team import broadcast, processes
from nurie_lab.training.graphs import open_session, write_graph
from nurie_lab.training.region.data import Examples, load, on_device
from nurie_lab.training.region.networks import EARLY, Encoder
from nurie_lab.training.region.steps import from_maps, tuned

COLUMNS = ("pools", "pictures", "coarse")


class Stored:
    """Rows ``index`` of arrays in several ``.npy`` files, read when wanted, as if one tensor."""

    def __init__(self, paths: Sequence[Path], index: AnyArray) -> None:
        self._parts = [np.load(path, mmap_mode="r") for path in paths]
        self._begins = np.cumsum([0, *(len(part) for part in self._parts)])
        self._index = index

    def __len__(self) -> int:
        """Number of rows."""
        return len(self._index)

    def __getitem__(self, rows: Tensor) -> Tensor:
        """(B, ...) from (B,) int64."""
        wanted = self._index[rows.numpy()]
        part = np.searchsorted(self._begins, wanted, side="right") - 1
        offset = wanted - self._begins[part]
        found = [self._parts[p][o] for p, o in zip(part, offset, strict=True)]
        return torch.from_numpy(np.stack(found))


@dataclass(frozen=True)
class Features:
    """Features of all examples under the encoder as it is before it is tuned, float16."""

    pools: Tensor | Stored
    """(m, N, 496), or (m, N, 64) where the late ones are tuned from the start."""
    pictures: Tensor | Stored  # (m, 320)
    coarse: Tensor | Stored
    """(m, 40, S/8, S/8): where the tuned part of the encoder begins."""

    def frozen(self, seen: Examples, rows: Tensor) -> tuple[Tensor, Tensor]:
        """Of some examples, as they are."""
        pools, pictures = (
            column[rows].to(seen.bins.device) for column in (self.pools, self.pictures)
        )
        return pools[:, : seen.bins.shape[1]].float(), pictures.float()

    def tuned(self, encoder: Encoder, seen: Examples, rows: Tensor) -> tuple[Tensor, Tensor]:
        """Of some examples, through the late blocks as they are now."""
        count, device = seen.bins.shape[1], seen.bins.device
        early = self.pools[rows][:, :count, :EARLY].to(device).float()
        return tuned(encoder, early, self.coarse[rows].to(device).float(), seen)


MapsOf = Callable[[Tensor], Sequence[Tensor]]
"""The encoder's maps of drawings; without the late ones where they are not wanted."""


def compute_features(
    encoder: Encoder,
    examples: Examples,
    *,
    late: bool,
    say: Callable[[str], None],
    maps_of: MapsOf | None = None,
) -> Features:
    """Run the encoder once over all examples; features in memory, on the CPU.

    ``maps_of`` may compute what the encoder does faster; chosen by the number of drawings when
    None.
    """
    most, device = examples.bins.shape[1], examples.lines.device
    # Colourings of one drawing lie behind each other, and the encoder sees no colours.
    first, which = _drawings(examples)
    count, spoke = len(first), time.monotonic()
    maps_of = maps_of or read_by(encoder, count, examples.lines, late=late)
    parts: list[tuple[Tensor, ...]] = []
    for start in range(0, count, 64):
        rows = first[start : start + 64]
        seen = examples.pick(rows)
        half = torch.autocast(device.type, torch.bfloat16, enabled=device.type != "cpu")
        with torch.inference_mode(), half:
            lines = seen.lines[:, None].float() / 255
            maps = maps_of(lines.contiguous(memory_format=torch.channels_last))
            pools, picture, coarse = from_maps(tuple(maps), seen)
        full = torch.zeros(len(rows), most, pools.shape[2], device=device).half()
        full[:, : pools.shape[1]] = pools.half()
        parts.append(tuple(c.cpu() for c in (full, picture.half(), coarse.half().contiguous())))
        if time.monotonic() - spoke > 10:
            say(f"features {start}/{count}")
            spoke = time.monotonic()
    # Left behind: tensors of inference mode cannot be saved for a backward pass.
    return Features(*(torch.cat(column)[which] for column in zip(*parts, strict=True)))


MANY = 128
"""Drawings from which on a graph for ONNX Runtime is written first: that takes some seconds, and
the runtime reads a drawing on a CPU in a third to a fifth of torch's time."""


def read_by(encoder: Encoder, count: int, lines: Tensor, *, late: bool) -> MapsOf:
    """The fastest way to the maps of ``count`` drawings like ``lines``, (m, S, S)."""
    if lines.device.type != "cpu" or count < MANY:
        return encoder if late else encoder.early
    names = [f"stride{2 ** (i + 2)}" for i in range(4 if late else 2)]
    batch = {"lines": {0: torch.export.Dim("b", min=1, max=4096)}}
    example = torch.rand(2, 1, *lines.shape[1:])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "encoder.onnx")
        module = (encoder if late else _Early(encoder)).eval()
        write_graph(module, [example], path, names=(["lines"], names), dynamic=batch, half=False)
        session = open_session(path)

    def run(lines: Tensor) -> list[Tensor]:
        found = session.run(None, {"lines": lines.contiguous().numpy()})
        return [torch.from_numpy(each) for each in found]

    return run


class _Early(nn.Module):
    """The encoder's first half."""

    def __init__(self, encoder: Encoder) -> None:
        super().__init__()
        self.encoder = encoder

    def forward(self, lines: Tensor) -> tuple[Tensor, Tensor]:
        return self.encoder.early(lines)


def _drawings(examples: Examples) -> tuple[Tensor, Tensor]:
    """Rows of the examples that show another drawing than the row before, and whose each shows."""
    new = torch.ones(len(examples), dtype=torch.bool, device=examples.lines.device)
    for row in range(1, len(examples)):
        new[row] = any(
            not torch.equal(column[row], column[row - 1])
            for column in (examples.lines, examples.labels, examples.geometry)
        )
    return torch.nonzero(new)[:, 0], (torch.cumsum(new, 0) - 1).cpu()


def stored_features(
    encoder: Encoder,
    folder: Path,
    *,
    name: str | None,
    late: bool,
    rows: Callable[[AnyArray], AnyArray],
    say: Callable[[str], None],
) -> tuple[Features, str]:
    """Features of a folder of examples, in the order of ``data.load``, from files beside them.

    What is missing is computed, by the first process for all. ``rows`` says by their sources which
    examples are wanted. The folder of features is ``name``, or named after the encoder's weights;
    its name is returned.
    """
    name = name or f"features-{_digest(encoder, late=late)}"
    device = next(encoder.parameters()).device
    files: list[list[Path]] = []
    kept, maps_of = [], None
    paths = sorted(folder.glob("*.npz"))
    for path in paths:
        with np.load(path) as stored:
            source = stored["source"]
        if len(source):
            kept.append(rows(source))
            files.append([folder / name / f"{path.stem}.{column}.npy" for column in COLUMNS])
            if not processes()[0] and not all(file.exists() for file in files[-1]):
                examples = on_device(load([path]), device)
                # Chosen once for all files, since a graph takes long to write.
                count = len(paths) * len(examples)
                maps_of = maps_of or read_by(encoder, count, examples.lines, late=late)
                found = compute_features(encoder, examples, late=late, say=say, maps_of=maps_of)
                _store(found, files[-1])
                say(f"read {path.name}")
    broadcast(None)
    index = np.flatnonzero(np.concatenate(kept))
    return Features(*(Stored(column, index) for column in zip(*files, strict=True))), name


def _store(features: Features, files: list[Path]) -> None:
    files[0].parent.mkdir(exist_ok=True)
    columns = (features.pools, features.pictures, features.coarse)
    for file, column in zip(files, columns, strict=True):
        assert isinstance(column, Tensor)
        with replacing(file, force=True) as stream:
            np.save(stream, column.numpy())


def _digest(encoder: Encoder, *, late: bool) -> str:
    """Eight letters that stand for the weights."""
    digest = hashlib.sha256(b"late" if late else b"early")
    for value in encoder.state_dict().values():
        digest.update(value.detach().cpu().contiguous().numpy().tobytes())
    return digest.hexdigest()[:8]
