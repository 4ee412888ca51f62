"""The gate itself, and the gold that it guards. Whether the pipeline passes is in test_gate_pipeline.py."""

import json

import pytest
from click.testing import CliRunner

from attribution.training.gate import Gate, failures, fingerprint, main, raised

FIGURES = {"relation": 0.8, "speaker": 0.9, "speaker wrong": 0.02, "forbidden": 0.0, "content overlap": 0.5}


def test_the_first_gate_stands_just_under_what_was_measured():
    gate = raised(None, FIGURES, "gold")
    assert gate.floors == {"relation": 0.79, "speaker": 0.89}
    assert gate.ceilings == {"forbidden": 0, "speaker wrong": 0.03}
    assert failures(gate, FIGURES, "gold") == []


def test_a_fallen_figure_a_lost_one_and_a_changed_gold_fail():
    gate = raised(None, FIGURES, "gold")
    worse = {"relation": 0.7, "speaker wrong": 0.1, "forbidden": 1.0}
    assert failures(gate, worse, "other gold") == [
        "the gold file changed: measure again and let the gate follow (--raise)",
        "relation: 0.700 is under its floor 0.790", "speaker: no figure, the gate has 0.890",
        "forbidden: 1.000 is over its ceiling 0.000", "speaker wrong: 0.100 is over its ceiling 0.030"]


def test_raising_never_loosens_a_bound_on_the_same_gold():
    gate = raised(None, FIGURES, "gold")
    mixed = FIGURES | {"relation": 0.9, "speaker": 0.5, "forbidden": 3.0}
    higher = raised(gate, mixed, "gold")
    assert higher.floors == {"relation": 0.89, "speaker": 0.89} and higher.ceilings["forbidden"] == 0
    assert raised(gate, mixed, "new gold").floors["speaker"] == 0.49


def test_the_command_makes_checks_and_raises_the_gate(tmp_path):
    gold, found, path = tmp_path / "gold.jsonl", tmp_path / "found.jsonl", tmp_path / "gate.json"
    row = {"id": "a", "text": "Hale said so. Orr agreed.", "attributions": [
        {"content": [[10, 12]], "cue": [[5, 9]], "source": [[0, 4]]}]}
    gold.write_text(json.dumps(row))
    found.write_text(json.dumps(row))
    arguments = [str(found), "--gold", str(gold), "--gate", str(path)]
    assert "no gate" in CliRunner().invoke(main, arguments).output
    assert CliRunner().invoke(main, [*arguments, "--raise"]).exit_code == 0
    assert Gate.load(path).gold == fingerprint(gold) and Gate.load(path).floors["relation"] == 0.99
    assert CliRunner().invoke(main, arguments).exit_code == 0
    found.write_text(json.dumps(row | {"attributions": []}))
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 1 and "under its floor" in result.output


def test_the_gate_in_the_repository_is_of_the_gold_in_the_repository(root):
    path = root / "tests" / "training" / "gate.json"
    if not path.exists():
        pytest.skip("no gate yet")
    gate = Gate.load(path)
    assert gate.gold == fingerprint(root / "tests" / "gold" / "sample.jsonl")
    assert gate.ceilings["forbidden"] == 0
