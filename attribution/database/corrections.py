"""What people corrected by hand: ``db/corrections.csv``, applied as the last layer of every build.

Columns: quotation (uid), field, value, who, when, why; and article, text, which :func:`check` fills in, so that the
quotation is found again when its article, and with it the uid, has changed a little.

===================  ==========================================================================================
field                value
===================  ==========================================================================================
speaker              an entity's id or name; a name that nobody has makes a new entity; empty: unknown
target               the names of all targets, separated by semicolons; empty: none
polarity             -1..1 when there is one target, else ``name: -1..1`` separated by semicolons
stance:AXIS          -1..1, or a pole's label, or negative, neutral, positive, unrelated
kind                 direct, mixed or indirect
not_a_quotation      (ignored) the quotation is taken out
===================  ==========================================================================================
"""

from __future__ import annotations

import csv
import os
import re
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path

from anyascii import anyascii
from rapidfuzz import fuzz, process
from sqlite_utils import Database

from attribution.database.connection import DatabaseError
from attribution.database.entities import BY_HAND, list_targets

FIELDS = ("speaker", "target", "polarity", "kind", "not_a_quotation")
SPEAKING = ("person", "organization", "country", "group")
KINDS = ("direct", "mixed", "indirect")
LABELS = {"negative": -1.0, "neutral": 0.0, "positive": 1.0, "unrelated": None}
APPLIED, AGREES, MOVED, ORPHAN, INVALID = "applied", "agrees", "moved", "orphan", "invalid"
#: Similarity (rapidfuzz ratio, 0-100) from which a changed text of the same article is taken for the same quotation.
#: A reworded clause stays above it; two different sentences of one speaker reach about 60.
SAME = 85.0


