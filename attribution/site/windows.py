"""What speakers or outlets said on an axis between two dates: the mean of each, over all of it and by month.

A statement counts once, however many reports it had: the scores of its reports in a window are averaged first, as in
:mod:`attribution.database.positions`, whose interval this is too. The scores come from the column store; where there is
none, from SQL.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from datasette.database import Database

from attribution.database.positions import moments_interval

from . import queries, selection
from .columns import Columns


@dataclass(frozen=True, slots=True)
class Said:
    """Scores with what they count under: number of the member (from 0), place of the month in ``names``, statement."""

    members: np.ndarray
    months: np.ndarray
    statements: np.ndarray
    scores: np.ndarray
    names: list[str | None]


async def window(db: Database, axis: int, column: str, members: list[dict], first: str | None, last: str | None
                 ) -> tuple[list[dict], list[dict]]:
    """Each of ``members`` (id, name: speakers or outlets, as ``column`` says) that spoke to an axis from month ``first``
    to ``last`` (None: no border), with n (quotations), statements, mean, low and high; and the same by month."""
    keys = [member["id"] for member in members]
    kept = selection.store(db)
    columns = await kept.columns() if kept else None
    said = (of_columns(columns, axis, column, keys) if columns is not None
            else await of_sql(db, axis, column, keys))
    inside = np.array([not (first or last) if name is None else (first or "") <= name <= (last or "9")
                       for name in said.names], dtype=bool)
    here = inside[said.months]
    who, months, statements, scores = (values[here] for values in (said.members, said.months, said.statements, said.scores))
    overall = [{**members[i], **figures} for i, figures in means(who, statements, scores)]
    size = len(said.names)
    monthly = [{**members[i // size], "month": said.names[i % size], **figures}
               for i, figures in means(who * size + months, statements, scores)]
    return overall, sorted((row for row in monthly if row["month"]), key=lambda row: row["month"])


def of_columns(columns: Columns, axis: int, column: str, keys: list[int]) -> Said:
    """The scores of ``keys`` in a column (speaker, outlet) of the store on an axis."""
    on = np.flatnonzero(columns.stance_axes == axis)
    member = np.full(len(columns.values[column]), -1)
    for number, key in enumerate(keys):
        if key in columns.values[column]:
            member[columns.values[column].index(key)] = number
    who = member[columns.codes[column][columns.stance_rows[on]]]
    on, who = on[who >= 0], who[who >= 0]
    rows = columns.stance_rows[on]
    return Said(who, columns.codes["month"][rows].astype(np.int64), columns.statements[rows],
                columns.stance_scores[on], columns.values["month"])


async def of_sql(db: Database, axis: int, column: str, keys: list[int]) -> Said:
    """The same from the database."""
    rows = await queries.said(db, axis, column, keys)
    names = list({row["month"]: None for row in rows})
    return Said(np.array([keys.index(row["member"]) for row in rows], dtype=np.int64),
                np.array([names.index(row["month"]) for row in rows], dtype=np.int64),
                np.array([row["statement"] for row in rows], dtype=np.int64),
                np.array([row["score"] for row in rows], dtype=np.float32), names)


def means(groups: np.ndarray, statements: np.ndarray, scores: np.ndarray) -> list[tuple[int, dict]]:
    """(group, figures) of the groups that occur, in order: n, statements, mean over statements, its 95 % interval."""
    known, group = np.unique(groups, return_inverse=True)
    codes, statement = np.unique(statements, return_inverse=True)
    pairs, pair = np.unique(group * len(codes) + statement, return_inverse=True)
    each = np.bincount(pair, scores, len(pairs)) / np.bincount(pair, minlength=len(pairs))
    of = pairs // max(1, len(codes))
    n, m = np.bincount(group, minlength=len(known)), np.bincount(of, minlength=len(known))
    mean, square = np.bincount(of, each, len(known)) / m, np.bincount(of, each * each, len(known)) / m
    found = []
    for i, group in enumerate(known.tolist()):
        told = moments_interval(float(mean[i]), float(square[i]), int(m[i]))
        found.append((group, {"n": int(n[i]), "statements": int(m[i]), "mean": told.mean, "low": told.low, "high": told.high}))
    return found
