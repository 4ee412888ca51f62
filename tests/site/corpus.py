"""A small annotated corpus of a fictional dispute, and a pipeline that hands its annotations to ``build``.

Inside a text ``{1c:…}`` is content of its quotation 1, ``{1u:…}`` its cue, ``{1s:…}`` its source.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

from attribution.database.build import build
from attribution.entities.facts import Record
from attribution.records import Analysis, Article, Chain, Entity, LabelledStatement, Mention, Quotation, Speaker, Stance, Target

PEOPLE = {
    "mira-tolan": ("Mira Tolan", "person", "Foreign minister of Ostrava Sound", "sound"),
    "ivo-brandt": ("Ivo Brandt", "person", "Head of the Lakeland delegation", "lakeland"),
    "sena-okoye": ("Sena Okoye", "person", "Mediator", None),
    "dov-hale": ("Dov Hale", "person", "Mayor of Port Linden", None),
    "lakeland": ("Lakeland", "country", None, None),
    "sound": ("Ostrava Sound", "country", None, None),
    "fleet-union": ("Fishing Fleet Union", "organization", None, None),
}
AXES = [
    SimpleNamespace(id="harbour", question="Should the harbour open before a treaty is signed?", hash="1",
                    negative=SimpleNamespace(label="treaty first", description="The harbour stays shut until a treaty"
                                             " is signed; opening it earlier gives away the only lever."),
                    positive=SimpleNamespace(label="open first", description="The harbour must open now; a treaty can"
                                             " follow once boats and food move again.")),
    SimpleNamespace(id="quota", question="Should the fishing quota rise?", hash="1",
                    negative=SimpleNamespace(label="lower quota", description="The stock is too small; quotas must"
                                             " fall."),
                    positive=SimpleNamespace(label="higher quota", description="The fleet needs a higher quota.")),
]


@dataclass(frozen=True)
class Said:
    """The annotation of one quotation: who, how, of whom (polarity), and where it stands (score by axis)."""

    who: str | None
    kind: str = "direct"
    of: tuple = ()
    stances: tuple = ()
    role: str | None = None
    name: str | None = None
    attitude: str = "says"
    cue_polarity: str = "affirmed"


@dataclass(frozen=True)
class Told:
    outlet: str
    published: str
    title: str
    text: str
    said: dict
    furniture: str | None = None
    byline: str | None = None
    url: str | None = None


ARTICLES = [
    Told("The Linden Post", "2031-01-14T09:30:00Z", "Sound shuts harbour as talks stall",
         "PORT LINDEN (LP) — The harbour of Port Linden was closed on Tuesday.\n\n“{1c:No ship will enter before both"
         " sides have signed a treaty}”, {1u:said} {1s:Mira Tolan, the foreign minister of Ostrava Sound}.\n\n{2s:Ivo"
         " Brandt} {2u:accused} her {2c:of holding a whole coast to ransom}. “{3c:Open the harbour first, and we will"
         " talk about every line of a treaty},” he {3u:told} reporters at the quay.\n\nShare this article",
         {1: Said("mira-tolan", of=(("lakeland", -0.1),), stances=(("harbour", -0.9),), role="foreign minister"),
          2: Said("ivo-brandt", "indirect", of=(("mira-tolan", -0.8),)),
          3: Said("ivo-brandt", of=(("sound", -0.2),), stances=(("harbour", 0.9),))},
         "Share this article", "By Ann Rook", "https://lindenpost.example/2031/01/harbour"),
    Told("Coast Wire", "2031-01-14T11:00:00Z", "Tolan: no ship before a treaty",
         "Foreign minister Mira Tolan ruled out an early opening. \"{1c:No ship will enter the port before both sides"
         " have signed a treaty},\" {1s:Tolan} {1u:said} on Tuesday.\n\n{2s:A senior official, who asked not to be"
         " named,} {2u:said} {2c:the closure would cost the city a third of its income}.",
         {1: Said("mira-tolan", of=(("lakeland", -0.1),), stances=(("harbour", -0.85),)),
          2: Said(None, "indirect", name="senior official (unnamed)")}, url="https://coastwire.example/a?id=2&x=1"),
    Told("Daily Estuary", "2031-01-15", "‘No ship will enter’: minister holds firm",
         "{1s:The foreign minister} {1u:insisted} that {1c:no ship would enter before a treaty was signed by both"
         " sides}. {2s:The Fishing Fleet Union} {2u:called} the decision {2c:“a blow to every family on this"
         " coast”}.",
         {1: Said("mira-tolan", "indirect", stances=(("harbour", -0.8),)),
          2: Said("fleet-union", "mixed", of=(("sound", -0.6), ("mira-tolan", -0.5)), stances=(("quota", 0.3),))}),
    Told("The Linden Post", "2031-02-20", "Mediator urges both sides to move",
         "“{1c:A treaty written on an empty stomach will not last}”, {1u:said} {1s:Sena Okoye}, who leads the"
         " mediation. She {2u:believes} {2c:that boats and paper can move on the same day}.\n\n{3s:Mayor Dov Hale}"
         " {3u:praised} {3c:the patience of Okoye} and {4u:added}: “{4c:My city cannot wait for lawyers}.”",
         {1: Said("sena-okoye", stances=(("harbour", 0.4),)),
          2: Said("sena-okoye", "indirect", attitude="thinks", stances=(("harbour", 0.0),)),
          3: Said("dov-hale", "indirect", of=(("sena-okoye", 0.8),), role="mayor"),
          4: Said("dov-hale", stances=(("harbour", 0.8),), role="mayor")}),
    Told("Coast Wire", "2031-03-03", "Lakeland offers a first step on quotas",
         "{1s:Brandt} {1u:offered} to {1c:accept a lower quota for two years}, if the harbour opened at once. “{2c:We"
         " can live with fewer fish, not with none},” he {2u:said}.\n\n{3s:The union} {3u:rejected} the idea."
         " “{3c:A lower quota is the end of small boats},” its chair {3u:said}.",
         {1: Said("ivo-brandt", "indirect", stances=(("quota", -0.7), ("harbour", 0.5)), attitude="wants"),
          2: Said("ivo-brandt", stances=(("quota", -0.5),)),
          3: Said("fleet-union", of=(("ivo-brandt", -0.4),), stances=(("quota", 0.9),))}),
    Told("Northern Herald", "2031-04-11", "Tolan softens her line",
         "{1s:Mira Tolán} {1u:said} {1c:a partial opening for food ships was possible while lawyers finished their"
         " work}. “{2c:I have never been against ships. I am against being cheated},” she {2u:told} the"
         " Herald.\n\n{3s:Ivo Brandt} {3u:welcomed} {3c:“the first sensible word from Ostrava Sound this year”}.",
         {1: Said("mira-tolan", "indirect", stances=(("harbour", 0.35),)),
          2: Said("mira-tolan", of=(("lakeland", -0.5),), stances=(("harbour", 0.1),)),
          3: Said("ivo-brandt", "mixed", of=(("mira-tolan", 0.5), ("sound", 0.6)))}),
    Told("Daily Estuary", "2031-05-02", "First food ship docks",
         "“{1c:Today the harbour is open for bread and medicine, and tomorrow for the rest}”, {1u:declared} {1s:Mira"
         " Tolan}.\n\n{2s:Sena Okoye} {2u:denied} {2c:that the treaty had been postponed}. {3s:Dov Hale} {3u:thanked}"
         " {3c:the minister for a brave decision}.",
         {1: Said("mira-tolan", stances=(("harbour", 0.85),), role="foreign minister"),
          2: Said("sena-okoye", "indirect", cue_polarity="denied", stances=(("harbour", -0.2),)),
          3: Said("dov-hale", "indirect", of=(("mira-tolan", 0.9),), role="mayor")}),
    Told("Harbour Radio", "2031-05-03", "Live: reactions to the opening",
         "08:10 {1s:Brandt}: “{1c:Open the harbour first, we said, and the treaty will follow. Now it will}.”\n08:25"
         " {2s:The Fishing Fleet Union} {2u:warned} {2c:that without a higher quota the boats would stay in"
         " port}.\n08:40 {3s:A spokesman for Lakeland} {3u:said} {3c:the delegation would return to the table on"
         " Monday}.",
         {1: Said("ivo-brandt", of=(("sound", 0.3),), stances=(("harbour", 0.8),)),
          2: Said("fleet-union", "indirect", stances=(("quota", 0.8),)),
          3: Said("lakeland", "indirect", role="spokesman", stances=(("harbour", 0.2),))}),
]


def parse(told: Told, number: int) -> tuple[Analysis, dict]:
    """The analysis of an annotated article and its stances by axis."""
    text, spans, at = "", {}, 0
    for match in re.finditer(r"\{(\d)([cus]):([^{}]*)\}", told.text):
        text += told.text[at:match.start()]
        spans.setdefault((int(match[1]), match[2]), []).append((len(text), len(text) + len(match[3])))
        text += match[3]
        at = match.end()
    text += told.text[at:]
    start = text.find(told.furniture) if told.furniture else -1
    article = Article(f"article-{number}", text, title=told.title, outlet=told.outlet, byline=told.byline,
                      published=told.published, url=told.url,
                      furniture=((start, start + len(told.furniture)),) if start >= 0 else ())
    names = sorted({s.who for s in told.said.values() if s.who} | {t for s in told.said.values() for t, _ in s.of})
    chains = tuple(Chain(PEOPLE[name][0], PEOPLE[name][1], (Mention((0, 1), text[0], "name"),)) for name in names)
    quotations, speakers, targets, contexts, stances = [], [], [], [], {}
    for key, said in told.said.items():
        content = tuple(spans[key, "c"])
        quotations.append(Quotation(f"q{key}", said.kind, content, tuple(spans.get((key, "u"), ())),
                                    tuple(spans.get((key, "s"), ())), said.attitude, cue_polarity=said.cue_polarity,
                                    confidence=0.94 - key / 20))
        speakers.append(
            Speaker(names.index(said.who), PEOPLE[said.who][0], PEOPLE[said.who][1], said.role, 0.9,
                    "the source names the speaker") if said.who
            else Speaker(None, said.name, "unnamed", None, 0.6, "the source stays unnamed") if said.name else None)
        targets.append(tuple(Target(PEOPLE[t][0], names.index(t), None, polarity, 0.8) for t, polarity in said.of))
        start, end = min(s for s, _ in content), max(e for _, e in content)
        contexts.append((start, end))
        for axis, score in said.stances:
            label = "negative" if score < -0.15 else "positive" if score > 0.15 else "neutral"
            first_word = (start, start + len(text[start:end].split()[0]))
            stances[axis, f"q{key}"] = Stance(axis, score, label, 0.8, (first_word,))
    return Analysis(article, tuple(quotations), chains, tuple(speakers), tuple(targets), tuple(contexts)), stances


class Annotations:
    """The stages of a build, answered from the annotations."""

    def __init__(self, articles: list[Told]):
        parsed = [parse(told, number) for number, told in enumerate(articles)]
        self.analyses = {analysis.article.id: analysis for analysis, _ in parsed}
        self.scored = {analysis.article.id: stances for analysis, stances in parsed}
        self.versions = {"quotations": "1", "linking": "1", "stance": "1", "statements": "1"}

    def analyse(self, articles):
        for article in articles:
            yield self.analyses[article.id]

    def link(self, new, entities_csv, memory, forgotten=(), previous=()):
        of = {place: next(uid for uid, person in PEOPLE.items() if person[0] == chain.name) for place, _, chain in new}
        used = set(of.values())
        nodes = {place: ("person", (uid,), None) for place, uid in of.items()}
        for place, node in nodes.items():
            memory.save(node, Record(entity=of[place]), ())
        return SimpleNamespace(of=of, nodes=nodes, moved={}, gone=frozenset(), entities=tuple(
            Entity(uid, name, kind, ((name, 3),), None, description, speaks_for if speaks_for in used else None)
            for uid, (name, kind, description, speaks_for) in PEOPLE.items() if uid in used))

    def stances(self, axis, analyses):
        return {(analysis.article.id, quotation): stance for analysis in analyses
                for (name, quotation), stance in self.scored[analysis.article.id].items() if name == axis.id}

    def labelled(self, axis):
        """Four examples and 26 checks of the harbour axis; of the other axis two examples and nothing to measure it with."""
        if axis.id != "harbour":
            return [LabelledStatement("Quotas must fall.", "negative", "example"),
                    LabelledStatement("Boats need more fish.", "positive", "example")]
        examples = [("First the treaty, then the ships.", "negative"), ("Ships now, papers later.", "positive"),
                    ("Either order may work.", "neutral"), ("The quay was painted.", "unrelated")]
        return [*(LabelledStatement(text, label, "example") for text, label in examples),
                *(LabelledStatement(f"Statement {i} of {label}", label, "check")
                  for i in range(13) for label in ("negative", "positive"))]

    def judge(self, axis, texts):
        """Right but for every fourth, the surer the later."""
        return [Stance(axis.id, None, "unrelated" if i % 4 == 3 else text.split()[-1], 0.5 + i / 100)
                for i, text in enumerate(texts)]

    def words(self, text):
        return text.split()

    def statements(self, utterances, frequency, total):
        return [[u.uid for u in utterances if re.match("no ship", u.text, re.I)]]


def make(path: Path, articles: list[Told] = ARTICLES, axes=AXES, **more) -> Path:
    """Build the database of these articles at ``path``."""
    pipeline = Annotations(articles)
    build([analysis.article for analysis in pipeline.analyses.values()], path, pipeline, axes=axes, **more)
    return path


if __name__ == "__main__":
    import sys
    print(make(Path(sys.argv[1])))
