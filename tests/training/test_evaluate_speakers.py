"""Speakers given the relations: what counts as right, wrong and unknown."""

from __future__ import annotations

import pytest

from attribution import language
from attribution.documents import paragraphs
from attribution.training.annotated import parse
from attribution.training.evaluate_speakers import judge, table, verdicts

ARTICLE = """A quiet border

Foreign Minister [1s|Anna Velikova] [1q|said] [1c|[2s|the generals] [2q|believed] [2c|time was short]].

[3c|“[4s|I] [4q|want] [4c|an answer],”] [3s|she] [3q|added]. [5c|“Now.”]
----
1 | Anna Velikova | indirect | says | none
2 | unnamed: generals | indirect | thinks | none
3 | Anna Velikova | direct | says | none
4 | Anna Velikova | indirect | wants | none
5 | Anna Velikova | direct | says | none
"""


def test_speakers_of_an_annotated_article():
    article = parse(ARTICLE, "border.txt")
    [document] = language.annotate([article.text], [paragraphs(article.text, ())], language.load())
    found = list(verdicts(article, document))
    assert [(v.number, v.group, v.outcome) for v in found] == [
        (1, "name", "right"),
        (2, "description", "right"),
        (3, "he/she/they/it", "right"),
        (4, "I/we", "right"),
        (5, "none", "right"),
    ]
    assert table(found).splitlines()[1].split() == ["all", "100.0", "0.0", "0.0", "5"]


@pytest.mark.parametrize(
    "wanted, given, outcome",
    [
        ("Anna Velikova", "Velikova", "right"),
        ("Anna Velikova", "Martin Okafor", "wrong"),
        ("Anna Velikova", "foreign minister (unnamed)", "unknown"),
        ("Anna Velikova", None, "unknown"),
        ("unnamed: generals", "Anna Velikova", "wrong"),
        ("unnamed: generals", "two generals (unnamed)", "right"),
        (None, None, "right"),
        (None, "Anna Velikova", "wrong"),
        ("army of Ruvania", "Ruvania’s army", "right"),
        ("Anna Velikova, Martin Okafor", "Martin Okafor and Anna Velikova", "right"),
    ],
)
def test_a_wrong_name_is_worse_than_none(wanted, given, outcome):
    assert judge(wanted, given) == outcome


def test_a_surname_that_two_share_names_nobody():
    assert judge("Anna Velikova", "Velikova", others=["Boris Velikova"]) == "unknown"
    assert judge("Anna Velikova", "Velikova", others=["Martin Okafor"]) == "right"
