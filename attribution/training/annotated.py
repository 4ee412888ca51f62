"""Articles written and annotated for training: quotations inside quotations, which no corpus annotates.

``quotations_written/*.txt`` holds one article a file, with marks around the words of each attribution:
``[1s|Mr Orr] [1q|said] [1c|[2s|the generals] [2q|believed] [2c|time was on their side]].`` The letter is the role
(content, cue ``q``, source); marks nest, a role may have several pieces. After a line ``----`` each attribution has
a line ``number | speaker | kind | attitude | targets``, a target with -1, 0 or 1 behind its name. ``quotations_inner`` holds
more, longer and soberer ones, written later; the language model learns from both, everything else from the first alone.

``quotations_checked`` holds more of the same, which measure: no weights were trained on them or fitted to them. All were
written by a language model; these apart from the rules that it measures, but its errors have been read since.
``python -m attribution.training.annotated FOLDER OUT`` writes a folder's articles as plain text to OUT/articles and their
gold to OUT/gold.jsonl, as ``attribution extract --text`` and ``attribution evaluate`` read them.
"""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import click

from attribution.records import Spans

FOLDER = Path(__file__).with_name("quotations_written")
INNER = Path(__file__).with_name("quotations_inner")
CHECKED = Path(__file__).with_name("quotations_checked")
KEPT_BACK = 6  # one article in so many is not trained on
OPENS = re.compile(r"\[(\d+)([cqs])\|")
ROLES = {"c": "content", "q": "cue", "s": "source"}


@dataclass(frozen=True, slots=True)
class Annotation:
    """One attribution: spans are code points of the article's text; ``speaker`` None where nobody is given,
    ``unnamed: …`` for one without a name; ``targets`` with the speaker's attitude, -1, 0 or 1."""

    number: int
    content: Spans
    cue: Spans
    source: Spans
    speaker: str | None
    kind: str
    attitude: str
    targets: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Annotated:
    """An article: its name, its text without marks, its attributions by number."""

    id: str
    text: str
    annotations: tuple[Annotation, ...]

    @property
    def trained(self) -> bool:
        return zlib.crc32(self.id.encode()) % KEPT_BACK != 1


def parse(raw: str, name: str) -> Annotated:
    """The article in a file's text. Raises ValueError that begins with ``name`` for marks that do not close, for an
    attribution without content or without its line."""
    body, _, tail = raw.partition("\n----")
    text, at, opened, spans = "", 0, [], {}
    while at < len(body):
        if mark := OPENS.match(body, at):
            opened.append((int(mark[1]), ROLES[mark[2]], len(text)))
            at = mark.end()
        elif body[at] == "]":
            if not opened:
                raise ValueError(f"{name}: a ] too many after {text[-30:]!r}")
            number, role, start = opened.pop()
            spans.setdefault(number, {}).setdefault(role, []).append((start, len(text)))
            at += 1
        else:
            text += body[at]
            at += 1
    if opened:
        raise ValueError(f"{name}: a mark of attribution {opened[-1][0]} does not close")
    lines = {int(cells[0]): cells[1:] for line in tail.splitlines() if line.strip()
             for cells in [[cell.strip() for cell in line.split("|")]]}
    if lines.keys() != spans.keys():
        raise ValueError(f"{name}: marks and lines differ: {sorted(lines.keys() ^ spans.keys())}")
    return Annotated(Path(name).stem, text, tuple(_annotation(n, spans[n], lines[n], name) for n in sorted(spans)))


def _annotation(number: int, spans: dict[str, list], cells: list[str], name: str) -> Annotation:
    if "content" not in spans or len(cells) != 4:
        raise ValueError(f"{name}: attribution {number} needs content and a line of five cells")
    speaker, kind, attitude, judged = cells
    targets = tuple((t.strip().rpartition(" ")[0], int(t.strip().rpartition(" ")[2]))
                    for t in judged.split(",") if judged.lower() != "none")
    roles = (tuple(sorted(spans.get(role, ()))) for role in ("content", "cue", "source"))
    return Annotation(number, *roles, None if speaker.lower() == "none" else speaker, kind, attitude, targets)


def articles(folder: Path = FOLDER) -> Iterator[Annotated]:
    """All written articles, by file name."""
    for path in sorted(folder.glob("*.txt")):
        yield parse(path.read_text("utf-8"), path.name)


def to_json(article: Annotated) -> dict:
    """The article as ``attribution evaluate`` reads gold."""
    return {"id": article.id, "text": article.text, "attributions": [
        {"id": f"{article.id}/{a.number}", "content": a.content, "cue": a.cue, "source": a.source, "kind": a.kind, "attitude": a.attitude,
         "speaker": a.speaker and (a.speaker.removeprefix("unnamed:").strip() + " (unnamed)" * a.speaker.startswith("unnamed:")),
         "targets": [t for t, _ in a.targets], "target_polarity": dict(a.targets)} for a in article.annotations]}


@click.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.argument("out", type=click.Path(file_okay=False, path_type=Path))
def main(folder: Path, out: Path) -> None:
    """Write the annotated articles in FOLDER as text and gold to OUT."""
    (out / "articles").mkdir(parents=True, exist_ok=True)
    found = list(articles(folder))
    for article in found:
        (out / "articles" / f"{article.id}.txt").write_text(article.text, encoding="utf-8")
    gold = "".join(json.dumps(to_json(article), ensure_ascii=False) + "\n" for article in found)
    (out / "gold.jsonl").write_text(gold, encoding="utf-8")
    click.echo(f"{out}: {len(found)} articles, {sum(len(a.annotations) for a in found)} attributions")


if __name__ == "__main__":
    main()
