"""How good extracted attributions are: every figure follows from gold and predictions alone.

Gold in any form that :mod:`attribution.training.evaluate_gold` reads; predictions as ``attribution extract`` prints
them. The relation figures follow the usual scorer for PolNeAR: a prediction stands for a gold attribution when their
contents share half of their words, one to one; the relation is right when the sources agree as well.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from attribution.training.evaluate_calibration import expected_calibration_error
from attribution.training.evaluate_gold import Gold, Item, read_gold, read_roles
from attribution.training.evaluate_match import SAME, Roles, jaccard, pair, same_source
from attribution.training.evaluate_names import b_cubed, fold, is_unnamed, pairwise, same_name

WORST = 10  # articles listed
FIRM = 0.25  # a stance or polarity nearer to zero than this is neutral
FIELDS = ("kind", "attitude", "cue_polarity", "addressee", "medium")
ARTICLE = re.compile(r"^(?:the|an?)\s+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Score:
    """Precision and recall by counts: ``right`` of ``predicted``, ``found`` of ``actual``. The two hits differ only
    where predictions and gold are each counted under their own label."""

    right: int
    predicted: int
    found: int
    actual: int

    @property
    def precision(self) -> float:
        return self.right / self.predicted if self.predicted else 0.0

    @property
    def recall(self) -> float:
        return self.found / self.actual if self.actual else 0.0

    @property
    def f1(self) -> float:
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


@dataclass(frozen=True, slots=True)
class Rate:
    """A share: ``right`` of ``total``."""

    right: int
    total: int

    @property
    def share(self) -> float:
        return self.right / self.total if self.total else 0.0


@dataclass(frozen=True, slots=True)
class Worst:
    """An article with its relation score, the gold contents that were missed and the predictions that were wrong."""

    id: str
    score: Score
    missed: tuple[str, ...]
    extra: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """All figures by name: ``scores`` (precision, recall, F1), ``rates`` (shares), ``entities`` (B-cubed precision
    and recall of the speakers over all articles, None without named ones), ``confidences`` of the predictions with
    whether each was right, how many ``forbidden`` statements came out as said, and the worst articles."""

    articles: int
    scores: Mapping[str, Score]
    rates: Mapping[str, Rate]
    entities: tuple[float, float] | None
    confidences: tuple[tuple[float, bool], ...]
    forbidden: int
    worst: tuple[Worst, ...]

    @property
    def calibration_error(self) -> float | None:
        """How far the confidences are off, 0..1; None without any."""
        return expected_calibration_error(*zip(*self.confidences)) if self.confidences else None

    def figures(self) -> dict[str, float]:
        """One number for each figure that has data: F1 of the scores, shares of the rates, all 0..1, and counts."""
        numbers = {name: score.f1 for name, score in self.scores.items() if score.actual}
        numbers |= {name: rate.share for name, rate in self.rates.items() if rate.total}
        if self.entities is not None:
            precision, recall = self.entities
            numbers["entities b-cubed"] = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
        if self.calibration_error is not None:
            numbers["calibration error"] = self.calibration_error
        return numbers | {"forbidden": float(self.forbidden)}


def evaluate(gold_rows: Iterable[Mapping], predicted_rows: Iterable[Mapping],
             statements: Mapping | None = None) -> Report:
    """All figures of the predictions against the gold; in a gold article without predictions nothing was found.

    ``statements`` is the gold for repeated utterances, ``{"same": [{"members": [[article, attribution], ...]}],
    "unjudged": [{"pair": [...]}]}``; the predictions then need a ``statement`` in each attribution.
    ``ValueError`` when a prediction's text is not the gold's, for then no offset means the same.
    """
    predictions = {row["id"]: row for row in predicted_rows}
    tally = _Tally()
    for row in gold_rows:
        gold = read_gold(row)
        prediction = predictions.get(gold.id, {})
        if prediction.get("text", gold.text.text) != gold.text.text:
            raise ValueError(f"{gold.id}: the predictions are of another text than the gold")
        tally.article(gold, prediction.get("attributions", ()))
    return tally.report(statements)


class _Tally:
    """Counts over the articles."""

    def __init__(self):
        self.counts: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
        self.shares: dict[str, list[int]] = defaultdict(lambda: [0, 0])
        self.confidences: list[tuple[float, bool]] = []
        self.speakers: list[tuple[object, object]] = []
        self.statements: list[tuple[tuple[str, str], object]] = []
        self.results: list[Worst] = []
        self.forbidden = 0

    def article(self, gold: Gold, attributions: Sequence[Mapping]) -> None:
        predicted = [(one, read_roles(gold.text, one)) for one in attributions]
        predicted = [(one, words) for one, words in predicted if words.content]
        for prefix, items, others in (
                ("", gold.items, predicted),
                ("quoted ", [item for item in gold.items if item.alternatives[0].marked],
                 [(one, words) for one, words in predicted if words.marked])):
            self._spans(prefix, [item.alternatives for item in items], [words for _, words in others])
            self._relations(prefix, gold, items, others)
        self._forbidden(gold, predicted)

    def report(self, statements: Mapping | None) -> Report:
        worst = sorted((one for one in self.results if one.missed or one.extra),
                       key=lambda one: (one.score.f1, -one.score.actual, one.id))
        scores = {name: Score(*counts) for name, counts in self.counts.items()}
        if statements is not None:
            scores["statement pairs"] = self._statements(statements)
        return Report(
            articles=len(self.results), scores=scores,
            rates={name: Rate(*counts) for name, counts in self.shares.items()},
            entities=b_cubed(*zip(*self.speakers)) if self.speakers else None,
            confidences=tuple(self.confidences), forbidden=self.forbidden, worst=tuple(worst[:WORST]))

    def _count(self, name: str, hits: int, predicted: int, actual: int) -> None:
        for place, number in enumerate((hits, predicted, hits, actual)):
            self.counts[name][place] += number

    def _rate(self, name: str, right: bool) -> None:
        self.shares[name][0] += right
        self.shares[name][1] += 1

    def _spans(self, prefix: str, gold: Sequence[Sequence[Roles]], predicted: Sequence[Roles]) -> None:
        """Spans of each role by themselves: exact word sets, and words over the article's union."""
        for role in ("content", "cue", "source"):
            wanted = [{words for one in alternatives if (words := getattr(one, role))} for alternatives in gold]
            wanted = [accepted for accepted in wanted if accepted]
            found = [words for one in predicted if (words := getattr(one, role))]
            left, hits = list(wanted), 0
            for words in found:
                match = next((accepted for accepted in left if words in accepted), None)
                if match is not None:
                    left.remove(match)
                    hits += 1
            self._count(f"{prefix}{role} exact", hits, len(found), len(wanted))
            union = frozenset().union(*(getattr(one[0], role) for one in gold))
            mine = frozenset().union(*found)
            self._count(f"{prefix}{role} overlap", len(union & mine), len(mine), len(union))

    def _relations(self, prefix: str, gold: Gold, items: Sequence[Item],
                   predicted: Sequence[tuple[Mapping, Roles]]) -> None:
        words = [one for _, one in predicted]
        weights = {"source": 0.3, "cue": 0.1} if gold.consensus else {}
        pairs = pair([item.alternatives for item in items], words, **weights)
        right = {i: j for i, j in pairs.items() if same_source(items[i].alternatives, words[j])}
        paired = set(pairs.values())
        counted = [j for j in range(len(words)) if j in paired or not any(
            jaccard(words[j].content, optional.content) >= SAME for optional in gold.optional)]
        self._count(f"{prefix}content", len(pairs), len(counted), len(items))
        self._count(f"{prefix}relation", len(right), len(counted), len(items))
        for i in pairs:
            self._rate(f"{prefix}source given content", i in right)
        if prefix:
            return
        self._kinds(items, predicted, right, counted)
        for i, item in enumerate(items):
            self._rate(f"relation, source {item.position}", i in right)
            if item.pronoun:
                self._rate("relation, source a pronoun", i in right)
        for i, j in pairs.items():
            self._fields(gold, items[i], predicted[j][0], (gold.id, j))
        for j in counted:
            confidence = predicted[j][0].get("confidence")
            if confidence is not None:
                self.confidences.append((confidence, j in right.values()))
        self.results.append(Worst(
            gold.id, Score(len(right), len(counted), len(right), len(items)),
            missed=tuple(item.text for i, item in enumerate(items) if i not in right),
            extra=tuple(" ... ".join(gold.text.text[start:end] for start, end in predicted[j][0]["content"])
                        for j in counted if j not in right.values())))

    def _kinds(self, items: Sequence[Item], predicted: Sequence[tuple[Mapping, Roles]], right: Mapping[int, int],
               counted: Sequence[int]) -> None:
        """Recall by the gold's kind, precision by the predicted one."""
        kinds = {j: predicted[j][0].get("kind") for j in counted}
        for kind in ("direct", "mixed", "indirect"):
            actual = [i for i, item in enumerate(items) if item.kind == kind]
            claimed = [j for j in counted if kinds[j] == kind]
            for place, number in enumerate((len(set(claimed) & set(right.values())), len(claimed),
                                            len(set(actual) & set(right)), len(actual))):
                self.counts[f"{kind} relation"][place] += number

    def _fields(self, gold: Gold, item: Item, found: Mapping, key: tuple) -> None:
        fields = item.fields
        for name in FIELDS:
            if name in fields and (fields[name] or not gold.consensus):
                self._rate(name.replace("_", " "), _plain(fields[name]) == _plain(found.get(name)))
        if fields.get("speaker"):
            self._speaker(item, found.get("speaker"), key)
        for axis, wanted in (fields.get("stance") or {}).items():
            got = _sign((found.get("stance") or {}).get(axis))
            self._rate("stance", got == _sign(wanted))
            if wanted is not None:
                self._rate("stance taken", got == _sign(wanted))
            if got:
                self._rate("side given", got == _sign(wanted))
                self._rate("side given, wrong", got == -(_sign(wanted) or 0))
        if "targets" in fields:
            self._targets(fields, found)
        self.statements.append(((gold.id, item.id), found.get("statement")))

    def _speaker(self, item: Item, name: str | None, key: tuple) -> None:
        accepted = item.fields["speaker"]
        accepted = [accepted] if isinstance(accepted, str) else accepted
        named = not is_unnamed(accepted[0])
        right = any(same_name(name, one) for one in accepted)
        unknown = not name or named and is_unnamed(name)
        self._rate("speaker", right)
        self._rate("speaker wrong", not right and not unknown)
        self._rate("speaker unknown", not right and unknown)
        if item.pronoun:
            self._rate("speaker of a pronoun", right)
        if named:
            self.speakers.append((fold(accepted[0]), name or key))

    def _targets(self, fields: Mapping, found: Mapping) -> None:
        wanted, names = list(fields["targets"] or ()), list(found.get("targets") or ())
        hits = {target: name for target in wanted for name in names if same_name(target, name)}
        self._count("targets", len(hits), len(names), len(wanted))
        for target, name in hits.items():
            polarity = (fields.get("target_polarity") or {}).get(target)
            if polarity is not None:
                self._rate("target polarity", _sign(polarity) == _sign((found.get("target_polarity") or {}).get(name)))

    def _forbidden(self, gold: Gold, predicted: Sequence[tuple[Mapping, Roles]]) -> None:
        words = [one for _, one in predicted]
        weights = {"source": 0.3, "cue": 0.1} if gold.consensus else {}
        paired = set(pair([item.alternatives for item in gold.items], words, **weights).values())
        self.forbidden += sum(any(jaccard(one.content, wrong.content) >= SAME
                                  for j, one in enumerate(words) if j not in paired) for wrong in gold.forbidden)

    def _statements(self, statements: Mapping) -> Score:
        """Pairs of attributions that are one utterance, among those that were found; unjudged pairs do not count."""
        label = {tuple(member): number for number, group in enumerate(statements.get("same", ()))
                 for member in group["members"]}
        place = {key: number for number, (key, _) in enumerate(self.statements)}
        unjudged = {frozenset(place[tuple(one)] for one in row["pair"]) for row in statements.get("unjudged", ())
                    if all(tuple(one) in place for one in row["pair"])}
        hits, predicted, actual = pairwise([label.get(key) for key, _ in self.statements],
                                           [found for _, found in self.statements], unjudged)
        return Score(hits, predicted, hits, actual)


