"""How long pages of the site take, beside stock datasette in one run: python benchmarks/site_pages.py FILE [VARIANTS [STOCK]]

Both serve the same database, each in a process of its own. A kind of page (a filter, a search, an order…) is asked for
in ``VARIANTS`` ways (other speakers, words, years, depths), each way once as a first view, when nothing of it has been
kept, and once again. Stock datasette, with its own column facets and settings, is asked in ``STOCK`` ways once (0 leaves
it out).

Printed in milliseconds: median and 95th percentile (nearest rank) of the wall clock, and the 95th percentile of the
CPU time of the server's process, which other work on the machine does not move; how many facets timed out or pages
failed; and the memory of both processes.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import re
import socket
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[1]
FACETS = ("speaker", "outlet", "stance", "axis", "kind")
VARIANTS, STOCK = 20, 3

OURS = """
import sys
from attribution.site.server import serve
serve(sys.argv[1], port=int(sys.argv[2]), metadata=sys.argv[3])
"""
PLAIN = """
import sys
from datasette.plugins import pm
import attribution.site
from datasette.app import Datasette
pm.unregister(attribution.site) if pm.is_registered(attribution.site) else None
import json, uvicorn
site = Datasette([sys.argv[1]], metadata=json.load(open(sys.argv[3])))
site.add_database(site.databases.pop(next(n for n, d in site.databases.items() if not d.is_memory)), name="quotes")
uvicorn.run(site.app(), port=int(sys.argv[2]), log_level="error")
"""


@dataclass
class Times:
    """Milliseconds of one kind of page, and what went wrong."""

    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    lost: int = 0
    failed: int = 0

    def cells(self) -> list[str]:
        wrong = ", ".join(f"{n} {what}" for n, what in ((self.lost, "facets late"), (self.failed, "failed")) if n)
        return [f"{statistics.median(self.wall):.0f}", f"{p95(self.wall):.0f}", f"{p95(self.cpu):.0f}", wrong or "–"]


def p95(values: list[float]) -> float:
    return sorted(values)[math.ceil(0.95 * len(values)) - 1]


class Server:
    def __init__(self, code: str, database: str, metadata: Path):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.process = subprocess.Popen(
            [sys.executable, "-c", code, database, str(port), str(metadata)], stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, env={**os.environ, "PYTHONPATH": str(ROOT)})
        self.address = f"http://127.0.0.1:{port}"
        for _ in range(600):
            try:
                urllib.request.urlopen(f"{self.address}/-/versions.json", timeout=5)
                return
            except OSError:
                time.sleep(0.2)
        raise SystemExit("server did not start")

    def cpu(self) -> float:
        """Milliseconds that the process has computed so far, all threads."""
        spent = 0
        for task in Path(f"/proc/{self.process.pid}/task").iterdir():
            try:
                spent += int((task / "schedstat").read_text().split()[0])
            except OSError:
                pass  # a thread that ended
        return spent / 1e6

    def memory(self) -> str:
        """Memory of its own; the mapped parts of files, which the system takes back when it is short, stand apart."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        own, mapped = (int(re.search(rf"{name}:\s+(\d+)", status)[1]) // 1024 for name in ("RssAnon", "RssFile"))
        return f"{own} MB, {mapped} MB of files mapped"

    def ask(self, path: str, into: Times | None = None) -> str:
        began, spent = time.perf_counter(), self.cpu()
        try:
            with urllib.request.urlopen(self.address + path, timeout=120) as response:
                text, failed = response.read().decode(), False
        except urllib.error.HTTPError as error:
            text, failed = str(error), True
        if into is not None:
            into.wall.append(1000 * (time.perf_counter() - began))
            into.cpu.append(self.cpu() - spent)
            late = re.search(r"These facets timed out: ([^<]*)|Not counted in time: ([^<]*)", text)
            into.lost += (late[1] or late[2]).count(",") + 1 if late else 0
            into.failed += failed or (path.partition("?")[0].endswith(".csv") and "interrupted" in text[-200:])
        return text

    def stop(self) -> None:
        self.process.kill()  # a stream that was cut off would hold up a polite end
        self.process.wait(20)


