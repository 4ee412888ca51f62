"""db/entities.csv: what a person has decided about entities, and the edits to it.

One row an entity: ``id,name,kind,wikidata,aliases,speaks_for,note``; aliases are parted by ``|``. A name or alias
written here belongs to that entity in every rebuild, whatever the linker thinks: so a merge is an alias added,
a split an alias moved, a rename a name replaced. All functions return a new :class:`Curation`.
"""

from __future__ import annotations

import csv
import dataclasses
import io
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from ..records import Entity
from .spelling import fold

COLUMNS = ("id", "name", "kind", "wikidata", "aliases", "speaks_for", "note")
KINDS = ("person", "organization", "country", "group", "unnamed", "place", "other")


class CurationError(ValueError):
    """A row that cannot be used; the message begins with file and line."""


@dataclass(frozen=True, slots=True)
class Curated:
    """One row: ``aliases`` are further names, ``speaks_for`` the id of the state or body that this one speaks for."""

    id: str
    name: str
    kind: str
    wikidata: str | None = None
    aliases: tuple[str, ...] = ()
    speaks_for: str | None = None
    note: str | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """The name shown and the aliases."""
        return (self.name, *self.aliases)


@dataclass(frozen=True, slots=True)
class Curation:
    """All rows in the order of the file."""

    entries: tuple[Curated, ...] = ()

    @property
    def by_id(self) -> Mapping[str, Curated]:
        """Rows by id."""
        return {entry.id: entry for entry in self.entries}

    @property
    def by_name(self) -> Mapping[tuple[bool, str], Curated]:
        """Rows by (is it a person?, folded name or alias): a person never takes a country's name nor the reverse."""
        return {(entry.kind == "person", key(name)): entry for entry in self.entries for name in entry.names}


def key(name: str) -> str:
    """How names are compared with curated ones: folded, without a leading article."""
    return fold(name).removeprefix("the ")


def slug(name: str) -> str:
    """A name as an id: "Ana de la Vega" -> "ana-de-la-vega"; never empty."""
    return re.sub(r"[^a-z0-9]+", "-", fold(name)).strip("-") or "entity"


def read_curation(path: str | os.PathLike) -> Curation:
    """Read entities.csv (UTF-8, with or without a byte order mark). A missing file is an empty curation.

    Raises :class:`CurationError` ("file:line: what is wrong") for a missing column, an unknown kind, an id used
    twice or a name that two entities claim.
    """
    path = Path(path)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return Curation()
    except UnicodeDecodeError as error:
        raise CurationError(f"{path}:1: not UTF-8: {error.reason} at byte {error.start}") from None
    reader = csv.DictReader(io.StringIO(text.replace("\0", "")), strict=True)
    entries, ids, names = [], {}, {}
    try:
        missing = [c for c in ("id", "name", "kind") if c not in (reader.fieldnames or ())]
        if missing and text.strip():
            raise CurationError(f"{path}:1: no column {', '.join(missing)} (wanted: {','.join(COLUMNS)})")
        for row in reader:
            where = f"{path}:{reader.line_num}"
            if None in row:
                raise CurationError(f"{where}: more fields than columns; put a name with a comma in quotation marks")
            row = {k: (v or "").strip() for k, v in row.items()}
            if not any(row.values()):
                continue
            if not row["name"]:
                raise CurationError(f"{where}: no name")
            if row["kind"] not in KINDS:
                raise CurationError(f"{where}: kind {row['kind']!r} is none of {', '.join(KINDS)}")
            entry = Curated(
                row["id"] or slug(row["name"]),
                row["name"],
                row["kind"],
                row.get("wikidata") or None,
                tuple(a.strip() for a in row.get("aliases", "").split("|") if a.strip()),
                row.get("speaks_for") or None,
                row.get("note") or None,
            )
            if entry.id in ids:
                raise CurationError(f"{where}: id {entry.id!r} stands on line {ids[entry.id]} too")
            ids[entry.id] = reader.line_num
            for name in entry.names:
                claim = (entry.kind == "person", key(name))
                if names.setdefault(claim, entry.id) != entry.id:
                    raise CurationError(f"{where}: {name!r} belongs to {names[claim]!r} already (line {ids[names[claim]]})")
            entries.append(entry)
    except csv.Error as error:
        raise CurationError(f"{path}:{reader.line_num}: {error}") from None
    return Curation(tuple(entries))


