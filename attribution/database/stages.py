"""What a build asks of the stages before it: protocols, so that the database knows no model and no language."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from attribution.entities.facts import Node, Place
from attribution.entities.memory import Remembered
from attribution.records import Analysis, Article, Chain, Entity, Failure, LabelledStatement, Spans, Stance

#: Keys of ``Pipeline.versions`` for what is worked out over all articles. Every other key is a stage of
#: :meth:`Pipeline.analyse`: when one of those changes, articles are analysed again.
LINKING, STANCE, STATEMENTS = "linking", "stance", "statements"


class Pole(Protocol):
    """One end of an axis."""

    label: str
    description: str


class Axis(Protocol):
    """A question with two poles; ``version`` changes whenever its file does."""

    id: str
    question: str
    negative: Pole
    positive: Pole
    hash: str


class Judged(Protocol):
    """Where a loose statement stands; as :class:`~attribution.records.Stance` has it."""

    score: float | None
    label: str
    confidence: float


class Linking(Protocol):
    """``entities`` that are new or changed; ``of`` maps each new chain, by (article id, index of the chain), to the id of
    its entity and ``nodes`` to its name; names of earlier chains ``moved`` to the ids there; entities that are ``gone``."""

    entities: tuple[Entity, ...]
    of: Mapping[Place, str]
    nodes: Mapping[Place, Node]
    moved: Mapping[Node, str]
    gone: frozenset[str]


@dataclass(frozen=True, slots=True)
class Utterance:
    """A quotation as :meth:`Pipeline.statements` sees it; ``speaker`` is an entity's id, None while unlinked;
    ``spans`` is where its content stands in its article."""

    uid: str
    text: str
    kind: str
    speaker: str | None
    speaker_name: str | None
    article: str
    outlet: str | None
    published: str | None
    spans: Spans = ()


class Pipeline(Protocol):
    """The stages. ``versions`` maps each to a version that changes when its results may."""

    versions: Mapping[str, str]

    def analyse(self, articles: Iterable[Article]) -> Iterator[Analysis | Failure]:
        """Analyses (or failures) of ``articles``, in any order, one for each."""

    def link(self, new: Iterable[tuple[Place, int, Chain]], entities_csv: Path | None, memory: Remembered,
             forgotten: Iterable[Node] = (), previous: Sequence[Entity] = ()) -> Linking:
        """Entities of ``new`` chains (each with its place and the number of its article) and of those that ``memory``
        holds, by the curated file too; ``forgotten`` names lost chains. Those of the ``previous`` build keep their ids."""

    def stances(self, axis: Axis, analyses: Iterable[Analysis]) -> Mapping[tuple[str, str], Stance]:
        """Stances on ``axis`` by (article id, quotation id); quotations left out get none."""

    def labelled(self, axis: Axis) -> Sequence[LabelledStatement]:
        """What a person labelled for ``axis``: its examples, and what is to measure it."""

    def judge(self, axis: Axis, texts: Sequence[str]) -> Sequence[Judged]:
        """What the scorer says of loose statements."""

    def words(self, text: str) -> Sequence[str]:
        """The words that tell a quotation from others; those without a speaker are one statement only if these agree."""

    def statements(self, utterances: Sequence[Utterance], frequency: Mapping[str, int], total: int) -> Iterable[Sequence[str]]:
        """Groups of uids that are the same statement, of all utterances of some speakers; a uid in no group is a
        statement of its own. ``utterances`` come oldest first; ``frequency``: in how many of all ``total`` quotations
        each word stands."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a build is: ``stage`` in words, ``done`` of ``total`` (None: unknown), ``words`` read so far."""

    stage: str
    done: int
    total: int | None = None
    words: int = 0
    failed: int = 0


Report = Callable[[Progress], None]
