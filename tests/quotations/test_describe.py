"""From marked sentences to quotations: kind, attitude, polarity, addressee, medium, and what was never said.

In the sentences <s> marks the source, <q> the cue, <c> the content. The parses are the bundled models' own.
"""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stanza.models.common.doc import Document

from attribution.documents.paragraphs import paragraphs
from attribution.language.pipeline import annotate
from attribution.quotations.confidence import RAW
from attribution.quotations.describe import describe
from attribution.records import Article, Relation

TAG = re.compile(r"<(/?)([sqc])>")


def read(marked):
    """The sentence without its tags, and the relation that they mark."""
    spans, text, opened, last = {"s": [], "q": [], "c": []}, "", {}, 0
    for tag in TAG.finditer(marked):
        text += marked[last:tag.start()]
        last = tag.end()
        if tag[1]:
            spans[tag[2]].append((opened.pop(tag[2]), len(text)))
        else:
            opened[tag[2]] = len(text)
    text += marked[last:]
    return text, Relation(tuple(spans["c"]), tuple(spans["q"]), tuple(spans["s"]), 0.75)


@pytest.fixture(scope="module")
def describe_one():
    """One marked sentence in, its quotation out (None when nothing was said)."""
    def run(marked):
        text, relation = read(marked)
        [doc] = annotate([text], [paragraphs(text)])
        found = describe(Article("test", text), doc, [relation])
        return found[0] if found else None

    return run


@pytest.mark.parametrize("marked, kind", [
    ("<c>“The bridge is safe,”</c> <s>Mara Hale</s> <q>said</q>.", "direct"),
    ('<c>"The bridge,"</c> <s>Hale</s> <q>said</q>, <c>"is safe."</c>', "direct"),
    ("<c>‘The bridge is safe’</c>, <s>Hale</s> <q>said</q>.", "direct"),
    ("<c>«The bridge is safe»</c>, <s>Hale</s> <q>said</q>.", "direct"),
    ("<c>“The bridge is safe.\n\n“It's been safe for years.”</c> <s>Hale</s> <q>said</q>.", "direct"),
    ("<s>Hale</s> <q>said</q> <c>that “the bridge is safe.”</c>", "direct"),
    ("<s>Hale</s> <q>called</q> <c>the bridge “a marvel”</c>.", "mixed"),
    ("<s>Hale</s> <q>says</q> <c>the council is ‘scared’ of its engineers</c>.", "mixed"),
    ("<s>Hale</s> <q>said</q> <c>the engineers' report wasn't the council's</c>.", "indirect"),
    ("<s>Hale</s> <q>said</q> <c>the bridge was safe</c>.", "indirect"),
    ("“<s>I</s> <q>think</q> <c>the bridge is safe</c>,” Hale said.", "indirect"),
])
def test_kind_follows_the_quotation_marks(describe_one, marked, kind):
    assert describe_one(marked).kind == kind


@pytest.mark.parametrize("marked, attitude", [
    ("<s>Hale</s> <q>said</q> <c>the bridge was safe</c>.", "says"),
    ("<s>Hale</s> <q>accused</q> the council <q>of</q> <c>hiding the report</c>.", "says"),
    ("<q>According to</q> <s>Hale</s>, <c>the bridge was safe</c>.", "says"),
    ("<s>Hale</s> <q>believes</q> <c>the bridge is safe</c>.", "thinks"),
    ("<s>Hale</s> <q>doubts</q> <c>that the bridge is safe</c>.", "thinks"),
    ("<s>Hale</s> <q>is confident</q> <c>the bridge will hold</c>.", "thinks"),
    ("<s>Hale</s> <q>wants</q> <c>to close the bridge</c>.", "wants"),
    ("<s>Hale</s> <q>called for</q> <c>a new bridge</c>.", "wants"),
    ("<s>Hale</s> <q>asked</q> the council <c>to close the bridge</c>.", "wants"),
    ("<s>Hale</s> <q>asked</q> <c>who would pay for the bridge</c>.", "says"),
    ("<s>Hale</s> <q>expressed a willingness</q> <c>to close the bridge</c>.", "wants"),
    ("<s>Hale</s> <q>reiterated her demand for</q> <c>a new bridge</c>.", "wants"),
    ("<s>Hale</s> <q>agreed</q> <c>to close the bridge</c>.", "wants"),
    ("<s>The engineer</s> <q>claims</q> <c>to have closed the bridge</c>.", "says"),
    ("<s>Hale</s> <q>would like</q> <c>to close the bridge</c>.", "wants"),
])
def test_attitude_of_the_cue(describe_one, marked, attitude):
    assert describe_one(marked).attitude == attitude


