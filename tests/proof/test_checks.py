"""Each check sees what it is there for, on a small site that keeps its promises until a test breaks one."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.proof.conftest import POLICY, StillClock, World, says
from tests.proof.small_site import SmallSite, page
from zweck.disclosure import acts as disclosure
from zweck.disclosure.errors import NotReached
from zweck.disclosure.values import Seen
from zweck.policy.model import Link, Measure
from zweck.promises.register import proof_of
from zweck.promises.values import ControlResult, CouldNotLook, Evidence, Finding, Reach, State, Target
from zweck.proof.checks import links
from zweck.proof.gaze import Gaze
from zweck.proof.proofs import PROOFS

Break = Callable[[SmallSite], None]
HTTP_KINDS = [
    "page.languages",
    "words.complete",
    "statement.changes-published",
    "statement.as-archived",
    "statement.marks",
    "page.security-headers",
]
BROWSER_KINDS = ["page.skip-link", "page.no-third-party", "page.strict-csp", "page.cookie-free"]


def look(kind: str, target: Target, clock: StillClock) -> Finding:
    proof = proof_of(kind.partition(":")[0])
    assert proof is not None
    return proof.check(target, says(kind), clock)


def with_links(live: Target, *names: str) -> Target:
    declared = {name: Link(url=f"https://{name}.example.net/", title=name) for name in names}
    return replace(live, policy=POLICY.model_copy(update={"links": declared}))


def in_page(path: str, old: str, new: str) -> Break:
    def breaking(site: SmallSite) -> None:
        assert old in site.pages[path]
        site.pages[path] = site.pages[path].replace(old, new)

    return breaking


def in_header(name: str, value: str) -> Break:
    def breaking(site: SmallSite) -> None:
        site.headers[name] = value

    return breaking


@pytest.mark.parametrize("kind", HTTP_KINDS)
def test_a_site_that_keeps_its_word_is_kept(kind: str, live: Target, clock: StillClock) -> None:
    finding = look(kind, live, clock)

    assert (finding.kept, finding.trouble) == (True, ())


BREAKS: list[tuple[str, Break, str]] = [
    ("page.skip-link", in_page("/", 'href="#main"', 'href="/de"'), "/: the first thing that takes the focus is no"),
    ("page.skip-link", in_page("/de", '<main id="main"', '<main id="text"'), "/de: the skip link leads to #main"),
    ("page.skip-link", in_page("/", "<main", "<div"), "/: has 0 main parts"),
    ("page.languages", in_page("/de", 'lang="de"', 'lang="en"'), "/de: marked as en, de would be right"),
    ("page.languages", in_page("/", "<title>Home</title>", ""), "/: has no title"),
    ("page.languages", lambda site: site.pages.update({"/privacy": ""}), "/privacy: answers 404"),
    ("page.no-third-party", in_page("/", "/site.css", "//fonts.example.net/a.css"), "/: names fonts.example.net"),
    ("page.no-third-party", in_page("/", "<h1>", '<h1 style="background:url(http://example.net/a)">'), "/: names exam"),
    (
        "page.strict-csp",
        in_header("Content-Security-Policy", "default-src 'self'"),
        "/: the policy",
    ),
    (
        "page.strict-csp",
        in_header("Content-Security-Policy", "default-src *"),
        "/: the policy",
    ),
    ("page.security-headers", in_header("Referrer-Policy", "unsafe-url"), "/: referrer-policy is unsafe-url"),
    ("page.security-headers", in_header("Server", "nginx/1.2"), "/: the server header tells a version"),
    ("page.cookie-free", in_header("Set-Cookie", "seen=1; Path=/"), "/: sets seen"),
    (
        "statement.as-archived",
        in_page("/privacy", "page.skip-link", "another"),
        "/privacy: does not say",
    ),
    (
        "statement.as-archived",
        in_page("/privacy", "</section>", "<p>None of it is true.</p></section>"),
        "/privacy: says more",
    ),
    ("statement.as-archived", in_page("/privacy", "<p>We", "<p>It is not so: We"), "/privacy: says more"),
    ("statement.as-archived", in_page("/privacy", "<p>We", "<p hidden>We"), "/privacy: hides"),
    ("statement.as-archived", in_page("/privacy", "<h2>A", '<h2><a href="/x">A</a>'), "/privacy: its links"),
    ("statement.marks", in_page("/privacy", "m unknown", "m kept"), "/privacy: shows kept for page."),
    ("statement.marks", in_page("/privacy", "<b>2", "<b>3"), "/privacy: counts"),
    (
        "statement.changes-published",
        lambda site: site.pages.update({"/privacy/editions": ""}),
        "/privacy/editions",
    ),
]


@pytest.mark.browser
@pytest.mark.parametrize(
    ("old", "new", "trouble"),
    [
        (' tabindex="-1"', "", "/: after Tab and Enter the focus is on body, not in the main part"),
        ('<a class="skip"', '<a class="skip" hidden', "/: the first Tab stops at no link within the page"),
    ],
)
def test_a_skip_link_that_looks_right_and_does_not_work_is_seen(
    old: str, new: str, trouble: str, gaze: Gaze, site: SmallSite, live: Target, clock: StillClock
) -> None:
    in_page("/", old, new)(site)

    finding = look("page.skip-link", replace(live, place={**live.place, "gaze": gaze}), clock)

    assert [line.partition(", not")[0] for line in finding.trouble] == [trouble.partition(", not")[0]]


@pytest.mark.parametrize(("kind", "breaking", "trouble"), BREAKS)
def test_a_broken_promise_is_seen(
    kind: str, breaking: Break, trouble: str, site: SmallSite, live: Target, clock: StillClock
) -> None:
    breaking(site)

    finding = look(kind, live, clock)

    assert not finding.kept
    assert any(line.startswith(trouble) for line in finding.trouble), finding.trouble


def on_error(site: SmallSite) -> None:
    site.error = page("en", "Nothing is here", '<img src="https://pixel.example.net/a.gif" alt="">')


def left_out_of_the_list(site: SmallSite) -> None:
    in_page("/", "<h1>", '<a href="/hidden">more</a><h1>')(site)
    site.pages["/hidden"] = page("en", "Hidden", '<img src="https://pixel.example.net/a.gif" alt="">')


def beside_the_list(site: SmallSite) -> None:
    kind, text = site.files["/z/pages.json"]
    site.files["/z/pages.json"] = (kind, json.dumps(json.loads(text) | {"besides": ["/staff/log-in"]}))
    site.pages["/staff/log-in"] = page("en", "Log in", '<img src="https://pixel.example.net/a.gif" alt="">')


@pytest.mark.parametrize("breaking", [on_error, left_out_of_the_list, beside_the_list])
def test_no_page_a_visitor_can_come_to_goes_unseen(
    breaking: Break, site: SmallSite, live: Target, clock: StillClock
) -> None:
    breaking(site)

    finding = look("page.no-third-party", live, clock)

    assert not finding.kept
    assert "names pixel.example.net" in finding.trouble[0]


@pytest.mark.parametrize(
    "kind", ["page.no-third-party", "page.strict-csp", "page.cookie-free", "page.security-headers"]
)
@pytest.mark.parametrize("body", ["", "x" * 4_000_001])
def test_a_page_that_cannot_be_seen_keeps_no_promise(
    kind: str, body: str, site: SmallSite, live: Target, clock: StillClock
) -> None:
    site.pages["/de"] = body

    with pytest.raises(CouldNotLook, match="/de"):
        look(kind, live, clock)


def test_a_style_sheet_that_names_a_picture_without_url_is_seen(
    site: SmallSite, live: Target, clock: StillClock
) -> None:
    site.files["/site.css"] = ("text/css", '@media print { body { background: image-set("//example.net/a.gif" 1x) } }')

    assert look("page.no-third-party", live, clock).trouble == ("/site.css: names example.net",)


def test_a_style_sheet_that_names_a_foreign_font_is_seen(site: SmallSite, live: Target, clock: StillClock) -> None:
    site.files["/site.css"] = ("text/css", "@font-face { src: url('https://fonts.example.net/a.woff2') }")

    finding = look("page.no-third-party", live, clock)

    assert finding.trouble == ("/site.css: names fonts.example.net",)


@pytest.mark.parametrize("kind", BROWSER_KINDS)
def test_without_a_browser_a_clean_page_is_unknown(kind: str, live: Target, clock: StillClock) -> None:
    with pytest.raises(CouldNotLook, match="browser"):
        look(kind, live, clock)


@pytest.mark.browser
@pytest.mark.parametrize("kind", BROWSER_KINDS)
def test_a_browser_sees_that_the_small_site_keeps_its_word(
    kind: str, gaze: Gaze, live: Target, clock: StillClock
) -> None:
    seeing = replace(live, place={**live.place, "gaze": gaze})

    finding = look(kind, seeing, clock)

    assert (finding.kept, finding.trouble) == (True, ())


def test_a_served_text_that_is_not_the_archived_one_is_seen(site: SmallSite, live: Target, clock: StillClock) -> None:
    kind, body = site.files["/privacy.json"]
    site.files["/privacy.json"] = (kind, body.replace("We promise", "We perhaps promise", 1))

    finding = look("statement.as-archived", live, clock)

    assert finding.trouble == ("/privacy.json: not the text archived for edition 1",)


def test_statements_with_other_numbers_are_seen(site: SmallSite, live: Target, clock: StillClock) -> None:
    kind, body = site.files["/datenschutz.json"]
    site.files["/datenschutz.json"] = (kind, body.replace("We promise page.skip-link.", "In 30 days.", 1))

    finding = look("words.complete", live, clock)

    assert finding.trouble == ("page.skip-link: other numbers in de than in en",)


def test_a_measure_rests_on_a_proof_that_bit(live: Target, clock: StillClock) -> None:
    policy = POLICY.model_copy(update={"measures": {"headers": Measure(name="x", proved_by="page.security-headers")}})
    until = clock.now() + timedelta(hours=1)
    good = Evidence("page.security-headers", State.KEPT, Reach.HOST, clock.now(), until, ControlResult.BIT, "", {})
    with_evidence = replace(live, policy=policy, place={"found": {good.promise: good}})
    broken = replace(good, state=State.BROKEN)
    with_broken = replace(live, policy=policy, place={"found": {good.promise: broken}})

    assert look("security.measures", with_evidence, clock).kept
    assert look("security.measures", with_broken, clock).trouble == ("headers: page.security-headers is broken",)
    with pytest.raises(CouldNotLook, match="has not been yet"):
        look("security.measures", replace(live, policy=policy, place={}), clock)


def test_a_measure_nobody_vouches_for_any_more_is_broken(live: Target, clock: StillClock) -> None:
    ended = Measure(name="x", attested_until=(clock.now() - timedelta(days=1)).date())
    policy = POLICY.model_copy(update={"measures": {"locks": ended}})

    finding = look("security.measures", replace(live, policy=policy), clock)

    assert finding.trouble == ("locks: its attestation has ended",)


@pytest.mark.parametrize(("status", "is_kept"), [(200, True), (204, True), (404, False), (410, False)])
def test_a_link_is_alive_while_its_page_answers(
    status: int, is_kept: bool, live: Target, clock: StillClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    linked = replace(
        live, policy=POLICY.model_copy(update={"links": {"a": Link(url="https://example.net/", title="A")}})
    )
    monkeypatch.setattr(disclosure, "look_at", lambda url, _here: Seen(url, status, url, 0))

    assert look("link.alive:a", linked, clock).kept is is_kept


@pytest.mark.parametrize("status", [403, 429, 503])
def test_a_host_that_turns_machines_away_is_unknown(
    status: int, live: Target, clock: StillClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    linked = replace(
        live, policy=POLICY.model_copy(update={"links": {"a": Link(url="https://example.net/", title="A")}})
    )
    monkeypatch.setattr(disclosure, "look_at", lambda url, _here: Seen(url, status, url, 0))

    with pytest.raises(CouldNotLook, match=str(status)):
        look("link.alive:a", linked, clock)


def test_without_a_network_two_links_are_tried_and_no_more(
    live: Target, clock: StillClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[str] = []

    def in_vain(url: str, _here: frozenset[tuple[str, int]]) -> Seen:
        tried.append(url)
        raise NotReached("gaierror")

    monkeypatch.setattr(disclosure, "look_at", in_vain)
    declared = {name: Link(url=f"https://{name}.example.net/", title=name) for name in ("a", "b", "c")}
    linked = replace(live, policy=POLICY.model_copy(update={"links": declared}), place={"outside": links.Outside()})

    for name in ("a", "b", "c"):
        with pytest.raises(CouldNotLook):
            look(f"link.alive:{name}", linked, clock)

    assert tried == ["https://a.example.net/", "https://b.example.net/"]


def test_an_origin_that_does_not_answer_says_nothing_of_its_certificate(live: Target, clock: StillClock) -> None:
    away = replace(live, origin="https://nowhere.invalid")

    with pytest.raises(CouldNotLook, match=r"nowhere\.invalid does not answer"):
        look("site.tls", away, clock)


def test_a_template_with_a_third_partys_font_turns_its_promise_red(
    world: World, site: SmallSite, live: Target, clock: StillClock
) -> None:
    font = '<link rel="preload" as="font" href="https://fonts.example.net/a.woff2"></head>'
    site.pages["/de"] = page("de", "Start").replace("</head>", font)

    finding = look("page.no-third-party", live, clock)

    assert finding.trouble == ("/de: names fonts.example.net",)


def test_no_proof_lacks_a_word_on_what_it_looks_at() -> None:
    folder = Path(__file__).parents[2] / "src/zweck/policy/words"

    for path in folder.glob("*.toml"):
        keys = set(re.findall(r'^"?([a-z-]+\.[a-z-]+)"? = ', path.read_text(encoding="utf-8"), re.MULTILINE))
        assert {proof.kind for proof in PROOFS} <= keys, path.name
