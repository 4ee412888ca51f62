"""Training with the weights as they will be stored, so that what rounding takes away is learned around.

Forward and backward pass see the rounded weights, the optimizer moves the whole ones (the straight-through estimator, Bengio
et al. 2013; for storage of few bits Jacob et al. 2018).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import nn

from attribution.language.encoder import bits_of, is_rounded, quantized, widened


@contextmanager
def rounded(model: nn.Module, bits: int) -> Iterator[None]:
    """Inside, matrices that are trained are as :func:`save_weights` would store them with ``bits``; afterwards whole again."""
    whole = [(name, p, p.data) for name, p in model.named_parameters() if p.requires_grad and is_rounded(p)]
    for name, p, value in whole:
        p.data = widened(*quantized(value, bits_of(name, bits)))
    try:
        yield
    finally:
        for _, p, value in whole:
            p.data = value


@torch.no_grad()
def round_fixed(model: nn.Module, bits: int) -> None:
    """Rounds the matrices that are not trained, for good."""
    for name, p in model.named_parameters():
        if not p.requires_grad and is_rounded(p):
            p.copy_(widened(*quantized(p, bits_of(name, bits))))
