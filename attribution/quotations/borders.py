"""Exact borders of direct speech: where the tagger and the quotation marks disagree, the marks win."""

from __future__ import annotations

from collections.abc import Sequence

from attribution.documents.paragraphs import merge
from attribution.language.marks import Marked
from attribution.records import Relation, Span, Spans

WHOLE = 0.5  # share of a marked region that content must cover to be taken for that speech
MARK = 2  # longest quotation mark, in code points


def mend(text: str, relations: Sequence[Relation], regions: Sequence[Marked], paragraphs: Spans) -> tuple[Relation, ...]:
    """The relations with the borders of their direct speech set by the marks.

    A content span that covers most of a sound marked region takes in all of it, marks included, and so does one that begins
    or ends with the region, where nobody else tells the rest; one that begins inside a region and runs out of it (or the
    reverse) is cut or grown to the mark. A quotation that goes on in the next paragraph with its mark reopened takes that
    paragraph's region too; what is told inside the regions themselves hinders neither. Of a region in which the cue
    itself stands, what was told there is only a part: without the marks, and as far as it was found.
    """
    outer = [region for region in regions if region.sound and region.level == 0]
    return tuple(_mend(text, relation, outer, [other for other in relations if other is not relation], paragraphs)
                 for relation in relations)


def _mend(text: str, relation: Relation, outer: Sequence[Marked], others: Sequence[Relation], paragraphs: Spans) -> Relation:
    around = [region for region in outer if _told_in(region, relation)]
    outer = [region for region in outer if region not in around]
    spans = [_snap(text, _inside(text, span, around), outer, others) for span in relation.content]
    spans = _in_paragraphs(spans, relation.cue, outer, paragraphs)
    for span in list(spans):
        spans += _continued(span, outer, others)
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
        width = MARK if text[region.start : region.start + MARK] in ("``", "''") else 1
        low, high = max(span[0], region.start + width), min(span[1], region.end - width * region.closed)
        if low < high:
            return low, high
    return span


def _told_by(others: Sequence[Relation], region: Marked, low: int, high: int) -> bool:
    """Whether one of the relations has content there; what is told in the region itself does not count."""
    return any(min(end, high) > max(start, low) for other in others if not _told_in(region, other) for start, end in other.content)


def _snap(text: str, span: Span, outer: Sequence[Marked], others: Sequence[Relation]) -> Span:
    start, end = span
    for region in outer:
        shared = min(end, region.end) - max(start, region.start)
        if shared <= 0:
            continue
        inside = region.end - region.start
        if shared >= WHOLE * inside or _from_mark(span, region, others):
            start, end = min(start, region.start), max(end, region.end)
        elif start < region.start and shared <= MARK:
            end = region.start  # only the mark was caught
        elif end > region.end and shared <= MARK:
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


def _from_mark(span: Span, region: Marked, others: Sequence[Relation]) -> bool:
    """Whether the span begins or ends with the region, and nobody else tells the rest of it."""
    begins, ends = abs(span[0] - region.start) <= MARK, abs(span[1] - region.end) <= MARK
    return (begins and not _told_by(others, region, span[1], region.end)
            or ends and not _told_by(others, region, region.start, span[0]))


def _continued(span: Span, outer: Sequence[Marked], others: Sequence[Relation]) -> list[Span]:
    """Regions that continue the speech that ``span`` ends in, paragraph by paragraph."""
    found: list[Span] = []
    for number, region in enumerate(outer):
        if not (region.continued and span[0] < region.end and span[1] >= region.end):
            continue
        for follower in outer[number + 1:]:
            if _told_by(others, follower, follower.start, follower.end):
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
