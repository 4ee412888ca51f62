"""Corrections in the browser."""

from __future__ import annotations


def routes():
    return []


async def allowed(site, actor) -> bool:
    return False


def permission(datasette, actor, action):
    return None
