"""How well and how fast entities are found: speakers given the relations, pronouns' speakers, linking of generated names.

    python benchmarks/entities.py speakers      sample and seeds: accuracy and wrong names, given gold relations
    python benchmarks/entities.py linking 1000000 1000      mentions at once, then three times as many more

Speakers are compared by the scorer of ``attribution evaluate`` (attribution/training/evaluate_names.py) on the entity's
name after linking with db/entities.csv. Linking: persons drawn from made-up given names and surnames (a few frequent,
most rare), 30 % of their mentions respelled, 15 % of their chains a surname alone; CPU seconds of one process. Three
updates follow, each as in a build that comes later: the linker's memory is in a database and nothing is cached.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import time
from collections import Counter
from pathlib import Path

from sqlite_utils import Database

from attribution import language
from attribution.database import schema
from attribution.database.memory import StoredMemory, write_memory
from attribution.documents import paragraphs
from attribution.entities import link, names, read_curation, resolve, spelling
from attribution.entities.linking import update
from attribution.entities.memory import Memory, Remembered
from attribution.records import Article, Chain, Mention, Quotation
from attribution.training.evaluate_names import is_unnamed, same_name

ROOT = Path(__file__).resolve().parent.parent
PRONOUNS = set("he she it they i we his her its their who whom him them me us my our".split())
CONSONANTS = "b d f g h k l m n p r s t v z sh ch kh zh ts".split()
RESPELLINGS = [("sky", "skiy"), ("kh", "h"), ("i", "y"), ("v", "w"), ("ch", "tch"), ("ts", "tz"), ("k", "ck")]


def gold(path: Path) -> list[dict]:
    """Articles with attributions, each with content, cue, source and the speaker's names that count as right."""
    rows = []
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        found = row.get("attributions") or [
            a["alternatives"][0] | {"kind": a["kind"], "speaker": a["speaker"]} for a in row["required"] if a["speaker_agreed"]
        ]
        rows.append({"id": row["id"], "text": row["text"], "attributions": found})
    return rows


def speakers(path: Path) -> dict[str, Counter]:
    """Counts of right, wrong and missing speakers, over all sources and over pronouns."""
    rows, counts = gold(path), {"all": Counter(), "pronouns": Counter()}
    stanza = language.load()
    documents = language.annotate([r["text"] for r in rows], [paragraphs(r["text"], ()) for r in rows], stanza)
    results = {}
    for row, document in zip(rows, documents):
        quotations = [
            Quotation(str(n), a["kind"] or "indirect", *(tuple(map(tuple, a[role])) for role in ("content", "cue", "source")))
            for n, a in enumerate(row["attributions"])
        ]
        results[row["id"]] = resolve(Article(row["id"], row["text"]), document, quotations)
    linking = link({name: chains for name, (chains, _) in results.items()}, read_curation(ROOT / "db/entities.csv"))
    shown = {entity.id: entity.name for entity in linking.entities}
    for row in rows:
        for attribution, speaker in zip(row["attributions"], results[row["id"]][1]):
            wanted = attribution["speaker"]
            wanted = wanted if isinstance(wanted, list) else [wanted]
            name = speaker and shown.get(linking.of.get((row["id"], speaker.chain)), speaker.name)
            verdict = "missing" if name is None else "right" if any(same_name(name, w) for w in wanted) else "wrong"
            if verdict == "wrong" and is_unnamed(name):
                verdict = "unnamed"
            words = " ".join(row["text"][s:e] for s, e in attribution["source"]).lower()
            for part in ("all", "pronouns") if words in PRONOUNS else ("all",):
                counts[part][verdict] += 1
    return counts


