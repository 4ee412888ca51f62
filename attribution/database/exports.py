"""The quotations for other programs: CSV, JSON Lines, Parquet, an event list for Discourse Network Analyzer, and a copy
of the database without the articles' texts. Networks are in :mod:`attribution.database.networks`.

CSV cells are the words as they are: a cell that begins with ``=`` is a formula to a spreadsheet, open such files as
text.
"""

from __future__ import annotations

import contextlib
import csv
import json
import os
import sqlite3
import sys
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import IO

from sqlite_utils import Database

from attribution.database.connection import DatabaseError, errors_of

#: Columns of every export of quotations: name and where it comes from.
COLUMNS = {
    "uid": "q.uid", "published": "q.published", "outlet": "o.name", "article": "a.uid", "title": "a.title",
    "url": "a.url", "speaker": "e.uid", "speaker_name": "q.speaker_name", "speaker_kind": "q.speaker_kind",
    "speaker_role": "q.speaker_role", "source": "q.source", "cue": "q.cue", "text": "q.text", "kind": "q.kind",
    "attitude": "q.attitude", "cue_polarity": "q.cue_polarity", "addressee": "q.addressee", "medium": "q.medium",
    "statement": "s.uid", "confidence": "q.confidence", "reviewed": "q.reviewed", "start": 'q."start"',
    "end": 'q."end"',
}
_FROM = """FROM quotations q JOIN articles a ON a.id = q.article LEFT JOIN outlets o ON o.id = q.outlet
    LEFT JOIN entities e ON e.id = q.speaker LEFT JOIN statements s ON s.id = q.statement"""
#: What a speaker takes a side on: (quotation, concept, score).
CONCEPTS = """SELECT s.quotation, a.positive AS concept, s.score FROM stances s JOIN axes a ON a.id = s.axis
        WHERE s.score <> 0
    UNION ALL SELECT t.quotation, t.name, t.polarity FROM targets t WHERE t.polarity <> 0"""
#: Rows of one Parquet row group.
GROUP = 50_000


def quotations(db: Database) -> Iterator[dict]:
    """Each quotation, newest first, as a dictionary: :data:`COLUMNS`, then ``spans`` ({role: [[start, end], …]}),
    ``targets`` ([{name, entity, polarity, confidence}]) and ``stance`` ({axis: {score, label, confidence,
    evidence}})."""
    columns = ", ".join(f'{source} AS "{name}"' for name, source in COLUMNS.items())
    for row in db.query(f"SELECT q.id AS id, {columns} {_FROM} ORDER BY q.id"):
        number = (row.pop("id"),)
        row["reviewed"] = bool(row["reviewed"])
        row["spans"] = {}
        for role, start, end in db.conn.execute('SELECT role, "start", "end" FROM spans WHERE quotation = ? '
                                                'ORDER BY role, "start"', number):
            row["spans"].setdefault(role, []).append([start, end])
        row["targets"] = [dict(zip(("name", "entity", "polarity", "confidence"), target, strict=True))
                          for target in db.conn.execute(
                "SELECT t.name, e.uid, t.polarity, t.confidence FROM targets t LEFT JOIN entities e "
                "ON e.id = t.entity WHERE t.quotation = ? ORDER BY t.number", number)]
        row["stance"] = {axis: {"score": score, "label": label, "confidence": confidence,
                                "evidence": json.loads(evidence)}
                         for axis, score, label, confidence, evidence in db.conn.execute(
                "SELECT a.uid, s.score, s.label, s.confidence, s.evidence FROM stances s JOIN axes a "
                "ON a.id = s.axis WHERE s.quotation = ? ORDER BY a.uid", number)}
        yield row


def flat(db: Database) -> Iterator[dict]:
    """Each quotation as one flat row: :data:`COLUMNS`, ``targets`` (names and polarities, ``name: number``,
    separated by semicolons), and ``score:AXIS``, ``stance:AXIS`` for every axis."""
    axes = [uid for uid, in db.conn.execute("SELECT uid FROM axes ORDER BY uid")]
    for row in quotations(db):
        del row["spans"]
        row["targets"] = "; ".join(target["name"] if target["polarity"] is None
                                   else f"{target['name']}: {target['polarity']:g}" for target in row["targets"])
        stances = row.pop("stance")
        for axis in axes:
            stance = stances.get(axis, {})
            row |= {f"score:{axis}": stance.get("score"), f"stance:{axis}": stance.get("label")}
        yield row


def export_jsonl(db: Database, out: Path | str | None) -> int:
    """Write :func:`quotations` as JSON Lines to ``out`` (None: standard output); returns the number of lines."""
    with _writing(out) as file:
        return sum(bool(file.write(json.dumps(row, ensure_ascii=False) + "\n")) for row in quotations(db))


