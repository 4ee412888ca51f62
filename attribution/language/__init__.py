"""The language layer: stanza, offline, from the models in the package."""

from attribution.language.bundle import version
from attribution.language.pipeline import annotate, load

VERSION = f"1-{version()}"

__all__ = ["VERSION", "annotate", "load"]