def pages(database: str, n: int) -> dict[str, list[str]]:
    """Kind of page -> ``n`` addresses. Words and depths are taken from the database."""
    connection = sqlite3.connect(database)
    size = connection.execute("SELECT count(*) FROM quotations").fetchone()[0]
    connection.execute("CREATE VIRTUAL TABLE temp.words USING fts5vocab(main, quotations_fts, row)")

    def words(share: float) -> list[str]:
        return [term for term, in connection.execute(
            "SELECT term FROM temp.words WHERE length(term) > 3 ORDER BY abs(doc - ?) LIMIT ?", (size * share, n))]
    common, rare = words(0.1), words(0.0005)
    deep = [connection.execute("SELECT id FROM quotations ORDER BY id LIMIT 1 OFFSET ?",
                               (size * (i + 1) // (n + 1),)).fetchone()[0] for i in range(n)]
    uids = [uid for uid, in connection.execute("SELECT uid FROM quotations ORDER BY id LIMIT ?", (n,))]
    connection.close()
    ranks = [1 + round((size / 40) ** (i / n)) for i in range(n)]  # from the loudest speakers to those of few words
    months = [f"{2020 + i % 10}-{1 + i * 5 % 12:02}" for i in range(n)]
    table = "/quotes/quotations"
    return {
        "all": [f"{table}?_size={50 - i}" for i in range(n)],
        "speaker": [f"{table}?speaker={rank}" for rank in ranks],
        "kind and axis": [f"{table}?kind={('direct', 'indirect', 'mixed')[i % 3]}&axis={1 + i // 3 % 6}&_size={50 - i // 18}"
                          for i in range(n)],
        "outlet and kind": [f"{table}?outlet={1 + i}&kind=direct" for i in range(n)],
        "target": [f"{table}?_target={rank}" for rank in ranks],
        "since a month": [f"{table}?published__gte={month}" for month in months],
        "one year": [f"{table}?published__gte={month}&published__lt={int(month[:4]) + 1}{month[4:]}" for month in months],
        "stance beyond": [f"{table}?axis={1 + i % 6}&score__gt=0.{30 + i}" for i in range(n)],
        "search, 10 % of rows": [f"{table}?_search={word}" for word in common],
        "search, rare": [f"{table}?_search={word}" for word in rare],
        "search and speaker": [f"{table}?_search={word}&speaker={rank}" for word, rank in zip(common, ranks)],
        "unknown filter": [f"{table}?text__contains={word}&speaker={1 + i}" for i, word in enumerate(rare)],
        "oldest first": [f"{table}?_sort_desc=id&outlet={1 + i}" for i in range(n)],
        "strongest first": [f"{table}?_sort_desc=score&kind=direct&_size={50 - i}" for i in range(n)],
        "deep down": [f"{table}?_next={id}" for id in deep],
        "deep down a filter": [f"{table}?_next={id}&kind=direct" for id in deep],
        "JSON, 100 rows": [f"{table}.json?_size=100&_shape=objects&_nofacet=1&_next={id}" for id in deep],
        "JSON with facets": [f"{table}.json?_size=100&_shape=objects&outlet={50 + i}" for i in range(n)],
        "CSV, one speaker": [f"{table}.csv?_stream=on&speaker={rank + 200}" for rank in ranks],
        "home": [f"/?v={i}" for i in range(n)],
        "quotation": [f"/-/quotation/{uid}" for uid in uids],
        "speaker's page": [f"/-/speaker/s{rank}" for rank in ranks],
        "axis": [f"/-/axis/axis-{1 + i % 6}?v={i}" for i in range(n)],
        "compare": [f"/-/compare?axis=axis-{1 + i % 6}&speaker=s{1 + i}&speaker=s{2 + i}" for i in range(n)],
        "network": [f"/-/network?of=s{1 + i}" for i in range(n)],
        "search everything": [f"/-/find?q={word}" for word in common],
    }


OWN = ("home", "quotation", "speaker's page", "axis", "compare", "network", "search everything")
"""Pages that stock datasette does not have."""


def stream(server: Server) -> str:
    """The whole table as CSV, cut off after five seconds."""
    began, rows, first = time.perf_counter(), 0, None
    with urllib.request.urlopen(f"{server.address}/quotes/quotations.csv?_stream=on", timeout=60) as response:
        for _ in response:
            first = first or time.perf_counter() - began
            rows += 1
            if time.perf_counter() - began > 5:
                break
    return f"CSV of the whole table: first line after {1000 * first:.0f} ms, {rows / (time.perf_counter() - began):,.0f} lines/s"


def measure(database: str, variants: int, stock: int) -> None:
    metadata = ROOT / "metadata.yml"
    described = yaml.safe_load(metadata.read_text())["databases"]["quotes"]["tables"]["quotations"]
    plain = {"databases": {"quotes": {"tables": {"quotations": {
        **{k: v for k, v in described.items() if k not in ("facets", "facet_size", "sort")}, "facets": list(FACETS)}}}}}
    asked = pages(database, variants)
    columns = {"stock": {}, "site, first view": {}, "site, again": {}}
    notes = []
    with tempfile.TemporaryDirectory() as folder:
        stock_metadata = Path(folder) / "stock.json"
        stock_metadata.write_text(json.dumps(plain))
        if stock:
            server = Server(PLAIN, database, stock_metadata)
            try:
                for kind, paths in asked.items():
                    if kind not in OWN:
                        times = columns["stock"][kind] = Times()
                        for path in paths[:stock]:
                            server.ask(path, times)
                notes += [f"stock: {server.memory()}", f"stock: {stream(server)}"]
            finally:
                server.stop()
        server = Server(OURS, database, metadata)
        try:
            wait_for_columns(server)
            for kind, paths in asked.items():
                for name in ("site, first view", "site, again"):
                    times = columns[name][kind] = Times()
                    for path in paths:
                        server.ask(path, times)
            notes += [f"site: {server.memory()}", f"site: {stream(server)}"]
        finally:
            server.stop()
    print("| ms | " + " | ".join(f"{name}: median | p95 | p95 CPU | lost" for name in columns) + " |")
    print("|---" * (1 + 4 * len(columns)) + "|")
    for kind in asked:
        print(f"| {kind} | " + " | ".join(" | ".join(found[kind].cells() if kind in found else [""] * 4)
                                          for found in columns.values()) + " |")
    print(*notes, sep="\n")


def wait_for_columns(server: Server) -> None:
    """Until the column store is read, facets are counted in SQL; that takes some seconds at the first start."""
    for number in range(240):
        times = Times()
        server.ask(f"/quotes/quotations?_size={101 + number}", times)
        if times.cpu[0] < 200:
            return
        time.sleep(1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path, help="a database as benchmarks/site_generate.py writes it")
    parser.add_argument("variants", type=int, nargs="?", default=VARIANTS, help="ways to ask for each kind of page (%(default)s)")
    parser.add_argument("stock", type=int, nargs="?", default=STOCK, help="ways to ask stock datasette; 0: none (%(default)s)")
    arguments = parser.parse_args()
    if not arguments.file.is_file():
        parser.error(f"{arguments.file}: no such file; python benchmarks/site_generate.py 1000000 {arguments.file} makes it")
    measure(str(arguments.file), arguments.variants, arguments.stock)


if __name__ == "__main__":
    main()
