"""Seconds per page of the site beside stock datasette, in one run: python benchmarks/site_pages.py FILE

Both serve the same database in a process of their own on a free port; every page is asked for once cold (its filters
were never seen before) and then ``REPEATS`` times. The stock server has datasette's own column facets and settings.
Prints wall seconds (cold, median, worst of the repeats), how many facets timed out, and the memory of the processes.
"""

from __future__ import annotations

import json
import os
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[1]
FACETS = ("speaker", "outlet", "stance", "axis", "kind")
REPEATS = 9

OURS = """
import sys
from attribution.site.server import serve
serve(sys.argv[1], port=int(sys.argv[2]), metadata=sys.argv[3])
"""
STOCK = """
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


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def start(code: str, database: str, metadata: str) -> tuple[subprocess.Popen, str]:
    port = free_port()
    process = subprocess.Popen([sys.executable, "-c", code, database, str(port), metadata], stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL, env={**os.environ, "PYTHONPATH": str(ROOT)})
    for _ in range(600):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/-/versions.json", timeout=5)
            return process, f"http://127.0.0.1:{port}"
        except OSError:
            time.sleep(0.2)
    raise SystemExit("server did not start")


def ask(url: str) -> tuple[float, str]:
    began = time.perf_counter()
    try:
        with urllib.request.urlopen(url, timeout=60) as response:
            text = response.read().decode()
    except urllib.error.HTTPError as error:
        return time.perf_counter() - began, f"error {error.code}"
    return time.perf_counter() - began, text


def pages(database: str) -> dict[str, str]:
    """Name -> path with parameters. Words are taken from the database: one in about 10 % of rows, one in few."""
    import sqlite3
    connection = sqlite3.connect(database)
    size = connection.execute("SELECT count(*) FROM quotations").fetchone()[0]
    connection.execute("CREATE VIRTUAL TABLE temp.words USING fts5vocab(main, quotations_fts, row)")
    common, rare = (connection.execute("SELECT term FROM temp.words ORDER BY abs(doc - ?) LIMIT 1", (size * share,)
                                       ).fetchone()[0] for share in (0.1, 0.0002))
    deep = connection.execute("SELECT id FROM quotations ORDER BY id LIMIT 1 OFFSET ?", (size // 2,)).fetchone()[0]
    return {"all": "?", "top speaker": "?speaker=1", "speaker 1000": "?speaker=1000", "kind": "?kind=direct",
            "one year": "?published__gte=2027&published__lt=2028", "outlet and kind": "?outlet=1&kind=direct",
            "stance": "?axis=2&score__gt=0.5", f"search in 10 % ({common})": f"?_search={common}",
            f"search, rare ({rare})": f"?_search={rare}", "search and speaker": f"?_search={common}&speaker=2",
            "oldest first": "?_sort=published", "strongest first": "?_sort_desc=score",
            "half way down": f"?_next={deep}",
            "JSON, 100 rows": ".json?_size=100&_shape=objects&_nofacet=1"}


def memory(process: subprocess.Popen) -> int:
    status = Path(f"/proc/{process.pid}/status")
    return int(re.search(r"VmRSS:\s+(\d+)", status.read_text())[1]) // 1024 if status.exists() else 0


def main(database: str) -> None:
    metadata = ROOT / "metadata.yml"
    plain = {"databases": {"quotes": {"tables": {"quotations": {
        **{k: v for k, v in yaml.safe_load(metadata.read_text())["databases"]["quotes"]["tables"]["quotations"].items()
           if k not in ("facets", "facet_size", "sort")}, "facets": list(FACETS)}}}}}
    with tempfile.TemporaryDirectory() as folder:
        stock_metadata = Path(folder) / "stock.json"
        stock_metadata.write_text(json.dumps(plain))
        results: dict[str, dict[str, tuple]] = {}
        for name, code, about in (("stock", STOCK, stock_metadata), ("site", OURS, metadata)):
            process, address = start(code, database, str(about))
            try:
                if name == "site":
                    wait_for_columns(address)
                for page, query in pages(database).items():
                    path = f"/quotes/quotations{query}"
                    cold, text = ask(address + path)
                    times = [ask(address + path)[0] for _ in range(REPEATS if cold < 1.5 else 1)]
                    late = re.search(r"These facets timed out: ([^<]*)|Not counted in time: ([^<]*)", text)
                    lost = (late[1] or late[2]).count(",") + 1 if late else 0
                    results.setdefault(page, {})[name] = (
                        cold, statistics.median(times), max(times), text if text.startswith("error") else f"T{lost}")
                results.setdefault("memory, MB", {})[name] = (memory(process), 0, 0, "")
            finally:
                process.terminate()
                process.wait(20)
    print(f"| page | {' | '.join(f'{n}: cold | median | worst | lost' for n in ('stock', 'site'))} |")
    print("|---" * 9 + "|")
    for page, found in results.items():
        cells = [f"{a:.3f} | {b:.3f} | {c:.3f} | {d}" if b else f"{a} | | |" for a, b, c, d in found.values()]
        print(f"| {page} | {' | '.join(cells)} |")


def wait_for_columns(address: str) -> None:
    """Until the column store is read, facets are counted in SQL; that takes some seconds at the first start."""
    for _ in range(240):
        if ask(f"{address}/quotes/quotations")[0] < 0.4 and ask(f"{address}/quotes/quotations?kind=mixed")[0] < 0.6:
            return
        time.sleep(1)


if __name__ == "__main__":
    main(sys.argv[1])
