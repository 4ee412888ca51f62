"""Made pairs about which of two things must come first, with conditions, delays and refusals to wait.

No set on disk teaches what "once A, we will B" says about "A must come before B". The matters are everyday ones
and the sentences ours; what is learned is the logic of *once, until, only, without, not wait for*.
"""

from __future__ import annotations

import random

# (noun phrase, as done, as an act), grouped so that two of a group go together
MATTERS = (
    (("the repair of the roof", "the roof has been repaired", "repair the roof"),
     ("the concert", "the concert is over", "hold the concert"),
     ("the sale of the hall", "the hall has been sold", "sell the hall"),
     ("the safety inspection", "the inspectors have signed", "have the building inspected")),
    (("the audit", "the books have been checked", "audit the accounts"),
     ("the pay rise", "wages have gone up", "raise wages"),
     ("the merger", "the two firms are one", "merge the two firms"),
     ("the loan", "the loan has been paid back", "take out the loan")),
    (("the election of a new board", "a new board has been elected", "elect a new board"),
     ("the change of the statutes", "the statutes have been changed", "change the statutes"),
     ("the referendum", "the people have voted", "ask the people"),
     ("the enlargement of the council", "the council has been enlarged", "enlarge the council")),
    (("the clean-up of the river", "the river is clean", "clean up the river"),
     ("the new harbour", "the harbour is finished", "build the harbour"),
     ("the fishing season", "the boats are out", "open the fishing season"),
     ("the survey of the stocks", "the stocks have been counted", "count the stocks")),
    (("teacher training", "teachers have been trained", "train the teachers"),
     ("the new curriculum", "the curriculum is in force", "introduce the curriculum"),
     ("smaller classes", "classes are smaller", "make classes smaller"),
     ("digital exams", "exams are digital", "hold exams on screens")),
    (("the release of the files", "the files have been published", "publish the files"),
     ("the apology", "an apology has been made", "apologise to the families"),
     ("compensation", "the victims have been paid", "pay the victims"),
     ("the trial", "the trial has ended", "open the trial")),
    (("lower tariffs", "tariffs have come down", "lower the tariffs"),
     ("the trade agreement", "the agreement has been signed", "sign the agreement"),
     ("the opening of the border", "the border is open", "open the border"),
     ("the return of the refugees", "the refugees are home", "let the refugees return")),
    (("tests on animals", "the animal tests are done", "test the drug on animals"),
     ("approval of the drug", "the drug has been approved", "approve the drug"),
     ("the vaccination campaign", "people have been vaccinated", "start the vaccination campaign"),
     ("the reopening of the wards", "the wards are open again", "reopen the wards")),
)  # fmt: skip
FIRST = ("Once {done1}, we will {act2} the same week.", "We will {act2} as soon as {done1}, not a day earlier.",
         "Until {done1}, nobody should speak of {np2}.", "There is no point in trying to {act2} before {done1}.",
         "Only when {done1} can we {act2}.", "Without {np1}, {np2} makes no sense.",
         "{NP2} is out of the question until {done1}, she said.",
         "We are happy to {act2}, but {np1} has to come first.", "First we {act1}, then we {act2}: that is the order.",
         "For us {np1} is a condition of {np2}.", "How can anyone want to {act2} while we still wait for {np1}?",
         "After {np1}, by all means, let us {act2}.", "They refuse to {act2} unless {done1}.",
         "When {done1}, {np2} will follow by itself.", "It is wrong to say that we could {act2} without {np1}.")
NOW = ("We can {act2} today; {np1} can wait.", "Why wait for {np1}? Let us {act2} now.", "We see no need for {np1} before {np2}.",
       "It would be a mistake to put off {np2} until {done1}.", "Nobody should believe that {np1} has to come first.",
       "We are ready to {act2} at once, whether or not {done1}.", "Let us {act2} first and see about {np1} afterwards.",
       "Those who demand {np1} before {np2} only want to gain time.", "{NP1} will come out of {np2}, not the other way round.",
       "She dismissed the call for {np1} as an excuse for not wanting to {act2}.",
       "There is nothing to stop us: we can {act2} as things are.",
       "He rejected {np1} as a condition and offered to {act2} next week.")
NEITHER = ("{NP1} and {np2} should go hand in hand.",
           "It does not matter to us which comes first, {np1} or {np2}.",
           "She would not say whether {np1} had to come before {np2}.", "Whether we {act1} before we {act2} is an open question.",
           "We will discuss both {np1} and {np2} on Thursday.", "There are good reasons for either order, he said.")
ASIDE = ("{NP2} took less than two hours.", "{NP1} will cost two million.", "We thank everyone who worked on {np2}.",
         "It is not known who will pay for {np1}.", "We hope that {np2} goes well.", "The date of {np2} has been moved to May.")
CLAIMS_FIRST = ("{NP1} must come before {np2}", "We should {act1} before we {act2}", "{NP2} only after {np1}", "{NP1} first",
                "{NP1} is a precondition of {np2}", "{NP1} must come first; {np2} can only follow when {done1}",
                "There should be no {np2} without {np1}", "{NP2} has to wait for {np1}")
CLAIMS_NOW = ("{NP2} should not have to wait for {np1}", "We should {act2} now, without waiting for {np1}", "{NP2} first",
              "{NP1} is not needed before {np2}", "{NP2} should begin at once, without preconditions such as {np1}",
              "{NP2} should come before {np1}", "There is no need for {np1} before {np2}")  # fmt: skip


def order_pair(rng: random.Random) -> tuple[str, str, str]:
    """(text, claim, how the text stands to it: for, against, neither, aside)."""
    (np1, done1, act1), (np2, done2, act2) = rng.sample(rng.choice(MATTERS), 2)
    fill = {"np1": np1, "done1": done1, "act1": act1, "np2": np2, "act2": act2,
            "NP1": np1[0].upper() + np1[1:], "NP2": np2[0].upper() + np2[1:]}  # fmt: skip
    kind = rng.choices(("first", "now", "neither", "aside"), (5, 5, 2, 2))[0]
    text = rng.choice({"first": FIRST, "now": NOW, "neither": NEITHER, "aside": ASIDE}[kind]).format(**fill)
    claims = rng.choice(("first", "now"))
    claim = rng.choice(CLAIMS_FIRST if claims == "first" else CLAIMS_NOW).format(**fill)
    return text, claim, kind if kind in ("neither", "aside") else "for" if kind == claims else "against"
