"""Title, outlet, byline, date and dateline, as far as a plain text tells them; unknown stays None.

What a file says about itself (front matter, columns, the head of a page) goes before this: see
:mod:`attribution.documents.articles`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from attribution.documents.dates import DATE, iso
from attribution.documents.furniture import headline_and_tail, is_date
from attribution.documents.paragraphs import paragraphs
from attribution.records import Span, Spans

# A headline is at most so long (the longest of 924 news headlines had 31 words); a paragraph is mostly longer.
HEADLINE_WORDS = 32
# Of the words over three letters in a headline that ends in a full stop, so many have a capital: fewer do in a first
# sentence full of names.
TITLE_CASE = 0.85
# Bylines and dates stand above the article or under it, not inside.
EDGE = 6
DATELINE_WITHIN = 10  # paragraphs: title, standfirst and captions may stand above it

_WORD = re.compile(r"[^\W\d_][\w'\u2019-]*")
_CAPITAL = r"[^\W\d_a-z]"
_PLACE = rf"{_CAPITAL}{{2,}}[^\W\d_]*(?:[\s./'\u2019-]+{_CAPITAL}+\b)*"
_TITLE_PLACE = rf"{_CAPITAL}[\w.'\u2019-]*(?:[\s/-]+{_CAPITAL}[\w.'\u2019-]*){{0,2}}"
_DAY = (r"(?:(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day,?\s+)?(?:(?:\d{1,2}(?:st|nd|rd|th)?\s+)?"
        r"(?:Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sept?|Oct|Nov|Dec)[a-z]*\.?(?:\s+\d{1,2}(?:st|nd|rd|th)?)?(?:,?\s+\d{4})?))")
_SOURCE = r"[(\[][^()\[\]\n]{2,40}[)\]]"
_DASH = r"\s*(?:[\u2014\u2013]|--?)(?=\s|[\"\u201c\u2018A-Z])\s*"
_DATELINE = re.compile(
    rf"(?:(?P<upper>{_PLACE})(?:,\s*{_TITLE_PLACE})?(?:\s*[,/]\s*{_DAY})?(?:,?\s*{_SOURCE})?{_DASH}"
    rf"|{_TITLE_PLACE}(?:,\s*{_TITLE_PLACE})?(?:,\s*{_DAY}(?:,?\s*{_SOURCE})?|,?\s*{_SOURCE}){_DASH}"
    rf"|{_SOURCE}{_DASH})(?:{_DAY}\s*:)?")
_DATELINE_LONGEST = 90
_BYLINE = re.compile(r"(?i)(?:by|words by|story by)\s*:?\s+(?P<name>[^,|]+)(?:[,|].{0,60})?")
_REPORTS = re.compile(r"(?P<name>.{3,60}?)\s+(?:reports?|writes?)\b[^.]{0,30}:")
_NAME = re.compile(rf"{_CAPITAL}[\w.'\u2019-]*"
                   rf"(?:\s+(?:(?:and|&|de|van|von|der|bin|al|el|da|di|du|la)\s+)*{_CAPITAL}[\w.'\u2019-]*)+")
_OUTLET_WORD = re.compile(
    r"(?i)\b(?:news|times|post|herald|daily|weekly|press|tribune|tv|radio|today|online|journal|gazette|chronicle"
    r"|observer|mail|star|standard|telegraph|agency|broadcasting|network|courier|echo|world"
    r"|[\w-]+\.(?:com|org|net|co\.\w\w|[a-z]{2}))\b")
_FULL_STOP = re.compile("[.\u2026]['\"\u2019\u201d)]*$")
_SENTENCE_END = re.compile("[.!?\u2026]['\"\u2019\u201d)]*$")
_LABEL = re.compile(r"(?i)\b(?:live|latest|video|photos|opinion|analysis|explained|part|day|as it happened|updates?)\b")


@dataclass(frozen=True, slots=True)
class Metadata:
    """What a text tells of itself; ``published`` is ISO 8601."""

    title: str | None = None
    outlet: str | None = None
    byline: str | None = None
    published: str | None = None


def read(text: str, furniture: Spans = ()) -> Metadata:
    """Title, outlet, byline and date (ISO 8601) that ``text`` gives; its ``furniture`` says what is no title.

    Front matter has to be in ``furniture``. Never raises.
    """
    body = [text[start:end] for start, end in paragraphs(text, furniture)]
    marked = [" ".join(line.split()) for start, end in furniture for line in text[start:end].splitlines()]
    title, outlet = _headline_with_outlet(body, marked)
    title = title or _first_headline(body)
    opening = dateline(text, furniture)
    stamp = text[opening[0]:opening[1]] if opening else ""
    day = DATE.search(stamp)
    top, bottom = _edges(text, furniture)
    return Metadata(title=" ".join(title.split()) if title else None, outlet=outlet or dateline_source(stamp),
                    byline=_byline([*top, *bottom]), published=_published(top, bottom) or iso(day and day[0]))


def dateline(text: str, furniture: Iterable[Span] = ()) -> Span | None:
    """The span of the dateline with its dash: ``KYIV, May 13 (Reuters) -``, ``ANKARA (KAAB TV) \u2014``.

    It opens one of the first paragraphs: a place in capitals, or a place with a day or a source in brackets, or
    such a source alone, and then a dash. None where there is none.
    """
    for start, end in paragraphs(text, furniture)[:DATELINE_WITHIN]:
        found = _DATELINE.match(text, start, min(end, start + _DATELINE_LONGEST))
        if found and found.end() < end:
            return start, start + len(found[0].rstrip())
    return None


def dateline_source(line: str) -> str | None:
    """The outlet or agency in the brackets of a dateline."""
    found = re.search(r"[(\[]\s*([^()\[\]]+?)\s*[)\]]", line)
    return found[1] if found and not iso(found[1]) and not found[1].isdigit() else None


def _first_headline(body: list[str]) -> str | None:
    """The first line, labels of one word ("World", "Analysis") aside, if it reads as a headline and something longer
    follows."""
    for index, line in enumerate(body[:EDGE]):
        if len(_WORD.findall(line)) > 1 or _SENTENCE_END.search(line):
            longer = any(len(other) > len(line) for other in body[index + 1:index + 4])
            return line if longer and reads_as_headline(line) else None
    return None


def reads_as_headline(line: str) -> bool:
    """Short, not ending like a sentence (unless most of its words have capitals), no dateline, no list."""
    words = _WORD.findall(line)
    if not 2 <= len(words) <= HEADLINE_WORDS or _DATELINE.match(line) or line.rstrip().endswith((",", ";", ":")):
        return False
    if not _FULL_STOP.search(line):
        return True
    long_words = [word for word in words if len(word) > 3]
    return sum(word[0].isupper() for word in long_words) >= TITLE_CASE * len(long_words)


def _headline_with_outlet(body: list[str], furniture: list[str]) -> tuple[str | None, str | None]:
    """A first or last line such as "Talks fail \u2013 The Herald", where the tail is an outlet's name."""
    for line in [*body[:2], *body[-1:]] if len(body) > 1 else ():
        head, tail = headline_and_tail(line)
        if tail and reads_as_headline(head) and not _SENTENCE_END.search(line) and _is_outlet(
                tail, [other for other in [*body, *furniture] if other != line], bar="|" in line[len(head):]):
            return head, tail
    return None, None


