"""The report of scored rows: what stands in it, and that no text can change what it is."""

import base64
import hashlib
import json
import re
from html.parser import HTMLParser

import pytest
from made_scores import made_row, made_scores

from stance.aggregate import apply, place
from stance.aggregate.corrections import Correction
from stance.errors import DataError, UsageError
from stance.reports.build import build
from stance.reports.charts import index_bars, timeline
from stance.reports.content import web_address
from stance.reports.html import html_report
from stance.reports.markdown import markdown_report, plain
from stance.reports.notes import about
from stance.reports.periods import choose_unit, in_words, name_of, period_of
from stance.reports.pictures import speaker_bars

#: Each would run a script, fetch a file, close an element or break a file if it got through.
ATTACKS = (
    "<script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "</style><style>*{background:url(https://evil.example/)}</style>",
    "<img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    "' autofocus onfocus=alert(1) x='",
    " onmouseover=alert(1) ",
    "`onload=alert(1)`",
    "<!--", "-->", "]]>", "<![CDATA[", "<plaintext>", "<title>", "</details></article></body>",
    "&lt;script&gt;alert(1)&lt;/script&gt;", "&#60;script&#62;",
    "{{ 7 * 7 }}", "{% include '/etc/passwd' %}", "${alert(1)}", "%s %d {0}",
    "javascript:alert(1)", "[x](javascript:alert(1))", "![x](https://evil.example/p.png)",
    "| a | b |\n|---|---|", "# heading", "$\\frac{$", "\x00\x1b[31m\x85", "\ud800", "\u202eevil",
    "<base href=https://evil.example/>", "<meta http-equiv=refresh content=0>",
    "<iframe srcdoc='<script>alert(1)</script>'>", "<math><mtext></mtext><script>1</script>",
)  # fmt: skip


class Reader(HTMLParser):
    """Collects what a browser would see: elements with attributes, and text by element."""

    def __init__(self, page):
        super().__init__()
        self.elements, self.text, self.raw = [], [], ""
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        self.raw = tag if tag in ("script", "style") else ""

    def handle_endtag(self, tag):
        self.raw = "" if tag == self.raw else self.raw

    def handle_data(self, data):
        if not self.raw:
            self.text.append(data)

    @property
    def words(self):
        return " ".join(" ".join(self.text).split())


def attacked(attacks=ATTACKS):
    """Rows in which every text that comes from outside is an attack, and their articles."""
    rows, texts = [], {}
    for n, attack in enumerate(attacks):
        ident = f"{attack}-{n}"
        text = f"{attack} he said “{attack} stop {n}” {attack}"
        start = text.index(f"{attack} stop {n}")
        rows.append(made_row(
            ident, start, f"{attack} stop {n}", "escalatory", context=text, context_start=0,
            speaker=f"{attack} Lund", speaker_role=attack, speaker_country=attack, source=attack,
            title=attack, url=attack, kind=attack, model=attack, duplicate_of=None,
            explanation=[{"text": attack, "weight": 1.0}],
        ))  # fmt: skip
        texts[ident] = text
    return rows, texts


def elements(page):
    """Every kind of element with the names of its attributes, and what it links to."""
    return {(tag, tuple(sorted(a)), a.get("href", "#")[:1]) for tag, a in Reader(page).elements}


@pytest.mark.parametrize("whole", [True, False], ids=["in articles", "in context"])
def test_no_text_or_name_adds_an_element_or_an_attribute(whole):
    pages = []
    for attacks in (ATTACKS, [f"tame {n}" for n in range(len(ATTACKS))]):
        rows, texts = attacked(attacks)
        content = build(rows, texts=texts if whole else None, title=attacks[0])
        pages.append(html_report(content))
    assert elements(pages[0]) == elements(pages[1])
    tags = [tag for tag, _ in Reader(pages[0]).elements]
    assert (tags.count("script"), tags.count("style"), tags.count("meta")) == (1, 1, 4)


def test_hostile_words_are_shown_as_they_are():
    rows, texts = attacked()
    shown = Reader(html_report(build(rows, texts=texts))).words.replace(" ", "")
    for n, attack in enumerate(ATTACKS):
        said = re.sub("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]", "\ufffd", attack)
        assert "".join(f"{said} stop {n}".split()) in shown


def test_the_policy_of_the_page_allows_its_own_style_and_script_alone():
    page = html_report(build(made_scores(2)[0]))
    (policy,) = [a["content"] for t, a in Reader(page).elements if t == "meta" and "content" in a
                 and a.get("http-equiv") == "Content-Security-Policy"]  # fmt: skip
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy
    for tag in ("style", "script"):
        body = re.search(f"<{tag}>(.*?)</{tag}>", page, re.S)[1]
        found = base64.b64encode(hashlib.sha256(body.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{found}'" in policy


def test_the_page_needs_no_network_and_its_script_parses_no_text():
    page = html_report(build(made_scores(2)[0]))
    addresses = {a[name] for _, a in Reader(page).elements for name in ("src", "href") if name in a}
    outside = {address for address in addresses if not address.startswith("#")}
    assert outside == {"https://news.example/a0", "https://news.example/a1"}
    assert "@import" not in page
    assert "url(" not in page
    for word in ("innerHTML", "outerHTML", "insertAdjacent", "document.write", "eval(", "fetch("):
        assert word not in page


def test_only_web_addresses_are_linked():
    assert web_address("https://news.example/a?b=1") == "https://news.example/a?b=1"
    for other in ("javascript:alert(1)", "data:text/html,x", "//evil.example", "http://[", "x", ""):
        assert web_address(other) == ""


def test_every_attack_in_markdown_stays_text():
    rows, _ = attacked()
    text = markdown_report(build(rows), most=100)
    bare = re.sub(r"\\.", "", text)
    assert "<" not in bare
    assert "](" not in bare
    assert "`" not in bare
    assert "://" not in bare
    tables = [line for line in text.splitlines() if line.startswith("| ")]
    assert len({re.sub(r"\\\|", "", line).count("|") for line in tables}) <= 2
    assert text.encode("utf-8")


def test_pictures_take_names_that_look_like_formulas(tmp_path):
    rows = [made_row("a", n, "Stop.", "escalatory", speaker="$\\frac{$ Lund") for n in range(3)]
    content = build(rows, title="$\\frac{$")
    index_bars(content, tmp_path / "i.svg")
    timeline(content, tmp_path / "t.png")
    speaker_bars({"$\\frac{$": {"escalatory": 2}}, ("escalatory",), tmp_path / "c.svg",
                 title="$\\frac{$", subtitle="$x$ $\\y{$")  # fmt: skip
    assert "frac" in (tmp_path / "i.svg").read_text()


def test_a_page_of_500_articles_is_under_2_mb_beside_their_text():
    rows, texts = made_scores(500, 14, crowd=1500)
    page = html_report(build(rows, texts=texts))
    assert len(rows) == 7000
    beside = len(page.encode()) - sum(len(text.encode()) for text in texts.values())
    assert beside < 2_000_000


def test_the_same_rows_give_the_same_bytes():
    rows, texts = made_scores(6)
    assert html_report(build(rows, texts=texts)) == html_report(build(rows, texts=dict(texts)))
    assert markdown_report(build(rows)) == markdown_report(build(rows))


def test_quotes_are_marked_in_place_and_numbered_by_their_notes():
    text = "One. “We will fight.” Two. “We will talk.” Three."
    rows = [made_row("a", 6, "We will fight.", "escalatory"),
            made_row("a", 28, "We will talk.", "de-escalatory", speaker="Otto Varga")]  # fmt: skip
    page = html_report(build(rows, texts={"a": text}))
    assert (
        "<p>One. “<a class=k0 href=#q1>We will fight.</a>” Two. "
        "“<a class=k2 href=#q2>We will talk.</a>” Three."
    ) in page
    assert "<li id=q2 class=k2><b>Otto Varga</b><em>de-escalatory</em> ▲10 ●10 ▼80" in page


def test_pieces_of_one_quotation_share_a_note_and_its_number():
    text = "“We will,” she said, “fight.”"
    rows = [made_row("a", 1, "We will,", "escalatory", group="g"),
            made_row("a", 22, "fight.", "escalatory", group="g")]  # fmt: skip
    page = html_report(build(rows, texts={"a": text}))
    assert page.count("<li id=q") == 1
    assert '<a class=k0 href=#q1>We will,</a>” she said, “<a class="k0 x" href=#q1>fight.' in page
    assert "fight.<sup>1</sup></a>" in page


def test_a_quote_within_a_quote_keeps_its_own_mark():
    text = "“She told us: leave now, and we left.”"
    rows = [made_row("a", 1, text[1:-1], "neutral"), made_row("a", 14, "leave now", "escalatory")]
    page = html_report(build(rows, texts={"a": text}))
    assert (
        '“<a class="k1 x" href=#q1>She told us: </a><a class="k0 x" href=#q2>leave now'
        "<sup>2</sup></a><a class=k1 href=#q1>, and we left.</a>”"
    ) in page


def test_without_articles_overlapping_contexts_are_put_together():
    first = made_row("a", 20, "Stop", "neutral", context="He said. Stop now", context_start=11)
    second = made_row("a", 25, "now", "escalatory", context="Stop now or pay.", context_start=20)
    apart = made_row("a", 90, "Go", "neutral", context="Go, she said.", context_start=90)
    page = html_report(build([first, second, apart]))
    assert (
        "<p class=gap>[…]<p>He said. <a class=k1 href=#q1>Stop</a> <a class=k0 href=#q2>now</a> "
        "or pay.<p class=gap>[…]<p><a class=k1 href=#q3>Go</a>, she said."
    ) in page


def test_a_quote_that_moved_is_found_by_its_words_else_listed_apart():
    rows = [made_row("a", 40, "We will fight.", "escalatory"), made_row("a", 50, "Gone.", None)]
    page = html_report(build(rows, texts={"a": "New lead. “We will fight.”"}))
    assert "“<a class=k0 href=#q1>We will fight.</a>”" in page
    assert 'Not found in this text: <a class="ka x" href=#q2>Gone.<sup>2</sup></a>' in page


def test_abstentions_and_off_topic_quotes_are_shown_with_their_probabilities():
    chances = {"stance_p_escalatory": 0.4, "stance_p_neutral": 0.35, "stance_p_de-escalatory": 0.25}
    rows = [made_row("a", 1, "Hm.", None, stance_abstained=True, **chances),
            made_row("a", 9, "Sun.", "neutral", relevance="off-topic",
                     **{"relevance_p_off-topic": 0.7, "relevance_p_relevant": 0.3})]  # fmt: skip
    content = build([*rows, made_row("b", 1, "Stop.", "escalatory")])
    page = html_report(content)
    assert "<em>no answer</em> ▲40 ●35 ▼25" in page
    assert "<em>off-topic</em> ▲10 ●80 ▼10 ○70" in page
    assert content.statuses == {"abstained": 1, "off-topic": 1, "escalatory": 1}
    assert content.total.counts == (1, 0, 0)


def test_explanations_of_rows_are_shown_heaviest_first_and_broken_ones_are_not():
    words = [{"text": "we", "weight": 0.1}, {"text": "fight", "weight": 2.0},
             {"text": "talk", "weight": -1.0}]  # fmt: skip
    rows = [made_row("a", 1, "We fight.", "escalatory", explanation={"words": words}),
            made_row("b", 1, "We fight.", "escalatory", stance_explanation=json.dumps(words)),
            made_row("c", 1, "We fight.", "escalatory", explanation="{not json"),
            made_row("d", 1, "We fight.", "escalatory", explanation=[7, {"text": 1}])]  # fmt: skip
    page = html_report(build(rows))
    assert page.count("<p><q class=w>fight</q> <q class=v>talk</q> <q class=w>we</q>") == 2
    assert page.count("</q>") == 6 + 2  # and the two of the legend


def test_what_was_set_by_hand_and_near_copies_are_said():
    rows = [made_row("a", 1, "Stop.", "neutral"),
            made_row("b", 1, "Stop.", "neutral", duplicate_of="a")]  # fmt: skip
    fix = Correction(article="a", start=1, end=6, values={"stance": "escalatory"})
    page = html_report(build(list(apply(rows, place(rows, [fix])))))
    assert "direct · set by hand" in page
    assert "near-copy of a, not counted" in page


def test_leaders_need_enough_quotes_and_uncertain_ones_are_marked():
    rows = [made_row(f"a{n}", 1, "Stop.", "escalatory", speaker="Otto Varga") for n in range(12)]
    rows += [made_row(f"b{n}", 1, "Talk.", "de-escalatory", speaker="Ines Marlow") for n in (1, 2)]
    content = build(rows)
    assert [s.name for s in content.up] == ["Otto Varga"]
    assert content.down == ()
    page = html_report(content)
    assert "No speaker with at least 10 quotes lies below zero." in page
    assert content.up[0].figures.leaning == "escalatory"
    assert "<rect class=k0 x=50%" in page
    assert "<rect class=p2" in page


def test_a_task_without_an_index_is_shown_by_shares():
    rows = [made_row("a", n, "Sun.", "neutral", mood=x, mood_p_grim=0.5, mood_p_glad=0.5)
            for n, x in enumerate(("grim", "glad", "grim"))]  # fmt: skip
    content = build(rows, task="mood")
    assert content.poles == ()
    page = html_report(content)
    assert "<rect class=k6 x=33.3%" in page or "<rect class=k6" in page
    assert "Index" not in Reader(page).words
    with pytest.raises(DataError, match="'mood' has no index to draw; use --draw counts"):
        index_bars(content, "never.png")


def test_the_timeline_takes_the_finest_step_that_stays_readable():
    assert choose_unit(["2024-01-01", "2024-01-20T08:00"]) == "day"
    assert choose_unit(["2024-01-01", "2024-10-20"]) == "week"
    assert choose_unit(["2021-01-01", "2024-10-20"]) == "month"
    assert choose_unit(["1914-01-01", "2024-10-20"]) == "year"
    assert choose_unit(["2024-05", None, "soon"]) == "month"
    assert choose_unit(["soon", None]) == ""
    assert period_of("2024-02-29T23:00", "day") == "2024-02-29"
    assert period_of("2024-02-30", "day") is None
    assert name_of("2024-W07", "week") == "week of 12 February 2024"
    assert in_words("2024-13") == "2024-13"


def test_periods_lead_to_the_articles_that_count_in_them():
    rows = [made_row("a", 1, "Stop.", "escalatory", date="2024-01-05"),
            made_row("b", 1, "Sun.", "neutral", date="2024-01-05", relevance="off-topic",
                     **{"relevance_p_off-topic": 0.9, "relevance_p_relevant": 0.1}),
            made_row("c", 1, "Talk.", "de-escalatory", date="2024-02-05"),
            made_row("d", 1, "Talk.", "neutral", date="2024-99-99")]  # fmt: skip
    content = build(rows, unit="month")
    assert [(p.key, p.at, [a.id for a in p.articles]) for p in content.periods] == [
        ("2024-01", 0.0, ["a"]), ("2024-02", 1.0, ["c"]),
    ]  # fmt: skip
    assert '<a href=#t1 aria-label="January 2024: +1.00' in html_report(content)
    with pytest.raises(UsageError, match="--period hour came; expected auto, day, week"):
        build(rows, unit="hour")


def test_rows_without_dates_offsets_context_or_speakers_still_make_a_page():
    bare = {"article": "a", "quote": "q", "text": "We will fight.", "stance": "escalatory"}
    page = html_report(build([bare, {**bare, "quote": "r", "start": "x", "text": "Stop."}]))
    assert "<section id=time>" not in page
    assert "<b>Nobody named</b>" in page
    with pytest.raises(DataError, match="the scores hold no rows"):
        build([])


def test_the_second_line_of_a_note_names_its_task():
    page = html_report(build([made_row("a", 1, "Stop.", "escalatory")]))
    assert "<p>negative 70 · direct" in page
    assert 'p:first-of-type::before{content:"sentiment "}' in re.sub("#pop p", "p", page)
    mood = {"mood": "grim", "mood_p_grim": 0.6, "mood_p_glad": 0.4}
    page = html_report(build([made_row("a", 1, "Stop.", "escalatory", **mood)]))
    assert "· mood grim 60 ·" in page


def test_years_stand_on_the_axis_where_they_lie():
    rows = [made_row(f"a{year}", 1, "Stop.", "escalatory", date=f"{year}-06-01")
            for year in (2014, 2021)]  # fmt: skip
    page = html_report(build(rows, unit="year"))
    ticks = re.findall(r'<text class=x x=([\d.]+)% y="100%">(\d+)', page)
    assert ticks == [("8", "2014"), ("32.6", "2016"), ("57.1", "2018"), ("81.7", "2020")]


def test_what_a_name_says_by_itself_is_not_said_again():
    assert about("Ada Lund", "foreign minister", "Norland") == "foreign minister, Norland"
    assert about("US officials", "official", "United States") == "United States"
    assert about("senior envoy", "senior envoy", None) == ""
    assert about("Norland", None, "Norland") == ""
    assert about("", "minister", "Norland") == ""


def test_markdown_holds_figures_periods_and_quotes():
    text = "“We will fight.”"
    rows = [made_row("a", 1, "We will fight.", "escalatory", context=text, context_start=0)]
    found = markdown_report(build(rows, title="The strait"))
    assert found.startswith("# The strait\n\n1 article; 2 March 2024; 1 quote; 1 named speaker;")
    assert "| Ada Lund | 1 | 1 | 0 | 0 | +1.00 (" in found
    assert "| 2 March 2024 | 1 | 1 | 0 | 0 | +1.00 (" in found
    assert (
        "1\\. **Ada Lund**: “We will fight.” ▲ escalatory (escalatory 80, neutral 10, "
        "de-escalatory 10; sentiment negative 70 · direct)"
    ) in found
    assert plain("a*b [c](d) <e>\n|f|") == "a\\*b \\[c\\](d) \\<e\\> \\|f\\|"


def test_the_command_writes_each_format_and_says_what_it_cannot(stance_command, tmp_path):
    rows, texts = made_scores(3)
    scores, news = tmp_path / "s.jsonl", tmp_path / "news.jsonl"
    scores.write_text("".join(json.dumps(row) + "\n" for row in rows))
    some = list(texts.items())[:2]
    news.write_text("".join(json.dumps({"id": k, "text": v}) + "\n" for k, v in some))
    done = stance_command("report", scores, "--articles", news, "--out", tmp_path / "r.html")
    assert done.returncode == 0, done.stderr
    assert "1 of 3 scored articles are not in" in done.stderr
    assert (tmp_path / "r.html").read_text(encoding="utf-8").startswith("<!doctype html>")
    done = stance_command("report", scores, "--format", "md", "--out", "-")
    assert done.stdout.startswith("# Who escalates, who calms")
    done = stance_command("report", scores, "--draw", "timeline", "--out", tmp_path / "t.svg")
    assert done.returncode == 0, done.stderr
    assert "<svg" in (tmp_path / "t.svg").read_text()
    done = stance_command("report", scores, "--format", "md", "--out", tmp_path / "r.html")
    assert "the name should end in '.md'" in done.stderr
    done = stance_command("report", scores, "--articles", news, "--out", tmp_path / "r.png")
    assert (done.returncode, "articles are shown in html alone" in done.stderr) == (2, True)


def test_the_templates_are_data_of_the_package(root):
    from importlib.resources import files

    held = {path.name for path in (files("stance.reports") / "templates").iterdir()}
    assert held == {
        "card.md.j2",
        "report.html.j2",
        "report.css",
        "report.js",
        "evaluation.html.j2",
        "evaluation.css",
    }


def evaluated(text="We will fight."):
    """An evaluation page of 12 statements, of which the model gets four wrong."""
    from stance.evaluation.evaluate import answers_of, evaluate
    from stance.records import Prediction, Statement
    from stance.reports.evaluation import curves_of, evaluation_report

    chances = {"escalatory": 0.7, "neutral": 0.2, "de-escalatory": 0.1}
    statements = [
        Statement(text=text, speaker=text, article=f"a{n}",
                  labels={"stance": "escalatory" if n < 8 else "neutral"})
        for n in range(12)
    ]  # fmt: skip
    answers = answers_of([Prediction(probabilities={"stance": chances})] * 12, statements)
    found = evaluate(answers, statements, n_boot=100)
    curves = curves_of(answers, statements)
    return evaluation_report(found, curves, title=text, warning=text), curves


def test_an_evaluation_page_holds_confusion_reliability_risk_and_wrong_answers():
    page, curves = evaluated()
    (one,) = curves["stance"].reliability
    assert (one.n, round(one.confidence, 2), round(one.accuracy.value, 2)) == (12, 0.7, 0.67)
    assert '<td class="h9 right">8<td class="h0">0<td class="h0">0' in page
    assert "<title>confidence 70 %, right 67 (39 to 86) % of 12</title>" in page
    assert "Wrong, surest first (4 of 4)" in page
    assert page.count("<th class=words>We will fight.") == 4


@pytest.mark.parametrize("attack", ATTACKS)
def test_hostile_statements_add_nothing_to_an_evaluation_page(attack):
    assert elements(evaluated(attack)[0]) == elements(evaluated("tame")[0])
