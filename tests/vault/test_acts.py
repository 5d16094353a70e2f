"""The one door to personal data."""

import json
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from tests.vault.world import BEN, collect
from zweck.ledger.models import Act
from zweck.vault import acts, masters, sealing, sql
from zweck.vault.database import sql as database
from zweck.vault.errors import (
    BadAddress,
    BadToken,
    BadValue,
    KeyTrouble,
    NoGrant,
    NoPlace,
    NotDeclared,
    NotPermitted,
    PaymentData,
    TokenExpired,
)
from zweck.vault.models import Entry, Grant, Mark, Purpose
from zweck.vault.terms import known
from zweck.vault.values import Collected, Collecting, Reading

pytestmark = pytest.mark.usefixtures("club")
FIELDS = ("email", "name", "organisation")


def read(given: Collected, now: datetime, purpose: str = "newsletter", **more: object) -> dict[str, str]:
    wanted = Reading(given.subject, purpose, FIELDS, "staff:1", "a test", **more)  # type: ignore[arg-type]
    return dict(acts.read(wanted, now))


def bind(purpose: str) -> None:
    database.bind("default", known.make_purpose("default", "club", purpose))


def written() -> list[dict[str, object]]:
    return [json.loads(body) for body in Act.objects.order_by("pk").values_list("body", flat=True)]


def test_what_ben_gave_is_read_for_its_purpose_and_the_read_is_recorded(now: datetime) -> None:
    given = collect(now)

    assert read(given, now) == {**BEN, "email": "Ben@example.org"}
    entry = written()[-1]
    assert (entry["act"], entry["purpose"], entry["by"]) == ("vault.read", "newsletter", "staff:1")


def test_a_purpose_ben_never_allowed_reads_nothing_and_the_refusal_is_recorded(now: datetime) -> None:
    given = collect(now)

    with pytest.raises(NotPermitted) as refused:
        read(given, now, "enquiry")

    assert refused.value.rule == "no-grant"
    assert (written()[-1]["act"], written()[-1]["purpose"]) == ("vault.refused", "enquiry")


def test_nothing_in_ledger_or_tables_tells_who_it_is(now: datetime) -> None:
    given = collect(now, evidence={"form": "newsletter"})
    read(given, now)

    said = json.dumps(written()) + repr(given)
    bind("newsletter")
    held = b"".join(bytes(sealed) for sealed in Entry.objects.values_list("sealed", flat=True))
    assert len(held) > 28 + sum(map(len, BEN.values()))
    for value in BEN.values():
        assert value not in said
        assert value.encode() not in held
    assert given.subject.id.hex() not in json.dumps(written())


def test_the_same_address_is_the_same_person_however_it_is_written(now: datetime) -> None:
    first = collect(now)
    second = collect(now, "enquiry", data={"email": "BEN@EXAMPLE.ORG", "message": "Hello"})
    third = collect(now, "enquiry", data={"email": "ben@example.org", "message": "Again"})

    assert first.subject == second.subject == third.subject
    assert second.grant.id == third.grant.id
    assert acts.entries(second.subject, "enquiry", now) == (second.entry, third.entry)
    (found,) = acts.find("club", "email", "ben@example.org")
    assert {grant.purpose for grant in found.grants} == {"newsletter", "enquiry"}


