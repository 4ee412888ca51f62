"""Page furniture: what stands in an article's text and is not the article.

Login notices, newsletter and comment invitations, share bars, captions with their credits, bylines and editor
lines, dates, pointers to other articles, navigation, the headline a second time, lines in another language.
Nothing is cut out: :func:`find` gives spans, so that all offsets stay true.

The unit is a paragraph (:mod:`attribution.documents.paragraphs`). Each named feature that holds adds its
weight, and at ``THRESHOLD`` the paragraph is furniture. Precision comes first, since a body paragraph that is
marked loses its quotations: reported speech is never furniture, nor is a long paragraph.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from attribution.documents import tongues
from attribution.documents.dates import DATE
from attribution.documents.forms import (
    ASKS,
    BARS,
    BULLET,
    DATE_WORDS,
    IMAGE_SOURCE,
    LABEL,
    NAME_LINE,
    PHRASES,
    POST,
    QUOTE_FIRST,
    QUOTED,
    REPORTING,
    SENTENCE_END,
    SHARE_CORE,
    SHARE_MORE,
    STAMP,
    TAIL,
    TOPICS,
    WHOLE,
)
from attribution.documents.paragraphs import INVISIBLE, merge, paragraphs
from attribution.records import Span, Spans

THRESHOLD = 1.0
TOPIC_WEIGHTS = (0.5, 0.25)  # of the first and second thing that only a page speaks of
REPORTING_WEIGHT, QUOTED_WEIGHT = -1.0, -0.5
LONGEST_WORDS, LONGEST = 60, 600  # words, characters: a longer paragraph is the article's
MOST_PARAGRAPHS = 20_000  # what has more is no article, and is not looked at for minutes
REPORTING_WORDS = 8  # a shorter line with a reporting verb is a label ("Read more: ...")
CAPTION_WORDS = 30
LABELS, BODY_WORDS = 3, 12  # a menu has three labels or more, a paragraph of the body twelve words or more
RELATED_MOST, RELATED_WORDS = 10, 20  # how many headlines may follow "Related articles", and their words


def find(text: str, known: Iterable[Span] = (), title: str | None = None) -> Spans:
    """The furniture of ``text`` as sorted, separate spans, those of ``known`` (such as front matter) included.

    A paragraph that is the ``title`` is not marked ("Read more books, says minister"). Never raises.
    """
    known = merge([*known, *_stamp(text, merge(known))])
    units = paragraphs(text, known)
    if len(units) > MOST_PARAGRAPHS:
        return known
    written = [_plain(text[start:end]) if end - start <= LONGEST else None for start, end in units]
    foreign_page = tongues.language(text) != "en"
    marked = {index for index in range(len(units))
              if sum(features(written, index, foreign_page).values()) >= THRESHOLD
              and not (title and key(written[index]) == key(title))}
    for index in sorted(marked):
        if WHOLE["related"].fullmatch(written[index]):
            marked.update(_headlines_below(written, index, marked))
    marked.update(_names(written, marked))
    marked.update(_labels(written, marked, title))
    return merge([*known, *(units[index] for index in marked)])


def features(units: Sequence[str | None], index: int, foreign_page: bool = False) -> dict[str, float]:
    """The named features of one paragraph among ``units`` (blanks collapsed; None: too long to judge) with their
    weights; at a sum of ``THRESHOLD`` it is furniture. ``foreign_page``: the article itself is not in English."""
    line = units[index]
    if not line or is_reported_speech(line) or line.count(" ") >= LONGEST_WORDS:
        return {}
    words = line.split()
    before = units[index - 1] or "" if index else ""
    after = units[index + 1] or "" if index + 1 < len(units) else ""
    found = {name: THRESHOLD for name, pattern in WHOLE.items() if pattern.fullmatch(line)}
    if index == 0:
        found.pop("pointer", None)  # a label such as "Watch:" in front of the headline
    if QUOTE_FIRST.match(after):
        found.pop("reporter", None)  # a name with "reports:" that brings in the quotation below it
    for name, holds in (("date", is_date(line)), ("share bar", _is_share_bar(words)),
                        ("repeated caption", any(_is_repeated_caption(line, other) for other in (before, after))),
                        ("other language", not foreign_page and not QUOTED.search(line) and tongues.foreign(line)),
                        ("page phrase", PHRASES.search(line))):
        if holds:
            found[name] = THRESHOLD
    found |= {name: weight for name, (weight, pattern) in ASKS.items() if pattern.match(line)}
    found |= dict(zip((name for name, pattern in TOPICS.items() if pattern.search(line)), TOPIC_WEIGHTS, strict=False))
    if IMAGE_SOURCE.fullmatch(before) and len(words) <= CAPTION_WORDS and not SENTENCE_END.search(line):
        found["caption below its source"] = THRESHOLD
    if REPORTING.search(line) and len(words) > REPORTING_WORDS:
        found["reporting verb"] = REPORTING_WEIGHT
    if QUOTED.search(line):
        found["quotation"] = QUOTED_WEIGHT
    return found


def is_reported_speech(line: str) -> bool:
    """A quotation with a reporting verb, or an embedded post with its author's handle: never furniture."""
    return bool(QUOTED.search(line) and REPORTING.search(line) or POST.search(line))


