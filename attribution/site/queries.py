"""The SQL of the pages, in one place. Every function takes the datasette database and returns plain dicts."""

from __future__ import annotations

import json
import re

from datasette.database import Database

TABLES = frozenset({"quotations", "articles", "entities", "axes", "stances", "targets", "outlets"})
"""A database with these tables is one of ours."""


async def rows(db: Database, sql: str, **values) -> list[dict]:
    """All rows of ``sql`` as dicts (datasette's own limits on time apply)."""
    return [dict(row) for row in (await db.execute(sql, values, truncate=False)).rows]


async def row(db: Database, sql: str, **values) -> dict | None:
    return next(iter(await rows(db, sql, **values)), None)


# -- quotations ------------------------------------------------------------------------------------------------

_CARDS = """
SELECT q.id, q.uid, q.text, q.kind, q.attitude, q.cue, q.cue_polarity, q.published, q.reviewed, q.confidence,
       q.speaker_name, q.speaker_kind, q.speaker_role, q.speaker AS speaker_id, e.uid AS speaker_uid, e.name AS speaker,
       q.outlet AS outlet_id, o.name AS outlet, a.uid AS article_uid, a.title AS article,
       s.uid AS statement_uid, s.n_quotations AS reports, s.n_outlets AS report_outlets
FROM quotations q JOIN articles a ON a.id = q.article LEFT JOIN entities e ON e.id = q.speaker
     LEFT JOIN outlets o ON o.id = q.outlet LEFT JOIN statements s ON s.id = q.statement
WHERE q.id IN (SELECT value FROM json_each(:ids))"""

_TARGETS = """
SELECT t.quotation, t.name AS written, t.polarity, t.confidence, t.evidence, t.start, t."end",
       e.uid, coalesce(e.name, t.name) AS name, e.id AS entity
FROM targets t LEFT JOIN entities e ON e.id = t.entity
WHERE t.quotation IN (SELECT value FROM json_each(:ids)) ORDER BY t.quotation, t.number"""

_STANCES = """
SELECT s.quotation, s.score, s.label, s.confidence, s.evidence, a.uid, a.question, a.negative, a.positive
FROM stances s JOIN axes a ON a.id = s.axis
WHERE s.quotation IN (SELECT value FROM json_each(:ids)) ORDER BY s.quotation, s.score IS NULL, a.id"""


async def cards(db: Database, ids: list[int]) -> list[dict]:
    """Quotations with speaker, targets and stances, in the order of ``ids``."""
    wanted = json.dumps(ids)
    found = {card["id"]: {**card, "targets": [], "stances": []} for card in await rows(db, _CARDS, ids=wanted)}
    for target in await rows(db, _TARGETS, ids=wanted):
        found[target["quotation"]]["targets"].append(target)
    for stance in await rows(db, _STANCES, ids=wanted):
        found[stance["quotation"]]["stances"].append(stance)
    return [found[i] for i in ids if i in found]


async def ids(db: Database, sql: str, **values) -> list[int]:
    return [result[0] for result in (await db.execute(sql, values, truncate=False)).rows]


async def latest(db: Database, n: int = 6) -> list[dict]:
    return await cards(db, await ids(db, "SELECT id FROM quotations ORDER BY id LIMIT :n", n=n))


async def quotation(db: Database, uid: str) -> dict | None:
    """One quotation with all its columns and, under ``card``, what :func:`cards` gives."""
    found = await row(db, """
        SELECT q.*, a.url, a.byline, a.uid AS article_uid, a.title, a.language, a.hash
        FROM quotations q JOIN articles a ON a.id = q.article WHERE q.uid = :uid""", uid=uid)
    if found:
        found["card"] = (await cards(db, [found["id"]]))[0]
        found["spans"] = await rows(db, 'SELECT role, start, "end" FROM spans WHERE quotation = :id', id=found["id"])
        found["corrections"] = await rows(db, "SELECT * FROM corrections WHERE uid = :uid ORDER BY id", uid=uid)
    return found


