"""The receipt of one decision: the fields of ISO/IEC TS 27560, signed, with the ledger's receipt of its entry.

Field by field with its source: `docs/reference/receipt.md`. `zweck verify` judges it (`ledger.consent_receipt`).
"""

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

from zweck.consent.errors import NotYours
from zweck.consent.keeping import Entry, entry_of, stamp
from zweck.consent.models import Record, Shown
from zweck.consent.values import Choice
from zweck.editions import acts as editions
from zweck.editions.values import Edition
from zweck.ledger import acts as ledger
from zweck.ledger.values import Receipt
from zweck.policy.model import Party, Policy, Purpose, Recipient, Retention
from zweck.policy.texts import say

FORMAT = "zweck-consent-receipt/1"
SCHEMA = "ISO/IEC TS 27560:2023; https://w3id.org/dpv/guides/consent-27560; zweck-consent-receipt/1"
_STATES = {"yes": "ConsentGiven", "no": "ConsentRefused", "out": "Objected"}
Fields = dict[str, object]


def receipt(site: str, number: int, choice: Choice | None, now: datetime) -> bytes:
    """The receipt file. Raises NotYours unless the choice carries the record's id."""
    record = Record.objects.filter(site=site, number=number).first()
    if record is None or choice is None or bytes(record.choice_id) != choice.id:
        raise NotYours("there is no such record of the choice on this device")
    entry, body = entry_of(record), Shown.objects.get(sha256=record.text_sha256).body
    edition, _ = editions.numbered(site, record.edition)
    asked = tuple(id_ for id_, _, _ in entry.answers)
    inner = ledger.receipt_file(Receipt(record.entry, bytes(record.leaf), record.at))
    document: Fields = {
        "format": FORMAT,
        "schema_version": SCHEMA,
        "record_id": f"{site}/{number}",
        "receipt_id": f"{site}/{number}/{stamp(now)}",
        "pii_principal_id": entry.choice,
        "issued_at": stamp(now),
        "record": json.loads(json.dumps(asdict(entry))),
        "text": {"sha256": record.text_sha256, "body": body},
        "processing": processing(edition, entry.language, asked),
        "parties": parties(edition.policy, entry.language, asked),
        "events": [_event(entry, *answer) for answer in entry.answers],
        "ledger": json.loads(inner),
    }
    return json.dumps(ledger.seal(document), ensure_ascii=False, indent=2).encode() + b"\n"


def processing(edition: Edition, language: str, asked: Sequence[str]) -> list[Fields]:
    """What is done with data for each of these purposes, as the edition declared it."""
    policy = edition.policy
    # The statement as it was archived, in the language of the question.
    notice = {"site": edition.site, "edition": edition.number, "sha256": edition.text_hash(language)}
    return [{"privacy_notice": notice, **_purpose(policy, language, id_, policy.purposes[id_])} for id_ in asked]


def _purpose(policy: Policy, language: str, id_: str, purpose: Purpose) -> Fields:
    places = [policy.places[place] for place in purpose.places]
    control = policy.controls.change
    authority = policy.recourse.authority
    return {
        "purpose_id": id_,
        "language": language,
        "purpose": say(purpose.name, language),
        "lawful_basis": purpose.basis,
        "pii_information": [_datum(policy, datum, language) for datum in purpose.data],
        "pii_controllers": ["controller"],
        "collection_method": sorted({policy.data[datum].source for datum in purpose.data}),
        "processing_method": {"automated_decision": purpose.automated_decision},
        "storage_locations": [{"name": say(place.name, language), "country": place.country} for place in places],
        "retention_period": [_period(rule) for rule in policy.retention if _concerns(rule, id_, purpose)],
        "service": policy.name,
        "jurisdiction": policy.controller.country,
        "recipient_third_parties": list(purpose.recipients),
        "withdrawal_method": {
            "at": policy.scope.origins[0],
            "control": say(control.labelled, language) if control else None,
        },
        "privacy_rights": sorted(policy.rights.granted),
        "authority_party": say(authority.name, language) if authority else None,
    }


def _datum(policy: Policy, datum: str, language: str) -> Fields:
    declared = policy.data[datum]
    return {
        "pii_type": say(declared.name, language),
        "pii_attribute_id": datum,
        "pii_optional": True,
        "special_pii_category": declared.special,
    }


def _concerns(rule: Retention, id_: str, purpose: Purpose) -> bool:
    return id_ in rule.purposes or (not rule.purposes and rule.record == purpose.retention)


def _period(rule: Retention) -> Fields:
    period = f"P{rule.years}Y" if rule.years is not None else f"P{rule.days}D"
    return {"period": period, "counted_from": rule.counted_from, "jurisdiction": rule.jurisdiction}


def parties(policy: Policy, language: str, asked: Sequence[str]) -> list[Fields]:
    """Who answers for the data, who receives them, and who watches over it."""
    concerned = [policy.purposes[id_] for id_ in asked]
    receiving = dict.fromkeys(id_ for purpose in concerned for id_ in purpose.recipients)
    controller = policy.controller
    address = controller.address
    first: Fields = {
        "party_id": "controller",
        "party_name": controller.name,
        "party_address": f"{address.street}, {address.town}, {address.country}" if address else controller.country,
        "party_contact": controller.contact,
        "party_email": controller.contact,
        "party_phone": controller.phone,
        "party_url": policy.scope.origins[0],
        "party_role": "controller",
        "party_type": "controller",
    }
    others = [_recipient(id_, policy.recipients[id_]) for id_ in receiving]
    authority = policy.recourse.authority
    return [first, *others, *([_authority(authority, language)] if authority else [])]


def _recipient(id_: str, recipient: Recipient) -> Fields:
    return {
        "party_id": id_,
        "party_name": recipient.name,
        "party_address": recipient.country,
        "party_contact": recipient.url,
        "party_url": recipient.url,
        "party_role": recipient.role,
        "party_type": "recipient",
    }


def _authority(authority: Party, language: str) -> Fields:
    return {
        "party_id": "authority",
        "party_name": say(authority.name, language),
        "party_address": authority.address.town if authority.address else None,
        "party_contact": authority.email or authority.url,
        "party_url": authority.url,
        "party_role": "authority",
        "party_type": "authority",
    }


def _event(entry: Entry, purpose: str, said: str, until: str) -> Fields:
    state = "ConsentWithdrawn" if said == "no" and entry.action == "withdraw" else _STATES[said]
    return {
        "purpose_id": purpose,
        "event_time": entry.at,
        "validity_duration": {"until": until},
        "entity_id": "pii_principal",
        "event_type": "Objection" if said == "out" else "ExplicitlyExpressedConsent",
        "event_state": state,
        "event_action": entry.action,
    }
