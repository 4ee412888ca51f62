"""Quality may not fall: the whole pipeline over the sample corpus, held against the gate."""

import pytest
from click.testing import CliRunner

from attribution.cli import main
from attribution.training.evaluate import evaluate, render
from attribution.training.evaluate_gold import read_rows
from attribution.training.gate import Gate, failures, fingerprint


def test_the_sample_corpus_passes_the_gate(root, tmp_path, no_network):
    gold, path = root / "tests" / "gold" / "sample.jsonl", root / "tests" / "training" / "gate.json"
    if not path.exists():
        pytest.skip("no gate yet")
    found = tmp_path / "found.jsonl"
    arguments = ["extract", str(root / "db" / "articles"), "--text", "--jobs", "1", "--out", str(found)]
    arguments += ["--axes", str(root / "db" / "axes"), "--entities", str(root / "db" / "entities.csv")]
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 0, result.output
    report = evaluate(read_rows(gold), read_rows(found))
    wrong = failures(Gate.load(path), report.figures(), fingerprint(gold))
    assert not wrong, "\n".join([*wrong, render(report)])