def _plain(value: object) -> object:
    """Names and phrases without their article, in lower case; nothing for an empty one."""
    return ARTICLE.sub("", " ".join(value.split())).lower() if isinstance(value, str) else value or None


def _sign(value: object) -> int | None:
    """-1, 0 or 1 for a score, None for none; a stance may be given as ``{"score": ...}``."""
    if isinstance(value, Mapping):
        value = value.get("score")
    if value is None:
        return None
    return 0 if abs(value) < FIRM else 1 if value > 0 else -1


def to_json(report: Report) -> dict:
    """The report as plain data for ``json.dumps``; shares and scores 0..1."""
    precision, recall = report.entities or (None, None)
    return {
        "articles": report.articles,
        "scores": {name: {"precision": round(score.precision, 4), "recall": round(score.recall, 4),
                          "f1": round(score.f1, 4), "predicted": score.predicted, "gold": score.actual}
                   for name, score in report.scores.items()},
        "rates": {name: {"share": round(rate.share, 4), "right": rate.right, "of": rate.total}
                  for name, rate in report.rates.items()},
        "entities": {"precision": precision, "recall": recall},
        "calibration_error": report.calibration_error,
        "forbidden": report.forbidden,
        "worst": [{"id": one.id, "f1": round(one.score.f1, 4), "missed": list(one.missed), "extra": list(one.extra)}
                  for one in report.worst],
    }


