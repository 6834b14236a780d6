import json
import re
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stance import gazetteer as gz
from stance.errors import StatementError
from stance.evaluation.evaluate import answers_of
from stance.evaluation.nameswap import name_swap
from stance.records import Statement
from stance.renaming import exchange, hide_names, renamed, swap_names
from stance.renaming.edits import Edit, apply, fix_articles, is_modifier, origins
from stance.renaming.persons import names_in


def swapped(text, context="", speaker=None, seed=0):
    found = exchange(Statement(text=text, context=context, speaker=speaker), seed=seed)
    return found.statement.text, found


def after(text, **options):
    return swapped(text, **options)[0]


def test_a_country_takes_its_adjective_people_capital_and_places_along():
    text, found = swapped("Russia and Russian troops: Russians in Moscow and Kursk.")
    new = next(c for c in gz.countries() if c.name == found.countries["Russia"])
    assert text == (
        f"{new.name} and {new.adjectives[0]} troops: {new.people[0]} in {new.capitals[0]} "
        f"and {new.places[0]}."
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The US said so", "{name} said so"),
        ("the U.S. military moved", "the {adjective} military moved"),
        ("US officials spoke", "{adjective} officials spoke"),
        ("a US official spoke", "{a} {adjective} official spoke"),
        ("the United States welcomes the offer", "{name} welcomes the offer"),
        ("the United States' offer", "{name}'s offer"),
        ("the US-made parts", "the {name}-made parts"),
        ("America's voice", "{name}'s voice"),
        ("Americans voted in the USA.", "{people} voted in {name}."),
        ("US and British crews", "{adjective} and {other} crews"),
        ("Washington, D.C. agreed", "{capital} agreed"),
        ("the White House spokesman", "the {adjective} presidency spokesman"),
        ("The US State Department said", "The {adjective} foreign ministry said"),
    ],
)
def test_the_united_states_are_swapped_in_every_spelling(text, expected):
    new_text, found = swapped(text)
    new = next(c for c in gz.countries() if c.name == found.countries["United States"])
    other = next(
        (c for c in gz.countries() if c.name == found.countries.get("United Kingdom")), None
    )
    article = "an" if new.adjectives[0][0] in "AEIO" else "a"
    assert new_text == expected.format(
        name=new.name, adjective=new.adjectives[0], people=new.people[0],
        capital=new.capitals[0], a=article, other=other and other.adjectives[0],
    )  # fmt: skip


def test_names_in_capitals_stay_in_capitals_and_a_slip_in_small_letters_stays_small():
    text, found = swapped("IRAN WARNS ISRAEL; the russian fleet waits")
    first, second = found.countries["Iran"], found.countries["Israel"]
    assert text.startswith(f"{first.upper()} WARNS {second.upper()}; the ")
    assert re.search(r"the [a-z ]+ fleet waits$", text)
    assert "russian" not in text


@pytest.mark.parametrize(
    "text",
    [
        "We may roast a turkey on fine china with polish and a chile.",
        "Give us time; it will march on and we will hope.",
        "GIVE US TIME",
        "Latin America and the South China Sea matter, wrote the Washington Post.",
        "NATO, the EU and Hamas met on Monday in May.",
        "He said that she and they had told him so.",
        "The Security Council and the Foreign Ministry met. Western officials agreed.",
    ],
)
def test_ordinary_words_organisations_and_pronouns_are_left_alone(text):
    new_text, found = swapped(text)
    assert new_text == text
    assert not found.changed


def test_a_person_keeps_one_new_name_in_text_context_and_speaker_and_titles_stay():
    found = exchange(
        Statement(
            text="Minister Ilse Varga warned us, but Varga smiled",
            context="“Minister Ilse Varga warned us, but Varga smiled,” said Ilse’s aide. "
            "VARGA ANSWERS. Mrs. Varga's plane left.",
            speaker="Defence Minister Ilse Varga",
        )
    )
    (name,) = found.people.values()
    given, surname = name.split()
    new = found.statement
    assert new.speaker == f"Defence Minister {name}"
    assert new.text == f"Minister {name} warned us, but {surname} smiled"
    assert new.context == (
        f"“{new.text},” said {given}’s aide. {surname.upper()} ANSWERS. "
        f"Mrs. {surname}'s plane left."
    )
    assert given in gz.lists()["new given, female"]


