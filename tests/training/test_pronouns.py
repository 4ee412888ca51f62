"""The weights of the pronoun resolver: how cases are read and fitted."""

from __future__ import annotations

from attribution.training.pronouns import FOLDS, Case, annotated_cases, fit, gum, held_out, sources_right

CONLLU = """# newdoc id = GUM_news_tea
# newpar
# newpar_block = p (2 s)
# sent_id = GUM_news_tea-1
1\tAnna\tAnna\tPROPN\tNNP\t_\t2\tnsubj\t_\tEntity=(1-person-new-cf1-1-coref(2-person-new-sgl)
2\tslept\tsleep\tVERB\tVBD\t_\t0\troot\t_\tEntity=1)|SpaceAfter=No
3\t.\t.\tPUNCT\t.\t_\t2\tpunct\t_\t_

# newpar
# sent_id = GUM_news_tea-2
1\tShe\tshe\tPRON\tPRP\t_\t2\tnsubj\t_\tEntity=(1-person-giv-cf1-1-ana)
2\tdreamt\tdream\tVERB\tVBD\t_\t0\troot\t_\tSpaceAfter=No
3\t.\t.\tPUNCT\t.\t_\t2\tpunct\t_\t_

# newdoc id = GUM_vlog_tea
1\tTea\ttea\tNOUN\tNN\t_\t0\troot\t_\t_
"""

ARTICLE = """A quiet border

Mr. Martin Okafor met Mrs. Anna Velikova. [1c|“We had tea,”] [1s|she] [1q|said].
----
1 | Anna Velikova | direct | says | none
"""


def test_mentions_of_gum_are_read_by_their_characters(tmp_path):
    path = tmp_path / "gum.conllu"
    path.write_text(CONLLU, encoding="utf-8")
    [(text, mentions)] = list(gum(path))
    assert text.strip() == "Anna slept.\n\nShe dreamt."
    assert {text[start:end]: number for (start, end), number in mentions.items()} == {"Anna": "2", "Anna slept": "1", "She": "1"}


def test_a_case_is_the_candidates_and_who_of_them_is_meant(tmp_path):
    (tmp_path / "border.txt").write_text(ARTICLE, encoding="utf-8")
    [(_, rows, right, *_)] = list(annotated_cases(tmp_path))
    assert len(rows) == len(right) and sum(right) == 1 and not right[-1]  # the last candidate is nobody
    assert rows[right.index(True)]["gender"] > 0


def test_the_fit_finds_what_tells_them_apart():
    cases = [Case(1.0, [{"near": 1.0, "often": 1.0}, {"near": 0.0, "often": 1.0}], [True, False])] * 5
    weights = fit(cases)
    assert weights["near"] > 0.5 and abs(weights["often"]) < 0.01


def test_sources_are_judged_by_weights_that_never_saw_their_document():
    def case(document: int, first: bool, source: bool = True) -> Case:
        return Case(1.0, [{"near": 1.0}, {"near": -1.0}, {"nobody": 1.0}], [first, not first, False], source, document)

    usual = [case(document, True) for document in range(2 * FOLDS)]
    assert sources_right([*usual, case(0, False, source=False)], {"near": 5.0}) == (len(usual), len(usual))
    assert sources_right(usual, {"near": -5.0}) == (0, len(usual))
    odd = FOLDS - 1  # all documents of one part say the opposite: what is learnt from the others misjudges them
    turned = [case(document, document % FOLDS != odd) for document in range(2 * FOLDS)]
    assert held_out([], turned) == (2 * (FOLDS - 1), 2 * FOLDS)
