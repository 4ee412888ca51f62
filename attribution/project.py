"""Where a project's files lie: what a person curates and what is built, all under ``db/``."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
#: The folder with the sample corpus: that of the repository, or the copy that a wheel carries.
SAMPLE = _PACKAGE / "sample" if (_PACKAGE / "sample").is_dir() else _PACKAGE.parent
#: Where the sample is built: in a clone where it lies; what a wheel installed may be for reading only, so in a copy here.
DEMO = SAMPLE if SAMPLE == _PACKAGE.parent else Path("attribution-demo")


@dataclass(frozen=True, slots=True)
class Project:
    """A folder with ``db/`` (articles, axes, entities.csv, corrections.csv, quotes.db) and ``metadata.yml``."""

    root: Path

    @property
    def db(self) -> Path:
        return self.root / "db"

    @property
    def database(self) -> Path:
        return self.db / "quotes.db"

    @property
    def articles(self) -> Path:
        return self.db / "articles"

    @property
    def axes(self) -> Path:
        return self.db / "axes"

    @property
    def entities(self) -> Path:
        return self.db / "entities.csv"

    @property
    def corrections(self) -> Path:
        return self.db / "corrections.csv"

    @property
    def metadata(self) -> Path:
        return self.root / "metadata.yml"


def here() -> Project:
    """The project of the working folder, or of the nearest folder above that has ``db/axes``; else the sample's, built or not."""
    folder = Path.cwd()
    for candidate in (folder, *folder.parents):
        if (candidate / "db" / "axes").is_dir():
            return Project(candidate)
    return Project(DEMO)


def sample() -> Project:
    """The sample's project, ready to be built."""
    if not Project(DEMO).db.exists():
        shutil.copytree(SAMPLE, DEMO, dirs_exist_ok=True)
    return Project(DEMO)
