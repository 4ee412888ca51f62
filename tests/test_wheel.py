"""What is installed from a wheel has the sample corpus and the material for training too."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture
def installed(tmp_path_factory) -> Path:
    """A folder with the package as a wheel would hold it."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run([sys.executable, "setup.py", "-q", "egg_info", "--egg-base", str(folder), "build_py", "--build-lib", str(folder)],
                   cwd=ROOT, check=True, capture_output=True)
    return folder


def run(installed: Path, code: str, cwd: Path) -> str:
    done = subprocess.run([sys.executable, "-c", code], cwd=cwd, capture_output=True, text=True,
                          env={**os.environ, "PYTHONPATH": str(installed)})
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_wheel_carries_the_sample(installed):
    wanted = {path.relative_to(ROOT) for folder in ("db/axes", "db/articles") for path in (ROOT / folder).rglob("*") if path.is_file()}
    sample = installed / "attribution" / "sample"
    assert len(wanted) > 20 and all((sample / path).read_bytes() == (ROOT / path).read_bytes() for path in wanted)
    assert not list(sample.rglob("*.db"))


def test_a_wheel_carries_what_was_written_for_training(installed):
    folder = ROOT / "attribution" / "training"
    wanted = [path for path in folder.rglob("*") if path.suffix in (".yml", ".txt", ".md")]
    assert len(wanted) > 250 and all((installed / path.relative_to(ROOT)).is_file() for path in wanted)


def test_an_installed_package_starts_projects(installed, tmp_path):
    code = "import attribution; print(attribution.__file__); from attribution.cli import main; main(['init', 'mine'])"
    assert str(installed) in run(installed, code, tmp_path)
    assert (tmp_path / "mine/metadata.yml").is_file() and list((tmp_path / "mine/db/axes").glob("*.yml"))


def test_the_demo_of_an_installed_package_works_on_a_copy(installed, tmp_path):
    """The whole corpus is built elsewhere; here the copy holds one article."""
    sample = installed / "attribution" / "sample" / "db" / "articles"
    for path in sorted(sample.iterdir())[1:]:
        path.unlink()
    code = "from attribution.cli import main; main(['demo', '--no-serve'])"
    run(installed, code, tmp_path)
    assert (tmp_path / "attribution-demo/db/quotes.db").stat().st_size > 100_000
    told = run(installed, code.replace("'demo', '--no-serve'", "'build', '--quiet', '--json'"), tmp_path)
    assert json.loads(told)["unchanged"] == 1  # without a project of one's own, build works on the same copy
    assert not list((installed / "attribution" / "sample").rglob("*.db"))
