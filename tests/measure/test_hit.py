"""What a hit leaves behind, and what is refused."""

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from tests.measure.declared import declared
from tests.measure.hitting import FIREFOX, HOST, NOON, PAGE, Stand, said
from zweck.consent.choice import written
from zweck.consent.facts import facts
from zweck.consent.values import Answer, Choice
from zweck.measure.clock import moment_of
from zweck.measure.models import Event, LeftOut
from zweck.origin.acts import NOWHERE, cut

pytestmark = pytest.mark.django_db


def test_a_view_is_taken_down_as_far_as_the_policy_declares(stand: Stand) -> None:
    url = f"{PAGE}trial?utm_source=News%20letter&utm_medium=mail&email=ben@example.org"

    assert said(stand.send({"u": url, "r": "https://www.example.org/search?q=ben", "w": 1280})) == "yes"

    [event] = stand.written()
    assert (event.path, event.referrer, event.name) == ("/trial", "example.org", "")
    assert (event.utm_source, event.utm_medium, event.utm_campaign) == ("News letter", "mail", "")
    assert (event.device, event.browser, event.seconds) == ("desktop", "Firefox", 0)


def test_a_dimension_that_is_not_declared_is_not_taken_down(tmp_path: Path) -> None:
    stand = Stand(declared(permission="opt-out", dimensions=["path"]), tmp_path)

    stand.send({"u": f"{PAGE}?utm_source=a", "r": "https://www.example.org/"})

    [event] = stand.written()
    assert [event.referrer, event.utm_source, event.device, event.browser] == ["", "", "", ""]


def test_no_address_and_no_name_of_a_browser_reaches_a_table(stand: Stand) -> None:
    stand.send(None)

    [event] = stand.written()
    row = " ".join(str(getattr(event, field.attname)) for field in Event._meta.concrete_fields)
    assert "192" not in row.replace(str(event.visitor), "").replace(str(event.pk), "").replace(str(event.at), "")
    assert "Gecko" not in row


@pytest.mark.parametrize(
    ("environ", "outcome"),
    [
        ({"HTTP_SEC_GPC": "1"}, "no, gpc"),
        ({"HTTP_DNT": "1"}, "no, dnt"),
        ({"HTTP_SEC_GPC": "0", "HTTP_DNT": "0"}, "yes"),
        ({"HTTP_USER_AGENT": "Googlebot/2.1 (+http://www.google.com/bot.html)"}, "no, robot"),
    ],
)
def test_who_objects_or_is_no_person_is_not_measured(stand: Stand, environ: dict[str, str], outcome: str) -> None:
    assert said(stand.send(None, **environ)) == outcome
    assert len(stand.written()) == (outcome == "yes")


def test_consent_is_asked_of_the_choice_cookie(tmp_path: Path) -> None:
    policy = declared()
    stand, until = Stand(policy, tmp_path), moment_of(NOON + 86_400_000 * 100)
    value = written(Choice(b"12345678", {"measurement": Answer("yes", until)}), facts(policy))

    assert said(stand.send()) == "no, unasked"
    assert said(stand.send(None, HTTP_COOKIE=f"other=1; zweck-choice={value}")) == "yes"
    assert said(stand.send(None, HTTP_COOKIE="zweck-choice=1.rubbish")) == "no, unasked"


def test_an_excluded_path_is_not_measured(tmp_path: Path) -> None:
    stand = Stand(declared(permission="opt-out", excluded_paths=["/account*"]), tmp_path)

    assert [stand.view("/account/ben", 1), stand.view("/", 1)] == ["no, path", "yes"]


def test_robots_are_counted_apart_by_their_reason_and_nothing_else(stand: Stand) -> None:
    stand.send(None, HTTP_USER_AGENT="curl/8.1")
    stand.send(None, HTTP_USER_AGENT="curl/8.2")
    stand.send(None, HTTP_USER_AGENT="")
    stand.send({"u": PAGE, "b": 1})

    assert stand.written() == []
    assert dict(LeftOut.objects.values_list("reason", "hits")) == {"tool": 2, "nameless": 1, "webdriver": 1}


BAD: list[tuple[object, str]] = [
    (b"", "411"),
    (b"{", "400"),
    (b"\xff\xfe", "400"),
    (b"[]", "400"),
    ({}, "400"),
    ({"u": 1}, "400"),
    ({"u": PAGE, "more": 1}, "400"),
    ({"u": PAGE, "s": -1}, "400"),
    ({"u": PAGE, "s": 1.5}, "400"),
    ({"u": PAGE, "b": True}, "400"),
    ({"u": PAGE + "a" * 600}, "400"),
    ({"u": PAGE, "r": "a" * 3000}, "400"),
    ({"u": f"{PAGE}a\nb"}, "400"),
    ({"u": f"{PAGE}a\u202eb"}, "400"),
    ({"u": f"{PAGE}?utm_source=a%00b"}, "400"),
    ({"u": "https://other.example.net/"}, "400"),
    ({"u": f"https://{HOST}@other.example.net/"}, "400"),
    ({"u": f"https://ben@{HOST}/"}, "400"),
    ({"u": "javascript:alert(1)"}, "400"),
    ({"u": "/relative"}, "400"),
    ({"u": PAGE, "e": "not-declared"}, "400"),
    ({"u": PAGE, "pad": "x" * 5000}, "413"),
]


