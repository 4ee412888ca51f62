"""Articles annotated for training: marks nest, spans are of the text without marks, mistakes are named."""

import json

import pytest
from click.testing import CliRunner

from attribution.training import annotated

RAW = """[1s|Mr Orr] [1q|said] [1c|[2s|the generals] [2q|believed] [2c|time was on their side]].

[3c|“We go,”] [3s|she] [3q|said], [3c|“or stay.”]
----
1 | Dan Orr | indirect | says | generals -1
2 | unnamed: generals | indirect | thinks | none
3 | Mira Lund | direct | says | none
"""


def cut(article, spans):
    return [article.text[start:end] for start, end in spans]


def test_marks_become_spans_of_the_plain_text():
    article = annotated.parse(RAW, "orr.txt")
    outer, inner, split = article.annotations
    assert article.text == "Mr Orr said the generals believed time was on their side.\n\n“We go,” she said, “or stay.”"
    assert cut(article, outer.content) == ["the generals believed time was on their side"] and outer.targets == (("generals", -1),)
    assert cut(article, inner.source + inner.cue + inner.content) == ["the generals", "believed", "time was on their side"]
    assert cut(article, split.content) == ["“We go,”", "“or stay.”"]


def test_the_gold_form_names_unnamed_speakers_as_such():
    rows = annotated.to_json(annotated.parse(RAW, "orr.txt"))["attributions"]
    assert [row["speaker"] for row in rows] == ["Dan Orr", "generals (unnamed)", "Mira Lund"]


@pytest.mark.parametrize(("raw", "message"), [
    ("[1c|so\n----\n1 | A | direct | says | none", "does not close"), ("so]\n----\n", "too many"),
    ("[1c|so]\n----\n", "differ"), ("[1s|so]\n----\n1 | A | direct | says | none", "needs content"),
])  # fmt: skip
def test_mistakes_are_named_with_the_file(raw, message):
    with pytest.raises(ValueError, match=rf"a\.txt.*{message}"):
        annotated.parse(raw, "a.txt")


@pytest.mark.parametrize("folder", [annotated.FOLDER, annotated.INNER])
def test_the_written_articles_can_all_be_read_and_some_are_kept_back(folder):
    articles = list(annotated.articles(folder))
    assert len(articles) > 40 and 0 < sum(not article.trained for article in articles) < len(articles) / 4
    all_is_well(articles)


def test_the_articles_that_measure_are_others():
    checked = list(annotated.articles(annotated.CHECKED))
    assert len(checked) == 104 and sum(len(article.annotations) for article in checked) > 2800
    trained = {article.text for folder in (annotated.FOLDER, annotated.INNER) for article in annotated.articles(folder)}
    assert not {article.text for article in checked} & trained
    all_is_well(checked)


def test_articles_are_written_as_text_and_gold(tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "orr.txt").write_text(RAW, encoding="utf-8")
    done = CliRunner().invoke(annotated.main, [str(tmp_path / "in"), str(tmp_path / "out")])
    assert done.exit_code == 0, done.output
    gold = json.loads((tmp_path / "out" / "gold.jsonl").read_text(encoding="utf-8"))
    assert (tmp_path / "out" / "articles" / "orr.txt").read_text(encoding="utf-8") == gold["text"]
    assert len(gold["attributions"]) == RAW.partition("----")[2].strip().count("\n") + 1


def all_is_well(articles):
    for article in articles:
        for annotation in article.annotations:
            assert all(article.text[s:e].strip() for s, e in annotation.content + annotation.cue + annotation.source)
            assert annotation.kind in ("direct", "mixed", "indirect") and annotation.attitude in ("says", "thinks", "wants")
