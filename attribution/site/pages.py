"""The pages of our own: home, quotation, article, speaker, axis, compare, network, find.

Each page is a function of a :class:`~attribution.site.site.Site` and a request that returns a :class:`Page`: a
template, what it shows, and its charts. ``?_csv=<chart>`` gives a chart's data instead of the page.
"""

from __future__ import annotations

import json
from collections import Counter, OrderedDict
from dataclasses import dataclass, field
from urllib.parse import unquote

from datasette.app import Datasette
from datasette.utils.asgi import Forbidden, NotFound, Request, Response
from datasette.views.index import IndexView

from . import calibration, charts, edit, network, queries, selection, windows
from .charts import Chart
from .columns import stamp
from .markup import LONGEST, Lit, differences, hits, light
from .site import Site, site_of
from .words import match_expression

COLOURS = 6
"""Speakers of one article that get a colour of their own; the rest share one."""
KEPT = 256
"""Finished pages that are kept for visitors who are not signed in, until the database changes."""
AROUND = 600
"""Characters of the article shown on either side of a quotation."""


_kept: OrderedDict[tuple, tuple] = OrderedDict()


@dataclass(frozen=True, slots=True)
class Page:
    template: str
    shown: dict = field(default_factory=dict)
    charts: tuple[Chart | None, ...] = ()


async def home(site: Site, request: Request) -> Page:
    """What is in here, where the main speakers stand on each axis, and the latest quotations."""
    db = site.db
    axes = [axis for axis in await queries.axes(db) if axis["n_scored"]][:6]
    drawn = []
    for axis in axes:
        drawn.append(_forest(site, f"axis-{axis['uid']}", axis["question"],
                             await queries.standings(db, axis["id"], 8), axis))
    months = [{**month, "url": site.table(month=month["month"])} for month in await _months(site)]
    volume = charts.volume("volume", "Quotations by month", months[-60:]) if len(months) > 1 else None
    return Page("site_home.html", {
        "totals": await queries.totals(db), "axes": list(zip(axes, drawn, strict=True)),
        "volume": volume, "about": site.datasette.metadata() or {}, "latest": await queries.latest(db),
        "speakers": await queries.top_speakers(db, 12),
        "outlets": (await queries.outlets(db))[:12]}, (volume, *drawn))


async def _months(site: Site) -> list[dict]:
    """Quotations by month, from the column store where there is one."""
    kept = selection.store(site.db)
    if not kept or not (columns := await kept.columns()):
        return await queries.months(site.db)
    return [{"month": month, "n": n} for month, n in sorted(columns.counts("month", None).items()) if month]


def _forest(site: Site, id: str, title: str, standings: list[dict], axis: dict, noun: str = "speaker",
            link=None) -> Chart | None:
    link = link or (lambda standing: site.speaker(standing["uid"]))
    return charts.forest(id, title, [{**s, "url": link(s)} for s in standings],
                         axis["negative"], axis["positive"], noun=noun) if standings else None


async def quotation(site: Site, request: Request, uid: str) -> Page:
    """One quotation: in its place, its readings, and how others reported the same statement."""
    found = await queries.quotation(site.db, uid)
    if not found:
        raise NotFound("No such quotation")
    article = await site.text_of(request.actor, found["article"])
    reports = await queries.other_reports(site.db, found["statement"], found["id"])
    for report in reports:
        report["difference"] = differences(found["text"], report["text"])
    context, shown = None, None
    if article:
        text, furniture = article
        marks = [Lit(s["start"], s["end"], s["role"]) for s in found["spans"]]
        marks += [Lit(s, e, "furniture") for s, e in furniture]
        start, end = _paragraphs(text, found["context_start"], found["context_end"], found["start"], found["end"])
        context = {"html": light(text, marks, start, end), "before": start > 0, "after": end < len(text)}
        contents = [s for s in found["spans"] if s["role"] == "content"]
        shown = {stance["uid"]: [light(text, _evidence(stance), s["start"], s["end"]) for s in contents]
                 for stance in found["card"]["stances"] if stance["score"] is not None}
    return Page("site_quotation.html", {"q": found, "card": found["card"], "context": context, "evidence": shown,
                                        "reports": reports, "pending": edit.pending(site, found)})


def _evidence(stance: dict) -> list[Lit]:
    return [Lit(start, end, "evidence") for start, end in json.loads(stance["evidence"] or "[]")]


