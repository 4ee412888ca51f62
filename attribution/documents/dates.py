"""Dates as newsrooms write them, to ISO 8601; a date that could be two days is no date.

python-dateutil reads the many formats; what it fills in by itself (a missing year or day, the order of
day and month) is found out by reading twice, and then the answer is None.
"""

from __future__ import annotations

import re
import warnings
from datetime import datetime, timedelta, timezone

from dateutil import parser

_ISO = re.compile(r"\d{4}-\d\d(-\d\d)?([T ]\d\d:\d\d.*)?")
_ISO_MONTH = re.compile(r"(?:1[5-9]|20|21)\d\d-(?:0[1-9]|1[0-2])")
_EPOCH = re.compile(r"(\d{9,10})(?:\d{3})?(?:\.\d+)?")
_NOISE = re.compile(r"(?i)\b(?:published|posted|updated|modified|first|last|date|on|at|the|time|of)\b:?|[|•·]"
                    r"|(?:GMT|UTC)(?=[+-]\d)")  # dateutil would read GMT+3 as POSIX does, three hours west
_HAS_TIME = re.compile(r"\d:\d\d|\d\s?[ap]\.?m\b", re.IGNORECASE)

# Offsets in hours of the zone names that news pages print; IST and CST mean several places and are left out.
_ZONES = {name: timedelta(hours=hours) for name, hours in {
    "UTC": 0, "GMT": 0, "Z": 0, "BST": 1, "WET": 0, "WEST": 1, "CET": 1, "CEST": 2, "EET": 2, "EEST": 3, "MSK": 3,
    "EAT": 3, "WAT": 1, "CAT": 2, "SAST": 2, "TRT": 3, "PKT": 5, "HKT": 8, "JST": 9, "KST": 9, "AEST": 10, "AEDT": 11,
    "NZST": 12, "NZDT": 13, "EST": -5, "EDT": -4, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7}.items()}

_MONTH = (r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
          r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?")
_DAY = r"\d{1,2}(?:st|nd|rd|th)?"
# A whole date, year included, inside a line of text.
DATE = re.compile(
    rf"\b(?:\d{{4}}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?"
    rf"|{_DAY}(?:\s+of)?[\s-]{_MONTH}[\s,-]+\d{{4}}|{_MONTH}\s+{_DAY}(?:,\s*|\s+)\d{{4}}"
    rf"|\d{{1,2}}[./]\d{{1,2}}[./]\d{{4}}|\d{{4}}/\d\d/\d\d)(?!\d)", re.IGNORECASE)

def iso(value: object) -> str | None:
    """``value`` (text as written, or seconds or milliseconds since 1970) as ``YYYY-MM-DD``, as
    ``YYYY-MM-DDTHH:MM:SS`` with the offset where it is known, as ``YYYY-MM`` where just that is written so,
    or None where it is no date or could be more than one."""
    written = " ".join(str(value).split()) if value is not None else ""
    if not written or len(written) > 100:
        return None
    if _ISO_MONTH.fullmatch(written):
        return written
    if epoch := _EPOCH.fullmatch(written):
        return datetime.fromtimestamp(int(epoch[1]), timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    if _ISO.match(written):
        return _agreed(written, written)
    return _agreed(written, _NOISE.sub(" ", written))


def _agreed(written: str, cleaned: str) -> str | None:
    """The date on which readings with other defaults and another order of day and month agree."""
    iso_order = bool(re.match(r"\d{4}", cleaned))
    orders = (False,) if iso_order else (False, True)
    readings = {_read(cleaned, default, order) for default in (datetime(2000, 1, 1), datetime(2003, 4, 5))
                for order in orders}
    moment = readings.pop()
    if readings or moment is None or not 1500 <= moment.year <= 2199:
        return None
    if not _HAS_TIME.search(written):
        return moment.date().isoformat()
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")


def _read(text: str, default: datetime, dayfirst: bool) -> datetime | None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a zone name that is not in _ZONES: the local time is kept
        try:
            return parser.parse(text, default=default, dayfirst=dayfirst, tzinfos=_zone)
        except (ValueError, OverflowError, TypeError, AttributeError, IndexError):
            return None


def _zone(name: str | None, offset: int | None) -> timezone | None:
    if offset is not None:
        return timezone(timedelta(seconds=offset))
    return timezone(_ZONES[name]) if name in _ZONES else None
