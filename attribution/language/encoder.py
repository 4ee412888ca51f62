"""A small BERT encoder in plain torch, and how its weights are stored: int8, 4 or 3 bits in safetensors.

The encoder is MiniLM-L6 (Wang et al. 2020: 6 layers, 384 wide, 22 M parameters) or, with biases by the distance of two
pieces, MPNet (Song et al. 2020), without the ``transformers`` package: one file, no download, no configuration that could
point to a network. Every model of this project that reads text (language, quotations, stance) is one of these with its
own fine-tuned weights and small heads on top.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import safetensors.torch
import torch
import torch.nn.functional as F
from tokenizers import Tokenizer
from torch import Tensor, nn

SCALE = "::scale"  # suffix of the tensor that holds the row scales of an int8 matrix
GROUP = 64  # weights of a row that share a scale, where 3 or 4 bits hold one
COARSE = ("words.", ".up.", ".down.")  # what 3 bits a weight are enough for
TINIEST = 1e-6  # scale: what float16 can still hold
HIDDEN = -1e9  # what the scores of padding get
SHORT = 128  # pieces that are seen, up to which all texts attend at once
AWAY = 32  # pieces: how far every piece of a text beside counts as being
QUANTIZE_FROM = 8192  # matrices smaller than this stay as they are: they cost nothing and steer a lot


@dataclass(frozen=True, slots=True)
class EncoderConfig:
    """Sizes of a BERT encoder; the defaults are MiniLM-L6's. ``distances``: buckets of the distance between pieces, 0:
    none; ``apart``: so many of the lowest layers read a text by itself before the others read what stands :class:`Beside` it, so
    that what they make of it serves all its pairs (Cao et al. 2020, DeFormer)."""

    vocabulary: int = 30522
    width: int = 384
    layers: int = 6
    heads: int = 12
    inner: int = 1536
    positions: int = 512
    segments: int = 2
    dropout: float = 0.1
    distances: int = 0
    apart: int = 0
    tiny: float = 1e-12  # what keeps the norms from dividing by zero

    @classmethod
    def of(cls, state: Mapping[str, Tensor]) -> EncoderConfig:
        """The sizes of an encoder with these weights; of heads only distances tell, without them there are MiniLM's 12."""
        vocabulary, width = state["words.weight"].shape
        distances, heads = state["distance.weight"].shape if "distance.weight" in state else (0, cls().heads)
        layers = 1 + max(int(name.split(".")[1]) for name in state if name.startswith("layers."))
        return cls(vocabulary, width, layers, heads, len(state["layers.0.up.weight"]), len(state["places.weight"]),
                   len(state["segments.weight"]), distances=distances, apart=int(state.get("apart", 0)),
                   tiny=1e-5 if distances else 1e-12)


def attention(q: Tensor, k: Tensor, v: Tensor, bias: Tensor) -> Tensor:
    """Scaled dot-product attention step by step: its backward pass is twice as fast on a CPU as the fused one's."""
    with torch.autocast(q.device.type, enabled=False):
        return ((q @ k.transpose(-1, -2)) * q.shape[-1] ** -0.5 + bias.to(q.dtype)).softmax(-1) @ v


def attention_by_text(q: Tensor, k: Tensor, v: Tensor, bias: Tensor) -> Tensor:
    """Scaled dot-product attention of one text after the other, whose scores stay in the processor's cache: in bfloat16
    nearly twice as fast as the fused one over 320 word pieces (in single precision it is not). Up to ``SHORT`` pieces
    :func:`attention` of all texts at once is as fast or faster, of 53 pieces twice as fast."""
    return torch.stack([
        torch.baddbmm(b, x, y.transpose(1, 2), alpha=q.shape[-1] ** -0.5).softmax(-1) @ z
        for b, x, y, z in zip(bias.to(q.dtype).expand(-1, q.shape[1], q.shape[2], -1), q, k, v)])


def buckets(length: int, count: int, far: int = 128) -> Tensor:
    """The bucket, of ``count``, of the distance from each piece to each other, [length, length] (Raffel et al. 2020, both
    directions): near ones have one each, those from ``far`` pieces on one together."""
    apart = torch.arange(length)[:, None] - torch.arange(length)[None, :]
    half, size = count // 2, apart.abs()
    near = half // 2
    wide = near + (size.clamp(min=1).float() / near).log().div(math.log(far / near)).mul(half - near).long()
    return torch.where(size < near, size, wide.clamp(max=half - 1)) + half * (apart < 0)


