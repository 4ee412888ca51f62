"""Which of datasette's databases holds quotations, and the addresses of everything about it."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote, urlencode

from datasette.app import Datasette
from datasette.database import Database

from . import queries


@dataclass(frozen=True, slots=True)
class Site:
    """The datasette instance and the one of its databases that holds quotations."""

    datasette: Datasette
    db: Database

    def path(self, path: str, **arguments) -> str:
        if given := {k: v for k, v in arguments.items() if v not in (None, "")}:
            path += f"?{urlencode(given, doseq=True)}"
        # a plain str: datasette's own kind looks up all methods of str at each use
        return str(self.datasette.urls.path(path))

    def quotation(self, uid: str) -> str:
        return self.path(f"/-/quotation/{quote(uid, safe='')}")

    def article(self, uid: str) -> str:
        return self.path(f"/-/article/{quote(uid, safe='')}")

    def speaker(self, uid: str) -> str:
        return self.path(f"/-/speaker/{quote(uid, safe='')}")

    def axis(self, uid: str) -> str:
        return self.path(f"/-/axis/{quote(uid, safe='')}")

    def correct(self, uid: str) -> str:
        return self.path(f"/-/correct/{quote(uid, safe='')}")

    def table(self, table: str = "quotations", **filters) -> str:
        return self.path(f"/{quote(self.db.name)}/{table}", **filters)

    async def may_see(self, actor: dict | None, table: str) -> bool:
        for action, resource in (("view-instance", None), ("view-database", self.db.name),
                                 ("view-table", (self.db.name, table))):
            if not await self.datasette.permission_allowed(actor, action, resource, default=True):
                return False
        return True

    async def text_of(self, actor: dict | None, article: int) -> tuple[str, list] | None:
        """Text and furniture of an article, where the reader may see texts and they are in this database."""
        return await queries.text_of(self.db, article) if await self.may_see(actor, "article_texts") else None


async def site_of(datasette: Datasette) -> Site | None:
    """The site over the first attached database that holds quotations; None where there is none."""
    for db in datasette.databases.values():
        if not db.is_memory and queries.TABLES <= set(await db.table_names()):
            return Site(datasette, db)
    return None
