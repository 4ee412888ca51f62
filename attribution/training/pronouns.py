"""Fits the weights by which "he" and "she" are resolved (attribution/entities/pronouns.json).

    python -m attribution.training.pronouns FOLDER... --gum train.conllu.gz
    python -m attribution.training.pronouns FOLDER... --gum train.conllu.gz --check dev.conllu.gz --check test.conllu.gz

Every "he" and "she" of GUM's coreference (Universal Dependencies' release; the quotations in it are those that the
pipeline finds) and every pronoun source of annotated articles (:mod:`attribution.training.annotated`) gives its
candidates, as the resolver sees them, and who of them is meant. The weights are those of a softmax over each
pronoun's candidates, with a quadratic penalty; "nobody" is one of them, which is right where no other is. The second
command writes nothing: it tells how often the pronouns that are sources of quotations come out right, each judged by
weights that were fitted without its document.
"""

from __future__ import annotations

import gzip
import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import click
import torch

from attribution import language
from attribution import quotations as finder
from attribution.documents import paragraphs
from attribution.entities.pronouns import NOBODY_ROW, SURE, WEIGHTS, choose, score, weights
from attribution.entities.scene import Scene
from attribution.entities.speakers import read
from attribution.records import Article, Span
from attribution.training.annotated import articles
from attribution.training.evaluate_names import same_name
from attribution.training.evaluate_speakers import UNNAMED, quotations

GENRES = ("news", "interview", "speech", "court")  # near to news, and free: the texts of essays are for non-commercial use
ROUNDS, PENALTY = 300, 0.05
OWN = 3.0  # weight of an annotated article's pronoun against one of GUM: it is a source in news, what this is for

FOLDS = 5


class Case(NamedTuple):
    """A pronoun: what it counts, the features of its candidates, who of them is right; whether it is the source of a
    quotation, and the number of its document."""

    weight: float
    rows: list[dict[str, float]]
    right: list[bool]
    source: bool = True
    document: int = 0


def fit(cases: Sequence[Case]) -> dict[str, float]:
    """Weights of a softmax over each case's candidates."""
    names = sorted({name for case in cases for row in case.rows for name in row})
    widest = max(len(case.rows) for case in cases)
    table = torch.zeros(len(cases), widest, len(names))
    absent = torch.ones(len(cases), widest, dtype=torch.bool)
    right = torch.zeros(len(cases), widest, dtype=torch.bool)
    for i, (_, rows, good, *_) in enumerate(cases):
        absent[i, : len(rows)] = False
        right[i, : len(rows)] = torch.tensor(good)
        for j, row in enumerate(rows):
            table[i, j] = torch.tensor([row.get(name, 0.0) for name in names])
    share = torch.tensor([case.weight for case in cases])
    weights = torch.zeros(len(names), requires_grad=True)
    optimizer = torch.optim.LBFGS([weights], max_iter=ROUNDS, line_search_fn="strong_wolfe")

    def loss() -> torch.Tensor:
        optimizer.zero_grad()
        scores = (table @ weights).masked_fill(absent, float("-inf"))
        chance = torch.logsumexp(scores.masked_fill(~right, float("-inf")), 1) - torch.logsumexp(scores, 1)
        value = -(share * chance).sum() / share.sum() + PENALTY * (weights**2).sum() / len(names)
        value.backward()
        return value

    optimizer.step(loss)
    return {name: round(weight, 2) for name, weight in zip(names, weights.tolist())}


def annotated_cases(folder: Path, documents: Sequence | None = None) -> Iterator[Case]:
    """The "he" and "she" that are sources in a folder's articles."""
    found = list(articles(folder))
    for article, document in zip(found, documents or annotate([a.text for a in found])):
        relations = quotations(article)
        scene = read(Article(article.id, article.text), document, relations)[0]
        wanted = {int(q.id): a.speaker for q in relations for a in article.annotations if str(a.number) == q.id}
        for n, source in enumerate(scene.sources):
            at = scene.words.inside(source.span).start if source.form == "pronoun" else None
            name = wanted[int(relations[n].id)]
            if at in scene.asked and name:
                rows = scene.asked[at]
                yield Case(OWN, *_with_nobody(rows, [_is(scene, number, name) for number in rows]))


def _with_nobody(rows: dict[int, dict[str, float]], right: list[bool]) -> tuple[list[dict[str, float]], list[bool]]:
    """The candidates and one more, which is right where nobody of them is."""
    return [*rows.values(), NOBODY_ROW], [*right, not any(right)]


def _is(scene: Scene, number: int, wanted: str) -> bool:
    draft = scene.drafts[number]
    if wanted.startswith(UNNAMED):
        return draft.kind == "unnamed" and bool({w[:5] for w in scene.written(draft).split()} & {w[:5] for w in wanted.split()[1:]})
    return draft.kind == "person" and bool(draft.names) and same_name(draft.name, wanted)


def annotate(texts: Sequence[str]) -> list:
    """Stanza documents of texts."""
    return language.annotate(list(texts), [paragraphs(text, ()) for text in texts], language.load())


# --- GUM


def gum(path: Path) -> Iterator[tuple[str, dict[Span, str]]]:
    """Text of each document of the genres, and its mentions: characters to the entity's number."""
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8") as lines:
        blocks = re.split(r"(?m)^# newdoc id = ", lines.read())[1:]
    for block in blocks:
        if block.split("_", 2)[1] in GENRES:
            yield _document(block)


