"""A small BERT encoder in plain torch, and how its weights are stored: int8 per row in safetensors.

The encoder is MiniLM-L6 (Wang et al. 2020: 6 layers, 384 wide, 22 M parameters) without the
``transformers`` package: one file, no download, no configuration that could point to a network.
Every model of this project that reads text (language, quotations, stance) is one of these with its
own fine-tuned weights and small heads on top.
"""

from __future__ import annotations

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
QUANTIZE_FROM = 4096  # matrices smaller than this stay as they are: they cost nothing and steer a lot


@dataclass(frozen=True, slots=True)
class EncoderConfig:
    """Sizes of a BERT encoder; the defaults are MiniLM-L6's."""

    vocabulary: int = 30522
    width: int = 384
    layers: int = 6
    heads: int = 12
    inner: int = 1536
    positions: int = 512
    segments: int = 2
    dropout: float = 0.1


def attention(q: Tensor, k: Tensor, v: Tensor, mask: Tensor) -> Tensor:
    """Scaled dot-product attention step by step: its backward pass is twice as fast on a CPU as the fused one's."""
    with torch.autocast(q.device.type, enabled=False):
        scores = (q @ k.transpose(-1, -2)) * q.shape[-1] ** -0.5
        return scores.masked_fill(~mask, torch.finfo(scores.dtype).min).softmax(-1) @ v


def attention_by_text(q: Tensor, k: Tensor, v: Tensor, mask: Tensor) -> Tensor:
    """Scaled dot-product attention of one text after the other, whose scores stay in the processor's cache: in bfloat16
    nearly twice as fast as the fused one over 320 word pieces (in single precision it is not)."""
    bias = torch.zeros(mask.shape, dtype=q.dtype).masked_fill(~mask, torch.finfo(q.dtype).min)
    return torch.stack([
        torch.baddbmm(b.expand(-1, q.shape[2], -1), x, y.transpose(1, 2), alpha=q.shape[-1] ** -0.5).softmax(-1) @ z
        for b, x, y, z in zip(bias.expand(-1, q.shape[1], -1, -1), q, k, v)])


class Layer(nn.Module):
    """One transformer layer, normalized after each half (Vaswani et al. 2017, Devlin et al. 2019)."""

    def __init__(self, config: EncoderConfig):
        super().__init__()
        self.heads = config.heads
        self.qkv = nn.Linear(config.width, 3 * config.width)
        self.out = nn.Linear(config.width, config.width)
        self.norm1 = nn.LayerNorm(config.width, eps=1e-12)
        self.up = nn.Linear(config.width, config.inner)
        self.down = nn.Linear(config.inner, config.width)
        self.norm2 = nn.LayerNorm(config.width, eps=1e-12)
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        batch, length, width = x.shape
        q, k, v = self.qkv(x).view(batch, length, 3, self.heads, -1).permute(2, 0, 3, 1, 4)
        if torch.is_grad_enabled():
            attend = attention
        elif q.dtype == torch.bfloat16 and q.device.type == "cpu":
            attend = attention_by_text
        else:
            attend = F.scaled_dot_product_attention
        y = attend(q, k, v, mask)
        x = self.norm1(x + self.out(y.transpose(1, 2).reshape(batch, length, width)))
        return self.norm2(x + self.dropout(self.down(F.gelu(self.up(x)))))


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
        self.norm = nn.LayerNorm(config.width, eps=1e-12)
        self.dropout = nn.Dropout(config.dropout)
        self.layers = nn.ModuleList(Layer(config) for _ in range(config.layers))

    def forward(self, ids: Tensor, mask: Tensor, segments: Tensor | None = None, extra: Tensor | None = None) -> Tensor:
        return self.last(self.hidden(ids, mask, segments, extra), mask)

    def hidden(self, ids: Tensor, mask: Tensor, segments: Tensor | None = None, extra: Tensor | None = None) -> Tensor:
        """What goes into the last layer: float [batch, length, width]; arguments as of ``forward``."""
        segments = torch.zeros_like(ids) if segments is None else segments
        x = self.words(ids) + self.places.weight[: ids.shape[1]] + self.segments(segments)
        x = self.dropout(self.norm(x if extra is None else x + extra))
        seen = mask[:, None, None, :]
        for layer in self.layers[:-1]:
            x = layer(x, seen)
        return x

    def last(self, hidden: Tensor, mask: Tensor) -> Tensor:
        """The last layer, on what :meth:`hidden` gave."""
        return self.layers[-1](hidden, mask[:, None, None, :])


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


def save_weights(state: Mapping[str, Tensor], path: Path) -> None:
    """Writes a state dict as safetensors, matrices as int8 with one scale a row (absmax), the rest as float16
    where that loses nothing that matters (norms and biases stay float32)."""
    packed = {}
    for name, value in state.items():
        value = value.detach().cpu().float().contiguous()
        if value.dim() == 2 and value.numel() >= QUANTIZE_FROM:
            scale = value.abs().amax(1, keepdim=True).clamp(min=1e-8) / 127
            packed[name] = (value / scale).round().to(torch.int8)
            packed[name + SCALE] = scale
        else:
            packed[name] = value
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    safetensors.torch.save_file(packed, str(path))


def load_weights(path: Path) -> dict[str, Tensor]:
    """The float32 state dict that :func:`save_weights` wrote (int8 matrices are widened)."""
    packed = safetensors.torch.load_file(str(path))
    return {name: value.float() * packed[name + SCALE] if value.dtype == torch.int8 else value
            for name, value in packed.items() if not name.endswith(SCALE)}


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
