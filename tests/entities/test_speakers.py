"""A text, its relations, and who speaks: through the real pipeline."""

from __future__ import annotations

import pytest

from attribution import language
from attribution.documents import paragraphs
from attribution.entities import resolve
from attribution.records import Article, Quotation


def span(text: str, words: str, after: int = 0) -> tuple[tuple[int, int], ...]:
    """Where ``words`` stand in ``text`` from ``after`` on; no span for no words."""
    if not words:
        return ()
    start = text.index(words, after)
    return ((start, start + len(words)),)


def read(text: str, *relations: tuple[str, str, str]):
    """Chains and speakers for relations given as (content, cue, source), each looked for behind the one before."""
    quotations, at = [], 0
    for n, (content, cue, source) in enumerate(relations):
        kind = "direct" if content[:1] in '"\u201c' else "indirect"
        spans = [span(text, part, at) for part in (content, cue, source)]
        quotations.append(Quotation(str(n), kind, *spans))
        at = min(s[0][0] for s in spans if s)
    [doc] = language.annotate([text], [paragraphs(text, ())], language.load())
    return resolve(Article("a", text), doc, quotations)


def names(text: str, *relations: tuple[str, str, str]) -> list[str | None]:
    """The speakers' names."""
    return [s and s.name for s in read(text, *relations)[1]]


ROLES = [
    (
        "Ruritanian Foreign Minister and former mayor Anna Velikova said the border would open.",
        "Ruritanian Foreign Minister and former mayor Anna Velikova",
        "Anna Velikova",
        "Ruritanian Foreign Minister and former mayor",
    ),
    (
        "President Paul Hensley's envoy Martin Okafor said the border would open.",
        "President Paul Hensley's envoy Martin Okafor",
        "Martin Okafor",
        "envoy",
    ),
    (
        "Head of Paul Hensley's Office Martin Okafor said the border would open.",
        "Head of Paul Hensley's Office Martin Okafor",
        "Martin Okafor",
        "Head of",
    ),
    (
        "Maria Lindqvist, the head of the port authority, said the border would open.",
        "Maria Lindqvist",
        "Maria Lindqvist",
        "head of the port authority",
    ),
    ("Sweden’s Maria Lindqvist said the border would open.", "Sweden’s Maria Lindqvist", "Maria Lindqvist", None),
]


@pytest.mark.parametrize("text, source, name, role", ROLES)
def test_the_name_in_a_noun_phrase_is_its_head_not_whoever_stands_in_it(text, source, name, role):
    [speaker] = read(text, ("the border would open", "said", source))[1]
    assert (speaker.name, speaker.kind) == (name, "person")
    assert role is None or role in (speaker.role or "")


def test_short_forms_join_the_full_name():
    text = 'Anna Velikova spoke in Oslo. "The border opens," Velikova said. Ms Velikova added that trains would run.'
    chains, speakers = read(text, ('"The border opens,"', "said", "Velikova"), ("trains would run", "added", "Ms Velikova"))
    assert [s.name for s in speakers] == ["Anna Velikova", "Anna Velikova"]
    [chain] = [c for c in chains if c.name == "Anna Velikova"]
    assert chain.gender == "f" and all(text[slice(*m.span)] == m.text for m in chain.mentions)


def test_the_name_before_the_last_is_a_short_form_too():
    text = "Elena Quiroga Paz said the dam would hold. Mrs Quiroga said it was new. Datuk Salmah Osman said it was old. Datuk Salmah left."
    relations = ("it was new", "said", "Mrs Quiroga"), ("it was old", "said", "Datuk Salmah Osman"), ("old", "left", "Datuk Salmah")
    assert names(text, *relations) == ["Elena Quiroga Paz", "Salmah Osman", "Salmah Osman"]


def test_two_of_one_surname_are_told_apart_by_their_title():
    text = "Mrs. Anna Keller met Mr. Thomas Keller. Mrs. Keller said the firm would stay. Mr. Keller said the firm would go."
    relations = ("the firm would stay", "said", "Mrs. Keller"), ("the firm would go", "said", "Mr. Keller")
    assert names(text, *relations) == ["Anna Keller", "Thomas Keller"]
    untold = read(text.replace("Mrs. Anna", "Anna").replace("Mr. Thomas", "Thomas"), *relations)[1]
    assert [s.name for s in untold] == ["Keller", "Keller"] and untold[0].chain != untold[1].chain


def test_he_continues_who_spoke_before_and_she_is_the_woman():
    text = (
        "Mr. Martin Okafor met Mrs. Anna Velikova on Monday. Mr. Okafor said the talks were short. "
        '"We had tea," he said. Mrs. Velikova said the talks were long. "We had cake," she said.'
    )
    assert names(
        text,
        ("the talks were short", "said", "Mr. Okafor"),
        ('"We had tea,"', "said", "he"),
        ("the talks were long", "said", "Mrs. Velikova"),
        ('"We had cake,"', "said", "she"),
    ) == ["Martin Okafor", "Martin Okafor", "Anna Velikova", "Anna Velikova"]


def test_i_inside_a_quotation_is_its_speaker_and_he_inside_an_indirect_one_mostly_too():
    text = '"I believe the bridge will hold," Anna Velikova said. Martin Okafor said he expected rain.'
    assert names(
        text,
        ('"I believe the bridge will hold,"', "said", "Anna Velikova"),
        ("the bridge will hold", "believe", "I"),
        ("he expected rain", "said", "Martin Okafor"),
        ("rain", "expected", "he"),
    ) == ["Anna Velikova", "Anna Velikova", "Martin Okafor", "Martin Okafor"]


