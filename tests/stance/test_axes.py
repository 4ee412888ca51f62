"""Axis files: what is read, and what is said of a file that cannot be used."""

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from attribution.stance.axes import Axis, AxisError, Pole, advice, load_axes, load_axis, parse_axis, template


def example() -> dict:
    return {
        "id": "night_trains", "question": "Should night trains run again?",
        "negative": {"label": "no night trains", "description": "Night trains should not run.",
                     "examples": ["Nobody sleeps on a train.", "They cost too much."]},
        "positive": {"label": "night trains", "description": "Night trains should run again.",
                     "examples": ["Put the sleepers back on the rails.", "We want to wake up by the sea."]},
    }  # fmt: skip


def test_template_is_a_valid_axis_that_says_what_it_lacks():
    axis = parse_axis(yaml.safe_load(template("car_free")))
    assert axis.id == "car_free"
    assert axis.objects["car ban"] == ["car ban", "car-free centre", "ban on cars"]
    assert any("examples" in line for line in advice(axis))


def test_neutral_may_be_a_list_or_hold_examples():
    data = example() | {"neutral": ["It is being discussed."], "unrelated": {"examples": ["It rained."]}}
    axis = parse_axis(data)
    assert axis.neutral == ("It is being discussed.",) and axis.unrelated == ("It rained.",)


def test_terms_may_be_a_list():
    assert parse_axis(example() | {"terms": ["sleeper"]}).objects == {"sleeper": ["sleeper"]}


def test_order_holds_the_words_of_both_poles_and_belongs_to_the_hash():
    axis = parse_axis(example() | {"order": {"positive": ["Sleepers", "sleepers"], "negative": ["new tracks"]}})
    assert axis.order == (("new tracks",), ("sleepers",))
    assert axis.hash != parse_axis(example()).hash


def test_labels_that_tell_what_comes_first_ask_for_the_words_of_both():
    data = example()
    data["negative"]["label"], data["positive"]["label"] = "tracks first", "sleepers first"
    assert any(line.startswith("order:") for line in advice(parse_axis(data)))
    data["order"] = {"negative": ["tracks"], "positive": ["sleepers"]}
    assert not any(line.startswith("order:") for line in advice(parse_axis(data)))


def test_hash_changes_with_an_example_and_not_with_layout():
    data = example()
    spaced = example() | {"question": "Should  night trains\nrun again?"}
    assert parse_axis(data).hash == parse_axis(spaced).hash
    data["positive"]["examples"].append("More sleepers, please.")
    assert parse_axis(data).hash != parse_axis(example()).hash


@pytest.mark.parametrize(("change", "key"), [
    ({"id": "Night Trains"}, "id"), ({"id": None}, "id"), ({"question": ""}, "question"), ({"question": ["a"]}, "question"),
    ({"negative": "no"}, "negative"), ({"positive": {"label": "x"}}, "positive.examples"),
    ({"positive": example()["positive"] | {"label": "No night trains"}}, "label"),
    ({"positive": example()["positive"] | {"exmples": []}}, "positive.exmples"),
    ({"neutral": "It is being discussed."}, "neutral"), ({"neutral": ["They cost too much."]}, "neutral"),
    ({"terms": 3}, "terms"), ({"terms": {"sleeper": "berth"}}, "terms.sleeper"), ({"poles": {}}, "poles"),
    ({"unrelated": [{"It rained": "all day"}]}, "unrelated[1]"), ({"order": ["sleepers"]}, "order"),
    ({"order": {"negative": ["tracks"]}}, "order"), ({"order": {"negative": [], "positive": ["sleepers"]}}, "order.negative"),
    ({"order": {"negative": ["tracks"], "positive": [["a"]]}}, "order.positive[1]"),
    ({"order": {"negative": ["Tracks"], "positive": ["tracks"]}}, "'tracks'"),
])  # fmt: skip
def test_an_error_names_the_key(change, key):
    with pytest.raises(AxisError) as raised:
        parse_axis(example() | change, "axis.yml")
    assert str(raised.value).startswith("axis.yml: ") and key in str(raised.value)


@pytest.mark.parametrize(("content", "part"), [
    (b"id: [", "line"), (b"\xff\xfe\x00", "UTF-8"), (b"", "mapping"), (b"- a\n- b", "mapping"),
    (b"id: !!python/object/apply:os.system ['true']", "put text"), (b"a: &a [*a]\n", "unknown key"),
])  # fmt: skip
def test_an_unusable_file_is_one_clear_line(tmp_path, content, part):
    path = tmp_path / "odd.yml"
    path.write_bytes(content)
    with pytest.raises(AxisError) as raised:
        load_axis(path)
    assert str(path) in str(raised.value) and part in str(raised.value) and "\n" not in str(raised.value)


def test_a_missing_file_says_how_to_start_one(tmp_path):
    with pytest.raises(AxisError, match="axis new gone"):
        load_axis(tmp_path / "gone.yml")


def test_two_files_with_one_id_are_refused(tmp_path):
    for name in ("a.yml", "b.yml"):
        (tmp_path / name).write_text(yaml.safe_dump(example()), "utf-8")
    with pytest.raises(AxisError, match="night_trains"):
        load_axes(tmp_path)


anything = st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=20),
                        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
                        max_leaves=10)


@settings(suppress_health_check=[HealthCheck.too_slow])  # a busy machine takes a second for the first
@given(st.dictionaries(st.sampled_from(["id", "question", "negative", "positive", "neutral", "unrelated", "terms"]), anything))
def test_whatever_yaml_holds_is_read_or_refused_with_an_axis_error(data):
    try:
        parse_axis(example() | data)
    except AxisError as error:
        assert str(error).startswith("axis: ")


@pytest.mark.parametrize("label, alone", [("open the gate", True), ("yes", False), ("open it", False), ("", False)])
def test_a_claim_is_the_description_and_a_label_that_can_be_understood_alone(label, alone):
    axis = Axis("gate", "Should the gate be opened?", Pole("keep the gate shut", "The gate should stay shut.", ()),
                Pole(label, "The gate should be opened.", ()))
    shut, opened = "The gate should stay shut.", "The gate should be opened."
    assert any("positive.label" in line for line in advice(axis)) is not alone
    assert axis.claims == ((f"{shut} Keep the gate shut.", f"{opened} Open the gate.") if alone else (shut, opened))
