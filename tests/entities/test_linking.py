"""Chains of several articles in, entities out."""

from __future__ import annotations

import itertools

from hypothesis import given, settings
from hypothesis import strategies as st

from attribution.entities import Curated, Curation, link
from attribution.entities.linking import update
from attribution.entities.memory import Memory
from attribution.records import Chain, Mention


def chain(name: str, *others: str, kind: str = "person", gender: str | None = None, role: str | None = None) -> Chain:
    """A chain with a mention of each written form; the first one carries the role."""
    mentions = [Mention((i, i + 1), text, "name", role if i == 0 else None) for i, text in enumerate((name, *others))]
    return Chain(name, kind, tuple(mentions), gender)


def ids(articles: dict[str, list[Chain]], *rest, **options) -> dict[tuple[str, int], str]:
    return dict(link(articles, *rest, **options).of)


def test_spellings_become_one_entity_shown_in_the_most_frequent_one():
    linking = link(
        {
            "a": [chain("Volodar Chernensky", "Chernensky")],
            "b": [chain("Volodar Chernenskyy", "Chernenskyy", "Chernenskyy")],
            "c": [chain("Volodar Chernenskyy")],
        }
    )
    [entity] = linking.entities
    assert entity.name == "Volodar Chernenskyy" and dict(entity.names)["Chernenskyy"] == 2


def test_a_surname_alone_joins_its_only_bearer_and_nobody_when_two_bear_it():
    one = ids({"a": [chain("Anna Keller", "Keller")], "b": [chain("Keller")]})
    assert one["b", 0] == one["a", 0]
    two = ids({"a": [chain("Anna Keller", "Keller")], "b": [chain("Keller")], "c": [chain("Thomas Keller", "Keller")]})
    assert len(set(two.values())) == 3
    told = ids(
        {
            "a": [chain("Anna Keller", gender="f")] * 1,
            "a2": [chain("Anna Keller", gender="f")],
            "b": [chain("Keller", gender="f")],
            "c": [chain("Thomas Keller", gender="m")],
            "c2": [chain("Thomas Keller", gender="m")],
        }
    )
    assert told["b", 0] == told["a", 0] != told["c", 0]


def test_father_and_son_and_two_middle_names():
    apart = ids(
        {
            "a": [chain("John Harmer Jr."), chain("John Harmer Sr.")],
            "b": [chain("George A. Roe")],
            "c": [chain("George B. Roe")],
            "d": [chain("George Roe")],
        }
    )
    assert len(set(apart.values())) == 5


def test_near_names_need_the_same_role():
    roles = {"role": "Ruritanian foreign minister"}
    same = ids({"a": [chain("Volodymar Chernensky", **roles)], "b": [chain("Vladymir Chernensky", **roles)]})
    assert same["a", 0] == same["b", 0]
    other = ids({"a": [chain("Volodymar Chernensky", **roles)], "b": [chain("Vladymir Chernensky", role="Norwegian tenor")]})
    assert other["a", 0] != other["b", 0]


def test_a_capital_joins_its_country_only_as_a_country():
    linked = ids({"a": [chain("Norway", kind="country"), chain("Oslo", kind="place")], "b": [chain("Oslo", kind="country")]})
    assert linked["b", 0] == linked["a", 0] == "norway" and linked["a", 1] != "norway"


def test_an_acronym_joins_where_an_article_puts_it_to_the_name():
    linked = ids({"a": [chain("Northern Fisheries Union", "NFU", kind="organization")], "b": [chain("NFU", kind="organization")]})
    assert linked["a", 0] == linked["b", 0]


def test_what_a_person_curated_comes_first():
    curated = Curation(
        (
            Curated("helen-marsh", "Helen Marsh-Adey", "person", "Q1", ("Helen Adey", "Helen Marsh")),
            Curated("palace", "The Palace", "organization", None, ("Kestrel House",), "norway"),
        )
    )
    articles = {"a": [chain("Helen Adey"), chain("Kestrel House", kind="organization")], "b": [chain("Helen Marsh")]}
    linking = link(articles, curated)
    assert linking.of["a", 0] == linking.of["b", 0] == "helen-marsh" and linking.of["a", 1] == "palace"
    shown = {e.id: e for e in linking.entities}
    assert shown["helen-marsh"].name == "Helen Marsh-Adey" and shown["palace"].speaks_for == "norway"


def test_a_bare_word_is_the_curated_country_unless_something_personal_is_told():
    curated = Curation((Curated("veld", "Veld", "country"), Curated("orme", "Orme", "organization")))
    articles = {"a": [chain("Veld", kind="country"), chain("Orme")], "b": [chain("Veld", "Veld")], "c": [chain("Veld", gender="m")],
                "d": [chain("Veld", role="tenor")], "e": [chain("Anton Veld", "Veld")]}
    linked = ids(articles, curated)
    assert linked["a", 0] == linked["b", 0] == "veld"
    assert "veld" not in (linked["c", 0], linked["d", 0], linked["e", 0]) and linked["a", 1] != "orme"


def test_curation_parts_what_the_linker_would_join():
    articles = {"a": [chain("Pavel Sergeyevich Morkin")], "b": [chain("Pavel Morkin")]}
    assert len(set(ids(articles).values())) == 1
    curated = Curation((Curated("morkin-1", "Pavel Sergeyevich Morkin", "person"), Curated("morkin-2", "Pavel Morkin", "person")))
    assert ids(articles, curated) == {("a", 0): "morkin-1", ("b", 0): "morkin-2"}