def test_a_definite_role_takes_up_who_has_it_and_nobody_of_another_country():
    text = (
        "Norwegian president Anna Velikova met Danish president Martin Okafor. "
        "The Danish president said the ferry would sail. "
        "The Norwegian leader said it would sink. The Polish president said nothing would happen."
    )
    assert names(
        text,
        ("the ferry would sail", "said", "The Danish president"),
        ("it would sink", "said", "The Norwegian leader"),
        ("nothing would happen", "said", "The Polish president"),
    ) == ["Martin Okafor", "Anna Velikova", "Polish president (unnamed)"]


def test_the_deputy_is_not_the_minister():
    text = "Deputy foreign minister Martin Okafor arrived on Monday. The foreign minister said the talks would go on."
    assert names(text, ("the talks would go on", "said", "The foreign minister")) == ["foreign minister (unnamed)"]


def test_unnamed_sources_stay_unnamed_and_keep_their_words():
    text = (
        "A senior Danish official said the ferry would sail. Anna Velikova disagreed. "
        "The official said it was certain. "
        "Three sources familiar with the plan said it was not."
    )
    speakers = read(
        text,
        ("the ferry would sail", "said", "A senior Danish official"),
        ("it was certain", "said", "The official"),
        ("it was not", "said", "Three sources familiar with the plan"),
    )[1]
    assert [s.name.lower() for s in speakers] == [
        "senior danish official (unnamed)",
        "senior danish official (unnamed)",
        "three sources familiar with the plan (unnamed)",
    ]
    assert {(s.kind, s.chain) for s in speakers} == {("unnamed", None)}


def test_a_capital_that_speaks_is_its_country_and_one_where_things_happen_is_a_place():
    text = "Oslo said the ferry would sail. The ministers met in Oslo on Monday."
    chains, [speaker] = read(text, ("the ferry would sail", "said", "Oslo"))
    assert (speaker.name, speaker.kind) == ("Norway", "country")
    assert {c.kind for c in chains if c.name == "Oslo"} == {"country", "place"}


def test_bodies_take_their_acronym_and_the_noun_that_repeats_them():
    text = (
        "The Northern Fisheries Union met on Monday. The NFU said quotas would fall. "
        "The news agency Havnepress reported a strike. The agency said ports were closed."
    )
    assert names(
        text,
        ("quotas would fall", "said", "The NFU"),
        ("a strike", "reported", "The news agency Havnepress"),
        ("ports were closed", "said", "The agency"),
    ) == ["Northern Fisheries Union", "Havnepress", "Havnepress"]


def test_joint_sources_are_a_group_named_by_its_members():
    text = "Anna Velikova met Martin Okafor. Velikova and Okafor said the ferry would sail. Norway and its allies demanded a pause."
    speakers = read(text, ("the ferry would sail", "said", "Velikova and Okafor"), ("a pause", "demanded", "Norway and its allies"))[1]
    assert [(s.name, s.kind) for s in speakers] == [
        ("Anna Velikova and Martin Okafor", "group"),
        ("Norway and its allies", "group"),
    ]


def test_a_document_speaks_for_who_issued_it():
    text = "A statement from the Northern Fisheries Union said quotas would fall. Martin Okafor's letter said they would rise."
    assert names(
        text,
        ("quotas would fall", "said", "A statement from the Northern Fisheries Union"),
        ("they would rise", "said", "Martin Okafor's letter"),
    ) == ["Northern Fisheries Union", "Martin Okafor"]


def test_a_quotation_that_is_a_paragraph_of_its_own_goes_on():
    text = '"The ferry sails at noon," Anna Velikova said.\n\n"It has never been late."\n\nThe sea was calm.'
    assert names(text, ('"The ferry sails at noon,"', "said", "Anna Velikova"), ('"It has never been late."', "", "")) == [
        "Anna Velikova",
        "Anna Velikova",
    ]


def test_a_headline_with_a_colon_names_its_speaker():
    text = "Anna Velikova: the ferry will sail\n\nThe sea was calm."
    assert names(text, ("the ferry will sail", "", "")) == ["Anna Velikova"]


def test_question_and_answer():
    text = 'Martin Okafor, a former minister, asked Anna Velikova whether the ferry would sail. Ms Velikova replied: "It sails at noon."'
    assert names(
        text,
        ("whether the ferry would sail", "asked", "Martin Okafor"),
        ('"It sails at noon."', "replied", "Ms Velikova"),
    ) == ["Martin Okafor", "Anna Velikova"]


def test_hearsay_has_an_unspecified_source():
    text = "Anna Velikova was reported to have left the country."
    [speaker] = read(text, ("to have left the country", "was reported", ""))[1]
    assert (speaker.name, speaker.kind, speaker.chain) == ("unspecified source (unnamed)", "unnamed", None)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n\n",
        "said",
        "…",
        "\u0000 said",
        "He said. She said. They said. It said.",
        "\u201c\u201c\u201c",
        "Mr. Mrs. Dr.",
        "A" * 5000,
    ],
)
def test_odd_text_is_survived(text):
    [doc] = language.annotate([text], [paragraphs(text, ())], language.load())
    whole = ((0, len(text)),)
    chains, speakers = resolve(
        Article("a", text), doc, [Quotation("1", "indirect", whole, (), whole), Quotation("2", "direct", (), (), ())]
    )
    assert len(speakers) == 2 and all(0 <= m.span[0] < m.span[1] <= len(text) for c in chains for m in c.mentions)
