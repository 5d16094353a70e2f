"""Many at once: each judged by itself, all recorded."""

import json
from datetime import datetime, timedelta

import pytest

from tests.vault.world import BEN, CLUB, activate, collect
from zweck.ledger.models import Act
from zweck.vault import acts, declared
from zweck.vault.entries import amending
from zweck.vault.errors import BadValue, NotDeclared, NotPermitted
from zweck.vault.values import KeptFile, Reading

pytestmark = pytest.mark.usefixtures("club")
FIELDS = ("email", "name")


def written(act: str) -> list[dict[str, object]]:
    found = [json.loads(body) for body in Act.objects.order_by("pk").values_list("body", flat=True)]
    return [one for one in found if one["act"] == act]


def read_all(now: datetime, limit: int = 500) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    after = b""
    with acts.reading("staff:1", "a test", now) as reader:
        while page := reader.read_page("club", "", "newsletter", FIELDS, after, limit):
            found |= {one.values.get("email", one.rule): dict(one.values) for one in page}
            after = page[-1].id
    return found


def test_a_page_brings_those_in_force_and_says_why_it_does_not_bring_the_others(now: datetime) -> None:
    for number in range(5):
        collect(now, data={"email": f"p{number}@example.org", "name": f"P {number}"})
    collect(now, data={"email": "pending@example.org"}, pending=True)
    restricted = collect(now, data={"email": "restricted@example.org"})
    acts.restrict(restricted.subject, "newsletter", "art-18", now)
    collect(now, data={"email": "over@example.org"}, until=now + timedelta(days=1))

    found = read_all(now + timedelta(days=1), limit=2)

    assert found.pop("expired") == {}
    assert sorted(found) == [f"p{number}@example.org" for number in range(5)]
    assert found["p3@example.org"] == {"email": "p3@example.org", "name": "P 3"}
    (entry,) = written("vault.read")
    assert len(set(entry["subjects"])) == 5  # type: ignore[call-overload]
    assert [one["rule"] for one in written("vault.refused")] == ["expired"]


def test_more_than_two_hundred_are_recorded_in_entries_of_two_hundred(now: datetime) -> None:
    for number in range(201):
        collect(now, data={"email": f"p{number}@example.org"})

    assert len(read_all(now)) == 201
    assert acts.amend_purpose("club", "", "newsletter", {"name": "P."}, "staff:1", now) == 201
    for act in ("vault.read", "vault.amended"):
        assert [len(one["subjects"]) for one in written(act)] == [200, 1]  # type: ignore[arg-type]


def test_all_of_one_person_is_read_and_amended_at_once(now: datetime) -> None:
    letter = collect(now)
    ask = collect(now, "enquiry", data={"email": "ben@example.org", "name": "Ben", "message": "Hello"})
    (found,) = acts.find("club", "email", "ben@example.org")

    assert acts.amend_grants(found.grants, {"email": "b@example.com"}, "staff:1", now) == 2
    with acts.reading("staff:1", "a test", now) as reader:
        held = reader.read_grants(found.grants, FIELDS)

    assert [one.values["email"] for one in held] == ["b@example.com"] * 2
    assert {one.grant.subject for one in held} == {letter.subject} == {ask.subject}
    assert acts.find("club", "email", "ben@example.org") == ()
    assert len(acts.find("club", "email", "b@example.com")[0].grants) == 2
    assert {one["purpose"] for one in written("vault.read")} == {"newsletter", "enquiry"}


def test_a_grant_that_has_ended_is_refused_among_others(now: datetime) -> None:
    given = [collect(now, data={"email": f"p{number}@example.org"}).grant for number in range(3)]
    acts.withdraw(given[1].subject, "newsletter", "unsubscribed", now)

    with acts.reading("staff:1", "a test", now) as reader:
        held = reader.read_grants(given, FIELDS)

    assert [one.rule for one in held] == ["", "no-grant", ""]
    assert [one.id for one in held] == [one.id for one in given]
    assert acts.amend_grants(given, {"name": "P."}, "staff:1", now) == 2
    assert len(written("vault.refused")) == 1


