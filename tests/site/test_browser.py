"""A reader at work in a real browser: facet, search, open a quotation, open a speaker, follow a chart."""

import os
from itertools import pairwise
from pathlib import Path

import pytest

By = pytest.importorskip("selenium.webdriver.common.by").By
KEPT = os.environ.get("ATTRIBUTION_SCREENSHOTS")
"""A folder to keep screenshots in."""


def keep(browser, name: str) -> None:
    if KEPT:
        Path(KEPT).mkdir(parents=True, exist_ok=True)
        browser.save_screenshot(str(Path(KEPT) / f"{name}.png"))


def cards(browser) -> list[str]:
    return [card.text for card in browser.find_elements(By.CSS_SELECTOR, "article.card")]


def follow(browser, element) -> None:
    """Click what leads to another page, and wait for that page."""
    from selenium.common.exceptions import WebDriverException
    from selenium.webdriver.support.expected_conditions import staleness_of
    from selenium.webdriver.support.wait import WebDriverWait
    old = browser.find_element(By.TAG_NAME, "html")
    element.click()
    # While a page gives way to the next, the driver may answer with an error of its inspector: ask again.
    WebDriverWait(browser, 30, ignored_exceptions=[WebDriverException]).until(staleness_of(old))


def complaints(browser) -> list[str]:
    return [entry["message"] for entry in browser.get_log("browser") if entry["level"] in ("SEVERE", "WARNING")]


@pytest.fixture(autouse=True)
def quiet(browser):
    browser.get_log("browser")
    yield
    assert complaints(browser) == []


def test_facets_narrow_and_widen(browser, server):
    browser.get(f"{server}/quotes/quotations")
    assert len(cards(browser)) == 23
    keep(browser, "quotations")
    follow(browser, browser.find_element(By.CSS_SELECTOR, "#facet-speaker").find_element(By.LINK_TEXT, "Ivo Brandt"))
    assert all("Ivo Brandt" in card for card in cards(browser)) and len(cards(browser)) == 6
    follow(browser, browser.find_element(By.CSS_SELECTOR, "#facet-targets").find_element(By.LINK_TEXT, "Mira Tolan"))
    assert len(cards(browser)) == 2
    assert "2 quotations" in browser.find_element(By.CSS_SELECTOR, ".count").text
    follow(browser, browser.find_element(By.PARTIAL_LINK_TEXT, "Speaker: Ivo Brandt"))
    assert len(cards(browser)) == 4


def test_search_open_a_quotation_open_its_speaker(browser, server):
    browser.get(server)
    keep(browser, "home")
    browser.find_element(By.ID, "find").send_keys("food ships")
    follow(browser, browser.find_element(By.CSS_SELECTOR, ".find button"))
    assert "food" in browser.find_element(By.CSS_SELECTOR, "b.hit").text
    follow(browser, browser.find_element(By.PARTIAL_LINK_TEXT, "a partial opening"))
    assert browser.find_element(By.CSS_SELECTOR, ".text mark.content").text.startswith("a partial opening")
    keep(browser, "quotation")
    follow(browser, browser.find_element(By.CSS_SELECTOR, ".hero a.speaker"))
    assert browser.find_element(By.TAG_NAME, "h1").text == "Mira Tolan"
    keep(browser, "speaker")


def test_margin_list_leads_to_the_place_in_the_article(browser, server):
    browser.get(f"{server}/-/article/article-3")
    browser.find_elements(By.CSS_SELECTOR, ".margin a")[-1].click()
    target = browser.find_element(By.CSS_SELECTOR, "mark:target")
    assert target.text == "My city cannot wait for lawyers"
    keep(browser, "article")


def test_a_mark_in_a_chart_is_a_link(browser, server):
    browser.get(f"{server}/-/axis/harbour")
    keep(browser, "axis")
    marks = browser.find_elements(By.CSS_SELECTOR, "#spectrum .at-width svg a")
    assert len(marks) == 5
    browser.get(f"{server}/-/axis/harbour")
    address = browser.find_element(By.CSS_SELECTOR, "#spectrum .at-width svg a").get_dom_attribute("href")
    follow(browser, browser.find_element(By.CSS_SELECTOR, "#spectrum .at-width svg a circle"))
    assert browser.current_url == server + address


def test_compare_two_speakers(browser, server):
    browser.get(f"{server}/-/compare")
    for option in browser.find_elements(By.CSS_SELECTOR, "#speaker option")[:2]:
        browser.execute_script("arguments[0].selected = true", option)
    follow(browser, browser.find_element(By.CSS_SELECTOR, ".choose button"))
    assert len(browser.find_elements(By.CSS_SELECTOR, "#positions .at-width svg a")) == 2
    keep(browser, "compare")


