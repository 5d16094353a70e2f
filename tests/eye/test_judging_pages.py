"""Links that are owed, connections, scripts that read the device, robots, and data that travel far."""

import pytest

from tests.eye.judging import HOME, NOON, OWED, asked, codes, cookie, findings, notes, page, policy, seen, walk
from zweck.eye.judging.prose import Prose
from zweck.eye.values import Banner, Field, Finding, Form, Link, Print, Profile, Seen, Spot, Trouble, Visit

SCRIPT = "https://static.example.net/fp.js"


@pytest.mark.parametrize(
    ("links", "missing"),
    [
        (OWED, []),
        ((), ["no-imprint", "no-statement"]),
        ((Link("/privacy-policy", "Mehr"), Link("/x", "Imprint")), []),
        ((Link("/x", "Anbieterkennzeichnung"), Link("/x", "DSGVO")), []),
        ((Link("/x", " Legal "), Link("/x", "Schutz Ihrer Daten")), []),
        ((Link("/x", "Legal advice for founders"), OWED[0]), ["no-imprint"]),
        ((Link("javascript:void(0)", "Impressum"), OWED[0]), ["no-imprint"]),
        ((Link("http://[broken", "Kontakt"), *OWED), []),
    ],
)
def test_statement_and_imprint_are_found_by_word_or_address(links: tuple[Link, ...], missing: list[str]) -> None:
    assert sorted(code for code, *_ in codes(seen(walk(page(links=links))))) == missing


def test_one_page_that_links_them_is_enough_and_so_is_a_banner() -> None:
    banner = Banner("", "page", "Statistik", links=("https://www.example.org/privacy",))
    imprint = page(f"{HOME}b", links=(OWED[1],))

    assert codes(seen(walk(page(links=()), page(f"{HOME}b")))) == []
    assert codes(seen(walk(page(links=(), banner=banner), imprint))) == []


def test_a_link_that_leads_nowhere_is_told_with_its_answer() -> None:
    gone = page(OWED[1].url, status=404, trouble="failed", links=())

    [finding] = findings(seen(walk(page(), gone)))

    assert (finding.code, finding.params["status"], finding.params["url"]) == ("no-imprint", 404, OWED[1].url)


@pytest.mark.parametrize(
    ("visit", "url", "sure"),
    [
        (page(links=(OWED[0],), language="de-DE"), HOME, "certain"),
        (page(links=(OWED[0],), language="en"), "https://www.example.de/", "certain"),
        (page(links=(OWED[0],), language="en"), HOME, "likely"),
    ],
)
def test_an_imprint_is_surely_owed_where_german_is_spoken(visit: Visit, url: str, sure: str) -> None:
    assert [f.sure for f in findings(seen(walk(visit), url=url))] == [sure]


@pytest.mark.parametrize("trouble", ["failed", "download", "log-in", "robots", "crash", "no-host", "private", "stuck"])
def test_of_a_page_that_was_not_read_nothing_is_said(trouble: Trouble) -> None:
    assert codes(seen(walk(page(links=(), trouble=trouble)))) == []


def test_nothing_seen_is_nothing_found() -> None:
    assert codes(Seen(HOME, NOON, NOON, "", True, ())) == []
    assert codes(seen(walk())) == []


# ── connections ──


@pytest.mark.parametrize(
    ("url", "found"),
    [
        ("http://www.example.org/", ["no-tls"]),
        ("http://127.0.0.1:8000/", []),
        ("http://localhost:8000/", []),
        ("http://10.0.0.7/", []),
        ("http://[::1]/", []),
        ("https://www.example.org/", []),
    ],
)
def test_a_page_in_the_clear_is_found_unless_it_stays_at_home(url: str, found: list[str]) -> None:
    assert [code for code, *_ in codes(seen(walk(page(url), page(f"{url}b")), url=url))] == found


def test_a_connection_that_proves_nothing_is_found_once() -> None:
    assert codes(seen(walk(page(trouble="certificate"), page(f"{HOME}b", trouble="certificate")))) == [
        ("certificate", "www.example.org", "certain")
    ]


@pytest.mark.parametrize(
    ("action", "method", "found"),
    [
        ("http://www.example.org/send", "post", True),
        ("https://www.example.org/send", "post", False),
        ("http://127.0.0.1/send", "post", False),
    ],
)
def test_a_form_that_posts_in_the_clear_is_found(action: str, method: str, found: bool) -> None:
    form = Form(action, method, (Field("q", "text"),))

    assert [f.code for f in findings(seen(walk(page(forms=(form,)))))] == (["insecure-form"] if found else [])


# ── scripts that read the device ──