def test_more_articles_rename_nothing():
    before = link({"b": [chain("Volodar Chernensky")], "c": [chain("Anna Keller")]})
    more = {
        "a": [chain("Volodar Chernenskiy"), chain("Anna Keeler")],
        "b": [chain("Volodar Chernensky")],
        "c": [chain("Anna Keller")],
    }
    after = link(more, previous=before.entities)
    assert all(after.of[place] == identity for place, identity in before.of.items())
    assert after.of["a", 0] == before.of["b", 0]


people = st.builds(
    chain,
    st.text("abe -.'Aé", min_size=1, max_size=12),
    kind=st.sampled_from(["person", "organization", "country", "place", "group", "other", "unnamed"]),
    gender=st.sampled_from([None, "m", "f"]),
    role=st.sampled_from([None, "president", "Danish king"]),
)


@settings(max_examples=60)
@given(st.dictionaries(st.text(max_size=3), st.lists(people, max_size=4), max_size=5))
def test_every_linked_chain_has_an_entity_and_ids_are_unique(articles):
    linking = link(articles)
    known = [entity.id for entity in linking.entities]
    assert len(known) == len(set(known)) and set(linking.of.values()) == set(known)
    assert link(articles).of == linking.of


def test_father_and_son_each_with_a_middle_name():
    linked = ids({str(n): [chain(name)] for n, name in enumerate(("John B Roe", "John Roe", "John B Roe Jr.", "John Roe Jr."))})
    assert linked["0", 0] == linked["1", 0] != linked["2", 0] == linked["3", 0]


names = st.builds("{} {}".format, st.sampled_from(["Ana", "Hanna", "J.", "John B", "Volodymar", "Vladymir", ""]),
                  st.sampled_from(["Keller", "Kellner", "Chernensky", "Tchernenskyy", "Roe", "Roe Jr."])).map(str.strip)
persons = st.builds(chain, names, gender=st.sampled_from([None, "m", "f"]), role=st.sampled_from([None, "Danish king", "Norwegian king"]))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(persons, min_size=1, max_size=4), min_size=3, max_size=12), st.data())
def test_portions_group_as_all_at_once(articles, data):
    everything = {str(n): chains for n, chains in enumerate(articles)}
    first = data.draw(st.integers(1, len(articles) - 1))
    second = data.draw(st.integers(first, len(articles)))
    before = ()
    for end in (first, second, len(articles)):
        linking = link({str(n): everything[str(n)] for n in range(end)}, previous=before)
        before = linking.entities

    def groups(of):
        return {frozenset(place for place in of if of[place] == identity) for identity in of.values()}

    assert groups(linking.of) == groups(link(everything).of)


bodies = st.builds(chain, st.sampled_from(["Union of Northern Fishers", "Northern Fishers' Union", "NFU", "Norwegian Fishers", "Oslo"]),
                   st.sampled_from(["NFU", "Oslo", "the union"]), kind=st.sampled_from(["organization", "country", "place"]))
articles_of_all = st.lists(st.one_of(persons, persons, bodies, people), max_size=4)
CURATED = Curation((Curated("keller", "Ana Keller", "person", None, ("Hanna Kellner",)),
                    Curated("oslo", "Oslo", "organization", None, ("NFU",))))
changes_of_articles = st.dictionaries(st.sampled_from("abcdefgh"), st.one_of(st.none(), articles_of_all), min_size=1, max_size=3)


class Kept:
    """Articles, and a memory of what was linked, updated by what changes."""

    def __init__(self, curated: Curation):
        self.curated, self.memory, self.number = curated, Memory(), itertools.count()
        self.articles: dict[str, tuple[int, list[Chain]]] = {}
        self.nodes: dict[tuple[str, int], tuple] = {}
        self.of: dict[tuple[str, int], str] = {}
        self.entities: dict = {}

    def put(self, changed: dict[str, list[Chain] | None]) -> None:
        """Add, change or (None) remove articles."""
        lost = {self.nodes.pop(place) for place in list(self.nodes) if place[0] in changed}
        for article, chains in changed.items():
            order = self.articles.pop(article, (next(self.number), None))[0]
            if chains is not None:
                self.articles[article] = order, chains
        new = [((article, n), order, one) for article, (order, chains) in self.articles.items() for n, one in enumerate(chains)
               if article in changed or self.nodes.get((article, n)) in lost]
        linking = update(self.memory, new, self.curated, lost)
        self.nodes |= linking.nodes
        self.of = {place: linking.of.get(place) or linking.moved.get(node) or self.of[place] for place, node in self.nodes.items()}
        for identity in linking.gone:
            self.entities.pop(identity, None)
        self.entities |= {entity.id: entity for entity in linking.entities}


def groups_of(of: dict) -> set[frozenset]:
    return {frozenset(place for place in of if of[place] == identity) for identity in of.values()}


@settings(max_examples=300, deadline=None)
@given(st.lists(changes_of_articles, min_size=2, max_size=7), st.sampled_from([Curation(), CURATED]))
def test_updates_link_as_all_at_once(changes, curated):
    kept = Kept(curated)
    for changed in changes:
        kept.put(changed)
        ordered = sorted(kept.articles.items(), key=lambda item: item[1][0])
        once = link({article: chains for article, (_, chains) in ordered}, curated)
        assert groups_of(kept.of) == groups_of(once.of)
        assert {frozenset(entity.names) for entity in kept.entities.values()} == {frozenset(entity.names) for entity in once.entities}
        assert set(kept.of.values()) == set(kept.entities)
        same = {kept.of[place]: once.of[place] for place in kept.of}
        named = {entity.id: entity for entity in once.entities}
        for identity, entity in kept.entities.items():
            other = named[same[identity]]
            assert (entity.name, entity.kind, entity.names) == (other.name, other.kind, other.names)
