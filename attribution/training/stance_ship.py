"""From trained weights to the files that ship: rounding, vocabulary, temperatures, the axes' head."""

from __future__ import annotations

import json
import math
import random
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor

from attribution.language.encoder import load_tokenizer, save_weights
from attribution.stance.head import Weights
from attribution.stance.model import Loaded, StanceModel, load_model
from attribution.stance.pieces import LONGEST
from attribution.stance.score import Scorer
from attribution.training import stance_axes, stance_data, vocabulary

WRITTEN = 3  # times that the axes written by hand count among those made of corpora: they read like news


def temperature(logits: Tensor, labels: Tensor) -> float:
    """The temperature with the least cross-entropy on held-out logits (Guo et al. 2017), by golden grid."""
    grid = [math.exp(x / 20) for x in range(-20, 31)]
    return min(grid, key=lambda t: F.cross_entropy(logits / t, labels).item())


def calibrate(plain: Loaded, corpora: Path, held: Sequence[Mapping]) -> dict[str, float]:
    """Temperatures of both heads, from development parts that were not trained on."""
    reader = plain.reader
    rows = [r for r in held if r["dataset"] in stance_data.CAPS and not r["split"].startswith("test")
            and r["dataset"] not in stance_data.NLI and len(stance_data.labels_of(r)) == 1
            and len(r["text"].split()) <= stance_data.LONGEST]
    rows = random.Random(1).sample(rows, 4000)
    claims, _ = plain.claims([r["text"] for r in rows], [r["claim"] for r in rows])
    marked = stance_data.newsmtsc(corpora / "stance" / "newsmtsc" / "dev_mt.jsonl.gz")
    marked += stance_data.dse(corpora / "stance" / "dse" / "valid.jsonl.gz", unseen=True)
    polarity = plain.polarities([reader.marked(m.text, m.target, m.holder) for m in marked]).clamp(min=1e-9).log()
    return {
        "claim_temperature": temperature(claims, torch.tensor([stance_data.labels_of(r)[0] for r in rows])),
        "polarity_temperature": temperature(polarity, torch.tensor([m.label + 1 for m in marked])),
    }


def ship(model: StanceModel, corpora: Path, base: Path, out: Path, bits: int = 8) -> None:
    """Writes the weights, the tokenizer and the settings: temperatures and the axes' head, both of the weights as they are
    loaded again. With 3 or 4 bits only the word pieces that the corpora have and the places that are read."""
    out.mkdir(parents=True, exist_ok=True)
    state = model.state_dict()
    if bits < 8:
        kept = vocabulary.used(load_tokenizer(base / "tokenizer.json"), vocabulary.texts(corpora))
        rows = vocabulary.cut(base / "tokenizer.json", out / "tokenizer.json", kept)
        state["encoder.words.weight"] = state["encoder.words.weight"][list(rows)]
        state["encoder.places.weight"] = state["encoder.places.weight"][:LONGEST]
    else:
        shutil.copyfile(base / "tokenizer.json", out / "tokenizer.json")
    save_weights(state, out / "stance.safetensors", bits)
    settings = {"claim_temperature": 1.0, "polarity_temperature": 1.0, "head": None}

    def load() -> Loaded:
        (out / "stance.json").write_text(json.dumps(settings, indent=1) + "\n", "utf-8")
        load_model.cache_clear()
        return load_model(out)

    rows, held = stance_data.split(corpora / "stance_pairs")
    settings |= calibrate(load(), corpora, held)
    shipped = load()
    axes = stance_axes.made_axes(rows, held, shipped) + WRITTEN * stance_axes.written_axes()
    settings["head"] = stance_axes.fit_head(axes, lambda axis: Scorer(axis, shipped, Weights({}))).to_lists()
    load()