async def other_reports(db: Database, statement: int | None, but: int, limit: int = 40) -> list[dict]:
    if statement is None:
        return []
    return await cards(db, await ids(db, """
        SELECT id FROM quotations WHERE statement = :statement AND id <> :but
        ORDER BY published, id DESC LIMIT :limit""", statement=statement, but=but, limit=limit))


async def text_of(db: Database, article: int) -> tuple[str, list] | None:
    """Text and furniture spans of an article; None where texts are not in this database."""
    if not await db.table_exists("article_texts"):
        return None
    found = await row(db, "SELECT text, furniture FROM article_texts WHERE article = :article", article=article)
    return (found["text"], json.loads(found["furniture"] or "[]")) if found else None


async def article(db: Database, uid: str) -> dict | None:
    """An article with its quotations in the order of its text (under ``quotations``, with ``spans``)."""
    found = await row(db, """SELECT a.*, o.name AS outlet_name FROM articles a LEFT JOIN outlets o ON o.id = a.outlet
        WHERE a.uid = :uid""", uid=uid)
    if found:
        places = {r["id"]: r for r in await rows(db, 'SELECT id, start, "end" FROM quotations WHERE article = :id'
                                                 ' ORDER BY start, "end"', id=found["id"])}
        spans = await rows(db, """SELECT s.quotation, s.role, s.start, s."end" FROM spans s
            JOIN quotations q ON q.id = s.quotation WHERE q.article = :id ORDER BY s.start""", id=found["id"])
        found["quotations"] = [{**card, "place": places[card["id"]], "spans": []}
                               for card in await cards(db, list(places))]
        by_id = {q["id"]: q for q in found["quotations"]}
        for span in spans:
            by_id[span["quotation"]]["spans"].append(span)
    return found


# -- speakers --------------------------------------------------------------------------------------------------

async def speaker(db: Database, uid: str) -> dict | None:
    found = await row(db, """SELECT e.*, p.uid AS principal_uid, p.name AS principal
        FROM entities e LEFT JOIN entities p ON p.id = e.speaks_for WHERE e.uid = :uid""", uid=uid)
    if found:
        found["names"] = await rows(db, "SELECT name, n FROM entity_names WHERE entity = :id ORDER BY n DESC, name"
                                    " LIMIT 40", id=found["id"])
        found["spokespeople"] = await rows(db, "SELECT uid, name, n_said FROM entities WHERE speaks_for = :id"
                                           " ORDER BY n_said DESC LIMIT 20", id=found["id"])
    return found


async def roles(db: Database, speaker: int, limit: int = 12) -> list[dict]:
    """The roles that a speaker was given most, in the order in which they first appeared; capitals do not matter."""
    return await rows(db, """SELECT * FROM (
          SELECT speaker_role AS role, sum(n) AS n, min(first) AS first, max(last) AS last FROM (
            SELECT speaker_role, count(*) AS n, min(published) AS first, max(published) AS last
            FROM quotations WHERE speaker = :speaker AND speaker_role > '' GROUP BY speaker_role)
          GROUP BY lower(speaker_role) ORDER BY n DESC LIMIT :limit) ORDER BY first, n DESC""",
                      speaker=speaker, limit=limit)


async def speaker_months(db: Database, speaker: int) -> list[dict]:
    return await rows(db, """SELECT a.id AS axis_id, a.uid, a.question, a.negative, a.positive,
        p.month, p.mean, p.low, p.high, p.quotations AS n
        FROM positions p JOIN axes a ON a.id = p.axis
        WHERE p.speaker = :speaker AND p.month <> 'undated' ORDER BY a.id, p.month""", speaker=speaker)


async def speaks_of(db: Database, speaker: int, limit: int = 12) -> list[dict]:
    return await _most_often(db, "speaker", "target", speaker, limit)


async def spoken_of_by(db: Database, target: int, limit: int = 12) -> list[dict]:
    return await _most_often(db, "target", "speaker", target, limit)


