"""Training the two small models for words: multi-word tokens ("don't" is "do" and "n't") and lemmas.

    python -m attribution.training.words --corpora CORPORA --out checkpoints/words --pack

Both are stanza's own, trained by stanza's own code on the ``train`` files of EWT and of GUM (documents with a
non-commercial licence left out). The lemmatizer learns each pair of form and part of speech once, with its most
frequent lemma: its table comes out the same, and its network needs a tenth of the time. ``--pack`` writes
``mwt/compact.pt`` and ``lemma/compact.pt`` into the package, in half precision, with no path in their settings.
"""

from __future__ import annotations

import argparse
import random
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import torch
from stanza.models import lemmatizer, mwt_expander

from attribution.language import bundle
from attribution.training import corpora

TOGETHER = 20  # pairs of form and tag that are written as one sentence for the lemmatizer
PATHS = ("_file", "_dir")


def sentences(path: Path, keep: Callable[[str], bool] = lambda document: True) -> Iterator[list[str]]:
    """The sentences of a CoNLL-U file (their lines without comments) of the documents that pass ``keep``."""
    document, block = "", []
    for line in corpora.lines(path):
        line = line.rstrip("\n")
        if line.startswith("# newdoc"):
            document = line.split("=")[-1].strip()
        elif line and not line.startswith("#"):
            block.append(line)
        elif not line and block:
            if keep(document):
                yield block
            block = []


def write(path: Path, blocks: Iterable[Iterable[str]]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join("\n".join(block) + "\n\n" for block in blocks), encoding="utf-8")
    return path


def pairs_with_lemma(blocks: Iterable[Iterable[str]], seed: int) -> list[list[str]]:
    """Made sentences that hold each pair of form and part of speech once, in random order, with its usual lemma."""
    found: dict[tuple[str, str], Counter] = defaultdict(Counter)
    for block in blocks:
        for line in block:
            number, form, lemma, tag = line.split("\t")[:4]
            if number.isdigit() and (lemma != "_" or form == "_"):
                found[form, tag][lemma] += 1
    rows = [(form, lemmas.most_common(1)[0][0], tag) for (form, tag), lemmas in sorted(found.items())]
    random.Random(seed).shuffle(rows)
    return [[f"{i}\t{form}\t{lemma}\t{tag}\t_\t_\t{i - 1}\t{'dep' if i > 1 else 'root'}\t_\t_"
             for i, (form, lemma, tag) in enumerate(rows[at : at + TOGETHER], 1)] for at in range(0, len(rows), TOGETHER)]


def train(folder: Path, out: Path, epochs: tuple[int, int], seed: int) -> None:
    """Trains both; the models are ``out/mwt.pt`` and ``out/lemma.pt``."""
    keep = corpora.free_documents(folder / "ud/gum/docs.tsv").__contains__
    blocks = list(sentences(folder / "ud/ewt/train.conllu.gz")) + list(sentences(folder / "ud/gum/train.conllu.gz", keep))
    dev = write(out / "dev.conllu", sentences(folder / "ud/ewt/dev.conllu.gz"))
    common = ["--eval_file", str(dev), "--shorthand", "en_ewt", "--seed", str(seed), "--cpu", "--data_dir", str(out),
              "--save_dir", str(out)]
    mwt_expander.main([*common, "--train_file", str(write(out / "mwt.conllu", blocks)), "--gold_file", str(dev), "--lang", "en",
                       "--save_name", "mwt.pt", "--num_epoch", str(epochs[0])])
    lemmas = write(out / "lemma.conllu", pairs_with_lemma(blocks, seed))
    lemmatizer.main([*common, "--train_file", str(lemmas), "--save_name", "lemma.pt",
                     "--num_epoch", str(epochs[1]), "--batch_size", "100"])


def pack(source: Path, target: Path) -> None:
    """A trained model as the package carries it."""
    saved = torch.load(source, weights_only=True)
    saved = {key: value for key, value in saved.items() if "optim" not in key and "sched" not in key}
    saved["model"] = halved(saved["model"])
    saved["config"] = {key: None if key.endswith(PATHS) else value for key, value in saved["config"].items()}
    torch.save(saved, target.with_suffix(".new"), _use_new_zipfile_serialization=False)
    target.with_suffix(".new").replace(target)


def halved(value):
    """Float matrices in half precision, all else as it is."""
    if torch.is_tensor(value):
        return value.half() if value.dtype == torch.float32 and value.dim() > 1 else value
    return type(value)((key, halved(inner)) for key, inner in value.items()) if isinstance(value, dict) else value


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpora", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=Path("checkpoints/words"))
    parser.add_argument("--epochs", type=int, nargs=2, default=(8, 2), metavar=("MWT", "LEMMA"))
    parser.add_argument("--seed", type=int, default=1234)
    parser.add_argument("--pack", action="store_true", help="write the models into the package")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    train(arguments.corpora, arguments.out, tuple(arguments.epochs), arguments.seed)
    if arguments.pack:
        for name in ("mwt", "lemma"):
            pack(arguments.out / f"{name}.pt", bundle.WEIGHTS / "en" / name / "compact.pt")
        bundle.write_sums(bundle.WEIGHTS)


if __name__ == "__main__":
    main()
