"""Page furniture: what is marked, and above all what is not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attribution.documents.furniture import (
    MOST_PARAGRAPHS,
    THRESHOLD,
    features,
    find,
    headline_and_tail,
    is_date,
    repeated_headline,
)
from attribution.documents.paragraphs import paragraphs

BODY = [
    "The foreign minister of Lenta said on Tuesday that his country would not go to the talks in Borsk this week.",
    "“Nobody has asked us,” he told reporters in the capital, and added that the mediators had sent no agenda.",
    "It was the third round that failed since the spring, and the mediators want to try again in another city.",
]


def marked(*lines):
    text = "\n".join(lines)
    return [text[start:end] for start, end in find(text)]


@pytest.mark.parametrize(
    "line",
    [
        "Please log in to continue reading",
        "Notifications are set in your browser settings.",
        "Sign up to our free morning newsletter",
        "I agree to be e-mailed about offers and events. Read our privacy notice",
        "Get breaking news alerts: enter your email address",
        "We and our partners use cookies to improve your experience.",
        "This website uses cookies.",
        "Share",
        "Share on Facebook | Tweet | WhatsApp | Email",
        "Follow us on Telegram",
        "Follow Jana Novik on Twitter @jananovik",
        "Join the conversation",
        "Log in to comment, reply and follow other readers",
        "12 comments",
        "Comments are closed",
        "Related articles",
        "Read more: Envoy leaves Borsk without a deal",
        "ALSO READ | Five questions about the Borsk talks",
        "Advertisement",
        "Story continues below",
        "Photo: Jana Novik",
        "Ministers at the door of the palace. Source: Jan Orel/LTA",
        "Ministers at the door of the palace in Borsk [Jana Novik/Reuters]",
        "Ministers at the door of the palace (AP Photo/Jana Novik)",
        "Image source, Getty Images",
        "Image caption, The palace in Borsk before the talks",
        "FILE PHOTO: The palace in Borsk before the talks",
        "By Jana Novik",
        "By Jana Novik and Jan Orel, diplomatic editors",
        "Jana Novik reports:",
        "Editor: Jana Novik, Jan Orel",
        "(Reporting by Jana Novik in Borsk; Editing by Jan Orel)",
        "Jan Orel contributed to this report.",
        "Published: 9 March 2031, 14:22",
        "date 2031-03-09 X!",
        "March 9,2031",
        "By Jana Novik | 9 March 2031 | 2:22 pm",
        "Ministers at the door of the palace in Borsk [File: Jana Novik/pool/AFP]",
        "Edited by Jana Novik",
        "With inputs from agencies",
        "Thank you for registering",
        "Join our commenting forum",
        "Sign up to our newslettersSupport Now",
        "Copyright 2031 The Borsk Courier",
        "Email: [email\u00a0protected]",
        "Your support helps us to tell the story",
        "Recent posts",
        "All fields are required",
        "Updated on March 9, 2031 at 2:22 pm GMT",
        "5 min read",
        "14:22",
        "3 hours ago",
        "Home > News > World",
        "Skip to main content",
        "© The Borsk Courier. All rights reserved.",
        "This material may not be published or redistributed.",
        "Read the full story here",
        "Watch the full interview below:",
        "* * *",
        "https://example.org/news/12345",
        "[Envoy leaves](https://example.org/1)",
        ".share-bar { display: none; }",
        "Le ministre a dit que les négociations ne seraient pas reprises avant la fin de la semaine.",
        "Русский",
    ],
)
def test_furniture_is_marked_and_the_article_is_not(line):
    assert marked(BODY[0], line, BODY[2], BODY[1]) == [line]


@pytest.mark.parametrize(
    "line",
    [
        *BODY,
        "Talks in Borsk fail for the third time",
        "“We will not go to Borsk.”",
        "“Please log in to continue,” the page said to everyone who wanted to buy a ticket.",
        "Thousands signed up for the newsletter of the party within a day.",
        "The regulator fined the company because its pages set cookies without consent.",
        "The minister said that people should follow us, the government, and subscribe to no rumours.",
        "Support for the ceasefire on Facebook grew by half within a week.",
        "Share prices in Borsk fell after the minister's comments on Twitter.",
        "Read the treaty, the envoy said, and you will find no such clause in it.",
        "The Borsk Courier reports:",
        "The photo shows the minister at the door of the palace with two of his aides.",
        "By Tuesday evening nobody had answered the letter that the mediators had sent.",
        "On 9 March 2031 the two countries signed the first of three agreements.",
        "The source of the leak is not known.",
        "Advertisement revenue fell by a third, the publisher said.",
        "“Read more books,” was the advice of the former minister.",
        "Why the talks failed: five answers",
        "30,000",  # a list of figures can be what somebody gave out
        "Home is where the heart is, the song goes, and the refugees sang it.",
        "— Jana Novik (@jananovik) March 9, 2031",
    ],
)
def test_the_article_is_never_furniture(line):
    assert marked(BODY[0], line, *BODY[1:]) == []


def test_a_byline_in_front_of_a_quotation_is_its_cue():
    assert marked("Jana Novik reports:", BODY[0]) == ["Jana Novik reports:"]
    assert marked("Jana Novik writes:", "“The palace is empty.”") == []


def test_a_caption_that_stands_again_with_its_credit():
    assert marked(BODY[0], "Jan Orel.", "Jan Orel. Photo: Jana Novik/LTA", BODY[1]) == [
        "Jan Orel.",
        "Jan Orel. Photo: Jana Novik/LTA",
    ]


def test_headlines_under_related_articles():
    text = [*BODY, "Related articles", "Envoy leaves Borsk without a deal", "Ferry strike enters second week"]
    assert marked(*text) == text[3:]


def test_a_list_of_related_articles_with_dates():
    text = [*BODY, "Recent posts", "Envoy leaves Borsk", "9 March 2031", "Ferry strike goes on", "8 March 2031"]
    assert marked(*text) == text[3:]
    assert marked(*text[3:], "A heading", *BODY) == text[3:]


def test_headlines_under_related_articles_inside_the_article_only_with_bullets():
    assert marked("Read more", "• Envoy leaves Borsk", "A heading", *BODY) == ["Read more", "• Envoy leaves Borsk"]


def test_an_article_in_another_language_is_not_furniture():
    french = "Le ministre a dit que les négociations ne seraient pas reprises avant la fin de la semaine."
    assert marked(french, french, french) == []


def test_what_the_format_knows_is_included():
    text = "---\ntitle: x\n---\n" + BODY[0]
    assert find(text, [(0, 16)]) == ((0, 16),)


def test_a_date_in_front_of_the_first_line():
    text = "date 2031-03-09 Lenta will not go to Borsk\n" + "\n".join(BODY)
    assert [text[start:end] for start, end in find(text)] == ["date 2031-03-09"]
    assert marked("2031-03-09 was the day on which the talks failed.", *BODY) == ["2031-03-09"]
    assert marked("Date palms and the price of water", *BODY) == []


def test_names_above_a_date_or_a_role_below_the_headline():
    assert marked("Lenta will not go to Borsk", "Jana Novik", "Sunday 9 March 2031 14:22", *BODY) == [
        "Jana Novik",
        "Sunday 9 March 2031 14:22",
    ]
    assert marked("Lenta will not go to Borsk", "Jana Novik in Borsk", "Diplomatic editor", *BODY) == [
        "Jana Novik in Borsk",
        "Diplomatic editor",
    ]
    assert marked("Borsk Talks Collapse", "9 March 2031", *BODY) == ["9 March 2031"]


def test_menus_above_and_below_the_article():
    menu = ["News", "World", "Subscribe", "Climate", "Sport"]
    assert marked(*menu, "Talks fail", *BODY) == menu
    assert marked("Talks fail", *BODY, *menu) == menu
    assert marked("Talks fail", BODY[0], "Lenta", "Borsk", "Zamok", "Orlin", *BODY[1:]) == []  # a list inside
    assert marked("Talks fail", *BODY, "1. Lenta", "2. Borsk", "3. Zamok") == []


def test_a_caption_below_its_source():
    caption = "The palace in Borsk, seen from the river"
    assert marked(BODY[0], "Image source, LTA", caption, BODY[2]) == ["Image source, LTA", caption]
    assert marked(BODY[0], "Image source, LTA", BODY[2]) == ["Image source, LTA"]


def test_a_wrapped_notice_is_marked_as_a_whole():
    notice = """Please sign up for our newsletter to get the most important news of
