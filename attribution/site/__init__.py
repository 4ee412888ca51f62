"""The site: a datasette plugin (entry point group ``datasette``, module ``attribution.site``).

Datasette stays datasette (tables, facets, SQL, JSON, other plugins); this adds readable pages on top:

- :mod:`~attribution.site.pages`       the pages and their routes
- :mod:`~attribution.site.queries`     the SQL behind them
- :mod:`~attribution.site.charts`      SVG, drawn on the server
- :mod:`~attribution.site.network`     who speaks of whom as a signed graph
- :mod:`~attribution.site.drawing`     the pieces of both
- :mod:`~attribution.site.calibration` how far an axis may be trusted
- :mod:`~attribution.site.markup`      lit text, gauges, safe links
- :mod:`~attribution.site.cells`       readable cells in datasette's own tables
- :mod:`~attribution.site.facets`      facets that stay fast at a million quotations
- :mod:`~attribution.site.columns`     the column store they count in
- :mod:`~attribution.site.words`       what is typed to search, and the common words of a large table
- :mod:`~attribution.site.edit`        corrections in the browser
- :mod:`~attribution.site.headers`     security and cache headers
- :mod:`~attribution.site.templating`  what templates may use
- :mod:`~attribution.site.server`      ``serve``: the whole as one application

This module holds only the hooks. They import what they call: datasette loads its plugins while it is
itself being imported.
"""

from __future__ import annotations

from datasette import hookimpl


@hookimpl
def register_routes():
    from . import edit, pages
    return [*pages.routes(), *edit.routes()]


@hookimpl
def extra_css_urls(datasette):
    from . import templating
    return [templating.static(datasette, "site.css")]


@hookimpl
def prepare_jinja2_environment(env, datasette):
    from . import templating
    templating.prepare(env, datasette)


@hookimpl
def extra_template_vars(datasette, request, database, table, view_name):
    from . import templating
    return templating.variables(datasette, request, database, table, view_name)


@hookimpl
def render_cell(value, column, table, datasette):
    from . import cells
    return cells.render(datasette, value, column, table)


@hookimpl(trylast=True)
def prepare_connection(conn):
    # datasette's own function of this name lets a lone quotation mark through, which FTS5 refuses
    from .words import match_expression
    conn.create_function("escape_fts", 1, lambda words: match_expression(str(words or "")) or '""', deterministic=True)
    # rows that lie apart are read twice as fast from the system's own cache; the most that SQLite maps is 2 GB
    conn.execute("PRAGMA mmap_size = 2147418112")


@hookimpl
def register_facet_classes():
    from . import facets
    return [facets.IndexedFacet]


@hookimpl
def filters_from_request(request, database, table, datasette):
    from . import paging
    return paging.filters(request, database, table, datasette)


@hookimpl(specname="filters_from_request", wrapper=True)
def all_filters_from_request(request, database, table, datasette):
    from . import paging
    found = yield
    return [paging.searched_once(hook, datasette, request, database) for hook in found] if table == paging.TABLE else found


@hookimpl
def permission_allowed(datasette, actor, action):
    from . import edit
    return edit.permission(datasette, actor, action)


@hookimpl
def asgi_wrapper(datasette):
    from . import headers
    return headers.wrapper(datasette)


@hookimpl
def startup(datasette):
    from . import selection
    return selection.warm(datasette)
