"""A receipt says what was answered in the fields of the standard, and any change to it is seen."""

import json
import subprocess
import sys
from collections.abc import Iterator
from copy import deepcopy
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import rfc8785
from pytest_django import Settings

from tests.consent.declared import source
from tests.databases import Scratch
from zweck.consent import acts
from zweck.consent.errors import NotYours
from zweck.consent.values import Choice, Decided, Decision, Sent, Visitor
from zweck.editions import acts as editions
from zweck.editions.values import Edition
from zweck.ledger import acts as ledger
from zweck.ledger import consent_receipt, sealing, verify
from zweck.ledger.entry import canonical
from zweck.ledger.errors import Unreadable
from zweck.ledger.judging import Known, Report
from zweck.ledger.note import Verifier
from zweck.policy.load import loads

Fields = dict[str, Any]  # Any: JSON


@pytest.fixture
def shop(scratch_database: Scratch, settings: Settings, tmp_path: Path, now: datetime) -> Edition:
    """The shop's edition, really in force, with a ledger of its own."""
    settings.KEYS, settings.DATA = tmp_path / "keys", tmp_path / "data"
    settings.DATA.mkdir()
    return editions.activate(editions.propose(loads(source(), "shop.toml")), now, permitted=True)


@pytest.fixture
def decided(shop: Edition, now: datetime) -> Decided:
    """Films, yes; measurement, no."""
    token = acts.question(shop, "de", "choices", now).token
    return acts.decide(shop, Decision("save", token, {"films": True}), Visitor(), Sent("www.example.org"), now)


@pytest.fixture
def fields(decided: Decided, now: datetime) -> Fields:
    """The receipt of that decision."""
    return dict(json.loads(acts.receipt("shop", decided.number, decided.choice, now)))


def judged(fields: Fields, tmp_path: Path, known: Known | None = None) -> Report:
    path = tmp_path / "receipt.json"
    path.write_text(json.dumps(fields))
    return verify.verify(path, known)


def leaves(found: object, *path: str | int) -> Iterator[tuple[str | int, ...]]:
    """The paths of all values of a document."""
    if isinstance(found, dict | list) and found:
        steps = found.items() if isinstance(found, dict) else enumerate(found)
        for step, below in steps:
            yield from leaves(below, *path, step)
    else:
        yield path


def changed(fields: Fields, path: tuple[str | int, ...], value: object) -> Fields:
    copy = deepcopy(fields)
    here: Any = copy  # Any: whatever JSON is there
    for step in path[:-1]:
        here = here[step]
    here[path[-1]] = value
    return copy


def test_a_receipt_is_in_order_and_says_what_it_proves(fields: Fields, tmp_path: Path) -> None:
    report = judged(fields, tmp_path, Known(Verifier.parse(ledger.verifier())))

    assert (report.ok, report.kind, report.figures) == (True, "receipt of consent", {"answers": 2, "proofs": 0})
    assert any(note.startswith("proves: ") and "films: yes" in note for note in report.notes)
    assert any(note.startswith("does not prove: who the person was") for note in report.notes)


def test_a_receipt_carries_the_proof_once_there_is_one(decided: Decided, now: datetime, tmp_path: Path) -> None:
    ledger.sequence(now)

    fields = json.loads(acts.receipt("shop", decided.number, decided.choice, now))

    assert judged(fields, tmp_path).figures == {"answers": 2, "proofs": 1}


def test_every_field_the_standard_asks_for_is_there(fields: Fields) -> None:
    assert all(fields[name] for name in consent_receipt.HEADER)
    for section, names in consent_receipt.MANDATORY.items():
        assert fields[section]
        assert all(name in row for row in fields[section] for name in names)


def test_a_receipt_says_purposes_as_the_edition_says_them(fields: Fields) -> None:
    measurement, films = fields["processing"]

    assert (measurement["purpose"], films["purpose"]) == ("Reichweite messen", "Filme zeigen")
    assert [party["party_name"] for party in fields["parties"]] == ["Example Shop", "Example Numbers", "Example Films"]
    assert [event["event_state"] for event in fields["events"]] == ["ConsentRefused", "ConsentGiven"]
    assert json.loads(fields["text"]["body"])["text"][0].startswith("Dürfen wir Ihren Besuch")


