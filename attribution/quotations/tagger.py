"""From the language model's scores to relations: cues found, the roles of words around each decoded."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import torch
from stanza.models.common.doc import Document

from attribution.language.model import ROLES
from attribution.language.shared import Encoded, SharedModel
from attribution.language.windows import Words
from attribution.records import Relation, Span, Spans

CUE = 0.37  # least probability that a word begins a cue; chosen on PolNeAR dev and two annotators' gold of real news
UNTOLD = 0.8  # the same where the roles show no content and the best one must be asked for
INNER = 0.28  # the same inside the content of another relation; PolNeAR marks few of these, the articles written by us all
# Temperature of the roles' scores in the raw confidence: their chances are all near 1, which hides who is surer. On PolNeAR
# dev a right relation scores above a wrong one in 76 % of pairs at 1, 79 at 2, 80 at 3.
SOFT = 3.0
CONTENT = ROLES.index("B-content")  # nobody says nothing: where there is a cue there is a content
SAME = 0.6  # two relations of one article whose contents overlap by this share (Jaccard) are one


@dataclass(frozen=True, slots=True)
class Cue:
    """A relation as decoded: ``chance`` that its first cue word begins a cue; ``told`` whether the roles have a content by
    themselves (else the best one was asked for)."""

    relation: Relation
    chance: float
    told: bool

    @property
    def sure(self) -> bool:
        return self.chance >= (CUE if self.told else UNTOLD)


def find_relations(shared: SharedModel, docs: Sequence[Document]) -> list[tuple[Relation, ...]]:
    """The relations of each document, in text order; spans are code points of ``doc.text``."""
    found: list[list[Cue]] = [[] for _ in docs]
    for group in shared.encode(docs):
        for number, cue in _decode(shared, group):
            found[number].append(cue)
    return [tuple(sorted(_apart(_distinct(_trusted(cues))), key=lambda r: (r.content, r.cue))) for cues in found]


def _trusted(cues: Sequence[Cue]) -> list[Relation]:
    """The relations of the sure cues, and of those that stand in the content of one of these."""
    sure = [cue.relation for cue in cues if cue.sure]
    return sure + [cue.relation for cue in cues if not cue.sure and any(overlap(cue.relation.cue, r.content) for r in sure)]


@torch.inference_mode()
def _decode(shared: SharedModel, group: Encoded) -> Iterator[tuple[int, Cue]]:
    """The cues of some windows with the number of their document."""
    head = shared.model.quotations
    begins = torch.sigmoid(head.anchor(group.vectors)[..., 0].float()) * group.batch.real
    places = torch.nonzero(begins >= INNER).tolist()
    places = [(i, at) for i, at in places
              if group.windows[i].core_low <= at + group.windows[i].low < group.windows[i].core_high]
    for low in range(0, len(places), 256):
        rows, anchors = torch.tensor(places[low : low + 256]).T
        scores = head.roles(group.vectors, group.batch, rows, anchors)
        best, told = head.crf.best(scores, group.batch.real.sum(1)[rows], CONTENT)
        chances = (scores / SOFT).softmax(-1)
        for k, (i, at) in enumerate(places[low : low + 256]):
            window, chance = group.windows[i], float(begins[i, at])
            relation = _relation(shared.words[window.text], window.low, best[k], chances[k], chance)
            yield window.text, Cue(relation, chance, told[k])


def _relation(words: Words, offset: int, labels: list[int], chances: torch.Tensor, cue_chance: float) -> Relation:
    """The relation that a row of role labels says. Its raw confidence is the chance of the cue times the mean chance of
    the labels at the borders of content and source."""
    spans: dict[str, list[tuple[int, int]]] = {"content": [], "source": [], "cue": []}
    for at, label in enumerate(labels):
        name = ROLES[label]
        if name.startswith("B-"):
            spans[name[2:]].append((at, at + 1))
        elif name.startswith("I-"):
            spans[name[2:]][-1] = (spans[name[2:]][-1][0], at + 1)
    edges = [at for role in ("content", "source") for low, high in spans[role] for at in (low, high - 1)]
    sure = sum(float(chances[at, labels[at]]) for at in edges) / len(edges)
    places = {role: tuple((words.spans[offset + low][0], words.spans[offset + high - 1][1]) for low, high in found)
              for role, found in spans.items()}
    return Relation(places["content"], places["cue"], places["source"], cue_chance * sure)


def covered(spans: Spans) -> int:
    return sum(end - start for start, end in spans)


def overlap(a: Spans, b: Spans) -> int:
    """Code points that two span lists share."""
    return sum(max(0, min(e, f) - max(s, t)) for s, e in a for t, f in b)


def _distinct(relations: list[Relation]) -> list[Relation]:
    """Of relations with nearly the same content the surest one; one quotation has one cue. A relation whose cue stands
    inside the other's content is told in it, and another."""
    kept: list[Relation] = []
    for relation in sorted(relations, key=lambda r: -r.confidence):
        if not any(_same(relation, other) for other in kept):
            kept.append(relation)
    return kept


def _same(a: Relation, b: Relation) -> bool:
    if _nested(a, b):
        return False
    common = overlap(a.content, b.content)
    return common >= SAME * (covered(a.content) + covered(b.content) - common)


def _nested(a: Relation, b: Relation) -> bool:
    """Whether one is told in the other's content."""
    return overlap(a.cue, b.content) > 0 or overlap(b.cue, a.content) > 0


def _apart(relations: list[Relation]) -> list[Relation]:
    """Of two relations that claim the same stretch as one of several pieces, the one with the nearer cue keeps it."""
    result = []
    for relation in relations:
        others = [other for other in relations if other is not relation and not _nested(relation, other)]
        pieces = [piece for piece in relation.content if not any(
            _mostly(piece, theirs) and _gap(theirs, other.cue) < _gap(piece, relation.cue)
            for other in others for theirs in other.content)]
        result.append(replace(relation, content=tuple(pieces)) if pieces else relation)
    return result


def _mostly(piece: Span, other: Span) -> bool:
    return overlap((piece,), (other,)) >= SAME * min(piece[1] - piece[0], other[1] - other[0])


def _gap(piece: Span, cue: Spans) -> int:
    """Code points between a piece of content and the nearest word of the cue."""
    return min((max(start - piece[1], piece[0] - end, 0) for start, end in cue), default=1 << 30)
