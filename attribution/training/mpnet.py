"""MPNet-base (Song et al. 2020) as an encoder of ours: what the stance model and its teachers begin with.

Its word pieces are those of BERT's uncased vocabulary behind four special ones of its own; here they stand in BERT's order, so
that one tokenizer serves both. Segments, which it was pretrained without, are an embedding that begins at zero. Its weights
(``all-mpnet-base-v2``, Apache-2.0) come from a folder with ``config.json`` and ``model.safetensors``.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import safetensors.torch
import torch
from torch import Tensor, nn

from attribution.language.encoder import Encoder, EncoderConfig
from attribution.language.windows import CLS, SEP, UNK

SHIFT = 4  # BERT's vocabulary begins after <s>, <pad>, </s>, <unk>
START, PAD, END, UNKNOWN = range(4)
FIRST_PLACE = 2  # the position of the first piece


def load(folder: Path) -> Encoder:
    """The encoder with the weights of ``folder`` (``transformers``' names). Raises ValueError where it holds another kind."""
    told = json.loads((folder / "config.json").read_text("utf-8"))
    if told.get("model_type") != "mpnet":
        raise ValueError(f"{folder} holds a model of the kind {told.get('model_type')!r}, not mpnet")
    state = ours(safetensors.torch.load_file(str(folder / "model.safetensors")))
    model = Encoder(EncoderConfig.of(state))
    model.load_state_dict(state)
    return model


def ours(theirs: dict[str, Tensor]) -> dict[str, Tensor]:
    """Published weights under the names and in the order of :class:`Encoder`."""
    names = {
        "embeddings.word_embeddings.": "words.", "embeddings.position_embeddings.": "places.", "embeddings.LayerNorm.": "norm.",
        "encoder.relative_attention_bias.": "distance.", "encoder.layer.": "layers.", "attention.attn.o.": "out.",
        "attention.LayerNorm.": "norm1.", "intermediate.dense.": "up.", "output.dense.": "down.", "output.LayerNorm.": "norm2.",
    }  # fmt: skip
    state = {}
    for key, value in theirs.items():
        for old, new in names.items():
            key = key.replace(old, new)
        if "pooler" not in key and "position_ids" not in key and "attention.attn." not in key:
            state[key] = value
    number = 0
    while (prefix := f"encoder.layer.{number}.attention.attn.") + "q.weight" in theirs:
        for kind in ("weight", "bias"):
            state[f"layers.{number}.qkv.{kind}"] = torch.cat([theirs[f"{prefix}{part}.{kind}"] for part in "qkv"])
        number += 1
    state["words.weight"] = words_in_order(state["words.weight"])
    state["places.weight"] = state["places.weight"][FIRST_PLACE:].clone()
    state["segments.weight"] = torch.zeros(2, state["words.weight"].shape[1])
    return state


def words_in_order(words: Tensor) -> Tensor:
    """MPNet's word embeddings in the order of BERT's vocabulary."""
    rows = torch.arange(len(words) - SHIFT - 1) + SHIFT  # the last one is MPNet's own mask
    for piece, own in ((0, PAD), (UNK, UNKNOWN), (CLS, START), (SEP, END)):
        rows[piece] = own
    return words[rows]


def thinned(model: Encoder, layers: Sequence[int], apart: int = 0) -> Encoder:
    """The encoder with only some of its layers, in this order; the lowest ``apart`` of them read the segments apart."""
    result = Encoder(replace(model.config, layers=len(layers), apart=apart))
    kept = nn.ModuleList(model.layers[number] for number in layers)
    state = {name: value for name, value in model.state_dict().items() if not name.startswith("layers.")}
    state |= {f"layers.{name}": value for name, value in kept.state_dict().items()}
    result.load_state_dict(state | ({"apart": torch.tensor(apart)} if apart else {}))
    return result