def _is_outlet(tail: str, others: list[str], bar: bool) -> bool:
    words = tail.split()
    if not 1 <= len(words) <= 5 or not tail[0].isupper() and "." not in tail or _LABEL.search(tail):
        return False
    if bar or _OUTLET_WORD.search(tail):
        return True
    return len(words) > 1 and any(tail in other for other in others)


def _edges(text: str, furniture: Spans) -> tuple[list[str], list[str]]:
    """The furniture among the first and among the last paragraphs of the text."""
    units = paragraphs(text)
    above = units[:EDGE][-1][1] if units else 0
    below = units[-EDGE:][0][0] if units else 0
    top = [line for start, end in furniture if start < above for line in text[start:end].splitlines()]
    bottom = [line for start, end in furniture if start >= max(above, below) for line in text[start:end].splitlines()]
    return top, bottom


def _byline(lines: list[str]) -> str | None:
    for line in lines:
        found = _BYLINE.fullmatch(line.strip(" .")) or _REPORTS.fullmatch(line.strip())
        if found and len(line) < 120 and _NAME.fullmatch(found["name"].strip()):
            return " ".join(found["name"].split())
    return None


def _published(top: list[str], bottom: list[str]) -> str | None:
    """The day in a date line above the article, or in one below that is called published (a bare one there is often
    a correction's); what is called published goes before what is called updated."""
    lines = [line for line in top if is_date(line)]
    lines += [line for line in bottom if is_date(line) and "publish" in line.lower()]
    lines.sort(key=lambda line: (bool(re.search("(?i)updated|modified", line)), "publish" not in line.lower()))
    for line in lines:
        found = DATE.search(line)
        if moment := iso(line[found.start():]) or iso(line) or iso(found[0]):
            return moment
    return None