@pytest.mark.parametrize(
    ("reads", "sends", "found"),
    [
        (("canvas", "webgl"), False, True),
        (("canvas", "plugins", "timezone"), False, True),
        (("canvas",), True, True),
        (("canvas",), False, False),
        (("canvas", "timezone"), False, False),
        (("plugins", "timezone", "screen"), True, False),
    ],
)
def test_reading_the_device_is_found_when_it_tells_devices_apart(
    reads: tuple[str, ...], sends: bool, found: bool
) -> None:
    visits = [page(f"{HOME}{n}", prints=(Print(SCRIPT, reads, sends),)) for n in (1, 2)]

    told = [(f.code, f.subject, len(f.spots)) for f in findings(seen(walk(*visits)))]

    assert told == ([("fingerprinting", SCRIPT, 2)] if found else [])


def test_a_script_in_the_page_itself_sends_in_the_name_of_the_page_and_is_a_hint() -> None:
    looked = seen(walk(page(prints=(Print(HOME, ("canvas",), True),))))

    assert codes(looked) == [("fingerprinting", HOME, "hint")]


def test_what_was_read_after_consent_alone_is_a_note() -> None:
    after = walk(page(prints=(Print(SCRIPT, ("canvas", "audio")),)), state="accepted")

    assert codes(seen(walk(page()), after)) == []
    assert [f.code for f in notes(seen(walk(page()), after))] == ["fingerprinting"]


# ── robots ──


def test_a_robot_that_is_shown_something_else_is_told() -> None:
    robot = Profile(robot=True)
    banner = Banner("", "page", "Statistik")
    tracked = page(stored=(cookie("_gauge"),))

    assert [f.code for f in findings(seen(walk(page(banner=banner)), walk(page(), profile=robot)))] == [
        "robots-see-otherwise"
    ]
    [found] = [f for f in findings(seen(walk(tracked), walk(page(), profile=robot))) if f.code != "before-choice"]
    assert (found.params["what"], found.params["things"]) == ("storage", "_gauge")


def test_a_robot_that_sees_the_same_is_no_finding_and_gives_no_spots() -> None:
    tracked = page(stored=(cookie("_gauge"), cookie("session", None)))

    [finding] = findings(seen(walk(tracked), walk(tracked, profile=Profile(robot=True))))

    assert (finding.code, len(finding.spots)) == ("before-choice", 1)


# ── third countries ──

GAUGED = page(requests=(asked("gauge.example.com"), asked("fonts.example.com", "font")))


def transfers(found: tuple[Finding, ...]) -> list[Finding]:
    return [finding for finding in found if finding.code == "third-country"]


def test_a_transfer_is_one_note_for_a_provider_where_nothing_could_declare_it() -> None:
    [note] = transfers(notes(seen(walk(GAUGED))))

    assert (note.subject, note.params["country"]) == ("Gauge, Inc.", "US")
    assert note.params["hosts"] == "fonts.example.com, gauge.example.com"


@pytest.mark.parametrize(
    ("recipient", "found"),
    [
        ({"name": "Gauge, Inc.", "country": "US"}, 1),
        ({"name": "Gauge, Inc.", "country": "US", "mechanism": "scc"}, 0),
        ({"name": "Gauge Ireland Limited", "country": "IE"}, 0),
        ({"name": "Somebody GmbH", "country": "DE"}, 1),
    ],
)
def test_a_declared_transfer_needs_its_mechanism(recipient: dict[str, str], found: int) -> None:
    declared = policy(
        recipients={"them": {"role": "processor", **recipient}}, mechanisms={"scc": {"name": "SCC", "kind": "scc"}}
    )

    assert len(transfers(findings(seen(walk(GAUGED)), declared))) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("gauge wir übermitteln auf grund von standardvertragsklauseln", 0),
        ("gauge wir übermitteln", 1),
        ("standardvertragsklauseln", 1),
    ],
)
def test_a_text_declares_a_transfer_by_provider_and_mechanism(text: str, found: int) -> None:
    mechanisms = ("standardvertragsklauseln",) if "klauseln" in text else ()

    assert len(transfers(findings(seen(walk(GAUGED)), None, Prose(text, mechanisms=mechanisms)))) == found


def test_a_provider_at_home_is_no_transfer() -> None:
    looked = seen(walk(page(requests=(asked("pay.example.net"),))))

    assert transfers(findings(looked) + notes(looked)) == []


def test_a_finding_carries_the_picture_of_its_first_place() -> None:
    [finding] = findings(seen(walk(page(stored=(cookie("_gauge"),), picture="p1"))))

    assert finding.picture == "p1"
    assert finding.spots == (Spot(HOME),)
