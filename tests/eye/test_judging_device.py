"""What is stored and asked for, with and without a policy, before and after a choice."""

import pytest

from tests.eye.judging import DAY, HOME, asked, codes, cookie, findings, notes, page, policy, seen, walk
from zweck.eye.values import Choice, Profile, Request, Shape, State, Stored

GAUGED = {
    "technologies": {"gauge": {"name": "_gauge*", "kind": "cookie", "purpose": "statistics", "lifetime_days": 30}}
}
OWN = "www.example.org"


@pytest.mark.parametrize(
    ("stored", "sure"),
    [
        (cookie("_gauge"), "certain"),
        (cookie("visitor"), "likely"),
        (cookie("visitor", None, shape="id"), "likely"),
        (cookie("visitor", None, shape="word"), "likely"),
        (cookie("colour_game", None, shape="word"), "hint"),
        (Stored("session-storage", "track_sid", OWN, shape="id"), "likely"),
        (cookie("tracking_consent", 180, shape="word"), None),
        (cookie("session_id", None, shape="id"), None),
        (cookie("PHPSESSID", 400, shape="id"), "hint"),
        (cookie("csrftoken", 365, shape="id"), None),
        (cookie("sprache", 365, shape="word"), None),
        (cookie("cart", 2, shape="id"), None),
        (cookie("cookie_consent", 180, shape="word"), None),
        (cookie("cookie_consent", 180, shape="id"), "hint"),
        (cookie("asks_choice", 180), None),
        (cookie("gone", 0), None),
        (cookie("any", None, host="other.example.net", third_party=True), "likely"),
        (cookie("pay", None, host="pay.example.net", third_party=True), "hint"),
        (cookie("tube", None, host="tube.example.net", third_party=True), "likely"),
        (Stored("local-storage", "visitor", OWN), "likely"),
        (Stored("local-storage", "theme", OWN), None),
        (Stored("session-storage", "scroll", OWN, shape="number"), None),
        (Stored("session-storage", "who", OWN, shape="id"), "likely"),
        (Stored("indexed-db", "trail", OWN), "likely"),
        (Stored("cache", "workbox-precache", OWN), None),
        (Stored("service-worker", "/sw.js", OWN), None),
        (Stored("cache", "tracking", OWN), "likely"),
    ],
)
def test_what_is_stored_before_a_choice_is_told_by_what_it_looks_like(stored: Stored, sure: str | None) -> None:
    found = [(f.code, f.sure) for f in findings(seen(walk(page(stored=(stored,)))))]

    assert found == ([("before-choice", sure)] if sure else [])


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        (asked("gauge.example.com"), ("request", "certain")),
        (asked("fonts.example.com", "font"), ("request", "likely")),
        (asked("unknown.example.net", "stylesheet"), ("request", "likely")),
        (asked("pay.example.net"), ("request", "hint")),
        (asked("gauge.example.com", "ping"), ("beacon", "certain")),
        (asked("unknown.example.net", "image", receives=43), ("beacon", "likely")),
        (asked("unknown.example.net", "image", query=("uid",)), ("beacon", "likely")),
        (asked("unknown.example.net", "image", receives=9000), ("request", "likely")),
        (Request(f"{HOME}hit", "ping"), ("beacon", "likely")),
        (Request(f"{HOME}matomo.php", "xhr"), ("beacon", "likely")),
        (Request(f"{HOME}dot.gif", "image", ("uid",), receives=43, status=200), ("beacon", "likely")),
        (Request(f"{HOME}dot.gif", "image", ("w",), receives=43, status=200), None),
        (Request(f"{HOME}photo", "image", ("id",), receives=9000, status=200), None),
        (Request(f"{HOME}app.js", "script"), None),
        (Request("data:image/png", "image"), None),
        (asked("content-autofill.googleapis.com", "fetch"), None),
    ],
)
def test_what_is_asked_for_before_a_choice_is_told_by_whom_it_reaches(
    request_: Request, expected: tuple[str, str] | None
) -> None:
    found = [(f.kind, f.sure) for f in findings(seen(walk(page(requests=(request_,))))) if f.code == "before-choice"]

    assert found == ([expected] if expected else [])


def test_a_thing_on_many_pages_is_one_finding_with_all_its_places() -> None:
    visits = [page(f"{HOME}{n}", stored=(cookie(f"_gauge_A{n}"),)) for n in range(5)]

    [finding] = findings(seen(walk(*visits)))

    assert (finding.subject, len(finding.spots)) == ("_gauge_*", 5)
    assert finding.params["service"] == "Gauge Analytics"
    assert finding.params["provider"] == "Gauge, Inc."


