"""The language layer: stanza documents from the bundled models, offline, one encoder pass for all."""

import subprocess
import sys

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from attribution import quotations  # noqa: F401 - registers "quote"
from attribution.language import annotate, pipeline
from attribution.language.shared import SharedModel, shared_model

TEXT = (
    "“We will come to the talks on Monday,” Foreign Minister Ines Marlow told reporters in Port Hollis.\n"
    "She didn’t say who would join her. Marlow’s deputy, Tomas Reyk, said the delegation was ready."
)


def whole(text):
    """The paragraphs of a text with one a line."""
    spans, at = [], 0
    for line in text.split("\n"):
        if line.strip():
            spans.append((at, at + len(line)))
        at += len(line) + 1
    return tuple(spans)


@pytest.fixture(scope="module")
def doc():
    return annotate([TEXT], [whole(TEXT)])[0]


def test_every_word_carries_its_annotation_and_place(doc):
    words = [word for sentence in doc.sentences for word in sentence.words]
    assert len(doc.sentences) == 3
    assert all(word.upos and word.lemma and word.deprel and word.head is not None for word in words)
    assert all(TEXT[word.start_char : word.end_char] == word.text for word in words)
    assert [word.text for word in words if word.head == 0] == ["told", "say", "said"]


def test_names_are_found_without_their_possessive(doc):
    names = {(TEXT[e.start_char : e.end_char], e.type) for e in doc.ents}
    assert {("Ines Marlow", "Person"), ("Tomas Reyk", "Person"), ("Marlow", "Person")} <= names


def test_relations_are_found(doc):
    direct = doc.relations[0]
    assert [TEXT[s:e] for s, e in direct.content] == ["“We will come to the talks on Monday,”"]
    assert [TEXT[s:e] for s, e in direct.cue] == ["told"]
    assert "Ines Marlow" in TEXT[direct.source[0][0] : direct.source[0][1]]


def test_every_sentence_is_a_tree(doc):
    for sentence in doc.sentences:
        for word in sentence.words:
            seen = set()
            while word.head:
                assert word.id not in seen
                seen.add(word.id)
                word = sentence.words[word.head - 1]
        assert sum(word.head == 0 for word in sentence.words) == 1


def test_one_encoder_pass_serves_all_processors():
    shared = SharedModel(shared_model().model, shared_model().pieces)
    calls = []
    hook = shared.model.encoder.register_forward_hook(lambda module, inputs, output: calls.append(len(inputs[0])))
    try:
        texts = [TEXT, TEXT + "\n" + TEXT]
        annotate(texts, [whole(text) for text in texts], pipeline.load(shared=shared))
    finally:
        hook.remove()
    assert sum(calls) == shared.passes == 2, "each document here fits one window, and pos, depparse, ner, quote share it"


def test_a_long_article_takes_more_windows_and_stays_whole():
    text = "\n".join(f"{TEXT} Paragraph {number} ends here." for number in range(40))
    doc = annotate([text], [whole(text)])[0]
    words = [word for sentence in doc.sentences for word in sentence.words]
    assert all(word.upos and word.deprel for word in words)
    assert sum("We will come" in text[r.content[0][0] : r.content[0][1]] for r in doc.relations) == 40


def test_only_the_given_paragraphs_are_read():
    doc = annotate([TEXT], [whole(TEXT)[1:]])[0]
    assert doc.sentences[0].tokens[0].start_char == TEXT.index("She")


def test_nothing_to_read_gives_an_empty_document():
    assert [len(doc.sentences) for doc in annotate(["", "  \n", TEXT], [(), (), whole(TEXT)])] == [0, 0, 3]


def test_batching_does_not_change_the_result():
    texts = [TEXT, "Short.", TEXT.split("\n")[1]]
    together = annotate(texts, [whole(text) for text in texts])
    apart = [annotate([text], [whole(text)])[0] for text in texts]
    for a, b in zip(together, apart):
        assert [w.text for s in a.sentences for w in s.words] == [w.text for s in b.sentences for w in s.words]
        assert [r.content for r in a.relations] == [r.content for r in b.relations]


@settings(max_examples=25, deadline=None)
@given(st.text(st.sampled_from("abcN .,!?“”‘’\"'\n\t\r\x00\u200b\u2028é😀-—…"), max_size=120))
def test_any_text_keeps_its_offsets(text):
    paragraphs = whole(text.replace("\r", " ").replace("\u2028", " "))
    doc = annotate([text], [paragraphs])[0]
    last = 0
    for sentence in doc.sentences:
        for token in sentence.tokens:
            assert last <= token.start_char < token.end_char <= len(text)
            last = token.end_char
    for relation in doc.relations:
        assert all(0 <= s < e <= len(text) for s, e in relation.content + relation.cue + relation.source)


def test_offline(no_network):
    pipeline._loaded.cache_clear()
    shared_model.cache_clear()
    assert annotate([TEXT], [whole(TEXT)])[0].sentences


def test_the_quote_processor_is_registered_with_stanza():
    code = (
        "import attribution.quotations, stanza\n"
        "from attribution.language.bundle import WEIGHTS\n"
        "nlp = stanza.Pipeline('en', model_dir=str(WEIGHTS), processors='tokenize,mwt,quote', download_method=None,\n"
        "                      use_gpu=False, logging_level='ERROR')\n"
        "doc = nlp('“We will go,” she said.')\n"
        "print([doc.text[s:e] for r in doc.relations for s, e in r.content])\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout.strip() == "['“We will go,”']", done.stderr


def test_threads_stay_at_one():
    pipeline.load()
    assert torch.get_num_threads() == 1


def test_quotations_may_be_registered_after_the_pipeline_was_loaded():
    code = ("from attribution import language; text = '“We will go,” she said.'; pipeline = language.load()\n"
            "import attribution.quotations\n"
            "print(len(language.annotate([text], [((0, len(text)),)])[0].relations))")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["1"]
