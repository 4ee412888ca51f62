"""db/entities.csv: read, checked, edited, written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attribution.entities import Curated, Curation, CurationError, merge, read_curation, rename, split, write_curation
from attribution.entities.curation import KINDS, slug
from attribution.records import Entity

HEAD = "id,name,kind,wikidata,aliases,speaks_for,note\n"


def test_a_missing_file_is_an_empty_curation(tmp_path):
    assert read_curation(tmp_path / "none.csv") == Curation()


@pytest.mark.parametrize(
    "rows, line, told",
    [
        ("x,Anna Keller,witch,,,,\n", 2, "kind 'witch'"),
        ("x,,person,,,,\n", 2, "no name"),
        ("x,Anna Keller,person,,,,\nx,Bo Keller,person,,,,\n", 3, "line 2"),
        ("x,Anna Keller,person,,Bo Keller,,\ny,Bo Keller,person,,,,\n", 3, "belongs to 'x'"),
        ("x,Keller, Anna,person,,,,\n", 2, "quotation marks"),
    ],
)
def test_what_is_wrong_is_told_with_file_and_line(tmp_path, rows, line, told):
    path = tmp_path / "entities.csv"
    path.write_text(HEAD + rows, encoding="utf-8")
    with pytest.raises(CurationError) as caught:
        read_curation(path)
    assert str(caught.value).startswith(f"{path}:{line}: ") and told in str(caught.value)


def test_a_file_without_the_columns_and_one_that_is_no_text(tmp_path):
    path = tmp_path / "entities.csv"
    path.write_text("name,what\nAnna,1\n", encoding="utf-8")
    with pytest.raises(CurationError, match="no column id, kind"):
        read_curation(path)
    path.write_bytes(b"id,name,kind\n\xff\xfe,x,person\n")
    with pytest.raises(CurationError, match="not UTF-8"):
        read_curation(path)


def test_a_country_and_a_person_may_share_a_name():
    curation = Curation((Curated("jordan", "Jordan", "country"), Curated("jordan-p", "Jordan", "person")))
    assert curation.by_name[False, "jordan"].id == "jordan" and curation.by_name[True, "jordan"].id == "jordan-p"


def test_merge_moves_the_names_and_leaves_out_bare_surnames():
    keep = Entity("anna-keller", "Anna Keller", "person", (("Anna Keller", 3), ("Keller", 2)))
    other = Entity("ana-keler", "Ana Keler", "person", (("Ana Keler", 1), ("Keler", 1)))
    [entry] = merge(Curation(), keep, other).entries
    assert (entry.id, entry.name, entry.aliases) == ("anna-keller", "Anna Keller", ("Ana Keler",))
    with pytest.raises(CurationError, match="itself"):
        merge(Curation(), keep, keep)
    with pytest.raises(CurationError, match="person"):
        merge(Curation(), keep, Entity("norway", "Norway", "country"))


def test_split_and_rename():
    before = Curation((Curated("k", "Anna Keller", "person", None, ("A. B. Keller", "Ana Keller")),))
    parted = split(before, "k", ["A. B. Keller"], "Agnes B. Keller")
    assert parted.by_id["k"].aliases == ("Ana Keller",)
    assert parted.by_id["agnes-b-keller"].names == ("Agnes B. Keller", "A. B. Keller")
    shown = rename(before, "k", "Ana Keller").by_id["k"]
    assert shown.name == "Ana Keller" and set(shown.aliases) == {"Anna Keller", "A. B. Keller"}
    with pytest.raises(CurationError, match="rename it first"):
        split(before, "k", ["Anna Keller"], "Somebody Else")
    with pytest.raises(CurationError, match="no entity"):
        rename(before, "nobody", "X")


text = st.text(st.characters(codec="utf-8", exclude_characters="|\r\n\0", exclude_categories=("Cs", "Cc")), min_size=1, max_size=12).map(
    str.strip
)


@given(st.lists(st.tuples(text.filter(bool), st.sampled_from(KINDS), text), max_size=6, unique_by=lambda r: slug(r[0])))
def test_what_is_written_is_read_back(tmp_path_factory, rows):
    path = tmp_path_factory.mktemp("curation") / "entities.csv"
    curation = Curation(tuple(Curated(slug(name), name, kind, None, (), None, note or None) for name, kind, note in rows))
    write_curation(path, curation)
    try:
        assert read_curation(path) == curation
    except CurationError as error:
        assert "belongs to" in str(error)  # two different names that fold alike
