"""Statements as the scorer meets them in news: of what somebody says only the quotation, without its cue and source.

The statements written for training tell who speaks; in an article the content is scored alone (:mod:`attribution.stance.utterance`),
and that is shorter and lacks what the cue gave away. So a part of the statements is shown as the pipeline itself would cut it.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from pathlib import Path

from attribution.pipeline import Pipeline
from attribution.records import Analysis, Article, Quotation
from attribution.stance.utterance import utterance

LEAST = 5  # words of a content that can show a side
REST = 6  # words that are neither content nor cue nor source: of more, the side may be in them ("..., he granted, but the maps say")


def heard(texts: Iterable[str], kept: Path | None = None, jobs: int | None = None) -> dict[str, str]:
    """What would be scored of each of ``texts``, where that is less than the text: its longest quotation whose cue affirms it.

    ``kept``: a JSON file that the result is kept in; what it has is not worked out again. ``jobs``: as of
    :class:`attribution.pipeline.Pipeline`. A quarter of an hour of one core for 33,000 statements.
    """
    found: dict[str, str | None] = json.loads(kept.read_text("utf-8")) if kept and kept.exists() else {}
    texts = sorted(set(texts))
    new = [Article(text, text) for text in texts if text not in found]
    for analysis in Pipeline(jobs=jobs).analyse(iter(new)):
        if isinstance(analysis, Analysis):
            found[analysis.article.id] = _longest(analysis)
    if kept and new:
        kept.with_suffix(".new").write_text(json.dumps(found, ensure_ascii=False, indent=0), "utf-8")
        os.replace(kept.with_suffix(".new"), kept)
    return {text: found[text] for text in texts if found.get(text)}


def _longest(analysis: Analysis) -> str | None:
    text = analysis.article.text
    read = [utterance(text, q, cued=False).text for q in analysis.quotations if _plain(text, q)]
    longest = max(read, key=len, default="")
    return longest if LEAST <= len(longest.split()) < len(text.split()) else None


def _plain(text: str, quotation: Quotation) -> bool:
    """Whether the quotation is all that the text tells, and its cue, if any, affirms it."""
    rest = len(text.split()) - len(utterance(text, quotation).text.split())
    return quotation.cue_polarity == "affirmed" and bool(quotation.cue or quotation.kind == "direct") and rest <= REST
