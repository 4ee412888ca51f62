"""One page or feed by its address, with trafilatura's downloader (time limit, size limit, redirects)."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass

from trafilatura.downloads import fetch_response
from trafilatura.settings import DEFAULT_CONFIG


class FetchError(OSError):
    """The address did not give a page; the message says why."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: the ``url`` after redirects, the content type in lower case without parameters, the charset."""

    data: bytes
    url: str
    kind: str
    charset: str | None


def fetch(url: str, *, private: bool = False) -> Answer:
    """The answer to a GET of ``url``. Raises :class:`FetchError`; a broken certificate is an error, too.

    ``private`` allows addresses of this machine and its network. They are refused otherwise, since a public page
    could redirect to one.
    """
    config = deepcopy(DEFAULT_CONFIG)
    config["DEFAULT"]["INSECURE_SSL_FALLBACK"] = "off"
    config["DEFAULT"]["SSRF_PROTECTION"] = "off" if private else "on"
    response = fetch_response(url, config=config)
    if response is None or not response.data:
        raise FetchError("no answer, or an address inside a private network: check it, or save the page as .html")
    if response.status != 200:
        raise FetchError(f"HTTP status {response.status}: check the address, or save the page as .html")
    headers = {name.lower(): value for name, value in (response.headers or {}).items()}
    kind, _, rest = headers.get("content-type", "").partition(";")
    charset = rest.partition("charset=")[2].strip(" \"'") or None
    return Answer(response.data, response.url or url, kind.strip().lower(), charset)
