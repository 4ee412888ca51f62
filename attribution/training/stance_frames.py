"""Statements made of frames and policies: plain news English whose side follows from how it is built.

``stance_frames/`` holds *policies* (``policies_*.yml``: a noun phrase, ways to bring it about and to end it, effects,
claims of either side), *frames* (``frames_*.txt``: a label, a tab, a sentence with slots), *matters* of which one may
have to come before another (``matters.yml``) with frames of their own (``frames_order*.txt``) and each side's claims
(``claims_order.txt``), and who speaks. Verb,
object and negation decide together: to warn against scrapping a toll is to be for it. The corpora hold hardly any
decisions, demands and refusals of that kind, the statements written by hand too few.
"""

from __future__ import annotations

import random
import re
import zlib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from attribution.training.stance_order import CLAIMS_FIRST, CLAIMS_NOW
from attribution.training.stance_statements import UNRELATED_ONLY, Sided

FOLDER = Path(__file__).with_name("stance_frames")
KEPT_BACK = 8  # one frame and one policy in so many is not trained on
UNRELATED, PREFIXED, JOINED, UNQUOTED, REUSED = 0.2, 0.08, 0.35, 0.15, 0.25  # shares of the ways to vary an example
SIDES = {"-": 0, "0": 1, "+": 2}
SLOT = re.compile(r"\{(\w+)\}")
FOR = ("We should {do}", "It is right to {do}", "{Doing} is the right thing to do", "support for {np}", "{Np} should come",
       "We should not {undo}", "It would be wrong to {undo}", "{Undoing} would be a mistake")
AGAINST = ("We should {undo}", "It is wrong to {do}", "{Doing} would be a mistake", "opposition to {np}", "{Np} should not come",
           "We should not {do}", "It would be right to {undo}", "There should be an end to {np}")


@dataclass(frozen=True, slots=True)
class Policy:
    """What is for or against: the words that fill the slots, several ways for each, and each side's claims."""

    slots: dict[str, tuple[str, ...]]
    pro: tuple[str, ...]
    con: tuple[str, ...]


def kept_back(text: str) -> bool:
    """Whether a frame, policy or group of matters is left out of training."""
    return zlib.crc32(text.encode()) % KEPT_BACK == 0


def frames(path: Path) -> list[tuple[str, str]]:
    """(label, frame) of each line. Raises ValueError for a line without a tab."""
    result = []
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        if line.strip():
            label, tab, frame = line.partition("\t")
            if not tab or label not in ("+", "-", "0", "1", "2"):
                raise ValueError(f"{path.name}:{number}: not a label, a tab and a frame")
            result.append((label, frame.strip()))
    return result


def tells_order(name: str) -> bool:
    """Whether the frames of the file of this name tell which of two matters comes first."""
    return name.startswith("frames_order")


def policies(folder: Path = FOLDER) -> list[Policy]:
    """All policies, by file name."""
    result = []
    for path in sorted(folder.glob("policies_*.yml")):
        for entry in yaml.safe_load(path.read_text("utf-8")):
            slots = {key: (entry[key],) if key == "np" else tuple(entry[key])
                     for key in ("np", "do", "doing", "undo", "undoing", "good", "bad")}
            result.append(Policy(slots, tuple(entry["pro"]), tuple(entry["con"])))
    return result


def filled(frame: str, slots: dict[str, str]) -> str:
    """A frame with its slots filled; a slot with a capital letter gives its filling one."""
    def fill(slot: re.Match) -> str:
        text = slots[slot[1].lower()]
        return text[:1].upper() + text[1:] if slot[1][0].isupper() else text

    return SLOT.sub(fill, frame)