def _paragraphs(text: str, *offsets: int | None) -> tuple[int, int]:
    """The stretch around the offsets, widened by about :data:`AROUND` characters to paragraph or word borders."""
    known = [offset for offset in offsets if offset is not None]
    start, end = max(0, min(known) - AROUND), min(len(text), max(known) + AROUND)
    if start:
        start = next((i + len(cut) for cut in ("\n", ". ", " ")
                      if (i := text.find(cut, start, min(known))) >= 0), start)
    if end < len(text):
        end = next((i for cut in ("\n", ". ", " ") if (i := text.rfind(cut, max(known), end)) >= 0), end)
        end += text[end] == "."
    return start, end


async def article(site: Site, request: Request, uid: str) -> Page:
    """One article with every quotation lit in its speaker's colour."""
    found = await queries.article(site.db, uid)
    if not found:
        raise NotFound("No such article")
    said = Counter(q["speaker"] or q["speaker_name"] for q in found["quotations"])
    colours = {name: i + 1 if i < COLOURS else 0 for i, (name, _) in enumerate(said.most_common())}
    for q in found["quotations"]:
        q["who"] = q["speaker"] or q["speaker_name"]
        q["colour"] = colours[q["who"]]
    article = await site.text_of(request.actor, found["id"])
    body = None
    if article:
        text, furniture = article
        marks = [Lit(s, e, "furniture") for s, e in furniture]
        for q in found["quotations"]:
            marks += [Lit(s["start"], s["end"], f"said series-{q['colour']}" if s["role"] == "content" else s["role"],
                          site.quotation(q["uid"]) if s["role"] == "content" else None,
                          q["who"] if s["role"] == "content" else None,
                          f"q-{q['uid']}" if s["role"] == "content" else None) for s in q["spans"]]
        body = {"html": light(text, marks), "cut": len(text) > LONGEST, "furniture": bool(furniture)}
    speakers = [{"name": name, "n": n, "colour": colours[name],
                 "uid": next(q["speaker_uid"] for q in found["quotations"] if q["who"] == name)}
                for name, n in said.most_common()]
    return Page("site_article.html", {"a": found, "body": body, "speakers": speakers})


async def speaker(site: Site, request: Request, uid: str) -> Page:
    """One speaker: names, roles, stance over time, of whom and how, repetitions, contradictions."""
    found = await queries.speaker(site.db, uid)
    if not found:
        raise NotFound("No such speaker")
    db, axes = site.db, {}
    for month in await queries.speaker_months(db, found["id"]):
        axes.setdefault(month["uid"], []).append(month)
    timelines = [charts.timeline(
        f"stance-{key}", months[0]["question"],
        [{**m, "name": found["name"], "url": site.table(speaker=found["id"], month=m["month"])} for m in months],
        months[0]["negative"], months[0]["positive"]) for key, months in axes.items()]
    of = [{**t, "mean": t["polarity"], "low": None, "high": None} for t in await queries.speaks_of(db, found["id"])
          if t["polarity"] is not None]
    polarity = charts.forest(
        "speaks-of", f"Whom {found['name']} speaks of, and how",
        [{**t, "url": site.table(speaker=found["id"], _target=t["id"])} for t in of],
        "against", "for", noun="target") if of else None
    contradictions = await queries.contradictions(db, found["id"])
    for pair in contradictions:
        pair["cards"] = sorted(await queries.cards(db, [pair["negative_id"], pair["positive_id"]]),
                               key=lambda card: card["published"] or "")
    said = await queries.cards(db, await queries.ids(
        db, "SELECT id FROM quotations WHERE speaker = :speaker ORDER BY id LIMIT 8", speaker=found["id"]))
    return Page("site_speaker.html", {
        "s": found, "roles": await queries.roles(db, found["id"]),
        "timelines": list(zip(axes.values(), timelines, strict=True)),
        "polarity": polarity, "spoken_of_by": await queries.spoken_of_by(db, found["id"]),
        "repeated": await queries.repeated(db, found["id"]), "contradictions": contradictions, "said": said,
    }, (*timelines, polarity))


