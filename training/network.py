"""The encoder as a torch module: BERT's six post-norm layers, masked mean pooling, unit length.

Parameter names are those of the files in `var/training` and of the initialisers in `model.onnx`.
Query, key and value share one matrix; the token type, always zero, is part of the positions.
"""

from pathlib import Path

from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from torch.nn import functional

WIDTH, HEADS, LAYERS, INNER, POSITIONS = 384, 12, 6, 1536, 128
EPSILON = 1e-12
_HIDDEN = -1e4


class Layer(nn.Module):
    """One transformer layer: attention, then a feed-forward block, each followed by a norm.

    Attention is written out: over a dozen tokens, torch's fused kernel takes three times as long
    on a CPU, going back.
    """

    def __init__(self, width: int, heads: int, inner: int) -> None:
        super().__init__()
        self.heads = heads
        self.scale = (width // heads) ** -0.5
        self.qkv = nn.Linear(width, 3 * width)
        self.out = nn.Linear(width, width)
        self.norm1 = nn.LayerNorm(width, eps=EPSILON)
        self.up = nn.Linear(width, inner)
        self.down = nn.Linear(inner, width)
        self.norm2 = nn.LayerNorm(width, eps=EPSILON)

    def forward(self, states: Tensor, mask: Tensor) -> Tensor:
        """Map states [B, T, width] to the same shape; `mask` is True [B, 1, 1, T] at tokens."""
        batch, length, width = states.shape
        parts = self.qkv(states).view(batch, length, 3, self.heads, width // self.heads)
        query, key, value = parts.permute(2, 0, 3, 1, 4)
        logits = query @ key.transpose(-1, -2) * self.scale
        mixed = logits.masked_fill(~mask, _HIDDEN).softmax(-1).to(value.dtype) @ value
        mixed = mixed.transpose(1, 2).reshape(batch, length, width)
        states = self.norm1(states + self.out(mixed))
        inner = functional.gelu(self.up(states))
        normed: Tensor = self.norm2(states + self.down(inner))
        return normed


class Encoder(nn.Module):
    """Token ids to sentence embeddings of unit length."""

    def __init__(
        self,
        vocabulary: int,
        *,
        width: int = WIDTH,
        heads: int = HEADS,
        layers: int = LAYERS,
        inner: int = INNER,
    ) -> None:
        super().__init__()
        self.tokens = nn.Embedding(vocabulary, width, sparse=True)
        self.positions = nn.Embedding(POSITIONS, width)
        self.norm = nn.LayerNorm(width, eps=EPSILON)
        self.layers = nn.ModuleList(Layer(width, heads, inner) for _ in range(layers))

    def forward(self, ids: Tensor, mask: Tensor) -> Tensor:
        """Map int64 ids and a 0/1 mask, both [B, T], to embeddings [B, width]."""
        states = self.norm(self.tokens(ids) + self.positions.weight[: ids.shape[1]])
        visible = mask.bool()[:, None, None, :]
        for layer in self.layers:
            states = layer(states, visible)
        weights = mask.unsqueeze(-1).float()
        pooled = (states.float() * weights).sum(1) / weights.sum(1)
        return functional.normalize(pooled, dim=-1)


def save_encoder(state: dict[str, Tensor], path: Path) -> None:
    """Write a state dictionary of `Encoder`, replacing `path` only when it is complete."""
    partial = path.with_suffix(".partial")
    save_file({name: tensor.cpu().contiguous() for name, tensor in state.items()}, partial)
    partial.replace(path)


def load_encoder(path: Path) -> Encoder:
    """Read what `save_encoder` wrote."""
    state = load_file(path)
    encoder = Encoder(state["tokens.weight"].shape[0])
    encoder.load_state_dict(state)
    return encoder


def average(shares: dict[Path, float], output: Path) -> None:
    """Write the mean of the weights in some files, each with its share.

    Two models on one path of training have a better one between them (Wortsman et al., 2022).
    """
    mean: dict[str, Tensor] = {}
    for path, share in shares.items():
        for name, value in load_file(path).items():
            mean[name] = mean[name] + share * value if name in mean else share * value
    save_encoder(mean, output)