async def _most_often(db: Database, one: str, other: str, entity: int, limit: int) -> list[dict]:
    """The pairs that an entity is in as ``one`` (speaker, target) with the most quotations; their names are looked up
    after the choice, or the ten thousand pairs of a head of state would be sorted by name."""
    return await rows(db, f"""SELECT e.uid, e.id, e.name, t.quotations AS n, t.polarity FROM (
          SELECT {other} AS entity, quotations, polarity FROM speaker_targets WHERE {one} = :entity
          ORDER BY quotations DESC LIMIT :limit) t JOIN entities e ON e.id = t.entity
        ORDER BY t.quotations DESC, e.name""", entity=entity, limit=limit)


async def repeated(db: Database, speaker: int, limit: int = 5) -> list[dict]:
    """The statements of a speaker that more than one outlet carried, the widest first."""
    return await rows(db, """SELECT s.uid, s.text, s.n_quotations, s.n_outlets, s.n_variants, s.first_published,
        (SELECT q.uid FROM quotations q WHERE q.statement = s.id ORDER BY q.published, q.id DESC LIMIT 1)
          AS quotation_uid
        FROM statements s WHERE s.speaker = :speaker AND s.n_outlets > 1
        ORDER BY s.n_outlets DESC, s.n_quotations DESC LIMIT :limit""", speaker=speaker, limit=limit)


async def contradictions(db: Database, speaker: int) -> list[dict]:
    """For each axis the two quotations of one speaker that lie farthest apart on both sides of the middle.

    A quotation counts on the axis that it speaks to most clearly, and only if it is affirmed and beyond ±0.3: a small
    difference is not a contradiction. Both ends are the first hits of an index, however much the speaker said.
    """
    def end(side: str, order: str) -> str:
        return f"""(SELECT id FROM quotations WHERE speaker = :speaker AND axis = a.id AND score {side}
                    AND cue_polarity = 'affirmed' ORDER BY score {order} LIMIT 1)"""
    return await rows(db, f"""
        SELECT e.uid, e.question, e.negative, e.positive, e.negative_id, e.positive_id FROM (
          SELECT a.*, {end("<= -0.3", "ASC")} AS negative_id, {end(">= 0.3", "DESC")} AS positive_id FROM axes a) e
        JOIN quotations low ON low.id = e.negative_id JOIN quotations high ON high.id = e.positive_id
        ORDER BY high.score - low.score DESC""", speaker=speaker)


# -- axes ------------------------------------------------------------------------------------------------------

async def axes(db: Database) -> list[dict]:
    return await rows(db, "SELECT * FROM axes ORDER BY n_scored DESC, id")


async def axis(db: Database, uid: str) -> dict | None:
    return await row(db, "SELECT * FROM axes WHERE uid = :uid", uid=uid)


async def axis_statements(db: Database, axis: int) -> list[dict]:
    """What people labelled for an axis; nothing in a database that was built before there was such a table."""
    if not await db.table_exists("axis_statements"):
        return []
    return await rows(db, "SELECT text, label, purpose, found, confidence FROM axis_statements WHERE axis = :axis ORDER BY number",
                      axis=axis)


async def standings(db: Database, axis: int, limit: int) -> list[dict]:
    """Overall position of the speakers heard most on an axis."""
    return await rows(db, """SELECT e.id, e.uid, e.name, p.mean, p.low, p.high, p.quotations AS n
        FROM positions p JOIN entities e ON e.id = p.speaker
        WHERE p.axis = :axis AND p.month IS NULL AND p.outlet IS NULL
        ORDER BY p.statements DESC, p.quotations DESC, e.name LIMIT :limit""", axis=axis, limit=limit)