class Frames:
    """What is made of the files in one epoch; ``held``: of what is kept back instead; ``names``: of the files with these names
    (``frames_logic``, ``claims_order``…) instead of all. Raises FileNotFoundError for a name that is none."""

    def __init__(self, folder: Path = FOLDER, held: bool = False, names: Collection[str] = ()):
        def chosen(items, key):
            return [item for item in items if kept_back(key(item)) == held]

        paths = [folder / f"{name}.txt" for name in sorted(names)] or sorted([*folder.glob("frames_*.txt"), *folder.glob("claims_*.txt")])
        told = {path.stem: frames(path) for path in paths}
        plain = [pair for name, pairs in told.items() if name.startswith("frames") and not tells_order(name) for pair in pairs]
        self.frames = chosen(plain, lambda pair: pair[1])
        self.policies = chosen(policies(folder), lambda policy: policy.slots["np"][0])
        self.order = chosen([pair for name, pairs in told.items() if tells_order(name) for pair in pairs], lambda pair: pair[1])
        claims = told.get("claims_order", ())
        self.order_claims = tuple([*made, *(claim for found, claim in claims if found == label)]
                                  for label, made in (("2", CLAIMS_NOW), ("1", CLAIMS_FIRST)))
        self.matters = chosen(yaml.safe_load((folder / "matters.yml").read_text("utf-8")), lambda group: group[0]["np"])
        self.speakers, self.foes = ((folder / name).read_text("utf-8").splitlines() for name in ("speakers.txt", "foes.txt"))

    def epoch(self, seed: int, times: int = 4) -> list[Sided]:
        """Every frame ``times`` times, each time with another policy."""
        rng = random.Random(seed)
        result = [one for _ in range(times) for label, frame in self.frames for one in self.of_policy(label, frame, rng)]
        result += [one for _ in range(times) for label, frame in self.order for one in self.of_order(label, frame, rng)]
        rng.shuffle(result)
        return result

    def _who(self, rng: random.Random) -> dict[str, str]:
        return {"who": rng.choice(self.speakers), "foe": rng.choice(self.foes)}

    def of_policy(self, label: str, frame: str, rng: random.Random) -> Iterator[Sided]:
        """Statements of a frame and a policy by chance: with its own claims, and now and then with another's."""
        policy = rng.choice(self.policies)
        slots = {key: rng.choice(ways) for key, ways in policy.slots.items()} | self._who(rng)
        text = self._varied(filled(frame, slots), rng)
        side = SIDES[label]
        yield sided(text, self._claims(policy, rng), side, rng)
        if rng.random() < REUSED:
            yield sided(text, self._claims(policy, rng), side, rng)
        if rng.random() < UNRELATED and (other := rng.choice(self.policies)) is not policy:
            yield Sided(text, self._claims(other, rng), UNRELATED_ONLY)

    def _claims(self, policy: Policy, rng: random.Random) -> tuple[str, str]:
        slots = {key: rng.choice(ways) for key, ways in policy.slots.items()}
        return tuple(worded([*own, *own, *own, *(filled(frame, slots) for frame in made)], rng)
                     for own, made in ((policy.con, AGAINST), (policy.pro, FOR)))

    def of_order(self, label: str, frame: str, rng: random.Random) -> Iterator[Sided]:
        """A statement of a frame and two matters by chance, with a claim for either order."""
        one, two = rng.sample(rng.choice(self.matters), 2)
        slots = {f"{key}{n}": matter[key] for n, matter in ((1, one), (2, two)) for key in ("np", "done", "act")}
        claims = tuple(worded([filled(claim, slots) for claim in made], rng) for made in self.order_claims)
        text = self._varied(filled(frame, slots | self._who(rng)), rng)
        yield sided(text, claims, {"2": 0, "0": 1, "1": 2}[label], rng)

    def _varied(self, text: str, rng: random.Random) -> str:
        """Now and then without its quotation marks, or after a sentence on something else."""
        if rng.random() < UNQUOTED:
            text = text.replace('"', "")
        elif rng.random() < 0.5:
            text = re.sub(r'"([^"]*)"', "“\\1”", text)
        if rng.random() < PREFIXED:
            label, frame = rng.choice(self.frames)
            if label == "0":
                other = rng.choice(self.policies)
                text = filled(frame, {key: rng.choice(ways) for key, ways in other.slots.items()} | self._who(rng)) + " " + text
        return text


def worded(ways: Sequence[str], rng: random.Random) -> str:
    """One wording of a claim, or two of them together, as an axis gives description and label."""
    first = rng.choice(ways)
    second = rng.choice([way for way in ways if way != first])
    first = first[:1].upper() + first[1:]
    return f"{first.rstrip('.')}. {second[:1].upper()}{second[1:].rstrip('.')}." if rng.random() < JOINED else first


def sided(text: str, claims: tuple[str, str], side: int, rng: random.Random) -> Sided:
    """The statement against both claims, the poles in either order."""
    if rng.random() < 0.5:
        return Sided(text, claims[::-1], (2 - side,))
    return Sided(text, claims, (side,))
