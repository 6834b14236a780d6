"""Speakers across articles: tables of aliases, and which names are merged into one."""

import csv
import json
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scoring_fakes import FakeModel, fake_extract

from stance.errors import DataError, UsageError
from stance.records import Article
from stance.scoring import score, score_to
from stance.speakers import Alias, AliasTable, merge, observe, read_aliases, table_rows
from stance.speakers.names import organisation, person, plain, untitled


def row(article, speaker, *, kind="person", role=None, country=None, context="", n=0):
    return {
        "article": article, "quote": f"{article}{speaker}{n}", "group": f"{article}{speaker}{n}",
        "text": "Yes.", "context": context, "context_start": n, "speaker": speaker,
        "speaker_kind": kind, "speaker_role": role, "speaker_country": country,
    }  # fmt: skip


def merged(*rows):
    """The names that are written otherwise, with the speaker they become."""
    return {one.alias: one.speaker for one in merge(observe(rows)) if one.alias != one.speaker}


# Names


def test_case_marks_and_titles_are_no_part_of_a_name():
    assert plain("The U.S. Élan-Group’s") == "us elan group"
    assert untitled("US President Ada Lund") == "ada lund"
    assert untitled("Former Foreign Minister Lund") == "lund"
    assert untitled("Jordan Hale") == "jordan hale"
    assert untitled("Israel Doe") == "israel doe"


def test_a_name_has_given_names_surname_initials_and_suffix():
    one = person("Sen. Ada B. Lund, Jr.")
    assert (one.given, one.surname, one.initials, one.suffix) == (("ada",), "lund", {"b"}, "jr")
    assert person("J. D. Hale").given == ("jd",)
    assert person("Omar bin Talal").surname == "talal"
    assert person("Kim Jae-won").surname == "kim"
    assert person("Lund").given == ()


def test_the_words_of_an_organisation_come_in_one_form():
    ours = organisation("Russia's Foreign Ministry")
    assert ours == organisation("the Russian Ministry of Foreign Affairs")
    assert ours != organisation("Ukraine's Foreign Ministry")
    assert organisation("U.S.") == organisation("United States") == ("@United States",)
    assert organisation("the ministry") == organisation("Foreign Ministry") == ()


# Tables


@pytest.fixture
def table():
    return AliasTable(
        [
            Alias(alias="President Lund", speaker="Ada Lund", kind="person", country="Norland"),
            Alias(alias="The Chancery", speaker="Norland", kind="organisation"),
        ]
    )


def test_an_alias_is_found_whatever_its_case_marks_and_titles(table):
    for name in ("President Lund", "PRESIDENT LUND", "Lund", "Président Lund", "Chancellor Lund"):
        assert table.find(name).speaker == "Ada Lund"
    assert table.find("Minister Ada Lund").country == "Norland"
    assert table.find("chancery").speaker == "Norland"
    assert table.find("Bo Lund") is None


def test_a_row_takes_the_name_and_what_the_table_knows(table):
    found = table.apply(row("a", "Lund", role="senator"))
    assert (found["speaker"], found["speaker_role"], found["speaker_country"]) == (
        "Ada Lund", "senator", "Norland",
    )  # fmt: skip
    assert {k: v for k, v in found.items() if k.startswith(("text", "quote"))} == {
        "text": "Yes.", "quote": "aLund0",
    }  # fmt: skip


def test_unnamed_and_missing_speakers_are_left_alone(table):
    for one in (row("a", "Lund", kind="unnamed"), row("a", None)):
        assert table.apply(one) == one


def test_titles_decide_where_two_aliases_differ_by_nothing_else():
    table = AliasTable(
        [Alias(alias="President Lund", speaker="Ada Lund"),
         Alias(alias="Senator Lund", speaker="Bo Lund")]
    )  # fmt: skip
    assert table.find("senator lund").speaker == "Bo Lund"
    assert table.find("Lund") is None


def write(path, text):
    path.write_text(text, encoding="utf-8")
    return path


