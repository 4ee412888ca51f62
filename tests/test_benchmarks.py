"""The benchmarks start, say how they are used, and their baselines run: figures come from them alone."""

import importlib.util
import subprocess
import sys
from dataclasses import replace

import pytest

SCRIPTS = ("basil", "entities", "language", "site_generate", "site_pages", "stance")


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_benchmark_says_how_it_is_used(root, name):
    done = subprocess.run([sys.executable, root / "benchmarks" / f"{name}.py", "--help"], capture_output=True, text=True)
    assert done.returncode == 0 and done.stdout.startswith("usage:"), done.stderr


def test_a_benchmark_names_the_file_that_it_lacks(root, tmp_path):
    done = subprocess.run([sys.executable, root / "benchmarks/site_pages.py", tmp_path / "none.db"], capture_output=True, text=True)
    assert done.returncode == 2 and "none.db" in done.stderr and "site_generate.py" in done.stderr


def test_every_baseline_of_an_axis_answers(root):
    spec = importlib.util.spec_from_file_location("stance_benchmark", root / "benchmarks/stance.py")
    stance = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(stance)
    _, made = stance.gate(root / "tests" / "axes")[0]
    few = replace(made, texts=made.texts[:6], labels=made.labels[:6])
    answers = stance.axis_answers(few)
    assert len(answers) == 5 and all(answer.shape == (6, 4) and answer.isfinite().all() for answer in answers.values())
