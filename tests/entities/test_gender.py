"""What a given name makes likely, and that an article's own words outweigh it."""

from __future__ import annotations

from attribution import language
from attribution.documents import paragraphs
from attribution.entities.gender import likely_male
from attribution.training.annotated import parse
from attribution.training.evaluate_speakers import verdicts


def test_given_names_of_many_languages():
    assert all(likely_male(name) < 0.25 for name in ("Giulia", "Priya", "Samira", "Radmila", "Ma\u0142gorzata"))
    assert all(likely_male(name) > 0.75 for name in ("Rainer", "Jonas", "Ferenc", "Bogdan", "H\u00e9ctor"))
    assert likely_male("") == likely_male("X") == 0.5


def test_the_pronouns_go_by_given_names_where_nothing_else_tells():
    said = (
        " [1c|\u201cThe train was late,\u201d] [1s|he] [1q|said]. "
        "[2c|\u201cThe train was full,\u201d] [2s|she] [2q|said].\n----\n"
        "1 | none | direct | says | none\n2 | none | direct | says | none"
    )
    guessed = parse("Radmila Senk met Jonas Eberling at the station." + said, "guessed.txt")
    told = parse("Mrs Jonas Eberling met Mr Radmila Senk at the station." + said, "told.txt")
    read = [guessed, told]
    documents = language.annotate([a.text for a in read], [paragraphs(a.text, ()) for a in read], language.load())
    assert [[v.given for v in verdicts(a, d)] for a, d in zip(read, documents)] == [
        ["Jonas Eberling", "Radmila Senk"],
        ["Radmila Senk", "Jonas Eberling"],
    ]