def test_well_known_leaders_are_known_by_surname_alone():
    text, found = swapped("Putin must stop, and so must Netanyahu's allies")
    assert not re.search("Putin|Netanyahu", text)
    assert set(found.people) == {"Vladimir Putin", "Benjamin Netanyahu"}
    given = [name.split()[0] for name in found.people.values()]
    assert set(given) <= set(gz.lists()["new given, male"])


def test_a_surname_that_comes_first_names_the_person_alone():
    text, found = swapped("Kim Jong Un left and Kim spoke")
    (kim,) = found.people.values()
    assert text == f"{kim} left and {kim.split()[1]} spoke"
    text, found = swapped("Xi spoke; President Xi Jinping left. Kim Jong-un and Kim stayed.")
    xi, kim = found.people["Xi Jinping"], found.people["Kim Jong-un"]
    assert text == (
        f"{xi.split()[1]} spoke; President {xi} left. {kim} and {kim.split()[1]} stayed."
    )


def test_a_surname_that_is_a_word_is_swapped_in_the_full_name_only():
    text, found = swapped("Theresa May said: I may go in May.", speaker="Theresa May")
    assert text == f"{found.people['Theresa May']} said: I may go in May."
    assert found.statement.speaker == found.people["Theresa May"]


def test_a_country_that_is_a_given_name_is_a_person_before_a_surname():
    text, found = swapped("Jordan Hale visited Jordan and King Abdullah of Jordan.")
    assert set(found.countries) == {"Jordan"}
    assert "Jordan" not in text
    assert len(found.people) == 2


def test_the_text_is_still_found_in_its_context():
    context = "The talks failed. “The Kremlin will answer America,” a Turkish official said."
    found = exchange(Statement(text="The Kremlin will answer America", context=context)).statement
    assert found.text in found.context
    assert found.text != "The Kremlin will answer America"


@pytest.mark.parametrize(
    ("text", "context"),
    [
        ("warn the US", "They will warn the US troops"),
        ("’s fleet waits", "Iran’s fleet waits"),
        ("United States agrees", "the United States agrees"),
    ],
)
def test_a_text_cut_out_of_its_context_is_cut_at_the_same_words(text, context):
    found = exchange(Statement(text=text, context=context)).statement
    assert found.text in found.context
    assert (found.context == found.text) is (context == f"the {text}")


def test_an_article_follows_the_sound_of_the_new_name():
    assert fix_articles("an Iranian", [Edit(3, 10, "Uruguayan")]) == [Edit(0, 2, "a")]
    assert fix_articles("a Greek", [Edit(2, 7, "Angolan")]) == [Edit(0, 1, "an")]
    assert fix_articles("A Greek", [Edit(2, 7, "Uruguayan")]) == []


def test_no_two_people_get_the_same_name_or_surname():
    for seed in range(60):
        _, found = swapped("Putin met Biden, Modi, Macron and Lavrov", seed=seed)
        assert len({name.split()[1] for name in found.people.values()}) == 5


def test_offsets_are_dropped_and_everything_else_is_kept():
    statement = Statement(
        text="France agrees", start=3, end=16, id="x", article="a", labels={"stance": "neutral"}
    )
    found = swap_names(statement)
    assert (found.start, found.end) == (None, None)
    assert replace(found, text="", start=0, end=0) == replace(statement, text="", start=0, end=0)


SENTENCES = st.lists(
    st.sampled_from(
        ["Russia’s", "the US", "American", "troops", "Beijing", "said", "Putin", "Maria Lindholm",
         "President Ove Strand", "Strand", "the Kremlin", "a", "Iranian", "an", "and", "Turkey",
         "Gaza", "may", "U.S.", "in", "French", "the British", "us", "“we”", ",", "."]
    ),
    min_size=1,
    max_size=14,
).map(" then ".join)  # fmt: skip


