"""The models inside the package: where they lie, what they are, whether they are whole."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent
WEIGHTS = Path(__file__).resolve().parent / "weights"
SUMS = "SHA256SUMS"


class ModelError(Exception):
    """A model file is missing or not what was shipped; the message says which and what to do."""


@dataclass(frozen=True, slots=True)
class ModelFile:
    """A bundled file: ``name`` relative to the package, size in bytes, SHA-256 as recorded."""

    name: str
    path: Path
    size: int
    sha256: str


def folders() -> list[Path]:
    """The folders of the package that carry weights, each with its own list of sums."""
    return sorted(path.parent for path in PACKAGE.glob("*/weights/" + SUMS))


def files() -> Iterator[ModelFile]:
    """Every bundled file as recorded; raises :class:`ModelError` where one is missing."""
    for folder in folders():
        for line in (folder / SUMS).read_text(encoding="utf-8").splitlines():
            digest, name = line.split(maxsplit=1)
            path = folder / name
            if not path.is_file():
                raise ModelError(f"{path}: missing; install the package again (pip install --force-reinstall)")
            yield ModelFile(str(path.relative_to(PACKAGE)), path, path.stat().st_size, digest)


def sha256(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal."""
    with open(path, "rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest() if hasattr(hashlib, "file_digest") else _sum(handle)


def _sum(handle) -> str:
    digest = hashlib.sha256()
    for block in iter(lambda: handle.read(1 << 20), b""):
        digest.update(block)
    return digest.hexdigest()


def verify() -> list[ModelFile]:
    """All bundled files, each with the sum recorded for it; raises :class:`ModelError` at the first that differs."""
    found = list(files())
    if not found:
        raise ModelError(f"no models under {PACKAGE}; install the package again (pip install --force-reinstall)")
    for file in found:
        if sha256(file.path) != file.sha256:
            raise ModelError(f"{file.path}: not the file that was shipped (SHA-256 differs); install the package again")
    return found


def write_sums(folder: Path) -> None:
    """Records the sums of all files under ``folder`` (training does this when it packs a model)."""
    rows = [f"{sha256(path)}  {path.relative_to(folder)}" for path in sorted(folder.rglob("*"))
            if path.is_file() and path.name != SUMS]
    (folder / SUMS).write_text("\n".join(rows) + "\n", encoding="utf-8")


def version() -> str:
    """A short name for the exact language models: changes when any weight does."""
    listed = (WEIGHTS / SUMS).read_text(encoding="utf-8")
    return hashlib.sha256(listed.encode()).hexdigest()[:12]


def resources() -> dict:
    """stanza's table of the bundled models."""
    return json.loads((WEIGHTS / "resources.json").read_text(encoding="utf-8"))
