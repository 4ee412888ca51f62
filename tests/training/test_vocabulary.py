"""A vocabulary with only the pieces that occur often enough."""

import gzip
import json

from attribution.language.bundle import WEIGHTS
from attribution.language.encoder import load_tokenizer
from attribution.training import vocabulary

FULL = WEIGHTS / "en" / "language" / "tokenizer.json"  # the published one; the stance model's is cut already
TEXTS = ["The harbour council refused the ferry toll.", "The ferry toll is unfair, the council said."]


def pieces(path, text: str) -> list[str]:
    return load_tokenizer(path).encode(text, add_special_tokens=False).tokens


def test_texts_are_cut_as_before_and_other_words_fall_apart(tmp_path):
    tokenizer = load_tokenizer(FULL)
    cut = tmp_path / "tokenizer.json"
    kept = vocabulary.cut(FULL, cut, vocabulary.used(tokenizer, TEXTS, least=1))
    assert all(pieces(cut, text) == pieces(FULL, text) for text in TEXTS)
    assert pieces(FULL, "Ministry") == ["ministry"] and "".join(p.removeprefix("##") for p in pieces(cut, "Ministry")) == "ministry"
    small = load_tokenizer(cut)
    assert [small.id_to_token(number) for number in range(len(kept))] == [tokenizer.id_to_token(old) for old in kept]
    assert small.token_to_id("[PAD]") == 0
    assert [any(name.startswith("[unused") for name in t.get_vocab()) for t in (tokenizer, small)] == [True, False]
    assert small.encode("toll").tokens == ["[CLS]", "toll", "[SEP]"]
    assert [tokenizer.id_to_token(kept[number]) for number in small.encode("toll").ids] == ["[CLS]", "toll", "[SEP]"]


def test_pieces_that_are_rare_go():
    tokenizer = load_tokenizer(FULL)
    known = {tokenizer.id_to_token(number) for number in vocabulary.used(tokenizer, TEXTS, least=2)}
    assert {"ferry", "toll", "council", "the", "[UNK]", "q", "##z"} <= known and not {"harbour", "unfair"} & known


def test_only_training_parts_are_read(tmp_path):
    rows = {"stance_pairs/set.jsonl.gz": [{"text": "a", "claim": "b", "split": "train"}, {"text": "c", "claim": "d", "split": "dev-mt"}],
            "stance/newsmtsc/train.jsonl.gz": [{"sentence": "e"}], "stance/newsmtsc/dev_mt.jsonl.gz": [{"sentence": "f"}],
            "polnear/train.jsonl.gz": [{"text": "g"}]}
    for name, told in rows.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        with gzip.open(tmp_path / name, "wt", encoding="utf-8") as out:
            out.writelines(json.dumps(row) + "\n" for row in told)
    assert list(vocabulary.texts(tmp_path)) == ["a", "b", "e", "g"]
