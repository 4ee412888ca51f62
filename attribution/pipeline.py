"""The stages put together: articles in, analyses out; then what needs all articles at once.

Articles are taken in batches (the language model likes many sentences of like length), batches in worker
processes of one thread each. An article that a stage cannot handle becomes a :class:`Failure`; the rest
of its batch goes on.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from dataclasses import replace
from itertools import chain, islice
from multiprocessing import get_context
from pathlib import Path

from attribution import entities, language, quotations, stance
from attribution.documents import paragraphs
from attribution.records import Analysis, Article, Chain, Entity, Failure, LabelledStatement, Span, Spans, Stance

Read = tuple[Analysis, tuple[stance.Drafts, ...]]  # an article's analysis and its targets before their polarities are known
BATCH_WORDS = 12_000  # words a batch: enough to fill batches of like length, little enough to lose on a crash
LONGEST = 2_000_000  # characters; a longer article is none
READ = ("en", "und")  # languages of articles that are read; und: too short to tell
VERSIONS = {
    "language": language.VERSION,
    "quotations": quotations.VERSION,
    "entities": entities.VERSION,
    "targets": stance.TARGETS_VERSION,
    "linking": entities.LINKING_VERSION,
    "stance": stance.VERSION,
    "statements": entities.STATEMENTS_VERSION,
}


def analyse_batch(articles: Sequence[Article], objects: Mapping[str, Sequence[str]],
                  models: Path | None = None) -> list[Analysis | Failure]:
    """Analyses of ``articles`` in their order; ``objects`` are policy objects and the words that name them,
    ``models`` a folder with stanza's official models in place of the bundled ones."""
    fit = [article for article in articles if _unfit(article) is None]
    try:
        documents = _annotate(fit, models)
    except Exception as error:  # noqa: BLE001 - whatever breaks on one article must not break the others
        if len(articles) == 1:
            return [_failure(articles[0], "language", error)]
        return list(chain.from_iterable(analyse_batch([article], objects, models) for article in articles))
    read = {article.id: _analyse(article, document, objects) for article, document in zip(fit, documents)}
    read |= _judged([result for result in read.values() if not isinstance(result, Failure)])
    return [read[article.id] if article.id in read else
            Failure(article.path or article.url or article.id, "language", _unfit(article) or "") for article in articles]


def _unfit(article: Article) -> str | None:
    """Why the language models cannot read an article, or None."""
    if len(article.text) > LONGEST:
        return f"{len(article.text):,} characters: too long for one article (at most {LONGEST:,}); split it"
    if article.language not in READ:
        return (f"its language seems to be {article.language!r}, the models read English; if it is English, say so "
                "(language: en in the front matter or a column)")
    return None


def _annotate(articles: Sequence[Article], models: Path | None) -> list:
    spans = [paragraphs(article.text, article.furniture) for article in articles]
    stanza = language.load(models) if models else language.load()
    return language.annotate([article.text for article in articles], spans, stanza)


def _analyse(article: Article, document, objects: Mapping[str, Sequence[str]]) -> Read | Failure:
    stage = "quotations"
    try:
        found = quotations.describe(article, document, document.relations)
        stage = "entities"
        chains, speakers = entities.resolve(article, document, found)
        stage = "targets"
        targets = stance.find_targets(article, document, found, chains, speakers, objects)
    except Exception as error:  # noqa: BLE001 - recorded; the run goes on
        return _failure(article, stage, error)
    contexts = _contexts(document, [quotation.content + quotation.cue + quotation.source for quotation in found])
    return Analysis(article, found, chains, speakers, contexts=contexts), targets


def _judged(read: Sequence[Read]) -> dict[str, Analysis | Failure]:
    """The analyses by article id with their targets' polarities, which are read of all articles together."""
    try:
        targets = iter(stance.with_polarity([drafts for _, each in read for drafts in each]))
    except Exception as error:  # noqa: BLE001 - as in analyse_batch
        if len(read) == 1:
            return {analysis.article.id: _failure(analysis.article, "targets", error) for analysis, _ in read}
        return dict(chain.from_iterable(_judged([one]).items() for one in read))
    return {analysis.article.id: replace(analysis, targets=tuple(islice(targets, len(each)))) for analysis, each in read}


def _failure(article: Article, stage: str, error: Exception) -> Failure:
    return Failure(article.path or article.url or article.id, stage, f"{type(error).__name__}: {error}")