def write_curation(path: str | os.PathLike, curation: Curation) -> None:
    """Write entities.csv by way of a file beside it, so that a crash leaves the old one."""
    path = Path(path)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for e in curation.entries:
        writer.writerow([e.id, e.name, e.kind, e.wikidata or "", "|".join(e.aliases), e.speaks_for or "", e.note or ""])
    draft = path.with_name(path.name + ".new")
    draft.write_text(out.getvalue(), encoding="utf-8")
    os.replace(draft, path)


def _entry(curation: Curation, entity: Entity | str) -> Curated:
    known = curation.by_id
    if isinstance(entity, str):
        if entity not in known:
            raise CurationError(f"no entity {entity!r} in the curation")
        return known[entity]
    return known.get(entity.id) or Curated(entity.id, entity.name, entity.kind, entity.wikidata, (), entity.speaks_for)


def _with(curation: Curation, *changed: Curated, without: Iterable[str] = ()) -> Curation:
    gone, new = set(without), {entry.id: entry for entry in changed}
    kept = [new.pop(e.id, e) for e in curation.entries if e.id not in gone]
    return Curation((*kept, *new.values()))


def _distinct(names: Iterable[str], but: str) -> tuple[str, ...]:
    seen, out = {but}, []
    for name in names:
        if name not in seen:
            seen.add(name)
            out.append(name)
    return tuple(out)


def merge(curation: Curation, keep: Entity | str, *others: Entity | str) -> Curation:
    """Make ``others`` the same as ``keep``: their names become its aliases and their rows go.

    Entities are given as records (then all their written forms move) or as ids of curated rows. Short forms that
    do not name anybody by themselves (one word of a person's name) are not made aliases.
    Raises :class:`CurationError` for an unknown id or when a person would become something else.
    """
    target = _entry(curation, keep)
    names, gone = list(target.aliases), set()
    for other in others:
        entry = _entry(curation, other)
        if entry.id == target.id:
            raise CurationError(f"{target.id!r} cannot be merged with itself")
        if (entry.kind == "person") != (target.kind == "person"):
            raise CurationError(f"{entry.id!r} is a {entry.kind}, {target.id!r} a {target.kind}")
        names += entry.names
        if isinstance(other, Entity):
            names += [n for n, _ in other.names if target.kind != "person" or len(fold(n).split()) > 1]
        gone.add(entry.id)
    return _with(curation, dataclasses.replace(target, aliases=_distinct(names, target.name)), without=gone)


def split(curation: Curation, entity: Entity | str, names: Iterable[str], new_name: str, new_id: str | None = None) -> Curation:
    """Take ``names`` (written forms) away from an entity and give them to a new one called ``new_name``.

    Raises :class:`CurationError` when the new id is taken or the entity's own name would go.
    """
    source = _entry(curation, entity)
    moved = {key(name) for name in names} | {key(new_name)}
    if key(source.name) in moved:
        raise CurationError(f"{source.name!r} is the name of {source.id!r} itself: rename it first")
    identity = new_id or slug(new_name)
    if identity in curation.by_id or identity == source.id:
        raise CurationError(f"id {identity!r} is taken")
    rest = dataclasses.replace(source, aliases=tuple(a for a in source.aliases if key(a) not in moved))
    fresh = Curated(identity, new_name, source.kind, aliases=_distinct(names, new_name))
    return _with(curation, rest, fresh)


def rename(curation: Curation, entity: Entity | str, name: str) -> Curation:
    """Show an entity under another name; the old one stays as an alias, the id stays as it is."""
    entry = _entry(curation, entity)
    if not name.strip():
        raise CurationError("a name cannot be empty")
    aliases = _distinct((a for a in (entry.name, *entry.aliases) if a != name), name)
    return _with(curation, dataclasses.replace(entry, name=name.strip(), aliases=aliases))
