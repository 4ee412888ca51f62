"""Quotations: content, cue and source of every attribution, and what its words tell."""

from attribution.quotations import processor  # noqa: F401 - registers stanza's "quote"
from attribution.quotations.describe import describe

VERSION = "4"

__all__ = ["VERSION", "describe"]
