"""Which lines are clearly not English."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attribution.documents.tongues import foreign, language


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("fr", "Le ministre a dit que les négociations ne seraient pas reprises avant la fin de la semaine."),
        ("de", "Der Minister sagte, dass die Gespräche nicht vor dem Ende der Woche fortgesetzt werden."),
        ("es", "El ministro dijo que las conversaciones no se van a reanudar antes del fin de la semana."),
        ("it", "Il ministro ha detto che i colloqui non riprenderanno prima della fine della settimana."),
        ("ru", "Министр сказал, что переговоры не будут продолжены до конца этой недели."),
    ],
)
def test_a_sentence_of_another_language_is_told(code, text):
    assert foreign(text) == code


@pytest.mark.parametrize(
    "text",
    [
        "The minister said that talks would not go on before the end of the week.",
        "Talks fail",
        "Jean de la Tour, Maria del Mar, Otto von Berg und Söhne",
        "Rate cut odds: 62%",
        "",
        "1234 5678",
    ],
)
def test_english_names_and_figures_are_not_foreign(text):
    assert foreign(text) is None


def test_another_script_needs_no_sentence():
    assert foreign("Русский") == "und"
    assert foreign("العربية") == "und"


def test_the_language_of_an_article():
    assert language("The minister said that talks would not go on before the end of the week. " * 5) == "en"
    assert language("Le ministre a dit que les négociations ne seraient pas reprises avant la fin. " * 5) == "fr"
    assert language("") == language("Oui.") == "en"  # too little to tell


@given(st.text())
def test_never_raises(text):
    assert foreign(text) is None or len(foreign(text)) in (2, 3)
