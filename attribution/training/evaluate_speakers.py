"""Who speaks, given the relations: the resolver alone, on annotated articles (:mod:`attribution.training.annotated`).

    python -m attribution.training.evaluate_speakers FOLDER [--errors]

The annotated content, cue and source go to :func:`attribution.entities.resolve`, so that the tagger's errors do not
count. A speaker is *right*, *wrong* (somebody else's name, or a name where nobody is named) or *unknown* (nobody, or
unnamed where somebody is named): unknown is allowed, wrong is not.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from attribution import language
from attribution.documents import paragraphs
from attribution.entities import resolve
from attribution.records import Article, Quotation, Speaker
from attribution.training.annotated import Annotated, Annotation, articles
from attribution.training.evaluate_names import fold, is_unnamed, same_name

FIRST = frozenset("i we my our me us mine".split())
THIRD = frozenset("he she they it his her their its him them himself herself themselves itself".split())
RELATIVE = frozenset("who whom whose which that".split())
SECOND = frozenset("you your yours".split())
PLACES = ("GPE", "LOC", "FAC", "Location", "Facility")
FUNCTION = frozenset("of the in and its his her their".split())
UNNAMED = "unnamed:"


@dataclass(frozen=True, slots=True)
class Verdict:
    """One attribution judged: ``group`` is the form of its source (:func:`form`), ``outcome`` right|wrong|unknown."""

    article: str
    number: int
    group: str
    wanted: str | None
    given: str | None
    outcome: str
    how: str = ""


def judge(wanted: str | None, given: str | None, pronoun: bool = False, others: Iterable[str] = ()) -> str:
    """right|wrong|unknown. ``wanted`` is None (nobody), "unnamed: who" or a name; several names are joined by commas
    or "and". ``others`` are the article's other speakers: a surname that one of them shares names nobody. Of a
    ``pronoun`` for somebody unnamed the words must agree, a description may be worded in any way."""
    nobody = given is None or is_unnamed(given)
    if wanted is None:
        return "right" if nobody else "wrong"
    if wanted.startswith(UNNAMED):
        if given is None:
            return "unknown"
        shared = _stems(wanted.removeprefix(UNNAMED)) & _stems(given)
        return "right" if shared or (nobody and not pronoun) else "unknown" if nobody else "wrong"
    if given is None:
        return "unknown"
    if same_name(given, wanted):
        shared = len(fold(given)) == 1 and any(fold(given)[-1] in fold(other) and not same_name(other, wanted) for other in others)
        return "unknown" if shared else "right"
    if _plain(wanted) == _plain(given) or (wanted[:1].islower() and _plain(wanted) <= _plain(given)):
        return "right"
    some, many = (re.split(r",\s*(?:and\s+)?|\s+and\s+|;\s*", name) for name in (wanted, given))
    if len(some) > 1 and all(any(same_name(a, b) for b in many) for a in some):
        return "right"
    return "unknown" if nobody else "wrong"


def _plain(name: str) -> set[str]:
    """The words of a name without possessive endings and function words: "army of Ruvania", "Ruvania's army"."""
    return set(fold(re.sub(r"['\u2019]s\b", "", name))) - FUNCTION


def _stems(name: str) -> set[str]:
    return {word[:5] for word in fold(name) if len(word) > 2 and word not in ("the", "and", "for", "from", "with")}


def form(article: Annotated, annotation: Annotation, places: set[tuple[str, ...]]) -> str:
    """The form of a source: I/we, he/she/they/it, who/that, you, none, place (a capital, a palace), name, description.
    A possessor ("his" in "his demand") counts as the pronoun."""
    mention = " ".join(" ".join(article.text[start:end] for start, end in annotation.source).split())
    words = fold(mention)
    for group, known in (("I/we", FIRST), ("he/she/they/it", THIRD), ("who/that", RELATIVE), ("you", SECOND)):
        if len(words) == 1 and words[0] in known:
            return group
    if not words:
        return "none"
    wanted = annotation.speaker or ""
    if wanted.startswith(UNNAMED) or not set(fold(wanted)) & set(words):
        return "description"
    if fold(wanted) in places:
        return "place"
    return "name" if any(word[:1].isupper() for word in mention.split() if set(fold(word)) & set(fold(wanted))) else "description"


def quotations(article: Annotated) -> list[Quotation]:
    """The annotated relations as the resolver takes them, in the order in which they begin."""
    found = [Quotation(str(a.number), a.kind, a.content, a.cue, a.source, a.attitude) for a in article.annotations]
    return sorted(found, key=lambda q: (min(q.content + q.cue + q.source), q.content))


def verdicts(article: Annotated, document) -> Iterator[Verdict]:
    """Every attribution of an article, judged; ``document`` is its stanza Document."""
    relations = quotations(article)
    speakers: Sequence[Speaker | None] = resolve(Article(article.id, article.text), document, relations)[1]
    by_number = {int(q.id): s for q, s in zip(relations, speakers)}
    places = {fold(entity.text) for entity in document.ents if entity.type in PLACES}
    everyone = {a.speaker for a in article.annotations if a.speaker and not a.speaker.startswith(UNNAMED)}
    for annotation in article.annotations:
        speaker, group = by_number[annotation.number], form(article, annotation, places)
        given = speaker and speaker.name
        outcome = judge(annotation.speaker, given, group == "he/she/they/it", everyone - {annotation.speaker})
        if outcome == "wrong" and speaker.kind == "organization" and re.search(r"\w['\u2019]s? [a-z]|^(?i:my|our|its|their) ", given):
            outcome = "unknown"  # "her government", "Ruvania's embassy": a body described, which names nobody else
        yield Verdict(article.id, annotation.number, group, annotation.speaker, given, outcome, speaker.how if speaker else "")


def table(found: Sequence[Verdict]) -> str:
    """Shares of right, wrong and unknown, over all and by the form of the source, in percent."""
    counts = {"all": Counter(v.outcome for v in found)}
    for verdict in found:
        counts.setdefault(verdict.group, Counter())[verdict.outcome] += 1
    lines = [f"{'':16}{'right':>8}{'wrong':>8}{'unknown':>9}{'of':>6}"]
    for group, count in sorted(counts.items(), key=lambda item: -item[1].total()):
        shares = [100 * count[outcome] / count.total() for outcome in ("right", "wrong", "unknown")] if count else [0.0] * 3
        lines.append(f"{group:16}{shares[0]:8.1f}{shares[1]:8.1f}{shares[2]:9.1f}{count.total():6}")
    return "\n".join(lines)


@click.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--errors", is_flag=True, help="List what is wrong or unknown.")
def main(folder: Path, errors: bool) -> None:
    """Judge the speakers of the annotated articles in FOLDER."""
    read = list(articles(folder))
    documents = language.annotate([a.text for a in read], [paragraphs(a.text, ()) for a in read], language.load())
    found = [verdict for article, document in zip(read, documents) for verdict in verdicts(article, document)]
    click.echo(table(found))
    for one in found if errors else ():
        if one.outcome != "right":
            click.echo(f"{one.outcome}\t{one.article}/{one.number}\t{one.group}\twanted {one.wanted}, given {one.given} ({one.how})")


if __name__ == "__main__":
    main()
