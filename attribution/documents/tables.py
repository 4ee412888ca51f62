"""JSON Lines and CSV, one article a row, read row by row: a file may be larger than memory.

A bad row becomes a :class:`~attribution.records.Failure` that names its line, and the rest goes on.
"""

from __future__ import annotations

import csv
import io
import itertools
import json
from collections.abc import Iterator, Mapping
from io import BufferedReader

from attribution.documents.articles import Draft, FieldError, failure, missing_text, pick
from attribution.documents.decoding import DecodingError, declared_by_mark, decode
from attribution.records import Failure

LONGEST_ROW = 1 << 26  # bytes of a line, characters of a CSV field: no article is longer


def read_jsonl(stream: BufferedReader, *, stem: str, name: str, path: str | None,
               mapping: Mapping[str, str] | None = None) -> Iterator[Draft | Failure]:
    """The articles of a JSON Lines file; ``id`` is the row's own or ``stem-N`` with N the line, from 1."""
    for number, line in enumerate(_lines(stream), 1):
        where = f"{name}:{number}"
        try:
            if line is None:
                raise ValueError(f"line longer than {LONGEST_ROW >> 20} MiB")
            written = decode(line, name=name).lstrip("\ufeff").strip()
            if not written:
                continue
            record = json.loads(written)
            if not isinstance(record, dict):
                raise FieldError(f"a JSON {type(record).__name__}, not an object; JSON Lines has one object "
                                 "a line (a JSON array becomes that by: jq -c '.[]')")
            fields = pick(record, mapping)
            if "text" not in fields:
                raise FieldError(missing_text(record, "field"))
            yield _draft(fields, f"{stem}-{number}", where, path)
        except json.JSONDecodeError as error:
            yield failure(where, f"not JSON: {error.msg} at column {error.colno}; one whole object a line")
        except (ValueError, RecursionError) as error:
            yield failure(where, error)


def read_csv(stream: BufferedReader, *, stem: str, name: str, path: str | None,
             mapping: Mapping[str, str] | None = None, delimiter: str | None = None) -> Iterator[Draft | Failure]:
    """The articles of a CSV file with a header; ``id`` is the row's own or ``stem-N`` with N the row, from 1.

    ``delimiter`` None takes the one of comma, semicolon and tab that the header has most often. Quoting is
    RFC 4180: a quotation mark inside a quoted field is doubled. A row with too few or too many columns is a failure.
    """
    csv.field_size_limit(LONGEST_ROW)  # of the whole process: the module has no other way
    lines = _decoded(stream, name)
    first = next(lines, "").lstrip("\ufeff")
    if not first.strip():
        yield failure(name, "empty file: no header")
        return
    delimiter = delimiter or max(",;\t", key=first.count)
    rows = csv.reader(itertools.chain([first], lines), delimiter=delimiter, strict=True)
    header: list[str] | None = None
    number = 0
    while True:
        try:
            row = next(rows)
            if header is None:
                header = [column.strip() for column in row]
                if "text" not in pick(dict.fromkeys(header, "."), mapping):
                    yield failure(f"{name}:1", missing_text(header, "column"))
                    return
                continue
            if not any(cell.strip() for cell in row):
                continue
            number += 1
            if len(row) != len(header):
                raise FieldError(f"row {number} has {len(row)} columns, the header has {len(header)}; put fields with "
                                 "the delimiter, line ends or quotation marks in quotation marks, those inside doubled")
            fields = pick(dict(zip(header, row, strict=True)), mapping)
            if "text" not in fields:
                raise FieldError(f"row {number} has no text")
            yield _draft(fields, f"{stem}-{number}", f"{name}:{rows.line_num}", path)
        except StopIteration:
            return
        except csv.Error as error:
            number += header is not None
            yield failure(f"{name}:{rows.line_num}", f"not CSV: {error}")
            if header is None:
                return
        except ValueError as error:
            yield failure(f"{name}:{rows.line_num}", error)


def _draft(fields: dict[str, str], row_id: str, where: str, path: str | None) -> Draft:
    text = fields.pop("text")
    return Draft(id=fields.pop("id", row_id), text=text, where=where, path=path, fields=fields)


def _lines(stream: BufferedReader) -> Iterator[bytes | None]:
    """The lines of ``stream`` in UTF-8 (or what else an unmarked file has) with their ends; None for one too long."""
    encoding = declared_by_mark(stream.peek(4)[:4])
    source = io.TextIOWrapper(stream, encoding, newline="\n") if encoding else stream
    while line := source.readline(LONGEST_ROW):
        if len(line) < LONGEST_ROW:
            yield line.encode("utf-8", "surrogatepass") if isinstance(line, str) else line
            continue
        while line and line[-1:] not in ("\n", b"\n"):
            line = source.readline(LONGEST_ROW)
        yield None


def _decoded(stream: BufferedReader, name: str) -> Iterator[str]:
    """The lines of a CSV file as text, line ends kept; what cannot be decoded stays as half surrogates, which the
    row's check finds, since an error raised here would end the whole file."""
    for line in _lines(stream):
        try:
            yield decode(line, name=name) if line is not None else "\n"
        except DecodingError:
            yield line.decode("utf-8", "surrogateescape")
