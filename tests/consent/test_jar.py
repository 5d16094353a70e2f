"""What a withdrawal takes off the device, and what it says it cannot."""

from datetime import datetime

import pytest

from tests.consent.conftest import edition_of
from tests.consent.declared import cookie, shop, source, visitor
from zweck.consent import acts, jar
from zweck.consent.facts import facts
from zweck.consent.values import NOBODY, Action, Decided, Decision, Removed, Sent, Visitor
from zweck.editions.values import Edition

HOST = "www.example.org"


def ended(names: list[str], *domains: str) -> list[str]:
    ends = ["", *(f"; Domain={domain}" for domain in domains)]
    return [f"{name}=; Max-Age=0; Path=/; SameSite=Lax{end}" for name in names for end in ends]


def decide(edition: Edition, action: Action, before: Visitor, sent: Sent, now: datetime) -> Decided:
    token = acts.question(edition, "en", "choices", now).token
    return acts.decide(edition, Decision(action, token), before, sent, now)


@pytest.mark.django_db
def test_a_withdrawal_ends_declared_cookies_on_the_host_and_above_it(edition: Edition, now: datetime) -> None:
    sent = Sent(HOST, "_num=1; basket=2; _number_x=3; _num=5")

    decided = decide(edition, "withdraw", visitor(now, measurement="yes"), sent, now)

    assert list(decided.set_cookies[:-1]) == ended(["_num", "_number_x"], HOST, "example.org")
    assert decided.set_cookies[-1].startswith("zweck-choice=1.")
    assert decided.removed == Removed(("_num", "_number_x"), (), ())


@pytest.mark.django_db
@pytest.mark.parametrize(("scripts_run", "by_script", "by_hand"), [
    (True, ("watched",), ("player-id",)), (False, (), ("player-id", "watched")),
])  # fmt: skip
def test_what_the_server_cannot_end_is_named(
    edition: Edition, now: datetime, scripts_run: bool, by_script: tuple[str, ...], by_hand: tuple[str, ...]
) -> None:
    sent = Sent(HOST, "basket=b", scripts_run=scripts_run)

    decided = decide(edition, "refuse", visitor(now, films="yes"), sent, now)

    assert decided.removed == Removed((), by_script, by_hand)


@pytest.mark.django_db
@pytest.mark.parametrize("action", ["withdraw", "refuse", "opt-out"])
def test_whoever_takes_something_back_is_rid_of_what_nobody_declares(
    edition: Edition, now: datetime, action: Action
) -> None:
    before = visitor(now, measurement="yes")
    assert before.choice is not None
    sent = Sent(HOST, f"basket=1; undeclared=2; {cookie(before.choice)}")

    decided = decide(edition, action, before, sent, now)

    assert decided.removed.cookies == ("undeclared", "a", "c")
    assert set(ended(["undeclared"], HOST, "example.org")) <= set(decided.set_cookies)


@pytest.mark.django_db
@pytest.mark.parametrize("action", ["refuse", "accept"])
def test_what_nobody_declares_stays_while_nothing_is_taken_back(
    edition: Edition, now: datetime, action: Action
) -> None:
    decided = decide(edition, action, NOBODY, Sent(HOST, "undeclared=2"), now)

    assert decided.removed == Removed()


@pytest.mark.django_db
def test_a_first_refusal_ends_what_should_not_be_there_and_names_nothing_else(edition: Edition, now: datetime) -> None:
    decided = decide(edition, "refuse", NOBODY, Sent(HOST, "_num=1"), now)

    assert decided.removed == Removed(("_num",))


@pytest.mark.django_db
def test_an_objection_names_what_lay_there_without_a_question(now: datetime) -> None:
    declared = source("opt-out").replace(b'purpose = "films"\nprovider', b'purpose = "measurement"\nprovider')

    decided = decide(edition_of(declared, now), "opt-out", NOBODY, Sent(HOST, "_num=1"), now)

    assert decided.removed == Removed(("_num",), (), ("player-id",))


@pytest.mark.django_db
def test_an_acceptance_ends_nothing(edition: Edition, now: datetime) -> None:
    decided = decide(edition, "accept", NOBODY, Sent(HOST, "_num=1; player-id=2"), now)

    assert decided.removed == Removed()
    assert len(decided.set_cookies) == 1


