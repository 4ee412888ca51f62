"""Stance axes: reading, checking and starting the YAML files in which a user says what a question is about.

A file has ``id``, ``question``, the poles ``negative`` and ``positive`` (each with ``label``, ``description``
and about eight ``examples``), ``neutral`` and ``unrelated`` (examples), and ``terms``: a list of words, or a
mapping from the name of a policy object to the ways of writing it. Where the question is which of two things comes
first, ``order`` holds the words for what the ``negative`` and the ``positive`` pole put first. A negative score is
the negative pole.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

ENOUGH = 8  # examples a pole needs so that its own head can be fitted with confidence
LEAST = 2  # fewer examples a pole than this say nothing
# In a label: words that mean something only beside the question.
POINTS_BACK = re.compile(r"\b(it|its|this|that|these|those|them|they|so|one)\b", re.I)
LONGEST = 1000  # characters of one example or description: longer ones are cut by the model and slow it down
MOST = 500  # examples a list may hold
LARGEST = 1_000_000  # bytes of a file


class AxisError(ValueError):
    """An axis file that cannot be used; the message names the file, the key, and what to do."""


@dataclass(frozen=True, slots=True)
class Pole:
    """One end of an axis."""

    label: str
    description: str
    examples: tuple[str, ...]

    @property
    def stands_alone(self) -> bool:
        """Whether the label can be understood without the other one and the question."""
        return len(self.label.split()) > 1 and not POINTS_BACK.search(self.label)


@dataclass(frozen=True, slots=True)
class Axis:
    """A question with two poles. ``terms`` are policy objects: name and ways of writing it. ``order``, where the question is
    which of two things comes first: the words for what the negative pole puts first, and the positive one."""

    id: str
    question: str
    negative: Pole
    positive: Pole
    neutral: tuple[str, ...] = ()
    unrelated: tuple[str, ...] = ()
    terms: tuple[tuple[str, tuple[str, ...]], ...] = ()
    order: tuple[tuple[str, ...], tuple[str, ...]] | tuple[()] = ()

    @property
    def claims(self) -> tuple[str, str]:
        """What statements are read against, of the negative and the positive pole: the description and, where both
        labels can be understood alone, the label behind it ("yes" and "pull it down" cannot)."""
        poles = self.negative, self.positive
        if not all(p.stands_alone for p in poles):
            return self.negative.description, self.positive.description
        negative, positive = (f"{p.description} {p.label[:1].upper()}{p.label[1:].rstrip('.')}." for p in poles)
        return negative, positive

    @property
    def hash(self) -> str:
        """SHA-256 of all that a score depends on."""
        parts = [self.id, self.question, *([p.label, p.description, p.examples] for p in (self.negative, self.positive)),
                 self.neutral, self.unrelated, self.terms, self.order]
        return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode("utf-8", "surrogatepass")).hexdigest()

    @property
    def objects(self) -> dict[str, list[str]]:
        """The policy objects that the terms name, with the ways of writing each."""
        return {name: list(forms) for name, forms in self.terms}


def load_axis(path: Path) -> Axis:
    """The axis in a YAML file. Raises :class:`AxisError`."""
    path = Path(path)
    try:
        if path.stat().st_size > LARGEST:
            raise AxisError(f"{path}: larger than {LARGEST:,} bytes; an axis is a short file written by hand")
        data = yaml.safe_load(path.read_text("utf-8-sig"))
    except FileNotFoundError:
        raise AxisError(f"{path}: no such file; `attribution axis new {path.stem}` writes one to start from") from None
    except OSError as error:
        raise AxisError(f"{path}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise AxisError(f"{path}: not UTF-8 text; save it as UTF-8") from None
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f" line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        problem = getattr(error, "problem", None) or "not YAML"
        raise AxisError(f"{path}:{where} {problem}; put text with a colon or a quotation mark in quotes") from None
    return parse_axis(data, str(path))


def load_axes(folder: Path) -> tuple[Axis, ...]:
    """All axes (*.yml, *.yaml) of a folder, by id. Raises :class:`AxisError`, also where two share an id."""
    axes: dict[str, Axis] = {}
    for path in sorted(p for pattern in ("*.yml", "*.yaml") for p in Path(folder).glob(pattern)):
        axis = load_axis(path)
        if axis.id in axes:
            raise AxisError(f"{path}: id: {axis.id!r} is the id of another file too; ids must differ")
        axes[axis.id] = axis
    return tuple(axes[key] for key in sorted(axes))


def parse_axis(data: object, where: str = "axis") -> Axis:
    """The axis in a mapping as YAML gives it. Raises :class:`AxisError` that begins with ``where``."""
    if not isinstance(data, Mapping):
        raise AxisError(f"{where}: must be a mapping with id, question, negative and positive")
    known = {"id", "question", "negative", "positive", "neutral", "unrelated", "terms", "order"}
    for key in data:
        if key not in known:
            raise AxisError(f"{where}: {key}: unknown key; known are {', '.join(sorted(known))}")
    name = _text(data, "id", where)
    if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
        raise AxisError(f"{where}: id: {name!r} must be small letters, digits and _ and begin with a letter")
    negative, positive = (_pole(data, key, where) for key in ("negative", "positive"))
    if negative.label.casefold() == positive.label.casefold():
        raise AxisError(f"{where}: negative.label, positive.label: both are {negative.label!r}; give each pole its own")
    axis = Axis(name, _text(data, "question", where), negative, positive,
                _examples(data.get("neutral"), "neutral", where), _examples(data.get("unrelated"), "unrelated", where),
                _terms(data.get("terms"), where), _order(data.get("order"), where))
    seen: dict[str, str] = {}
    for key, examples in (("negative.examples", negative.examples), ("positive.examples", positive.examples),
                          ("neutral", axis.neutral), ("unrelated", axis.unrelated)):
        for example in examples:
            other = seen.setdefault(" ".join(example.casefold().split()), key)
            if other != key:
                raise AxisError(f"{where}: {key}: {example!r} stands under {other} too; keep it under one")
    return axis


def advice(axis: Axis) -> list[str]:
    """What would make a valid axis better, one line each; empty when nothing would."""
    result = []
    for key, pole in (("negative", axis.negative), ("positive", axis.positive)):
        if len(pole.examples) < ENOUGH:
            result.append(f"{key}.examples: {len(pole.examples)} given; about {ENOUGH} make scores much steadier")
        if not pole.stands_alone:
            result.append(f"{key}.label: {pole.label!r} cannot be understood alone; one that names the thing is read with the description")
        if len(pole.description.split()) > 40:
            result.append(f"{key}.description: long; one plain sentence that a supporter would sign works best")
    if len(axis.neutral) < 3:
        result.append("neutral: give at least 3 statements that speak of the question without taking a side")
    if len(axis.unrelated) < 3:
        result.append("unrelated: give at least 3 statements of the same news that do not speak to the question")
    if not axis.order and all(re.search(r"\bfirst\b", pole.label, re.I) for pole in (axis.negative, axis.positive)):
        result.append("order: none, though the labels tell what comes first; the words for both things (order.negative, "
                      "order.positive) let scores read the order from how statements are built")
    if not axis.terms:
        result.append("terms: none; the words for what is at issue help to find targets")
    return result


def template(name: str) -> str:
    """The text of an axis file to start from. Raises :class:`AxisError` for an unusable id."""
    if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
        raise AxisError(f"id: {name!r} must be small letters, digits and _ and begin with a letter")
    return TEMPLATE.replace("AXIS_ID", name)


TEMPLATE = """\
# A stance axis: one question and its two ends. `attribution axis check THIS_FILE` says what is missing.
# Scores run from -1 (the negative pole) to 1 (the positive pole); negative is no judgement, only a direction.
id: AXIS_ID
question: Should the town close its centre to cars?
negative:
  label: keep cars
  # One plain sentence that a supporter of this pole would sign.
  description: Cars should go on driving in the town centre.
  # About eight statements as people really make them: short and long, also without the key word.
  examples:
    - Shopkeepers need customers who can park at the door.
    - Closing the streets would be a gift to the malls outside town.
