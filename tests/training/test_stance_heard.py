"""Statements cut as the pipeline cuts them."""

import json

from attribution.training.stance_heard import heard

SAID = "Fishing in the bay must stop until the nets have been counted, the harbour master said on Friday."
GRANTED = "Fishing in the bay feeds our children, the harbour master granted, but the nets are torn and the boats have to stay in port."
NARRATED = "The boats stayed in port all week, and the nets hung on the quay."


def test_only_what_is_said_is_left(tmp_path):
    kept = tmp_path / "heard.json"
    found = heard([SAID, GRANTED, NARRATED], kept, jobs=1)
    assert found == {SAID: "Fishing in the bay must stop until the nets have been counted"}
    assert json.loads(kept.read_text("utf-8")) == {SAID: found[SAID], GRANTED: None, NARRATED: None}
    kept.write_text(json.dumps({SAID: "as it was kept", NARRATED: None}), "utf-8")
    assert heard([SAID, NARRATED], kept, jobs=1) == {SAID: "as it was kept"}
