"""A made-up quotation database of any size, to measure the site on: python benchmarks/site_generate.py 1000000 FILE

Shaped like news: speakers by Zipf's law (the first says about 9 %), 400 outlets, ten years that grow, 22 to 58 words
from a vocabulary of 30,000 (again by Zipf's law), none to three targets, six axes of which 60 % of the quotations
speak to one. Rows are inserted directly; the summaries are plain averages.
"""

from __future__ import annotations

import argparse
import time
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
from sqlite_utils import Database

from attribution.database import schema
from attribution.database.keys import PER_MINUTE, first_id
from attribution.database.positions import write_outlet_standings, write_speaker_targets

SYLLABLES = [a + b for a in "bdfgklmnprstvz" for b in ("a", "e", "i", "o", "u", "an", "er", "ol")]
KINDS = ("direct", "direct", "direct", "indirect", "mixed")
CHUNK = 20_000


def generate(path: Path, size: int, seed: int = 1) -> None:
    random = np.random.default_rng(seed)
    db = Database(path)
    db.conn.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -200000")
    schema.create(db)
    indexes = db.conn.execute("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql > ''").fetchall()
    for name, _ in indexes:  # made at the end, sorted: ten million random keys would not fit the cache
        db.conn.execute(f'DROP INDEX "{name}"')
    speakers, articles = max(20, size // 20), max(1, size // 8)
    vocabulary = np.array(["".join(random.choice(SYLLABLES, n)) for n in random.integers(1, 4, 30_000)], dtype=object)
    names = [f"{a.capitalize()} {b.capitalize()}" for a, b in random.choice(vocabulary, (speakers, 2))]
    _insert(db, "outlets", [(i, f"Outlet {i:03}", None, 0, 0) for i in range(1, 401)])
    _insert(db, "entities", [(i, f"s{i}", name, "person", None, None, None, 0, 0) for i, name in enumerate(names, 1)])
    _insert(db, "entity_names", [(i, name, 1) for i, name in enumerate(names, 1)])
    _insert(db, "axes", [(i, f"axis-{i}", f"Question {i}?", f"no {i}", "", f"yes {i}", "", "x", 1, 0)
                         for i in range(1, 7)])

    days = np.sort(3650 * np.sqrt(random.random(articles)))[::-1]  # newest first, growing
    dates = [(datetime(2020, 1, 1) + timedelta(days=float(day))).strftime("%Y-%m-%dT%H:%M:00Z") for day in days]
    outlets = _zipf(random, 400, articles)
    _insert(db, "articles", [(i + 1, f"a{i}", f"Headline {i}", int(outlets[i]), None, dates[i], "en", None, None, 900,
                              8, str(i)) for i in range(articles)])
    of_article = np.sort(random.integers(0, articles, size))
    leaning = random.uniform(-0.8, 0.8, (speakers + 1, 7))
    last_base, offset = None, 0
    for start in range(0, size, CHUNK):
        n = min(CHUNK, size - start)
        who, axis = _zipf(random, speakers, n), np.where(random.random(n) < 0.6, random.integers(1, 7, n), 0)
        lengths = random.integers(22, 59, n)
        words = vocabulary[np.minimum(random.zipf(1.15, int(lengths.sum())) - 1, 29_999)]
        ends = np.cumsum(lengths)
        scores = np.clip(leaning[who, axis] + random.normal(0, 0.3, n), -1, 1).round(2)
        n_targets = random.integers(0, 4, n)
        quotations, targets, stances = [], [], []
        for i in range(n):
            article = int(of_article[start + i])
            base = first_id(dates[article])
            offset = offset + 1 if base == last_base else 0
            last_base = base
            row, speaker, on = base + offset % PER_MINUTE, int(who[i]), int(axis[i])
            text = " ".join(words[ends[i] - lengths[i]:ends[i]])
            score = float(scores[i]) if on else None
            label = None if not on else "neutral" if abs(score) < 0.15 else f"yes {on}" if score > 0 else f"no {on}"
            aimed = [int(t) for t in dict.fromkeys(_zipf(random, speakers, int(n_targets[i])))]
            number = start + i
            quotations.append((
                row, f"{number:016x}", dates[article], int(outlets[article]), article + 1, speaker, names[speaker - 1],
                "person", None, None, "said", text, KINDS[number % 5], "says", "affirmed", None,
                None, "[]", on or None, label, score, number + 1, 0.9, 0.9, None, 0, 0, len(text), 0,
                len(text), number % 8, None))
            targets += [(row, k, t, names[t - 1], round(float(scores[i]), 2), 0.8, None, None, "[]", None)
                        for k, t in enumerate(aimed)]
            if on:
                stances.append((row, on, score, "positive" if score > 0 else "negative", 0.8, "[]"))
        _insert(db, "statements", [(q[21], q[1], q[11], q[5], q[2], q[2], q[3], 1, 1, 1) for q in quotations])
        _insert(db, "quotations", quotations)
        _insert(db, "targets", targets)
        _insert(db, "stances", stances)
    for _, sql in indexes:
        db.conn.execute(sql)
    db.conn.executescript("""
        INSERT INTO positions (speaker, axis, month, quotations, statements, mean, low, high)
          SELECT speaker, axis, month, count(*), count(*), avg(score), max(-1, avg(score) - 0.1),
            min(1, avg(score) + 0.1)
          FROM quotations WHERE axis IS NOT NULL GROUP BY 1, 2, 3;
        INSERT INTO positions (speaker, axis, outlet, quotations, statements, mean, low, high)
          SELECT speaker, axis, outlet, count(*), count(*), avg(score), max(-1, avg(score) - 0.1), min(1, avg(score) + 0.1)
          FROM quotations WHERE axis IS NOT NULL GROUP BY 1, 2, 3;
        INSERT INTO positions (speaker, axis, quotations, statements, mean, low, high)
          SELECT speaker, axis, sum(quotations), sum(quotations), sum(mean * quotations) / sum(quotations), -1, 1
          FROM positions WHERE month IS NOT NULL GROUP BY 1, 2;
        UPDATE entities SET n_said = (SELECT count(*) FROM quotations WHERE speaker = entities.id),
          n_targeted = (SELECT count(*) FROM targets WHERE entity = entities.id);
        UPDATE outlets SET n_quotations = (SELECT count(*) FROM quotations WHERE outlet = outlets.id),
          n_articles = (SELECT count(*) FROM articles WHERE outlet = outlets.id);
        UPDATE axes SET n_scored = (SELECT count(*) FROM stances WHERE axis = axes.id);
        INSERT INTO quotations_fts (quotations_fts) VALUES ('rebuild');
        INSERT INTO articles_fts (articles_fts) VALUES ('rebuild');""")
    write_outlet_standings(db)
    write_speaker_targets(db)
    db.conn.commit()
    db.conn.execute("ANALYZE")
    db.conn.commit()
    db.conn.close()


def _zipf(random: np.random.Generator, most: int, n: int) -> np.ndarray:
    """``n`` ranks 1..``most``, the k-th with a probability that falls as 1/k."""
    return np.minimum(np.exp(random.random(n) * np.log(most + 1)).astype(np.int64), most)


def _insert(db: Database, table: str, rows: list[tuple]) -> None:
    if rows:
        db.conn.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * len(rows[0]))})", rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("quotations", type=int, help="how many")
    parser.add_argument("file", type=Path, help="the database to write")
    arguments = parser.parse_args()
    began = time.perf_counter()
    generate(arguments.file, arguments.quotations)
    print(f"{arguments.quotations} quotations in {time.perf_counter() - began:.0f} s, {arguments.file.stat().st_size / 1e9:.2f} GB")


if __name__ == "__main__":
    main()
