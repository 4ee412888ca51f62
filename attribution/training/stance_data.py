"""What the stance model learns from: labelled pairs off disk, and examples made from them.

Claim stance comes from the ``stance_pairs`` sets (one JSON object a line: text, claim, label 1 | 0 | -1 |
null, dataset, split), target polarity from NewsMTSC, DSE and BASIL. Only training parts are read into
training; a training row whose text stands in a held-out part of another set is dropped (the sets share
thousands of texts). Four kinds of example are made, because the sets hardly contain them:

* *unrelated*: a text with a claim of another topic, half of them with words in common;
* *composed*: two sides' texts of one claim joined as people do when they report a view and reject it
  ("Some say A. They are wrong."), concede ("Although A, B") or report both;
* *ordered*: which of two things must come first (:mod:`attribution.training.stance_order`);
* *turned*: a claim negated, with the label turned round, so that the claim's direction must be read.
"""

from __future__ import annotations

import gzip
import json
import random
import re
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from attribution.records import Spans
from attribution.stance.model import NEUTRAL, OPPOSES, SUPPORTS, UNRELATED
from attribution.stance.utterance import utterance
from attribution.training import annotated
from attribution.training.stance_order import order_pair

# Rows that one epoch draws from a set at most. Direct, short statements on policy teach most; tweets, NLI by rule
# and machine-made pairs little, and left unbounded they would drown the rest. Sets not named here are not used for
# claim stance: portrayal (newsmtsc, dse, basil), passages too long for a small encoder (nixon_kennedy, vast), loose
# labels (claimdiff, wtwt).
CAPS = {
    "ibm_args30k": 14000, "ibm_argkp": 7000, "debatepedia": 8000, "perspectrum": 6500, "iam_stance": 3800,
    "valueeval": 3000, "ibm_csc": 1100, "idebate_asg": 2400, "debatewise": 2000, "procon": 400, "arc_nyt": 2500,
    "gwsd": 1800, "vacstance": 1700, "panli": 3200, "ukp_argmin": 7000, "iam_nonclaim": 3000, "chatstance": 1500,
    "twinviews": 3000, "pstance": 1500, "semeval2016": 1500, "covid19_tweets": 1500, "emergent": 1200,
    "sick": 2500, "conjnli": 2500, "breaking_nli": 1200, "rte": 1200, "med": 1200, "commitmentbank": 250,
    "climate_fever": 1500, "healthver": 700,
}  # fmt: skip
QUOTED_TIMES = 2  # that the sentences written for training count in an epoch of polarities
WRITTEN_POLARITIES = Path(__file__).with_name("polarity_written")
LONGEST = 62  # words of text and claim together; longer pairs cost more time than they teach
NOT_ENTAILED = {"rte", "med"}  # their 0 is all that is not support
SAME_SIDE = {"ibm_argkp"}  # its 0 is "does not make this point": neither support nor opposition
NLI = {"rte", "med", "sick", "conjnli", "breaking_nli", "commitmentbank", "climate_fever", "healthver", "emergent"}


@dataclass(frozen=True, slots=True)
class Pair:
    """A statement, a claim, and which of the four labels are right (more than one where the set cannot tell)."""

    text: str
    claim: str
    labels: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Marked:
    """A sentence with the spans of a target, of the holder of the opinion (may be empty), and -1 | 0 | 1."""

    text: str
    target: Spans
    holder: Spans
    label: int


def norm(text: str) -> str:
    return re.sub(r"\W+", " ", text.lower()).strip()


def read(path: Path) -> list[dict]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def split(folder: Path) -> tuple[list[dict], list[dict]]:
    """(training rows, held-out rows) of all sets in ``folder``. Sets without a division keep a fifth of their claims
    back (of documents or texts where there are fewer than 20 claims)."""
    rows = {path.name.removesuffix(".jsonl.gz"): read(path) for path in sorted(Path(folder).glob("*.jsonl.gz"))}
    train, held, places, own = [], [], defaultdict(set), set()
    parts = []
    for name, members in rows.items():
        few = len({norm(row["claim"]) for row in members}) < 20
        for row in members:
            if row["split"] == "all":
                key = (row.get("author_or_doc") or row["text"]) if few else norm(row["claim"])
                learn = zlib.crc32(key.encode()) % 5 != 0
            else:
                learn = row["split"] in ("train", "reasons-train") or (
                    row["split"] == "dev" and name in ("iam_nonclaim", "healthver"))  # their train part is lost
            if learn:
                parts.append((name, row))
            else:
                held.append(row)
                places[norm(row["text"])].add(name)
                own.add((name, norm(row["text"]), norm(row["claim"])))
    for name, row in parts:
        text = norm(row["text"])
        shared = places.get(text, set()) - {name} and len(text.split()) >= 5
        if not shared and (name, text, norm(row["claim"])) not in own:
            train.append(row)
    return train, held


