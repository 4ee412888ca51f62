from test_hostile import *
from test_hostile import hostile
def test_x(hostile, browser):
    path, uids = hostile
    process, address = start_server(path)
    try:
      for page in paths(uids):
        if "/quotation/" not in page: continue
        browser.get(address.rstrip("/") + page)
        wide = browser.execute_script("return document.documentElement.scrollWidth - window.innerWidth")
        if wide>0: print(page, wide, browser.execute_script("return [...document.querySelectorAll('body *')].filter(e=>e.getBoundingClientRect().right>innerWidth+1||e.getBoundingClientRect().left<-2||e.scrollWidth>innerWidth).slice(-4).map(e=>e.outerHTML.slice(0,200)+getComputedStyle(e).position)"))
    finally: process.terminate()
