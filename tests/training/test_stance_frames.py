"""Statements made of frames: files that can be read, sides that follow the frame, nothing of what is kept back."""

import re

import pytest

from attribution.training.stance_frames import FOLDER, SIDES, SLOT, Frames, filled, frames, kept_back, policies, tells_order
from attribution.training.stance_statements import Sided

ORDER = {"np1", "np2", "done1", "done2", "act1", "act2", "who", "foe"}
PLAIN = {"who", "foe", "np", "do", "doing", "undo", "undoing", "good", "bad"}
TESTED = re.compile(r"ceasefire|\btruce|armistice|peace talks|sanction|congestion|four-day|interest rate|"
                    r"\brent(s|al)?\b|nuclear power", re.I)


def files():
    return sorted(FOLDER.glob("frames_*.txt"))


@pytest.mark.parametrize("path", files(), ids=lambda path: path.stem)
def test_frames_have_known_slots_and_stand_once(path):
    found = frames(path)
    assert len(found) >= 90 and len({frame for _, frame in found}) == len(found)
    for label, frame in found:
        assert {slot.lower() for slot in SLOT.findall(frame)} <= (ORDER if tells_order(path.stem) else PLAIN), frame
        assert label in ("012" if tells_order(path.stem) else "-0+"), frame


def test_both_sides_have_as_many_frames():
    labels = [label for path in files() if not tells_order(path.stem) for label, _ in frames(path)]
    assert abs(labels.count("+") - labels.count("-")) < 0.05 * len(labels)


def test_both_orders_have_as_many_frames_and_claims():
    for paths in ([path for path in files() if tells_order(path.stem)], [FOLDER / "claims_order.txt"]):
        labels = [label for path in paths for label, _ in frames(path)]
        assert abs(labels.count("1") - labels.count("2")) < 0.05 * len(labels)
    for _, claim in frames(FOLDER / "claims_order.txt"):
        slots = {slot.lower() for slot in SLOT.findall(claim)}
        assert slots <= ORDER - {"who", "foe"} and any(slot.endswith("1") or slot.endswith("2") for slot in slots), claim


def test_a_run_may_name_the_files_that_it_learns_from():
    few, all_of_them = Frames(names=("frames_logic", "frames_order")), Frames()
    assert set(few.frames) == {pair for pair in frames(FOLDER / "frames_logic.txt") if not kept_back(pair[1])} < set(all_of_them.frames)
    assert 0 < len(few.order) < len(all_of_them.order)
    assert [len(claims) for claims in few.order_claims] < [len(claims) for claims in all_of_them.order_claims]
    with pytest.raises(FileNotFoundError, match="frames_none"):
        Frames(names=("frames_none",))


def test_nothing_is_about_the_questions_of_the_test_axes():
    assert not [line for path in FOLDER.iterdir() for line in path.read_text("utf-8").splitlines() if TESTED.search(line)]


def test_a_line_without_a_tab_is_named(tmp_path):
    (tmp_path / "frames_x.txt").write_text("+\t{Who} agreed.\n\n+ {Who} agreed.\n", "utf-8")
    with pytest.raises(ValueError, match=r"frames_x.txt:3"):
        frames(tmp_path / "frames_x.txt")


def test_a_slot_with_a_capital_gives_one_to_its_filling():
    assert filled("{Np} or {np}", {"np": "the toll"}) == "The toll or the toll"


def test_the_side_follows_the_frame_whichever_pole_comes_first():
    made = Frames()
    policy = policies()[0]
    claims = {"con": policy.con[0], "pro": policy.pro[0]}
    made.policies, made.order = [policy], []
    made.frames = [("-", "{Who} will fight {np}.")]
    seen = {(side, pole): [one.labels for one in made.epoch(5, times=60) if claim.rstrip(".") in one.claims[pole]]
            for side, claim in claims.items() for pole in (0, 1)}
    assert all(seen.values())  # each side's claim stood at either pole
    assert all(labels == (2 * pole if side == "con" else 2 - 2 * pole,) for (side, pole), found in seen.items() for labels in found)


def test_what_is_kept_back_is_in_no_epoch_and_an_epoch_can_be_repeated():
    made, held = Frames(), Frames(held=True)
    assert made.epoch(3, times=1) == made.epoch(3, times=1) != made.epoch(4, times=1)
    assert held.frames and held.policies and held.order and held.matters
    assert not {frame for _, frame in made.frames} & {frame for _, frame in held.frames}
    assert all(kept_back(frame) for _, frame in held.frames)
    nouns = [policy.slots["np"][0] for policy in held.policies]
    assert not [one for one in made.epoch(3, times=1) for noun in nouns if noun in one.text]


def test_an_epoch_leaves_no_slot_open():
    made = (*Frames().epoch(1, times=1), *Frames(held=True).epoch(1))
    assert not [one for one in made if re.search(r"[{}]", " ".join((one.text, *one.claims)))]
    assert set(SIDES.values()) == {0, 1, 2}


def test_sides_are_counted_by_the_claims():
    """Claims turned round turn every side round; nothing that is measured as new was trained on."""
    from attribution.stance.model import load_model
    from attribution.training.evaluate_frames import made, sides_right

    known, new = Frames(), Frames(held=True)
    order, policy = made(new, known)
    told = [one for one in (*order[:20], *policy[:20])]
    turned = [Sided(one.text, one.claims[::-1], one.labels) for one in told]
    right = sides_right(load_model(), told)
    assert 0 < right < 1 and sides_right(load_model(), turned) == pytest.approx(1 - right)
    assert not {one.text for one in made(new, new)[0]} & {one.text for one in made(known, known)[0]}