def export_csv(db: Database, out: Path | str | None) -> int:
    """Write :func:`flat` as CSV with a header to ``out`` (None: standard output); returns the number of rows."""
    return _write_csv(flat(db), [*COLUMNS, "targets", *_axis_columns(db)], out)


def export_parquet(db: Database, out: Path | str) -> int:
    """Write :func:`flat` as Parquet to ``out``; returns the number of rows. Raises :class:`DatabaseError` where pyarrow
    is not installed."""
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError:
        raise DatabaseError("the parquet format needs pyarrow: pip install pyarrow") from None
    types = {"confidence": pyarrow.float64(), "reviewed": pyarrow.bool_(), "start": pyarrow.int64(),
             "end": pyarrow.int64()}
    types |= {name: pyarrow.float64() for name in _axis_columns(db) if name.startswith("score:")}
    schema = pyarrow.schema([(name, types.get(name, pyarrow.string()))
                             for name in (*COLUMNS, "targets", *_axis_columns(db))])
    n, rows = 0, flat(db)
    with errors_of(out), replacing(Path(out)) as beside, pyarrow.parquet.ParquetWriter(beside, schema) as writer:
        while group := list(islice(rows, GROUP)):
            writer.write_table(pyarrow.Table.from_pylist(group, schema))
            n += len(group)
    return n


#: Columns of the event list.
EVENT = ("date", "speaker", "organization", "concept", "agreement", "text", "url")


def events(db: Database) -> Iterator[tuple]:
    """The event list of discourse network analysis, oldest first: who (dis)agreed with what, when (:data:`EVENT`).

    A stance makes an event whose concept is the positive pole of its axis, agreed to (1) or disagreed with (0); a
    target with a polarity makes one whose concept is the target. What takes no side makes none: agreement is binary.
    ``organization`` is the entity that the speaker speaks for, or the speaker itself where it is no person. Speakers
    are linked ones only.
    """
    yield from db.conn.execute(f"""
        SELECT q.published, e.name, coalesce(f.name, CASE WHEN e.kind <> 'person' THEN e.name END), c.concept,
            c.score > 0, q.text, a.url
        FROM ({CONCEPTS}) c JOIN quotations q ON q.id = c.quotation JOIN entities e ON e.id = q.speaker
        LEFT JOIN entities f ON f.id = e.speaks_for JOIN articles a ON a.id = q.article
        ORDER BY q.published IS NULL, q.published, a.uid, q.number, c.concept""")


def export_dna(db: Database, out: Path | str | None) -> int:
    """Write :func:`events` as CSV to ``out`` (None: standard output); returns the number of events."""
    return _write_csv((dict(zip(EVENT, event, strict=True)) for event in events(db)), EVENT, out)


def export_public(database: Path | str, out: Path | str) -> None:
    """Copy the database to ``out`` without the texts of the articles and without the analyses, which could restore
    parts of them: what remains are quotations, links and figures. ``out`` is replaced."""
    out = Path(out)
    with errors_of(out), replacing(out) as beside:
        with contextlib.closing(sqlite3.connect(f"{Path(database).absolute().as_uri()}?mode=ro", uri=True)) as source:
            source.execute("VACUUM INTO ?", (str(beside),))
        with contextlib.closing(sqlite3.connect(beside)) as copy:
            for table in ("article_texts", "analyses", "scorings"):
                copy.execute(f"DELETE FROM {table}")
            copy.execute("INSERT INTO article_texts_fts (article_texts_fts) VALUES ('rebuild')")
            copy.commit()
            copy.execute("VACUUM")


def _axis_columns(db: Database) -> list[str]:
    return [f"{column}:{axis}" for axis, in db.conn.execute("SELECT uid FROM axes ORDER BY uid")
            for column in ("score", "stance")]


def _write_csv(rows: Iterable[dict], columns: Iterable[str], out: Path | str | None) -> int:
    with _writing(out) as file:
        writer = csv.DictWriter(file, list(columns), lineterminator="\n")
        writer.writeheader()
        return sum(bool(writer.writerow(row)) for row in rows)


@contextlib.contextmanager
def _writing(out: Path | str | None) -> Iterator[IO[str]]:
    """A text file that takes the place of ``out`` when it is complete; standard output for None."""
    if out is None:
        yield sys.stdout
        return
    with errors_of(out), replacing(Path(out)) as beside, open(beside, "w", encoding="utf-8", newline="") as file:
        yield file


@contextlib.contextmanager
def replacing(out: Path) -> Iterator[Path]:
    """A new path beside ``out`` that takes its place when the block ends well, and goes otherwise."""
    beside = out.with_name(out.name + ".new")
    beside.unlink(missing_ok=True)
    try:
        yield beside
        os.replace(beside, out)
    finally:
        beside.unlink(missing_ok=True)
