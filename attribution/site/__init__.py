"""The site: a datasette plugin (entry point group ``datasette``, module ``attribution.site``).

Datasette stays datasette (tables, facets, SQL, JSON, other plugins); this adds readable pages on top:

- :mod:`~attribution.site.pages`       the pages and their routes
- :mod:`~attribution.site.queries`     the SQL behind them
- :mod:`~attribution.site.charts`      Vega-Lite to SVG, on the server
- :mod:`~attribution.site.markup`      lit text, gauges, safe links
- :mod:`~attribution.site.facets`      facets that stay fast at a million quotations
- :mod:`~attribution.site.columns`     the column store they count in
- :mod:`~attribution.site.edit`        corrections in the browser
- :mod:`~attribution.site.server`      ``serve``: the whole as one application

This module holds only the hooks.
"""

from __future__ import annotations

from datasette import hookimpl
from datasette.plugins import get_plugins
from datasette.views.index import IndexView

from . import cells, edit, facets, headers, pages
from .charts import signed
from .markup import gauge, lean, meter, outside_link, web_address
from .pages import Site
from .queries import TABLES, match_expression


async def site_of(datasette) -> Site | None:
    """The site over the first attached database that holds quotations; None where there is none."""
    for db in datasette.databases.values():
        if not db.is_memory and TABLES <= set(await db.table_names()):
            return Site(datasette, db)
    return None


async def _index(datasette, request):
    if await site_of(datasette):
        return await pages.route(_home, site_of)(datasette, request)
    return await IndexView(datasette).get(request)


async def _home(site, request, format):
    return await pages.home(site, request)


@hookimpl
def register_routes(datasette):
    views = [(path, pages.route(page, site_of)) for path, page in pages.PAGES.items()]
    return [("^/(?P<format>)$", _index), *views, *edit.routes(site_of)]


@hookimpl(trylast=True)
def prepare_connection(conn):
    # datasette's own function of this name lets a lone quotation mark through, which FTS5 refuses
    conn.create_function("escape_fts", 1, lambda words: match_expression(str(words or "")) or '""', deterministic=True)


@hookimpl
def extra_css_urls(datasette):
    return [_static(datasette, "site.css")]


def _static(datasette, name: str) -> str:
    """Address of a static file: datasette serves a plugin's files under the name of its distribution."""
    plugin = next(p["name"] for p in get_plugins() if p["static_path"] and p["static_path"].startswith(__path__[0]))
    return datasette.urls.static_plugins(plugin, name)


@hookimpl
def prepare_jinja2_environment(env, datasette):
    env.globals.update(gauge=gauge, meter=meter, lean=lean, signed=signed, outside_link=outside_link,
                       web_address=web_address, site_static=lambda name: _static(datasette, name))
    env.filters["sentence_case"] = lambda words: words[:1].upper() + words[1:]
    env.filters["date"] = lambda value: (value or "")[:10]
    env.filters["long_date"] = _long_date
    env.filters["snippet"] = _snippet


_MONTHS = ("January February March April May June July August September October November December").split()


def _long_date(value: str | None) -> str:
    """``2031-04-07T10:00`` as ``7 April 2031``; what is no such date stays as it is."""
    try:
        year, month, day = (value or "")[:10].split("-")
        return f"{int(day)} {_MONTHS[int(month) - 1]} {int(year)}"
    except (ValueError, IndexError):
        return (value or "")[:32]


def _snippet(text: str, length: int = 420) -> str:
    """The beginning of a long text, cut at a word."""
    return text if len(text) <= length else text[:length].rsplit(" ", 1)[0][:length] + " …"


@hookimpl
def extra_template_vars(datasette, request, template, database, table, view_name):
    async def variables():
        site = await site_of(datasette)
        about = datasette.metadata() or {}
        shown = {"site_title": about.get("title") or "Datasette", "site": site, "site_links": []}
        if site is None:
            return shown
        path = request.path if request else ""
        shown["chart_query"] = [(key, value) for key in request.args for value in request.args.getlist(key)
                                if key not in ("_csv", "_spec")] if request else []
        shown["site_links"] = [
            {"label": label, "href": href, "here": path == str(href)} for label, href in (
                ("Quotations", site.table()), ("Speakers", site.table("entities")), ("Positions", await _axis(site)),
                ("Compare", site.path("/-/compare")), ("Network", site.path("/-/network")),
                ("Data", site.path(f"/{site.db.name}")))]
        shown["may_correct"] = await edit.allowed(site, request.actor) if request else False
        if database == site.db.name and view_name == "table":
            shown["quotation_cards"] = cells.card_loader(site, request)
            shown["shown_total"] = await facets.total(datasette, request, database, table)
        return shown
    return variables


async def _axis(site: Site) -> str:
    axes = await pages.queries.axes(site.db)
    return site.axis(axes[0]["uid"]) if axes else site.table("axes")


@hookimpl
def render_cell(row, value, column, table, database, datasette):
    return cells.render(datasette, row, value, column, table, database)


@hookimpl
def register_facet_classes():
    return [facets.IndexedFacet]


@hookimpl
def filters_from_request(request, database, table, datasette):
    return facets.filters(request, database, table, datasette)


@hookimpl
def asgi_wrapper(datasette):
    return headers.wrapper(datasette)


@hookimpl
def permission_allowed(actor, action):
    return edit.permission(actor, action)


@hookimpl
def startup(datasette):
    return facets.warm(datasette)
