"""The report as a page: everything is in it, and nothing in it acts."""

import re
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.eye.audits import FINDINGS, HOME, PICTURE, audited, found, rich, seen, visit, walk
from zweck.eye.catalogue.lookup import load
from zweck.eye.report.audited import Audited
from zweck.eye.report.page import LIMIT_BYTES, as_html
from zweck.eye.values import Form, Stored, Visit
from zweck.policy.words import languages, words

NASTY = "</td><script>alert(1)</script>\u202egnp.exe\x00\x1b[31m\ud800\"'&<!--"


class Elements(HTMLParser):
    """All elements of a page with their attributes, and its text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    def all(self, *names: str) -> list[dict[str, str | None]]:
        return [attributes for tag, attributes in self.found if tag in names]


@pytest.fixture(params=languages())
def page(request: pytest.FixtureRequest) -> Elements:
    """The rich report in each language."""
    return Elements(as_html(audited(partly=("time",)), request.param))


def hostile() -> Audited:
    """A site all of whose names were chosen to break out."""
    stored = (Stored("cookie", NASTY, NASTY, how="script", by=NASTY), Stored("local-storage", "x" * 9000, "h"))
    form = Form(NASTY, NASTY, (), text=NASTY, heading=NASTY, button=NASTY)
    entry = Visit(
        f"{HOME}{NASTY}", 200, {"Content-Security-Policy": NASTY}, (), title=NASTY, stored=stored, forms=(form,)
    )
    finding = found(subject=NASTY, params={"service": NASTY, "category": NASTY})
    return Audited(seen(walk("fresh", entry)), (finding, replace(finding, code=NASTY)), NASTY, NASTY, load())


# ── nothing acts ──


def test_nothing_in_it_loads_runs_or_leads_away(page: Elements) -> None:
    assert page.all("script", "link", "iframe", "form", "base", "object", "embed", "video", "audio", "svg") == []
    assert all((one["src"] or "").startswith("data:image/webp;base64,") for one in page.all("img"))
    assert all((one["href"] or "").startswith("#") for one in page.all("a"))
    assert all(not name.startswith("on") and name != "style" for _, said in page.found for name in said)


def test_every_link_within_it_has_its_target(page: Elements) -> None:
    targets = [said["id"] for _, said in page.found if "id" in said]

    assert {(one["href"] or "")[1:] for one in page.all("a")} <= set(targets)
    assert len(targets) == len(set(targets))


def test_it_carries_a_policy_that_allows_its_own_style_and_pictures_only() -> None:
    html = as_html(audited(), "en")
    style = re.search(r"<style>(.*?)</style>", html, re.DOTALL)
    assert style

    policy = next(one["content"] for one in Elements(html).all("meta") if "http-equiv" in one)

    digest = b64encode(sha256(style[1].encode()).digest()).decode()
    assert policy is not None and policy.startswith(f"default-src 'none'; img-src data:; style-src 'sha256-{digest}'")


def test_hostile_names_stay_text_and_become_visible() -> None:
    html = as_html(hostile(), "en")

    assert Elements(html).all("script") == []
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", html)
    assert "⟨U+202E⟩" in html and "⟨U+0000⟩" in html and "⟨U+D800⟩" in html
    assert max(map(len, re.findall(r"x+", html))) < 300
    html.encode()


# ── everything is in it ──


@pytest.mark.parametrize("language", languages())
def test_every_finding_is_told_with_what_where_law_remedy_and_how_sure(language: str) -> None:
    text = Elements(as_html(audited(), language)).text
    said = words(language)

    for finding in FINDINGS:
        for part in ("name", "law", "remedy"):
            assert said.say(f"audit.finding.{finding.code}.{part}") in text
        assert said.say(f"audit.sure.{finding.sure}") in text
    assert said.say("audit.finding.lifetime.title", subject="session") in text
    assert "www.googletagmanager.com/gtag/js" in text


def test_the_summary_counts_and_leads_to_the_worst_kinds(page: Elements) -> None:
    assert [one["href"] for one in page.all("a")][1:6] == [
        f"#code-{code}" for code in ("after-refusal", "before-choice", "no-withdrawal", "refusal-harder", "pre-ticked")
    ]


def test_the_states_stand_beside_each_other_in_numbers() -> None:
    rows = re.findall(r"<tr[^>]*>(.*?)</tr>", as_html(audited(), "en"))

    cells = [re.sub(r"<[^>]+>", "|", row) for row in rows]
    assert [cell.strip("|").replace("||", "|").split("|") for cell in cells if cell.startswith("|After")] == [
        ["After refusal", "Einstellungen → Nur notwendige", "2", "2", "1", "1", "0"],
        ["After consent", "Alle akzeptieren", "2", "3", "2", "2", "1"],
        ["After withdrawal", "not found", "–", "–", "–", "–", "–"],
    ]


@pytest.mark.parametrize("reason", ["pages", "time", "crash", "interrupted"])
def test_a_partial_look_says_so_at_the_top(reason: str) -> None:
    html = as_html(audited(partly=(reason,)), "en")

    banner = re.search(r'<p class="partial" role="note">(.*?)</p>', html)
    assert banner and words("en").say(f"audit.partly.{reason}") in banner[1]
    assert html.index("partial") < html.index("h-summary")
    assert 'role="note"' not in as_html(audited(), "en")


def test_the_tables_name_all_that_was_seen(page: Elements) -> None:
    for name in ("session", "theme", "region1.google-analytics.com", "Newsletter", f"{HOME}old", f"{HOME}terms.pdf"):
        assert name in page.text
    assert "default-src 'self'" in page.text
    assert [heading for heading, _ in page.found if heading == "h1"] == ["h1"]


def test_the_catalogue_tells_whose_things_are() -> None:
    known = Elements(as_html(replace(audited(), catalogue=load()), "en")).text

    assert "Google Analytics" in known
    assert "Google" in known


def test_nothing_found_is_said_with_its_limits() -> None:
    html = as_html(Audited(rich(), ()), "en")

    assert words("en").say("audit.report.none") in html
    assert 'id="h-findings"' not in html


def test_a_site_that_was_never_seen_still_makes_a_page() -> None:
    html = as_html(Audited(replace(seen(), walks=()), ()), "en")

    for table in ("stored", "parties", "forms", "pages"):
        assert words("en").say(f"audit.{table}.none") in html


# ── its size ──


def test_twenty_pages_with_heavy_pictures_stay_within_two_megabytes() -> None:
    pages = [visit(f"{HOME}{n}", picture=f"p{n}") for n in range(20)]
    findings = [found("no-tls", f"{n}.example.org", "page", picture=f"p{n}") for n in range(20)]
    heavy = {f"p{n}": PICTURE + bytes(200_000) for n in range(20)}

    html = as_html(Audited(seen(walk("fresh", *pages), pictures=heavy), tuple(findings)), "en")

    assert 1_000_000 < len(html.encode()) <= LIMIT_BYTES
    assert "pictures were left out" in html


def test_a_picture_is_shown_once_however_many_findings_point_at_it() -> None:
    html = as_html(audited(), "en")

    assert len(re.findall("<img", html)) == len(set(re.findall('src="data:[^"]+"', html))) + 3  # four pictures alike
    assert "See figure 1." in html


def test_a_site_that_stores_without_end_cannot_make_it_too_big_to_open() -> None:
    stored = tuple(Stored("cookie", f"{n}{'x' * 4000}", "shop.example.org") for n in range(3000))
    findings = tuple(found(subject=one.name) for one in stored)

    html = as_html(Audited(seen(walk("fresh", visit(stored=stored))), findings), "en")

    assert len(html.encode()) <= LIMIT_BYTES
    assert "2,850 more rows are in the JSON." in html
    assert "2,700 more findings are in the JSON." in html


# ── as it is looked at ──


@pytest.fixture
def opened(browser: Browser, tmp_path: Path) -> Iterator[Page]:
    """The report in German, opened from its file."""
    file = tmp_path / "report.html"
    file.write_text(as_html(replace(audited(partly=("pages",)), catalogue=load()), "de"), encoding="utf-8")
    context = browser.new_context(viewport={"width": 320, "height": 700})
    page = context.new_page()
    page.goto(file.as_uri())
    yield page
    context.close()


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(opened: Page, scheme: str) -> None:
    opened.emulate_media(color_scheme="dark" if scheme == "dark" else "light")

    found = [one["id"] for one in Axe().run(opened).response["violations"]]

    assert found == []


@pytest.mark.browser
def test_nothing_scrolls_sideways_on_the_smallest_phone(opened: Page) -> None:
    assert opened.evaluate("document.documentElement.scrollWidth") == 320


@pytest.mark.browser
def test_opening_it_asks_for_nothing_and_breaches_nothing(opened: Page) -> None:
    asked: list[str] = []
    said: list[str] = []
    opened.on("request", lambda request: asked.append(request.url))
    opened.on("console", lambda message: said.append(message.text))

    opened.reload()

    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
    assert said == []


@pytest.mark.browser
def test_the_folded_notes_are_printed(opened: Page) -> None:
    opened.emulate_media(media="print")

    assert opened.evaluate("document.querySelector('.notes article').getBoundingClientRect().height") > 20
