"""What the templates may use: functions and filters of the environment, and variables of every page."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from datasette.app import Datasette
from datasette.plugins import get_plugins
from datasette.utils.asgi import Request
from jinja2 import pass_context
from markupsafe import Markup

from . import cells, edit, paging, queries, selection
from .drawing import signed
from .markup import gauge, lean, meter, outside_link, web_address
from .site import Site, site_of

_MONTHS = "January February March April May June July August September October November December".split()


def static(datasette: Datasette, name: str) -> str:
    """Address of a static file."""
    return datasette.urls.static_plugins(_plugin(), name)


@cache
def _plugin() -> str:
    """The name that datasette serves this package's files under: that of its distribution. Asked once: datasette reads the
    papers of all distributions each time."""
    own = str(files(__package__) / "static")
    return next(plugin["name"] for plugin in get_plugins() if plugin["static_path"] == own)


def prepare(env, datasette: Datasette) -> None:
    env.globals.update(gauge=gauge, meter=meter, lean=lean, signed=signed, outside_link=outside_link,
                       web_address=web_address, site_static=lambda name: static(datasette, name), card_list=_card_list(env))
    env.filters.update(plain=paging.plain, whole=paging.whole, long_date=long_date, snippet=snippet, date=lambda value: (value or "")[:10],
                       sentence_case=lambda words: words[:1].upper() + words[1:],
                       has_letters=lambda words: any(letter.isalpha() for letter in words))


def _card_list(env):
    """A function for templates: quotations in, their cards out. They are drawn without a break: datasette's templates, which
    may wait for something at each call, take three times as long."""
    steady = env.overlay(enable_async=False)

    @pass_context
    def card_list(context, quotations, axis: str = "") -> Markup:
        return Markup(steady.get_template("_cards.html").render(site=context["site"], quotations=quotations, axis=axis))
    return card_list


def long_date(value: str | None) -> str:
    """``2031-04-07T10:00`` as ``7 April 2031``; what is no such date stays as it is."""
    try:
        year, month, day = (value or "")[:10].split("-")
        return f"{int(day)} {_MONTHS[int(month) - 1]} {int(year)}"
    except (ValueError, IndexError):
        return (value or "")[:32]


def snippet(text: str, length: int = 420) -> str:
    """The beginning of a long text, cut at a word."""
    return text if len(text) <= length else text[:length].rsplit(" ", 1)[0][:length] + " …"


def variables(datasette: Datasette, request: Request | None, database: str | None, table: str | None, view_name: str):
    """Variables of every page, worked out when the template asks."""
    async def shown() -> dict:
        site = await site_of(datasette)
        found = {"site_title": (datasette.metadata() or {}).get("title") or "Datasette", "site": site, "site_links": []}
        if site is None or request is None:
            return found
        found["site_links"] = [{"label": label, "href": href, "here": request.path == str(href)} for label, href in (
            ("Quotations", site.table()), ("Speakers", site.table("entities")), ("Positions", await _first_axis(site)),
            ("Compare", site.path("/-/compare")), ("Network", site.path("/-/network")),
            ("Data", site.path(f"/{site.db.name}")))]
        args = request.args
        found["chart_query"] = [(key, value) for key in args for value in args.getlist(key) if key != "_csv"]
        found["may_correct"] = await edit.allowed(site, request.actor)
        if database == site.db.name and table == "quotations" and view_name == "table":
            found["quotation_cards"] = cells.card_loader(site, request)
            found["shown_total"] = await selection.total(datasette, request, database)
        return found
    return shown


async def _first_axis(site: Site) -> str:
    axes = await queries.axes(site.db)
    return site.axis(axes[0]["uid"]) if axes else site.table("axes")