@given(SENTENCES, SENTENCES, st.sampled_from([None, "Ove Strand", "Putin", "US officials"]))
@settings(max_examples=150, deadline=None)
def test_swaps_are_the_same_by_seed_and_leave_no_old_name(before, text, speaker):
    statement = Statement(text=text, context=f"{before}; {text}", speaker=speaker)
    one, again = exchange(statement, seed=7), exchange(statement, seed=7)
    assert one == again
    assert one.statement.text in one.statement.context
    whole = " ".join([one.statement.context, one.statement.speaker or ""])
    old = r"Russia|America|Beijing|Putin|Kremlin|Iran|Turkey|Gaza|U\.S|US|French|British|Maria Lind"
    assert not re.search(rf"\b(?:{old})", whole)
    assert whole.count("may") == f"{statement.context} {speaker or ''}".count("may")
    assert len(set(one.countries.values())) == len(one.countries)
    assert len(set(one.people.values())) == len(one.people)


def test_another_seed_gives_other_names():
    texts = {after("Russia and China met in Cairo", seed=seed) for seed in range(6)}
    assert len(texts) > 3


def test_a_country_of_the_text_is_never_handed_out():
    for seed in range(40):
        text = after("Brazil, Kenya, Peru and Norway met", seed=seed)
        assert not re.search("Brazil|Kenya|Peru|Norway", text)


def test_the_lists_are_sound():
    names = [country.name for country in gz.countries()]
    assert len(names) == len(set(names)) > 195
    for country in gz.countries():
        if country.stands_in:
            assert country.persons[0] == country.adjectives[0]
            assert country.people[0] == country.adjectives[0] + "s"
            assert len(country.places) >= 3
            assert not country.names[0].startswith("the ")
    new = gz.lists()["new surname"]
    assert len(set(new)) == len(new) > 80
    assert not set(new) & set(gz.leaders())
    given = {*gz.lists()["new given, male"], *gz.lists()["new given, female"]}
    assert given <= set(gz.genders())


@pytest.mark.parametrize(
    ("text", "modifies"),
    [("US troops", True), ("US said", False), ("US, which", False), ("US Navy", True),
     ("US armed forces", True), ("US pledged", False), ("US sanctions on", True),
     ("US sanctions the", False), ("US", False)],
)  # fmt: skip
def test_a_name_before_a_noun_describes_it(text, modifies):
    assert is_modifier(text, 2) is modifies


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Transport Minister Odo Brill spoke", ["Odo Brill"]),
        ("Lt. Cmdr. Russ Tolland, a spokesman for the fleet", ["Russ Tolland"]),
        ("said Zev Harrow, an analyst", ["Zev Harrow"]),
        ("Javier Solis de Cuenca arrived", ["Javier Solis de Cuenca"]),
        ("J. Harrow told them", ["J. Harrow"]),
        ("The Secretary spoke at the Harbour Institute", []),
        ("Foreign Policy wrote", []),
        ("Anna Hale President Odo Brill (left)", ["Anna Hale", "Odo Brill"]),
        ("The Turkish President Odo Brill", ["Odo Brill"]),
        ("Prime Minister Ann Orme. Then Peace", ["Ann Orme"]),
    ],
)
def test_people_are_found_by_title_given_name_or_what_stands_beside(text, names):
    assert [text[span.start : span.end] for span in names_in(text)] == names


@pytest.mark.parametrize(
    ("speaker", "names"),
    [
        ("Brill", ["Brill"]),
        ("Odo Brill", ["Odo Brill"]),
        ("spokesman Odo Brill", ["Odo Brill"]),
        ("Senior State Department Official", []),
        ("Western officials", []),
        ("NATO", []),
        ("Hamas", []),
    ],
)
def test_a_speakers_capitalised_words_are_a_name_unless_an_organisation(speaker, names):
    found = names_in(speaker, speaker=True)
    assert [speaker[span.start : span.end] for span in found] == names


class Prejudiced:
    """Answers escalatory wherever Russia is named, neutral elsewhere."""

    tasks_ = ("stance",)
    labels_ = {"stance": ("escalatory", "neutral")}  # noqa: RUF012

    def probabilities(self, X):
        sure = [0.9 if "Russia" in row.text else 0.2 for row in X]
        return {"stance": np.array([[p, 1 - p] for p in sure])}


def rows():
    texts = ["Russia agrees", "Norway agrees", "We agree", "Russia and China disagree"]
    gold = ["neutral", "neutral", "neutral", "escalatory"]
    return [
        Statement(text=text, labels={"stance": label})
        for text, label in zip(texts, gold, strict=True)
    ]


