"""Stable keys: the ``uid`` of a quotation and the integer ``id`` that keeps quotations newest first.

An id is made from the minute of publication, counted backwards, so ascending ids run from the newest to the oldest
and a new article takes its place without renumbering the others: no foreign key ever has to be rewritten, and a
link to a row stays good. Ids are not consecutive (12 digits today, far below 2**53, so JSON keeps them exact).
"""

from __future__ import annotations

import hashlib
import re
import sqlite3
from datetime import datetime, timezone

#: Minutes are counted backwards from here; what is dated later goes to the very top.
LAST_MINUTE = int(datetime(2150, 1, 1, tzinfo=timezone.utc).timestamp()) // 60
#: Ids per minute. A fuller minute (all articles of a day that have a date only) runs over into the minutes before,
#: which keeps ids unique and the order right to a few minutes.
PER_MINUTE = 4096
#: Quotations without a date come after all others.
UNDATED = 1 << 51

_ISO = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:[T ](\d\d):(\d\d)(?::\d\d(?:\.\d+)?)?\s*(Z|[+-]\d\d:?\d\d)?)?)?)?",
                  re.ASCII)


def quotation_uid(article: str, text: str, occurrence: int = 0) -> str:
    """16 hex digits from the article's id, the words quoted (white space apart) and which time they occur there.

    Offsets do not count: an edit elsewhere in the article leaves the uid as it is.
    """
    key = "\0".join([article, " ".join(text.split()), str(occurrence)])
    return hashlib.blake2b(key.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def iso_date(published: str | None) -> str | None:
    """``published`` when it is an ISO 8601 date or date-time (a year or year and month will do), else None."""
    match = _ISO.fullmatch(published.strip()) if published else None
    return published.strip() if match and _moment(match) else None


def first_id(published: str | None) -> int:
    """The lowest id for quotations published then (ISO 8601; a time without zone is taken as UTC)."""
    match = _ISO.fullmatch(published.strip()) if published else None
    moment = _moment(match) if match else None
    if moment is None:
        return UNDATED
    return max(0, LAST_MINUTE - int(moment.timestamp() // 60)) * PER_MINUTE


def free_ids(connection: sqlite3.Connection, published: str | None, count: int) -> list[int]:
    """``count`` ascending ids for quotations published then that no row of ``quotations`` has."""
    base = first_id(published)
    room = PER_MINUTE if base < UNDATED else UNDATED
    ids: list[int] = []
    while len(ids) < count:
        last = connection.execute("SELECT max(id) FROM quotations WHERE id BETWEEN ? AND ?",
                                  (base, base + room - 1)).fetchone()[0]
        start = base if last is None else last + 1
        ids.extend(range(start, min(start + count - len(ids), base + room)))
        base += room
    return ids


def _moment(match: re.Match) -> datetime | None:
    year, month, day, hour, minute, zone = match.groups()
    zone = "+00:00" if zone in (None, "Z") else zone
    try:
        return datetime.strptime(f"{year}-{month or '01'}-{day or '01'} {hour or '00'}:{minute or '00'} {zone}",
                                 "%Y-%m-%d %H:%M %z")
    except ValueError:
        return None