the day from Borsk and the region in your inbox."""
    body = """The foreign minister of Lenta said on Tuesday that his country would
not go to the talks in Borsk this week, the third in a row to fail."""
    text = f"{body}\n\n{notice}\n\n{body}"
    assert [text[start:end] for start, end in find(text)] == [notice]


def test_features_have_names_and_weights():
    found = features([*BODY, "Join our readers and read their replies"], 3)
    assert found == {"imperative": 0.5, "reader": 0.25, "community": 0.5}
    assert sum(found.values()) >= THRESHOLD


def test_a_headline_that_stands_again_is_furniture_the_first_time_it_is_not():
    text = "Talks fail\n" + BODY[0] + "\nTALKS FAIL – The Borsk Courier\n"
    assert [text[s:e] for s, e in repeated_headline(text, (), "Talks fail", ["The Borsk Courier"])] == [
        "TALKS FAIL – The Borsk Courier"
    ]
    assert repeated_headline(text, (), None) == ()


def test_a_headline_that_stands_once_keeps_its_words_without_the_outlet():
    text = BODY[0] + "\nTalks fail – The Borsk Courier\n"
    assert [text[s:e] for s, e in repeated_headline(text, (), "Talks fail", ["The Borsk Courier"])] == [
        " – The Borsk Courier"
    ]


@pytest.mark.parametrize(
    ("line", "parts"),
    [
        ("Talks fail – The Borsk Courier", ("Talks fail", "The Borsk Courier")),
        ("Talks fail | The Borsk Courier", ("Talks fail", "The Borsk Courier")),
        ("Talks – the third round – fail - Courier", ("Talks – the third round – fail", "Courier")),
        ("Lenta-Borsk talks fail", ("Lenta-Borsk talks fail", "")),
    ],
)
def test_the_tail_of_a_headline(line, parts):
    assert headline_and_tail(line) == parts


def test_a_date_line():
    assert is_date("Sunday, 9 March 2031")
    assert not is_date("Sunday, 9 March")
    assert not is_date("The treaty of 9 March 2031")


LINES = st.one_of(
    st.text(max_size=80),
    st.sampled_from([*BODY, "Share", "Read more", "By Jana Novik", "Photo: Jana Novik/AP", "9 May 2031"]),
)


@given(st.lists(LINES, max_size=8).map("\n".join))
def test_every_span_slices_a_whole_paragraph(text):
    units = set(paragraphs(text))
    found = find(text)
    assert all(any(start <= s and e <= end for s, e in units) for start, end in found)
    assert all(before[1] < after[0] for before, after in zip(found, found[1:], strict=False))


@given(st.lists(LINES, max_size=8).map("\n".join))
def test_a_quotation_with_its_cue_is_never_furniture(text):
    quotation = "“We will not log in, subscribe or share this article,” he said."
    start = len(text) + 2
    whole = f"{text}\n\n{quotation}"
    assert not any(s < len(whole) and start < e for s, e in find(whole))


def test_what_has_more_paragraphs_than_any_article_is_left_alone():
    assert find("Share\n" * (MOST_PARAGRAPHS + 2), [(0, 5)]) == ((0, 5),)
