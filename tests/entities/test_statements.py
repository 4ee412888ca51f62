"""Quotations in, groups of the same utterance out."""

from __future__ import annotations

import itertools
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attribution.entities import StatementItem, statements

TEXT = "\u201cWe will not sell the harbour to anybody, and we will not lease its cranes,\u201d"


def together(a: str, b: str, **options) -> bool:
    """Whether two quotations by one speaker, a day apart in two papers, come out as one statement."""
    second = {"article": "y", "published": "2031-03-03", "speaker": "s"} | options
    items = [
        StatementItem("1", a, "direct", "s", "x", "Post", "2031-03-02"),
        StatementItem("2", b, "indirect", second["speaker"], second["article"], "Globe", second["published"]),
    ]
    rest = [
        StatementItem(str(n), f"The {w} costs {n} crowns at the {v}", "indirect", "s", f"z{n}")
        for n, (w, v) in enumerate(itertools.product(("tram", "bread", "opera"), ("market", "station")), 3)
    ]
    return ("1", "2") in statements(items + rest)


@pytest.mark.parametrize(
    "other",
    [
        "\u201cWe will not sell the harbour to anybody\u201d",
        "they would not sell the harbour to anybody, and would not lease its cranes",
        "she would \u201cnot sell the harbour to anybody\u201d and would not lease its cranes",
    ],
)
def test_shortened_shifted_and_partly_quoted(other):
    assert together(TEXT, other)


@pytest.mark.parametrize(
    "other",
    [
        "We will sell the harbour to anybody, and we will lease its cranes",
        "the harbour has cranes",
        "We will not sell the airport to anybody",
    ],
)
def test_a_negation_or_another_matter_keeps_apart(other):
    assert not together(TEXT, other)


def test_numbers_keep_apart():
    assert not together("The port handled 40 ships in the last week of March", "The port handled 60 ships in the last week of March")


def test_speakers_keep_apart_and_old_words_are_recalled():
    assert not together(TEXT, TEXT, speaker="t")
    assert together(TEXT, "we will not sell the harbour to anybody", published="2032-01-01")


def test_what_stands_inside_a_quotation_is_no_repetition_of_it():
    whole = "The minister told me that the ferry will sail at noon tomorrow"
    items = [
        StatementItem("1", whole, "direct", "s", "x", spans=((0, 62),)),
        StatementItem("2", "the ferry will sail at noon tomorrow", "indirect", "s", "x", spans=((26, 62),)),
        StatementItem("3", "the ferry will sail at noon tomorrow", "indirect", "s", "x", spans=((100, 136),)),
    ]
    assert ("1", "2") not in statements(items[:2]) and statements(items[1:]) == [("2", "3")]


def test_the_first_report_comes_first():
    items = [
        StatementItem("late", TEXT, "direct", "s", "x", "Post", "2031-03-05"),
        StatementItem("early", TEXT, "direct", "s", "y", "Globe", "2031-03-01"),
        StatementItem("undated", TEXT, "direct", "s", "z"),
    ]
    assert statements(items) == [("early", "late", "undated")]


item = st.builds(
    StatementItem,
    st.uuids().map(str),
    st.text(max_size=60),
    st.just("direct"),
    st.sampled_from([None, "s", "t"]),
    st.sampled_from(["x", "y"]),
    st.none(),
    st.sampled_from([None, "2031-03-01", "no date"]),
)


@settings(max_examples=60)
@given(st.lists(item, max_size=8, unique_by=lambda i: i.uid))
def test_groups_are_disjoint_and_of_one_speaker(items):
    groups, speaker = statements(items), {i.uid: i.speaker for i in items}
    members = [uid for group in groups for uid in group]
    assert len(members) == len(set(members)) and all(len(g) > 1 and len({speaker[u] for u in g}) == 1 for g in groups)


def test_the_gold_statements(root):
    """Floors on tests/gold: pairs of the sample's quotations; measured 2026-11: precision 100, recall 85.2."""
    gold = json.loads((root / "tests/gold/statements.json").read_text(encoding="utf-8"))
    items = []
    for line in (root / "tests/gold/sample.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        for a in row["attributions"]:
            items.append(
                StatementItem(
                    f"{row['id']}/{a['id']}",
                    " ".join(row["text"][s:e] for s, e in a["content"]),
                    a["kind"],
                    None if "(unnamed)" in a["speaker"] else a["speaker"],
                    row["id"],
                    row["article"]["outlet"],
                    row["article"]["published"],
                    tuple(map(tuple, a["content"])),
                )
            )

    def pairs(groups) -> set[frozenset[str]]:
        return {frozenset(p) for group in groups for p in itertools.combinations(group, 2)}

    wanted = pairs(["/".join(m) for m in group["members"]] for group in gold["same"])
    open_ = pairs(["/".join(m) for m in row.get("members") or row["pair"]] for row in gold["unjudged"])
    found = pairs(statements(items)) - open_
    assert len(found & wanted) / len(found) >= 0.95 and len(found & wanted) / len(wanted) >= 0.8
