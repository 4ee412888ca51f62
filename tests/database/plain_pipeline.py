"""A small pipeline of plain rules for the tests of the database: it really reads, scores and groups, and links with the real linker.

It understands lines such as ``Foreign Minister Mira Dell said: "The guns come first." (of Tovia)``. Whatever the real
stages do better, the database gets the same records from them.
"""

from __future__ import annotations

import os
import re
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path

from attribution.entities import read_curation, update
from attribution.records import Analysis, Article, Chain, Failure, LabelledStatement, Mention, Quotation, Speaker, Stance, Target

LINE = re.compile(r'(?P<role>(?:[A-Z]\w+ )*?)(?P<name>[A-Z]\w+ [A-Z]\w+|[A-Z]\w+|an official) (?P<cue>said|warned): '
                  r'"(?P<content>[^"\n]+)"(?: \(of (?P<target>[A-Z]\w+)\))?')


@dataclass(frozen=True)
class Pole:
    label: str
    description: str
    words: tuple[str, ...]


@dataclass(frozen=True)
class Axis:
    id: str
    question: str
    negative: Pole
    positive: Pole
    hash: str = "1"


ORDER = Axis("order", "What comes first?", Pole("talks first", "Talks need no truce.", ("talks", "table")),
             Pole("guns first", "First the guns fall silent.", ("guns", "truce")))


@dataclass
class Rules:
    """``calls`` counts what was asked, ``linked`` and ``grouped`` are what was given last, ``delay`` seconds pass before
    each analysis."""

    versions: dict = field(default_factory=lambda: {"quotations": "1", "linking": "1", "stance": "1",
                                                    "statements": "1"})
    delay: float = 0.0
    calls: Counter = field(default_factory=Counter)
    linked: list = field(default_factory=list)
    grouped: list = field(default_factory=list)

    def analyse(self, articles):
        for article in articles:
            self.calls["analyse"] += 1
            time.sleep(self.delay)
            yield Failure(article.id, "quotations", "unreadable") if "UNREADABLE" in article.text \
                else analyse(article)

    def link(self, new, entities_csv, memory, forgotten=(), previous=()):
        self.calls["link"] += 1
        new = list(new)
        self.linked = [place for place, _, _ in new]
        return update(memory, new, read_curation(entities_csv) if entities_csv else None, forgotten, previous)

    def stances(self, axis, analyses):
        self.calls[f"stances {axis.id}"] += 1
        found = {}
        for analysis in analyses:
            for quotation in analysis.quotations:
                words = re.findall(r"\w+", analysis.article.text[slice(*quotation.content[0])].lower())
                value = sum(w in axis.positive.words for w in words) - sum(w in axis.negative.words for w in words)
                label = "positive" if value > 0 else "negative" if value < 0 else "unrelated"
                score = max(-1.0, min(1.0, value / 2)) if value else None
                found[analysis.article.id, quotation.id] = Stance(axis.id, score, label, 0.9, quotation.content[:1])
        return found

    def labelled(self, axis):
        return [*(LabelledStatement(word, "positive", "example") for word in axis.positive.words),
                LabelledStatement("The guns come first.", "positive", "check"),
                LabelledStatement("Wages will rise.", "negative", "check")]

    def judge(self, axis, texts):
        self.calls[f"judge {axis.id}"] += 1
        return [Stance(axis.id, *((1.0, "positive") if "guns" in text else (None, "unrelated")), 0.7) for text in texts]

    def words(self, text):
        return text.lower().rstrip(".").split()

    def statements(self, utterances, frequency, total):
        self.calls["statements"] += 1
        self.grouped = [utterance.uid for utterance in utterances]
        groups = defaultdict(list)
        for utterance in utterances:
            groups[utterance.speaker, utterance.text.lower().rstrip(".")].append(utterance.uid)
        return list(groups.values())


def analyse(article: Article) -> Analysis:
    quotations, speakers, targets, contexts, mentions = [], [], [], [], defaultdict(list)
    for n, match in enumerate(LINE.finditer(article.text)):
        name = match["name"]
        quotations.append(Quotation(f"q{n}", "direct", (match.span("content"),), (match.span("cue"),),
                                    ((match.start(), match.end("name")),), confidence=0.8))
        contexts.append(match.span())
        role = match["role"].strip() or None
        if name == "an official":
            speakers.append(Speaker(None, "an official (unnamed)", "unnamed"))
        else:
            mentions[name, "person"].append(Mention(match.span("name"), name, "name", role))
            speakers.append(Speaker(list(mentions).index((name, "person")), name, "person", role))
        about = match["target"]
        if about:
            mentions[about, "country"].append(Mention(match.span("target"), about, "name"))
            targets.append((Target(about, list(mentions).index((about, "country")), match.span("target"), -0.5),))
        else:
            targets.append(())
    chains = tuple(Chain(name, kind, tuple(found)) for (name, kind), found in mentions.items())
    return Analysis(article, tuple(quotations), chains, tuple(speakers), tuple(targets), tuple(contexts))


def article(n: int, *lines: str, **fields) -> Article:
    """An article of these lines, with outlet and date by its number."""
    fields = {"outlet": f"The {('Gazette', 'Courier')[n % 2]}", "published": f"2031-03-{n % 28 + 1:02}",
              "title": f"News {n}", "url": f"https://news{n % 2}.example/{n}"} | fields
    return Article(f"article-{n:03}", "\n".join(lines), **fields)


def corpus(count: int) -> list[Article]:
    """``count`` articles with three quotations each, of few speakers who repeat and change."""
    people = ("Mira Dell", "Oran Pask", "Dell", "Envoy Tam Rusk", "an official")
    words = ("The guns come first.", "We go to the table now.", "No truce, no talks.", "Wages will rise.")
    return [article(n, *(f'{people[(n + k) % 5]} said: "{words[(n * k) % 4]} Day {n // (k + 1)}." (of Tovia)'
                         for k in range(3))) for n in range(count)]


def main() -> None:
    """A build in a process of its own, to be killed: COUNT DATABASE DELAY."""
    import sys

    from attribution.database.build import build
    count, database, delay = sys.argv[1:]
    report = build(corpus(int(count)), Path(database), Rules(delay=float(delay)), axes=[ORDER])
    print(report.new, report.unchanged, os.getpid())


if __name__ == "__main__":
    main()
