"""Attributions without a database: articles in, one JSON object an article out, as the scorers read it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from attribution.entities import StatementItem
from attribution.pipeline import Pipeline
from attribution.records import Analysis, Article, Entity, Failure, Quotation, Speaker, Stance, Target, slices
from attribution.stance import Axis

Stances = Mapping[str, Mapping[tuple[str, str], Stance]]


def extract(articles: Iterable[Article | Failure], pipeline: Pipeline, axes: Sequence[Axis] = (),
            entities_csv: Path | None = None, progress: Callable[[], None] = lambda: None,
            with_text: bool = False) -> tuple[list[dict], list[Failure]]:
    """The rows of all articles (in the order in which they came) and what failed. Entities are linked over the
    articles of this call; ``progress`` is called after each article."""
    failures: list[Failure] = []
    order: list[str] = []

    def readable() -> Iterable[Article]:
        for article in articles:
            if isinstance(article, Failure):
                failures.append(article)
            else:
                order.append(article.id)
                yield article

    analyses: dict[str, Analysis] = {}
    for result in pipeline.analyse(readable()):
        if isinstance(result, Failure):
            failures.append(result)
        else:
            analyses[result.article.id] = result
        progress()
    found = [analyses[name] for name in order if name in analyses]
    linking = pipeline.link((((analysis.article.id, number), order, chain) for order, analysis in enumerate(found)
                             for number, chain in enumerate(analysis.chains)), entities_csv)
    entities = {entity.id: entity for entity in linking.entities}
    stances = {axis.id: pipeline.stances(axis, found) for axis in axes}
    statements = _statements(found, linking.of, pipeline)
    rows = [article_row(analysis, entities, linking.of, stances, statements) for analysis in found]
    if with_text:
        rows = [row | {"text": analysis.article.text} for row, analysis in zip(rows, found)]
    return rows, failures


def _statements(analyses: Sequence[Analysis], of: Mapping[tuple[str, int], str], pipeline: Pipeline) -> dict[str, str]:
    """The statement of each quotation that stands more than once, by "article/quotation": the first one's name."""
    items = [StatementItem(f"{a.article.id}/{q.id}", " … ".join(slices(a.article.text, q.content)), q.kind,
                           of.get((a.article.id, s.chain)) if s and s.chain is not None else None, a.article.id,
                           a.article.outlet, a.article.published, q.content)
             for a in analyses for q, s in zip(a.quotations, a.speakers)]
    return {name: group[0] for group in pipeline.statements(items) for name in group}


def article_row(analysis: Analysis, entities: Mapping[str, Entity], of: Mapping[tuple[str, int], str],
                stances: Stances, statements: Mapping[str, str]) -> dict:
    """An article with its attributions. ``entities`` by id, ``of`` maps (article id, chain) to an entity's id,
    ``stances`` maps axis to (article id, quotation id) to stance, ``statements`` "article/quotation" to the first
    of its repetitions. Spans are ``[start, end)`` of the text."""
    article = analysis.article

    def name(chain: int | None, written: str) -> str:
        entity = entities.get(of.get((article.id, chain), "")) if chain is not None else None
        return entity.name if entity else written

    def attribution(quotation: Quotation, speaker: Speaker | None, targets: Sequence[Target]) -> dict:
        named = {}
        for target in targets:
            named.setdefault(name(target.chain, target.name), round(target.polarity, 3))
        return {
            "id": quotation.id,
            "kind": quotation.kind,
            "content": quotation.content,
            "cue": quotation.cue,
            "source": quotation.source,
            "speaker": name(speaker.chain, speaker.name) if speaker else None,
            "speaker_type": speaker.kind if speaker else None,
            "speaker_role": speaker.role if speaker else None,
            "addressee": quotation.addressee,
            "medium": quotation.medium,
            "attitude": quotation.attitude,
            "cue_polarity": quotation.cue_polarity,
            "targets": list(named),
            "target_polarity": named,
            "stance": {axis: stance(found.get((article.id, quotation.id))) for axis, found in stances.items()},
            "statement": statements.get(f"{article.id}/{quotation.id}", f"{article.id}/{quotation.id}"),
            "confidence": round(quotation.confidence, 4),
        }

    def stance(found: Stance | None) -> dict:
        if found is None:
            return {"score": None, "label": "unrelated", "confidence": None, "evidence": []}
        return {"score": None if found.score is None else round(found.score, 3), "label": found.label,
                "confidence": round(found.confidence, 3), "evidence": found.evidence}

    return {
        "id": article.id, "path": article.path, "url": article.url, "title": article.title, "outlet": article.outlet,
        "byline": article.byline, "published": article.published, "language": article.language,
        "furniture": article.furniture,
        "attributions": [attribution(*row) for row in zip(analysis.quotations, analysis.speakers, analysis.targets)],
    }  # fmt: skip