def test_a_prejudice_against_a_country_shows_as_labels_that_do_not_stay():
    found = name_swap(Prejudiced(), rows(), seeds=(0, 1), n_boot=100)["stance"]
    assert (found.n, found.n_swapped) == (4, 3)
    assert found.stays.value == pytest.approx(1 / 3)
    assert found.stays.low <= 1 / 3 <= found.stays.high
    assert found.labels == ("escalatory", "neutral")
    assert found.flips == ((0, 4), (0, 2))
    assert found.shift == pytest.approx(0.7 * 2 / 3)
    assert found.macro_f1_before == pytest.approx((2 / 3 + 2 / 3) / 2)
    assert found.macro_f1_after == pytest.approx(0.4)
    json.dumps(found.to_dict())


def test_answers_that_are_there_already_are_not_asked_for_again():
    class Counted(Prejudiced):
        asked = 0

        def probabilities(self, X):
            self.asked += 1
            return super().probabilities(X)

    model = Counted()
    answers = answers_of(model, rows())
    found = name_swap(model, rows(), seeds=(0, 1), n_boot=100, answers=answers)
    assert model.asked == 3
    assert found == name_swap(Prejudiced(), rows(), seeds=(0, 1), n_boot=100)


def test_a_model_that_reads_no_names_keeps_every_label():
    class Blind(Prejudiced):
        def probabilities(self, X):
            return {"stance": np.tile([0.3, 0.7], (len(X), 1))}

    found = name_swap(Blind(), rows(), n_boot=50)["stance"]
    assert (found.stays.value, found.shift) == (1.0, 0.0)


def test_statements_without_names_have_nothing_to_swap():
    with pytest.raises(StatementError, match="none of the 1 statements names a person"):
        name_swap(Prejudiced(), [Statement(text="We agree")])


def test_hidden_names_leave_the_same_statement_whoever_is_named():
    one = Statement(
        text="We will never negotiate with France",
        context='Anna Berg, the Swedish foreign minister, said: "We will never negotiate with '
        'France." Paris did not answer.',
        speaker="Anna Berg",
    )
    other = Statement(
        text="We will never negotiate with Japan",
        context='Maria Costa, the Brazilian foreign minister, said: "We will never negotiate with '
        'Japan." Tokyo did not answer.',
        speaker="Maria Costa",
    )
    hidden = hide_names(one)
    assert hidden == hide_names(other)
    assert hidden.speaker == "Jordan Hartley"
    assert hidden.text == "We will never negotiate with Kenya"
    assert hidden.context == (
        'Jordan Hartley, the Norwegian foreign minister, said: "We will never negotiate with '
        'Kenya." Nairobi did not answer.'
    )


def test_hidden_names_are_hidden_again_to_the_same():
    one = Statement(text="Kenya struck first", context="Kenya struck first, Norway says.")
    assert hide_names(hide_names(one)) == hide_names(one)


def test_more_countries_than_stand_ins_leave_the_last_ones_as_they_are():
    text = " ".join(country.name for country in gz.countries()[:30])
    hidden = hide_names(Statement(text=text, context="")).text
    assert hidden.startswith("Norway Kenya Chile")
    assert hidden.endswith(gz.countries()[29].name)


def test_characters_of_a_renamed_text_know_which_old_ones_they_stand_for():
    edits = [Edit(0, 5, "Kenya"), Edit(6, 6, "x"), Edit(9, 12, "")]
    assert origins(14, edits) == [
        *[range(0, 5)] * 5, range(5, 6), range(5, 6), range(6, 7), range(7, 8), range(8, 9),
        range(12, 13), range(13, 14),
    ]  # fmt: skip
    assert origins(2, [Edit(0, 0, "a")]) == [range(0, 1), range(0, 1), range(1, 2)]


def test_the_edits_of_a_renamed_statement_turn_its_text_into_the_new_one():
    one = Statement(
        text="France will strike, and Anna Berg knows",
        context="In Oslo he said: France will strike, and Anna Berg knows. Japan will not.",
    )
    for found in (renamed(one), renamed(replace(one, context="")), exchange(one, seed=3)):
        assert apply(one.text, found.edits) == found.statement.text != one.text
