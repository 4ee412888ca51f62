"""How often a stance model tells the side of statements made of frames: ``python -m attribution.training.evaluate_frames [WEIGHTS]``.

Frames and matters that were trained on, new matters in known frames, known matters in new frames, and new both: what is learned by heart
shows in the difference. The side is the one that the difference of the two claims shows, as in training.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Sequence
from pathlib import Path

from attribution.stance.model import OPPOSES, SUPPORTS, WEIGHTS, Loaded, load_model
from attribution.training.stance_frames import Frames
from attribution.training.stance_statements import Sided

MOST = 400  # statements of a kind


def sides_right(model: Loaded, statements: Sequence[Sided]) -> float:
    """The share of the statements with a side whose side is told; a toss-up of both would be 0.5."""
    taken = [one for one in statements if one.labels in ((0,), (2,))]
    first, second = (model.claims([one.text for one in taken], [one.claims[pole] for one in taken])[0] for pole in (0, 1))
    lean = (second[:, SUPPORTS] - second[:, OPPOSES]) - (first[:, SUPPORTS] - first[:, OPPOSES])
    return sum((value > 0) == (one.labels == (2,)) for value, one in zip(lean.tolist(), taken)) / len(taken)


def made(frames: Frames, matters: Frames, seed: int = 5) -> tuple[list[Sided], list[Sided]]:
    """Statements of order and of policies, of the frames of one and the matters of the other."""
    rng = random.Random(seed)
    mixed = Frames()
    mixed.order, mixed.frames = frames.order, frames.frames
    mixed.matters, mixed.policies = matters.matters, matters.policies
    order = [one for _ in range(4) for label, frame in mixed.order for one in mixed.of_order(label, frame, rng)]
    policy = [one for _ in range(4) for label, frame in mixed.frames for one in mixed.of_policy(label, frame, rng)]
    return tuple(rng.sample(found, min(MOST, len(found))) for found in (order, policy))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("weights", type=Path, nargs="?", default=WEIGHTS, help="a folder of weights; default: the shipped ones")
    model = load_model(parser.parse_args().weights)
    parts = {False: Frames(), True: Frames(held=True)}
    print("| frames | matters | sides of order | sides of policies |\n|---|---|---|---|")
    for new_frames, new_matters in ((False, False), (False, True), (True, False), (True, True)):
        told = [f"{100 * sides_right(model, found):.1f} %" for found in made(parts[new_frames], parts[new_matters])]
        names = ["new" if new else "trained on" for new in (new_frames, new_matters)]
        print(f"| {' | '.join([*names, *told])} |", flush=True)


if __name__ == "__main__":
    main()