@pytest.mark.parametrize("marked, polarity", [
    ("<s>Hale</s> <q>said</q> <c>the bridge was not safe</c>.", "affirmed"),
    ("<s>Hale</s> <q>denied</q> <c>that the bridge was unsafe</c>.", "denied"),
    ("<s>Hale</s> <q>did not say</q> <c>that the bridge was safe</c>.", "denied"),
    ("<s>The council</s> <q>rejected</q> <c>the proposal</c>.", "denied"),
    ("<s>Hale</s> <q>doubts</q> <c>that the bridge is safe</c>.", "doubted"),
    ("<s>I</s> <q>don't think</q> <c>the bridge is safe</c>.", "doubted"),
    ("<s>Hale</s> <q>does not doubt</q> <c>that the bridge is safe</c>.", "affirmed"),
    ("<s>Hale</s> <q>dismissed</q> <c>the report as a fairy tale</c>.", "affirmed"),
    ("<s>Hale</s> <q>denied</q> <c>that she had acted as an engineer</c>.", "denied"),
    ("<s>Hale</s> <q>no longer believes</q> <c>that the bridge is safe</c>.", "doubted"),
])
def test_polarity_of_the_cue(describe_one, marked, polarity):
    assert describe_one(marked).cue_polarity == polarity


@pytest.mark.parametrize("marked, addressee", [
    ("<s>Hale</s> <q>told</q> reporters <c>that the bridge was safe</c>.", "reporters"),
    ("<c>“The bridge is safe,”</c> <s>Hale</s> <q>told</q> the Delta Herald on Tuesday.", "Delta Herald"),
    ("<s>Hale</s> <q>said</q> to the engineers <c>that the bridge was safe</c>.", "engineers"),
    ("<s>Hale</s> <q>urged</q> the council <c>to close the bridge</c>.", "council"),
    ("<s>Hale</s> <q>called on</q> the council <c>to close the bridge</c>.", "council"),
    ("In a letter to the council, <s>Hale</s> <q>wrote</q> <c>that the bridge was safe</c>.", "council"),
    ("<s>Hale</s> <q>told</q> her <c>that the bridge was safe</c>.", None),
    ("<s>Hale</s> <q>said</q> on Tuesday <c>that the bridge was safe</c>.", None),
    ("<s>Hale</s> <q>told the truth</q> <c>about the bridge</c>.", None),
])
def test_addressee(describe_one, marked, addressee):
    assert describe_one(marked).addressee == addressee


@pytest.mark.parametrize("marked, medium", [
    ("<c>“The bridge is safe,”</c> <s>Hale</s> <q>said</q> in a statement.", "statement"),
    ("<c>“The bridge is safe,”</c> <s>Hale</s> <q>said</q> in a video posted on Telegram.", "video posted on Telegram"),
    ("<c>“The bridge is safe,”</c> <s>Hale</s> <q>said</q> at a conference on bridges in Delft.",
     "conference on bridges in Delft"),
    ("In an interview on Monday, <s>Hale</s> <q>said</q> <c>the bridge was safe</c>.", "interview"),
    ("<s>Hale</s> <q>said in an email</q> <c>that the bridge was safe</c>.", "email"),
    ("<s>Hale</s> <q>wrote</q> on Facebook <c>that the bridge was safe</c>.", "Facebook"),
    ("<s>Hale</s> was <q>quoted</q> by the news agency as <q>saying</q> <c>the bridge was safe</c>.",
     "quoted by news agency"),
    ("<s>Hale</s> <q>said</q> in Delft <c>that the bridge was safe</c>.", None),
    ("<s>Hale</s> <q>said</q> on Tuesday <c>that the bridge was safe</c>.", None),
    ("<s>Hale</s> <q>hopes</q> <c>to close the bridge</c> in a statement.", None),
])
def test_medium(describe_one, marked, medium):
    assert describe_one(marked).medium == medium