def labels_of(row: Mapping) -> tuple[int, ...]:
    """The labels that a row allows."""
    if row["label"] is None:
        return (UNRELATED,)
    if row["label"] == 0:
        if row["dataset"] in NOT_ENTAILED:
            return (OPPOSES, NEUTRAL, UNRELATED)
        return (NEUTRAL, UNRELATED) if row["dataset"] in SAME_SIDE | {"sick"} else (NEUTRAL,)
    return (SUPPORTS,) if row["label"] == 1 else (OPPOSES,)


FOR = ("support for {}", "We should support {}", "{} is a good thing", "in favour of {}", "{}", "for {}")
AGAINST = ("opposition to {}", "We should oppose {}", "{} is a bad thing", "against {}", "rejection of {}")
NEGATIONS = ("It is wrong to say that {}", "It is not true that {}", "Nobody should believe that {}")
AUXILIARY = re.compile(r"\b(should|must|can|will|would|is|are|was|were|has|have|does|do|could|may)\b(?! not\b)(?!n't)")
NAKED = re.compile(r"^support for (?=\S)", re.I)


class Wording:
    """Puts claims into other words. ``inside`` needs to know which words keep their capital."""

    def __init__(self, texts: Iterable[str]):
        self.lower = Counter()
        for text in texts:
            self.lower.update(re.findall(r"\b[a-z][a-z']*\b", text))

    def inside(self, claim: str) -> str:
        """The claim as it reads inside a sentence: no full stop, small letter unless the word is a name."""
        claim = claim.strip().rstrip(".!?;, ")
        first = re.match(r"[A-Z][a-z']*\b", claim)
        known = first and (first.group().lower() in ("a", "the", "we", "it") or self.lower[first.group().lower()] >= 20)
        return claim[0].lower() + claim[1:] if known else claim

    def negated(self, claim: str, rng: random.Random) -> str:
        if rng.random() < 0.6 and len(AUXILIARY.findall(claim)) == 1:
            return AUXILIARY.sub(lambda m: m.group() + " not", claim, count=1)
        return rng.choice(NEGATIONS).format(self.inside(claim))

    def claim(self, claim: str, labels: tuple[int, ...], turn: bool, rng: random.Random) -> tuple[str, tuple[int, ...]]:
        """A claim in other words, with the labels turned round where it was negated."""
        naked = NAKED.sub("", claim)
        if naked != claim:
            return (rng.choice(AGAINST if turn else FOR).format(naked), turned(labels) if turn else labels)
        return (self.negated(claim, rng), turned(labels)) if turn else (claim, labels)


def turned(labels: tuple[int, ...]) -> tuple[int, ...]:
    """The labels toward the negated claim."""
    return tuple({SUPPORTS: OPPOSES, OPPOSES: SUPPORTS}.get(label, label) for label in labels)


SPEAKERS = ("The minister", "A spokeswoman", "The mayor", "One delegate", "The union's chairman", "A senior official",
            "The party leader", "The governor", "The envoy", "Residents", "The opposition", "A researcher", "She", "He")
SAYING = ("{} said that {}", "{} told reporters that {}", "{} argued that {}", "{} insisted: {}", "{} made clear that {}")
REJECTED = (
    "{some} say that {a}. They are wrong.", "{some} claim that {a}. That is nonsense.",
    "I do not believe for a moment that {a}.", "Nobody should believe that {a}.", "We reject the idea that {a}.",
    "It is a myth that {a}.", "{some} keep telling us that {a}, and they could not be more mistaken.",
    "He rejected the view that {a}.", "She denied that {a}.", "The notion that {a} does not survive contact with the facts.",
    "{some} argue that {a}. But {b}.", "{some} may say that {a}, but {b}.", "Although {some} believe that {a}, {b}.",
    "Do not listen to those who say that {a}: {b}.", "It would be a mistake to think that {a}.",
)  # fmt: skip
CONCEDED = ("Although {a}, {b}.", "Even if {a}, {b}.", "Yes, {a}. But {b}.", "It may be that {a}, but in the end {b}.",
            "{B}, even though {a}.", "While {a}, {b}.", "Granted, {a}; still, {b}.")
