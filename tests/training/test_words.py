"""What the lemmatizer is trained on, and what is shipped of a trained model."""

import torch

from attribution.training.words import halved, pairs_with_lemma


def row(number: str, form: str, lemma: str, tag: str) -> str:
    return "\t".join((number, form, lemma, tag, "_", "_", "0", "root", "_", "_"))


def test_each_pair_of_form_and_tag_stands_once_with_its_usual_lemma():
    blocks = [[row("1", "saw", "see", "VERB"), row("2", "saw", "saw", "NOUN")], [row("1", "saw", "see", "VERB")],
              [row("1", "saw", "saw", "VERB"), row("2-3", "don't", "_", "_")]]
    rows = [tuple(line.split("\t")[1:4]) for block in pairs_with_lemma(blocks, 1) for line in block]
    assert sorted(rows) == [("saw", "saw", "NOUN"), ("saw", "see", "VERB")]


def test_only_matrices_are_halved():
    found = halved({"a": torch.zeros(2, 2), "b": torch.zeros(2), "c": {"d": 3}})
    assert found["a"].dtype == torch.float16 and found["b"].dtype == torch.float32 and found["c"] == {"d": 3}
