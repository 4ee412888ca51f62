"""The quality gate: figures on the sample corpus' gold must not fall, and the gold must not change unseen.

``tests/training/gate.json`` holds a floor for each figure (a ceiling where less is better) and the SHA-256 of the
gold that they were measured on. A floor rises, and the hash follows a changed gold, only by the command

    attribution extract db/articles --text --out predicted.jsonl
    python -m attribution.training.gate predicted.jsonl --raise
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import click

from attribution.training.evaluate import evaluate, render
from attribution.training.evaluate_gold import read_rows

GOLD = Path("tests/gold/sample.jsonl")
GATE = Path("tests/training/gate.json")
# Figures of which less is better, with how far above the measured value their ceiling stands: three hundred
# confidences leave the calibration error uncertain by about 0.03.
CEILINGS = {"forbidden": 0.0, "calibration error": 0.03, "speaker wrong": 0.01}
# What the gate watches; the other figures are parts of these.
WATCHED = ("relation", "quoted relation", "content exact", "cue exact", "source exact", "source given content", "kind",
           "attitude", "speaker", "speaker of a pronoun", "entities b-cubed", "stance", "stance taken", "targets",
           "target polarity", *CEILINGS)
# A floor stands this far below what was measured: processors round differently, and one attribution is 0.003.
SLACK = 0.01


@dataclass(frozen=True, slots=True)
class Gate:
    """``gold``: SHA-256 of the gold file; ``floors`` and ``ceilings`` by figure, 0..1 (``forbidden`` is a count)."""

    gold: str
    floors: Mapping[str, float]
    ceilings: Mapping[str, float]

    @classmethod
    def load(cls, path: Path) -> Gate:
        return cls(**json.loads(path.read_text(encoding="utf-8")))

    def save(self, path: Path) -> None:
        path.write_text(json.dumps(asdict(self), indent=1) + "\n", encoding="utf-8")


def fingerprint(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def failures(gate: Gate, figures: Mapping[str, float], gold: str) -> list[str]:
    """One line for each thing that is wrong: a changed gold, a figure under its floor, over its ceiling or gone."""
    found = [] if gold == gate.gold else ["the gold file changed: measure again and let the gate follow (--raise)"]
    for names, sign, word in ((gate.floors, 1, "under its floor"), (gate.ceilings, -1, "over its ceiling")):
        for name, bound in names.items():
            figure = figures.get(name)
            if figure is None:
                found.append(f"{name}: no figure, the gate has {bound:.3f}")
            elif sign * figure < sign * bound:
                found.append(f"{name}: {figure:.3f} is {word} {bound:.3f}")
    return found


def raised(gate: Gate | None, figures: Mapping[str, float], gold: str) -> Gate:
    """The gate with the bounds that ``figures`` allow: no bound is loosened unless the gold changed."""
    old = gate if gate and gate.gold == gold else Gate(gold, {}, {})
    floors = {name: max(round(figures[name] - SLACK, 3), old.floors.get(name, 0.0))
              for name in WATCHED if name in figures and name not in CEILINGS}
    ceilings = {name: min(round(figures[name] + slack, 3), old.ceilings.get(name, float("inf")))
                for name, slack in CEILINGS.items() if name in figures}
    return Gate(gold, floors, ceilings)


@click.command()
@click.argument("predicted", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--gold", default=GOLD, show_default=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--gate", "path", default=GATE, show_default=True, type=click.Path(dir_okay=False, path_type=Path))
@click.option("--raise", "rise", is_flag=True, help="Let the gate follow the figures where they are better.")
def main(predicted: Path, gold: Path, path: Path, rise: bool) -> None:
    """Hold PREDICTED (as `attribution extract --text` prints it) against the gate."""
    report = evaluate(read_rows(gold), read_rows(predicted))
    click.echo(render(report))
    gate = Gate.load(path) if path.exists() else None
    if rise:
        raised(gate, report.figures(), fingerprint(gold)).save(path)
        click.echo(f"\nraised: {path}")
    elif gate is None:
        raise click.ClickException(f"no gate at {path}; make one with --raise")
    elif wrong := failures(gate, report.figures(), fingerprint(gold)):
        raise click.ClickException("; ".join(wrong))


if __name__ == "__main__":
    main()
