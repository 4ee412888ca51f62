"""Analyses as rows: pure functions between the records of :mod:`attribution.records` and the tables."""

from __future__ import annotations

import dataclasses
import json
import zlib
from collections import Counter
from dataclasses import dataclass
from itertools import chain as joined

from attribution import records
from attribution.database.keys import quotation_uid
from attribution.records import Analysis, Article, Chain, Mention, Quotation, Spans, Speaker, Target

#: Stands between the pieces of a discontinuous quotation, cue or source.
JOINT = " … "


@dataclass(frozen=True, slots=True)
class QuotationRows:
    """One quotation: its row of ``quotations`` by column (without id, outlet, article), its spans and targets."""

    uid: str
    columns: dict
    spans: list[tuple[str, int, int]]
    targets: list[tuple]


def compact(value) -> str:
    """``value`` as JSON without spaces, as SQLite's own JSON functions write it."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def join(text: str, spans: Spans) -> str:
    """The pieces of ``text`` under ``spans``, joined by an ellipsis."""
    return JOINT.join(records.slices(text, spans))


def quotation_rows(analysis: Analysis) -> list[QuotationRows]:
    """The rows of an analysis' quotations, in the order of the analysis.

    Raises :class:`ValueError` when a span is not inside the article's text: what cannot be sliced is no quotation.
    """
    text, seen, rows = analysis.article.text, Counter(), []
    for number, quotation in enumerate(analysis.quotations):
        check_spans(text, quotation)
        words = join(text, quotation.content)
        key = " ".join(words.split())
        uid = quotation_uid(analysis.article.id, key, seen[key])
        seen[key] += 1
        speaker = _at(analysis.speakers, number)
        targets = _at(analysis.targets, number) or ()
        context = _at(analysis.contexts, number)
        rows.append(QuotationRows(
            uid, _columns(text, number, quotation, words, speaker, targets, context) | {"uid": uid},
            list(dict.fromkeys((role, start, end) for role in ("content", "cue", "source")
                               for start, end in getattr(quotation, role))),
            [_target(n, target) for n, target in enumerate(targets)]))
    return rows


def check_spans(text: str, quotation: Quotation) -> None:
    """Raise :class:`ValueError` unless the quotation has content and all its spans lie inside ``text``."""
    if not quotation.content:
        raise ValueError(f"quotation {quotation.id} has no content")
    for start, end in joined(quotation.content, quotation.cue, quotation.source):
        if not 0 <= start < end <= len(text):
            raise ValueError(f"quotation {quotation.id}: span {start}-{end} is outside the text of {len(text)}")


def chain_rows(analysis: Analysis) -> list[tuple]:
    """(number, name, kind, gender, mentions as JSON) of each chain."""
    return [(n, chain.name, chain.kind, chain.gender,
             compact([[m.span[0], m.span[1], m.text, m.form, m.role] for m in chain.mentions]))
            for n, chain in enumerate(analysis.chains)]


def chain_of(name: str, kind: str, gender: str | None, mentions: str) -> Chain:
    """The chain that :func:`chain_rows` wrote."""
    return Chain(name, kind, tuple(Mention((start, end), text, form, role)
                                   for start, end, text, form, role in json.loads(mentions)), gender)


def pack(analysis: Analysis) -> bytes:
    """The analysis without its article (that has tables of its own), compressed."""
    data = json.dumps(dataclasses.replace(analysis, article=_NO_ARTICLE), ensure_ascii=False, separators=(",", ":"),
                      default=_fields)  # a third of the time of dataclasses.asdict, which copies everything
    return zlib.compress(data.encode("utf-8"))


def unpack(data: bytes, article: Article) -> Analysis:
    """The analysis that :func:`pack` wrote, with its article put back."""
    return dataclasses.replace(records.load(Analysis, zlib.decompress(data)), article=article)


_NO_ARTICLE = Article("", "")


def _fields(record) -> dict:
    return {field.name: getattr(record, field.name) for field in dataclasses.fields(record)}


def _columns(text: str, number: int, quotation: Quotation, words: str, speaker: Speaker | None,
             targets: tuple[Target, ...], context: tuple[int, int] | None) -> dict:
    start, end = context or (None, None)
    source, cue = join(text, quotation.source), join(text, quotation.cue)
    return {
        "number": number, "text": words, "kind": quotation.kind, "attitude": quotation.attitude,
        "cue_polarity": quotation.cue_polarity, "addressee": quotation.addressee, "medium": quotation.medium,
        "confidence": quotation.confidence, "cue": cue or None, "source": source or None,
        "start": min(s for s, _ in quotation.content), "end": max(e for _, e in quotation.content),
        "context_start": start, "context_end": end,
        "speaker_name": speaker and speaker.name, "speaker_kind": speaker and speaker.kind,
        "speaker_role": speaker and speaker.role, "speaker_confidence": speaker and speaker.confidence,
        "speaker_how": speaker and (speaker.how or None), "chain": speaker and speaker.chain,
        "targets": compact([target.name for target in targets]),
    }


def _target(number: int, target: Target) -> tuple:
    start, end = target.span or (None, None)
    return (number, target.name, target.polarity, target.confidence, start, end, compact(target.evidence),
            target.chain)


def _at(items: tuple, number: int):
    return items[number] if number < len(items) else None
