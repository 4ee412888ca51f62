"""axe-core on every kind of page, as a browser shows it, in light on a screen and in dark on a phone."""

import sqlite3

import pytest

Axe = pytest.importorskip("axe_core_python.selenium").Axe

PAGES = ["/", "/quotes/quotations", "/quotes/quotations?_search=harbour&speaker=1", "/-/article/article-0", "/-/speaker/mira-tolan",
         "/-/axis/harbour", "/-/axis/quota", "/-/compare", "/-/compare?axis=harbour&speaker=mira-tolan&speaker=ivo-brandt",
         "/-/network", "/-/network?of=mira-tolan", "/-/find?q=ship", "/-/find", "/quotes", "/quotes/entities", "/quotes/stances",
         "/quotes/axis_statements", "/quotes/opposite_statements?axis=harbour", "/quotes?sql=select+1", "/nothing-here"]


@pytest.fixture(scope="module")
def one(database) -> str:
    """A quotation that others report too."""
    return sqlite3.connect(database).execute("SELECT q.uid FROM quotations q JOIN statements s ON s.id = q.statement"
                                             " WHERE s.n_quotations > 1").fetchone()[0]


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 390)])
@pytest.mark.parametrize("path", [*PAGES, "/-/quotation/", "/-/correct/"])
def test_axe_finds_nothing_serious(browser, server, one, path, scheme, width):
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": scheme}]})
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride",
                            {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 500})
    try:
        browser.get(server + (path + one if path.endswith(("quotation/", "correct/")) else path))
        browser.execute_script("document.querySelectorAll('details').forEach(d => d.open = true)")
        found = Axe().run(browser)
    finally:
        browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})
    assert found["passes"], "axe-core did not run"
    assert [(rule["id"], node["html"][:160], node["failureSummary"][:200]) for rule in found["violations"]
            if rule["impact"] in ("serious", "critical") for node in rule["nodes"][:3]] == []