def test_a_table_is_read_with_the_columns_it_has(tmp_path):
    path = write(tmp_path / "a.csv", "\ufeffalias,speaker,country\nLund,Ada Lund,the U.S.\n\n")
    assert read_aliases(path).find("lund").country == "United States"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "has no column 'alias' (it has: nothing)"),
        ("alias;speaker\na;b\n", "has no column 'alias'"),
        ("alias,speaker,contry\na,b,c\n", "a column 'contry'; did you mean 'country'?"),
        ("alias,speaker\n", "holds no aliases"),
        ("alias,speaker\nLund,\n", "line 2: no speaker"),
        ("alias,speaker\nLund,Lund, Ada\n", "line 2: more cells than columns"),
        ("alias,speaker,kind\nLund,Ada Lund,human\n", "line 2: kind 'human'; expected person"),
        ("alias,speaker\nLund,Ada Lund\nlund,Bo Lund\n", "line 3: 'lund' is Bo Lund, but Ada Lund"),
        ("alias,speaker\nLund,Ada Lund\nAda Lund,A. Vik\n", "line 3 makes an alias of A. Vik"),
        (
            "alias,speaker,role\nLund,Ada Lund,mayor\nAda,Ada Lund,judge\n",
            "line 3: Ada Lund has role 'judge', but 'mayor' before",
        ),
    ],
)
def test_a_bad_table_gives_one_clear_error(tmp_path, text, message):
    with pytest.raises(DataError) as caught:
        read_aliases(write(tmp_path / "a.csv", text))
    assert message in str(caught.value)


# Merging


def test_titles_marks_and_a_lone_surname_join_the_full_name():
    found = merged(
        row("a", "Ada Lund", role="president", country="Norland"),
        row("a", "Ada Lund", n=1),
        row("b", "President Lund"),
        row("c", "US President Ada Lund"),
        row("d", "Áda Lund"),
        row("e", "Lund"),
    )
    assert found == dict.fromkeys(
        ["President Lund", "US President Ada Lund", "Áda Lund", "Lund"], "Ada Lund"
    )


def test_a_surname_of_two_people_of_the_run_stays_alone():
    assert merged(row("a", "Ada Lund"), row("b", "Bo Lund"), row("c", "Lund")) == {}


def test_a_surname_stays_alone_where_an_article_names_somebody_else_of_it():
    aside = "Her brother Robert Lund was there, too."
    assert merged(row("a", "Ada Lund", context=aside), row("c", "Lund")) == {}
    assert merged(row("a", "Ada Lund"), row("b", "Ada Lund"), row("c", "Lund")) == {
        "Lund": "Ada Lund"
    }


def test_a_surname_that_may_be_a_firm_needs_a_sign_of_the_person():
    ada = row("a", "Ada Lund")
    assert merged(ada, row("c", "Lund")) == {}
    assert merged(ada, row("c", "Mr. Lund")) == {"Mr. Lund": "Ada Lund"}
    assert merged(ada, row("c", "Lund", role="judge")) == {"Lund": "Ada Lund"}
    assert merged(ada, row("c", "Lund", context="AdaLund had come.")) == {"Lund": "Ada Lund"}


def test_other_spellings_of_people_in_other_roles_stay_two():
    bill = row("a", "Bill Lund", role="economist")
    assert merged(bill, row("b", "William Lund", role="energy secretary")) == {}
    assert merged(bill, row("b", "William Lund", role="chief economist")) != {}


def test_a_misspelt_word_of_an_organisation_is_one_long_word():
    def body(article, name):
        return row(article, name, kind="organisation")

    assert merged(body("a", "Amber Economic Journal"), body("b", "Amber Economical Journal")) != {}
    assert merged(body("a", "Amber Shoe Journal"), body("b", "Amber Show Journal")) == {}


def test_two_people_of_one_surname_in_one_article_are_never_merged():
    together = [row("a", "Robert Lund"), row("a", "Bob Lund")]
    assert merged(*together) == {}
    assert merged(row("a", "Robert Lund"), row("b", "Bob Lund")) == {"Robert Lund": "Bob Lund"}
    # Nor by way of a third name that fits both.
    assert merged(*together, row("b", "Rob Lund")) == {}


def test_countries_and_roles_that_contradict_keep_names_apart():
    ada = row("a", "Ada Lund", role="president", country="Poland")
    assert merged(ada, row("b", "Lund", country="France")) == {}
    assert merged(ada, row("b", "Lund", role="senator")) == {}
    assert merged(ada, row("b", "Lund", role="former president")) == {"Lund": "Ada Lund"}
    assert merged(ada, row("b", "A. Lund", country="France")) == {}
    assert merged(ada, row("b", "A. Lund", role="resident")) == {}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Volodymyr Hrenko", "Volodymyr Hrenco"),  # no common sound, no country or role
        ("Kim Jae-won", "Kim Jae-il"),
        ("Robert Lund", "Roberta Lund"),
        ("George W. Lund", "George H. Lund"),
        ("Ada Johnson", "Ada Johnston"),
        ("Ada Lund Sr.", "Ada Lund Jr."),
    ],
)
def test_names_that_only_look_alike_stay_two(one, other):
    assert merged(row("a", one), row("b", other)) == {}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Sergei Hrenko", "Sergey Hrenko"),
        ("Otto Varhenskyy", "Otto Varhenskiy"),
        ("Joe Lund", "Joseph R. Lund"),
        ("Recep Talip Lund", "Talip Lund"),
        ("J. Lund", "Jane Lund"),
    ],
)
def test_other_spellings_initials_and_short_forms_are_merged(one, other):
    ((alias, speaker),) = merged(row("a", one), row("b", other)).items()
    assert {alias, speaker} == {one, other}
    assert not speaker.startswith("J.")


