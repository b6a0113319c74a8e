"""The perceptual network of the judge: from published weights to an ONNX graph in the cache."""

import hashlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from nurie.errors import MissingExtraError, ModelError
from nurie_lab.perceptual import HOW, NAME, MetricSpec, cache_folder, write_metric
from nurie_lab.training.graphs import digests, gap, staged, write_graph

SIZE = 256
"""Side of the pictures that are compared, in pixels."""

GRID = 4
"""Places a side at which a picture's features are taken."""

CHANNELS = (64, 192, 384, 256, 256)
BOUND = 1e-4
"""Largest difference between ONNX Runtime and torch that is let pass, in parts of the output."""

PACKAGE, VERSION = "stlpips-pytorch", "0.0.2"
FILE = "stlpips_pytorch/weights/vST0.0/alex_shift_tolerant.pth"
DIGEST = "b356b382f96010f77d085ee8343ecd9fd322d0a56e8de2b2d0549fafcad8b9ee"
"""SHA-256 of the package's file: weights of another version are not taken for these."""

CARD = {
    "source": f"PyPI {PACKAGE} {VERSION}, {FILE}",
    "licence": "BSD-2-Clause (Abhijay Ghildyal, Feng Liu)",
    "paper": "A. Ghildyal, F. Liu: Shift-tolerant Perceptual Similarity Metric, ECCV 2022",
    "trained on": "ImageNet photographs and human judgements of distorted ones (BAPPS)",
}


class Blur(nn.Module):
    """Every second pixel of a map blurred by (1, 2, 1): shifts change little (Zhang 2019)."""

    def forward(self, maps: Tensor) -> Tensor:
        """(n, C, H, W) to about half the height and width."""
        row = torch.tensor([0.25, 0.5, 0.25])
        kernel = torch.outer(row, row).expand(maps.shape[1], 1, 3, 3)
        wide = functional.pad(maps, (2, 2, 2, 2), mode="reflect")
        return functional.conv2d(wide, kernel, stride=2, groups=maps.shape[1])


class Pair(nn.Module):
    """The shift-tolerant LPIPS on AlexNet, of two pictures at once."""

    shift: Tensor
    scale: Tensor

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("shift", torch.tensor([-0.030, -0.088, -0.188])[:, None, None])
        self.register_buffer("scale", torch.tensor([0.458, 0.448, 0.450])[:, None, None])
        a, b, c, d, e = CHANNELS
        stages = [
            [nn.Conv2d(3, a, 11, padding=2), Blur(), nn.ReLU()],
            [nn.MaxPool2d(3, 1), Blur(), nn.Conv2d(a, b, 5, padding=2), nn.ReLU()],
            [nn.MaxPool2d(3, 1), Blur(), nn.Conv2d(b, c, 3, padding=1), nn.ReLU()],
            [nn.Conv2d(c, d, 3, padding=1), nn.ReLU()],
            [nn.Conv2d(d, e, 3, padding=1), nn.ReLU()],
        ]
        self.stages = nn.ModuleList(nn.Sequential(*layers) for layers in stages)
        self.heads = nn.ModuleList([nn.Conv2d(n, 1, 1, bias=False) for n in CHANNELS])

    def maps(self, picture: Tensor) -> list[Tensor]:
        """The map behind each stage of (n, 3, S, S) in [0, 1]."""
        found, maps = [], (2 * picture - 1 - self.shift) / self.scale
        for stage in self.stages:
            maps = stage(maps)
            found.append(maps)
        return found

    def forward(self, one: Tensor, two: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """(n,) distances, and (n, GRID², 64) features of each picture."""
        first, second = self.maps(one), self.maps(two)
        apart = torch.zeros(len(one))
        for head, a, b in zip(self.heads, first, second, strict=True):
            apart = apart + head((_unit(a) - _unit(b)).square()).mean((1, 2, 3))
        return apart, _places(first[0]), _places(second[0])


def _unit(maps: Tensor) -> Tensor:
    """Each place's channels at length 1."""
    return maps / (maps.square().sum(1, keepdim=True).sqrt() + 1e-10)


def _places(maps: Tensor) -> Tensor:
    """(n, GRID², C): means over a grid; rows and columns beyond a multiple of it are left out."""
    cell = maps.shape[-1] // GRID
    cut = maps[..., : GRID * cell, : GRID * cell]
    return functional.avg_pool2d(cut, cell).flatten(2).transpose(1, 2)


def export_metric(folder: Path | None = None, *, force: bool = True) -> MetricSpec:
    """Write the network of the installed package ``stlpips-pytorch``, to the cache or a folder.

    Raises:
        MissingExtraError: the package is not installed.
        ModelError: it is another version, or torch and ONNX Runtime disagree; nothing is written.
        ExistsError: it is there, and ``force`` was not given.
        OutputError: the folder cannot be written.
    """
    network = Pair()
    load_weights(network, published())
    return write(network, folder or cache_folder(), force=force)


def published() -> Path:
    """The file of weights in the installed package.

    Raises:
        MissingExtraError: the package is not installed.
        ModelError: the file is another than that of version 0.0.2.
    """
    from importlib.metadata import PackageNotFoundError, distribution

    try:
        path = Path(str(distribution(PACKAGE).locate_file(FILE)))
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
    except (PackageNotFoundError, OSError) as error:
        raise MissingExtraError(f"The perceptual network needs its weights: {HOW}") from error
    if digest != DIGEST:
        raise ModelError(
            f"The weights in {PACKAGE} are not those of version {VERSION}; install that one: {HOW}"
        )
    return path


def load_weights(network: Pair, path: Path) -> None:
    """Put the published weights in their places."""
    stored = torch.load(path, map_location="cpu", weights_only=True)
    convolutions = [m for m in network.stages.modules() if isinstance(m, nn.Conv2d)]
    names = ("slice1.0", "slice2.5", "slice3.9", "slice4.11", "slice5.13")
    for layer, name in zip(convolutions, names, strict=True):
        layer.load_state_dict({k: stored[f"net.{name}.{k}"] for k in ("weight", "bias")})
    for i, head in enumerate(network.heads):
        head.load_state_dict({"weight": stored[f"lin{i}.model.1.weight"]})


def write(network: Pair, folder: Path, *, force: bool) -> MetricSpec:
    """Write a network's graph and JSON where ONNX Runtime agrees with torch.

    Raises:
        ModelError: they disagree; nothing is written.
        ExistsError: it is there, and ``force`` was not given.
        OutputError: the folder cannot be written.
    """
    graph = f"{NAME}.pair.onnx"
    draw = torch.Generator().manual_seed(0)
    inputs = {name: torch.rand(1, 3, SIZE, SIZE, generator=draw) for name in ("one", "two")}
    names = (list(inputs), ["distance", "first", "second"])
    with staged(folder, [graph, f"{NAME}.json"], force=force) as stage:
        write_graph(network.eval(), list(inputs.values()), stage / graph, names=names, half=False)
        apart = gap(network, inputs, stage / graph, unit=lambda wanted: float(np.abs(wanted).max()))
        if apart > BOUND:
            raise ModelError(
                f"{graph} is {apart:.2g} from torch where {BOUND} is let pass; nothing was written."
            )
        spec = MetricSpec(
            NAME, stage, {"pair": graph}, digests(stage, [graph]), "ST-LPIPS, AlexNet", SIZE, CARD
        )
        write_metric(spec, stage / f"{NAME}.json")
    return replace(spec, folder=folder)
