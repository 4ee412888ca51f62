"""News-like paragraphs made from treebank paragraphs, with every token and sentence border known.

The treebanks have few quotation marks (one sentence in twenty), nearly all straight, and little of what news
is full of. What is made here from their sentences: all styles of marks and apostrophes; reported speech with
the cue before, after, inside and between (so that a mark after "?" followed by a cue ends no sentence);
speech that runs over sentences; scare quotes; datelines; live-blog lines; lists; titles, initials,
abbreviations, times and sums of money; missing blanks; capitals. Everything is drawn from the
``random.Random`` given, so a seed gives the same text again.
"""

from __future__ import annotations

import random
from collections.abc import Sequence

from attribution.training.tokenizer_text import (
    FINAL,
    PLAIN,
    STYLES,
    Paragraph,
    Sentence,
    Style,
    lean,
    lower_first,
    restyle,
    sayable,
    upper_first,
    words,
)

PRONOUNS = "he she they I we it".split()
TITLES = ("Mr. Mrs. Ms. Dr. Gov. Sen. Rep. Gen. Col. Lt. Rev. Prof. Sgt. Capt. Adm. Maj. Hon. Mr Mrs Dr Sir "
          "President Minister Judge Mayor Senator Chancellor Lt.+Gov. Lt.+Col. Maj.+Gen. Prime+Minister").split()
ROLES = ("spokesman spokeswoman minister official officer lawyer analyst mayor lawmaker witness resident diplomat "
         "doctor teacher farmer economist campaigner critic leader commander aide striker coach engineer").split()
VERBS = ("said says said said asked told+reporters added wrote tweeted insisted warned replied shouted explained "
         "argued claimed recalled has+said continued announced went+on admits told+the+paper had+asked").split()
SHORT_VERBS = "said says said asked added wrote insisted warned replied shouted explained argued claimed".split()
STATES = "Calif. Fla. Mass. Pa. Ill. Va. Tenn. Ariz. Conn. N.Y. N.J. N.C. D.C.".split()
FIRMS = "Inc. Corp. Co. Ltd. Bros. plc LLC".split()
OUTLETS = "Reuters AP AFP UPI CNN BBC Xinhua Outlet".split()
MONTHS = "Jan. Feb. Aug. Sept. Oct. Nov. Dec. March April May June July".split()
DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday Mon. Tues. Wed. Thurs. Fri.".split()
ZONES = "GMT BST ET EST EDT CET UTC".split()


