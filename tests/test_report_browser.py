"""The HTML report in a real browser: filters, keyboard, contrast, widths, paper, attacks.

Skipped where no Chromium is installed (Debian: apt-get install chromium). Screenshots are left
in the folder that STANCE_SCREENSHOTS names.
"""

import os
import shutil
from pathlib import Path

import pytest
from made_scores import made_scores
from test_report import attacked, evaluated

from stance.reports.build import build
from stance.reports.html import html_report

pytestmark = pytest.mark.slow

WIDTHS = (360, 768, 1280)
#: Text that is too pale for its background by WCAG 2.2 AA: 4.5 to 1, large text 3 to 1.
PALE = """() => {
  const parse = (text) => {
    const n = text.match(/[\\d.]+/g).map(Number);
    return text.startsWith("color(srgb") ? [...n.slice(0, 3).map((x) => 255 * x), n[3] ?? 1]
      : [n[0], n[1], n[2], n[3] ?? 1];
  };
  const over = (top, under) => [0, 1, 2].map((i) => top[i] * top[3] + under[i] * (1 - top[3]));
  const light = (rgb) => rgb.map((v) => v / 255)
    .map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const ground = (element) => {
    const layers = [];
    for (let at = element; at; at = at.parentElement)
      layers.push(parse(getComputedStyle(at).backgroundColor));
    return layers.reverse().reduce((under, top) => over(top, under), [255, 255, 255]);
  };
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  let seen = 0;
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || ["SCRIPT", "STYLE"].includes(element.tagName)) continue;
    if (!element.checkVisibility({ visibilityProperty: true })) continue;
    if (element.closest(".vh,.skip,legend,option,title")) continue;
    seen += 1;
    const style = getComputedStyle(element), svg = element instanceof SVGElement;
    const under = ground(element), top = over(parse(svg ? style.fill : style.color), under);
    const [a, b] = [light(top), light(under)].sort((x, y) => y - x);
    const size = parseFloat(style.fontSize), bold = +style.fontWeight >= 700;
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < (size >= 24 || (bold && size >= 18.66) ? 3 : 4.5))
      found.push(`${ratio.toFixed(2)} ${element.tagName}: ${walker.currentNode.data.slice(0, 40)}`);
  }
  return [seen, [...new Set(found)].slice(0, 20)];
}"""
#: Elements that reach over the right edge of the window.
WIDE = """() => [document.documentElement.scrollWidth - innerWidth,
  [...document.querySelectorAll("body *")].filter((e) => e.checkVisibility() &&
    !e.closest("svg, .vh, .skip, legend") && e.getBoundingClientRect().right > innerWidth + 1)
    .map((e) => e.tagName + "." + e.className + " " + e.textContent.slice(0, 40)).slice(0, 9)]"""


