"""An existing statement's text is read for what stands in it, and for nothing else."""

import pytest

from tests.eye.judging import Catalogue, asked, codes, cookie, findings, page, seen, walk
from zweck.eye.judging.prose import LIMIT_BYTES, NotProse, Prose, read_prose, text_of
from zweck.eye.values import Visit

STATEMENT = """Wir nutzen Gauge Analytics der Gauge Ireland Limited und setzen das Cookie _gauge für 14 Monate.
Protokolle löschen wir nach 30 Tagen. Für Übermittlungen gelten Standardvertragsklauseln. Ihre Daten werden nicht
verkauft und die Server stehen in Deutschland."""


def read(text: str) -> Prose:
    return read_prose(text, Catalogue())


def unnamed(visit: Visit, text: str) -> list[tuple[str, str]]:
    found = codes(seen(walk(visit)), None, read(text))
    return [(subject, sure) for code, subject, sure in found if code == "unnamed"]


def test_names_periods_and_mechanisms_are_taken_as_they_stand() -> None:
    prose = read(STATEMENT)

    assert prose.providers == ("Gauge, Inc.",)
    assert prose.services == ("Gauge Analytics",)
    assert prose.cookies == ("_gauge",)
    assert prose.periods == ("14 Monate", "30 Tagen")
    assert prose.mechanisms == ("standardvertragsklauseln",)
    assert prose.languages == ("de",)


@pytest.mark.parametrize(
    ("name", "text", "stands"),
    [
        ("Gauge, Inc.", "Gauge is used here.", True),
        ("Gauge, Inc.", "GAUGE INC. is used here.", True),
        ("Gauge Ireland Limited", "we use Gauge Ireland Ltd", True),
        ("Gauge, Inc.", "A broken gauges counter", False),
        ("Gauge, Inc.", "disgauge", False),
        ("Limited", "limited", True),
        ("", "anything", False),
    ],
)
def test_a_company_is_found_as_a_whole_word_with_or_without_its_legal_form(name: str, text: str, stands: bool) -> None:
    assert read(text).names_company(name) is stands


@pytest.mark.parametrize(("pattern", "stands"), [("_ga_*", True), ("_ga", True), ("_gb_*", False), ("*", False)])
def test_a_pattern_is_named_by_its_beginning(pattern: str, stands: bool) -> None:
    assert read("Cookies: _ga, _ga_<container>").names_pattern(pattern) is stands


def test_periods_are_read_in_both_languages() -> None:
    periods = read("for 30 days, two years, a 6-month period, 24 Stunden, 3 apples").periods

    assert periods == ("30 days", "two years", "6-month", "24 Stunden")


# ── what was seen and is not named ──


def test_a_service_is_one_finding_with_all_that_was_seen_of_it() -> None:
    visit = page(stored=(cookie("_gauge"), cookie("_gauge_A1")), requests=(asked("gauge.example.com"),))

    [finding] = [f for f in findings(seen(walk(visit)), None, read("Nothing.")) if f.code == "unnamed"]

    assert (finding.subject, finding.kind, finding.sure) == ("Gauge Analytics", "provider", "certain")
    assert finding.params["things"] == "_gauge, _gauge_A1, gauge.example.com"


@pytest.mark.parametrize("text", ["Gauge Analytics", "Gauge Ltd", STATEMENT])
def test_a_service_is_named_by_its_name_or_its_provider(text: str) -> None:
    assert unnamed(page(requests=(asked("gauge.example.com"),)), text) == []


def test_an_unknown_host_is_named_by_itself_or_a_name_above() -> None:
    visit = page(requests=(asked("cdn.unknown.example.net"),))

    assert unnamed(visit, "We load from unknown.example.net.") == []
    assert unnamed(visit, "We load from elsewhere.") == [("cdn.unknown.example.net", "certain")]


def test_a_lasting_cookie_wants_its_name_and_a_session_is_a_hint() -> None:
    visit = page(stored=(cookie("visitor"), cookie("PHPSESSID", None, shape="id")))

    assert unnamed(visit, "nothing") == [("visitor", "likely"), ("PHPSESSID", "hint")]
    assert unnamed(visit, "The cookies visitor and PHPSESSID.") == []


def test_without_a_text_nothing_is_unnamed() -> None:
    assert [c for c, *_ in codes(seen(walk(page(stored=(cookie("visitor"),)))))] == ["before-choice"]


# ── files ──


def test_the_text_of_a_page_is_what_people_see_of_it() -> None:
    html = b"<!doctype html><html><head><title>T</title><style>p{}</style></head><body><p>Wir nutzen <b>Gauge</b></p>"
    html += "<script>var hidden = 1</script><p>Länge &amp; Breite</p></body></html>".encode()

    text = text_of(html, "privacy.html")

    assert "Wir nutzen Gauge" in text
    assert "Länge & Breite" in text
    assert "hidden" not in text
    assert "p{}" not in text


def test_a_head_without_an_end_hides_nothing() -> None:
    assert "Gauge" in text_of(b"<!doctype html><head><title>T</title><p>Gauge</p>", "x.html")


def test_plain_text_and_markdown_are_taken_as_they_are() -> None:
    assert text_of(b"# Privacy\n\na < b", "privacy.md") == "# Privacy\n\na < b"
    assert text_of("Länge".encode("cp1252"), "old.txt") == "Länge"
    assert text_of("\ufeffLänge".encode(), "bom.txt") == "Länge"


@pytest.mark.parametrize(
    ("source", "says"),
    [
        (b"%PDF-1.7 ...", "is a PDF"),
        (b"\x89PNG\r\n\0\0", "is no text"),
        (b"x" * (LIMIT_BYTES + 1), "larger than 2 MB"),
        (b" \n ", "holds no text"),
        (b"<!doctype html><body><script>app()</script></body>", "holds no text"),
    ],
)
def test_what_is_no_text_is_refused_with_what_would_be_right(source: bytes, says: str) -> None:
    with pytest.raises(NotProse, match=says) as refused:
        text_of(source, "file.bin")

    assert str(refused.value).startswith("file.bin: ")