class News:
    """Makes news-like paragraphs; ``names`` are names of persons and places seen in training."""

    def __init__(self, names: Sequence[str], rng: random.Random):
        self.names, self.rng = list(names), rng

    def pick(self, options: Sequence):
        return self.rng.choice(options)

    def chance(self, share: float) -> bool:
        return self.rng.random() < share

    def number(self, low: int, high: int) -> str:
        return str(self.rng.randint(low, high))

    # -- the small things of news ---------------------------------------------------------------------------

    def name(self) -> str:
        name = self.pick(self.names)
        if self.chance(0.2):
            letters = [f"{self.pick('ABCDEFGHJKLMNPRSTW')}." for _ in range(self.rng.randint(1, 2))]
            if self.chance(0.3):
                letters = ["".join(letters)]
            name = " ".join([*([self.pick(self.names).split()[0]] if self.chance(0.4) else []), *letters,
                             name.split()[-1]])
        if self.chance(0.06):
            name += self.pick((" Jr.", " Sr.", " , Jr."))
        return name

    def source(self) -> str:
        kind = self.rng.random()
        if kind < 0.28:
            return self.pick(PRONOUNS)
        if kind < 0.55:
            return self.name()
        if kind < 0.75:
            return f"{self.pick(TITLES)} {self.name()}"
        role = self.pick(ROLES)
        if kind < 0.85:
            return f"{self.pick(('the', 'a', 'one', 'another', 'her', 'his'))} {role}"
        if kind < 0.95:
            return f"{self.name()} , {self.pick(('a', 'the'))} {role} {self.place()} ,"
        return f"{role} {self.name()}"

    def place(self) -> str:
        name = self.pick(self.names)
        return self.pick((
            "in the U.S.", "for the U.S. government", "in the U.K.", "at the U.N.", f"in {name}",
            f"in {name} , {self.pick(STATES)}", f"from {name} {self.pick(FIRMS)}", f"at {name} {self.pick(FIRMS)}",
            f"on {name} {self.pick(('St.', 'Ave.', 'Rd.'))}", f"in St. {name}", f"in Ft. {name}", f"in Mt. {name}",
            f"for No. {self.number(2, 20)}", f"of {name} vs. {self.pick(self.names)}", "near Washington , D.C.",
            "from the E.U.", "with the gov't", "with the Int'l Dep't", *[f"despite the {self.pick(ROLES)}s' fears"] * 4,
            f"at the {name}s' house", f"with Mr. {self.pick('OD')}'{name.split()[-1]}", f"after {name} told 'em",
        ))

    def time(self) -> str:
        hour, minute = self.number(1, 12), f"{self.rng.randint(0, 59):02d}"
        half = self.pick(("p.m.", "a.m.", "p.m.", "pm", "am", "PM"))
        clock = self.pick((f"{hour}:{minute}", f"{hour}:{minute}", hour, f"{hour}.{minute}"))
        return self.pick((
            f"at {clock} {half}", f"at {clock}_ {half}", f"at {clock}_ {half}", f"by {clock} {half} {self.pick(ZONES)}",
            f"on {self.pick(DAYS)}", f"on {self.pick(MONTHS)} {self.number(1, 28)}", "in the '90s", "since the '60s",
            f"at {hour} o'clock", f"since {self.pick(MONTHS)} {self.number(1, 28)} , {self.number(1990, 2026)}",
            "in the 1990s", f"in {self.number(1950, 2026)}",
        ))

    def sum(self) -> str:
        sign, whole = self.pick(("$", "£", "€", "US$_", "$")), self.number(1, 900)
        amount = self.pick((whole, f"{whole}.{self.number(1, 9)}", f"{whole},{self.number(100, 999)}"))
        unit = self.pick(("", "_ m", "_ bn", "_ k", " million", " billion", "_ tn"))
        return self.pick((
            f"for {sign} {amount}{unit}", f"worth {sign} {amount}{unit}", f"( {sign} {amount}{unit} )",
            f"by {amount}_ %", f"from {amount} to {whole}", f"of about {amount} people", f"up {amount} percent",
            f"by {self.number(2, 9)}_ -_ {self.number(0, 9)}", f"of {self.number(0, 9)}_ /_ {self.number(2, 9)}",
        ))

    def phrase(self) -> str:
        kind = self.rng.random()
        return self.place() if kind < 0.45 else self.time() if kind < 0.8 else self.sum()

    def cue(self, opens: bool = False) -> Sentence:
        """A cue with its source: "said Gov. X", "she told reporters"; ``opens``: begins a sentence."""
        source = self.source()
        if source in PRONOUNS or self.chance(0.55) or opens:
            line = f"{source} {self.pick(VERBS)}"
        else:
            line = f"{self.pick(SHORT_VERBS)} {source.removesuffix(' ,')}"
        if self.chance(0.3):
            line += " " + (self.phrase() if self.chance(0.6) else self.pick((
                "in a statement", "in an interview", "after the vote", "with a laugh", "through an interpreter",
                ", who was there", ", referring to the plan", ", smiling", "in an e-mail", "by phone", "late on Sunday",
            )))
        return upper_first(words(line)) if opens else words(line)

    # -- reported speech ------------------------------------------------------------------------------------

    def quoted(self, sentence: Sentence, marks: tuple[str, str], open_: bool = True, close: bool = True) -> Sentence:
        tokens = list(sentence)
        if close:
            text, _, multi = tokens[-1]
            tokens[-1] = (text, False, multi)
            tokens.append((marks[1], True, False))
        if open_:
            tokens.insert(0, (marks[0], False, False))
        return tokens

    def end(self, sentence: Sentence, mark: str = ".") -> Sentence:
        """The sentence with a final mark, its last token leaning against it; an abbreviation's point is enough."""
        text, _, multi = sentence[-1]
        if mark == "." and text.endswith("."):
            return [*sentence[:-1], (text, True, multi)]
        return [*sentence[:-1], (text, False, multi), (mark, True, False)]

    def comma(self, sentence: Sentence) -> Sentence:
        """A sentence ready for a cue after it: "." becomes ",", "?" and "!" stay."""
        if sentence[-1][0] == ".":
            return [*sentence[:-1], (",", True, False)]
        return sentence

    def speech(self, said: list[Sentence]) -> Paragraph:
        """Reported speech of one or more sentences ("S." form, no marks inside) in a frame drawn by chance."""
        marks = PLAIN.outer
        first, last = said[0], said[-1]
        kind = self.rng.random()
        if len(said) == 1 and self.chance(0.12):
            first = last = self.nest(first)
        if kind < 0.27:
            body = self.comma(self.asked(last))
            tail = self.cue() if body[-1][0] != "?" or self.chance(0.5) else words(f"{self.source()} asked")
            tail = self.end(tail, "." if self.chance(0.97) else ":")
            if self.chance(0.06):  # "?"he said, and the same without the blank
                glued = self.quoted(body, marks, len(said) == 1)
                glued[-1] = (glued[-1][0], False, False)
                return [*self.run(said[:-1], marks), glued + tail]
            return [*self.run(said[:-1], marks), self.quoted(body, marks, len(said) == 1) + tail]
        if kind < 0.42:
            lead = self.end(self.cue(opens=True), self.pick((":", ",", ",", ":")))
            rest = [*said[1:-1], self.quoted(last, marks, False)] if len(said) > 1 else []
            return [lead + self.quoted(first, marks, True, not rest), *rest]
        if kind < 0.6 and len(said) > 1:
            rest = self.run(said[1:], marks, close=True)
            return [self.quoted(self.comma(first), marks) + self.end(self.cue()), *rest]
        if kind < 0.7:
            parted = self.part(first, marks)
            if parted:
                return [parted, *self.run(said[1:], marks, close=True)]
        if kind < 0.78:
            return self.run(said, marks, close=self.chance(0.8))
        if kind < 0.84:  # the full stop outside, as the British have it
            body, mark = last[:-1], last[-1][0]
            if mark == ".":
                lead = self.end(self.cue(opens=True), ",") if self.chance(0.6) else []
                return [*self.run(said[:-1], marks),
                        lead + self.end(self.quoted(body, marks, len(said) == 1 or bool(lead)), mark)]
        if kind < 0.9:
            return [self.comma_end(first) + self.end(self.cue()), *said[1:]]
        if kind < 0.95:
            link = self.pick(("that", "as", "to", ", calling it", ", saying"))
            lead = self.cue(opens=True)
            return [lean(lead + words(link)) + self.quoted(lower_first(first), marks, True, True), *said[1:]]
        return [*said[:-1], self.quoted(self.comma(last), marks) + self.end(self.cue())]

    def asked(self, sentence: Sentence) -> Sentence:
        """At times the sentence with "?" or "!" for its full stop: before a cue these end no sentence, before
        anything else they do."""
        if sentence[-1][0] == "." and self.chance(0.25):
            return [*sentence[:-1], (self.pick(("?", "?", "?", "!", "!", "…", "...", "?!")), True, False)]
        return sentence

    def comma_end(self, sentence: Sentence) -> Sentence:
        return [*sentence[:-1], (",", True, False)]

    def run(self, said: list[Sentence], marks: tuple[str, str], close: bool = False) -> Paragraph:
        """Sentences inside one pair of marks, the closing one left away unless ``close``."""
        if not said:
            return []
        found = [list(sentence) for sentence in said]
        found[0] = self.quoted(found[0], marks, True, False)
        if close:
            found[-1] = self.quoted(found[-1], marks, False, True)
        return found

    def part(self, sentence: Sentence, marks: tuple[str, str]) -> Sentence:
        """``“First half,” she said, “second half.”``, parted at a comma; empty where there is none."""
        commas = [i for i, token in enumerate(sentence) if token[0] == "," and 2 <= i < len(sentence) - 2]
        if not commas:
            return []
        at = self.pick(commas)
        middle = self.end(self.cue(), ",")
        return self.quoted(sentence[: at + 1], marks) + middle + self.quoted(sentence[at + 1 :], marks)

    def nest(self, sentence: Sentence) -> Sentence:
        """A sentence with a part, mostly its end, in inner marks: the closing marks meet."""
        if self.chance(0.5) and len(sentence) > 4:
            lead = self.end(self.cue(opens=True), self.pick((",", ":")))
            return lead + self.quoted(sentence, PLAIN.inner)
        return self.scare(sentence, PLAIN.inner)

    def scare(self, sentence: Sentence, marks: tuple[str, str]) -> Sentence:
        """One to four words of the sentence in marks."""
        places = [i for i, token in enumerate(sentence) if token[0][:1].isalnum()]
        if not places:
            return sentence
        start = self.pick(places)
        stop = min(start + self.pick((1, 1, 2, 2, 3, 4)), len(sentence) - (sentence[-1][0] in FINAL))
        while stop > start + 1 and not sentence[stop - 1][0][-1:].isalnum():
            stop -= 1
        if stop <= start or (start and not sentence[start - 1][1]):
            return sentence
        text, blank, multi = sentence[stop - 1]
        inside = [*sentence[start : stop - 1], (text, False, multi)]
        after = sentence[stop:]
        if after and after[0][0] in {".", ","} and self.chance(0.5):  # ... the “end.”
            mark, blank_after, _ = after[0]
            return [*sentence[:start], (marks[0], False, False), *inside, (mark, False, False),
                    (marks[1], blank_after, False), *after[1:]]
        return [*sentence[:start], (marks[0], False, False), *inside, (marks[1], blank, False), *after]

    # -- what stands around sentences -------------------------------------------------------------------------

    def opened(self, sentence: Sentence) -> Paragraph:
        """The sentence after a dateline (a sentence of its own, as in EWT), or led by a live-blog time, a
        list's mark or a phrase."""
        kind = self.rng.random()
        dash = self.pick(("—", "—", "–", "-", "--"))
        if kind < 0.4:
            city = self.pick(self.names)
            city = city.upper() if self.chance(0.8) else city
            middle = self.pick(("", f" , {self.pick(STATES)}", f" , {self.pick(self.names)}"))
            date = f" , {self.pick(MONTHS)} {self.number(1, 28)}" if self.chance(0.3) else ""
            outlet = f" ( {self.pick(OUTLETS)} )" if self.chance(0.7) else ""
            return [words(f"{city}{middle}{date}{outlet} {dash}"), sentence]
        if kind < 0.6:
            clock = f"{self.number(0, 23)}{self.pick((':', '.'))}{self.rng.randint(0, 59):02d}"
            zone = self.pick(("", f" {self.pick(ZONES)}", "_ pm", "_ am", " p.m.", f" p.m. {self.pick(ZONES)}"))
            return [words(f"{clock}{zone} {self.pick((':', ':', ':', dash, '|'))}") + sentence]
        if kind < 0.75:
            digit = self.number(1, 20)
            mark = self.pick(("•", "-", "*", "–", "·", f"{digit}_ .", f"{digit}_ )", f"(_ {digit}_ )", "▪", "●"))
            return [words(mark) + sentence]
        if kind < 0.78:
            return [words("'Tis said that") + lower_first(sentence)]
        return [[*lean(upper_first(words(self.phrase()))), (",", True, False), *lower_first(sentence)]]

    def closed(self, sentence: Sentence) -> Sentence:
        """The sentence with a phrase of news put before its final mark: many end in an abbreviation."""
        if sentence[-1][0] not in FINAL or len(sentence) < 3:
            return sentence
        text, _, multi = sentence[-2]
        return self.end([*sentence[:-2], (text, True, multi), *words(self.phrase())], sentence[-1][0])

    def paragraph(self, source: Paragraph) -> Paragraph:
        """A news-like paragraph from consecutive sentences of a text."""
        style = self.style()
        plain = [sentence for sentence in source if sayable(sentence)]
        if not plain:
            return self.surface(source, style)
        start = self.rng.randrange(len(plain))
        said = plain[start : start + self.pick((1, 1, 1, 2, 2, 3, 4))]
        others = [list(sentence) for sentence in source if not any(sentence is one for one in said)]
        said = [self.asked(self.closed(sentence) if self.chance(0.15) else sentence) for sentence in said]
        made = self.speech(said) if self.chance(0.75) else [self.scare(s, PLAIN.outer) for s in said]
        others = [self.closed(sentence) if self.chance(0.2) else sentence for sentence in others]
        before = others[: self.pick((0, 0, 1, 2))]
        after = others[len(before) : len(before) + self.pick((0, 0, 1, 2))]
        if before or made[0][0][0] != PLAIN.outer[0]:
            first = (before or made)[0]
            if self.chance(0.25):
                (before or made)[:1] = self.opened(first)
        elif self.chance(0.15):
            made[:1] = self.opened(made[0])
        return self.surface([*before, *made, *after], style)

    # -- how it is written ------------------------------------------------------------------------------------

    def style(self) -> Style:
        return self.rng.choices([style for _, style in STYLES], [weight for weight, _ in STYLES])[0]

    def surface(self, paragraph: Paragraph, style: Style) -> Paragraph:
        """The paragraph in one style of marks, dashes and dots, at times in capitals or with blanks missing."""
        found = restyle(paragraph, style)
        if self.chance(0.3):
            found = self.dashes(found)
        if self.chance(0.03):
            case = str.upper if self.chance(0.6) else str.lower
            found = [[(case(text), blank, multi) for text, blank, multi in sentence] for sentence in found]
        if self.chance(0.06):
            found = self.glue(found)
        if len(found) == 1 and found[0][-1][0] == "." and len(found[0]) > 1 and self.chance(0.1):
            found[0] = found[0][:-1]  # a headline, a caption
        return [sentence for sentence in found if sentence]

    def dashes(self, paragraph: Paragraph) -> Paragraph:
        dash = self.pick((("—", True), ("—", False), ("–", True), ("--", True), ("--", False), ("-", True)))
        dots = self.pick(("…", "...", "....", ". . ."))
        found = []
        for sentence in paragraph:
            tokens = list(sentence)
            for i in range(1, len(tokens)):
                text, blank, _ = tokens[i]
                if text in {"--", "—", "–"} or text == "-" and blank and tokens[i - 1][1]:
                    before = tokens[i - 1]
                    tokens[i - 1] = (before[0], dash[1], before[2])
                    tokens[i] = (dash[0], dash[1], False)
                elif text == "..." and dots != ". . .":
                    tokens[i] = (dots, blank, False)
            found.append(tokens)
        return found

    def glue(self, paragraph: Paragraph) -> Paragraph:
        """A blank after a sentence's end, a comma or a closing mark is lost in one place."""
        places = [(s, i) for s, sentence in enumerate(paragraph) for i, (text, blank, _) in enumerate(sentence)
                  if blank and (text in FINAL or text in {",", "”", '"', ";", ")"})]
        if not places:
            return paragraph
        s, i = self.pick(places)
        following = paragraph[s][i + 1 :] or (paragraph[s + 1] if s + 1 < len(paragraph) else [])
        if not following or not following[0][0][:1].isalpha():
            return paragraph
        found = [list(sentence) for sentence in paragraph]
        found[s][i] = (found[s][i][0], False, False)
        return found
