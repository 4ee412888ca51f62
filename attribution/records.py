"""The records that pass between the stages, all frozen.

The way of the data: an :class:`Article` is read (documents), annotated by stanza (language), its
:class:`Quotation` records are found (quotations), mentions gather into :class:`Chain` records and
each quotation gets a :class:`Speaker` and :class:`Target` records (entities, stance). All that is
known of one article alone is its :class:`Analysis`; it can be stored and read back. What needs all
articles (one :class:`Entity` for three spellings, the same statement in two outlets) is worked out
from the analyses afterwards, without parsing again.

Offsets: every span is ``(start, end)`` in code points of ``Article.text``, end exclusive, so that
``article.text[start:end]`` is what the article says, verbatim.
"""

from __future__ import annotations

import dataclasses
import functools
import hashlib
import json
import types
import typing
from dataclasses import dataclass

Span = tuple[int, int]
Spans = tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Article:
    """One article as read. ``text`` is the decoded source, unchanged; ``furniture`` marks in it what
    is not article (login notices, captions, share bars). ``published`` is ISO 8601 (date or date-time)
    as far as known."""

    id: str
    text: str
    path: str | None = None
    url: str | None = None
    title: str | None = None
    outlet: str | None = None
    byline: str | None = None
    published: str | None = None
    language: str = "en"
    furniture: Spans = ()

    @property
    def hash(self) -> str:
        """SHA-256 over text and metadata: changes when anything that the output shows changes."""
        parts = [self.text, self.title, self.outlet, self.byline, self.published, self.url, self.language,
                 list(self.furniture)]
        return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(frozen=True, slots=True)
class Relation:
    """Content, cue and source spans of one attribution, as the ``quote`` processor finds them."""

    content: Spans
    cue: Spans = ()
    source: Spans = ()
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Quotation:
    """A relation with what its words tell: ``kind`` direct|mixed|indirect, ``attitude`` says|thinks|wants,
    ``cue_polarity`` affirmed|denied|doubted (how the cue presents the content)."""

    id: str
    kind: str
    content: Spans
    cue: Spans
    source: Spans
    attitude: str = "says"
    addressee: str | None = None
    medium: str | None = None
    cue_polarity: str = "affirmed"
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Mention:
    """Words that refer to somebody: ``form`` name|pronoun|description; ``role`` as written ("Foreign Minister")."""

    span: Span
    text: str
    form: str
    role: str | None = None


@dataclass(frozen=True, slots=True)
class Chain:
    """All mentions of one entity inside one article. ``name`` is the fullest form written there;
    ``kind`` is person|organization|country|group|unnamed (or place|other for what cannot speak)."""

    name: str
    kind: str
    mentions: tuple[Mention, ...]
    gender: str | None = None


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who says a quotation. ``chain`` indexes ``Analysis.chains``; None for a source that stays unnamed,
    when ``name`` says it in words ("senior US official (unnamed)"). ``how`` is one line of explanation."""

    chain: int | None
    name: str
    kind: str
    role: str | None = None
    confidence: float = 1.0
    how: str = ""


@dataclass(frozen=True, slots=True)
class Target:
    """Whom or what a quotation is about; ``chain`` is None for a policy object ("ceasefire").
    ``polarity`` -1..1 is the speaker's attitude to it, ``evidence`` the words that decided."""

    name: str
    chain: int | None = None
    span: Span | None = None
    polarity: float = 0.0
    confidence: float = 1.0
    evidence: Spans = ()


@dataclass(frozen=True, slots=True)
class Analysis:
    """All that is known of one article alone. ``speakers`` and ``targets`` run parallel to ``quotations``;
    ``contexts`` are the spans of the sentences that hold each quotation."""

    article: Article
    quotations: tuple[Quotation, ...] = ()
    chains: tuple[Chain, ...] = ()
    speakers: tuple[Speaker | None, ...] = ()
    targets: tuple[tuple[Target, ...], ...] = ()
    contexts: Spans = ()


@dataclass(frozen=True, slots=True)
class Stance:
    """Where a quotation stands on one axis. ``score`` -1..1 (negative pole to positive pole), None when it does not
    speak to the question or its side cannot be told; ``label`` negative|neutral|positive|unrelated."""

    axis: str
    score: float | None
    label: str
    confidence: float
    evidence: Spans = ()


@dataclass(frozen=True, slots=True)
class LabelledStatement:
    """A statement that a person labelled for an axis (negative|neutral|positive|unrelated). ``purpose`` is "example" for
    one that defines the axis, "check" for one that only measures it."""

    text: str
    label: str
    purpose: str


@dataclass(frozen=True, slots=True)
class Entity:
    """One speaker or target over all articles; ``id`` is a stable slug, ``names`` every written form with counts."""

    id: str
    name: str
    kind: str
    names: tuple[tuple[str, int], ...] = ()
    wikidata: str | None = None
    description: str | None = None
    speaks_for: str | None = None


@dataclass(frozen=True, slots=True)
class Failure:
    """An article that a stage could not handle; the run goes on without it."""

    source: str
    stage: str
    error: str


def slices(text: str, spans: Spans) -> list[str]:
    """The verbatim pieces of ``text`` under ``spans``."""
    return [text[start:end] for start, end in spans]


def dump(record) -> str:
    """A record as compact JSON (nested records become objects, tuples lists)."""
    return json.dumps(dataclasses.asdict(record), ensure_ascii=False, separators=(",", ":"))


def load(kind: type, data):
    """The record of type ``kind`` that :func:`dump` wrote; ``data`` is JSON text or what it decodes to."""
    if isinstance(data, (str, bytes)):
        data = json.loads(data)
    return _revive(kind, data)


def _revive(hint, value):
    if value is None or hint in (str, int, float, bool, typing.Any):
        return value
    origin, args = typing.get_origin(hint), typing.get_args(hint)
    if origin in (typing.Union, types.UnionType):
        return _revive(next(a for a in args if a is not type(None)), value)
    if origin is tuple:
        if len(args) == 2 and args[1] is Ellipsis:
            return tuple(_revive(args[0], v) for v in value)
        return tuple(_revive(a, v) for a, v in zip(args, value))
    hints = _hints(hint)
    return hint(**{k: _revive(hints[k], v) for k, v in value.items() if k in hints})


_hints = functools.cache(typing.get_type_hints)  # a record's hints never change, and reading them costs more than the rest
