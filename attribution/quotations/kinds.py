"""The kind of a quotation: direct (all of it in quotation marks), indirect (none of it), mixed (some of it)."""

from __future__ import annotations

import re
from collections.abc import Iterable

from attribution.language.marks import Marked
from attribution.records import Span

WORD = re.compile(r"\w+(?:[’'.-]\w+)*")
# Words that introduce a quotation rather than belong to it: 'said that "..."', '"..." and "..."'.
INTRODUCING = {"that", "and"}


def kind(text: str, content: Iterable[Span], marked: Iterable[Marked]) -> str:
    """``direct``, ``indirect`` or ``mixed`` for the content spans, by the marked regions of the whole article.

    Regions that enclose the content from afar count only where the content fills them: "thinks" inside somebody's
    longer quotation is indirect speech, although marks stand around it.
    """
    content = tuple(content)
    regions = [(region.start, region.end) for region in marked if region.sound]
    own = [(start, end) for start, end in regions
           if not any(_swallows((start, end), span, text) for span in content)]
    inside = outside = 0
    for start, end in content:
        for word in WORD.finditer(text, start, end):
            if any(first <= word.start() and word.end() <= last for first, last in own):
                inside += 1
            elif word[0].lower() not in INTRODUCING:
                outside += 1
    if not inside:
        return "indirect"
    return "mixed" if outside else "direct"


def _swallows(region: Span, span: Span, text: str) -> bool:
    """Whether ``span`` lies in ``region`` with words of the region left over on a side: it is a part of what
    somebody else says there."""
    if not (region[0] <= span[0] and span[1] <= region[1]):
        return False
    return bool(WORD.search(text, region[0], span[0]) or WORD.search(text, span[1], region[1]))
