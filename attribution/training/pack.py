"""Packs a trained language model into the package.

    python -m attribution.training.pack --checkpoint checkpoints/language --tokenizer MINILM/tokenizer.json

writes ``model.safetensors`` (int8 a row), ``labels.json`` and ``tokenizer.json`` under
``attribution/language/weights/en/language`` (or ``--out``) and records the sums. With ``--mix EARLIER SHARE`` what is
written is the mean of two runs (Wortsman et al. 2022, WiSE-FT): SHARE of the checkpoint, the rest of the packed weights
EARLIER that its fine-tuning began with. ``--lean KIND NATS`` makes one kind of name likelier or (negative) less likely,
where the model gives it too rarely or too freely.
"""

from __future__ import annotations

import argparse
import json
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

import torch

from attribution.language import bundle
from attribution.language.encoder import load_weights, save_weights

NAMES_BIAS = "names.3.bias"


def pack(checkpoint: Path, tokenizer: Path, out: Path, earlier: Path | None = None, share: float = 1.0,
         lean: Mapping[str, float] | None = None) -> None:
    """Writes the averaged weights of ``checkpoint/checkpoint.pt``, or ``share`` (0..1) of them and the rest of the
    packed weights ``earlier``, and what reads them. ``lean``: nats added to the scores of kinds of names. Raises
    ValueError where the two are not of one shape, KeyError for a kind that the labels lack."""
    weights = torch.load(checkpoint / "checkpoint.pt", weights_only=True)["average"]
    if earlier is not None:
        before = load_weights(earlier)
        if {k: v.shape for k, v in before.items()} != {k: v.shape for k, v in weights.items()}:
            raise ValueError(f"{earlier} holds other weights than the checkpoint: only runs of one model can be mixed")
        weights = {key: share * value.float() + (1 - share) * before[key] for key, value in weights.items()}
    if lean:
        weights[NAMES_BIAS] = leaning(weights[NAMES_BIAS].float(), json.loads((checkpoint / "labels.json").read_text())["ner"], lean)
    save_weights(weights, out / "model.safetensors")
    shutil.copyfile(checkpoint / "labels.json", out / "labels.json")
    definition = json.loads(tokenizer.read_text(encoding="utf-8"))
    definition["truncation"] = definition["padding"] = None
    (out / "tokenizer.json").write_text(json.dumps(definition, ensure_ascii=False), encoding="utf-8")


def leaning(bias: torch.Tensor, labels: Sequence[str], lean: Mapping[str, float]) -> torch.Tensor:
    """The bias [labels] of the names' scores with ``lean`` added to all labels of each kind."""
    unknown = lean.keys() - {label[2:] for label in labels}
    if unknown:
        raise KeyError(f"no kind of name is called {', '.join(sorted(unknown))}")
    return bias + torch.tensor([lean.get(label[2:], 0.0) for label in labels])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--checkpoint", type=Path, required=True)
    parser.add_argument("--tokenizer", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=bundle.WEIGHTS / "en" / "language")
    parser.add_argument("--mix", nargs=2, metavar=("EARLIER", "SHARE"), help="packed weights to mix in, and the checkpoint's share")
    parser.add_argument("--lean", nargs=2, metavar=("KIND", "NATS"), action="append", default=[],
                        help="make a kind of name likelier, or less likely (may be repeated)")
    arguments = parser.parse_args()
    earlier, share = arguments.mix or (None, 1.0)
    pack(arguments.checkpoint, arguments.tokenizer, arguments.out, earlier and Path(earlier), float(share),
         {kind: float(nats) for kind, nats in arguments.lean})
    if bundle.WEIGHTS in arguments.out.parents:
        bundle.write_sums(bundle.WEIGHTS)


if __name__ == "__main__":
    main()
