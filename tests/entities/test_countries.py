"""Names, demonyms and capitals of countries."""

from __future__ import annotations

from attribution.entities import countries
from attribution.entities.countries import nation


def test_names_demonyms_and_capitals_find_their_country():
    assert countries.named("the U.S.") == countries.named("United States") == "US" and countries.named("us") is None
    assert countries.demonym("Swedes") == countries.capital_of("Stockholm\u2019s") == "SE"
    assert countries.country_of("Atlantis") is None


def test_each_name_and_capital_belongs_to_one_country():
    seen: dict[tuple[str, str], str] = {}
    for country in countries.countries().values():
        for field, names in (("name", (country.name, *country.aliases)), ("capital", country.capitals)):
            for name in names:
                assert seen.setdefault((field, name.casefold()), country.code) == country.code


def test_a_land_that_the_table_does_not_know_shares_a_key_with_its_people():
    assert nation("Ruritania") == nation("Ruritanian") == nation("Ruritanians") != nation("Borduria")
