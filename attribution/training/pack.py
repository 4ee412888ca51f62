"""Packs a trained language model into the package.

    python -m attribution.training.pack --checkpoint checkpoints/language --tokenizer MINILM/tokenizer.json

writes ``model.safetensors`` (int8 a row), ``labels.json`` and ``tokenizer.json`` under
``attribution/language/weights/en/language`` (or ``--out``) and records the sums. With ``--mix EARLIER SHARE`` what is
written is the mean of two runs (Wortsman et al. 2022, WiSE-FT): SHARE of the checkpoint, the rest of the packed weights
EARLIER that its fine-tuning began with.
"""

from __future__ import annotations

import argparse
import json
import shutil
from pathlib import Path

import torch

from attribution.language import bundle
from attribution.language.encoder import load_weights, save_weights


def pack(checkpoint: Path, tokenizer: Path, out: Path, earlier: Path | None = None, share: float = 1.0) -> None:
    """Writes the averaged weights of ``checkpoint/checkpoint.pt``, or ``share`` (0..1) of them and the rest of the
    packed weights ``earlier``, and what reads them. Raises ValueError where the two are not of one shape."""
    weights = torch.load(checkpoint / "checkpoint.pt", weights_only=True)["average"]
    if earlier is not None:
        before = load_weights(earlier)
        if {k: v.shape for k, v in before.items()} != {k: v.shape for k, v in weights.items()}:
            raise ValueError(f"{earlier} holds other weights than the checkpoint: only runs of one model can be mixed")
        weights = {key: share * value.float() + (1 - share) * before[key] for key, value in weights.items()}
    save_weights(weights, out / "model.safetensors")
    shutil.copyfile(checkpoint / "labels.json", out / "labels.json")
    definition = json.loads(tokenizer.read_text(encoding="utf-8"))
    definition["truncation"] = definition["padding"] = None
    (out / "tokenizer.json").write_text(json.dumps(definition, ensure_ascii=False), encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--checkpoint", type=Path, required=True)
    parser.add_argument("--tokenizer", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=bundle.WEIGHTS / "en" / "language")
    parser.add_argument("--mix", nargs=2, metavar=("EARLIER", "SHARE"), help="packed weights to mix in, and the checkpoint's share")
    arguments = parser.parse_args()
    earlier, share = arguments.mix or (None, 1.0)
    pack(arguments.checkpoint, arguments.tokenizer, arguments.out, earlier and Path(earlier), float(share))
    if bundle.WEIGHTS in arguments.out.parents:
        bundle.write_sums(bundle.WEIGHTS)


if __name__ == "__main__":
    main()