@pytest.mark.parametrize("marked", [
    "If <s>Hale</s> <q>says</q> <c>the bridge is safe</c>, it will open again.",
    "If <s>Hale</s> takes the step <q>to say</q> <c>the bridge is safe</c>, it will open again.",
    "The bridge will not open unless <s>Hale</s> <q>agrees</q> <c>to sign the report</c>.",
    "If the council refuses, it will be a sign that <s>the city</s> <q>does not want</q> <c>to mend the bridge</c>.",
    "It is unclear whether <s>Hale</s> <q>said</q> <c>the bridge was safe</c>.",
    "Did <s>Hale</s> <q>say</q> <c>that the bridge was safe</c>?",
    "Did <s>Hale</s> <q>say</q> <c>that the bridge was safe?</c>",
    "<s>Hale</s> <q>has not threatened</q> <c>to close the bridge</c>.",
    "<s>The council</s> <q>never promised</q> <c>that the bridge would open</c>.",
    "The council wants <s>Hale</s> <q>to say</q> <c>that the bridge is safe</c>.",
    "<s>Hale</s> <q>will announce</q> <c>a new bridge</c> on Friday.",
    "<s>Hale</s> <q>has yet to announce</q> <c>a new bridge</c>.",
    "<s>Hale</s> <q>might say</q> <c>that the bridge is safe</c>.",
    "<s>Hale</s> <q>has not said</q> <c>whether the bridge is safe</c>.",
    "<s>The council</s> <q>declined to say</q> <c>when the bridge would open</c>.",
    "<s>Hale</s> <q>declined</q> <c>to say who would pay</c>.",
    "<s>Hale</s> <q>refused to comment on</q> <c>the cost of the bridge</c>.",
    "<s>Neither engineer</s> <q>said</q> <c>that the bridge was safe</c>.",
    "<s>Nobody in the council</s> <q>expected</q> <c>the bridge to hold</c>.",
    "<s>Hale</s> <q>was asked</q> <c>whether the bridge was safe</c>.",
])
def test_what_was_not_said_gives_no_quotation(describe_one, marked):
    assert describe_one(marked) is None


@pytest.mark.parametrize("marked", [
    "<s>Hale</s> <q>denied</q> <c>that the bridge was unsafe</c>.",
    "<s>Hale</s> <q>said</q> <c>the bridge would open if the council paid</c>.",
    "<c>“If the council pays, the bridge will open,”</c> <s>Hale</s> <q>said</q>.",
    "<s>Hale</s> <q>asked</q> <c>whether the council would pay</c>.",
    "<s>Hale</s> walked out, <q>warning</q> <c>that the bridge would fall if nobody paid</c>.",
    "<s>Hale</s> <q>expected</q> <c>that nobody would pay for the bridge</c>.",
    "<s>Hale</s> is reported <q>to have claimed</q> <c>that the bridge is safe</c>.",
    "<s>Hale</s> went on <q>to say</q> <c>that the bridge was safe</c>.",
    "<c>“Is the bridge safe?”</c> <s>Hale</s> <q>asked</q>.",
    "Only then did <s>Hale</s> <q>say</q>, <c>“Is the bridge safe?”</c>",
    "<s>Hale</s> <q>has not agreed</q> <c>to close the bridge</c>.",
    "<s>Hale</s> <q>threatened</q> <c>not to open the bridge</c>.",
    "<s>I</s> <q>would say</q> <c>that the bridge is safe</c>.",
])
def test_what_was_said_stays(describe_one, marked):
    assert describe_one(marked) is not None


def test_quotations_come_in_text_order_with_their_spans_unchanged():
    text = "Hale said the bridge was safe. Orr disagreed, saying it was not."
    [doc] = annotate([text], [paragraphs(text)])
    later = Relation(((53, 63),), ((46, 52),), ((31, 34),), 0.5)
    sooner = Relation(((10, 29),), ((5, 9),), ((0, 4),), 0.9)
    first, second = describe(Article("a", text), doc, [later, sooner], calibration=RAW)
    assert [first.id, second.id] == ["q1", "q2"]
    assert (first.content, first.cue, first.source) == (sooner.content, sooner.cue, sooner.source)
    assert first.confidence == 0.9
    assert (second.content, second.confidence) == (later.content, 0.5)


