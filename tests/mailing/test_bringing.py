"""Lists that come in and go out: nobody joins without proof, nobody who left comes back, nothing leaves unrecorded."""

import csv
import io
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from tests.disclosure.receivers import Mailbox
from tests.mailing.world import BEN, CORA, SITE, deliver, edition, states, submission, subscribed
from zweck.disclosure import acts as disclosure
from zweck.ledger.models import Act
from zweck.mailing import acts
from zweck.mailing.errors import BadFile, NotMarketing, NotNow
from zweck.mailing.models import Consent
from zweck.mailing.values import Taken
from zweck.vault import acts as vault

pytestmark = pytest.mark.usefixtures("club")
HEAD = "email,consent_at,consent_source,language,status\n"
PROVED = f"{BEN},2024-05-03,fair 2024,en,enabled\n"
WHY = "Moving the list to our new office"


def bring(rows: str, now: datetime, purpose: str = "newsletter") -> Taken:
    order = acts.Order(edition(), purpose, "", "staff:7")
    return acts.bring(io.BytesIO((HEAD + rows).encode()), order, now)


def exported(now: datetime, reason: str = WHY) -> Iterator[dict[str, str]]:
    wanted = acts.Wanted(edition().policy, "newsletter", "staff:7", reason)
    return csv.DictReader(io.StringIO("".join(acts.export(wanted, now))))


def test_a_row_joins_with_the_proof_it_came_with(relay: Mailbox, now: datetime) -> None:
    taken = bring(PROVED, now)
    deliver(now)

    proof = Consent.objects.get()
    assert (taken.rows, taken.joined) == (1, 1)
    assert states(BEN) == {"newsletter": "active"}
    assert (proof.way, proof.source, proof.language) == ("import", "fair 2024", "en")
    assert f"{proof.confirmed_at:%Y-%m-%d}" == "2024-05-02"  # midnight in Berlin
    assert relay.to == []


def test_a_row_without_proof_waits_is_mailed_nothing_and_goes(relay: Mailbox, now: datetime) -> None:
    taken = bring(f"{BEN},,,,\n{CORA},2024-05-03,,,\n", now)
    deliver(now)

    assert (taken.pending, taken.joined) == (2, 0)
    assert states(BEN) == states(CORA) == {"newsletter": "pending"}
    assert relay.to == []
    assert acts.tidy(now + timedelta(days=8), "default") == 2


def test_a_waiting_row_joins_when_its_proof_is_brought(now: datetime) -> None:
    bring(f"{BEN},,,,\n", now)

    assert bring(PROVED, now).joined == 1
    assert states(BEN) == {"newsletter": "active"}


def test_an_import_twice_finds_everybody_known(now: datetime) -> None:
    bring(PROVED, now)

    assert bring(PROVED + PROVED.upper().replace("ENABLED", ""), now).known == 2
    assert Consent.objects.count() == 1


def test_whoever_left_or_wants_nothing_is_not_brought_back(now: datetime) -> None:
    acts.leave(edition().policy, subscribed(BEN, now), "page", "person", now)
    disclosure.suppress(SITE, CORA, "newsletter", "complaint", "complaint", now)

    taken = bring(PROVED + PROVED.replace(BEN, CORA), now)

    assert (taken.left, taken.joined) == (2, 0)
    assert states(BEN) == states(CORA) == {}


def test_whoever_was_blocked_elsewhere_is_blocked_here(now: datetime) -> None:
    subscribed(CORA, now)

    assert bring(f"{BEN},,,,blocklisted\n", now).away == 1
    assert disclosure.is_suppressed(SITE, BEN, "newsletter")


def test_an_import_confirms_nobody_who_was_asked_and_has_not_answered_without_proof(now: datetime) -> None:
    acts.subscribe(submission(BEN, now))

    assert bring(f"{BEN},,,,\n", now).pending == 1
    assert states(BEN) == {"newsletter": "pending"}


def test_a_huge_list_with_bad_rows_tells_the_first_lines_of_each_reason(now: datetime) -> None:
    bad = "".join(f"nobody{n},2024-05-03,x,,\n" for n in range(300)) + "a@b@c,2024-05-03,x,,\n"

    taken = bring(bad + PROVED, now)

    assert (taken.rows, taken.joined, taken.refused_count) == (302, 1, 301)
    assert taken.refused["address"] == tuple(range(2, 22))


