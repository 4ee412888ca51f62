"""A vocabulary without the word pieces that the corpora hardly have: a third of a small model's weights are word embeddings.

Words whose own piece is left out fall apart into smaller pieces, as rare words do anyway (Wu et al. 2016): every piece of
one character stays.
"""

from __future__ import annotations

import itertools
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from tokenizers import Tokenizer

from attribution.training.corpora import lines

SPECIAL = "["  # in front of [PAD], [CLS]…; also of the pieces that were never given a word
UNUSED = "[unused"
LATIN = 0x250  # the first character after the Latin ones
AT_ONCE = 2000  # texts that are cut at a time
LEAST = 8  # occurrences of a piece that stays


def texts(corpora: Path) -> Iterator[str]:
    """What the stance model reads in training: statements and claims, sentences with targets, articles."""
    paths = [*sorted((corpora / "stance_pairs").glob("*.jsonl.gz")), *sorted((corpora / "stance").glob("*/train.jsonl.gz")),
             corpora / "polnear" / "train.jsonl.gz"]
    for path in paths:
        for row in map(json.loads, lines(path)):
            if not str(row.get("split", "")).startswith(("dev", "test")):
                yield from (row[key] for key in ("text", "claim", "sentence") if isinstance(row.get(key), str))


def used(tokenizer: Tokenizer, found: Iterable[str], least: int = LEAST) -> set[int]:
    """The numbers of the pieces that occur in the texts ``least`` times, and of those that must stay: special ones and single
    characters."""
    result = {number for piece, number in tokenizer.get_vocab().items()
              if (piece.startswith(SPECIAL) and not piece.startswith(UNUSED) and len(piece) > 1)
              or len(piece.removeprefix("##")) == 1 and ord(piece[-1]) < LATIN}
    counts: Counter[int] = Counter()
    found = iter(found)
    while batch := list(itertools.islice(found, AT_ONCE)):
        counts.update(number for told in tokenizer.encode_batch(batch, add_special_tokens=False) for number in told.ids)
    return result | {number for number, count in counts.items() if count >= least}


def cut(source: Path, target: Path, keep: Iterable[int]) -> Sequence[int]:
    """Writes the ``tokenizer.json`` at ``source`` with only the pieces of these numbers, in their order; gives the old number of
    each new one."""
    told = json.loads(source.read_text("utf-8"))
    vocabulary = told["model"]["vocab"]
    kept = sorted(set(keep) & set(vocabulary.values()))
    new = {old: number for number, old in enumerate(kept)}
    told["model"]["vocab"] = {piece: new[old] for piece, old in vocabulary.items() if old in new}
    told["added_tokens"] = [token | {"id": new[token["id"]]} for token in told.get("added_tokens", ()) if token["id"] in new]
    for part in (told.get("post_processor") or {}).get("special_tokens", {}).values():
        part["ids"] = [new[old] for old in part["ids"]]
    target.write_text(json.dumps(told, ensure_ascii=False), "utf-8")
    return kept