def _document(block: str) -> tuple[str, dict[Span, str]]:
    text, mentions, opened = "", {}, defaultdict(list)
    for line in block.splitlines():
        if line.startswith("# newpar") and text and "newpar_block" not in line:
            text = text.rstrip() + "\n\n"
        cells = line.split("\t")
        if len(cells) != 10 or not cells[0].isdigit():
            continue
        start = len(text)
        text += cells[1]
        entities = re.search(r"(?:^|\|)Entity=([^|\t]*)", cells[9])
        for mark in re.findall(r"\([^()]+\)?|[^()]+\)", entities[1]) if entities else ():
            number = re.match(r"\(?([^-()]+)", mark)[1]
            if mark.startswith("("):
                opened[number].append(start)
            if mark.endswith(")") and opened[number]:
                mentions[opened[number].pop(), len(text)] = number
        if "SpaceAfter=No" not in cells[9]:
            text += " "
    return text, mentions


def gum_cases(path: Path) -> Iterator[Case]:
    """Every "he" and "she" of GUM that its annotation gives to an entity."""
    read_in = list(gum(path))
    for number_of_document, ((text, mentions), document) in enumerate(zip(read_in, annotate([text for text, _ in read_in]))):
        article = Article("gum", text)
        scene = read(article, document, finder.describe(article, document, document.relations))[0]
        held = [_entity(scene, number, mentions) for number in range(len(scene.drafts))]
        sources = {scene.words.inside(source.span).start for source in scene.sources if source.form == "pronoun"}
        for at, rows in scene.asked.items():
            word = scene.words[at]
            number = mentions.get((word.start, word.end))
            if number is not None and rows:
                yield Case(1.0, *_with_nobody(rows, [held[k] == number for k in rows]), at in sources, number_of_document)


def _entity(scene: Scene, number: int, mentions: dict[Span, str]) -> str | None:
    """The entity that most of a chain's names and descriptions stand for."""
    draft, votes = scene.drafts[number], Counter()
    spans = [scene.words.span(name.first, name.last) for name in draft.names] + [source.span for source in draft.descriptions]
    for start, end in spans:
        around = [(e - s, entity) for (s, e), entity in mentions.items() if s <= start and end <= e and e - s <= 4 * (end - start) + 12]
        if around:
            votes[min(around)[1]] += 1
    return votes.most_common(1)[0][0] if votes else None


def report(cases: Sequence[Case]) -> str:
    """How often the best candidate is the right one, over all and over those above a confidence."""
    found = []
    for case in cases:
        best, sure = choose({i: score(row) for i, row in enumerate(case.rows)})
        found.append((sure, case.right[best]))
    lines = [f"{'sure':>6}{'share':>8}{'right':>8}"]
    for least in (0.0, 0.5, 0.6, 0.7, 0.8):
        some = [good for sure, good in found if sure >= least]
        lines.append(f"{least:6.1f}{100 * len(some) / len(found):8.1f}{100 * sum(some) / max(len(some), 1):8.1f}")
    return "\n".join(lines)


def sources_right(cases: Sequence[Case], table: Mapping[str, float]) -> tuple[int, int]:
    """How many of the sources come out right by these weights (nobody, where nobody of the candidates is), and of how many."""
    right = []
    for case in (case for case in cases if case.source):
        best, sure = choose({i: sum(table.get(name, 0.0) * value for name, value in row.items()) for i, row in enumerate(case.rows)})
        right.append(case.right[best if sure >= SURE else len(case.rows) - 1])
    return sum(right), len(right)


def held_out(own: Sequence[Case], treebank: Sequence[Case]) -> tuple[int, int]:
    """:func:`sources_right` of a treebank, a fifth of its documents at a time judged by weights fitted without them."""
    counts = [sources_right([case for case in treebank if case.document % FOLDS == fold],
                            fit([*own, *(case for case in treebank if case.document % FOLDS != fold)])) for fold in range(FOLDS)]
    return tuple(map(sum, zip(*counts)))


@click.command()
@click.argument("folders", nargs=-1, type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--gum", "treebank", required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--check", "checked", multiple=True, type=click.Path(exists=True, dir_okay=False, path_type=Path),
              help="Parts of GUM that are never fitted on: tell how often sources are right there, and in --gum; write nothing.")
def main(folders: tuple[Path, ...], treebank: Path, checked: tuple[Path, ...]) -> None:
    """Fit the weights on the annotated articles in FOLDERS and on GUM, and write them."""
    own, gum_train = [case for folder in folders for case in annotated_cases(folder)], list(gum_cases(treebank))
    if checked:
        counts = {path.name: sources_right(list(gum_cases(path)), weights()) for path in checked}
        counts[f"{treebank.name}, in {FOLDS} parts"] = held_out(own, gum_train)
        counts["all"] = tuple(map(sum, zip(*counts.values())))
        for name, (right, n) in counts.items():
            click.echo(f"{name}: {right} of {n} pronouns that are sources right ({100 * right / max(n, 1):.1f} %)")
        return
    cases = own + gum_train
    click.echo(f"{len(cases)} pronouns, {sum(case.right[-1] for case in cases)} with nobody right\n{report(cases)}")
    WEIGHTS.write_text(json.dumps(fit(cases), indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