def test_unknown_names_that_differ_in_a_number_are_one_thing() -> None:
    stored = tuple(cookie(name) for name in ("visit-1", "visit-2", "visit-3", "other-1"))

    assert {f.subject for f in findings(seen(walk(page(stored=stored))))} == {"visit-*", "other-1"}


def test_what_lies_on_the_device_counts_though_nobody_saw_it_being_put_there() -> None:
    lying = page(storage=("local-storage:visitor", "session-storage:tab"))
    kept = walk(page(), kept=(cookie("early"),))

    assert codes(seen(walk(lying))) == [("before-choice", "visitor", "likely")]
    assert codes(seen(kept)) == [("before-choice", "early", "likely")]


@pytest.mark.parametrize(("state", "code"), [("refused", "after-refusal"), ("withdrawn", "after-withdrawal")])
def test_what_goes_on_after_a_no_is_found_and_what_is_left_says_so(state: State, code: str) -> None:
    after = walk(page(requests=(asked("gauge.example.com"),)), state=state, kept=(cookie("_gauge"),))

    found = findings(seen(walk(page()), after))

    assert [(f.code, f.subject, f.params["how"]) for f in found] == [
        (code, "_gauge", "left"),
        (code, "gauge.example.com", "asked"),
    ]


def test_what_happens_after_consent_is_no_finding() -> None:
    after = walk(page(stored=(cookie("_gauge"),), requests=(asked("gauge.example.com"),)), state="accepted")

    assert codes(seen(walk(page()), after)) == []


def test_a_press_that_was_not_done_shows_nothing_of_a_refusal() -> None:
    undone = walk(page(stored=(cookie("_gauge"),)), state="refused", choice=Choice("refuse", False))

    assert codes(seen(walk(page()), undone)) == []


@pytest.mark.parametrize("shape", ["json", "word", ""])
def test_the_record_of_the_choice_is_no_finding_after_it(shape: Shape) -> None:
    record = cookie("zz", 180, shape=shape)
    tracked = cookie("_gauge", 30, shape="json")
    refused = walk(page(), state="refused", pressed=(record, tracked), kept=(record,))
    accepted = walk(page(), state="accepted", pressed=(record, tracked), kept=(record,))

    assert codes(seen(walk(page()), refused, accepted)) == [("after-refusal", "_gauge", "certain")]


@pytest.mark.parametrize("record", ["zz", "einwilligung"])
def test_what_is_the_same_after_a_yes_and_a_no_is_no_record_beside_one(record: str) -> None:
    extra = cookie("extra", 30, shape="number", mark="1")
    presses = {mark: (cookie(record, 180, shape="word", mark=mark), extra) for mark in ("no", "yes")}
    refused = walk(page(), state="refused", pressed=presses["no"])
    accepted = walk(page(), state="accepted", pressed=presses["yes"])

    assert codes(seen(walk(page()), refused, accepted)) == [("after-refusal", "extra", "likely")]


@pytest.mark.parametrize(("name", "count"), [("statistics", 0), ("visitor", 1)])
def test_a_person_has_another_value_each_time_and_is_no_record_for_that(name: str, count: int) -> None:
    one, other = (cookie(name, 30, shape="number", mark=mark) for mark in "01")
    refused = walk(page(), state="refused", pressed=(one,))
    accepted = walk(page(), state="accepted", pressed=(other,))

    assert len(codes(seen(walk(page()), refused, accepted))) == count


# ── with a policy ──


@pytest.mark.parametrize(
    ("technology", "before", "after"),
    [
        ({"purpose": "statistics"}, True, True),
        ({"purpose": "statistics", "essential": True}, False, False),
        ({"purpose": "running"}, False, False),
        ({"purpose": "counting"}, False, True),
    ],
)
def test_the_declared_purpose_decides_what_waits_for_a_choice(
    technology: dict[str, object], before: bool, after: bool
) -> None:
    declared = policy(technologies={"it": {"name": "it-*", "kind": "cookie"} | technology})
    stored = (cookie("it-7"),)

    found = codes(seen(walk(page(stored=stored)), walk(page(stored=stored), state="refused")), declared)

    assert (("before-choice", "it-*", "certain") in found) is before
    assert (("after-refusal", "it-*", "certain") in found) is after
    assert len(found) == before + after


