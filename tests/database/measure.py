"""How fast the database is written: python tests/database/measure.py [QUOTATIONS] (no test; prints rows a second).

Analyses are made up and kept in memory, ten quotations an article with three spans, a target and a stance each, so that
what is measured is the database and not the stages before it.
"""

from __future__ import annotations

import random
import resource
import sys
import tempfile
import time
from pathlib import Path

from plain_pipeline import ORDER, Rules, analyse, article

from attribution.database.build import build

PEOPLE = [f"{first} {last}" for first in "Mira Oran Tam Lio Vera Sel Ruk Nade Bo Ines Tor Kaja Uli Pim".split()
          for last in "Dell Pask Rusk Marn Oduya Frey Sallow Quint Brand Teo".split()]
COUNTRIES = "Tovia Merro Sund Karel Ostra".split()


def made_up(articles: int) -> list:
    chance = random.Random(7)
    words = [f"w{n}" for n in range(20_000)]
    made = []
    for n in range(articles):
        lines = [f'{chance.choice(PEOPLE)} said: "{" ".join(chance.choices(words, k=24))} '
                 f'{chance.choice(["guns truce", "talks table", "wages", "guns talks"])}." '
                 f'(of {chance.choice(COUNTRIES)})' for _ in range(10)]
        made.append(article(n, *lines, outlet=f"Outlet {chance.randrange(400)}",
                            published=f"20{chance.randrange(15, 31)}-{chance.randrange(1, 13):02}-"
                                      f"{chance.randrange(1, 29):02}"))
    return made


class Ready(Rules):
    """Analyses made beforehand."""

    def __init__(self, articles: list) -> None:
        super().__init__()
        self.analyses = {item.id: analyse(item) for item in articles}

    def analyse(self, articles):
        return (self.analyses[item.id] for item in articles)


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    articles = made_up(count // 10)
    pipeline = Ready(articles)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "quotes.db"
        for name, given, axes in (
                ("first build", articles, [ORDER]),
                ("nothing new", articles, [ORDER]),
                ("one article more", [*articles, article(10**6, 'Mira Dell said: "New."')], [ORDER])):
            if len(given) > len(articles):
                pipeline.analyses[given[-1].id] = analyse(given[-1])
            wall, cpu = time.perf_counter(), time.process_time()
            report = build(given, path, pipeline, axes=axes)
            wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
            print(f"{name}: {report.quotations:,} quotations, {wall:.1f} s, {cpu:.1f} s CPU, "
                  f"{report.quotations / cpu:,.0f} quotations a CPU second, {report.timings}")
        print(f"{path.stat().st_size / 1e6:.0f} MB, at most "
              f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3:.0f} MB of memory")


if __name__ == "__main__":
    main()