@dataclass(frozen=True, slots=True)
class Beside:
    """Texts that others read beside themselves. They are read by themselves, so they serve many: ``states``, of what goes into
    each layer that reads them, float [texts, length, width]; ``mask`` bool [texts, length]; ``rows``, int [batch]: which of
    them each row reads."""

    states: tuple[Tensor, ...]
    mask: Tensor
    rows: Tensor


class Layer(nn.Module):
    """One transformer layer, normalized after each half (Vaswani et al. 2017, Devlin et al. 2019)."""

    def __init__(self, config: EncoderConfig):
        super().__init__()
        self.heads = config.heads
        self.qkv = nn.Linear(config.width, 3 * config.width)
        self.out = nn.Linear(config.width, config.width)
        self.norm1 = nn.LayerNorm(config.width, eps=config.tiny)
        self.up = nn.Linear(config.width, config.inner)
        self.down = nn.Linear(config.inner, config.width)
        self.norm2 = nn.LayerNorm(config.width, eps=config.tiny)
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, x: Tensor, bias: Tensor, only: Tensor | None = None, beside: Tensor | None = None,
                rows: Tensor | None = None) -> Tensor:
        """``bias`` is added to the scores of attention: float, as [batch, heads, length, length] or to be spread to it; with
        ``beside`` [texts, n, width], of which each row reads the one in ``rows``, its last n columns are for that. ``only``,
        int [batch, m]: the pieces that come out, [batch, m, width], each as if all did."""
        if only is None:
            q, k, v = self._heads(self.qkv(x), 3)
        else:
            k, v = self._seen(x)
            x = x.gather(1, only[:, :, None].expand(-1, -1, x.shape[2]))
            if bias.shape[2] > 1:
                bias = bias.expand(len(x), -1, -1, -1).gather(2, only[:, None, :, None].expand(-1, bias.shape[1], -1, bias.shape[3]))
            (q,) = self._heads(F.linear(x, self.qkv.weight[: x.shape[2]], self.qkv.bias[: x.shape[2]]), 1)
        if beside is not None:
            k, v = (torch.cat([own, other[rows]], 2) for own, other in zip((k, v), self._seen(beside)))
        if only is not None or torch.is_grad_enabled():
            attend = attention
        elif q.dtype == torch.bfloat16 and q.device.type == "cpu":
            attend = attention if k.shape[2] <= SHORT else attention_by_text
        else:
            attend, bias = F.scaled_dot_product_attention, bias.to(q.dtype)
        y = attend(q, k, v, bias)
        x = self.norm1(x + self.out(y.transpose(1, 2).reshape(x.shape)))
        return self.norm2(x + self.dropout(self.down(F.gelu(self.up(x)))))

    def _seen(self, x: Tensor) -> Tensor:
        """The keys and values of each piece, [2, batch, heads, length, width of a head]."""
        width = x.shape[2]
        return self._heads(F.linear(x, self.qkv.weight[width:], self.qkv.bias[width:]), 2)

    def _heads(self, x: Tensor, parts: int) -> Tensor:
        return x.view(*x.shape[:2], parts, self.heads, -1).permute(2, 0, 3, 1, 4)