def test_what_the_policy_does_not_declare_is_found_also_after_consent() -> None:
    stored, requests = (cookie("other", None, shape="id"),), (asked("unknown.example.net"),)
    after = walk(page(stored=stored, requests=requests), state="accepted")

    found = codes(seen(walk(page()), after), policy(**GAUGED))

    assert found == [("undeclared", "other", "certain"), ("undeclared", "unknown.example.net", "certain")]


@pytest.mark.parametrize(
    "declared",
    [
        {"technologies": {"s": {"name": "gauge.example.com", "kind": "script", "purpose": "running"}}},
        {"technologies": {"s": {"name": "x.js", "kind": "script", "purpose": "running"}}},
        {"recipients": {"g": {"name": "Gauge Ireland Limited", "role": "processor", "country": "IE"}}},
        {"recipients": {"g": {"name": "G", "role": "processor", "country": "IE", "url": "https://www.example.com/"}}},
    ],
)
def test_a_host_is_declared_by_a_script_or_by_who_stands_behind_it(declared: dict[str, object]) -> None:
    after = walk(page(requests=(asked("gauge.example.com"),)), state="accepted")

    assert "undeclared" not in {code for code, *_ in codes(seen(walk(page()), after), policy(**declared))}


@pytest.mark.parametrize(
    ("declared_days", "seen_days", "found"),
    [(30, 30.0, False), (30, 31.0, False), (30, 32.0, True), (365, 372.0, False), (0, 0.5, True), (0, None, False)],
)
def test_a_lifetime_longer_than_declared_is_found(declared_days: int, seen_days: float | None, found: bool) -> None:
    technology = {"name": "it", "kind": "cookie", "purpose": "running", "lifetime_days": declared_days}
    looked = seen(walk(page(stored=(cookie("it", seen_days),))))

    lifetimes = [(f.code, f.params["declared_days"]) for f in findings(looked, policy(technologies={"it": technology}))]

    assert lifetimes == ([("lifetime", declared_days)] if found else [])


def test_a_session_cookie_declared_longer_and_what_was_not_seen_are_notes() -> None:
    technologies = {
        "it": {"name": "it", "kind": "cookie", "purpose": "running", "lifetime_days": 30},
        "rare": {"name": "rare", "kind": "cookie", "purpose": "running"},
        "own": {"name": "app.js", "kind": "script", "purpose": "running"},
    }
    looked = seen(walk(page(stored=(cookie("it", None),), requests=(Request(f"{HOME}app.js", "script"),))))

    told = [(f.code, f.subject) for f in notes(looked, policy(technologies=technologies))]

    assert told == [("lifetime", "it"), ("absent", "rare")]


def test_own_measurement_that_needs_no_consent_may_send_its_beacon() -> None:
    free = {"measurement": {"purpose": "counting", "permission": "opt-out"}}
    asks = {"measurement": {"purpose": "statistics", "permission": "consent"}}
    hit = page(requests=(Request(f"{HOME}hit", "ping"),))

    assert codes(seen(walk(hit)), policy(systems=free)) == []
    assert codes(seen(walk(hit), walk(hit, state="refused")), policy(systems=free)) == [
        ("after-refusal", "www.example.org/hit", "likely")
    ]
    assert codes(seen(walk(hit)), policy(systems=asks)) == [("before-choice", "www.example.org/hit", "likely")]


def test_a_signal_that_changes_nothing_is_a_note_or_a_broken_promise() -> None:
    tracked = page(stored=(cookie("_gauge"),))
    looked = seen(walk(tracked), walk(tracked, profile=Profile(gpc=True)))
    promised = policy(systems={"measurement": {"purpose": "statistics"}}, **GAUGED)

    assert [(f.code, f.params["things"]) for f in notes(looked)] == [("gpc-ignored", "_gauge")]
    assert ("gpc-ignored", "www.example.org", "certain") in codes(looked, promised)
    assert [f.code for f in notes(seen(walk(tracked), walk(page(), profile=Profile(gpc=True))))] == []


def test_days_are_told_as_people_count_them() -> None:
    [year] = findings(seen(walk(page(stored=(cookie("visitor", 365.2),)))))
    [hour] = findings(seen(walk(page(stored=(cookie("visitor", 3600 / DAY),)))))

    assert (year.params["days"], hour.params["days"]) == (365, 0.04)