def render(report: Report, width: int = 30) -> str:
    """The report as plain text tables, figures in percent."""
    lines = [f"{'':{width}}{'P':>7}{'R':>7}{'F1':>7}{'found':>8}{'gold':>7}"]
    for name, score in report.scores.items():
        if score.actual or score.predicted:
            lines.append(f"{name:{width}}{100 * score.precision:7.1f}{100 * score.recall:7.1f}{100 * score.f1:7.1f}"
                         f"{score.predicted:8}{score.actual:7}")
    if report.entities is not None:
        precision, recall = report.entities
        both = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
        lines.append(f"{'entities b-cubed':{width}}{100 * precision:7.1f}{100 * recall:7.1f}{100 * both:7.1f}")
    lines += ["", f"{'':{width}}{'share':>7}{'of':>7}"]
    lines += [f"{name:{width}}{100 * rate.share:7.1f}{rate.total:7}" for name, rate in report.rates.items()]
    if report.calibration_error is not None:
        lines.append(f"{'calibration error':{width}}{100 * report.calibration_error:7.1f}")
    lines.append(f"{'forbidden':{width}}{report.forbidden:7}")
    if report.worst:
        lines += ["", f"{'worst articles':{width}}{'F1':>7}{'missed':>8}{'extra':>7}"]
        lines += [f"{one.id[:width - 1]:{width}}{100 * one.score.f1:7.1f}{len(one.missed):8}{len(one.extra):7}"
                  for one in report.worst]
    return "\n".join(lines)