def test_many_are_read_at_once_and_each_is_permitted_or_refused_by_itself(now: datetime) -> None:
    ben, ada = collect(now), collect(now, data={"email": "ada@example.org"})
    left, waits = (
        collect(now, data={"email": "c@example.org"}),
        collect(now, data={"email": "d@example.org"}, pending=True),
    )
    acts.withdraw(left.subject, "newsletter", "asked", now)
    subjects = [one.subject for one in (ada, left, ben, waits)]

    with transaction.atomic(), acts.reading("campaign", "spring", now) as reader:
        with CaptureQueriesContext(connection) as seen:
            found = reader.read_each(subjects, "newsletter", ("email", "name"))
        assert sum("vault_entry" in one["sql"] for one in seen.captured_queries) == 1

    told = [one.rule if isinstance(one, NotPermitted) else one for one in found]
    assert told == [
        {"email": "ada@example.org"},
        "no-grant",
        {"email": "Ben@example.org", "name": BEN["name"]},
        "pending",
    ]
    acts_written = [(one["act"], one.get("rule"), len(one.get("subjects", ()))) for one in written()[-3:]]  # type: ignore[arg-type]
    assert acts_written == [("vault.read", None, 2), ("vault.refused", "no-grant", 0), ("vault.refused", "pending", 0)]


def test_each_entry_is_read_by_itself_and_the_newest_unasked(now: datetime) -> None:
    first = collect(now, "enquiry", data={"email": "ben@example.org", "message": "Hello"})
    collect(now, "enquiry", data={"email": "ben@example.org", "message": "Again"})

    wanted = Reading(first.subject, "enquiry", ("message",), "staff:1", "a test")
    assert acts.read(wanted, now) == {"message": "Again"}
    assert acts.read(replace(wanted, entry=first.entry), now) == {"message": "Hello"}
    with pytest.raises(NotPermitted, match="no such entry"):
        acts.read(replace(wanted, entry=b"\0" * 16), now)


def test_pending_data_are_for_the_door_to_the_outside_only(now: datetime) -> None:
    given = collect(now, pending=True)
    wanted = Reading(given.subject, "newsletter", ("email",), "staff:1", "a test")

    with pytest.raises(NotPermitted, match="not confirmed"):
        acts.read(wanted, now)
    assert acts.read(replace(wanted, by="disclosure"), now) == {"email": "Ben@example.org"}
    confirmed = acts.confirm(given.grant, None, now)
    assert (confirmed.state, confirmed.since) == ("active", now)
    assert acts.read(wanted, now) == {"email": "Ben@example.org"}


def test_a_withdrawal_destroys_key_data_marks_and_pseudonym(now: datetime) -> None:
    given = collect(now)
    read(given, now)

    assert acts.withdraw(given.subject, "newsletter", "unsubscribed", now)
    assert not acts.withdraw(given.subject, "newsletter", "unsubscribed", now)

    with pytest.raises(NotPermitted):
        read(given, now)
    grant = Grant.objects.get()
    assert (grant.state, grant.wrapped, grant.alias) == (sql.ENDED, None, None)
    bind("newsletter")
    assert (Entry.objects.count(), Mark.objects.count(), acts.find("club", "email", "ben@example.org")) == (0, 0, ())
    assert acts.grant("club", "", given.grant.id).state == "ended"


def test_with_another_grant_left_the_pseudonym_stays_and_returns_anew_after_the_last(now: datetime) -> None:
    given = collect(now)
    other = collect(now, "enquiry")
    acts.withdraw(given.subject, "newsletter", "unsubscribed", now)
    first = bytes(Grant.objects.get(purpose__name="enquiry").alias or b"")
    acts.withdraw(given.subject, "enquiry", "answered", now)
    again = collect(now, subject=other.subject)

    assert first
    assert again.subject == other.subject
    assert bytes(Grant.objects.get(state=sql.ACTIVE).alias or b"") not in (b"", first)


def test_a_grant_ends_by_itself(now: datetime) -> None:
    given = collect(now, until=now + timedelta(days=1))
    late = now + timedelta(days=1)

    with pytest.raises(NotPermitted, match="over"):
        read(given, late)
    assert acts.entries(given.subject, "newsletter", late) == ()
    with pytest.raises(NoGrant):
        acts.extend(given.grant, None, late)
    assert acts.expire(now, "default") == 0
    assert acts.expire(late, "default") == 1
    assert written()[-1]["act"] == "vault.expired"