@pytest.mark.parametrize(("body", "status"), BAD)
def test_a_bad_hit_is_refused_in_words_and_leaves_nothing(stand: Stand, body: object, status: str) -> None:
    answer = stand.send(body, **({"CONTENT_LENGTH": ""} if body == b"" else {}))

    assert answer.status.startswith(status)
    assert answer.body.endswith(b".\n")
    assert stand.written() == []


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)
@given(
    body=some.binary(max_size=200)
    | some.recursive(
        some.none() | some.integers() | some.text(), lambda x: some.lists(x) | some.dictionaries(some.text(), x)
    ).map(lambda value: json.dumps(value).encode())
    | some.fixed_dictionaries(
        {"u": some.text().map(lambda text: PAGE + text)},
        optional={"r": some.text(), "e": some.text(), "s": some.integers(), "w": some.integers(), "b": some.integers()},
    ).map(lambda value: json.dumps(value).encode()),
    agent=some.text(alphabet=some.characters(max_codepoint=255), max_size=40),
)
def test_whatever_is_sent_never_fails(stand: Stand, body: bytes, agent: str) -> None:
    stand.now += 10_000

    assert stand.send(body, HTTP_USER_AGENT=agent).status[:3] in ("202", "400", "413")


@pytest.mark.parametrize(
    ("environ", "status"),
    [
        ({"HTTP_ORIGIN": "https://other.example.net"}, "403"),
        ({"HTTP_ORIGIN": "null"}, "403"),
        ({"HTTP_ORIGIN": f"http://{HOST}"}, "403"),
        ({"HTTP_ORIGIN": ""}, "403"),
        ({"HTTP_ORIGIN": "", "HTTP_SEC_FETCH_SITE": "cross-site"}, "403"),
        ({"HTTP_ORIGIN": "", "HTTP_SEC_FETCH_SITE": "same-origin"}, "202"),
        ({"REQUEST_METHOD": "GET"}, "405"),
        ({"CONTENT_LENGTH": "ten"}, "400"),
        ({"CONTENT_LENGTH": "40"}, "400"),
        ({"CONTENT_LENGTH": "9" * 5000}, "413"),
    ],
)
def test_only_a_page_of_ours_may_send(stand: Stand, environ: dict[str, str], status: str) -> None:
    assert stand.send(None, **environ).status.startswith(status)


def test_another_declared_origin_is_answered_so_that_its_page_may_read_it(tmp_path: Path) -> None:
    policy = declared(permission="opt-out")
    other = "https://shop.example.com"
    scope = policy.scope.model_copy(update={"origins": [f"https://{HOST}", other]})
    stand = Stand(policy.model_copy(update={"scope": scope}), tmp_path)

    hit = stand.send({"u": f"{other}/basket"}, HTTP_ORIGIN=other)
    asked = stand.send(b"", HTTP_ORIGIN=other, REQUEST_METHOD="OPTIONS")

    assert (hit.status, asked.status) == ("202 Accepted", "204 No Content")
    for headers in (dict(hit.headers), dict(asked.headers)):
        assert headers["Access-Control-Allow-Origin"] == other
        assert headers["Access-Control-Allow-Credentials"] == "true"


def test_a_flood_from_one_address_ends_and_others_go_on(stand: Stand) -> None:
    outcomes = [stand.view(f"/{number}") for number in range(120)]

    assert (outcomes.count("yes"), outcomes.count("429 Too Many Requests")) == (100, 20)
    assert stand.view("/", **stand.cora(7)) == "yes"
    assert stand.view("/later", 1000) == "yes"


def test_the_same_sent_twice_within_two_seconds_counts_once(stand: Stand) -> None:
    said_so = [stand.view("/"), stand.view("/", 1900), stand.view("/other"), stand.view("/", 2000)]

    assert said_so == ["yes"] * 4
    assert [event.path for event in stand.written()] == ["/", "/other", "/"]


def test_visitors_are_told_apart_by_network_and_browser_and_no_closer(stand: Stand) -> None:
    neighbours = [stand.cora(1), {**stand.cora(1), "zweck.origin": cut(bytes([198, 51, 1, 200]))}]
    others = [stand.cora(2), {**stand.cora(1), "HTTP_USER_AGENT": FIREFOX}, {"zweck.origin": NOWHERE}]
    for number, environ in enumerate([*neighbours, *others]):
        stand.view(f"/{number}", **environ)

    visitors = [event.visitor for event in stand.written()]
    assert visitors[0] == visitors[1]
    assert len(set(visitors)) == 4


def test_a_site_that_measures_nothing_says_so(tmp_path: Path) -> None:
    policy = declared()
    systems = policy.systems.model_copy(update={"measurement": None})

    assert said(Stand(policy.model_copy(update={"systems": systems}), tmp_path).send()) == "no, nothing"
