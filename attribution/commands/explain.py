"""``attribution explain``: how a quotation's speaker, targets and stance came about."""

from __future__ import annotations

import json
from pathlib import Path

import click

from attribution.commands.common import FILE, plain_errors
from attribution.project import here


@click.command()
@click.argument("quotation")
@click.option("--db", "database", type=FILE, help="The database; default: db/quotes.db of the project.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@plain_errors
def explain(quotation: str, database: Path | None, as_json: bool) -> None:
    """Print what is known of QUOTATION (its uid) and what decided it: spans, scores, the words that decided, the examples of
    each axis that it is most like, versions.

    \b
    attribution explain 3f9a1c0b7d
    attribution explain 3f9a1c0b7d --json | jq .stances
    """
    from attribution.database import connection

    db = connection.open_database(database or here().database)
    try:
        found = gather(db, quotation)
    finally:
        connection.close(db)
    if found is None:
        raise click.ClickException(f"there is no quotation {quotation}; its uid stands in the address of its page")
    click.echo(json.dumps(found, indent=1, ensure_ascii=False) if as_json else render(found))


def gather(db, uid: str) -> dict | None:
    """All that the database knows of the quotation ``uid``; None where there is none."""
    row = next(iter(db.query("""
        SELECT q.*, a.uid AS article_uid, a.title, a.url, t.text AS article_text, e.name AS entity, e.uid AS entity_uid,
               n.versions
        FROM quotations q JOIN articles a ON a.id = q.article LEFT JOIN article_texts t ON t.article = a.id
             LEFT JOIN entities e ON e.id = q.speaker LEFT JOIN analyses n ON n.article = a.id
        WHERE q.uid = ?""", [uid])), None)
    if row is None:
        return None
    text = row.pop("article_text") or ""
    spans: dict[str, list] = {}
    for span in db["spans"].rows_where("quotation = ?", [row["id"]], order_by="start"):
        spans.setdefault(span["role"], []).append([span["start"], span["end"], text[span["start"] : span["end"]]])

    def words(evidence: str | None) -> list[str]:
        return [text[start:end] for start, end in json.loads(evidence or "[]")]

    targets = [{"name": t["name"], "polarity": t["polarity"], "confidence": t["confidence"], "words": words(t["evidence"])}
               for t in db["targets"].rows_where("quotation = ?", [row["id"]], order_by="number")]
    said = " ".join(part for *_, part in spans.get("content", []))
    stances = [{"axis": s["uid"], "label": s["label"], "score": s["score"], "confidence": s["confidence"],
                "words": words(s["evidence"]), "nearest": nearest(db, s["axis"], said), "axis_hash": s["hash"]}
               for s in db.query("SELECT s.*, a.uid, a.hash FROM stances s JOIN axes a ON a.id = s.axis "
                                 "WHERE s.quotation = ?", [row["id"]])]
    corrections = list(db["corrections"].rows_where("uid = ?", [uid]))
    return {"uid": uid, "article": row["article_uid"], "title": row["title"], "url": row["url"], "kind": row["kind"],
            "attitude": row["attitude"], "cue_polarity": row["cue_polarity"], "confidence": row["confidence"],
            "spans": spans, "speaker": {"name": row["entity"] or row["speaker_name"], "id": row["entity_uid"],
                                        "kind": row["speaker_kind"], "role": row["speaker_role"],
                                        "confidence": row["speaker_confidence"], "how": row["speaker_how"]},
            "targets": targets, "stances": stances, "corrections": corrections,
            "versions": json.loads(row["versions"] or "{}")}


def nearest(db, axis: int, words: str) -> list[dict]:
    """The examples of an axis, as the build knew them, that are most like ``words``."""
    from attribution import stance
    from attribution.records import LabelledStatement

    examples = [LabelledStatement(row["text"], row["label"], row["purpose"])
                for row in db["axis_statements"].rows_where("axis = ? AND purpose = ?", [axis, stance.EXAMPLE], order_by="number")]
    return [{"label": example.label, "text": example.text, "similarity": round(likeness, 3)}
            for example, likeness in stance.nearest(words, examples)]


def render(found: dict) -> str:
    """The same for people."""
    lines = [f"{found['uid']}  {found['article']}  {found['title'] or ''}",
             f"{found['kind']}, {found['attitude']}, {found['cue_polarity']}; confidence {found['confidence']:.2f}"]
    for role in ("source", "cue", "content"):
        for start, end, words in found["spans"].get(role, []):
            lines.append(f"  {role:8} [{start}, {end})  {words}")
    speaker = found["speaker"]
    role = f", {speaker['role']}" if speaker["role"] else ""
    lines.append(f"speaker   {speaker['name'] or 'unknown'}{role}"
                 + (f" ({speaker['confidence']:.2f}: {speaker['how']})" if speaker["how"] else ""))
    for target in found["targets"]:
        sign = "no attitude" if target["polarity"] is None else f"{target['polarity']:+.2f}"
        lines.append(f"target    {target['name']}: {sign}" + _because(target["words"]))
    for stance in found["stances"]:
        score = "" if stance["score"] is None else f" {stance['score']:+.2f}"
        lines.append(f"stance    {stance['axis']}: {stance['label']}{score} (confidence {stance['confidence']:.2f})"
                     + _because(stance["words"]))
        lines += [f"            like {near['similarity']:.2f} {near['label']}: {near['text']}" for near in stance["nearest"]]
    for correction in found["corrections"]:
        lines.append(f"corrected {correction['field']} -> {correction['value']} by {correction['who']} "
                     f"{correction['when']} ({correction['status']}) {correction['why']}")
    lines.append("versions  " + ", ".join(f"{stage} {version}" for stage, version in found["versions"].items()))
    return "\n".join(lines)


def _because(words: list[str]) -> str:
    return f"  by “{'”, “'.join(words)}”" if words else ""
