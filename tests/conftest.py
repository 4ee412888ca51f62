"""What all tests share: where the repository and the outside corpora lie; no network."""

import os
import socket
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
LOOPBACK = ("127.0.0.1", "::1", "localhost")


@pytest.fixture(scope="session")
def root() -> Path:
    """The repository."""
    return ROOT


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder with corpora and scorers beside the repository; tests that need it are skipped without it."""
    folder = Path(os.environ.get("ATTRIBUTION_SHARED", ROOT.parent / "shared"))
    if not (folder / "corpora").is_dir():
        pytest.skip(f"no corpora at {folder} (set ATTRIBUTION_SHARED)")
    return folder


@pytest.fixture
def no_network(monkeypatch):
    """Any attempt to look up or reach another machine fails the test."""

    def forbid(*arguments, **_):
        raise AssertionError(f"the network was tried: {arguments}")

    monkeypatch.setattr(socket.socket, "connect", forbid)
    monkeypatch.setattr(socket.socket, "connect_ex", forbid)
    monkeypatch.setattr(socket, "getaddrinfo", forbid)
    monkeypatch.setattr(socket, "create_connection", forbid)