def test_one_whose_time_is_over_may_give_his_data_again(now: datetime) -> None:
    first = collect(now, until=now + timedelta(days=1))
    again = collect(now + timedelta(days=2))

    assert again.subject == first.subject
    assert [grant.state for grant in acts.grants_of(first.subject)] == ["ended", "active"]


def test_a_restricted_grant_is_kept_and_not_read(now: datetime) -> None:
    given = collect(now)
    acts.restrict(given.subject, "newsletter", "art-18", now)

    with pytest.raises(NotPermitted, match="restricted"):
        read(given, now)
    acts.lift_restriction(given.subject, "newsletter", "settled", now)
    assert read(given, now)["name"] == "Ben Beispiel"


def test_what_the_law_makes_us_keep_is_not_withdrawn(now: datetime) -> None:
    given = collect(now, "accounting", hold=True)

    with pytest.raises(NotPermitted) as refused:
        acts.withdraw(given.subject, "accounting", "asked", now)

    assert refused.value.rule == "held"


def test_amending_replaces_a_value_and_an_address_is_found_under_the_new_one(now: datetime) -> None:
    given = collect(now)

    acts.amend(given.subject, "newsletter", {"email": "b@example.com", "name": "Ben B."}, "staff:1", now)

    assert read(given, now) == {"email": "b@example.com", "name": "Ben B.", "organisation": "Example GmbH"}
    assert acts.find("club", "email", "ben@example.org") == ()
    assert acts.find("club", "email", "B@Example.com")[0].subject == given.subject


def test_what_is_not_declared_is_not_stored(now: datetime) -> None:
    with pytest.raises(NotDeclared, match=r"\[purposes.newsletter\] data"):
        collect(now, data={"email": "ben@example.org", "message": "Hello"})
    with pytest.raises(NotDeclared, match="basis consent"):
        acts.collect(_by_contract(), now)
    with pytest.raises(NoPlace):
        acts.collect(replace(_by_contract(), place="atlantis"), now)

    assert Grant.objects.count() == 0


def _by_contract() -> Collecting:
    return Collecting("club", "", "newsletter", "contract", 1, "ab" * 32, {"email": "ben@example.org"})


def test_a_declared_field_that_was_never_given_is_left_out_and_an_undeclared_one_refused(now: datetime) -> None:
    given = collect(now, data={"email": "ben@example.org"})
    wanted = Reading(given.subject, "newsletter", FIELDS, "staff:1", "a test")

    assert acts.read(wanted, now) == {"email": "ben@example.org"}
    with pytest.raises(NotPermitted, match="declares no such datum"):
        acts.read(replace(wanted, fields=("email", "shoe-size")), now)


@pytest.mark.parametrize(
    "address",
    ["", "ben", "ben@", "@example.org", "ben@example", "b en@example.org", "ben@example.org\r\nBcc: x@example.com"],
)
def test_what_is_no_address_is_refused_without_being_repeated(address: str, now: datetime) -> None:
    with pytest.raises(BadAddress) as refused:
        collect(now, data={"email": address})

    assert "example" not in str(refused.value)


def test_addresses_have_one_spelling() -> None:
    assert acts.normal_email(" Jörg@MÜLLER.example ") == "Jörg@xn--mller-kva.example"
    assert acts.normal_email("Jo\u0308rg@xn--mller-kva.example") == "Jörg@xn--mller-kva.example"
    assert acts.fingerprint("suppression", "BEN@Example.ORG") == acts.fingerprint("suppression", "ben@example.org")
    assert acts.fingerprint("suppression", "ben@example.org") != acts.fingerprint("other", "ben@example.org")