def generated(mentions: int, seed: int = 1) -> dict[str, list[Chain]]:
    """Articles of two to six persons with about this many mentions in all."""
    rng = random.Random(seed)

    def word(syllables: int) -> str:
        ending = rng.choice(["n", "r", "v", "sky", "enko", "s", "", "ov"])
        return ("".join(rng.choice(CONSONANTS) + rng.choice("aeiou") for _ in range(syllables)) + ending).capitalize()

    given, surnames = [word(2) for _ in range(3000)], [word(rng.choice([2, 3])) for _ in range(40_000)]
    people = [(rng.choice(given), rng.choice(surnames)) for _ in range(mentions // 10)]

    def respell(name: str) -> str:
        return name.replace(*rng.choice(RESPELLINGS), 1) if rng.random() < 0.3 else name

    articles: dict[str, list[Chain]] = {}
    done = 0
    while done < mentions:
        chains = []
        for _ in range(rng.randint(2, 6)):
            first, last = map(respell, people[int(len(people) * rng.random() ** 2)])
            name, count = (last if rng.random() < 0.15 else f"{first} {last}"), rng.randint(1, 5)
            chains.append(Chain(name, "person", tuple(Mention((i, i + 1), last if i else name, "name") for i in range(count))))
            done += count
        articles[f"a{len(articles)}"] = chains
    return articles


def count_mentions(articles: dict[str, list[Chain]]) -> int:
    """How many mentions the articles hold."""
    return sum(len(chain.mentions) for chains in articles.values() for chain in chains)


def linking_times(mentions: int, more: int) -> None:
    """Print what linking of ``mentions`` costs at once, what it costs to add ``more``, and the ratio."""
    everything = generated(mentions + 3 * more)
    done, portions = 0, [{}]
    for article, chains in everything.items():
        if done >= mentions + (len(portions) - 1) * more:
            portions.append({})
        portions[-1][article] = chains
        done += count_mentions({article: chains})
    order, memory = {article: n for n, article in enumerate(everything)}, Memory()
    whole = update_time(memory, portions[0], order)
    print(f"{count_mentions(portions[0]):,} mentions: {whole:.1f} CPU seconds, {len(memory.entities):,} entities", flush=True)
    db = Database(memory=True)
    schema.create(db)
    write_memory(db, memory)
    portions[0] = memory = None
    for portion in portions[1:]:
        name_caches_cleared()
        seconds = update_time(StoredMemory(db), portion, order)
        print(f"{count_mentions(portion):,} mentions more: {seconds:.2f} CPU seconds, {100 * seconds / whole:.2f} % of the first",
              flush=True)


def update_time(memory: Remembered, portion: dict[str, list[Chain]], order: dict[str, int]) -> float:
    """CPU seconds of linking the articles of ``portion``."""
    start = time.process_time()
    update(memory, [((a, n), order[a], chain) for a, chains in portion.items() for n, chain in enumerate(chains)])
    return time.process_time() - start


def name_caches_cleared() -> None:
    """Forget names taken apart and compared: a build that comes later has none of them."""
    for function in (names.parse, spelling.fold, spelling.canonical, spelling.distance, spelling.skeleton):
        function.cache_clear()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["speakers", "linking"])
    parser.add_argument("mentions", type=int, nargs="?", default=1_000_000, help="linking: mentions at once (%(default)s)")
    parser.add_argument("more", type=int, nargs="?", default=1_000, help="linking: mentions that are added (%(default)s)")
    arguments = parser.parse_args()
    if arguments.what == "linking":
        linking_times(arguments.mentions, arguments.more)
    else:
        speaker_figures()


def speaker_figures() -> None:
    seeds = Path(os.environ.get("ATTRIBUTION_SHARED", ROOT.parent / "shared")) / "seeds/gold.jsonl"
    for path in (ROOT / "tests/gold/sample.jsonl", seeds):
        if not path.exists():
            print(f"{path}: not there, skipped")
            continue
        for part, count in speakers(path).items():
            total = max(sum(count.values()), 1)
            figures = ", ".join(f"{k} {100 * count[k] / total:.1f}" for k in ("right", "wrong", "unnamed", "missing"))
            print(f"{path.parent.name}/{path.name} {part}: n {total}, {figures}")


if __name__ == "__main__":
    main()
