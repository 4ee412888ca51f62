"""Corrections in the browser: kept in db/corrections.csv, which every build applies, and shown at once.

Off unless ``plugins: attribution: edit: true`` (``attribution serve --edit`` sets it). Then signed-in visitors may
correct; ``allow`` beside it narrows who (an allow block of datasette's). Everybody else gets the command that does the
same. Forms are safe against other sites by datasette's own token.
"""

from __future__ import annotations

import asyncio
import getpass
import sqlite3
from datetime import datetime, timezone
from pathlib import Path
from urllib.parse import unquote

from datasette.app import Datasette
from datasette.utils import actor_matches_allow
from datasette.utils.asgi import Forbidden, NotFound, Request, Response

from attribution.database import DatabaseError, entities, open_database, positions, scoring
from attribution.database.connection import build_lock, close, errors_of
from attribution.database.corrections import (
    KINDS,
    Correction,
    add_correction,
    apply_corrections,
    check,
    read_corrections,
)

from . import queries
from .site import Site, site_of

ACTION = "attribution-correct"
AT_ONCE = 100_000
"""Quotations up to which a correction is worked into the whole database at once (some seconds); a larger one waits
for the next build, and the quotation says so."""


def config(datasette: Datasette) -> dict:
    return datasette.plugin_config("attribution") or {}


def permission(datasette: Datasette, actor: dict | None, action: str) -> bool | None:
    if action != ACTION:
        return None
    about = config(datasette)
    return bool(about.get("edit") and actor and actor_matches_allow(actor, about.get("allow", {"id": "*"})))


async def allowed(site: Site, actor: dict | None) -> bool:
    return await site.datasette.permission_allowed(actor, ACTION, default=False)


def file_of(site: Site) -> Path:
    kept = config(site.datasette).get("corrections")
    return Path(kept) if kept else Path(str(site.db.path)).with_name("corrections.csv")


def pending(site: Site, quotation: dict) -> list[Correction]:
    """Corrections of a quotation (as :func:`attribution.site.queries.quotation` gives it) that wait for a build."""
    if not config(site.datasette).get("edit"):
        return []
    done = {(c["field"], c["value"]) for c in quotation["corrections"]}
    return [c for c in read_corrections(file_of(site))
            if c.quotation == quotation["uid"] and (c.field, c.value) not in done]


def routes() -> list[tuple]:
    return [(r"^/-/correct/(?P<uid>[^/]+)$", correct)]


async def correct(datasette: Datasette, request: Request) -> Response:
    """The form of one quotation, and what it sends."""
    site = await site_of(datasette)
    found = await queries.quotation(site.db, unquote(request.url_vars["uid"])) if site else None
    if not found or not await site.may_see(request.actor, "quotations"):
        raise NotFound("No such quotation")
    may = await allowed(site, request.actor)
    if request.method == "POST":
        if not may:
            raise Forbidden("Sign in to correct")
        return await _save(site, request, found)
    html = await datasette.render_template("site_correct.html", {
        "q": found, "card": found["card"], "axes": await queries.axes(site.db), "kinds": KINDS, "may": may,
        "speakers": await queries.top_speakers(site.db, 300), "pending": pending(site, found)}, request=request)
    return Response.html(html, headers={"cache-control": "private, no-store"})


async def _save(site: Site, request: Request, found: dict) -> Response:
    sent = await request.post_vars()
    actor = str((request.actor or {}).get("id"))
    correction = Correction(
        found["uid"], sent.get("field", ""), sent.get("value", "").strip(),
        getpass.getuser() if actor == "root" else actor,
        datetime.now(timezone.utc).strftime("%Y-%m-%d"), sent.get("why", "").strip()[:500])
    datasette, path = site.datasette, site.quotation(found["uid"])
    try:
        at_once = await asyncio.get_running_loop().run_in_executor(
            None, _write, Path(str(site.db.path)), file_of(site), correction)
    except (DatabaseError, OSError, sqlite3.Error) as error:
        datasette.add_message(request, f"Not saved: {error}", datasette.ERROR)
        return Response.redirect(site.correct(found["uid"]))
    datasette.add_message(request, "Corrected." if at_once else "Kept; the next build applies it.")
    gone = correction.field == "not_a_quotation" and at_once
    return Response.redirect(site.article(found["article_uid"]) if gone else path)


def _write(database: Path, corrections: Path, correction: Correction) -> bool:
    """Check and keep a correction; True when the database shows it already.

    Raises DatabaseError for a correction that cannot be.
    """
    db = open_database(database)
    try:
        checked = check(db, correction)
        small = db.table("quotations").count <= AT_ONCE
    finally:
        close(db)
    add_correction(corrections, checked)
    if not small:
        return False
    try:
        with build_lock(database), errors_of(database):
            db = open_database(database, write=True)
            try:
                with db.atomic():
                    apply_corrections(db, read_corrections(corrections))
                    scoring.show_stances(db)
                    entities.count(db)
                    positions.write_positions(db)
                    positions.write_speaker_targets(db)
                    db.table("quotations").rebuild_fts()
            finally:
                close(db)
    except DatabaseError:  # a build is at work, or the file is read-only: it is kept, and a build will apply it
        return False
    return True
