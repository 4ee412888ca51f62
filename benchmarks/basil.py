"""Targets of quotations and the polarity toward them on BASIL: news of three outlets with spans of bias, their targets and polarity.

    python benchmarks/basil.py

reads ``stance/basil.jsonl.gz`` and ``stance_pairs`` of the corpora (ATTRIBUTION_SHARED, or ``shared`` beside the repository).

* *Polarity*: the sentences of the claims kept back from training, target and holder given.
* *Detection*: every span that the annotators mark as somebody's words goes through the whole pipeline: is it found as a
  quotation (half of the span's characters), is its target among the quotation's (a target by the last word of its
  name), does the polarity have the sign? Most of these sentences were trained on for polarity, so the last figure is
  hopeful; quotations and targets were not.
"""

from __future__ import annotations

import argparse
import os
import re
from collections import Counter
from pathlib import Path

from attribution.pipeline import Pipeline
from attribution.records import Analysis, Article, slices
from attribution.stance import Polarity
from attribution.stance.evaluate import macro_f1
from attribution.stance.polarity import About
from attribution.training import stance_data

ROOT = Path(__file__).resolve().parent.parent
SHARED = Path(os.environ.get("ATTRIBUTION_SHARED", ROOT.parent / "shared"))
SIGNS = {"neg": -1, "pos": 1}


def polarity(corpora: Path) -> None:
    """Prints how many signs of the sentences kept back are right."""
    _, held = stance_data.split(corpora / "stance_pairs")
    rows = [marked for row in held if row["dataset"] == "basil" and (marked := stance_data.basil(row))]
    gold = [row.label for row in rows]
    # a slant is never neutral there: the sign of the expected value decides
    found = [1 if polar.polarity > 0 else -1 for polar in Polarity().score([About(r.text, r.target, r.holder) for r in rows])]
    right = sum(g == f for g, f in zip(gold, found))
    common = Counter(gold).most_common(1)[0]
    print(f"polarity, {len(rows)} sentences kept back: sign right {right / len(rows):.3f} (majority {common[1] / len(rows):.3f}), "
          f"macro-F1 {macro_f1(gold, found, (-1, 1)):.3f} (majority {macro_f1(gold, [common[0]] * len(gold), (-1, 1)):.3f})")


def last_word(name: str) -> str:
    return re.split(r"[_\s]+", name.strip())[-1].casefold()


def detection(corpora: Path) -> None:
    """Prints how many quoted spans, their targets and the signs toward these the pipeline finds."""
    rows = {row["id"]: row for row in stance_data.read(corpora / "stance" / "basil.jsonl.gz")}
    counts: Counter[str] = Counter()
    for analysis in Pipeline().analyse(Article(key, row["text"]) for key, row in rows.items()):
        if not isinstance(analysis, Analysis):
            raise SystemExit(f"{analysis.source}: {analysis.error}")
        for note in rows[analysis.article.id]["annotations"]:
            if note["quote"] and note["target"] and note["polarity"] in SIGNS:
                counts.update(judged(analysis, note))
    spans, found, named, right = (counts[key] for key in ("spans", "found", "named", "right"))
    print(f"detection, {len(rows)} articles: of {spans} quoted spans {found} in a quotation ({found / spans:.3f}); of these the target "
          f"among its targets {named} ({named / found:.3f}; where its content has the name {counts['written named']} of "
          f"{counts['written']}); of these the sign right {right} ({right / named:.3f}; majority: negative "
          f"{counts['negative'] / named:.3f}), neutral {counts['neutral']}")


def judged(analysis: Analysis, note: dict) -> dict[str, bool]:
    """What is true of one annotation: spans (always), found, written (the target's name in the content), named (among the targets),
    right and neutral (of the polarity there), negative (of the annotated one)."""
    low, high = note["span"]
    wanted, wanted_sign = last_word(note["target"]), SIGNS[note["polarity"]]
    over = [i for i, quotation in enumerate(analysis.quotations)
            if 2 * sum(max(0, min(high, end) - max(low, start)) for start, end in quotation.content) >= high - low]
    contents = [part for i in over for part in slices(analysis.article.text, analysis.quotations[i].content)]
    written = any(wanted in re.findall(r"\w+", part.casefold()) for part in contents)
    target = next((target for i in over for target in analysis.targets[i] if wanted in re.findall(r"\w+", target.name.casefold())), None)
    result = {"spans": True, "found": bool(over), "written": written}
    if target:
        sign = (target.polarity > 0) - (target.polarity < 0)
        result |= {"named": True, "written named": written, "right": sign == wanted_sign, "neutral": sign == 0,
                   "negative": wanted_sign < 0}
    return result


def main() -> None:
    argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter).parse_args()
    corpora = SHARED / "corpora"
    if not corpora.exists():
        raise SystemExit(f"{corpora} is not there: set ATTRIBUTION_SHARED to the folder that holds corpora")
    polarity(corpora)
    detection(corpora)


if __name__ == "__main__":
    main()
