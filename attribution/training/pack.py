"""Packs a trained language model into the package.

    python -m attribution.training.pack --checkpoint checkpoints/language --tokenizer MINILM/tokenizer.json

writes ``model.safetensors`` (int8 a row), ``labels.json`` and ``tokenizer.json`` under
``attribution/language/weights/en/language`` (or ``--out``) and records the sums.
"""

from __future__ import annotations

import argparse
import json
import shutil
from pathlib import Path

import torch

from attribution.language import bundle
from attribution.language.encoder import save_weights


def pack(checkpoint: Path, tokenizer: Path, out: Path) -> None:
    """Writes the averaged weights of ``checkpoint/checkpoint.pt`` and what reads them."""
    saved = torch.load(checkpoint / "checkpoint.pt", weights_only=True)
    save_weights(saved["average"], out / "model.safetensors")
    shutil.copyfile(checkpoint / "labels.json", out / "labels.json")
    definition = json.loads(tokenizer.read_text(encoding="utf-8"))
    definition["truncation"] = definition["padding"] = None
    (out / "tokenizer.json").write_text(json.dumps(definition, ensure_ascii=False), encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--checkpoint", type=Path, required=True)
    parser.add_argument("--tokenizer", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=bundle.WEIGHTS / "en" / "language")
    arguments = parser.parse_args()
    pack(arguments.checkpoint, arguments.tokenizer, arguments.out)
    if bundle.WEIGHTS in arguments.out.parents:
        bundle.write_sums(bundle.WEIGHTS)


if __name__ == "__main__":
    main()