async def axis(site: Site, request: Request, uid: str) -> Page:
    """One axis: its poles and examples, the spectrum of speakers, movement, outlets, the clearest quotations, and how far
    to trust it."""
    found = await queries.axis(site.db, uid)
    if not found:
        raise NotFound("No such axis")
    db = site.db
    standings = await queries.standings(db, found["id"], 30)
    spectrum = _forest(site, "spectrum", "Where speakers stand", standings, found)
    moving = standings[:charts.SERIES]
    movement = await queries.movement(db, found["id"], [s["id"] for s in moving])
    movement = charts.timeline("movement", "Movement over time", [
        {**m, "url": site.table(speaker=m["id"], axis=found["id"], month=m["month"])} for m in _distinct(movement)],
        found["negative"], found["positive"]) if len({m["month"] for m in movement}) > 1 else None
    outlets = _forest(site, "outlets", "What outlets carried", await queries.outlet_standings(db, found["id"]), found, "outlet",
                      lambda o: site.table(outlet=o["id"], axis=found["id"]))
    statements = await queries.axis_statements(db, found["id"])
    trust = calibration.trust(statements)
    examples = {label: [s["text"] for s in statements if s["purpose"] == "example" and s["label"] == label]
                for label in calibration.LABELS}
    return Page("site_axis.html", {
        "axis": found, "examples": examples, "trust": trust,
        "axes": await queries.axes(db), "spectrum": spectrum, "movement": movement, "outlets": outlets,
        "n_speakers": len(standings), "moved": await queries.moved_most(db, found["id"]),
        "negative": await queries.extremes(db, found["id"], -1),
        "positive": await queries.extremes(db, found["id"], 1)}, (spectrum, movement, outlets, trust and trust.chart))


async def compare(site: Site, request: Request) -> Page:
    """Two or more speakers, or outlets, on one axis in a window of time."""
    db, args = site.db, request.args
    axes = await queries.axes(db)
    axis = next((a for a in axes if a["uid"] == args.get("axis")), axes[0] if axes else None)
    speakers = await queries.top_speakers(db)
    outlets = await queries.outlets(db)
    wanted = set(args.getlist("speaker"))
    chosen = [s for s in speakers if s["uid"] in wanted]
    for uid in sorted(wanted - {s["uid"] for s in speakers})[:charts.SERIES]:
        chosen += [s] if (s := await queries.speaker(db, uid)) else []
    papers = [o for o in outlets if str(o["id"]) in set(args.getlist("outlet"))]
    column, members = ("speaker", chosen) if chosen or not papers else ("outlet", papers)
    members = members[:charts.SERIES]
    first, last = _month(args.get("from")), _month(args.get("to"))
    forest = timeline = None
    if axis and members:
        overall, monthly = await windows.window(db, axis["id"], column, members, first, last)
        forest = _forest(site, "positions", "Position in this window", overall, axis, column,
                         lambda r: site.table(**{column: r["id"]}, axis=axis["id"]))
        timeline = charts.timeline("months", "By month", [
            {**m, "url": site.table(**{column: m["id"]}, month=m["month"])} for m in _distinct(monthly)],
            axis["negative"], axis["positive"]) if monthly else None
    return Page("site_compare.html", {
        "axes": axes, "axis": axis, "speakers": speakers, "outlets": outlets, "column": column, "members": members,
        "member_ids": {m["id"] for m in members}, "first": first, "last": last, "forest": forest,
        "timeline": timeline}, (forest, timeline))


def _distinct(rows: list[dict], key: str = "id", name: str = "name", kind: str = "kind") -> list[dict]:
    """The rows, with the kind behind names that several ids share, or a number where kinds are the same too: two people
    of one name stay two."""
    ids: dict[str, dict] = {}
    for row in rows:
        ids.setdefault(row[name], {}).setdefault(row[key], row.get(kind))

    def told(row: dict) -> str:
        same = ids[row[name]]
        if len(same) == 1:
            return row[name]
        apart = row.get(kind) and list(same.values()).count(row[kind]) == 1
        return f"{row[name]} [{row[kind] if apart else list(same).index(row[key]) + 1}]"
    return [{**row, name: told(row)} for row in rows]


def _month(value: str | None) -> str | None:
    value = (value or "").strip()[:7]
    return value if len(value) == 7 and value[:4].isdigit() and value[4] == "-" and value[5:].isdigit() else None


async def who_of_whom(site: Site, request: Request) -> Page:
    """Who speaks of whom, signed: all of them, or around one entity (``?of=uid``)."""
    db = site.db
    focus = await queries.speaker(db, request.args["of"]) if request.args.get("of") else None
    pairs = await queries.who_of_whom(db, 400, focus["id"] if focus else None)
    for of in ("speaker", "target"):
        pairs = _distinct(pairs, f"{of}_id", of, f"{of}_kind")
    for pair in pairs:
        pair["url"] = site.table(speaker=pair["speaker_id"], _target=pair["target_id"])
        pair["speaker_url"], pair["target_url"] = site.speaker(pair["speaker_uid"]), site.speaker(pair["target_uid"])
    if focus:
        shown = pairs[:30]
    else:  # the busiest speakers and targets make a matrix that can be read
        speakers = _busiest(pairs, "speaker_id", 16)
        targets = _busiest(pairs, "target_id", 14)
        shown = [p for p in pairs if p["speaker_id"] in speakers and p["target_id"] in targets]
    graph = network.graph("graph", "Who speaks of whom, as a graph", pairs[:60]) if pairs else None
    matrix = charts.matrix("network", "Who speaks of whom, as a matrix", shown) if shown else None
    return Page("site_network.html", {"pairs": shown, "graph": graph, "matrix": matrix, "focus": focus,
                                      "speakers": await queries.top_speakers(db, 60)}, (graph, matrix))


