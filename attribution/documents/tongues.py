"""Which language words are in, told by their script and by the stop words that every sentence needs.

Built to be silent rather than wrong: it answers only where the words are many and clearly not English. The
stop-word lists (the commonest words of each Wikipedia) come with jusText.
"""

from __future__ import annotations

import functools
import re
import unicodedata

import justext

# Languages that news pages mix with English, by their jusText name.
LANGUAGES = {
    "Albanian": "sq", "Arabic": "ar", "Armenian": "hy", "Azerbaijani": "az", "Belarusian": "be", "Bulgarian": "bg",
    "Catalan": "ca", "Croatian": "hr", "Czech": "cs", "Danish": "da", "Dutch": "nl", "Estonian": "et",
    "Finnish": "fi", "French": "fr", "Georgian": "ka", "German": "de", "Greek": "el", "Hebrew": "he", "Hindi": "hi",
    "Hungarian": "hu", "Indonesian": "id", "Italian": "it", "Latvian": "lv", "Lithuanian": "lt", "Macedonian": "mk",
    "Norwegian_Bokmal": "no", "Persian": "fa", "Polish": "pl", "Portuguese": "pt", "Romanian": "ro", "Russian": "ru",
    "Serbian": "sr", "Slovak": "sk", "Slovenian": "sl", "Spanish": "es", "Swahili": "sw", "Swedish": "sv",
    "Turkish": "tr", "Ukrainian": "uk", "Urdu": "ur", "Vietnamese": "vi",
}
# English running text has 45 to 60 % of its words in the English list, a list of names 5 to 15 %; a sentence of another
# language has 35 to 60 % in its own list and, particles of names aside, under 10 % in the English one.
_NOT_ENGLISH, _OTHER = 0.12, 0.34
_PARTICLES = frozenset("de del la el los las le du des san van von".split())
_FEWEST_WORDS, _FEWEST_OWN = 6, 2
_SAMPLE = 20_000  # characters of an article that are looked at
_WORD = re.compile(r"[^\W\d_]{2,}")


def foreign(text: str) -> str | None:
    """The language code (``und`` where only the script tells) of ``text`` if it is clearly not English, else None."""
    written = _WORD.findall(text[:_SAMPLE])
    words = [word.lower() for word in written]
    if not words:
        return None
    other_script = not _mostly_latin("".join(words))
    if len(words) < _FEWEST_WORDS:
        return "und" if other_script else None
    english = _stoplist("English") - _PARTICLES
    if sum(word in english for word in words) > _NOT_ENGLISH * len(words):
        return None
    # A capital may begin a name, and the longer lists hold many names.
    rest = [word for word, lower in zip(written, words, strict=True) if word == lower and word not in english]
    own, code = max((_own_words(rest, name), code) for name, code in LANGUAGES.items())
    if own >= _OTHER * len(words):
        return code
    return "und" if other_script else None


def _own_words(words: list[str], name: str) -> int:
    """How many of ``words`` are stop words of the language ``name``; none where hardly more than particles of names."""
    stop_words = _stoplist(name)
    own = [word for word in words if word in stop_words]
    return len(own) if len(set(own) - _PARTICLES) >= _FEWEST_OWN else 0


def language(text: str) -> str:
    """The language code of an article's ``text``: ``en`` unless it is clearly another one."""
    return foreign(text) or "en" if len(_WORD.findall(text[:_SAMPLE])) >= 5 * _FEWEST_WORDS else "en"


@functools.cache
def _stoplist(name: str) -> frozenset[str]:
    return justext.get_stoplist(name)


def _mostly_latin(letters: str) -> bool:
    sample = letters[:500]
    return sum(_is_latin(letter) for letter in sample) * 2 >= len(sample)


@functools.lru_cache(maxsize=4096)
def _is_latin(letter: str) -> bool:
    return letter.isascii() or unicodedata.name(letter, "").startswith("LATIN")