class Encoder(nn.Module):
    """Word pieces in, one vector a piece out.

    ``forward(ids, mask, segments=None, extra=None)``: ``ids`` int [batch, length], ``mask`` bool of the
    same shape (True = a real piece), ``segments`` int of the same shape or None (all 0), ``extra`` float
    [batch, length, width] added to the input embeddings or None; returns float [batch, length, width].
    """

    def __init__(self, config: EncoderConfig = EncoderConfig()):
        super().__init__()
        self.config = config
        self.words = nn.Embedding(config.vocabulary, config.width, padding_idx=0)
        self.places = nn.Embedding(config.positions, config.width)
        self.segments = nn.Embedding(config.segments, config.width)
        self.norm = nn.LayerNorm(config.width, eps=config.tiny)
        self.dropout = nn.Dropout(config.dropout)
        self.layers = nn.ModuleList(Layer(config) for _ in range(config.layers))
        self.distance = nn.Embedding(config.distances, config.heads) if config.distances else None
        if config.apart:  # among the weights, which tell the sizes
            self.register_buffer("apart", torch.tensor(config.apart))

    def forward(self, ids: Tensor, mask: Tensor, segments: Tensor | None = None, extra: Tensor | None = None) -> Tensor:
        return self.last(self.hidden(ids, mask, segments, extra), mask)

    def hidden(self, ids: Tensor, mask: Tensor, segments: Tensor | None = None, extra: Tensor | None = None) -> Tensor:
        """What goes into the last layer: float [batch, length, width]; arguments as of ``forward``."""
        return self.upper(self.lower(ids, mask, segments, extra), mask)

    def lower(self, ids: Tensor, mask: Tensor, segments: Tensor | None = None, extra: Tensor | None = None) -> Tensor:
        """What comes out of the layers that read a text by itself; arguments as of ``forward``."""
        segments = torch.zeros_like(ids) if segments is None else segments
        x = self.words(ids) + self.places(torch.arange(ids.shape[1], device=ids.device)) + self.segments(segments)
        x = self.dropout(self.norm(x if extra is None else x + extra))
        bias = self._bias(x, mask)
        for layer in self.layers[: self.config.apart]:
            x = layer(x, bias)
        return x

    def beside(self, ids: Tensor, mask: Tensor, segments: Tensor, rows: Tensor | None = None) -> Beside:
        """Texts to be read beside others; without ``rows`` each by one, in order."""
        states = [self.lower(ids, mask, segments)]
        bias = self._bias(states[0], mask)
        for layer in self.layers[self.config.apart : -1]:
            states.append(layer(states[-1], bias))
        return Beside(tuple(states), mask, torch.arange(len(ids)) if rows is None else rows)

    def upper(self, x: Tensor, mask: Tensor, beside: Beside | None = None) -> Tensor:
        """What goes into the last layer, of what :meth:`lower` gave."""
        bias = self._bias(x, mask, beside)
        for number, layer in enumerate(self.layers[self.config.apart : -1]):
            x = layer(x, bias, beside=beside and beside.states[number], rows=beside and beside.rows)
        return x

    def last(self, hidden: Tensor, mask: Tensor, only: Tensor | None = None, beside: Beside | None = None) -> Tensor:
        """The last layer, on what :meth:`hidden` gave; ``only`` these pieces come out, int [batch, m], None: all."""
        return self.layers[-1](hidden, self._bias(hidden, mask, beside), only, beside and beside.states[-1],
                               beside and beside.rows)

    def _bias(self, x: Tensor, mask: Tensor, beside: Beside | None = None) -> Tensor:
        """What is added to the scores of attention: how far pieces are from each other, and that padding is not seen."""
        seen = mask[:, None, None]
        if self.distance is None:
            near, far = torch.zeros(1, 1, 1, dtype=x.dtype, device=x.device), torch.zeros(1, dtype=x.dtype, device=x.device)
        else:
            near = self.distance(buckets(x.shape[1], self.config.distances).to(x.device)).permute(2, 0, 1).to(x.dtype)
            far = self.distance.weight[buckets(AWAY + 1, self.config.distances)[0, AWAY]].to(x.dtype)
        bias = near.masked_fill(~seen, HIDDEN)
        if beside is not None:
            other = far[:, None, None].masked_fill(~beside.mask[beside.rows][:, None, None], HIDDEN)
            bias = torch.cat([bias.expand(-1, len(far), x.shape[1], -1), other.expand(-1, -1, x.shape[1], -1)], 3)
        return bias