def test_a_megabyte_in_one_field_is_refused_and_a_long_letter_is_not(now: datetime) -> None:
    with pytest.raises(BadValue, match="message"):
        collect(now, "enquiry", data={"email": "ben@example.org", "message": "x" * 1_000_000})

    letter = "ä\U0001f6b2<b>" * 20_000
    given = collect(now, "enquiry", data={"email": "ben@example.org", "message": letter})
    assert acts.read(Reading(given.subject, "enquiry", ("message",), "staff:1", "a test"), now) == {"message": letter}
    with pytest.raises(BadValue, match="Unicode"):
        collect(now, "enquiry", data={"email": "ben@example.org", "message": "\ud800"})


def test_payment_data_are_refused_naming_the_field_only(now: datetime) -> None:
    with pytest.raises(PaymentData) as refused:
        collect(now, "enquiry", data={"email": "ben@example.org", "message": "my card 4111 1111 1111 1111"})

    assert str(refused.value) == "message: holds a card or account number, which is never stored here"


def test_a_ciphertext_moved_to_another_purpose_does_not_open(now: datetime) -> None:
    given = collect(now, data={"email": "ben@example.org", "name": "Ben Beispiel"})
    other = collect(now, "enquiry", data={"email": "ben@example.org", "name": "Ben"})
    bind("newsletter")
    stolen = Entry.objects.get(purpose__name="newsletter").sealed
    bind("enquiry")
    Entry.objects.filter(purpose__name="enquiry").update(sealed=stolen)

    with pytest.raises(KeyTrouble, match="moved here"):
        acts.read(Reading(other.subject, "enquiry", ("name",), "staff:1", "a test"), now)
    assert read(given, now)["name"] == "Ben Beispiel"


def test_even_with_its_key_a_grant_cannot_be_moved_to_another_purpose(now: datetime) -> None:
    given = collect(now)
    collect(now, "enquiry", data={"email": "cora@example.org"})
    Grant.objects.filter(purpose__name="newsletter").update(purpose=Purpose.objects.get(name="enquiry"))
    sealing.forget()

    with pytest.raises(KeyTrouble, match="does not open what was locked"):
        acts.read(Reading(given.subject, "enquiry", ("name",), "staff:1", "a test"), now)


def test_holders_are_the_active_grants_page_by_page(now: datetime) -> None:
    made = [collect(now, data={"email": f"p{number}@example.org"}) for number in range(5)]
    acts.withdraw(made[0].subject, "newsletter", "unsubscribed", now)
    collect(now, data={"email": "pending@example.org"}, pending=True)

    first = acts.holders("club", "", "newsletter", b"", 3)
    rest = acts.holders("club", "", "newsletter", first[-1].id, 3)

    assert {grant.id for grant in first + rest} == {one.grant.id for one in made[1:]}
    assert (len(first), len(rest)) == (3, 1)


def test_a_token_leads_to_its_grant_for_its_kind_and_its_time(now: datetime) -> None:
    given = collect(now)
    text = acts.token("confirm", given.grant, now + timedelta(days=7))

    assert acts.opened("confirm", text, now).id == given.grant.id
    with pytest.raises(TokenExpired):
        acts.opened("confirm", text, now + timedelta(days=8))
    for wrong in ("", "x", text[:-1], text + "A", text.replace(".", "..", 1), text[:-1] + chr(ord(text[-1]) ^ 1)):
        with pytest.raises(BadToken):
            acts.opened("confirm", wrong, now)
    with pytest.raises(BadToken):
        acts.opened("leave", text, now)


def test_who_rolls_back_has_collected_nothing(now: datetime) -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        collect(now)
        raise RuntimeError

    assert Grant.objects.count() == 0


def test_a_lost_key_is_told_and_never_replaced(now: datetime, settings: Settings) -> None:
    collect(now)
    (settings.KEYS / "vault" / "ordinary-1.key").unlink()
    masters.forget()
    sealing.forget()

    with pytest.raises(KeyTrouble, match=r"ordinary-1.key: is missing, but data in this database"):
        collect(now, data={"email": "cora@example.org"})
    assert not (settings.KEYS / "vault" / "ordinary-1.key").exists()