async def outlet_standings(db: Database, axis: int, limit: int = 30) -> list[dict]:
    """What the outlets that quote most carried on an axis; nothing in a database that was built before there was such a
    table."""
    if not await db.table_exists("outlet_standings"):
        return []
    return await rows(db, """SELECT o.id, o.name, s.quotations AS n, s.speakers, s.mean, s.low, s.high
        FROM outlet_standings s JOIN outlets o ON o.id = s.outlet WHERE s.axis = :axis
        ORDER BY s.quotations DESC, o.name LIMIT :limit""", axis=axis, limit=limit)


async def movement(db: Database, axis: int, speakers: list[int], first: str = "", last: str = "9") -> list[dict]:
    return await rows(db, """SELECT e.id, e.uid, e.name, p.month, p.mean, p.low, p.high, p.quotations AS n
        FROM positions p JOIN entities e ON e.id = p.speaker
        WHERE p.axis = :axis AND p.month BETWEEN :first AND :last  -- 'undated' is beyond every last
          AND p.speaker IN (SELECT value FROM json_each(:speakers))
        ORDER BY p.month""", axis=axis, speakers=json.dumps(speakers), first=first, last=last)


async def extremes(db: Database, axis: int, sign: int, limit: int = 4) -> list[dict]:
    """The quotations nearest the negative (``sign`` -1) or the positive pole, one for each speaker and statement."""
    order = "s.score DESC" if sign > 0 else "s.score"
    side = "s.score > 0.15" if sign > 0 else "s.score < -0.15"
    candidates = await rows(db, f"""SELECT q.id, q.statement, coalesce(q.speaker, q.speaker_name) AS who FROM (
            SELECT quotation, score FROM stances s WHERE s.axis = :axis AND {side} ORDER BY {order} LIMIT 200) s
        JOIN quotations q ON q.id = s.quotation ORDER BY {order}""", axis=axis)
    chosen, seen = [], set()
    for candidate in candidates:
        keys = {("statement", candidate["statement"] or candidate["id"]), ("who", candidate["who"])}
        if not keys & seen and len(chosen) < limit:
            chosen.append(candidate["id"])
            seen |= keys
    return await cards(db, chosen)


async def moved_most(db: Database, axis: int, limit: int = 8) -> list[dict]:
    return await rows(db, """SELECT e.uid, e.name, s.* FROM shifts s JOIN entities e ON e.id = s.speaker
        WHERE s.axis = :axis ORDER BY s.significant DESC, abs(s.change) DESC LIMIT :limit""", axis=axis, limit=limit)


async def said(db: Database, axis: int, column: str, keys: list[int]) -> list[dict]:
    """The scores of speakers or outlets (``column``) on an axis, with month and statement (negative: one of its own)."""
    assert column in ("speaker", "outlet")
    return await rows(db, f"""SELECT q.{column} AS member, q.month, coalesce(q.statement, -q.id) AS statement, s.score
        FROM stances s JOIN quotations q ON q.id = s.quotation
        WHERE q.{column} IN (SELECT value FROM json_each(:keys)) AND s.axis = :axis AND s.score IS NOT NULL""",
                      axis=axis, keys=json.dumps(keys))


# -- the whole -------------------------------------------------------------------------------------------------

async def totals(db: Database) -> dict:
    found = await row(db, """SELECT sum(n_articles) AS articles, sum(n_quotations) AS quotations,
          count(*) AS outlets, (SELECT count(*) FROM entities WHERE n_said > 0) AS speakers,
          (SELECT min(published) FROM articles WHERE published > '') AS first,
          (SELECT max(published) FROM articles WHERE published > '') AS last FROM outlets""")
    # articles without an outlet are counted nowhere else
    loose = await row(db, """SELECT count(*) AS articles, sum(n_quotations) AS quotations FROM articles
        WHERE outlet IS NULL""")
    return {**found, "articles": (found["articles"] or 0) + loose["articles"],
            "quotations": (found["quotations"] or 0) + (loose["quotations"] or 0)}


async def months(db: Database) -> list[dict]:
    return await rows(db, "SELECT month, count(*) AS n FROM quotations WHERE month > '' GROUP BY month ORDER BY month")


