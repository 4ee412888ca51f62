"""Where speakers stand: means with 95 % intervals, their change over time, and who speaks of whom.

A repeated statement counts once: the scores of its quotations in a window are averaged first. The interval of a mean
is Student's, with a weak prior on the spread of scores (normal model, scaled inverse chi-square prior: Gelman et al.,
Bayesian Data Analysis, 3rd ed., section 3.3): one statement gives nearly the whole scale, ten that agree a narrow
band, and no number of statements a band of width zero. SQL has no Student's t, so the figures are computed here, at the
end of a build, and the views only name them.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter

from sqlite_utils import Database

#: The prior on the spread: worth four statements that lie 0.5 around their mean, half of one side of the scale.
PRIOR_STATEMENTS, PRIOR_SPREAD = 4, 0.5
#: A change needs this many statements on each side to be stated at all.
FEWEST = 2
#: The window of what has no date.
UNDATED = "undated"


@dataclass(frozen=True, slots=True)
class Interval:
    """A mean (or a difference of means) with its 95 % interval."""

    mean: float
    low: float
    high: float


def mean_interval(scores: list[float]) -> Interval:
    """Mean of scores in -1..1 with its interval inside -1..1; ``scores`` are those of distinct statements."""
    mean = math.fsum(scores) / len(scores)
    return _around(mean, _squares(scores, mean), len(scores))


def moments_interval(mean: float, square: float, n: float) -> Interval:
    """:func:`mean_interval` of ``n`` scores of which only the mean and the mean of their squares are known; ``n`` may be
    an effective number."""
    return _around(mean, n * max(0.0, square - mean * mean), n)


def _around(mean: float, squares: float, n: float) -> Interval:
    """The interval of a mean of ``n`` scores, ``squares`` being the sum of their squared distances from it."""
    freedom = PRIOR_STATEMENTS + n - 1
    half = t_quantile(freedom) * math.sqrt((_prior_squares() + squares) / freedom / n)
    return Interval(mean, max(-1.0, mean - half), min(1.0, mean + half))


def change_interval(early: list[float], late: list[float]) -> Interval:
    """Mean of ``late`` minus mean of ``early``, with its interval inside -2..2 (both sides share one spread)."""
    first, last = math.fsum(early) / len(early), math.fsum(late) / len(late)
    freedom = PRIOR_STATEMENTS + len(early) + len(late) - 2
    spread = (_prior_squares() + _squares(early, first) + _squares(late, last)) / freedom
    half = t_quantile(freedom) * math.sqrt(spread * (1 / len(early) + 1 / len(late)))
    return Interval(last - first, max(-2.0, last - first - half), min(2.0, last - first + half))


def t_quantile(freedom: float) -> float:
    """The 97.5 % point of Student's t for at least 4 degrees of freedom, to three decimals
    (Abramowitz & Stegun 26.7.5)."""
    z = 1.959963984540054
    return (z + (z**3 + z) / 4 / freedom + (5 * z**5 + 16 * z**3 + 3 * z) / 96 / freedom**2
            + (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384 / freedom**3
            + (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / 92160 / freedom**4)


def follow(db: Database) -> None:
    """Remember from now on, in this connection, whose quotations, targets or stances change (table ``touched``)."""
    db.conn.execute("CREATE TEMP TABLE touched (speaker INTEGER PRIMARY KEY)")
    own, its = '{row}."speaker"', '(SELECT "speaker" FROM "quotations" WHERE "id" = {row}."quotation")'
    for table, speaker, columns in (("quotations", own, "speaker, statement"), ("targets", its, "entity, polarity"),
                                    ("stances", its, "score")):
        for event, rows in (("INSERT", ["new"]), ("DELETE", ["old"]), (f"UPDATE OF {columns}", ["old", "new"])):
            body = "".join(f"INSERT OR IGNORE INTO touched SELECT s FROM (SELECT {speaker.format(row=row)} AS s) WHERE s IS NOT NULL;"
                           for row in rows)
            db.conn.execute(f'CREATE TEMP TRIGGER "touched_{table}_{event[:6]}" AFTER {event} ON main."{table}" BEGIN {body} END')


def write_positions(db: Database, followed: bool = False) -> None:
    """Write ``positions``, ``shifts`` and ``outlet_standings`` anew from the stances, ``followed`` (:func:`follow`) only of
    the speakers who are touched. Run inside a transaction."""
    whose = "IN (SELECT speaker FROM touched)" if followed else "IS NOT NULL"
    db.conn.execute(f"DELETE FROM positions WHERE speaker {whose}")
    db.conn.execute(f"DELETE FROM shifts WHERE speaker {whose}")
    rows = db.conn.execute(f"""SELECT q.speaker, s.axis, q.statement, q.published, q.month, q.outlet, s.score
        FROM quotations q JOIN stances s ON q.id = s.quotation
        WHERE s.score IS NOT NULL AND q.speaker {whose}
        ORDER BY q.speaker, s.axis, q.published, q.article, q.number""")
    windows, shifts = [], []
    for (speaker, axis), group in groupby(rows, itemgetter(0, 1)):
        said = [row[2:] for row in group]
        windows += [(speaker, axis, *row) for row in _windows(said)]
        shift = _shift(said)
        if shift:
            shifts.append((speaker, axis, *shift))
    db.conn.executemany("INSERT INTO positions (speaker, axis, month, outlet, quotations, statements, mean, low, high) "
                        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", windows)
    db.conn.executemany(f"INSERT INTO shifts VALUES ({', '.join('?' * 14)})", shifts)
    write_outlet_standings(db)


def write_outlet_standings(db: Database) -> None:
    """Write ``outlet_standings`` anew: the mean of what each outlet carried on each axis, over the positions of its
    speakers there, weighted by quotations. Its interval is one over speakers, of whom the weights leave Kish's effective
    number: an outlet that quotes one person a hundred times has asked one person. Run inside a transaction."""
    db.conn.execute("DELETE FROM outlet_standings")
    rows = db.conn.execute("""SELECT axis, outlet, sum(quotations), count(*), sum(mean * quotations) / sum(quotations),
            sum(mean * mean * quotations) / sum(quotations),
            1.0 * sum(quotations) * sum(quotations) / sum(quotations * quotations)
        FROM positions WHERE outlet IS NOT NULL GROUP BY axis, outlet""")
    standings = []
    for axis, outlet, quotations, speakers, mean, square, voices in rows:
        interval = moments_interval(mean, square, voices)
        standings.append((axis, outlet, quotations, speakers, interval.mean, interval.low, interval.high))
    db.conn.executemany("INSERT INTO outlet_standings VALUES (?, ?, ?, ?, ?, ?, ?)", standings)


def write_speaker_targets(db: Database, followed: bool = False) -> None:
    """Write ``speaker_targets`` anew, ``followed`` only of the speakers who are touched: how often, and how well, each
    speaker speaks of each target. A statement counts once in the polarity. Run inside a transaction."""
    whose = "IN (SELECT speaker FROM touched)" if followed else "IS NOT NULL"
    db.conn.execute(f"DELETE FROM speaker_targets WHERE speaker {whose}")
    db.conn.execute(f"""INSERT INTO speaker_targets
        SELECT speaker, entity, sum(n), count(*), avg(polarity), min(first), max(last) FROM (
            SELECT q.speaker, t.entity, count(DISTINCT q.id) AS n, avg(t.polarity) AS polarity,
                min(q.published) AS first, max(q.published) AS last
            FROM targets t JOIN quotations q ON q.id = t.quotation
            WHERE q.speaker {whose} AND t.entity IS NOT NULL
            GROUP BY q.speaker, t.entity, q.statement)
        GROUP BY speaker, entity""")


def _windows(said: list[tuple]) -> Iterator[tuple]:
    """(month, outlet, quotations, statements, mean, low, high) for all time, each month, each outlet."""
    months, outlets = defaultdict(list), defaultdict(list)
    for row in said:
        months[row[2] or UNDATED].append(row)
        if row[3] is not None:
            outlets[row[3]].append(row)
    yield None, None, *_window(said)
    for month, rows in sorted(months.items()):
        yield month, None, *_window(rows)
    for outlet, rows in sorted(outlets.items()):
        yield None, outlet, *_window(rows)


def _window(said: list[tuple]) -> tuple:
    scores = [score for _, score in _by_statement(said)]
    interval = mean_interval(scores)
    return len(said), len(scores), interval.mean, interval.low, interval.high


def _shift(said: list[tuple]) -> tuple | None:
    """The later half of the dated statements against the earlier half; a statement has the date of its first report."""
    dated = list(_by_statement([row for row in said if row[1]]))
    middle = len(dated) // 2
    early, late = dated[:middle], dated[middle:]
    if len(early) < FEWEST:
        return None
    sides = [[score for _, score in side] for side in (early, late)]
    change = change_interval(*sides)
    ends = [(side[0][0], side[-1][0], len(side), math.fsum(scores) / len(scores))
            for side, scores in zip((early, late), sides, strict=True)]
    return (*ends[0], *ends[1], change.mean, change.low, change.high, int(not change.low <= 0 <= change.high))


def _by_statement(said: Iterable[tuple]) -> Iterator[tuple[str | None, float]]:
    """(date of the first report, mean score) of each statement, in the order of ``said`` (oldest first)."""
    statements: dict[int, list[tuple]] = {}
    for row in said:
        statements.setdefault(row[0], []).append(row)
    for rows in statements.values():
        yield rows[0][1], math.fsum(row[4] for row in rows) / len(rows)


def _squares(scores: list[float], mean: float) -> float:
    return math.fsum((score - mean) ** 2 for score in scores)


def _prior_squares() -> float:
    return PRIOR_STATEMENTS * PRIOR_SPREAD ** 2