def test_an_initial_that_fits_two_people_joins_neither():
    rows = [row("a", "Jane Lund"), row("b", "John Lund"), row("c", "J. Lund")]
    assert merged(*rows) == {}


def test_a_frequent_surname_needs_the_same_country_or_role():
    ada = row("a", "Ada Smith", role="senator")
    assert merged(ada, row("b", "Smith")) == {}
    assert merged(ada, row("b", "Smith", role="Republican senator")) == {"Smith": "Ada Smith"}


def test_a_surname_that_is_a_word_needs_them_too():
    ada = row("a", "Ada Pebble", context="A small pebble lay there.")
    assert merged(ada, row("b", "Pebble")) == {}


@pytest.mark.parametrize(
    ("kind", "names"),
    [
        ("unnamed", ("US official", "U.S. official")),
        ("group", ("US officials", "U.S. officials")),
        ("group", ("Many critics", "many critics")),
        ("organisation", ("Amber Coast officials", "amber Coast officials")),
        ("organisation", ("foreign ministry", "Foreign Ministry")),
    ],
)
def test_speakers_without_a_name_are_never_merged_across_articles(kind, names):
    rows = [row(article, name, kind=kind) for article in "ab" for name in names]
    assert merge(observe(rows), alone=True) == []


def test_organisations_join_by_their_own_rules():
    def body(article, name):
        return row(article, name, kind="organisation")

    assert merged(
        body("a", "Russian Foreign Ministry"), body("b", "Russian Foreign Ministry"),
        body("c", "Russia's Ministry of Foreign Affairs"), body("d", "Ukraine's Foreign Ministry"),
        body("e", "Foreign Ministry"), body("f", "ministry"),
    ) == {"Russia's Ministry of Foreign Affairs": "Russian Foreign Ministry"}  # fmt: skip


def test_initials_join_a_name_only_where_an_article_writes_both():
    long = row("a", "Amber Coast Union", kind="organisation")
    told = {**long, "context": "The Amber Coast Union (ACU) said yes."}
    short = row("b", "ACU", kind="organisation")
    assert merged(long, short) == {}
    assert merged(told, short) == {"ACU": "Amber Coast Union"}


def test_a_name_kept_apart_is_in_the_table_under_its_own_name():
    rows = [
        row("a", "Ada Lund", role="president", country="Poland"),
        row("b", "Lund", role="president"),
        row("c", "Senator Lund", role="senator", country="France"),
    ]
    found = {one.alias: (one.speaker, one.reason) for one in merge(observe(rows))}
    assert found["Lund"][0] == "Ada Lund"
    assert found["Senator Lund"] == ("Senator Lund", "kept apart")


NAMES = st.sampled_from(
    [
        "Ada Lund", "Ada B. Lund", "President Lund", "Lund", "A. Lund", "Bo Lund", "LUND",
        "Sergei Hrenko", "Sergey Hrenko", "Hrenko", "Hrenco", "Robert Vik", "Bob Vik", "Vik",
        "Rob Vik", "US", "United States", "U.S.", "Amber Coast Union", "ACU",
    ]
)  # fmt: skip
ROWS = st.lists(
    st.builds(
        row, st.sampled_from("abcd"), NAMES,
        kind=st.sampled_from(["person", "organisation"]),
        role=st.sampled_from([None, "president", "senator", "resident"]),
        country=st.sampled_from([None, "Poland", "France"]),
        n=st.integers(0, 3),
    ),
    min_size=1, max_size=25, unique_by=lambda r: r["quote"],
)  # fmt: skip


@given(rows=ROWS, seed=st.integers(0, 1000))
def test_the_merge_does_not_depend_on_the_order_of_the_rows(rows, seed):
    shuffled = random.Random(seed).sample(rows, len(rows))
    assert merge(observe(rows)) == merge(observe(shuffled))


@given(rows=ROWS)
def test_what_is_merged_reads_back_as_the_same_table(rows, tmp_path_factory):
    found = merge(observe(rows))
    if not found:
        return
    path = tmp_path_factory.mktemp("t") / "a.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(table_rows(found)[0]))
        writer.writeheader()
        writer.writerows(table_rows(found))
    table = read_aliases(path)
    for one in found:
        assert table.find(one.alias).speaker == one.speaker
    people = [r for r in rows if r["speaker_kind"] == "person"]
    for name in {r["speaker"] for r in people} - {one.alias for one in found}:
        assert table.apply(row("x", name))["speaker"] == name