def test_several_entries_are_read_by_their_ids(now: datetime) -> None:
    first = collect(now, "enquiry", data={"email": "ben@example.org", "message": "Hello"})
    second = collect(now, "enquiry", data={"email": "ben@example.org", "message": "Again"})

    with acts.reading("staff:1", "a test", now) as reader:
        found = reader.read_entries(first.subject, "enquiry", ("message",), (second.entry, first.entry, bytes(16)))
        with pytest.raises(NotPermitted, match="no grant"):
            reader.read_entries(first.subject, "newsletter", ("email",), (first.entry,))

    assert found == [{"message": "Again"}, {"message": "Hello"}, {}]
    assert len(written("vault.read")) == 1


def test_what_may_not_be_stored_is_stored_under_no_grant(now: datetime) -> None:
    collect(now)

    with pytest.raises(NotDeclared):
        acts.amend_purpose("club", "", "newsletter", {"message": "Hello"}, "staff:1", now)
    with pytest.raises(BadValue):
        acts.amend_purpose("club", "", "newsletter", {"name": "x" * 200_000}, "staff:1", now)
    assert written("vault.amended") == []


def test_a_page_is_cut_where_it_should_be_and_the_next_goes_on(now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(amending, "PAGE", 2)
    for number in range(4):
        collect(now, data={**BEN, "email": f"p{number}@example.org"})

    assert acts.amend_purpose("club", "", "newsletter", {"name": "P."}, "staff:1", now) == 4
    assert {values["name"] for values in read_all(now).values()} == {"P."}


def test_what_a_later_policy_does_not_declare_is_read_no_more(now: datetime, tmp_path: object) -> None:
    from pathlib import Path

    given = collect(now)
    other = collect(now, "enquiry", data={"email": "ben@example.org", "message": "Hello"})
    head, _, rest = CLUB.partition("[purposes.enquiry]")
    less = head.replace('data = ["email", "name", "organisation"]', 'data = ["email"]')
    accounting = "[purposes.accounting]" + rest.partition("[purposes.accounting]")[2]
    activate(Path(str(tmp_path)), now + timedelta(days=1), (less + accounting).replace("2026-11-01", "2026-11-02"))
    declared.forget()

    with pytest.raises(NotPermitted) as field:
        acts.read(Reading(given.subject, "newsletter", ("email", "name"), "staff:1", "a test"), now)
    with pytest.raises(NotPermitted) as purpose:
        acts.read(Reading(other.subject, "enquiry", ("message",), "staff:1", "a test"), now)

    assert (field.value.rule, purpose.value.rule) == ("no-field", "no-purpose")
    assert [one["rule"] for one in written("vault.refused")] == ["no-field", "no-purpose"]
    assert acts.read(Reading(given.subject, "newsletter", ("email",), "staff:1", "a test"), now)
    with acts.reading("staff:1", "a test", now) as reader:
        assert [one.rule for one in reader.read_page("club", "", "newsletter", ("name",))] == ["no-field"]


def test_a_file_is_an_entry_beside_the_others(now: datetime) -> None:
    given = collect(now, "enquiry", data={"email": "ben@example.org", "message": "Hello"})
    file = KeptFile("a.txt", "text/plain", b"x" * 1000)
    with pytest.raises(NotDeclared):
        acts.attach(given.subject, "enquiry", "file", file, "staff:1", now)
    kept = acts.attach(given.subject, "enquiry", "name", file, "staff:1", now)

    wanted = Reading(given.subject, "enquiry", ("name",), "staff:1", "a test", kept)
    assert acts.file_of(wanted, now) == file
    assert acts.read(Reading(given.subject, "enquiry", ("message",), "staff:1", "a test"), now) == {"message": "Hello"}
    assert acts.drop(given.subject, "enquiry", (kept,), "over", now) == 1
