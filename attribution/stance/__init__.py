"""Stance: whom and what a quotation is about, and where it stands on any axis that a user defines."""

from attribution.stance.apply import score_analyses, scorer_for
from attribution.stance.axes import Axis, AxisError, Pole, advice, load_axes, load_axis, parse_axis, template
from attribution.stance.check import EXAMPLE, examples, nearest, read_checks
from attribution.stance.evaluate import Evaluation, evaluate
from attribution.stance.polarity import Polarity
from attribution.stance.score import VERSION, Scored, Scorer
from attribution.stance.targets import TARGETS_VERSION, Drafts, find_targets, with_polarity

__all__ = ["EXAMPLE", "TARGETS_VERSION", "VERSION", "Axis", "AxisError", "Drafts", "Evaluation", "Pole", "Polarity", "Scored",
           "Scorer", "advice", "evaluate", "examples", "find_targets", "load_axes", "load_axis", "nearest", "parse_axis", "read_checks",
           "score_analyses", "scorer_for", "template", "with_polarity"]