@dataclass(frozen=True, slots=True)
class Correction:
    """One line of corrections.csv."""

    quotation: str
    field: str
    value: str = ""
    who: str = ""
    when: str = ""
    why: str = ""
    article: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a correction. ``status``: applied; agrees (the pipeline says so by itself); moved (applied to a
    quotation whose text has changed a little, see ``note``); orphan (no such quotation any more); invalid (``note``
    says why). ``old`` is what the pipeline says, ``text`` the quotation as it stands. Between the reading of an article
    and the end of a build, ``waiting`` stands in the table."""

    correction: Correction
    status: str
    old: str | None = None
    note: str = ""
    text: str = ""


def read_corrections(path: Path | str | None) -> list[Correction]:
    """The corrections in a CSV file, in its order; none when there is no file.

    Raises :class:`DatabaseError` when it is not UTF-8 or lacks one of the columns quotation, field and value.
    """
    if path is None or not Path(path).exists():
        return []
    names = [field.name for field in fields(Correction)]
    try:
        with open(path, encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            missing = {"quotation", "field", "value"} - set(reader.fieldnames or ())
            if missing:
                raise DatabaseError(f"{path} has no column {' and no column '.join(sorted(missing))}")
            return [Correction(**{name: (row.get(name) or "").strip() for name in names}) for row in reader
                    if any(row.get(name) for name in names)]
    except (UnicodeDecodeError, csv.Error) as error:
        raise DatabaseError(f"{path} cannot be read as CSV in UTF-8: {error}") from error
    except OSError as error:
        raise DatabaseError(f"{path}: {error.strerror}") from error


def write_corrections(path: Path | str, corrections: Iterable[Correction]) -> None:
    """Write the file anew; a crash in the middle leaves the old one."""
    path = Path(path)
    beside = path.with_name(path.name + ".new")
    with open(beside, "w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, [field.name for field in fields(Correction)], lineterminator="\n")
        writer.writeheader()
        writer.writerows(asdict(correction) for correction in corrections)
    os.replace(beside, path)


def add_correction(path: Path | str, correction: Correction) -> None:
    """Add a correction to the file; one for the same quotation and field is replaced."""
    kept = [c for c in read_corrections(path)
            if (c.quotation, c.field) != (correction.quotation, correction.field)]
    write_corrections(path, [*kept, correction])


def check(db: Database, correction: Correction) -> Correction:
    """The correction with article and text filled in from the database, by which the quotation is found again later.

    Nothing is written: the next build applies it. Raises :class:`DatabaseError` when there is no such quotation or
    the field or the value is not a possible one.
    """
    found = db.conn.execute("SELECT q.id, a.uid, q.text FROM quotations q JOIN articles a ON a.id = q.article "
                            "WHERE q.uid = ?", (correction.quotation,)).fetchone()
    if found is None:
        raise DatabaseError(f"there is no quotation {correction.quotation}")
    try:
        _change(db.conn, found[0], correction)
    except ValueError as error:
        raise DatabaseError(f"{correction.field}: {error}") from error
    return replace(correction, article=found[1], text=found[2])


def remembered(db: Database, corrections: Sequence[Correction]) -> list[Correction]:
    """The corrections; those without article and text, as people write them by hand, get the ones that an earlier build
    has found."""
    found = {uid: (article, text) for uid, article, text in db.conn.execute(
        "SELECT c.uid, a.uid, c.text FROM corrections c JOIN articles a ON a.id = c.article WHERE c.text <> ''")}
    return [c if c.text or c.quotation not in found
            else replace(c, article=found[c.quotation][0], text=found[c.quotation][1]) for c in corrections]


def withdrawn(db: Database, corrections: Sequence[Correction]) -> list[int]:
    """The articles (``articles.id``) with a correction in effect that is no longer among ``corrections``: their rows
    must be written again from their analysis to show what the pipeline says."""
    wanted = {(c.quotation, c.field, c.value) for c in corrections}
    return sorted({article for article, *key in db.conn.execute(
        "SELECT article, uid, field, value FROM corrections WHERE status IN (?, ?) AND article IS NOT NULL",
        (APPLIED, MOVED))
        if tuple(key) not in wanted})


def apply_corrections(db: Database, corrections: Sequence[Correction]) -> list[Outcome]:
    """Apply all corrections and write what became of each into the table ``corrections``.

    Where two lines correct the same field of a quotation the later one counts. Run inside a transaction.
    """
    before = {(uid, field, value): _Before(*row) for uid, field, value, *row in db.conn.execute(
        "SELECT uid, field, value, status, old, note, article, text FROM corrections "
        "WHERE status IN (?, ?) AND article IS NOT NULL", (APPLIED, MOVED))}
    db.conn.execute("UPDATE quotations SET reviewed = 0 WHERE id IN (SELECT quotation FROM corrections)")
    db.conn.execute("DELETE FROM corrections")
    last = {(c.quotation, c.field): c for c in corrections}
    outcomes = []
    # targets before their polarity; a quotation is taken out last, so that its other corrections are no orphans
    for correction in sorted(corrections, key=lambda c: FIELDS.index(c.field) if c.field in FIELDS else 0):
        outcome, row, article = Outcome(correction, INVALID, note="a later line corrects the same field"), None, None
        if last[correction.quotation, correction.field] is correction:
            known = before.get((correction.quotation, correction.field, correction.value))
            outcome, row, article = _apply(db, correction, known)
        outcomes.append(outcome)
        db.conn.execute(
            'INSERT INTO corrections (uid, field, value, old, status, note, quotation, article, text, who, "when", '
            "why) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (correction.quotation, correction.field, correction.value, outcome.old, outcome.status, outcome.note, row,
             article, outcome.text, correction.who, correction.when, correction.why))
    return outcomes


@dataclass(frozen=True, slots=True)
class _Before:
    """A correction that is in effect since an earlier build."""

    status: str
    old: str | None
    note: str
    article: int
    text: str


def _apply(db: Database, correction: Correction, before: _Before | None
           ) -> tuple[Outcome, int | None, int | None]:
    """The outcome, and the ids of the quotation (None when it is out) and of its article."""
    found = _find(db.conn, correction)
    if found is None:
        if before and correction.field == "not_a_quotation":  # taken out earlier, its article not written since
            return Outcome(correction, before.status, before.old, before.note, before.text), None, before.article
        note = "no quotation of the article resembles it" if correction.text else "there is no such quotation"
        article = db.conn.execute("SELECT id FROM articles WHERE uid = ?", (correction.article,)).fetchone()
        return Outcome(correction, ORPHAN, note=note, text=correction.text), None, article and article[0]
    row, uid, article, text = found
    status, note = (APPLIED, "") if uid == correction.quotation else (MOVED, f"now {uid}")
    try:
        change = _change(db.conn, row, correction)
    except ValueError as error:
        return Outcome(correction, INVALID, note=str(error), text=text), row, article
    if change.old != change.new:
        change.write()
        old = change.old
    elif before:
        old = before.old
    else:
        status, old = AGREES, change.old
    if correction.field == "not_a_quotation":
        return Outcome(correction, status, old, note, text), None, article
    db.conn.execute("UPDATE quotations SET reviewed = 1 WHERE id = ?", (row,))
    return Outcome(correction, status, old, note, text), row, article


def _find(connection: sqlite3.Connection, correction: Correction) -> tuple[int, str, int, str] | None:
    """(id, uid, article, text) of the quotation: by uid, else the one of its article whose text is most alike."""
    columns = "SELECT q.id, q.uid, q.article, q.text FROM quotations q"
    found = connection.execute(f"{columns} WHERE q.uid = ?", (correction.quotation,)).fetchone()
    if found or not correction.text:
        return found
    rows = connection.execute(f"{columns} JOIN articles a ON a.id = q.article WHERE a.uid = ? ORDER BY q.id",
                              (correction.article,)).fetchall()
    best = process.extractOne(correction.text, [row[3] for row in rows], scorer=fuzz.ratio, score_cutoff=SAME)
    return rows[best[2]] if best else None


@dataclass(frozen=True, slots=True)
class _Change:
    """What a correction would change: the value shown now, the value wanted (both in words), and how to write it."""

    old: str
    new: str
    write: Callable[[], None]


def _change(connection: sqlite3.Connection, row: int, correction: Correction) -> _Change:
    """The change of the quotation with id ``row``. Raises :class:`ValueError` for a field or value that cannot be."""
    field, _, axis = correction.field.partition(":")
    kinds = {"speaker": _speaker, "target": _target, "polarity": _polarity, "kind": _kind,
             "not_a_quotation": _not_a_quotation}
    if field == "stance":
        return _stance(connection, row, axis, correction.value)
    if correction.field not in kinds:
        raise ValueError(f"no such field; possible are {', '.join(FIELDS)} and stance:AXIS")
    return kinds[field](connection, row, correction.value)


def _speaker(connection: sqlite3.Connection, row: int, value: str) -> _Change:
    old, kind = connection.execute("SELECT e.uid, q.speaker_kind FROM quotations q LEFT JOIN entities e "
                                   "ON e.id = q.speaker WHERE q.id = ?", (row,)).fetchone()
    if not value:
        unknown = "UPDATE quotations SET speaker = NULL, speaker_name = NULL, speaker_kind = NULL WHERE id = ?"
        shown = connection.execute("SELECT speaker_name FROM quotations WHERE id = ?", (row,)).fetchone()[0]
        return _Change(old or shown or "", "", lambda: connection.execute(unknown, (row,)))
    entity = _entity(connection, value)
    new = entity[0] if entity else BY_HAND + _slug(value)

    def write() -> None:
        if entity is None:
            connection.execute("INSERT INTO entities (uid, name, kind) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
                               (new, value, kind if kind in SPEAKING else "person"))
        connection.execute("""UPDATE quotations SET speaker = e.id, speaker_name = e.name, speaker_kind = e.kind,
            speaker_confidence = 1.0, speaker_how = 'corrected by hand' FROM entities e
            WHERE e.uid = ? AND quotations.id = ?""", (new, row))
    return _Change(old or "", new, write)


def _target(connection: sqlite3.Connection, row: int, value: str) -> _Change:
    old = connection.execute('SELECT entity, name, polarity, confidence, "start", "end", evidence, chain '
                             "FROM targets WHERE quotation = ? ORDER BY number", (row,)).fetchall()
    known = {target[1]: target for target in old}
    new = []
    for name in dict.fromkeys(filter(None, map(str.strip, value.split(";")))):
        entity = _entity(connection, name)
        name = entity[1] if entity else name
        new.append(known.get(name) or (entity and entity[2], name, None, 1.0, None, None, "[]", None))

    def write() -> None:
        connection.execute("DELETE FROM targets WHERE quotation = ?", (row,))
        connection.executemany('INSERT INTO targets (quotation, number, entity, name, polarity, confidence, "start", '
                               '"end", evidence, chain) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
                               [(row, n, *target) for n, target in enumerate(new)])
        list_targets(Database(connection), [row])
    return _Change("; ".join(target[1] for target in old), "; ".join(target[1] for target in new), write)


def _polarity(connection: sqlite3.Connection, row: int, value: str) -> _Change:
    old = dict(connection.execute("SELECT name, polarity FROM targets WHERE quotation = ? ORDER BY number", (row,)))
    new = {}
    for part in filter(None, map(str.strip, value.split(";"))):
        name, colon, number = part.rpartition(":")
        if not colon:
            if len(old) != 1:
                raise ValueError(f"the quotation has {len(old)} targets: write 'name: number'")
            name = next(iter(old))
        if name.strip() not in old:
            raise ValueError(f"{name.strip()!r} is not among the targets ({'; '.join(old) or 'none'})")
        new[name.strip()] = _number(number)

    def write() -> None:
        connection.executemany("UPDATE targets SET polarity = ?, confidence = 1.0 WHERE quotation = ? AND name = ?",
                               [(polarity, row, name) for name, polarity in new.items()])
    return _Change(_words({name: old[name] for name in new}), _words(new), write)


def _stance(connection: sqlite3.Connection, row: int, axis: str, value: str) -> _Change:
    poles = connection.execute("SELECT id, negative, positive FROM axes WHERE uid = ?", (axis,)).fetchone()
    if poles is None:
        known = ", ".join(uid for uid, in connection.execute("SELECT uid FROM axes ORDER BY uid"))
        raise ValueError(f"there is no axis {axis!r}; the axes are {known or 'none'}")
    number, *labels = poles
    names = LABELS | {labels[0].casefold(): -1.0, labels[1].casefold(): 1.0}
    score = names[value.casefold()] if value.casefold() in names else _number(value)
    label = next(name for name, sign in LABELS.items()
                 if (sign is None) == (score is None) and (score is None or (score > 0) - (score < 0) == sign))
    old = connection.execute("SELECT label, score FROM stances WHERE quotation = ? AND axis = ?",
                             (row, number)).fetchone()

    def write() -> None:
        connection.execute("INSERT OR REPLACE INTO stances VALUES (?, ?, ?, ?, 1.0, '[]')", (row, number, score, label))
    return _Change(f"{old[0]} {old[1]}" if old else "", f"{label} {score}", write)


def _kind(connection: sqlite3.Connection, row: int, value: str) -> _Change:
    if value not in KINDS:
        raise ValueError(f"{value!r} is not one of {', '.join(KINDS)}")
    old = connection.execute("SELECT kind FROM quotations WHERE id = ?", (row,)).fetchone()[0]
    return _Change(old, value, lambda: connection.execute("UPDATE quotations SET kind = ? WHERE id = ?", (value, row)))


def _not_a_quotation(connection: sqlite3.Connection, row: int, value: str) -> _Change:
    text = connection.execute("SELECT text FROM quotations WHERE id = ?", (row,)).fetchone()[0]
    return _Change(text, "", lambda: connection.execute("DELETE FROM quotations WHERE id = ?", (row,)))


def _entity(connection: sqlite3.Connection, value: str) -> tuple[str, str, int] | None:
    """(uid, name, id) of the entity with that id, else that name, else that written form; None when there is none.

    One that an earlier correction made gives way to one of the pipeline. Raises :class:`ValueError` for a name of
    several entities.
    """
    for where in ("uid = ?", "name = ?", "id IN (SELECT entity FROM entity_names WHERE name = ?)"):
        rows = connection.execute(f"SELECT uid, name, id FROM entities WHERE {where} ORDER BY uid", (value,)).fetchall()
        rows = [row for row in rows if not row[0].startswith(BY_HAND)] or rows
        if len(rows) > 1:
            raise ValueError(f"{value!r} is the name of several: write one of the ids {', '.join(r[0] for r in rows)}")
        if rows:
            return rows[0]
    return None


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", anyascii(name).lower()).strip("-") or "unknown"


def _number(value: str) -> float:
    try:
        number = float(value)
    except ValueError:
        raise ValueError(f"{value.strip()!r} is not a number from -1 to 1") from None
    if not -1 <= number <= 1:
        raise ValueError(f"{number} is not between -1 and 1")
    return number


def _words(polarities: dict[str, float | None]) -> str:
    return "; ".join(f"{name}: {polarity}" for name, polarity in polarities.items())
