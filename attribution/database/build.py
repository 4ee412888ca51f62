"""Building the database: what is new is analysed, what changed is worked out again, everything else is left alone.

1. Each article that is new, changed, or was analysed by other versions of the stages is analysed and written, one
   transaction an article.
2. Each axis scores the articles that its present revision has not scored, one transaction a batch.
3. One transaction more makes all the rest true: links to entities, corrections by hand, statements, summaries, search.
   It costs by what is new and by those whom it concerns: names that it may touch are linked again, the statements and
   summaries of who said something are made again, the search follows each row. Only another version of a stage, or of
   entities.csv, does all again.

A reader sees step 3 all at once. A build that is killed, at any moment, leaves a database that opens, with every
article that was finished; the next build goes on from there and ends with the same rows as one never disturbed.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import signal
import sqlite3
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timezone
from pathlib import Path

from sqlite_utils import Database

from attribution.database import connection, corrections, entities, positions, scoring, search, statements
from attribution.database.articles import remove_article, restore_article, write_article
from attribution.database.corrections import Correction, Outcome
from attribution.database.rows import compact
from attribution.database.stages import LINKING, STANCE, STATEMENTS, Axis, Pipeline, Progress, Report
from attribution.records import Analysis, Article, Failure

#: Changes when this package writes other rows from the same analyses; everything after step 1 is then done again.
VERSION = "3"
#: Rows of an index that ANALYZE looks at: enough to tell a column of three values from one of many.
ANALYSED_ROWS = 1000


@dataclass
class BuildReport:
    """What a build did. ``new``, ``changed``, ``unchanged``, ``removed``, ``failed`` count articles of this run,
    ``articles`` to ``statements`` the whole database; ``timings`` are seconds by step."""

    database: Path
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    removed: int = 0
    failed: int = 0
    words: int = 0
    stances: int = 0
    links: int = 0
    articles: int = 0
    quotations: int = 0
    entities: int = 0
    statements: int = 0
    resumed: bool = False
    seconds: float = 0.0
    failures: list[Failure] = field(default_factory=list)
    corrections: list[Outcome] = field(default_factory=list)
    timings: dict[str, float] = field(default_factory=dict)

    @property
    def unresolved(self) -> list[Outcome]:
        """The corrections that could not be applied."""
        return [outcome for outcome in self.corrections
                if outcome.status in (corrections.ORPHAN, corrections.INVALID)]


def build(articles: Iterable[Article | Failure], database: Path | str, pipeline: Pipeline, *,
          axes: Sequence[Axis] = (), entities_csv: Path | None = None, corrections_csv: Path | None = None,
          progress: Report | None = None, prune: bool = False) -> BuildReport:
    """Bring the database at ``database`` up to date with ``articles`` (made when it is not there).

    ``articles`` may hold failures of reading; they are recorded as those of ``pipeline`` are. An article that is not
    among them stays, unless ``prune``. ``progress`` is called between articles and steps, from this thread.

    Raises :class:`~attribution.database.connection.DatabaseError` when the database cannot be used or another build
    works on it, or corrections.csv is unusable. :class:`KeyboardInterrupt` goes through after the article in hand is
    written; what is done stays done.
    """
    database = Path(database)
    wanted = corrections.read_corrections(corrections_csv)
    with connection.build_lock(database), connection.errors_of(database, (sqlite3.Error,)):
        db = connection.open_database(database, write=True)
        try:
            return _Build(db, database, pipeline, axes, entities_csv, wanted, progress).run(articles, prune)
        finally:
            connection.close(db)


class _Build:
    """One run of :func:`build`."""

    def __init__(self, db: Database, database: Path, pipeline: Pipeline, axes: Sequence[Axis],
                 entities_csv: Path | None, wanted: list[Correction], progress: Report | None) -> None:
        self.db, self.pipeline, self.axes, self.entities_csv, self.wanted = db, pipeline, axes, entities_csv, wanted
        self.progress = progress or (lambda _: None)
        self.report = BuildReport(database)
        self.analysed_by = compact({stage: version for stage, version in sorted(pipeline.versions.items())
                                    if stage not in (LINKING, STANCE, STATEMENTS)})
        self.seen: dict[str, str] = {}
        self.read_failures: list[Failure] = []
        self.pending: dict[str, Article] = {}
        self.last: dict[str, str] = {}
        self.failed_before = {source for source, in db.conn.execute("SELECT source FROM failures")}
        self.restored, self.followed = 0, False

    def run(self, articles: Iterable[Article | Failure], prune: bool) -> BuildReport:
        began, versions, builds = time.perf_counter(), self._versions(), self.db.table("builds")
        self.wanted = corrections.remembered(self.db, self.wanted)
        status = [row["status"] for row in builds.rows_where(order_by="id desc", limit=1)]
        self.report.resumed = bool(status) and status[0] != "done"
        for row in builds.rows_where("status = 'done'", order_by="id desc", limit=1):
            self.last = json.loads(row["versions"])
        self.followed = status == ["done"] and not self._differ(versions, "database")
        if self.followed:
            search.follow(self.db)
            positions.follow(self.db)
        number = builds.insert({"started": _now(), "status": "running", "versions": compact(versions)}).last_pk
        try:
            with self._step("articles"):
                self._articles(articles)
                if prune:
                    self._prune()
            with self._step("stance"):
                scoring.write_axes(self.db, self.axes, versions.get(STANCE, ""))
                self.report.stances, failures = scoring.score(self.db, self.axes, self.pipeline, self.progress)
                failures += scoring.write_statements(self.db, self.axes, self.pipeline)
                self.db.execute("DELETE FROM failures WHERE stage = ?", (STANCE,))  # all were tried again
                for failure in failures:
                    self._fail(failure)
            self._finish(versions, number, began)
        except BaseException as error:
            with contextlib.suppress(sqlite3.Error):
                self._close_build(number, "interrupted" if isinstance(error, KeyboardInterrupt) else "failed", began)
            raise
        return self.report

    def _versions(self) -> dict[str, str]:
        """All that the rows depend on besides the articles."""
        curated = self.entities_csv.read_bytes() if self.entities_csv and self.entities_csv.exists() else b""
        return dict(self.pipeline.versions) | {
            "database": VERSION, "entities.csv": _digest(curated), "corrections.csv": _digest(repr(self.wanted)),
            "axes": _digest(repr([(axis.id, axis.hash) for axis in self.axes]))}

    # ---- step 1: articles

    def _articles(self, articles: Iterable[Article | Failure]) -> None:
        for article in corrections.withdrawn(self.db, self.wanted):
            restore_article(self.db, article)
            self.restored += 1
        known = {uid: (hash_, versions) for uid, hash_, versions in self.db.conn.execute(
            "SELECT a.uid, a.hash, n.versions FROM articles a JOIN analyses n ON n.article = a.id")}
        total = len(articles) if hasattr(articles, "__len__") else None
        for result in self.pipeline.analyse(self._to_analyse(articles, known)):
            with _uninterrupted():
                self._record(result, known)
            self._progress(total)
        self._flush_failures()
        for article in self.pending.values():  # a pipeline that loses an article must not lose it silently
            self._fail(Failure(article.id, "analyse", "no analysis came back"))
        self._progress(total)

    def _to_analyse(self, articles: Iterable[Article | Failure], known: dict) -> Iterator[Article]:
        """What needs analysing. The pipeline may pull from this in another thread: it does not touch the database."""
        for item in articles:
            if isinstance(item, Failure):
                self.read_failures.append(item)
                continue
            digest = item.hash
            if item.id in self.seen:
                if self.seen[item.id] != digest:
                    self.read_failures.append(Failure(item.path or item.url or item.id, "documents",
                                                      f"another article of this run has the id {item.id!r}"))
                continue
            self.seen[item.id] = digest
            if known.get(item.id) == (digest, self.analysed_by):
                self.report.unchanged += 1
            else:
                self.pending[item.id] = item
                yield item

    def _record(self, result: Analysis | Failure, known: dict) -> None:
        self._flush_failures()
        if isinstance(result, Failure):
            article = next((a for a in list(self.pending.values()) if result.source in (a.id, a.path, a.url)), None)
            if article is not None:
                del self.pending[article.id]
            self._fail(result)
            return
        article = result.article
        self.pending.pop(article.id, None)
        try:
            write_article(self.db, result, self.analysed_by)
        except (ValueError, sqlite3.IntegrityError, sqlite3.DataError) as error:  # spans outside the text, surrogates
            self._fail(Failure(article.path or article.url or article.id, "database", str(error)))
            return
        if mended := self.failed_before & {article.id, article.path, article.url}:
            with self.db.atomic():
                self.db.conn.executemany("DELETE FROM failures WHERE source = ?", [(source,) for source in mended])
        self.report.words += len(article.text.split())
        if article.id in known:
            self.report.changed += 1
        else:
            self.report.new += 1

    def _flush_failures(self) -> None:
        while self.read_failures:
            self._fail(self.read_failures.pop(0))

    def _fail(self, failure: Failure) -> None:
        self.report.failed += 1
        self.report.failures.append(failure)
        values = [str(value).encode("utf-8", "replace").decode("utf-8")
                  for value in (failure.source, failure.stage, failure.error)]
        with self.db.atomic():
            self.db.conn.execute("INSERT OR REPLACE INTO failures (source, stage, error, failed) VALUES (?, ?, ?, ?)",
                                 (*values, _now()))

    def _prune(self) -> None:
        failed = {failure.source for failure in self.report.failures}
        for number, uid, path, url in self.db.conn.execute("SELECT id, uid, path, url FROM articles").fetchall():
            if uid not in self.seen and not failed & {path, url}:
                remove_article(self.db, number)
                self.report.removed += 1

    # ---- step 3: everything that needs all articles

    def _finish(self, versions: dict[str, str], number: int, began: float) -> None:
        report, db = self.report, self.db
        rewritten = (report.new + report.changed + report.removed + self.restored > 0 or report.resumed
                     or self._differ(versions, "database"))
        anew = self._differ(versions, "database", LINKING, "entities.csv")
        relink = rewritten or anew
        corrected = relink or self._differ(versions, "corrections.csv")
        regroup = corrected or self._differ(versions, STATEMENTS)
        rescored = regroup or report.stances > 0 or self._differ(versions, "axes")
        gone: frozenset[str] = frozenset()
        with db.atomic():
            if relink:
                with self._step("linking"):
                    report.links, gone = entities.link(db, self.pipeline, self.entities_csv, anew)
            report.corrections = corrections.apply_corrections(db, self.wanted)
            if regroup:
                with self._step("statements"):
                    statements.write_statements(db, self.pipeline, self._differ(versions, "database", STATEMENTS))
            if rescored:
                with self._step("summaries"):
                    scoring.show_stances(db)
                    positions.write_positions(db, self.followed)
                    positions.write_speaker_targets(db, self.followed)
                    entities.count(db)
                    entities.remove_unused(db, gone)
            if not self.followed:
                with self._step("search"):
                    search.fill(db)
            for name in ("articles", "quotations", "entities", "statements"):
                setattr(report, name, db.table(name).count)
            self._close_build(number, "done", began)
        if rescored:
            db.execute(f"PRAGMA analysis_limit = {ANALYSED_ROWS}")
            db.analyze()

    def _differ(self, versions: dict[str, str], *keys: str) -> bool:
        return any(versions.get(key) != self.last.get(key) for key in keys)

    # ---- the record of the build

    def _close_build(self, number: int, status: str, began: float) -> None:
        report = self.report
        report.seconds = round(time.perf_counter() - began, 3)
        self.db.table("builds").update(number, {
            "finished": _now(), "status": status, "seconds": report.seconds, "n_new": report.new,
            "n_changed": report.changed, "n_unchanged": report.unchanged, "n_removed": report.removed,
            "n_failed": report.failed, "n_articles": self.db.table("articles").count,
            "n_quotations": self.db.table("quotations").count, "timings": compact(report.timings)})

    def _progress(self, total: int | None) -> None:
        report = self.report
        done = report.new + report.changed + report.unchanged + report.failed
        self.progress(Progress("articles", done, total, report.words, report.failed))

    @contextlib.contextmanager
    def _step(self, name: str) -> Iterator[None]:
        self.progress(Progress(name, 0))
        began = time.perf_counter()
        yield
        self.report.timings[name] = round(time.perf_counter() - began, 3)


@contextlib.contextmanager
def _uninterrupted() -> Iterator[None]:
    """Hold Ctrl-C back until the end of the block, so that an article that was analysed is not lost."""
    handler = signal.getsignal(signal.SIGINT)
    if threading.current_thread() is not threading.main_thread() or not callable(handler):
        yield
        return
    caught = []
    signal.signal(signal.SIGINT, lambda *signals: caught.append(signals))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, handler)
        if caught:
            handler(*caught[0])


def _digest(data: bytes | str) -> str:
    return hashlib.sha256(data if isinstance(data, bytes) else data.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _now() -> str:
    return datetime.now(timezone.utc).isoformat(timespec="seconds")
