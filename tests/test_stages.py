"""The stages together: articles read in one batch are read as they are alone, and what breaks on one leaves the others."""

import pytest

from attribution.pipeline import analyse_batch
from attribution.records import Analysis, Article, Failure
from attribution.stance import Polarity

TEXTS = {
    "harbour": "TELMAR - Mayor Ilse Brandow praised the Dockers' Union for its patience on Monday. “The union kept this port open,” "
               "Brandow said. She accused the Shipping Ministry of delay.",
    "bridge": "Engineer Tomas Reke said the Transport Agency had lied about the bridge. “The agency broke every promise,” Reke told "
              "the town council.",
    "quiet": "The museum in Telmar opens at nine. Tickets cost four crowns.",
}
ARTICLES = [Article(name, text, path=f"{name}.txt") for name, text in TEXTS.items()]


@pytest.fixture(scope="module")
def together():
    return analyse_batch(ARTICLES, {})


def test_a_batch_gives_each_article_its_own_targets(together):
    assert [analysis.article.id for analysis in together] == list(TEXTS)
    for analysis in together:
        assert len(analysis.targets) == len(analysis.quotations)
    named = [{target.name for targets in analysis.targets for target in targets} for analysis in together]
    assert "Shipping Ministry" in named[0] and "Transport Agency" in named[1] and not named[0] & named[1] and not named[2]
    (bridge,) = analyse_batch(ARTICLES[1:2], {})
    assert [[t.name for t in targets] for targets in bridge.targets] == [[t.name for t in targets] for targets in together[1].targets]
    assert [t.polarity for targets in bridge.targets for t in targets] == pytest.approx(
        [t.polarity for targets in together[1].targets for t in targets], abs=0.05)  # bfloat16 in batches of other widths


def test_what_breaks_on_one_article_leaves_the_others(together, monkeypatch):
    score = Polarity.score

    def broken(self, items):
        if any("agency" in item.text.lower() for item in items):
            raise RuntimeError("no polarity of this")
        return score(self, items)

    monkeypatch.setattr(Polarity, "score", broken)
    harbour, bridge, quiet = analyse_batch(ARTICLES, {})
    assert bridge == Failure("bridge.txt", "targets", "RuntimeError: no polarity of this")
    assert isinstance(harbour, Analysis) and [len(t) for t in harbour.targets] == [len(t) for t in together[0].targets]
    assert isinstance(quiet, Analysis)
