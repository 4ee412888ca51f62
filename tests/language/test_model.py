"""The language model's heads: their sizes are read off the weights."""

from dataclasses import astuple

import pytest

from attribution.language.encoder import EncoderConfig
from attribution.language.model import HeadSizes, Labels, LanguageModel

LABELS = Labels(("NOUN", "VERB"), ("NN",), ("_",), ("root", "obj"), ("O", "S-Person"))


@pytest.mark.parametrize("factor", [0.5, 1, 2])
def test_sizes_of_heads_are_those_of_their_weights(factor):
    sizes = HeadSizes().times(factor)
    assert astuple(sizes) == tuple(factor * size for size in astuple(HeadSizes()))
    weights = LanguageModel(LABELS, EncoderConfig(vocabulary=8, layers=1), sizes).state_dict()
    assert HeadSizes.of(weights) == sizes
    LanguageModel(LABELS, EncoderConfig(vocabulary=8, layers=1), HeadSizes.of(weights)).load_state_dict(weights)