def is_date(line: str) -> bool:
    """A line that is a date (year included) and hardly anything else but a byline ("By Jane Doe | 9 March 2031")."""
    if len(line) > 120 or not DATE.search(line):
        return False
    parts = (part.strip() for part in BARS.split(line) if not WHOLE["byline"].fullmatch(part.strip()))
    rest = DATE_WORDS.sub(" ", DATE.sub(" ", " ".join(parts)))
    return sum(letter.isalnum() for letter in rest) <= 4


def repeated_headline(text: str, furniture: Spans, title: str | None, outlets: Iterable[str | None] = ()) -> Spans:
    """Spans to mark once the title is known: the headline where it stands a second time, and a tail such as
    " \u2013 The Herald" behind it (``outlets``). The first occurrence stays: a headline can quote."""
    if not title:
        return ()
    wanted, tails = key(title), {key(outlet) for outlet in outlets if outlet}
    added: list[Span] = []
    seen = False
    for start, end in paragraphs(text, furniture):
        if end - start > LONGEST:
            continue
        head, tail = headline_and_tail(text[start:end])
        if tail and key(head) == wanted and key(tail) in tails:
            added.append((start, end) if seen else (start + len(head), end))
            seen = True
        elif key(text[start:end]) == wanted:
            if seen:
                added.append((start, end))
            seen = True
    return tuple(added)


def headline_and_tail(line: str) -> tuple[str, str]:
    """``line`` cut before its last dash or bar between blanks: ("Talks fail", "The Herald"); or ``(line, "")``."""
    found = TAIL.search(line)
    return (line[:found.start()], line[found.end():]) if found else (line, "")


def key(line: str) -> str:
    """``line`` as it is compared: lower case, letters and digits only."""
    return "".join(letter for letter in line.casefold() if letter.isalnum())


def _stamp(text: str, known: Spans) -> Spans:
    """The date that a crawler put in front of the first line, unless the date is all of it."""
    for start, end in paragraphs(text, known)[:1]:
        found = STAMP.match(text, start, min(end, start + LONGEST))
        if found and not is_date(_plain(text[start:end])):
            return (found.span(),)
    return ()


def _plain(line: str) -> str:
    return " ".join(line.strip(INVISIBLE).split())


def _is_share_bar(words: Sequence[str]) -> bool:
    bare = [word.lower().strip(".,:;|/()[]+!") for word in words]
    return len(words) <= 15 and any(word in SHARE_CORE for word in bare) and all(
        word in SHARE_CORE or word in SHARE_MORE or not any(map(str.isalpha, word)) for word in bare)


def _is_repeated_caption(line: str, neighbour: str) -> bool:
    """``line`` begins a neighbouring line that goes on with its credit."""
    return (len(line) < len(neighbour) and neighbour.startswith(line) and
            any(WHOLE[name].fullmatch(neighbour) for name in ("credit", "agency credit")))


def _names(units: Sequence[str | None], marked: set[int]) -> set[int]:
    """Lines that are names right above a date or a role, below a headline: bylines."""
    found = set()
    has_headline = False
    for index, line in enumerate(units[:-1]):
        if index in marked or not line:
            continue
        if has_headline and index + 1 in marked and NAME_LINE.fullmatch(line) and (
                is_date(units[index + 1]) or WHOLE["role"].fullmatch(units[index + 1])):
            found.add(index)
        has_headline = has_headline or line.count(" ") >= LABELS
    return found


def _labels(units: Sequence[str | None], marked: set[int], title: str | None) -> set[int]:
    """Menus: three or more labels in a row (other furniture may stand between) above the first paragraph of the body
    or below its last. The last label at the top stays, since it could be the headline."""
    body = [index for index, line in enumerate(units)
            if index not in marked and (line is None or line.count(" ") + 1 >= BODY_WORDS)]
    if not body:
        return set()
    found: set[int] = set()
    for area, at_top in ((range(body[0]), True), (range(body[-1] + 1, len(units)), False)):
        run: list[int] = []
        for index in [*area, None]:
            if index in marked:
                continue
            line = units[index] if index is not None else None
            if line and LABEL.fullmatch(line) and not (title and key(line) == key(title)):
                run.append(index)
                continue
            if len(run) >= LABELS:
                found.update(run[:-1] if at_top else run)
            run = []
    return found


def _headlines_below(units: Sequence[str | None], index: int, marked: set[int]) -> list[int]:
    """The headlines listed below a "Related articles" line: those with bullets, or all up to other furniture or the
    end; where the article goes on below them, the last could be a heading of its own."""
    found: list[int] = []
    sure = 0  # how many of them have furniture below
    for other, line in enumerate(units[index + 1:index + 1 + RELATED_MOST], index + 1):
        if other in marked:
            sure = len(found)
        elif not line or line.count(" ") >= RELATED_WORDS or SENTENCE_END.search(line):
            break
        else:
            found.append(other)
    else:
        sure = len(found) if index + RELATED_MOST >= len(units) - 1 else sure
    return found[:sure] + [other for other in found[sure:] if BULLET.match(units[other])]
