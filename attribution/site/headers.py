"""Security and cache headers on every response, and the lines of a CSV gathered.

No inline script runs anywhere (datasette's own inline scripts are moved to files by our templates);
inline styles stay allowed because datasette's pages use them. ``plugins: attribution: csp:`` in the
metadata replaces the policy, an empty value removes it.
"""

from __future__ import annotations

from datasette.app import Datasette

from .paging import lightened, streamed

POLICY = "; ".join((
    "default-src 'self'", "script-src 'self'", "style-src 'self' 'unsafe-inline'", "img-src 'self' data:",
    "connect-src 'self'", "object-src 'none'", "base-uri 'none'", "form-action 'self'", "frame-ancestors 'none'"))

CHUNK = 32_768  # bytes of a CSV that are sent together


def wrapper(datasette: Datasette):
    """ASGI middleware that adds the headers a response lacks and sends the lines of a CSV together."""
    policy = (datasette.plugin_config("attribution") or {}).get("csp", POLICY)
    added = [(b"x-content-type-options", b"nosniff"), (b"referrer-policy", b"same-origin")]
    if policy:
        added.append((b"content-security-policy", policy.encode("latin-1")))

    def wrap(app):
        async def with_headers(scope, receive, send):
            lines = bytearray()

            async def send_more(event):
                if event["type"] == "http.response.start":
                    present = [(k.lower(), v) for k, v in event.get("headers", [])]
                    names = {k for k, _ in present}
                    static = scope["path"].startswith(("/-/static/", "/-/static-plugins/"))
                    if static and b"cache-control" not in names:
                        present.append((b"cache-control", b"max-age=86400"))
                    event = {**event, "headers": present + [h for h in added if h[0] not in names]}
                elif event["type"] == "http.response.body" and scope["path"].endswith(".csv"):
                    # datasette sends every line of a CSV by itself: a system call and a chunk of HTTP for each
                    lines.extend(event.get("body", b""))
                    if event.get("more_body") and len(lines) < CHUNK:
                        return
                    event = {**event, "body": bytes(lines)}
                    lines.clear()
                await send(event)
            await app(lightened(datasette, streamed(scope)), receive, send_more)
        return with_headers
    return wrap