def from_huggingface(state: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The state dict of :class:`Encoder` from one of ``transformers.BertModel`` (any prefix, pooler left out)."""
    names = {
        "embeddings.word_embeddings": "words", "embeddings.position_embeddings": "places",
        "embeddings.token_type_embeddings": "segments", "embeddings.LayerNorm": "norm",
        "attention.output.dense": "out", "attention.output.LayerNorm": "norm1",
        "intermediate.dense": "up", "output.dense": "down", "output.LayerNorm": "norm2",
    }  # fmt: skip
    state = {key[key.index(part):]: value for key, value in state.items()
             for part in ("embeddings.", "encoder.layer.") if part in key and "position_ids" not in key}
    result = {}
    for key, value in state.items():
        if key.startswith("encoder.layer."):
            number, rest = key.removeprefix("encoder.layer.").split(".", 1)
            name, kind = rest.rsplit(".", 1)
            if not name.startswith("attention.self."):
                result[f"layers.{number}.{names[name]}.{kind}"] = value
            elif name.endswith("query"):
                parts = [state[key.replace("query", p)] for p in ("query", "key", "value")]
                result[f"layers.{number}.qkv.{kind}"] = torch.cat(parts)
        else:
            name, kind = key.rsplit(".", 1)
            result[f"{names[name]}.{kind}"] = value
    return result


def save_weights(state: Mapping[str, Tensor], path: Path, bits: int = 8) -> None:
    """Writes a state dict as safetensors, matrices as int8 with one scale a row or (``bits`` 3 or 4) in few bits with one
    scale for each ``GROUP`` of a row, see :func:`bits_of`; norms and biases stay float32."""
    packed = {}
    for name, value in state.items():
        value = value.detach().cpu().float().contiguous()
        if is_rounded(value):
            own = bits_of(name, bits)
            levels, scale = quantized(value, own)
            packed[name] = levels if own == 8 else _bits(levels, own)
            packed[name + SCALE] = scale
        else:
            packed[name] = value
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    safetensors.torch.save_file(packed, str(path))


def is_rounded(value: Tensor) -> bool:
    """Whether the weights are stored in few bits."""
    return value.dim() == 2 and value.numel() >= QUANTIZE_FROM


def bits_of(name: str, bits: int) -> int:
    """The bits of a weight of the matrix ``name``, where ``bits`` are asked for: 3 are for word embeddings and feed-forward halves,
    attention then has 4 (with it in 3 too, five points of stance were lost before training so, with one of the others one or two)."""
    return 4 if bits == 3 and not any(part in name for part in COARSE) else bits


def quantized(matrix: Tensor, bits: int) -> tuple[Tensor, Tensor]:
    """The levels of a matrix, int8 of the same shape, and their scales: float32 [rows, 1], for 3 or 4 bits float16 [rows,
    groups], with the sign that puts a group's farthest weight on the lowest level, of which there is one more. Raises
    ValueError for few bits and rows that are no whole groups."""
    if bits == 8:
        scale = matrix.abs().amax(1, keepdim=True).clamp(min=1e-8) / 127
        return (matrix / scale).round().to(torch.int8), scale
    if bits not in (3, 4) or matrix.shape[1] % GROUP:
        raise ValueError(f"{bits} bits of rows of {matrix.shape[1]}")
    groups, most = matrix.reshape(len(matrix), -1, GROUP), 1 << bits - 1
    high, low = groups.amax(2), groups.amin(2)
    scale = torch.where(high > -low, high, low) / -most
    scale = torch.where(scale.abs() < TINIEST, TINIEST, scale).half()
    levels = (groups / scale.float().unsqueeze(2)).round_().clamp_(-most, most - 1)
    return levels.view(matrix.shape).to(torch.int8), scale


def widened(levels: Tensor, scale: Tensor) -> Tensor:
    """The float32 matrix of levels and their scales."""
    groups = levels.view(len(levels), scale.shape[1], -1).float()
    return groups.mul_(scale.float().unsqueeze(2)).view(levels.shape)


def _bits(levels: Tensor, bits: int) -> Tensor:
    """Levels, int8 [rows, n], in so many bits each, the low ones first: uint8 [rows, n * bits / 8]."""
    each = levels.view(torch.uint8).unsqueeze(2) >> torch.arange(bits, dtype=torch.uint8) & 1
    return (each.view(len(levels), -1, 8) << torch.arange(8, dtype=torch.uint8)).sum(2, dtype=torch.uint8)


def _levels(packed: Tensor, columns: int) -> Tensor:
    """The levels that :func:`_bits` packed."""
    bits = packed.shape[1] * 8 // columns
    each = packed.view(len(packed), -1, bits).int()
    eight = sum(each[:, :, byte] << 8 * byte for byte in range(bits))  # levels in one number
    low = torch.stack([(eight >> bits * number).to(torch.int8) for number in range(8)], 2).flatten(1)
    return low << 8 - bits >> 8 - bits  # the shifts bring the sign


def load_weights(path: Path) -> dict[str, Tensor]:
    """The float32 state dict that :func:`save_weights` wrote (int8 and few bits are widened)."""
    packed = safetensors.torch.load_file(str(path))

    def full(name: str, value: Tensor) -> Tensor:
        scale = packed.get(name + SCALE)
        if scale is None:
            return value
        return widened(_levels(value, scale.shape[1] * GROUP) if value.dtype == torch.uint8 else value, scale)

    return {name: full(name, value) for name, value in packed.items() if not name.endswith(SCALE)}


def load_tokenizer(path: Path) -> Tokenizer:
    """The word-piece tokenizer of a ``tokenizer.json``, neither padding nor truncating by itself."""
    tokenizer = Tokenizer.from_file(str(path))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer


@cache
def fast_dtype() -> torch.dtype:
    """bfloat16 where the processor multiplies it in hardware (AVX-512 BF16, AMX), else float32."""
    capability = getattr(torch.backends.cpu, "get_cpu_capability", lambda: "")()
    has_bf16 = getattr(torch.cpu, "_is_avx512_bf16_supported", lambda: False)()
    return torch.bfloat16 if has_bf16 and capability.startswith("AVX512") else torch.float32
