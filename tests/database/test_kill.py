"""A build that is killed at any moment loses no finished article and ends, resumed, like one never disturbed."""

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest
from plain_pipeline import ORDER, Rules, corpus
from test_build import content

from attribution.database.build import build
from attribution.database.connection import DatabaseError

HERE = Path(__file__).resolve().parent
COUNT = 120


def start(path, delay):
    environment = dict(os.environ, PYTHONPATH=os.pathsep.join([str(HERE.parents[1]), str(HERE)]))
    return subprocess.Popen([sys.executable, str(HERE / "plain_pipeline.py"), str(COUNT), str(path), str(delay)],
                            env=environment, stdout=subprocess.PIPE, text=True)


def finished_articles(path):
    try:
        connection = sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)
        try:
            return connection.execute("SELECT count(*) FROM analyses").fetchone()[0]
        finally:
            connection.close()
    except sqlite3.OperationalError:  # not made yet
        return 0


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no SIGKILL on this system")
def test_killed_again_and_again(tmp_path):
    path, whole = tmp_path / "quotes.db", tmp_path / "whole.db"
    chance, reached = random.Random(5), []
    for _ in range(8):
        process = start(path, delay=0.01)
        deadline = time.monotonic() + 60
        wanted = (reached[-1] if reached else 0) + chance.randrange(1, COUNT // 6)
        while finished_articles(path) < min(wanted, COUNT) and process.poll() is None:
            assert time.monotonic() < deadline
        time.sleep(chance.random() * 0.05)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        reached.append(finished_articles(path))
        assert sqlite3.connect(path).execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert reached == sorted(reached), "a finished article was lost"
    assert reached[0] > 0
    process = start(path, delay=0)
    new, unchanged, _ = process.communicate(timeout=60)[0].split()
    assert (int(new), int(unchanged)) == (COUNT - reached[-1], reached[-1])
    build(corpus(COUNT), whole, Rules(), axes=[ORDER])
    assert content(path) == content(whole)


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no SIGKILL on this system")
@pytest.mark.parametrize("step", ["stance order", "linking", "statements", "summaries", "search"])
def test_killed_in_a_later_step(tmp_path, step):
    """The child kills itself where the build says that the step begins."""
    path, whole = tmp_path / "quotes.db", tmp_path / "whole.db"
    code = ("import os, signal, sys; from pathlib import Path; from plain_pipeline import *\n"
            "from attribution.database.build import build\n"
            "build(corpus(12), Path(sys.argv[1]), Rules(), axes=[ORDER], progress=lambda step: "
            "os.kill(os.getpid(), signal.SIGKILL) if step.stage == sys.argv[2] else None)")
    environment = dict(os.environ, PYTHONPATH=os.pathsep.join([str(HERE.parents[1]), str(HERE)]))
    killed = subprocess.run([sys.executable, "-c", code, str(path), step], env=environment)
    assert killed.returncode == -signal.SIGKILL
    report = build(corpus(12), path, Rules(), axes=[ORDER])
    assert report.resumed and (report.new, report.unchanged) == (0, 12)
    build(corpus(12), whole, Rules(), axes=[ORDER])
    assert content(path) == content(whole)


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no SIGKILL on this system")
def test_the_lock_dies_with_its_process(tmp_path):
    path = tmp_path / "quotes.db"
    process = start(path, delay=0.2)
    while not finished_articles(path):
        assert process.poll() is None
        time.sleep(0.02)
    with pytest.raises(DatabaseError, match="locked by another build"):
        build(corpus(1), path, Rules())
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    assert build(corpus(1), path, Rules()).unchanged == 1
