"""One built database, one application over it, and a real server for the browser."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile("site", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("site")  # a busy machine is no failure

sys.path.insert(0, str(Path(__file__).parent))

import corpus  # noqa: E402

from attribution.site.server import application  # noqa: E402

METADATA = Path(__file__).parents[2] / "metadata.yml"


@pytest.fixture(scope="session")
def database(tmp_path_factory) -> Path:
    return corpus.make(tmp_path_factory.mktemp("site") / "quotes.db")


class Client:
    """Synchronous requests to a datasette application, in process."""

    def __init__(self, site):
        self.site = site
        self.loop = asyncio.new_event_loop()
        self.loop.run_until_complete(site.invoke_startup())

    def get(self, path: str, **more):
        return self.loop.run_until_complete(self.site.client.get(path, **more))

    def post(self, path: str, **more):
        return self.loop.run_until_complete(self.site.client.post(path, **more))

    def json(self, path: str):
        response = self.get(path)
        assert response.status_code == 200, response.text
        return response.json()

    def rows(self, sql: str, **values):
        found = self.loop.run_until_complete(self.site.get_database("quotes").execute(sql, values))
        return [tuple(row) for row in found.rows]


@pytest.fixture(scope="session")
def client(database) -> Client:
    return Client(application(database, metadata=METADATA))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def start_server(database: Path, *options: str):
    """A server process of ``attribution.site.server.serve``; returns it with its address."""
    port = free_port()
    code = ("import sys; from attribution.site.server import serve; "
            "serve(sys.argv[1], port=int(sys.argv[2]), metadata=sys.argv[3], edit='edit' in sys.argv)")
    process = subprocess.Popen([sys.executable, "-c", code, str(database), str(port), str(METADATA), *options],
                               stdout=subprocess.PIPE, text=True,
                               env={**os.environ, "PYTHONPATH": str(METADATA.parent)})
    address = process.stdout.readline().strip()
    for _ in range(150):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/-/versions.json", timeout=2)
            return process, address
        except OSError:
            time.sleep(0.2)
    process.terminate()
    raise RuntimeError("the server did not start")


@pytest.fixture(scope="session")
def server(database):
    process, address = start_server(database)
    yield address.rstrip("/")
    process.terminate()
    process.wait(10)


@pytest.fixture(scope="session")
def browser(tmp_path_factory):
    """Headless Chromium, where there is one."""
    webdriver = pytest.importorskip("selenium.webdriver")
    chromium, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if not (chromium and driver):
        pytest.skip("chromium and chromedriver are not installed")
    options = webdriver.ChromeOptions()
    options.binary_location = chromium
    for flag in ("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
                 "--disable-background-networking", "--disable-component-update", "--disable-sync",
                 f"--user-data-dir={tmp_path_factory.mktemp('chromium')}", "--window-size=1280,1000"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    opened = webdriver.Chrome(options=options, service=webdriver.ChromeService(executable_path=driver))
    opened.set_page_load_timeout(60)
    yield opened
    opened.quit()
