"""Gold annotation in one form, read from the three forms that it comes in (all JSON Lines, one article a line).

- PolNeAR's: ``{"id", "text", "attributions": [{"content", "cue", "source"}]}``;
- one annotator's full gold, the same with ``speaker``, ``kind``, ``attitude``, ``targets``, ``stance`` ... in each
  attribution and ``forbidden`` spans beside them (the sample corpus has it so);
- a consensus of two annotators: ``{"id", "text", "required", "optional", "forbidden"}``, where each required item has
  the annotators' alternatives and a field counts only where they agree.

Spans are ``[start, end)`` in code points of ``text``.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from attribution.documents.paragraphs import paragraphs
from attribution.language.marks import find_marked
from attribution.quotations.kinds import Kinds
from attribution.training.evaluate_match import Roles, Text, roles

PRONOUNS = frozenset("""he she they we i you it him her them us me his hers their theirs who which that this these those
one himself herself themselves itself myself ourselves""".split())


@dataclass(frozen=True, slots=True)
class Item:
    """One gold attribution. ``alternatives`` are the annotators' spans, ``fields`` what is known of it beside
    (``speaker``, ``kind``, ``attitude`` ...), ``position`` where the source stands (before, after, inside, none)."""

    id: str
    alternatives: tuple[Roles, ...]
    fields: Mapping
    text: str
    kind: str
    position: str
    pronoun: bool


@dataclass(frozen=True, slots=True)
class Gold:
    """One article's gold. What matches an ``optional`` attribution is neither rewarded nor punished; what is
    ``forbidden`` was not said and must not come out. ``consensus``: items have alternatives."""

    id: str
    text: Text
    items: tuple[Item, ...]
    optional: tuple[Roles, ...]
    forbidden: tuple[Roles, ...]
    consensus: bool


def read_rows(path: Path) -> list[dict]:
    """The articles of a JSON Lines file of gold or predictions, gzipped or not; ``ValueError`` names the line that is
    none."""
    opener = gzip.open if path.suffix == ".gz" else open
    rows = []
    with opener(path, "rt", encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            try:
                row = json.loads(line) if line.strip() else None
                if row and ("id" not in row or not row.keys() & {"attributions", "required"}):
                    raise ValueError('an article needs "id" and "attributions" (or "required")')
            except (ValueError, AttributeError) as error:
                raise ValueError(f"{path}, line {number}: {error}") from error
            if row:
                rows.append(row)
    return rows


def read_gold(row: Mapping) -> Gold:
    """One gold row of any of the three forms; attributions without a word of content are left out. ``ValueError``
    without a text."""
    if not isinstance(row.get("text"), str):
        raise ValueError(f"{row['id']}: gold without its text")
    text = Text(row["text"])
    kinds = Kinds(row["text"], find_marked(row["text"], paragraphs(row["text"])))
    consensus = "required" in row
    items = []
    for one in row["required"] if consensus else row.get("attributions", ()):
        alternatives = [alt for alt in (one["alternatives"] if consensus else [one])
                        if text.words(alt.get("content") or ())]
        if not alternatives:
            continue
        content, source = alternatives[0]["content"], alternatives[0].get("source") or ()
        mention = " ".join(row["text"][start:end] for start, end in source).strip().lower()
        items.append(Item(
            id=str(one.get("id", "")), alternatives=tuple(read_roles(text, alt) for alt in alternatives),
            fields=_agreed(one) if consensus else one,
            text=" ... ".join(row["text"][start:end] for start, end in content),
            kind=one.get("kind") or kinds.kind([tuple(span) for span in content]),
            position=_position(content, source), pronoun=mention in PRONOUNS))
    forbidden = [[span] if span and isinstance(span[0], int) else span for span in row.get("forbidden", ())]
    return Gold(row["id"], text, tuple(items), tuple(read_roles(text, one) for one in row.get("optional", ())),
                tuple(read_roles(text, {"content": spans}) for spans in forbidden), consensus)


def read_roles(text: Text, one: Mapping) -> Roles:
    """The words of an attribution's spans; a role that is missing has none."""
    return roles(text, *(one.get(role) or () for role in ("content", "cue", "source")))


def _agreed(one: Mapping) -> dict:
    """The fields of a consensus item that both annotators filled alike."""
    fields = {name: one[name] for name in ("kind", "attitude", "stance", "targets") if one.get(name)}
    if one.get("speaker_agreed"):
        fields["speaker"] = one["speaker"]
    return fields | {"target_polarity": one.get("polarity") or {}}


def _position(content: Sequence, source: Sequence) -> str:
    if not source:
        return "none"
    where = min(start for start, _ in source)
    if where < min(start for start, _ in content):
        return "before"
    return "after" if where >= max(end for _, end in content) else "inside"
