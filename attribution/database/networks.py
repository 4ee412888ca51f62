"""Networks for Gephi, igraph, networkx and visone: who agrees with whom, and who speaks of whom, as GraphML.

Congruence and conflict follow discourse network analysis (Leifeld 2017, "Discourse Network Analysis", in: The Oxford
Handbook of Political Networks): two actors are congruent once for every concept to which both agree, or with which both
disagree, and in conflict once for every concept to which one agrees and with which the other disagrees.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from itertools import combinations, product
from pathlib import Path

import networkx as nx
from sqlite_utils import Database

from attribution.database.connection import errors_of
from attribution.database.exports import CONCEPTS, replacing

#: Actors of the congruence network, the most active ones: pairs grow with the square, and nobody reads a larger one.
MOST_ACTORS = 500

#: What XML 1.0 cannot hold, in names that hostile articles bring along.
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def actor_network(db: Database, actors: int = MOST_ACTORS) -> nx.Graph:
    """Speakers (nodes: entity id; label, kind, quotations) and edges with ``congruence``, ``conflict``, ``weight``
    (their sum: Gephi wants weights above zero) and ``balance`` (their difference: below zero, they disagree more)."""
    graph, positions = nx.Graph(), defaultdict(set)
    for speaker, name, kind, n in db.conn.execute(
            f"""SELECT e.uid, e.name, e.kind, count(DISTINCT q.id) FROM ({CONCEPTS}) c
            JOIN quotations q ON q.id = c.quotation JOIN entities e ON e.id = q.speaker
            GROUP BY e.id ORDER BY 4 DESC, e.uid LIMIT ?""", (actors,)):
        graph.add_node(speaker, label=_xml(name), kind=kind, quotations=n)
    for speaker, concept, agrees in db.conn.execute(
            f"""SELECT DISTINCT e.uid, c.concept, c.score > 0 FROM ({CONCEPTS}) c
            JOIN quotations q ON q.id = c.quotation JOIN entities e ON e.id = q.speaker"""):
        if speaker in graph:
            positions[concept, bool(agrees)].add(speaker)
    congruence, conflict = Counter(), Counter()
    for (concept, agrees), side in positions.items():
        congruence.update(combinations(sorted(side), 2))
        if agrees:
            conflict.update({tuple(sorted(pair)) for pair in product(side, positions.get((concept, False), ()))
                             if pair[0] != pair[1]})
    for pair in sorted(congruence.keys() | conflict.keys()):
        graph.add_edge(*pair, congruence=congruence[pair], conflict=conflict[pair],
                       weight=congruence[pair] + conflict[pair], balance=congruence[pair] - conflict[pair])
    return graph


def target_network(db: Database) -> nx.DiGraph:
    """Speakers and their targets (nodes: entity id; label, kind) and edges with ``weight`` (quotations),
    ``statements`` and ``polarity`` (mean over statements, left out where none is known)."""
    graph = nx.DiGraph()
    for speaker, speaker_name, speaker_kind, target, name, kind, weight, statements, polarity in db.conn.execute(
            """SELECT e.uid, e.name, e.kind, t.uid, t.name, t.kind, r.quotations, r.statements, r.polarity
            FROM speaker_targets r JOIN entities e ON e.id = r.speaker JOIN entities t ON t.id = r.target
            ORDER BY e.uid, t.uid"""):
        graph.add_node(speaker, label=_xml(speaker_name), kind=speaker_kind)
        graph.add_node(target, label=_xml(name), kind=kind)
        graph.add_edge(speaker, target, weight=weight, statements=statements,
                       **({} if polarity is None else {"polarity": polarity}))
    return graph


def export_graphml(graph: nx.Graph, out: Path | str) -> int:
    """Write ``graph`` as GraphML to ``out``; returns the number of its nodes."""
    with errors_of(out), replacing(Path(out)) as beside:
        nx.write_graphml_xml(graph, beside)
    return graph.number_of_nodes()


def _xml(text: str) -> str:
    return _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", text)