def test_a_receipt_names_the_very_statement_that_was_in_force(shop: Edition, fields: Fields) -> None:
    notices = {row["privacy_notice"]["sha256"] for row in fields["processing"]}

    assert notices == {shop.text_hash("de")}


def test_the_signature_is_over_the_canonical_form(fields: Fields) -> None:
    rest = {name: value for name, value in fields.items() if name != sealing.MEMBER}

    assert canonical(rest).encode() == rfc8785.dumps(rest)
    assert sealing.is_whole(fields, Verifier.parse(ledger.verifier()))


def test_any_changed_value_is_seen(fields: Fields, tmp_path: Path) -> None:
    unseen = []
    for path in leaves(fields):
        if path[0] != sealing.MEMBER:
            try:
                if judged(changed(fields, path, "tampered"), tmp_path).ok:
                    unseen.append(path)
            except Unreadable:
                continue

    assert unseen == []


@pytest.mark.parametrize(("path", "value"), [
    (("processing", 0, "retention_period"), [{"period": "P10Y"}]), (("processing", 1, "purpose"), "adverts"),
    (("record", "answers", 0, 1), "yes"), (("events", 0, "event_state"), "ConsentGiven"),
])  # fmt: skip
def test_a_changed_period_purpose_or_answer_is_tampering(
    fields: Fields, tmp_path: Path, path: tuple[str | int, ...], value: object
) -> None:
    path_of_file = tmp_path / "receipt.json"
    path_of_file.write_text(json.dumps(changed(fields, path, value)))

    assert verify.main([str(path_of_file)]) == verify.TAMPERED


def test_a_receipt_signed_by_somebody_else_is_seen_by_who_has_the_key(
    fields: Fields, settings: Settings, tmp_path: Path
) -> None:
    trusted = Verifier.parse(ledger.verifier())
    settings.KEYS = tmp_path / "other-keys"
    forged = ledger.seal({name: value for name, value in fields.items() if name != sealing.MEMBER})

    report = judged(forged, tmp_path, Known(trusted))

    assert "the receipt was changed after it was signed, or somebody else signed it" in report.trouble
    assert not judged(forged, tmp_path).ok  # its ledger entry is signed with the real key


@pytest.mark.parametrize("cut", ["record", "text", "processing", "events", "ledger", "signature", "receipt_id"])
def test_half_a_receipt_is_not_judged(fields: Fields, tmp_path: Path, cut: str) -> None:
    del fields[cut]

    with pytest.raises(Unreadable):
        judged(fields, tmp_path)


@pytest.mark.parametrize(("path", "value"), [
    (("record", "answers"), [[["x"], {}, 1], 3]), (("events", 0), 7), (("events", 0, "purpose_id"), ["x"]),
    (("record", "at"), float("nan")), (("signature", "value"), "?"), (("ledger", "body"), "[" * 9000),
])  # fmt: skip
def test_rubbish_in_a_receipt_is_no_error(
    fields: Fields, tmp_path: Path, path: tuple[str | int, ...], value: object
) -> None:
    file = tmp_path / "receipt.json"
    file.write_text(json.dumps(changed(fields, path, value)))

    assert verify.main([str(file)]) in (verify.TAMPERED, verify.CANNOT_TELL)


def test_only_who_holds_the_choice_gets_its_receipt(decided: Decided, now: datetime) -> None:
    for choice, number in ((None, decided.number), (Choice(b"somebody"), decided.number), (decided.choice, 999)):
        with pytest.raises(NotYours):
            acts.receipt("shop", number, choice, now)
    with pytest.raises(NotYours):
        acts.receipt("club", decided.number, decided.choice, now)


def test_a_receipt_is_verified_without_django_and_without_pydantic(fields: Fields, tmp_path: Path) -> None:
    (tmp_path / "receipt.json").write_text(json.dumps(fields))
    code = (
        "import sys; from zweck.ledger import verify; code = verify.main(sys.argv[1:]);"
        "sys.exit(code if not any(m == 'django' or m.startswith(('django.', 'pydantic')) for m in sys.modules) else 9)"
    )

    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "receipt.json")], env={"PYTHONPATH": "src"}, check=False
    )

    assert done.returncode == 0