BOTH = ("Some say that {a}; others say that {b}.", "On the one hand {a}, on the other {b}.",
        "Supporters argue that {a}, while critics reply that {b}.", "There is truth on both sides: {a}, and {b}.",
        "{B}, said one camp. {A}, said the other. The chairwoman would not take sides.")
AFFIRMED = ("{who} demanded once more that {a}.", "{who} welcomed the growing agreement that {a}.",
            "We have always said that {a}.", "There is no doubt that {a}.", "Nobody can deny that {a}.",
            "{who} insisted that {a}.", "Is it still not obvious that {a}?", "Those who deny that {a} are mistaken.",
            "Only a fool would doubt that {a}.")
OPEN = ("{who} declined to say whether {a}.", "It is too early to say whether {a}.", "Whether {a} will be decided in May.",
        "The committee meets on Tuesday to discuss whether {a}.", "{who} asked whether {a}.",
        "Opinions differ on whether {a}.", "I can see the case for and against the view that {a}.",
        "A report due next month will look at whether {a}.")
SOME = ("Some", "Critics", "Our opponents", "Certain politicians", "People", "The other side", "Experts")


class Maker:
    """Makes the examples of one epoch out of the training rows."""

    def __init__(self, rows: Sequence[Mapping]):
        self.rows = defaultdict(list)
        self.news = sorted({row["text"] for row in rows if row["dataset"] in ("newsmtsc", "dse")})
        for row in rows:
            if row["dataset"] in CAPS and len(row["text"].split()) + len(row["claim"].split()) <= LONGEST:
                self.rows[row["dataset"]].append(row)
        used = [row for members in self.rows.values() for row in members]
        self.wording = Wording(row["text"] for row in used)
        self.sides: dict[str, tuple[list[str], list[str]]] = defaultdict(lambda: ([], []))
        for row in used:
            if row["dataset"] not in NLI and row["label"] in (1, -1) and len(row["text"].split()) <= 22:
                self.sides[row["claim"]][row["label"] < 0].append(row["text"])
        self.claims = sorted({row["claim"] for row in used if row["dataset"] not in NLI})
        self.clauses = sorted(c for c, both in self.sides.items() if not NAKED.match(c) and AUXILIARY.search(c))
        self.pairs = sorted(c for c, (pro, con) in self.sides.items() if pro and con)

    def epoch(self, seed: int, share: float = 1.0) -> list[Pair]:
        """The pairs of one epoch in random order; ``share`` scales all counts."""
        rng = random.Random(seed)
        result = []
        for name, members in sorted(self.rows.items()):
            chosen = rng.sample(members, min(len(members), int(CAPS[name] * share)))
            result += [self.natural(row, rng) for row in chosen]
        made = len(result)
        result += [self.unrelated(rng) for _ in range(int(made * 0.17))]
        result += [self.composed(rng) for _ in range(int(made * 0.14))]
        for _ in range(int(made * 0.03)):
            text, claim, how = order_pair(rng)
            result.append(Pair(text, claim, {"for": (SUPPORTS,), "against": (OPPOSES,), "neither": (NEUTRAL,),
                                             "aside": (NEUTRAL, UNRELATED)}[how]))
        rng.shuffle(result)
        return result

    def natural(self, row: Mapping, rng: random.Random) -> Pair:
        text, labels = row["text"], labels_of(row)
        if row["dataset"] in NLI:
            return Pair(text, row["claim"], labels)
        # twinviews has opposed pairs only; half of them must be turned or the set teaches "opposes"
        claim, labels = self.wording.claim(row["claim"], labels, rng.random() < (
            0.5 if row["dataset"] == "twinviews" else 0.2), rng)
        if rng.random() < 0.06:
            text = rng.choice(SAYING).format(rng.choice(SPEAKERS), self.wording.inside(text)) + "."
        return Pair(text, claim, labels)

    def unrelated(self, rng: random.Random) -> Pair:
        if rng.random() < 0.3:  # plain news, as most quotations will be
            said, about = rng.choice(self.news), ""
        else:
            row = rng.choice(self.rows[rng.choice(sorted(self.rows))])
            said, about = row["text"], row["claim"]
        own, text = content(about), content(said)
        others = [c for c in rng.sample(self.claims, 24) if not content(c) & own]
        if rng.random() < 0.5:
            others.sort(key=lambda c: -len(content(c) & text) / (1 + len(content(c))))
        claim = others[0] if others else rng.choice(self.claims)
        # words shared with the claim may mean that the text does speak of it: then at least no side is taken
        labels = (UNRELATED,) if len(content(claim) & text) < 2 else (NEUTRAL, UNRELATED)
        return Pair(said, self.wording.claim(claim, labels, rng.random() < 0.2, rng)[0], labels)

    def composed(self, rng: random.Random) -> Pair:
        kind = rng.choices(("rejected", "affirmed", "open", "conceded", "both"), (5, 2, 2, 4, 2))[0]
        inside = self.wording.inside
        if kind in ("affirmed", "open") or (kind == "rejected" and rng.random() < 0.4):
            claim = rng.choice(self.clauses)
            said, labels = claim, (SUPPORTS,)
            if rng.random() < 0.4:
                said, labels = self.wording.negated(claim, rng), (OPPOSES,)
            frame = rng.choice({"affirmed": AFFIRMED, "open": OPEN, "rejected": REJECTED[:10]}[kind])
            text = frame.format(a=inside(said), who=rng.choice(SPEAKERS), some=rng.choice(SOME))
            labels = (NEUTRAL,) if kind == "open" else turned(labels) if kind == "rejected" else labels
        else:
            claim = rng.choice(self.pairs)
            pro, con = self.sides[claim]
            swap = rng.random() < 0.5
            first, second = (rng.choice(con), rng.choice(pro)) if swap else (rng.choice(pro), rng.choice(con))
            frame = rng.choice({"rejected": REJECTED, "conceded": CONCEDED, "both": BOTH}[kind])
            a, b = inside(first), inside(second)
            text = frame.format(a=a, b=b, A=a[:1].upper() + a[1:], B=b[:1].upper() + b[1:], some=rng.choice(SOME))
            labels = (NEUTRAL,) if kind == "both" else (SUPPORTS,) if swap else (OPPOSES,)
        if text[0].islower():
            text = text[0].upper() + text[1:]
        claim, labels = self.wording.claim(claim, labels, rng.random() < 0.2, rng)
        return Pair(text, claim, labels)


