"""A published folder serves by plain datasette, without texts and without what only a build needs."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import datasette
import pytest
import yaml
from conftest import METADATA, Client
from datasette.app import Datasette

from attribution.site.publish import publish


def test_published_folder_serves(database, tmp_path):
    copy = publish(database, tmp_path / "out", metadata=METADATA)
    tables = {name for name, in sqlite3.connect(copy).execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    assert "quotations" in tables and not {"article_texts", "article_texts_fts", "analyses", "chains", "names"} & tables
    assert not sqlite3.connect(copy).execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
    assert b"PORT LINDEN (LP)" not in copy.read_bytes()
    site = Datasette(config_dir=tmp_path / "out")
    assert not site.get_database("quotes").is_mutable
    client = Client(site)
    for path in ("/", "/quotes/quotations", "/-/article/article-0", "/-/speaker/mira-tolan", "/-/find?q=harbour",
                 "/quotes/doubtful"):
        assert client.get(path).status_code == 200, path
    assert "not published here" in client.get("/-/article/article-0").text


PLAIN = """
import json, sys
sys._called_from_test = True  # with it datasette loads no installed plugin
from datasette.app import Datasette
from datasette.plugins import pm
assert not [plugin for plugin in pm.get_plugins() if "attribution" in str(plugin)]

async def pages(file, about):
    site = Datasette([file], metadata=json.loads(about), settings={"num_sql_threads": 0})
    await site.invoke_startup()
    db = site.get_database("quotes")
    names = [*await db.table_names(), *await db.view_names()]
    paths = ["/", "/quotes", "/quotes/quotations?_facet=speaker&_facet=outlet&_facet=month&_search=harbour",
             *(f"/quotes/{name}" for name in names if "_fts" not in name)]
    paths += [f"/quotes/{name}" for name in (site.metadata("queries", "quotes") or {})]
    for path in paths:
        response = await site.client.get(path, follow_redirects=True)
        assert response.status_code == 200, (path, response.status_code, response.text[:300])
    found = (await site.client.get("/quotes/quotations.json?_search=harbour&_facet=speaker&_shape=objects")).json()
    assert found["rows"] and found["facet_results"]["speaker"]["results"][0]["label"]
    return len(paths)
"""
NATIVE = PLAIN + """
import asyncio
print(asyncio.run(pages(*sys.argv[1:])))
"""
WASM = """
import { loadPyodide } from %s;
const python = await loadPyodide();
const [packages, folder, code, about] = process.argv.slice(2);
for (const [at, real] of [["/packages", packages], ["/data", folder]]) {
  python.FS.mkdir(at);
  python.mountNodeFS(at, real);
}
python.globals.set("about", about);
await python.runPythonAsync("import os, sys\\nsys.path.insert(0, '/packages')\\nos.link = os.symlink\\n" + code);
console.log(await python.runPythonAsync("await pages('/data/quotes.db', about)"));
"""
"""Python and SQLite compiled for browsers, as Datasette Lite runs them, with the datasette that is installed here."""


@pytest.mark.parametrize("described", [False, True])
@pytest.mark.parametrize("runtime", ["here", "browsers'"])
def test_a_published_database_opens_in_plain_datasette(database, tmp_path, described, runtime):
    """Datasette Lite has no plugin of ours and gets one file, or two: every table, view and query works there too."""
    copy = publish(database, tmp_path / "out", metadata=METADATA)
    alone = tmp_path / "quotes.db"
    copy.rename(alone)
    about = json.dumps(yaml.safe_load(METADATA.read_text()) if described else {})
    command = [sys.executable, "-c", NATIVE, str(alone), about]
    if runtime != "here":
        pyodide = Path(os.environ.get("PYODIDE", "")) / "pyodide.mjs"
        if not (shutil.which("node") and pyodide.is_file()):
            pytest.skip("PYODIDE names no folder of the npm package pyodide, or there is no node")
        script = tmp_path / "wasm.mjs"
        script.write_text(WASM % json.dumps(str(pyodide)))
        command = ["node", str(script), str(Path(datasette.__file__).parents[1]), str(tmp_path), PLAIN, about]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=300, cwd=tmp_path,
                         env={**os.environ, "DATASETTE_LOAD_PLUGINS": ""})
    assert ran.returncode == 0, ran.stderr[-2000:] + ran.stdout[-2000:]
    assert int(ran.stdout.split()[-1]) > 20
    assert not list(tmp_path.glob("quotes.db-*")), "the file needs no other beside it"


def test_texts_when_asked_for(database, tmp_path):
    copy = publish(database, tmp_path / "out", metadata=METADATA, texts=True)
    assert sqlite3.connect(copy).execute("SELECT count(*) FROM article_texts").fetchone()[0] == 8


def test_published_again_over_itself_but_not_over_others(database, tmp_path):
    publish(database, tmp_path / "out", metadata=METADATA)
    publish(database, tmp_path / "out", metadata=METADATA)
    assert json.loads((tmp_path / "out" / "inspect-data.json").read_text())["quotes"]["tables"]["quotations"]
    (tmp_path / "mine").mkdir()
    Path(tmp_path / "mine" / "thesis.txt").write_text("mine")
    with pytest.raises(FileExistsError):
        publish(database, tmp_path / "mine", metadata=METADATA)
    with pytest.raises(FileNotFoundError):
        publish(tmp_path / "none.db", tmp_path / "out", metadata=METADATA)
