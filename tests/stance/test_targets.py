"""Targets of quotations: who and what is spoken of, who is not; on stanza's own documents, built from CoNLL-U."""

from stanza.utils.conll import CoNLL

from attribution.records import Article, Chain, Mention, Quotation, Speaker
from attribution.stance.targets import find_targets, with_polarity

ACCUSED = """\
1	Velta	Velta	PROPN	_	_	4	nsubj	_	start_char=0|end_char=5
2	Oru	Oru	PROPN	_	_	1	flat	_	start_char=6|end_char=9
3	sharply	sharply	ADV	_	_	4	advmod	_	start_char=10|end_char=17
4	accused	accuse	VERB	_	_	0	root	_	start_char=18|end_char=25
5	Marn	Marn	PROPN	_	_	4	obj	_	start_char=26|end_char=30
6	Hesk	Hesk	PROPN	_	_	5	flat	_	start_char=31|end_char=35
7	of	of	SCONJ	_	_	8	mark	_	start_char=36|end_char=38
8	breaking	break	VERB	_	_	4	advcl	_	start_char=39|end_char=47
9	the	the	DET	_	_	10	det	_	start_char=48|end_char=51
10	truces	truce	NOUN	_	_	8	obj	_	start_char=52|end_char=58
11	.	.	PUNCT	_	_	4	punct	_	start_char=58|end_char=59
"""
TEXT = "Velta Oru sharply accused Marn Hesk of breaking the truces."


def document(conllu: str):
    return CoNLL.conll2doc(input_str=conllu + "\n")


def span(piece: str, text: str = TEXT) -> tuple[int, int]:
    return text.index(piece), text.index(piece) + len(piece)


def chain(name: str, kind: str = "person", text: str = TEXT) -> Chain:
    return Chain(name, kind, (Mention(span(name, text), name, "name"),))


ORU, HESK = chain("Velta Oru"), chain("Marn Hesk")
QUOTATION = Quotation("q1", "indirect", (span("breaking the truces"),), (span("accused"), span("of")), (span("Velta Oru"),))
SPEAKER = Speaker(0, "Velta Oru", "person")


def test_the_accused_comes_first_then_the_policy_object_and_never_the_speaker():
    (targets,) = with_polarity(find_targets(Article("a", TEXT), document(ACCUSED), [QUOTATION], [ORU, HESK], [SPEAKER],
                                            {"ceasefire": ["ceasefire", "truce"]}))
    assert [(t.name, t.chain) for t in targets] == [("Marn Hesk", 1), ("ceasefire", None)]
    assert [TEXT[slice(*t.span)] for t in targets] == ["Marn Hesk", "truces"]
    assert targets[0].polarity < 0
    for target in targets:
        assert all(TEXT[start:end].strip() for start, end in target.evidence)


def test_who_is_told_is_no_target():
    text = TEXT.replace("accused", "told", 1)
    shifted = ACCUSED.replace("accused\taccuse", "told\ttell")
    # "told" is three letters shorter; the words after it stand three places earlier
    lines = []
    for line in shifted.splitlines():
        cells = line.split("\t")
        start, end = (int(part.split("=")[1]) for part in cells[9].split("|"))
        cells[9] = f"start_char={start - 3 * (start > 18)}|end_char={end - 3 * (end > 18)}"
        lines.append("\t".join(cells))
    quotation = Quotation("q1", "indirect", (span("breaking the truces", text),), (span("told", text),), (span("Velta Oru", text),))
    (targets,) = find_targets(Article("a", text), document("\n".join(lines) + "\n"), [quotation],
                              [chain("Velta Oru", text=text), chain("Marn Hesk", text=text)], [SPEAKER], {})
    assert targets == ()


def test_a_place_is_no_target_and_no_quotation_no_targets():
    place = Chain("Marn Hesk", "place", HESK.mentions)
    assert find_targets(Article("a", TEXT), document(ACCUSED), [QUOTATION], [ORU, place], [SPEAKER], {}) == ((),)
    assert find_targets(Article("a", TEXT), document(ACCUSED), [], [ORU], [], {}) == ()
