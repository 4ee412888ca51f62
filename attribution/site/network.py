"""The network of who speaks of whom, drawn as a signed graph: names are nodes, lines with heads are pairs.

A line is solid where the speaker is for the target, dashed where against, thin where neither; its width is how often.
The layout is networkx's spring layout from a fixed seed, so the same pairs always give the same picture: who speak well
of each other come near, and a weak pull to the middle keeps those that nothing connects from drifting away. Then names
that would lie on each other are pushed apart.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import networkx
from markupsafe import Markup

from . import drawing
from .charts import NARROW, Chart, who_of_whom
from .drawing import cut, link, polygon, quotations, signed, text
from .markup import lean

WIDTH, HEIGHT = 980, 560
SEED = 7
PULL = 0.15
"""Weight of the pull to the middle, beside 0.5 to 2 of a pair."""
ROUNDS = 120
"""Rounds of pushing names apart at most; a picture of :data:`MOST` names needs some dozens."""
MOST, MOST_NARROW = 30, 11
"""Names that have room in a picture of each width; those with the most quotations are drawn."""
_LETTER, _TALL = 6.6, 15
"""About the size of a letter of a name, in pixels."""
_LONGEST = 20


def graph(id: str, title: str, rows: Sequence[dict]) -> Chart:
    """``rows``: speaker, target, mean (polarity), n, url, speaker_url, target_url; names are distinct."""
    summary = who_of_whom(rows)
    wide, narrow = _busiest(rows, MOST), _busiest(rows, MOST_NARROW)
    return Chart(id, title, summary, ("speaker", "target", "mean_polarity", "quotations"),
                 tuple((r["speaker"], r["target"], r["mean"], r["n"]) for r in rows),
                 _drawn(wide, WIDTH, HEIGHT, summary), narrow=_drawn(narrow, NARROW, 420, summary))


def _busiest(rows: Sequence[dict], most: int) -> list[dict]:
    """The pairs among the ``most`` names with most quotations, said or heard."""
    counts: dict[str, int] = {}
    for row in rows:
        for name in {row["speaker"], row["target"]}:
            counts[name] = counts.get(name, 0) + row["n"]
    kept = set(sorted(counts, key=lambda name: (-counts[name], name))[:most])
    return [row for row in rows if row["speaker"] in kept and row["target"] in kept]


def _drawn(rows: Sequence[dict], width: int, height: int, summary: str) -> Markup:
    counts, urls = {}, {}
    for row in rows:
        for role in ("speaker", "target"):
            name = row[role]
            counts[name] = counts.get(name, 0) + row["n"]
            urls[name] = row[f"{role}_url"]
    places = places_of(rows, width, height)
    size = drawing.radius(counts.values(), 4, 11)
    often = max((row["n"] for row in rows), default=1)
    parts = [_line(row, places, size, counts, often) for row in sorted(rows, key=lambda row: abs(row["mean"]))]
    for name, (x, y) in places.items():
        told = f"{name}: {quotations(counts[name])} in this picture"
        parts.append(link(urls[name], told, "node", [
            drawing.circle(x, y, size(counts[name])),
            text(x, y - size(counts[name]) - 4, cut(name, _LONGEST), "name middle")]))
    return drawing.svg(width, height, summary, parts)


def _line(row: dict, places: dict, size, counts: dict, often: int) -> Markup:
    """A bent line with a head, from speaker to target; two that answer each other bend to different sides."""
    (x1, y1), (x2, y2) = places[row["speaker"]], places[row["target"]]
    mean, side = row["mean"], lean(row["mean"])
    told = f"{row['speaker']} of {row['target']}: {signed(mean)} over {quotations(row['n'])}"
    stroke = 1 + 3 * math.sqrt(row["n"] / often)
    if row["speaker"] == row["target"]:  # of themselves: a loop
        r = size(counts[row["speaker"]]) + 6
        path = f"M{x1:.1f} {y1:.1f}c{2.2 * r:.1f} {0.4 * r:.1f} {0.4 * r:.1f} {2.2 * r:.1f} 0 0"
        return link(row["url"], told, f"tie {side}", _strokes(path, stroke))
    far = math.hypot(x2 - x1, y2 - y1)
    across, down = (x2 - x1) / far, (y2 - y1) / far
    bend = min(28.0, 0.16 * far)
    cx, cy = (x1 + x2) / 2 - down * bend, (y1 + y2) / 2 + across * bend
    start = _towards(x1, y1, cx, cy, size(counts[row["speaker"]]) + 1)
    end = _towards(x2, y2, cx, cy, size(counts[row["target"]]) + 3 + 2 * stroke)
    tip = _towards(x2, y2, cx, cy, size(counts[row["target"]]) + 1.5)
    path = f"M{start[0]:.1f} {start[1]:.1f}Q{cx:.1f} {cy:.1f} {end[0]:.1f} {end[1]:.1f}"
    away = math.hypot(end[0] - tip[0], end[1] - tip[1]) or 1
    ox, oy = (end[1] - tip[1]) / away * (1.5 + stroke), (tip[0] - end[0]) / away * (1.5 + stroke)
    head = polygon([tip, (end[0] + ox, end[1] + oy), (end[0] - ox, end[1] - oy)], "head")
    return link(row["url"], told, f"tie {side}", [*_strokes(path, stroke), head])


def _strokes(path: str, width: float) -> list[Markup]:
    """What is seen, over a broad unseen line that a pointer or a finger can hit."""
    return [Markup('<path class="reach" d="{}"/>').format(path),
            Markup('<path class="seen" d="{}" stroke-width="{:.1f}"/>').format(path, width)]


def _towards(x: float, y: float, to_x: float, to_y: float, by: float) -> tuple[float, float]:
    far = math.hypot(to_x - x, to_y - y) or 1
    return x + (to_x - x) / far * by, y + (to_y - y) / far * by


def places_of(rows: Sequence[dict], width: float, height: float) -> dict[str, tuple[float, float]]:
    """Name -> (x, y) in a picture of that size, the same for the same rows."""
    net, middle = networkx.Graph(), object()
    for row in rows:
        near = row["n"] ** 0.5 * (1 + row["mean"] * 0.5)
        before = net.get_edge_data(row["speaker"], row["target"], {"weight": 0})["weight"]
        net.add_edge(row["speaker"], row["target"], weight=min(2.0, max(0.5, before + near)))
    names = sorted(net)
    if not names:
        return {}
    net.add_edges_from(((middle, name) for name in names), weight=PULL)
    net = _in_order(net, [*names, middle])  # the layout depends on the order of nodes
    found = networkx.spring_layout(net, seed=SEED, k=1.6 / math.sqrt(len(names)), iterations=120)
    spots = {name: [float(found[name][0]), float(found[name][1])] for name in names}
    wide = [_half_width(name) for name in names]
    margin_x, margin_top, margin_bottom = max(wide) + 2, 34, 20
    for axis, low, high in ((0, margin_x, width - margin_x), (1, margin_top, height - margin_bottom)):
        place = drawing.scale(min(s[axis] for s in spots.values()), max(s[axis] for s in spots.values()), low, high)
        for spot in spots.values():
            spot[axis] = place(spot[axis])
    _push_apart(spots, {name: _half_width(name) for name in names}, width, height)
    return {name: (x, y) for name, (x, y) in spots.items()}


def _in_order(net: networkx.Graph, nodes: list) -> networkx.Graph:
    ordered = networkx.Graph()
    ordered.add_nodes_from(nodes)
    ordered.add_edges_from(sorted(net.edges(data=True), key=lambda edge: sorted(
        end for end in edge[:2] if isinstance(end, str))))
    return ordered


def _half_width(name: str) -> float:
    letters = sum(2 if ord(letter) > 0x1100 else 1 for letter in cut(name, _LONGEST))
    return letters * _LETTER / 2


def _push_apart(spots: dict[str, list[float]], half: dict[str, float], width: float, height: float) -> None:
    """Move nodes, each with its name above it, until none lies on another or :data:`ROUNDS` are over."""
    names = list(spots)
    for _ in range(ROUNDS):
        moved = False
        for i, first in enumerate(names):
            for second in names[i + 1:]:
                (x1, y1), (x2, y2) = spots[first], spots[second]
                over_x = half[first] + half[second] + 6 - abs(x2 - x1)
                over_y = _TALL + 20 - abs(y2 - y1)
                if over_x <= 0 or over_y <= 0:
                    continue
                moved = True
                axis, over = (0, over_x) if over_x < over_y else (1, over_y)
                sign = 1 if spots[second][axis] >= spots[first][axis] else -1
                spots[first][axis] -= sign * over / 2
                spots[second][axis] += sign * over / 2
        for name in names:
            x, y = spots[name]
            spots[name] = [min(max(x, half[name] + 2), width - half[name] - 2), min(max(y, 30), height - 14)]
        if not moved:
            return