def test_html_and_formulas_in_a_row_stay_text(now: datetime) -> None:
    bring('"=cmd@example.org",2024-05-03,<script>alert(1)</script>,,\n', now)

    rows = list(exported(now))
    assert rows[0]["email"] == "\t=cmd@example.org"
    assert bring(f'"{rows[0]["email"]}",2024-05-03,x,,\n', now).known == 1


def test_only_lists_take_imports_and_a_file_without_a_header_is_refused(now: datetime) -> None:
    with pytest.raises(NotMarketing):
        bring(PROVED, now, "trial")
    with pytest.raises(BadFile):
        acts.bring(io.BytesIO(b"Ben,Berlin\n"), acts.Order(edition(), "newsletter", "", "operator"), now)


def test_an_export_needs_its_reason_and_is_on_record(now: datetime) -> None:
    subscribed(BEN, now)
    for poor in ("because", f"asked for by {CORA} today"):
        with pytest.raises(NotNow):
            exported(now, poor)

    rows = list(exported(now))

    assert [row["email"] for row in rows] == [BEN]
    assert "double opt-in" in rows[0]["consent_source"]
    bodies = [body for body in Act.objects.values_list("body", flat=True) if "list.exported" in body]
    assert len(bodies) == 1
    assert WHY in bodies[0]
    assert any("vault.read" in body and WHY in body for body in Act.objects.values_list("body", flat=True))


def test_whoever_leaves_while_a_list_goes_out_is_left_out_and_the_rest_arrives(
    now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    bring(f"{CORA},2024-05-03,fair 2024,en,enabled\n{PROVED}", now)
    holders = vault.holders(SITE, "", "newsletter", b"", 9)
    acts.take_off(SITE, CORA, "staff:7", now)
    given = iter((holders, ()))
    monkeypatch.setattr(vault, "holders", lambda *_: next(given))

    assert [row["email"] for row in exported(now)] == [BEN]


def test_no_cell_of_an_export_is_calculated_by_a_spreadsheet(now: datetime) -> None:
    bring(f"{BEN},2024-05-03,=1+1,en,enabled\n", now)

    assert Consent.objects.get().source == "=1+1"
    assert [row["consent_source"] for row in exported(now)] == ["\t=1+1"]


def test_an_address_that_looks_like_a_card_stops_no_import(now: datetime) -> None:
    taken = bring(f"4111111111111111@example.org,2024-05-03,fair 2024,en,enabled\n{PROVED}", now)

    assert (taken.joined, dict(taken.refused)) == (1, {"address": (2,)})


def test_an_exported_list_can_be_brought_in_again(now: datetime) -> None:
    subscribed(BEN, now)
    (row,) = exported(now)

    assert bring(f'{row["email"]},{row["consent_at"]},"{row["consent_source"]}",{row["language"]},\n', now).known == 1


def test_a_suppression_list_goes_out_as_marks_and_comes_in_again(now: datetime) -> None:
    acts.leave(edition().policy, subscribed(BEN, now), "page", "person", now)
    text = "".join(acts.export_shut(SITE, "newsletter"))
    assert "@" not in text
    disclosure.lift(SITE, BEN, "newsletter", now)

    order = acts.Order(edition(), "newsletter", "", "staff:7")
    taken = acts.bring_shut(io.BytesIO(text.encode() + f"{CORA}\nnothing\n".encode()), order, now)

    assert (taken.away, taken.refused_count) == (2, 1)
    assert disclosure.is_suppressed(SITE, BEN, "newsletter")
    assert disclosure.is_suppressed(SITE, CORA, "newsletter")


def test_the_audience_is_counted_and_the_others_are_explained(now: datetime) -> None:
    subscribed(BEN, now)
    acts.subscribe(submission(CORA, now))
    bring("d@example.org,2024-05-03,x,de,\ne@example.org,2024-05-03,x,de,\n", now)
    acts.take_off(SITE, "e@example.org", "staff:7", now)
    disclosure.suppress(SITE, "d@example.org", "newsletter", "bounce", "bounce", now)

    found = acts.audience(edition().policy, "newsletter")

    assert (found.reached, found.pending, found.left, found.suppressed) == (1, 1, 1, 1)
    assert found.languages == {"en": 1}
