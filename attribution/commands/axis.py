"""``attribution axis``: write, check, fit, score and evaluate stance axes."""

from __future__ import annotations

import dataclasses
import json
import sys
from pathlib import Path

import click

from attribution.commands.common import FILE, plain_errors
from attribution.project import here

LABELS = ("negative", "neutral", "positive", "unrelated")


@click.group()
def axis() -> None:
    """Stance axes: a question, two poles, about eight examples each, in a YAML file."""


def _load(name: Path):
    from attribution import stance

    path = name if name.exists() or name.suffix else here().axes / f"{name}.yml"
    return stance.load_axis(path)


@axis.command()
@click.argument("name")
@click.option("--out", type=FILE, help="Where to write; default: db/axes/NAME.yml of the project.")
@plain_errors
def new(name: str, out: Path | None) -> None:
    """Write a file to start an axis NAME from.

    \b
    attribution axis new tariffs_raise_vs_cut
    """
    from attribution import stance

    out = out or here().axes / f"{name}.yml"
    if out.exists():
        raise click.ClickException(f"{out} is there already; choose another name or edit it")
    text = stance.template(name)
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(text, encoding="utf-8")
    click.echo(f"{out}: fill in the examples, then: attribution axis check {out}")


@axis.command()
@click.argument("axes", nargs=-1, type=FILE, required=True)
@plain_errors
def check(axes: tuple[Path, ...]) -> None:
    """Check axis files and say what would make them better."""
    from attribution import stance

    for path in axes:
        found = _load(path)
        advice = stance.advice(found)
        click.echo(f"{path}: {'good' if not advice else 'usable'}")
        for line in advice:
            click.echo(f"  {line}")


@axis.command()
@click.argument("name", type=FILE, metavar="AXIS")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@plain_errors
def fit(name: Path, as_json: bool) -> None:
    """Fit AXIS to its examples and say which of them do not hold together with the rest.

    Each example is scored by the axis fitted to all the others. One that comes out elsewhere is not wrong, but the
    axis needs more examples of its kind, or plainer words. Fitting takes seconds and is done anew wherever the axis
    is used: nothing has to be kept.

    \b
    attribution axis fit ceasefire_vs_talks
    """
    from attribution import stance

    found = stance.Scorer(_load(name)).left_out()
    if as_json:
        click.echo(json.dumps([dataclasses.asdict(one) for one in found], indent=1, ensure_ascii=False))
        return
    right = sum(one.label == one.found for one in found)
    click.echo(f"{right} of {len(found)} examples come out where they stand when the axis is fitted to the others")
    for one in found:
        if one.label != one.found:
            click.echo(f"  {one.label}, comes out {one.found} ({one.confidence:.2f}): {one.text}")


@axis.command()
@click.argument("name", type=FILE, metavar="AXIS")
@click.option("--in", "source", type=click.File(encoding="utf-8"), default="-", help='JSON lines with "text".')
@plain_errors
def score(name: Path, source) -> None:
    """Score loose statements on AXIS (a file, or the name of one in db/axes): JSON lines in, JSON lines out.

    \b
    echo '{"text": "The guns must fall silent first."}' | attribution axis score ceasefire_vs_talks
    """
    from attribution import stance

    rows = _rows(source)
    found = stance.Scorer(_load(name)).score([row["text"] for row in rows], [row.get("context") for row in rows])
    for row, result in zip(rows, found):
        row |= {"score": result.score, "label": result.label, "confidence": round(result.confidence, 4),
                "evidence": result.evidence}
        sys.stdout.write(json.dumps(row, ensure_ascii=False) + "\n")


@axis.command()
@click.argument("name", type=FILE, metavar="AXIS")
@click.argument("labelled", type=click.File(encoding="utf-8"))
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@plain_errors
def evaluate(name: Path, labelled, as_json: bool) -> None:
    """Score LABELLED statements (JSON lines with "text" and "label") and compare.

    \b
    attribution axis evaluate db/axes/ceasefire_vs_talks.yml labelled.jsonl
    """
    from attribution import stance

    rows = _rows(labelled, "label")
    texts = [row["text"] for row in rows]
    try:
        report = stance.evaluate([row["label"] for row in rows], stance.Scorer(_load(name)).score(texts))
    except ValueError as error:
        raise click.ClickException(f"{labelled.name}: {error}") from error
    if as_json:
        click.echo(json.dumps(dataclasses.asdict(report), indent=1))
        return
    click.echo(f"{report.count} statements: macro-F1 {report.macro_f1:.3f}, the two poles {report.poles_f1:.3f}, "
               f"accuracy {report.accuracy:.3f}, calibration error (ECE) {report.calibration_error:.3f}")
    click.echo(f"{'labelled / found':18}" + "".join(f"{label:>11}" for label in LABELS))
    for label, counts in zip(LABELS, report.confusion):
        click.echo(f"{label:18}" + "".join(f"{count:11}" for count in counts))


def _rows(source, *needed: str) -> list[dict]:
    rows = []
    for number, line in enumerate(source, 1):
        if not line.strip():
            continue
        where = f"{source.name}:{number}"
        try:
            row = json.loads(line)
        except json.JSONDecodeError as error:
            raise click.ClickException(f"{where}: not JSON ({error.msg}); one object a line is wanted") from error
        for key in ("text", *needed):
            if not isinstance(row, dict) or not isinstance(row.get(key), str):
                raise click.ClickException(f'{where}: no "{key}"; each line is an object with "text"'
                                           + "".join(f' and "{k}"' for k in needed))
        rows.append(row)
    return rows
