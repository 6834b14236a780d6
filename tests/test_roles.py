"""Role and country of a speaker: only what the article says, null rather than a guess."""

import pytest

from stance.quotes import extract
from stance.quotes.offices import body_country, office
from stance.records import Quote


def said(text):
    return {(q.speaker, q.speaker_role, q.speaker_country) for q in extract(text)}


@pytest.mark.parametrize(
    ("words", "role", "country"),
    [
        ("the US President", "president", "United States"),
        ("former U.S. President", "former president", "United States"),
        ("Ukraine's foreign minister", "foreign minister", "Ukraine"),
        ("Ukraine’s foreign minister", "foreign minister", "Ukraine"),
        ("minister of foreign affairs of Ukraine", "minister of foreign affairs", "Ukraine"),
        ("a Pentagon spokesman", "Pentagon spokesperson", "United States"),
        ("the Russian Foreign Ministry spokeswoman", "foreign ministry spokesperson", "Russia"),
        ("a spokesman for the Israeli army", "army spokesperson", "Israel"),
        ("US Secretary of State", "secretary of state", "United States"),
        ("Ohio Republican Sen.", "Republican senator", "United States"),
        ("Lt. Gen.", "lieutenant general", None),
        ("Israeli military spokesman Rear Adm.", "military spokesperson", "Israel"),
        ("WTO Director General", "WTO director general", None),
        ("the Chinese ambassador to the United States", "ambassador", "China"),
        ("US special envoy for Iran", "special envoy", "United States"),
        ("head of Ukraine's military intelligence", "head of military intelligence", "Ukraine"),
        ("chair of the House Arland Committee", "chair of the House Arland Committee", None),
        ("president and founder of the Arland Club", "president of the Arland Club", None),
        ("head of the Arland Moscow Centre", "head of the Arland Moscow Centre", None),
        ("Supreme Leader Ayatollah", "supreme leader", None),
        ("American Arland Institute fellow", "American Arland institute fellow", None),
        ("human rights activist and Polish writer", "human rights activist", "Poland"),
        ("US and Russian officials", "official", None),
    ],
)
def test_an_office_says_its_role_and_its_country(words, role, country):
    found = office(words.split())
    assert (found.role, found.country) == (role, country)


@pytest.mark.parametrize(
    "words",
    [
        "Russia analyst",  # what is studied
        "professor of Russian history",
        "Chinese military expert",
        "Kremlin critic",
        "Iran-backed Arlish commander",
        "ambassador to Ukraine",  # where, not whose
        "Moscow correspondent",
        "the country's president",
        "Korean diplomat",  # which of the two
    ],
)
def test_what_an_office_is_about_is_not_its_country(words):
    found = office(words.split())
    assert found.role is not None
    assert found.country is None


@pytest.mark.parametrize(
    "words", ["Mr.", "the head", "a close ally of the president", "FOXThe aide"]
)
def test_words_that_tell_no_office_give_nothing(words):
    assert office(words.split()).role is None


@pytest.mark.parametrize(
    ("name", "country"),
    [
        ("Kremlin", "Russia"),
        ("Ministry of Defence of Ukraine", "Ukraine"),
        ("UAE foreign ministry", "United Arab Emirates"),
        ("Chinese Embassy in Washington", "China"),
        ("Beijing", "China"),
        ("Arland Post", None),
        ("Washington Post", None),
        ("American Civil League", None),
        ("US-backed Afghan government", None),
    ],
)
def test_an_organisation_has_the_country_that_its_name_says(name, country):
    assert body_country(name.split()) == country


def test_titles_before_and_appositives_after_a_name_tell_who_speaks():
    assert said("“We want talks,” Ukraine's foreign minister Ines Marlow said.") == {
        ("Ines Marlow", "foreign minister", "Ukraine")
    }
    assert said("“We want talks,” said Ines Marlow, a spokeswoman for the Russian navy.") == {
        ("Ines Marlow", "navy spokesperson", "Russia")
    }
    assert said("“We want talks,” said Rep. Ines Marlow (D-Calif.) on Monday.") == {
        ("Ines Marlow", "representative", "United States")
    }


def test_any_mention_in_the_article_may_tell_it():
    text = (
        "Otto Varga came late. “We want talks,” Varga said.\n\n"
        "Polish President Otto Varga was elected in May."
    )
    assert said(text) == {("Otto Varga", "president", "Poland")}


def test_the_fuller_form_of_a_role_is_given():
    text = (
        "Spokesman Otto Varga was there. “Fine,” spokesman Otto Varga said. “No,” said Otto Varga, "
        "a Kremlin spokesman."
    )
    assert said(text) == {("Otto Varga", "Kremlin spokesperson", "Russia")}


def test_the_title_of_the_person_beside_is_not_taken():
    text = (
        "US President Ines Marlow met Otto Varga, the Russian president said. “Fine,” Varga said. "
        "“Good,” Jan Berger, President Ines Marlow and others wrote. “Well,” Berger said."
    )
    assert said(text) >= {("Otto Varga", None, None), ("Jan Berger", None, None)}
    assert ("Ana Doe", None, None) in said("After the US president, Ana Doe said “we want talks”.")
    assert said("The president and Secretary of State Otto Varga said “we want talks”.") == {
        ("Otto Varga", "secretary of state", None)
    }


def test_a_joined_name_of_an_institute_is_kept_whole():
    text = "“No,” said Otto Varga, head of the Arland Peace and Border Forum (APF)."
    assert said(text) == {("Otto Varga", "head of the Arland Peace and Border Forum", None)}
    assert said("New York Mayor Otto Varga said “no”.") == {
        ("Otto Varga", "mayor", "United States")
    }
    assert said("“No,” NORC commander Gen. Otto Varga said.") == {
        ("Otto Varga", "NORC commander", None)
    }


def test_countries_that_contradict_give_none():
    text = (
        "Polish President Otto Varga smiled. French President Otto Varga frowned. "
        "“We want talks,” Varga said."
    )
    assert said(text) == {("Otto Varga", "president", None)}


def test_unnamed_speakers_and_groups_say_it_themselves():
    assert said("“We want talks,” a senior US official said.") == {
        ("senior US official", "senior official", "United States")
    }
    assert said("“We want talks,” Israeli officials said.") == {
        ("Israeli officials", "official", "Israel")
    }


def test_a_row_without_the_two_fields_still_makes_a_quote():
    quote = Quote(article="a", start=0, end=2, text="No", kind="direct")
    assert (quote.to_dict()["speaker_role"], quote.to_dict()["speaker_country"]) == (None, None)