# Where tables and merges are used

TEXT = "“We talk,” said Mira Talven. And “We wait,” said Osk Brandel."


def test_scoring_with_aliases_changes_nothing_but_the_speaker(tmp_path):
    table = AliasTable([Alias(alias="Mira Talven", speaker="Talven", country="Norland")])
    article = [Article(id="a", text=TEXT)]
    options = {"extract": fake_extract, "english_only": False}
    bare = list(score(article, FakeModel(), **options))
    named = list(score(article, FakeModel(), aliases=table, **options))
    assert [r["speaker"] for r in named] == ["Talven", "Osk Brandel"]
    assert named[0]["speaker_country"] == "Norland"
    changed = {k for a, b in zip(bare, named, strict=True) for k in a if a[k] != b[k]}
    assert changed == {"speaker", "speaker_country"}
    summary = score_to(tmp_path / "s.jsonl", article, FakeModel(), aliases=table, **options)
    assert {one.speaker for one in summary.speakers} == {"Talven", "Osk Brandel"}


def test_a_folder_is_not_gone_on_with_under_another_table(tmp_path):
    article = [Article(id="a", text=TEXT)]
    options = {"extract": fake_extract, "english_only": False}
    score_to(tmp_path / "s", article, FakeModel(), **options)
    table = AliasTable([Alias(alias="Mira Talven", speaker="Talven")])
    with pytest.raises(UsageError, match=r"made with options\.aliases None"):
        score_to(tmp_path / "s", article, FakeModel(), aliases=table, **options)


@pytest.fixture
def scores(tmp_path):
    said = [
        ("a", "Ada Lund", 5),
        ("e", "Ada Lund", 4),
        ("b", "Lund", 4),
        ("c", "President Lund", 3),
        ("d", "Bo Vik", 2),
    ]
    rows = [
        {**row(article, name, n=n), "stance": "neutral", "date": "2024-01-05", "model": "m",
         **{f"stance_p_{x}": 1 / 3 for x in ("escalatory", "neutral", "de-escalatory")}}
        for article, name, count in said
        for n in range(count)
    ]  # fmt: skip
    path = tmp_path / "s.jsonl"
    path.write_text("".join(json.dumps(one) + "\n" for one in rows))
    return path


def counts(done):
    return {cell["speaker"]: cell["n"] for cell in json.loads(done.stdout)["cells"]}


def test_speakers_writes_a_table_that_summarize_takes(stance_command, scores, tmp_path):
    out = tmp_path / "aliases.csv"
    done = stance_command("speakers", scores, "--out", out)
    assert done.returncode == 0, done.stderr
    assert "4 names; 2 of them are other names of 1 speakers" in done.stderr
    with out.open(newline="") as file:
        lines = list(csv.DictReader(file))
    assert [(x["alias"], x["speaker"], x["count"]) for x in lines] == [
        ("Ada Lund", "Ada Lund", "9"),
        ("Lund", "Ada Lund", "4"),
        ("President Lund", "Ada Lund", "3"),
    ]
    done = stance_command("summarize", scores, "--aliases", out, "--out", "-")
    assert counts(done) == {"Ada Lund": 16, "Bo Vik": 2}


def test_summarize_merges_speakers_itself_and_says_so(stance_command, scores):
    done = stance_command("summarize", scores, "--merge-speakers", "--out", "-")
    assert counts(done) == {"Ada Lund": 16, "Bo Vik": 2}
    assert "speakers merged: 2 names into 1" in done.stderr
    done = stance_command("summarize", scores, "--merge-speakers", "--by", "month")
    assert (done.returncode, "--merge-speakers with --by 'month'" in done.stderr) == (2, True)


def test_quotes_and_report_take_a_table(stance_command, scores, tmp_path):
    table = write(tmp_path / "a.csv", "alias,speaker,role\nLund,A. Lund,mayor\n")
    done = stance_command("quotes", "-", "--aliases", table, stdin="“We talk,” Ms Lund said.")
    (found,) = [json.loads(line) for line in done.stdout.splitlines()]
    assert (found["speaker"], found["speaker_role"]) == ("A. Lund", "mayor")
    done = stance_command("report", scores, "--aliases", table, "--out", tmp_path / "p.svg")
    assert done.returncode == 0, done.stderr
    assert "3 speakers" in done.stderr
    done = stance_command("quotes", "-", "--aliases", tmp_path / "no.csv", stdin="x")
    assert (done.returncode, "no table of aliases at" in done.stderr) == (3, True)