def _busiest(pairs: list[dict], key: str, limit: int) -> set[int]:
    counts: Counter[int] = Counter()
    for pair in pairs:
        counts[pair[key]] += pair["n"]
    return {entity for entity, _ in counts.most_common(limit)}


async def find(site: Site, request: Request) -> Page:
    """Quotations, speakers and articles for the words of a reader."""
    db, words = site.db, (request.args.get("q") or "").strip()
    match = match_expression(words)
    quotations = articles = speakers = []
    if match:
        quotations = await queries.find_quotations(db, match)
        lit = await queries.highlighted(db, match, [q["id"] for q in quotations])
        for q in quotations:
            q["shown"] = hits(lit.get(q["id"], q["text"]))
        articles = await queries.find_articles(db, match) if await site.may_see(request.actor, "article_texts") else []
        speakers = await queries.find_speakers(db, words)
    return Page("site_find.html", {"find_words": words, "match": match, "quotations": quotations,
                                   "articles": articles, "speakers": speakers})


PAGES = {
    r"^/-/quotation/(?P<uid>[^/]+)$": quotation,
    r"^/-/article/(?P<uid>[^/]+)$": article,
    r"^/-/speaker/(?P<uid>[^/]+)$": speaker,
    r"^/-/axis/(?P<uid>[^/]+)$": axis,
    r"^/-/compare$": compare,
    r"^/-/network$": who_of_whom,
    r"^/-/find$": find,
}


def routes() -> list[tuple]:
    return [("^/(?P<format>)$", _index), (r"^/robots\.txt$", _robots),
            *((path, view(page)) for path, page in PAGES.items())]


async def _index(datasette: Datasette, request: Request) -> Response:
    """Our home page, or datasette's where no database holds quotations."""
    if await site_of(datasette):
        return await view(home)(datasette, request)
    return await IndexView(datasette).get(request)


async def _robots(datasette: Datasette, request: Request) -> Response:
    """Pages may be indexed; what a query string makes of them (facets, filters, SQL) has no end and may not."""
    return Response.text("User-agent: *\nDisallow: /*?\n")


def view(page):
    """A datasette view of a page."""
    async def shown(datasette: Datasette, request: Request) -> Response:
        site = await site_of(datasette)
        if site is None:
            raise NotFound("No database of quotations is served here")
        if not await site.may_see(request.actor, "quotations"):
            raise Forbidden("You do not have permission to view this page")
        key = (id(datasette), stamp(str(site.db.path)), request.full_path)
        fleeting = request.actor or request.cookies or edit.config(datasette).get("edit")
        if fleeting or key not in _kept:
            arguments = {name: unquote(value) for name, value in request.url_vars.items() if name == "uid"}
            response = await respond(site, request, await page(site, request, **arguments))
            if fleeting:
                return response
            _kept[key] = (response.body, dict(response.headers), response.content_type)
            while len(_kept) > KEPT:
                _kept.popitem(last=False)
        body, headers, content_type = _kept[key]
        return Response(body, headers=dict(headers), content_type=content_type)
    return shown


async def respond(site: Site, request: Request, page: Page) -> Response:
    drawn = {chart.id: chart for chart in page.charts if chart}
    if wanted := request.args.get("_csv"):
        if wanted not in drawn:
            raise NotFound("No such chart on this page")
        name = "".join(c if c.isalnum() and c.isascii() else "-" for c in wanted)
        return Response(drawn[wanted].csv, content_type="text/csv; charset=utf-8",
                        headers={"content-disposition": f'attachment; filename="{name}.csv"'})
    html = await site.datasette.render_template(page.template, page.shown, request=request)
    ttl = site.datasette.setting("default_cache_ttl")
    cache = f"max-age={ttl}" if site.datasette.cache_headers and ttl and not request.actor else "no-cache"
    return Response.html(html, headers={"cache-control": cache})
