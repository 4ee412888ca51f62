"""What a teacher's chances become, and that a model learns them."""

import random
from types import SimpleNamespace

import pytest
import torch

from attribution.language.encoder import Encoder, EncoderConfig, load_tokenizer
from attribution.language.windows import CLS, SEP
from attribution.records import Quotation
from attribution.stance.model import NEUTRAL, OPPOSES, UNRELATED, WEIGHTS, StanceModel
from attribution.stance.pieces import Pieces, Reader, collate
from attribution.training import stance_taught
from attribution.training.stance import task_loss
from attribution.training.stance_data import Marked, Pair

SMALL = EncoderConfig(vocabulary=1204, width=24, layers=2, heads=3, inner=32, positions=200, distances=32)
TEXT = "Orr left. The council trusts nobody, Mia Orr said, and Orr knows it."


def layer(*tokens: tuple[str, str]) -> dict:
    """CoreNLP's layer of ``TEXT`` with these tokens in order, each with its class; two sentences."""
    begin, end, at = [], [], 0
    for word, _ in tokens:
        at = TEXT.index(word, at)
        begin.append(at)
        at += len(word)
        end.append(at)
    return {"begin": begin, "end": end, "ner": [kind for _, kind in tokens], "sent_starts": [0, 2, len(tokens)]}


LAYER = layer(("Orr", "PERSON"), ("left", "O"), ("The", "O"), ("council", "ORGANIZATION"), ("trusts", "O"), ("nobody", "O"),
              ("Mia", "PERSON"), ("Orr", "PERSON"), ("said", "O"), ("and", "O"), ("Orr", "PERSON"), ("knows", "O"))


def shown(marked) -> list[str]:
    return [marked.text[s:e] for s, e in marked.target]


def test_names_of_a_sentence_are_marked_once_for_the_same_words():
    found = list(stance_taught.sentence_names(TEXT, LAYER))
    assert [shown(m) for m in found] == [["council"], ["Mia Orr"], ["Orr"]]  # the first sentence is too short
    assert {m.text for m in found} == {TEXT[10:-4]}


def test_names_of_a_content_have_the_source_as_holder():
    start, end = TEXT.index("The council"), TEXT.index(", Mia")
    source, cue = TEXT.index("Mia Orr"), TEXT.index("said")
    quotation = Quotation("1", "indirect", ((start, end),), ((cue, cue + 4),), ((source, source + 7),))
    (marked,) = stance_taught.held_names(TEXT, quotation, LAYER)
    assert shown(marked) == ["council"] and [marked.text[s:e] for s, e in marked.holder] == ["Mia Orr"]
    assert marked.text == "The council trusts nobody, Mia Orr said"


def test_a_label_is_mixed_with_what_the_teacher_says():
    told = torch.tensor([[2.0, 1.0, 0.0, 0.0]] * 2)
    chances = told.softmax(1)[0]
    sure, either = stance_taught.goals(told, [(OPPOSES,), (NEUTRAL, UNRELATED)], 0.6)
    assert torch.allclose(sure, 0.6 * chances + 0.4 * torch.tensor([0.0, 1.0, 0.0, 0.0]), atol=1e-5)
    assert torch.allclose(either, 0.6 * chances + 0.4 * torch.tensor([0.0, 0.0, 0.5, 0.5]), atol=1e-5)
    sides = stance_taught.side_goals(torch.tensor([0.0, 2.0, 2.0]), [None, 0.0, 1.0], 0.5)
    assert sides.tolist() == pytest.approx([0.5, 0.5 * torch.sigmoid(torch.tensor(2.0)).item(),
                                            0.5 + 0.5 * torch.sigmoid(torch.tensor(2.0)).item()])


def test_statements_are_asked_against_others_on_their_question():
    questions = [((("no",), ("yes",)), (("a", 0), ("b", 0), ("c", 1), ("d", 2), ("e", 2)))] * 20
    found = list(stance_taught.among(questions, random.Random(1)))
    assert 20 < len(found) < 60
    for text, claims in found:
        assert text not in claims
        assert sorted("no" if claim in "ab" else "yes" for claim in claims) == ["no", "yes"] and not set(claims) - set("abde")


def test_judgements_are_kept_for_the_same_pool_and_teachers(tmp_path):
    torch.manual_seed(3)
    claims, polarity, other = (StanceModel(Encoder(EncoderConfig(width=24, layers=1, heads=3, inner=32))).eval() for _ in range(3))
    reader, kept = Reader(load_tokenizer(WEIGHTS / "tokenizer.json")), tmp_path / "judged.safetensors"
    pool = SimpleNamespace(pairs=[("Close it.", ("It should stay", "It should close"))],
                           singles=[Pair("Close it.", "It should close", (0,))],
                           targets=[Marked("Orr praised the council.", ((12, 23),), (), 0)])
    first = stance_taught.lessons(pool, claims, polarity, reader, 100, kept, 0.5)
    again = stance_taught.lessons(pool, claims, polarity, reader, 100, kept, 0.5)
    assert all(torch.equal(a, b) for task in "tsm" for a, b in zip(first[task][0][1], again[task][0][1]))
    assert [len(first[task][0][0]) for task in "tsm"] == [2, 1, 1]
    with pytest.raises(ValueError, match="other teachers"):
        stance_taught.lessons(pool, other, polarity, reader, 100, kept, 0.5)
    pool.singles[0] = Pair("Open it.", "It should close", (1,))
    with pytest.raises(ValueError, match="another pool"):
        stance_taught.lessons(pool, claims, polarity, reader, 100, kept, 0.5)


@pytest.mark.parametrize("task", ["t", "s", "m"])
def test_the_chances_are_learned(task):
    torch.manual_seed(2)
    teacher, own = (StanceModel(Encoder(SMALL)).eval() for _ in range(2))
    with torch.no_grad():
        for head in (teacher.claim, teacher.polarity):
            head.weight *= 5
    rows = [Pieces((CLS, 1100 + i, SEP, 1110, SEP), (0, 0, 0, 1, 1), (0, int(task == "m"), 0, 0, 0), ((0, 0),) * 5) for i in range(6)]
    told = stance_taught.judged(rows, teacher.polarity_logits if task == "m" else teacher.claim_logits, lambda line: None)
    goals = told.softmax(1)
    with torch.no_grad():
        assert not torch.allclose((own.polarity_logits if task == "m" else own.claim_logits)(collate(rows)).softmax(1), goals, atol=0.2)
    lean = None if task == "m" else stance_taught.lean(told)
    wanted = {"m": lambda: [(g,) for g in goals], "s": lambda: list(zip(goals, lean.sigmoid())),
              "t": lambda: list(zip(goals[:3], goals[3:], (lean[3:] - lean[:3]).sigmoid()))}[task]()
    optimizer, batch = torch.optim.Adam(own.parameters(), 3e-3), collate(rows)
    for _ in range(80):
        loss = task_loss(task, own, own, batch, wanted)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    with torch.no_grad():
        found = (own.polarity_logits if task == "m" else own.claim_logits)(batch)
    assert torch.allclose(found.softmax(1), goals, atol=0.06)
