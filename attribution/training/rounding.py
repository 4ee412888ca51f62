"""Training with the weights as they will be stored, so that what rounding takes away is learned around.

Forward and backward pass see the rounded weights, the optimizer moves the whole ones (the straight-through estimator, Bengio
et al. 2013; for storage of few bits Jacob et al. 2018).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import torch
from torch import nn

from attribution.language.encoder import is_rounded, quantized, widened


@contextmanager
def rounded(parameters: Iterable[nn.Parameter], bits: int) -> Iterator[None]:
    """Inside, matrices that are trained are as :func:`save_weights` would store them with ``bits``; afterwards whole again."""
    whole = [(p, p.data) for p in parameters if p.requires_grad and is_rounded(p)]
    for p, value in whole:
        p.data = widened(*quantized(value, bits))
    try:
        yield
    finally:
        for p, value in whole:
            p.data = value


@torch.no_grad()
def round_fixed(parameters: Iterable[nn.Parameter], bits: int) -> None:
    """Rounds the matrices that are not trained, for good."""
    for p in parameters:
        if not p.requires_grad and is_rounded(p):
            p.copy_(widened(*quantized(p, bits)))
