"""The kind of a quotation: direct (all of it in quotation marks), indirect (none of it), mixed (some of it)."""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterable, Iterator

from attribution.language.marks import Marked
from attribution.records import Span

WORD = re.compile(r"\w+(?:[’'.-]\w+)*")
# Words that introduce a quotation rather than belong to it: 'said that "..."', '"..." and "..."'.
INTRODUCING = {"that", "and"}


class Kinds:
    """Tells the kinds of an article's quotations; ``marked`` are the marked regions of its whole ``text``."""

    def __init__(self, text: str, marked: Iterable[Marked]):
        self.text = text
        self._regions = sorted((region.start, region.end) for region in marked if region.sound)
        self._longest = max((end - start for start, end in self._regions), default=0)

    def kind(self, content: Iterable[Span]) -> str:
        """``direct``, ``indirect`` or ``mixed`` for the content spans of one quotation.

        Regions that enclose the content from afar count only where the content fills them: what is said inside
        somebody's longer quotation is indirect speech, although marks stand around it.
        """
        content = tuple(content)
        near = {region for span in content for region in self._near(span)}
        own = [region for region in near if not any(self._swallows(region, span) for span in content)]
        inside = outside = 0
        for start, end in content:
            for word in WORD.finditer(self.text, start, end):
                if any(first <= word.start() and word.end() <= last for first, last in own):
                    inside += 1
                elif word[0].lower() not in INTRODUCING:
                    outside += 1
        if not inside:
            return "indirect"
        return "mixed" if outside else "direct"

    def _near(self, span: Span) -> Iterator[Span]:
        """The regions that overlap ``span``."""
        first = bisect.bisect_left(self._regions, (span[0] - self._longest,))
        for region in self._regions[first:bisect.bisect_left(self._regions, (span[1],))]:
            if region[1] > span[0]:
                yield region

    def _swallows(self, region: Span, span: Span) -> bool:
        """Whether ``span`` lies in ``region`` with words of the region left over on a side: it is a part of what
        somebody else says there."""
        return (region[0] <= span[0] and span[1] <= region[1]
                and bool(WORD.search(self.text, region[0], span[0]) or WORD.search(self.text, span[1], region[1])))
