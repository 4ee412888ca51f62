"""Serving a quotation database: a datasette application with this site on top, run by uvicorn."""

from __future__ import annotations

import asyncio
import socket
import webbrowser
from pathlib import Path

import uvicorn
from datasette.app import Datasette
from datasette.database import Database
from datasette.plugins import pm
from datasette.utils import parse_metadata

import attribution.site

NAME = "quotes"
"""The database's name in every address, whatever its file is called: metadata.yml describes it by this name."""

SETTINGS = {
    "default_page_size": 50,
    "default_facet_size": 12,
    "suggest_facets": False,        # scans whole columns on every page
    "sql_time_limit_ms": 3000,
    "facet_time_limit_ms": 1500,    # only for facets that fall back to SQL
    "cache_size_kb": 20_000,        # for each of the threads
    "num_sql_threads": 4,
    "max_returned_rows": 5000,
    "max_csv_mb": 500,
    "template_debug": False,
    "default_cache_ttl": 60,
}


def application(database: str | Path, *, metadata: str | Path | None = None, edit: bool = False,
                corrections: str | Path | None = None, immutable: bool = False, sql: bool = True,
                **settings) -> Datasette:
    """The datasette application for the quotation database at ``database``, opened read-only.

    ``immutable`` tells SQLite that nobody writes to the file (published copies: faster, no locks); without it a
    build may go on while the site is up.
    ``metadata`` is the metadata.yml (default: the one beside the database or in the folder above it).
    ``edit`` lets signed-in users correct quotations: their corrections go to the file ``corrections``
    (default: corrections.csv beside the database). ``sql=False`` takes the SQL of visitors away.
    Further keywords are datasette settings. Raises FileNotFoundError where there is no database.
    """
    database = Path(database)
    if not database.is_file():
        raise FileNotFoundError(f"no database at {database}; build it first")
    from datasette import handle_exception  # here: imported before datasette.app it loses its own hook
    handle_exception.rich = None  # else it prints a page of local variables for every page that is not found
    if not pm.is_registered(attribution.site):
        pm.register(attribution.site, name="attribution")
    source = Path(metadata) if metadata else _metadata_near(database)
    about = parse_metadata(source.read_text(encoding="utf-8")) if source else {}
    plugin = about.setdefault("plugins", {}).setdefault("attribution", {})
    if edit:
        plugin.update(edit=True, corrections=str(corrections or database.parent / "corrections.csv"))
    site = Datasette([], metadata=about, memory=False,
                     settings={**SETTINGS, "default_allow_sql": sql, **settings})
    site.databases.pop("_memory", None)
    site.add_database(Database(site, path=str(database), is_mutable=not immutable), name=NAME)
    return site


def _metadata_near(database: Path) -> Path | None:
    folder = database.resolve().parent
    return next((path for path in (folder / "metadata.yml", folder.parent / "metadata.yml") if path.is_file()), None)


def serve(database: str | Path, *, host: str = "127.0.0.1", port: int = 8001, metadata: str | Path | None = None,
          edit: bool = False, corrections: str | Path | None = None, immutable: bool = False, sql: bool = True,
          open_browser: bool = False, say=print, **settings) -> None:
    """Serve until interrupted; ``say`` gets one line with the address. ``port=0`` takes a free one.

    With ``edit`` the address carries a token that signs its first visitor in (datasette's own way for
    its root user). Raises OSError where the port is taken.
    """
    site = application(database, metadata=metadata, edit=edit, corrections=corrections, immutable=immutable,
                       sql=sql, **settings)
    listener = socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    address = f"http://{f'[{host}]' if ':' in host else host}:{listener.getsockname()[1]}/"
    if edit:
        address += f"-/auth-token?token={site._root_token}"
    asyncio.run(site.invoke_startup())  # datasette itself would do it while the first visitors wait
    say(address)
    if open_browser:
        webbrowser.open(address)
    uvicorn.Server(uvicorn.Config(site.app(), log_level="warning", lifespan="on")).run(sockets=[listener])