def test_who_reports_a_report_is_the_medium_of_the_inner_one():
    text = "The Delta Herald reported that Hale said the bridge was safe."
    [doc] = annotate([text], [paragraphs(text)])
    outer = Relation(((26, 60),), ((17, 25),), ((0, 16),))
    inner = Relation(((41, 60),), ((36, 40),), ((31, 35),))
    media = {quotation.content: quotation.medium for quotation in describe(Article("a", text), doc, [outer, inner])}
    assert media == {outer.content: None, inner.content: "reported by The Delta Herald"}


@pytest.mark.parametrize("marked, source", [
    ("Mara Hale spoke first, <q>saying</q> <c>that the bridge was safe</c>.", "Mara Hale"),
    ("Mara Hale opened the bridge and <q>said</q> <c>that it was safe</c>.", "Mara Hale"),
    ("Mara Hale began <q>to praise</q> <c>the engineers</c>.", "Mara Hale"),
    ("The council urged the engineers <q>to say</q> <c>when it would open</c>.", None),
    ("<c>The bridge</c> was <q>criticised by</q> the engineers.", "the engineers"),
    ("The mayor's <q>demand for</q> <c>a new bridge</c> was heard.", "The mayor's"),
    ("It was <q>reported</q> <c>that the bridge was safe</c>.", ""),
    ("<q>Asked about</q> <c>the bridge</c>, the mayor walked out.", ""),
])
def test_a_source_that_the_tagger_left_open_is_read_off_the_parse(describe_one, marked, source):
    text, _ = read(marked)
    found = describe_one(marked)
    if source is None:
        assert found is None  # urged, not said
    else:
        assert "".join(text[start:end] for start, end in found.source) == source


RELATIONS = ["nsubj", "obj", "iobj", "obl", "nmod", "mark", "aux", "advcl", "ccomp", "xcomp", "case", "conj", "punct",
             "appos", "acl:relcl", "flat", "compound", "det", "parataxis"]
WORDS = ["said", "told", "if", "not", "to", "in", "statement", "Mara", "she", "will", "denied", "“", "”", ",", "?",
         "the"]
UPOS = ["VERB", "NOUN", "PROPN", "PRON", "ADP", "PUNCT", "PART", "AUX", "SCONJ", "DET", "ADJ", "X"]


@st.composite
def wild_parses(draw):
    """A document with any heads and labels, trees or not, and relations over any of its words."""
    count = draw(st.integers(1, 14))
    words, at, text = [], 0, ""
    for number in range(1, count + 1):
        form = draw(st.sampled_from(WORDS))
        words.append({"id": number, "text": form, "lemma": form.lower(), "upos": draw(st.sampled_from(UPOS)),
                      "head": draw(st.integers(0, count)), "deprel": draw(st.sampled_from(RELATIONS)),
                      "start_char": at, "end_char": at + len(form)})
        text += form + " "
        at = len(text)
    spans = st.lists(st.tuples(st.integers(0, len(text)), st.integers(0, len(text))).map(lambda p: tuple(sorted(p))),
                     max_size=2).map(tuple)
    relations = draw(st.lists(st.builds(Relation, spans, spans, spans), max_size=4))
    return text, Document([words], text=text), relations


@settings(max_examples=150, deadline=None)
@given(wild_parses())
def test_no_parse_however_wrong_breaks_it_or_changes_what_the_tagger_found(case):
    text, doc, relations = case
    found = describe(Article("wild", text), doc, relations)
    assert [quotation.id for quotation in found] == [f"q{n}" for n in range(1, len(found) + 1)]
    sources = {}
    for relation in relations:
        sources.setdefault((relation.content, relation.cue), set()).add(relation.source)
    assert all(q.source in sources[q.content, q.cue] or () in sources[q.content, q.cue] for q in found)
    assert all(q.kind in ("direct", "mixed", "indirect") and q.attitude in ("says", "thinks", "wants")
               and q.cue_polarity in ("affirmed", "denied", "doubted") for q in found)