@pytest.mark.django_db
def test_a_reset_leaves_only_what_is_essential(edition: Edition, now: datetime) -> None:
    before = visitor(now, films="yes")
    assert before.choice is not None
    sent = Sent(HOST, f"basket=1; undeclared=2; {cookie(before.choice)}", scripts_run=True)

    decided = decide(edition, "reset", before, sent, now)

    assert decided.removed == Removed(("zweck-choice", "undeclared", "a", "c"), ("watched",), ("player-id",))
    assert not any(line.startswith("basket=") for line in decided.set_cookies)


def test_the_choice_lasts_as_declared(now: datetime) -> None:
    chose = visitor(now, films="yes").choice
    assert chose is not None

    _, *parts = jar.setting(chose, facts(shop()), HOST).split("; ")

    assert parts == ["Max-Age=34560000", "Path=/", "SameSite=Lax"]


@pytest.mark.parametrize(("host", "domain"), [
    ("www.example.org", ["Domain=example.org"]), ("example.org", ["Domain=example.org"]),
    ("WWW.Example.org.:8000", ["Domain=example.org"]), ("badexample.org", []), ("localhost", []), ("127.0.0.1", []),
])  # fmt: skip
def test_a_shared_choice_lies_on_the_shared_domain(now: datetime, host: str, domain: list[str]) -> None:
    chose = visitor(now, films="yes").choice
    assert chose is not None

    line = jar.setting(chose, facts(shop(shared=True)), host)

    assert line.split("; ")[4:] == domain


@pytest.mark.django_db
def test_a_double_of_the_choice_is_removed_before_the_new_one_is_set(now: datetime) -> None:
    edition = edition_of(source(shared=True), now)
    sent = Sent(HOST, "zweck-choice=1.AAECAwQFBv8; zweck-choice=1.AAECAwQFBv8")

    lines = decide(edition, "accept", NOBODY, sent, now).set_cookies

    assert list(lines[:2]) == ended(["zweck-choice"], HOST)
    assert lines[2].endswith("SameSite=Lax; Domain=example.org")


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:8000", "[::1]:8000", "", "www.example.org; x=1", "a..b"])
def test_where_no_domain_can_be_named_the_host_alone_is_cleared(host: str) -> None:
    lines, removed = jar.clearing(facts(shop()), Sent(host, "_num=1"), ["measurement"], [])

    assert (list(lines), removed.cookies) == (ended(["_num"]), ("_num",))


@pytest.mark.parametrize(
    "cookies", ["_num\r\nSet-Cookie: x=1", '_num"=1', "_num x=1", "=1", ";;;", "_num\x00=1", "ü=1"]
)
def test_a_name_that_is_no_name_reaches_no_header(cookies: str) -> None:
    lines, _ = jar.clearing(facts(shop()), Sent(HOST, cookies), ["measurement"], ["measurement"])

    assert lines == ()


def test_a_flood_of_cookies_is_ended_up_to_what_headers_take() -> None:
    flood = "; ".join(f"_num{number}=1" for number in range(5000))

    lines, _ = jar.clearing(facts(shop()), Sent(HOST, flood), ["measurement"], [])

    assert len(lines) == 150


@pytest.mark.django_db
@pytest.mark.parametrize(("path", "name", "may"), [
    ("/", "zweck-choice", True), ("/staff", "zweck-staff", True), ("/staff/log-in", "zweck-staff", True),
    ("/", "zweck-staff", False), ("/staffroom", "zweck-staff", False), ("/", "_ga", False),
])  # fmt: skip
def test_a_cookie_that_nobody_declares_may_not_be_set(path: str, name: str, may: bool) -> None:
    assert acts.may_set("www.example.org", path, name) is may


@pytest.mark.parametrize(("name", "may"), [("_numbers", True), ("player-id", True), ("watched", False), ("x", False)])
def test_a_declared_cookie_may_be_set(monkeypatch: pytest.MonkeyPatch, edition: Edition, name: str, may: bool) -> None:
    monkeypatch.setattr("zweck.editions.acts.site_for", lambda host: edition)

    assert acts.may_set("www.example.org", "/", name) is may