@pytest.fixture(scope="module")
def browser():
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    names = ("chromium", "chromium-browser", "google-chrome", "chrome")
    path = os.environ.get("STANCE_CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    if not path:
        pytest.skip("no Chromium is installed; apt-get install chromium, or set STANCE_CHROMIUM")
    with playwright.sync_playwright() as running:
        # Without its sandbox, which containers and root do not allow; the pages are our own.
        started = running.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Three reports: made scores in their articles and in context, and nothing but attacks."""
    folder = tmp_path_factory.mktemp("reports")
    rows, texts = made_scores(24, crowd=30)
    hostile, lies = attacked()
    pages = {
        "whole": build(rows, texts=texts),
        "context": build(rows, title="Quotes in their context"),
        "hostile": build(hostile, texts=lies, title="<script>alert(1)</script>"),
    }
    for name, content in pages.items():
        (folder / f"{name}.html").write_text(html_report(content), encoding="utf-8")
    page = evaluated("“We will close the strait to every ship,” or so they say.")[0]
    (folder / "evaluation.html").write_text(page, encoding="utf-8")
    return folder


@pytest.fixture
def visit(browser, folder):
    """Open a report; what it prints, asks for or fails at is held against it afterwards."""
    opened, wrong = [], []

    def run(name="whole", *, width=1280, scheme="light", script=True, touch=False):
        context = browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme=scheme, has_touch=touch,
            java_script_enabled=script, reduced_motion="reduce",
        )  # fmt: skip
        opened.append(context)
        page = context.new_page()
        page.on("console", lambda message: wrong.append(f"console: {message.text}"))
        page.on("pageerror", lambda error: wrong.append(f"error: {error}"))
        page.on("dialog", lambda dialog: (wrong.append("dialog"), dialog.dismiss()))
        page.on("request", lambda request: request.url.startswith("file:")
                or wrong.append(f"request: {request.url}"))  # fmt: skip
        page.goto((folder / f"{name}.html").as_uri())
        return page

    run.wrong = wrong
    yield run
    for context in opened:
        context.close()
    assert wrong == []


def picture(page, name):
    """Leave a screenshot for people where they ask for one."""
    target = os.environ.get("STANCE_SCREENSHOTS")
    if target:
        Path(target).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=str(Path(target) / f"{name}.png"))


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", ["whole", "context", "hostile"])
def test_all_text_is_legible_and_nothing_is_wider_than_the_window(visit, name, width, scheme):
    page = visit(name, width=width, scheme=scheme)
    page.click("#open")
    assert page.evaluate(WIDE) == [0, []]
    seen, pale = page.evaluate(PALE)
    assert seen > 300
    assert pale == []
    picture(page, f"{name}-{width}-{scheme}-top")
    page.locator(".text a[class]").first.focus()
    assert page.locator("#pop").is_visible()
    assert page.evaluate(PALE)[1] == []
    assert page.evaluate(WIDE) == [0, []]
    picture(page, f"{name}-{width}-{scheme}-quote")
    if name == "whole":
        page.locator("#time").scroll_into_view_if_needed()
        picture(page, f"{name}-{width}-{scheme}-time")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
def test_an_evaluation_page_is_legible_and_fits(visit, width, scheme):
    page = visit("evaluation", width=width, scheme=scheme)
    assert page.evaluate("document.documentElement.scrollWidth") == width
    seen, pale = page.evaluate(PALE)
    assert seen > 60
    assert pale == []
    picture(page, f"evaluation-{width}-{scheme}")


def test_hostile_text_runs_nothing(visit):
    page = visit("hostile")
    page.click("#open")
    for mark in page.locator(".text a[class]").all()[:40]:
        mark.hover()
    page.locator("#speaker").fill("<script>alert(1)</script>")
    page.wait_for_timeout(200)
    assert page.evaluate("document.scripts.length") == 1
    assert page.evaluate("document.querySelectorAll('img, iframe, base, link, math').length") == 0
    assert visit.wrong == []
    # Even a script that got in would not run: the page's policy knows the hash of its own alone.
    page.evaluate("""() => { const script = document.createElement("script");
        script.textContent = "window.ran = 1"; document.body.append(script); }""")
    assert page.evaluate("window.ran") is None
    (message,) = visit.wrong
    assert "Content Security Policy" in message
    visit.wrong.clear()


def counted(page):
    page.wait_for_timeout(150)
    shown = page.evaluate("""() => [...document.querySelectorAll(".cols li:not([hidden])")]
        .filter((one) => !one.closest("details").hidden).length""")
    return page.locator("#count").text_content(), shown


def test_filters_by_stance_speaker_source_and_date_leave_what_passes_all_of_them(visit):
    page = visit()
    page.click("#open")
    total = page.locator(".cols li").count()
    for box in page.locator("#filters [name=status]").all():
        if box.get_attribute("value") != "k0":
            box.uncheck()
    said, shown = counted(page)
    assert said.startswith(f"{shown} of {total} quotes in ")
    assert shown == page.locator(".cols li.k0").count()
    assert page.locator(".text a.k1:not(.out)").count() == 0
    page.fill("#speaker", "varga")
    said, fewer = counted(page)
    assert 0 < fewer < shown
    names = page.eval_on_selector_all(
        ".cols li:not([hidden]) b", "all => all.map((b) => b.firstChild.data.trim())"
    )
    assert set(names) == {"Otto Varga"}
    numbers = """() => [...document.querySelectorAll(".cols li:not([hidden])")].map((one) =>
        one.value === [...one.parentNode.children].indexOf(one) + 1)"""
    assert set(page.evaluate(numbers)) == {True}
    page.select_option("#source", "Strait Wire")
    said, fewest = counted(page)
    assert 0 < fewest < fewer
    assert page.locator("details.a:not([hidden])[data-s='Sudmark Daily']").count() == 0
    page.fill("#from", "2024-03-01")
    page.fill("#to", "2024-09-30")
    counted(page)
    dates = page.eval_on_selector_all(
        "details.a:not([hidden])", "all => all.map((a) => a.dataset.d)"
    )
    assert dates
    assert all("2024-03-01" <= day <= "2024-09-30" for day in dates)
    picture(page, "filtered")
    page.click("#filters [type=reset]")
    assert counted(page) == ("", total)
    page.fill("#speaker", "nobody of this name")
    assert counted(page)[1] == 0
    assert page.locator("#empty").is_visible()


def test_speakers_are_sorted_searched_and_lead_to_their_quotes(visit):
    page = visit()
    names = (
        "() => [...document.querySelectorAll('tbody tr:not([hidden]) a')].map((a) => a.textContent)"
    )
    assert len(page.evaluate(names)) == 12
    page.click("thead [data-k=name] button")
    assert page.locator("[data-k=name]").get_attribute("aria-sort") == "ascending"
    assert page.evaluate(names) == sorted(page.evaluate(names))
    page.click("thead [data-k=index] button")
    first = page.locator("tbody tr:not([hidden])").first
    assert first.locator("a").text_content() in ("Teodor Brandt", "Otto Varga")
    assert not first.get_attribute("class")
    page.fill("#find", "SÓLBERG")
    assert page.evaluate(names) == ["Mira Solberg"]
    page.fill("#find", "")
    page.click("#more")
    assert len(page.evaluate(names)) > 30
    undrawn = page.locator("tbody tr:not(:has(rect))")
    assert all("no index" in row.text_content() for row in undrawn.all())
    page.fill("#find", "solberg")
    page.click("text=Mira Solberg >> visible=true")
    assert page.input_value("#speaker") == "Mira Solberg"
    assert counted(page)[1] > 0


def test_a_point_of_the_timeline_shows_its_articles_and_opens_them(visit):
    page = visit()
    page.locator(".chart a").first.click()
    assert page.locator("#t1").get_attribute("open") is not None
    assert page.locator("#periods details:visible").count() == 1
    link = page.locator("#t1 a").first
    target = link.get_attribute("href")
    assert page.locator(target).get_attribute("open") is None
    link.click()
    assert page.locator(target).get_attribute("open") is not None
    page.click("#all")
    assert page.locator("#periods details:visible").count() > 5


def test_the_keyboard_alone_reaches_a_quote_and_its_card(visit):
    page = visit()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('.text a')"):
            break
    card = page.locator("#pop")
    assert card.is_visible()
    assert page.locator("[aria-describedby=pop]").count() == 1
    note = page.evaluate(
        "document.querySelector(document.activeElement.hash).firstChild.firstChild.data"
    )
    assert card.locator("b").text_content().startswith(note.strip())
    assert card.locator("div").count() == 3
    before = page.evaluate("document.activeElement.hash")
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.hash") != before
    page.keyboard.press("k")
    assert page.evaluate("document.activeElement.hash") == before
    page.keyboard.press("Escape")
    assert card.is_hidden()


def test_a_tap_on_a_phone_shows_the_card_and_one_beside_it_hides_it(visit):
    page = visit(width=360, touch=True)
    page.locator(".text a[class]").first.tap()
    assert page.locator("#pop").is_visible()
    page.locator("#articles h2").tap()
    assert page.locator("#pop").is_hidden()


def test_the_card_follows_its_quote_and_goes_with_it_out_of_the_window(visit):
    page = visit()
    page.locator(".text a[class]").first.focus()
    gap = """() => document.getElementById("pop").getBoundingClientRect().top
        - document.activeElement.getBoundingClientRect().bottom"""
    before = page.evaluate(gap)
    page.evaluate("scrollBy(0, 60)")
    page.wait_for_timeout(100)
    assert abs(page.evaluate(gap) - before) < 1
    page.evaluate("scrollTo(0, 0)")
    page.wait_for_timeout(100)
    assert page.locator("#pop").is_hidden()


def test_the_theme_can_be_chosen_against_the_system(visit):
    page = visit(scheme="light")
    ground = "getComputedStyle(document.body).backgroundColor"
    before = page.evaluate(ground)
    page.click("#theme")
    assert page.evaluate(ground) != before
    assert page.evaluate(PALE)[1] == []
    page.click("#theme")
    assert page.evaluate(ground) == before


def test_without_script_everything_can_be_read(visit):
    page = visit(script=False)
    page.locator("details.a summary").nth(1).click()
    assert page.locator("details.a").nth(1).locator(".text a").first.is_visible()
    assert page.locator("#filters").is_hidden()
    assert page.locator("tbody tr").last.is_visible()
    assert page.locator("#periods details").first.is_visible()


def test_paper_shows_every_article_without_controls(visit):
    page = visit(scheme="dark")
    page.emulate_media(media="print")
    assert page.locator("#filters").is_hidden()
    assert page.locator("#theme").is_hidden()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    closed = page.locator("details.a").nth(5)
    assert closed.locator(".text").evaluate("(e) => e.getBoundingClientRect().height") > 100
    assert page.evaluate(PALE)[1] == []
    paper = page.pdf(format="A4")
    page.set_viewport_size({"width": 760, "height": 1060})
    picture(page, "paper-top")
    page.locator("details.a").nth(2).scroll_into_view_if_needed()
    picture(page, "paper-article")
    assert paper.count(b"/Type /Page\n") + paper.count(b"/Type /Page ") > 8
