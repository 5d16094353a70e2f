"""How a receipt of consent is judged, given on a page or confirmed by mail, on a machine that knows nothing of us.

Free of Django.

Its fields are those of ISO/IEC TS 27560 as the public guide of the W3C community group names them; see
`docs/reference/receipt.md`.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256

from zweck.ledger import formats, sealing
from zweck.ledger.errors import Unreadable
from zweck.ledger.judging import Known, Report, judged_receipt
from zweck.ledger.note import Verifier

Fields = Mapping[str, object]
# Fields that the guide calls mandatory, by section; a receipt that lacks one is no receipt.
HEADER = ("schema_version", "record_id", "receipt_id", "pii_principal_id")
MANDATORY = {
    "processing": (
        "privacy_notice", "language", "purpose", "pii_information", "pii_controllers", "storage_locations",
        "retention_period", "jurisdiction", "recipient_third_parties", "withdrawal_method",
    ),
    "parties": ("party_id", "party_name", "party_address", "party_contact", "party_type"),
    "events": ("event_time", "validity_duration", "entity_id", "event_type", "event_state"),
}  # fmt: skip
RECORD = (
    "site", "edition", "edition_sha256", "text_sha256", "choice", "language", "layer", "action", "answers", "gpc",
    "dnt", "at", "valid_until", "withdrawn",
)  # fmt: skip
RECORD_BY_MAIL = (
    "site", "purpose", "grant", "edition", "text_sha256", "form", "language", "way", "source", "asked_at",
    "accepted_at", "message_id", "answer", "confirmed_at",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Sort:
    """What differs from one sort of receipt to the other."""

    kind: str
    record: tuple[str, ...]
    principal: str  # which member of the record stands for the person
    shown: tuple[str, ...]  # what the archived text must say of itself as the record does
    act: str
    at: str


_ON_A_PAGE = _Sort("receipt of consent", RECORD, "choice", ("site", "language", "layer"), "consent.recorded", "at")
_BY_MAIL = _Sort(
    "receipt of consent by mail", RECORD_BY_MAIL, "grant", ("site", "language"), "marketing.consented", "confirmed_at"
)
SORTS: Mapping[str, _Sort] = {formats.CONSENT: _ON_A_PAGE, formats.CONSENT_BY_MAIL: _BY_MAIL}


def judged_consent(fields: Fields, known: Known) -> Report:
    """Judge a receipt of consent: signature, fields, text, record, ledger entry. Raises Unreadable, BadNote."""
    sort = SORTS[_text(fields, "format", "receipt")]
    record, text = _table(fields, "record"), _table(fields, "text")
    _require(fields, record, sort)
    named = Verifier.parse(sealing.signed_with(fields))
    inner = judged_receipt(_table(fields, "ledger"), known)
    trouble = [f"the ledger's receipt: {line}" for line in inner.trouble]
    if _table(fields, "ledger").get("verifier") != str(named):
        trouble.append("receipt and ledger entry are signed with different keys")
    if not sealing.is_whole(fields, known.verifier or named):
        trouble.append("the receipt was changed after it was signed, or somebody else signed it")
    trouble += [*_text_trouble(record, text, sort), *_entry_trouble(fields, record, sort)]
    trouble += _field_trouble(fields, record, sort)
    figures = {"answers": len(_answered(record, sort)), "proofs": inner.figures["proofs"]}
    notes = (*inner.notes, *(_meaning(record, sort) if not trouble else ()))
    return Report(sort.kind, tuple(trouble), notes, figures)


def _require(fields: Fields, record: Fields, sort: _Sort) -> None:
    for name in HEADER:
        _text(fields, name, "receipt")
    for name in sort.record:
        if name not in record:
            raise Unreadable(f"receipt: record: {name} is missing")
    for section, names in MANDATORY.items():
        for number, row in enumerate(_list(fields, section)):
            missing = [name for name in names if not isinstance(row, dict) or name not in row]
            if missing:
                raise Unreadable(f"receipt: {section}[{number}]: {missing[0]} is missing")


def _text_trouble(record: Fields, text: Fields, sort: _Sort) -> Iterator[str]:
    body = _text(text, "body", "receipt: text")
    if sha256(body.encode("utf-8", "surrogatepass")).hexdigest() != record["text_sha256"]:
        yield "the text is not the one that was answered: its hash is another"
        return
    if record.get("way") == "import":
        return  # the text names where the wording is on record; it was never shown here
    shown = _object(body)
    if any(shown.get(name) != record[name] for name in sort.shown):
        yield f"the text belongs to another {' or '.join(', '.join(sort.shown).rsplit(', ', 1))}"


def _entry_trouble(fields: Fields, record: Fields, sort: _Sort) -> Iterator[str]:
    entry = _object(_text(_table(fields, "ledger"), "body", "receipt: ledger"))
    if entry.get("record") != sha256(sealing.in_form(record)).hexdigest():
        yield "the record is not the one in the ledger: its digest is another"
    when = entry.get("at") if record.get("way") == "import" else record[sort.at]
    if (entry.get("act"), entry.get("site"), entry.get("at")) != (sort.act, record["site"], when):
        yield "the ledger's entry is about something else"


def _field_trouble(fields: Fields, record: Fields, sort: _Sort) -> Iterator[str]:
    if fields["pii_principal_id"] != record[sort.principal]:
        yield f"the receipt names another {sort.principal} than its record"
    for section in ("processing", "events"):
        if {str(row.get("purpose_id")) for row in _tables(fields, section)} != _answered(record, sort):
            yield f"{section}: speaks of other purposes than the record"
    if {str(row.get("event_time")) for row in _tables(fields, "events")} - {str(record[sort.at])}:
        yield "events: another time than the record's"


def _answered(record: Fields, sort: _Sort) -> set[str]:
    """The purposes a record is about."""
    return {str(record["purpose"])} if sort is _BY_MAIL else {str(answer[0]) for answer in _rows(record)}


def _meaning(record: Fields, sort: _Sort) -> Iterator[str]:
    """What a receipt in order proves, and what it does not."""
    if sort is _BY_MAIL:
        yield _meaning_by_mail(record)
        yield "does not prove: who reads that mailbox, how the page looked, or what became of the consent since"
        return
    answers = ", ".join(f"{answer[0]}: {answer[1]}" for answer in _rows(record))
    yield (
        f"proves: the signer says that on {record['at']} the holder of choice {record['choice']} sent"
        f" {record['action']} ({answers or 'no answers'}) to the text in this file, under edition"
        f" {record['edition']} of {record['site']}, and cannot take it back unseen"
    )
    yield "does not prove: who the person was, how the page looked, or that the site has kept to the answer since"


def _meaning_by_mail(record: Fields) -> str:
    what = f"consent to {record['purpose']} under edition {record['edition']} of {record['site']}"
    if record["way"] == "import":
        return f"proves: the signer says that {what} was brought along, given on {record['confirmed_at']} elsewhere"
    return (
        f"proves: the signer says that it asked by mail {record['message_id']}, and that whoever got it confirmed"
        f" {what} on {record['confirmed_at']}, and cannot take it back unseen"
    )


def _rows(record: Fields) -> Iterator[list[object]]:
    for answer in _list(record, "answers"):
        if isinstance(answer, list) and len(answer) == 3:
            yield answer


def _tables(fields: Fields, name: str) -> Iterator[Fields]:
    return (row for row in _list(fields, name) if isinstance(row, dict))


def _object(text: str) -> Fields:
    """The object in a text; nothing where there is none."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _table(fields: Fields, name: str) -> Fields:
    found = fields.get(name)
    if not isinstance(found, dict):
        raise Unreadable(f"receipt: {name}: expected an object")
    return found


def _list(fields: Fields, name: str) -> list[object]:
    found = fields.get(name)
    if not isinstance(found, list):
        raise Unreadable(f"receipt: {name}: expected a list")
    return found


def _text(fields: Fields, name: str, where: str) -> str:
    found = fields.get(name)
    if not isinstance(found, str):
        raise Unreadable(f"{where}: {name}: expected a text")
    return found