positive:
  label: car-free
  description: The town centre should be closed to cars.
  examples:
    - Streets are for people, not for parking.
    - We will fence off the market square and nobody will miss the traffic.
# Statements that speak of the question but take no side.
neutral:
  - The council will vote on the traffic plan in May.
# Statements of the same news that do not speak to the question at all.
unrelated:
  - The swimming pool reopens after repairs.
# What is at issue, and how it may be written; these become targets of quotations.
terms:
  car ban: [car ban, car-free centre, ban on cars]
  parking: [parking, car parks]
# Only where the question is which of two things comes first: the words for what each pole puts first, verbs and signs of
# its absence too. Statements with words for both are then read for how they are built: "no talks until the guns are silent".
# order:
#   negative: [talks, talk, meet, negotiate, negotiations]
#   positive: [ceasefire, truce, guns, shelling, fighting]
"""


def _text(data: Mapping, key: str, where: str) -> str:
    value = data.get(key.rsplit(".", 1)[-1])
    if value is None:
        raise AxisError(f"{where}: {key}: missing; add it")
    return _line(value, key, where)


def _line(value: object, key: str, where: str) -> str:
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        raise AxisError(f"{where}: {key}: must be text, not {_kind(value)}; put it in quotes")
    text = " ".join(str(value).split())
    if not text:
        raise AxisError(f"{where}: {key}: empty; write something")
    if len(text) > LONGEST:
        raise AxisError(f"{where}: {key}: {len(text)} characters; shorten it to {LONGEST}")
    return text


def _pole(data: Mapping, key: str, where: str) -> Pole:
    value = data.get(key)
    if not isinstance(value, Mapping):
        raise AxisError(f"{where}: {key}: must be a mapping with label, description and examples")
    for inner in value:
        if inner not in ("label", "description", "examples"):
            raise AxisError(f"{where}: {key}.{inner}: unknown key; known are description, examples, label")
    examples = _examples(value.get("examples"), f"{key}.examples", where)
    if len(examples) < LEAST:
        raise AxisError(f"{where}: {key}.examples: {len(examples)} given; write at least {LEAST}, better {ENOUGH}")
    return Pole(_text(value, f"{key}.label", where), _text(value, f"{key}.description", where), examples)


def _examples(value: object, key: str, where: str) -> tuple[str, ...]:
    if isinstance(value, Mapping) and set(value) <= {"examples", "description", "label"}:
        value = value.get("examples")  # the longer form, as under a pole
    if value is None:
        return ()
    if not isinstance(value, list):
        raise AxisError(f"{where}: {key}: must be a list of statements (lines that begin with -), not {_kind(value)}")
    if len(value) > MOST:
        raise AxisError(f"{where}: {key}: {len(value)} statements; {MOST} at most")
    return tuple(dict.fromkeys(_line(item, f"{key}[{i}]", where) for i, item in enumerate(value, 1)))


def _terms(value: object, where: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    if value is None:
        return ()
    if isinstance(value, list):
        return tuple((name, (name,)) for name in dict.fromkeys(
            _line(item, f"terms[{i}]", where) for i, item in enumerate(value, 1)))
    if not isinstance(value, Mapping):
        raise AxisError(f"{where}: terms: must be a list of words, or a mapping from a name to its forms")
    result = []
    for name, forms in value.items():
        name = _line(name, "terms", where)
        if not isinstance(forms, (list, type(None))):
            raise AxisError(f"{where}: terms.{name}: must be a list of the ways to write it")
        lines = [_line(form, f"terms.{name}[{i}]", where) for i, form in enumerate(forms or (), 1)]
        result.append((name, tuple(dict.fromkeys([name, *lines]))))
    return tuple(result)


def _order(value: object, where: str) -> tuple[tuple[str, ...], tuple[str, ...]] | tuple[()]:
    if value is None:
        return ()
    if not isinstance(value, Mapping) or set(value) != {"negative", "positive"}:
        raise AxisError(f"{where}: order: must be a mapping with negative and positive, the words for what each pole puts first")
    sides = []
    for key in ("negative", "positive"):
        if not isinstance(value[key], list) or not value[key]:
            raise AxisError(f"{where}: order.{key}: must be a list of words, not empty")
        sides.append(tuple(dict.fromkeys(_line(word, f"order.{key}[{i}]", where).casefold() for i, word in enumerate(value[key], 1))))
    if both := sorted(set(sides[0]) & set(sides[1])):
        raise AxisError(f"{where}: order: {both[0]!r} stands under negative and positive; keep it under one")
    return sides[0], sides[1]


def _kind(value: object) -> str:
    return {dict: "a mapping", list: "a list", bool: "yes/no", type(None): "nothing"}.get(type(value), type(value).__name__)