def _contexts(document, groups: Sequence[Spans]) -> Spans:
    """For each group of spans the stretch of whole sentences that holds it."""
    sentences: list[Span] = [(s.tokens[0].start_char, s.tokens[-1].end_char) for s in document.sentences]
    result = []
    for spans in groups:
        low, high = min(start for start, _ in spans), max(end for _, end in spans)
        held = [span for span in sentences if span[0] < high and span[1] > low]
        result.append((min([low, *(s for s, _ in held)]), max([high, *(e for _, e in held)])))
    return tuple(result)


def batches(articles: Iterable[Article]) -> Iterator[list[Article]]:
    """Articles in batches of about ``BATCH_WORDS`` words."""
    group: list[Article] = []
    size = 0
    for article in articles:
        group.append(article)
        size += len(article.text) // 6
        if size >= BATCH_WORDS:
            yield group
            group, size = [], 0
    if group:
        yield group


class Pipeline:
    """All stages with their settings: ``objects`` (policy objects, from the axes' terms), ``jobs`` worker
    processes (default: one a core; one means this process), ``models`` (a folder with stanza's official models),
    ``checks`` (the folder with the axes, for labelled statements beside them)."""

    def __init__(self, objects: Mapping[str, Sequence[str]] | None = None, jobs: int | None = None,
                 models: Path | None = None, checks: Path | None = None):
        self.checks = checks
        self.objects = {name: list(forms) for name, forms in (objects or {}).items()}
        self.jobs = jobs or os.cpu_count() or 1
        self.models = Path(models).resolve() if models else None
        self.versions = VERSIONS | ({"language": f"{VERSIONS['language']} {self.models}"} if models else {})

    def analyse(self, articles: Iterable[Article]) -> Iterator[Analysis | Failure]:
        """Analyses (or failures) of ``articles``, one for each, batch by batch as they are done."""
        groups = batches(articles)
        first = list(islice(groups, 2))
        if self.jobs == 1 or len(first) < 2:
            for group in chain(first, groups):
                yield from analyse_batch(group, self.objects, self.models)
            return
        # spawned, not forked: a fork of a process that runs threads (torch, stanza) may hang
        with ProcessPoolExecutor(self.jobs, mp_context=get_context("spawn")) as pool:
            try:
                running = set()
                for group in chain(first, groups):
                    running.add(pool.submit(analyse_batch, group, self.objects, self.models))
                    if len(running) > 2 * self.jobs:
                        done, running = wait(running, return_when=FIRST_COMPLETED)
                        for future in done:
                            yield from future.result()
                while running:
                    done, running = wait(running, return_when=FIRST_COMPLETED)
                    for future in done:
                        yield from future.result()
            except BaseException:  # stopped from outside or broken: what runs is not waited for
                pool.shutdown(wait=False, cancel_futures=True)
                raise

    def link(self, new: Iterable[tuple[entities.Place, int, Chain]], entities_csv: Path | None = None,
             memory: entities.Remembered | None = None, forgotten: Iterable[entities.Node] = (),
             previous: Sequence[Entity] = ()) -> entities.Linking:
        """Entities over all articles, see :func:`attribution.entities.update`; ``entities_csv`` is what a person curated.
        Without a ``memory`` the ``new`` chains are all there are."""
        curation = entities.read_curation(entities_csv) if entities_csv else entities.Curation()
        return entities.update(memory or entities.Memory(), new, curation, forgotten, previous)

    def stances(self, axis: stance.Axis, analyses: Iterable[Analysis]) -> Mapping[tuple[str, str], Stance]:
        """Stances on ``axis`` by (article id, quotation id)."""
        return stance.score_analyses(axis, analyses)

    def labelled(self, axis: stance.Axis) -> list[LabelledStatement]:
        """The examples of an axis, and labelled statements beside its file."""
        return stance.examples(axis) + (stance.read_checks(self.checks, axis) if self.checks else [])

    def judge(self, axis: stance.Axis, texts: Sequence[str]) -> list[stance.Scored]:
        """What the scorer says of loose statements."""
        return stance.scorer_for(axis).score(texts)

    def words(self, text: str) -> tuple[str, ...]:
        """The stems of a quotation's content words, as :meth:`statements` counts them."""
        return entities.words(text)

    def statements(self, utterances: Sequence, frequency: Mapping[str, int] | None = None, total: int = 0) -> list[Sequence[str]]:
        """Groups of the uids of ``utterances`` that are the same statement, see :func:`attribution.entities.statements`."""
        return entities.statements(utterances, frequency, total)