async def top_speakers(db: Database, limit: int = 200) -> list[dict]:
    return await rows(db, "SELECT id, uid, name, kind, description, n_said FROM entities WHERE n_said > 0"
                      " ORDER BY n_said DESC, name LIMIT :limit", limit=limit)


async def outlets(db: Database) -> list[dict]:
    return await rows(db, "SELECT * FROM outlets ORDER BY n_quotations DESC, name LIMIT 100")


async def who_of_whom(db: Database, limit: int, entity: int | None = None) -> list[dict]:
    return await rows(db, """SELECT r.speaker AS speaker_id, r.target AS target_id, e.uid AS speaker_uid,
          e.name AS speaker, e.kind AS speaker_kind, t.uid AS target_uid, t.name AS target, t.kind AS target_kind,
          r.quotations AS n, r.polarity AS mean
        FROM speaker_targets r JOIN entities e ON e.id = r.speaker JOIN entities t ON t.id = r.target
        WHERE (:entity IS NULL OR r.speaker = :entity OR r.target = :entity) AND r.polarity IS NOT NULL
        ORDER BY r.quotations DESC, e.name, t.name LIMIT :limit""", limit=limit, entity=entity)


# -- search ----------------------------------------------------------------------------------------------------

async def find_quotations(db: Database, match: str, limit: int = 12) -> list[dict]:
    """Newest first: the id runs that way, so a common word costs no sorting."""
    return await cards(db, await ids(db, "SELECT rowid FROM quotations_fts WHERE quotations_fts MATCH :match"
                                     " ORDER BY rowid LIMIT :limit", match=match, limit=limit))


async def highlighted(db: Database, match: str, quotations: list[int]) -> dict[int, str]:
    """Texts of quotations with control characters 2 and 3 around each hit."""
    found = await rows(db, """SELECT rowid AS id, highlight(quotations_fts, 0, char(2), char(3)) AS text
        FROM quotations_fts WHERE quotations_fts MATCH :match AND rowid IN (SELECT value FROM json_each(:ids))""",
                       match=match, ids=json.dumps(quotations))
    return {result["id"]: result["text"] for result in found}


async def find_articles(db: Database, match: str, limit: int = 8) -> list[dict]:
    texts = await db.table_exists("article_texts_fts")
    union = """UNION ALL SELECT * FROM (SELECT rowid, 1, snippet(article_texts_fts, 0, char(2), char(3), '…', 24)
        FROM article_texts_fts WHERE article_texts_fts MATCH :match ORDER BY rank LIMIT :limit)""" if texts else ""
    return await rows(db, f"""
        WITH found(id, place, snippet) AS (
          SELECT * FROM (SELECT rowid, 0, highlight(articles_fts, 0, char(2), char(3)) FROM articles_fts
                         WHERE articles_fts MATCH :match ORDER BY rank LIMIT :limit) {union})
        SELECT a.uid, a.title, a.published, a.n_quotations, o.name AS outlet, min(f.place) AS place,
               max(CASE WHEN f.place = 1 THEN f.snippet END) AS snippet
        FROM found f JOIN articles a ON a.id = f.id LEFT JOIN outlets o ON o.id = a.outlet
        GROUP BY a.id ORDER BY place, a.published DESC LIMIT :limit""", match=match, limit=limit)


async def find_speakers(db: Database, words: str, limit: int = 8) -> list[dict]:
    """Entities one of whose written names contains the words."""
    escaped = re.sub(r"([\\%_])", r"\\\1", words.strip().strip('"').replace("\x00", ""))
    return await rows(db, r"""SELECT e.uid, e.name, e.kind, e.description, e.n_said, e.n_targeted FROM entities e
        WHERE e.id IN (SELECT entity FROM entity_names WHERE name LIKE '%' || :words || '%' ESCAPE '\'
                       UNION SELECT id FROM entities WHERE name LIKE '%' || :words || '%' ESCAPE '\')
        ORDER BY e.n_said + e.n_targeted DESC, e.name LIMIT :limit""", words=escaped, limit=limit)
