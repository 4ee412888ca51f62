"""Exact borders of direct speech: where the tagger and the quotation marks disagree, the marks win."""

from __future__ import annotations

from collections.abc import Sequence

from attribution.documents.paragraphs import merge
from attribution.language.marks import Marked
from attribution.records import Relation, Span, Spans

WHOLE = 0.5  # share of a marked region that content must cover to be taken for that speech


def mend(text: str, relations: Sequence[Relation], regions: Sequence[Marked], paragraphs: Spans) -> tuple[Relation, ...]:
    """The relations with the borders of their direct speech set by the marks.

    A content span that covers most of a sound marked region takes in all of it, marks included; one that
    begins inside a region and runs out of it (or the reverse) is cut or grown to the mark. A quotation that
    goes on in the next paragraph with its mark reopened takes that paragraph's region too. Of a region in which the cue
    itself stands, what was told there is only a part: without the marks, and as far as it was found.
    """
    outer = [region for region in regions if region.sound and region.level == 0]
    taken = [span for relation in relations for span in relation.content]
    return tuple(_mend(text, relation, outer, taken, paragraphs) for relation in relations)


def _mend(text: str, relation: Relation, outer: Sequence[Marked], taken: Sequence[Span], paragraphs: Spans) -> Relation:
    around = [region for region in outer if _told_in(region, relation)]
    outer = [region for region in outer if region not in around]
    spans = [_snap(text, _inside(text, span, around), outer) for span in relation.content]
    spans = _in_paragraphs(spans, relation.cue, outer, paragraphs)
    others = [span for span in taken if span not in relation.content]
    for span in list(spans):
        spans += _continued(span, outer, others, paragraphs)
    fixed = relation.cue + relation.source
    spans = [piece for span in merge(spans) for piece in _without(span, fixed)]
    content = tuple(span for span in (_strip(text, span) for span in spans) if span[0] < span[1])
    return Relation(content or relation.content, relation.cue, relation.source, relation.confidence)


def _told_in(region: Marked, relation: Relation) -> bool:
    """Whether the cue stands in the region and the content on one side of it; on both, the marks are at fault."""
    first, last = min(start for start, _ in relation.content), max(end for _, end in relation.content)
    return any(region.start <= start and end <= region.end and (start <= first or last <= end) for start, end in relation.cue)


def _inside(text: str, span: Span, around: Sequence[Marked]) -> Span:
    """What of ``span`` lies between the marks of the region that it shares a word with, where there is one."""
    for region in around:
        width = 2 if text[region.start : region.start + 2] in ("``", "''") else 1
        low, high = max(span[0], region.start + width), min(span[1], region.end - width * region.closed)
        if low < high:
            return low, high
    return span


def _snap(text: str, span: Span, outer: Sequence[Marked]) -> Span:
    start, end = span
    for region in outer:
        shared = min(end, region.end) - max(start, region.start)
        if shared <= 0:
            continue
        inside = region.end - region.start
        if shared >= WHOLE * inside:
            start, end = min(start, region.start), max(end, region.end)
        elif start < region.start and shared <= 2:
            end = region.start  # only the mark was caught
        elif end > region.end and shared <= 2:
            start = region.end
    return start, end


def _in_paragraphs(spans: Sequence[Span], cue: Spans, outer: Sequence[Marked], paragraphs: Spans) -> list[Span]:
    """Spans cut at the borders of paragraphs (what lies between is no article), without the pieces of other
    paragraphs than the cue's that stand in no marks: paraphrase does not run on behind a headline or a byline."""
    pieces = [(max(start, low), min(end, high)) for start, end in spans for low, high in paragraphs
              if max(start, low) < min(end, high)]
    if len(pieces) == len(spans):
        return pieces
    home = [(low, high) for low, high in paragraphs if any(low <= start < high for start, _ in cue)]
    kept = [piece for piece in pieces if any(low <= piece[0] < high for low, high in home)
            or any(min(piece[1], region.end) > max(piece[0], region.start) for region in outer)]
    return kept or pieces


def _continued(span: Span, outer: Sequence[Marked], others: Sequence[Span], paragraphs: Spans) -> list[Span]:
    """Regions that continue the speech that ``span`` ends in, paragraph by paragraph."""
    found: list[Span] = []
    for number, region in enumerate(outer):
        if not (region.continued and span[0] < region.end and span[1] >= region.end):
            continue
        for follower in outer[number + 1:]:
            if any(min(e, follower.end) > max(s, follower.start) for s, e in others):
                break
            found.append((follower.start, follower.end))
            if not follower.continued:
                break
    return found


def _without(span: Span, holes: Spans) -> list[Span]:
    """``span`` less the cue and source that a grown border would have swallowed."""
    pieces = [span]
    for low, high in holes:
        pieces = [p for s, e in pieces for p in ((s, min(e, low)), (max(s, high), e)) if p[0] < p[1]]
    return pieces


def _strip(text: str, span: Span) -> Span:
    start, end = span
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end