COMMON = frozenset("""a an the of to in on for and or not is are was be been should must can will would could has have
do does it its this that we they people more most than as by with from at all any no our their be good bad thing
support against favour oppose opposition rejection there which who what when also only just""".split())


def content(text: str) -> frozenset[str]:
    """The words that carry a text's topic, cut to five letters (a crude stem)."""
    return frozenset(w[:5] for w in norm(text).split() if w not in COMMON and len(w) > 2)


ATTITUDES = {
    -1: ("{h} accused {t} of {x}.", "{h} blamed {t} for {x}.", "{h} condemned {t} over {x}.", "{h} denounced {t}.",
         "{h} said {t} could not be trusted.", "According to {h}, {t} had failed on {x}.", "{h} attacked {t} over {x}."),
    1: ("{h} praised {t} for {x}.", "{h} thanked {t}.", "{h} applauded {t} over {x}.", "{h} defended {t}.",
        "{h} said {t} deserved credit for {x}.", "{h} congratulated {t} on {x}."),
    0: ("{h} urged {t} to explain {x}.", "{h} called on {t} to return to {x}.", "{h} asked {t} about {x}.",
        "{h} told {t} about {x}.", "{h} met {t} to discuss {x}.", "{h} will speak with {t} about {x}.",
        "{h} demanded that {t} publish the figures on {x}.", "{h} said {t} would arrive on Monday."),
}  # fmt: skip
MATTERS = ("the budget", "delaying the vote", "the border plan", "closing the school", "the harbour project", "the agreement",
           "hiding the report", "the rescue", "ending the strike", "raising the fees", "the hearings", "the new line")


class Polarities:
    """The polarity examples of NewsMTSC, DSE and BASIL (training parts)."""

    def __init__(self, folder: Path, pairs: Sequence[Mapping]):
        folder = Path(folder)
        self.news = newsmtsc(folder / "newsmtsc" / "train.jsonl.gz")
        self.directed = dse(folder / "dse" / "train.jsonl.gz")
        self.slanted = [m for row in pairs if row["dataset"] == "basil" and (m := basil(row))]
        self.quoted = [m for article in annotated.articles() if article.trained for m in quoted(article)]
        self.quoted += written_polarities()
        self.names = sorted({m.text[s:e] for m in self.news for s, e in m.target if m.text[s:e].istitle()})

    def epoch(self, seed: int) -> list[Marked]:
        rng = random.Random(seed)
        plain = [m for m in self.directed if m.label == 0]
        loaded = [m for m in self.directed if m.label]
        result = self.news + loaded + rng.sample(plain, min(len(plain), 2 * len(loaded))) + self.slanted
        result += QUOTED_TIMES * self.quoted
        result += [self.made(rng) for _ in range(600)]
        rng.shuffle(result)
        return result

    def made(self, rng: random.Random) -> Marked:
        """The holder's attitude in one verb: to accuse is an attack, to demand something of somebody is not."""
        label = rng.choice((-1, 0, 1))
        h, t = rng.sample(self.names, 2)
        frame = rng.choice(ATTITUDES[label])
        text = frame.format(h="\0", t="\1", x=rng.choice(MATTERS))
        spans = {}
        for mark, name in sorted((("\0", h), ("\1", t)), key=lambda m: text.index(m[0])):
            at = text.index(mark)
            spans[mark] = (at, at + len(name))
            text = text.replace(mark, name, 1)
        if rng.random() < 0.3:  # the other direction is not said
            return Marked(text, (spans["\0"],), (spans["\1"],), 0)
        return Marked(text, (spans["\1"],), (spans["\0"],) if rng.random() < 0.7 else (), label)


