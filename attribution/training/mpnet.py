"""A larger encoder for training only: MPNet-base (Song et al. 2020), whose runs teach the small one that ships.

:class:`MPNet` takes the place of :class:`attribution.language.encoder.Encoder` in a model that is trained: the same
calls, and word pieces of BERT's uncased vocabulary, which MPNet's is but for its own special tokens in front. Segments,
which it was pretrained without, are an embedding that begins at zero. Its weights (``all-mpnet-base-v2``, Apache-2.0)
come from a folder with ``config.json`` and ``model.safetensors``.
"""

from __future__ import annotations

import json
import math
from pathlib import Path

import safetensors.torch
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from attribution.language.encoder import EncoderConfig
from attribution.language.windows import CLS, SEP, UNK

SHIFT = 4  # BERT's vocabulary begins after <s>, <pad>, </s>, <unk>
START, PAD, END, UNKNOWN = range(4)
BUCKETS, FAR = 32, 128  # of distances between pieces


SIZES = EncoderConfig(vocabulary=30527, width=768, layers=12, heads=12, inner=3072, positions=514)


def buckets(length: int) -> Tensor:
    """The bucket of the distance from each piece to each other, [length, length] (Raffel et al. 2020, both directions)."""
    apart = torch.arange(length)[:, None] - torch.arange(length)[None, :]
    half, size = BUCKETS // 2, apart.abs()
    near = half // 2
    far = near + (size.clamp(min=1).float() / near).log().div(math.log(FAR / near)).mul(half - near).long()
    return torch.where(size < near, size, far.clamp(max=half - 1)) + half * (apart < 0)


class Layer(nn.Module):
    """One transformer layer, normalized after each half."""

    def __init__(self, config: EncoderConfig):
        super().__init__()
        self.heads = config.heads
        self.q, self.k, self.v, self.o = (nn.Linear(config.width, config.width) for _ in range(4))
        self.norm1 = nn.LayerNorm(config.width, eps=1e-5)
        self.up, self.down = nn.Linear(config.width, config.inner), nn.Linear(config.inner, config.width)
        self.norm2 = nn.LayerNorm(config.width, eps=1e-5)
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, x: Tensor, bias: Tensor) -> Tensor:
        batch, length, width = x.shape
        q, k, v = (part(x).view(batch, length, self.heads, -1).transpose(1, 2) for part in (self.q, self.k, self.v))
        y = attention_with(q, k, v, bias).transpose(1, 2).reshape(batch, length, width)
        x = self.norm1(x + self.dropout(self.o(y)))
        return self.norm2(x + self.dropout(self.down(F.gelu(self.up(x)))))


def attention_with(q: Tensor, k: Tensor, v: Tensor, bias: Tensor) -> Tensor:
    """Attention with ``bias`` [batch, heads, length, length] added to its scores."""
    with torch.autocast(q.device.type, enabled=False):
        return ((q @ k.transpose(-1, -2)) * q.shape[-1] ** -0.5 + bias.to(q.dtype)).softmax(-1) @ v


class MPNet(nn.Module):
    """Word pieces in, one vector a piece out; arguments as of :class:`attribution.language.encoder.Encoder`."""

    def __init__(self, config: EncoderConfig = SIZES):
        super().__init__()
        self.config = config
        self.words = nn.Embedding(config.vocabulary, config.width, padding_idx=PAD)
        self.places = nn.Embedding(config.positions, config.width)
        self.segments = nn.Embedding(config.segments, config.width)
        self.distance = nn.Embedding(BUCKETS, config.heads)
        self.norm = nn.LayerNorm(config.width, eps=1e-5)
        self.dropout = nn.Dropout(config.dropout)
        self.layers = nn.ModuleList(Layer(config) for _ in range(config.layers))
        nn.init.zeros_(self.segments.weight)

    def forward(self, ids: Tensor, mask: Tensor, segments: Tensor | None = None, extra: Tensor | None = None) -> Tensor:
        return self.last(self.hidden(ids, mask, segments, extra), mask)

    def hidden(self, ids: Tensor, mask: Tensor, segments: Tensor | None = None, extra: Tensor | None = None) -> Tensor:
        """What goes into the last layer: float [batch, length, width]."""
        own = ids + SHIFT
        for theirs, ours in ((CLS, START), (SEP, END), (UNK, UNKNOWN)):
            own = own.masked_fill(ids == theirs, ours)
        x = self.words(own.masked_fill(~mask, PAD)) + self.places.weight[2 : ids.shape[1] + 2]
        x = x if segments is None else x + self.segments(segments)
        x = self.dropout(self.norm(x if extra is None else x + extra))
        bias = self._bias(mask)
        for layer in self.layers[:-1]:
            x = layer(x, bias)
        return x

    def last(self, hidden: Tensor, mask: Tensor) -> Tensor:
        """The last layer, on what :meth:`hidden` gave."""
        return self.layers[-1](hidden, self._bias(mask))

    def _bias(self, mask: Tensor) -> Tensor:
        near = self.distance(buckets(mask.shape[1])).permute(2, 0, 1)
        return near.masked_fill(~mask[:, None, None, :], -1e9)


def load(folder: Path) -> MPNet:
    """The encoder with the weights of ``folder`` (``transformers``' names). Raises ValueError where it holds another kind."""
    told = json.loads((folder / "config.json").read_text("utf-8"))
    if told.get("model_type") != "mpnet":
        raise ValueError(f"{folder} holds a model of the kind {told.get('model_type')!r}, not mpnet")
    names = {
        "embeddings.word_embeddings.": "words.", "embeddings.position_embeddings.": "places.", "embeddings.LayerNorm.": "norm.",
        "encoder.relative_attention_bias.": "distance.", "encoder.layer.": "layers.", "attention.attn.": "",
        "attention.LayerNorm.": "norm1.", "intermediate.dense.": "up.", "output.dense.": "down.", "output.LayerNorm.": "norm2.",
    }  # fmt: skip
    model, state = MPNet(EncoderConfig(told["vocab_size"], told["hidden_size"], told["num_hidden_layers"], told["num_attention_heads"],
                                       told["intermediate_size"], told["max_position_embeddings"])), {}
    for key, value in safetensors.torch.load_file(str(folder / "model.safetensors")).items():
        for theirs, ours in names.items():
            key = key.replace(theirs, ours)
        state[key] = value
    left = model.load_state_dict({k: v for k, v in state.items() if "pooler" not in k and "position_ids" not in k}, strict=False)
    if left.unexpected_keys or set(left.missing_keys) != {"segments.weight"}:
        raise ValueError(f"{folder}: weights of other names than expected: {left}")
    return model