def test_keyboard_reaches_the_content_first(browser, server):
    Keys = pytest.importorskip("selenium.webdriver.common.keys").Keys
    browser.get(f"{server}/quotes/quotations")
    browser.find_element(By.TAG_NAME, "body").send_keys(Keys.TAB)
    assert browser.switch_to.active_element.get_dom_attribute("href") == "#content"


def test_sql_page_works_under_the_policy(browser, server):
    browser.get(f"{server}/quotes?sql=select+count(*)+as+n+from+quotations")
    from selenium.webdriver.support.wait import WebDriverWait
    WebDriverWait(browser, 20).until(lambda page: page.find_elements(By.CSS_SELECTOR, ".CodeMirror"))  # a script makes it
    assert "23" in browser.find_element(By.CSS_SELECTOR, "table.rows-and-columns").text


@pytest.mark.parametrize("path", ["/", "/quotes/quotations", "/-/speaker/mira-tolan", "/-/axis/harbour", "/-/compare",
                                  "/-/network", "/-/article/article-0", "/-/find?q=ship", "/quotes/stances"])
@pytest.mark.parametrize("width", [375, 1280])
def test_no_page_is_wider_than_the_window(browser, server, path, width):
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride",
                            {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 500})
    try:
        browser.get(server + path)
        keep(browser, f"{width}{path.replace('/', '_').replace('?', '_')}")
        assert browser.execute_script("return document.documentElement.scrollWidth") <= width
    finally:
        browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


NAMELESS = """
return [...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, img, [role=img]')]
  .filter(e => !e.closest('[hidden]') && e.getClientRects().length)
  .filter(e => !(e.textContent || '').trim() && !e.getAttribute('aria-label') && !e.getAttribute('alt')
               && !e.querySelector('[aria-label], title') && !(e.labels && e.labels.length) && !e.title && !e.value)
  .map(e => e.outerHTML.slice(0, 120))"""
DOUBLE = """
const seen = {}; document.querySelectorAll('[id]').forEach(e => seen[e.id] = (seen[e.id] || 0) + 1);
return Object.keys(seen).filter(id => seen[id] > 1)"""
PALE = """
const channel = c => (c /= 255) <= .03928 ? c / 12.92 : ((c + .055) / 1.055) ** 2.4;
const light = rgb => .2126 * channel(rgb[0]) + .7152 * channel(rgb[1]) + .0722 * channel(rgb[2]);
const parse = text => (text.match(/[\\d.]+/g) || []).map(Number);
const ground = e => { for (; e; e = e.parentElement) { const c = getComputedStyle(e).backgroundColor;
  if (c.startsWith('rgb(')) return parse(c);
  if (c.startsWith('rgba') && parse(c)[3] === 1) return parse(c).slice(0, 3); }
  return [255, 255, 255]; };
return [...document.querySelectorAll('body *')].filter(e => !e.closest('svg, mark.furniture, .visually-hidden, .skip')
    && [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim()) && e.getClientRects().length)
  .map(e => { const a = light(parse(getComputedStyle(e).color)), b = light(ground(e));
    return [(Math.max(a, b) + .05) / (Math.min(a, b) + .05), e]; })
  .filter(([ratio]) => ratio < 4.5).map(([ratio, e]) => ratio.toFixed(2) + ' ' + e.outerHTML.slice(0, 100))"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", ["/", "/quotes/quotations", "/-/speaker/mira-tolan", "/-/axis/harbour", "/-/compare",
                                  "/-/network", "/-/article/article-0", "/-/find?q=ship"])
def test_accessible_in_light_and_dark(browser, server, path, scheme):
    """Names for everything that acts, unique ids, one h1, headings in order, text with a contrast of 4.5 or more."""
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia",
                            {"features": [{"name": "prefers-color-scheme", "value": scheme}]})
    try:
        browser.get(server + path)
        keep(browser, f"{scheme}{path.replace('/', '_').replace('?', '_')}")
        assert browser.execute_script(NAMELESS) == []
        assert browser.execute_script(DOUBLE) == []
        assert browser.execute_script(PALE) == []
        levels = [int(h.tag_name[1]) for h in browser.find_elements(By.CSS_SELECTOR, "h1, h2, h3, h4")]
        assert levels.count(1) == 1 and all(b - a <= 1 for a, b in pairwise(levels))
        assert browser.find_element(By.TAG_NAME, "html").get_dom_attribute("lang") == "en"
    finally:
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})