def newsmtsc(path: Path) -> list[Marked]:
    """NewsMTSC's targets, every further mention marked too."""
    return [Marked(row["sentence"], ((t["start"], t["end"]), *map(tuple, t.get("further", ()))), (), t["label"])
            for row in read(path) for t in row["targets"]]


def dse(path: Path, unseen: bool = False) -> list[Marked]:
    """Both directions of DSE's entity pairs; ``unseen`` leaves out rows whose sentence is a training sentence."""
    result = []
    for row in read(path):
        if unseen and row.get("sentence_in_train"):
            continue
        p, q = (tuple(row["p"]),), (tuple(row["q"]),)
        value = {"pos": 1, "neg": -1}.get(row["label"][-3:], 0)
        result.append(Marked(row["sentence"], q, p, value if row["label"].startswith("p>q") else 0))
        result.append(Marked(row["sentence"], p, q, value if row["label"].startswith("q>p") else 0))
    return result


def quoted(article: annotated.Annotated) -> list[Marked]:
    """The targets of an annotated article's quotations, in the form in which the pipeline asks for polarity; those that
    the quotation does not name are left out."""
    result = []
    for annotation in article.annotations:
        said = utterance(article.text, annotation)
        holder = tuple(s for span in annotation.source for s in said.from_article(span))
        content = tuple(s for span in annotation.content for s in said.from_article(span))
        for name, value in annotation.targets:
            forms = dict.fromkeys((name, name.split()[-1]))
            found = (tuple(m.span() for m in re.finditer(rf"\b{re.escape(form)}\b", said.text, re.I)
                           if any(start <= m.start() and m.end() <= end for start, end in content)) for form in forms)
            if spans := next(filter(None, found), None):
                result.append(Marked(said.text, spans, holder, value))
    return result


MARK = re.compile(r"\[([-0+h])\|([^\[\]|]+)\]")


def written(line: str) -> list[Marked]:
    """The targets of a line with marks: ``[h|Lia Orr] accused [-|the council] of starving [+|the dockers].`` A target
    that is named twice is one. Raises ValueError where a mark is left over."""
    text, at, spans = "", 0, defaultdict(list)
    for mark in MARK.finditer(line):
        text += line[at:mark.start()]
        spans[mark[1], mark[2].casefold()].append((len(text), len(text) + len(mark[2])))
        text, at = text + mark[2], mark.end()
    text += line[at:]
    if re.search(r"[\[\]|]", text):
        raise ValueError(f"a mark that cannot be read: {line}")
    holder = tuple(span for (sign, _), found in spans.items() if sign == "h" for span in found)
    return [Marked(text, tuple(found), holder, "-0+".index(sign) - 1) for (sign, _), found in spans.items() if sign != "h"]


def written_polarities(folder: Path = WRITTEN_POLARITIES) -> list[Marked]:
    """All targets of the sentences written for training (``*.txt``, one a line)."""
    return [marked for path in sorted(folder.glob("*.txt")) for line in path.read_text("utf-8").splitlines() if line.strip()
            for marked in written(line.strip())]


def basil(row: Mapping) -> Marked | None:
    """A row of BASIL as a marked sentence: target and speaker found by the last word of the name; None if it is not there."""
    def spans(name: str | None) -> Spans:
        last = re.split(r"[_\s]+", (name or "").strip())[-1]
        return tuple(m.span() for m in re.finditer(rf"\b{re.escape(last)}\b", row["text"])) if len(last) > 2 else ()

    target = spans(row["target"])
    return Marked(row["text"], target, spans(row.get("author_or_doc")), row["label"]) if target else None
