"""A list that leaves as a file: only for a stated reason, which is on record with how many rows went out."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from zweck.disclosure import acts as disclosure
from zweck.ledger import acts as ledger
from zweck.mailing.errors import NotNow
from zweck.mailing.keeping import stamp
from zweck.mailing.models import Consent
from zweck.mailing.purposes import check
from zweck.policy.model import Policy
from zweck.vault import acts as vault

LEAST_REASON = 15
LONGEST_REASON = 200
AT_ONCE = 200
HEAD = ("email", "consent_at", "consent_source", "language")
SHUT_HEAD = ("mark", "purpose", "reason", "at")


@dataclass(frozen=True, slots=True)
class Wanted:
    """An export: of which list, by whom ("staff:<account>" or "operator"), and why."""

    policy: Policy
    purpose: str
    by: str
    reason: str


def export(wanted: Wanted, now: datetime) -> Iterator[str]:
    """The list as CSV, in the form an import takes, some rows at a time; each batch is on record before it is given.

    Raises NotMarketing, and NotNow without a reason.
    """
    check(wanted.policy, wanted.purpose)
    # The reason goes into the ledger, which keeps no person and forgets nothing.
    if "@" in wanted.reason or not LEAST_REASON <= len(wanted.reason.strip()) <= LONGEST_REASON:
        raise NotNow(
            "no-ground", f"say in {LEAST_REASON} to {LONGEST_REASON} characters what the export is for, and name nobody"
        )
    return _rows(wanted, now)


def _rows(wanted: Wanted, now: datetime) -> Iterator[str]:
    yield _line(HEAD)
    for place in wanted.policy.purposes[wanted.purpose].places or [""]:
        after, using = b"", vault.database_of(place)
        while True:
            with transaction.atomic(using=using):
                with vault.reading(wanted.by, wanted.reason, now, using=using) as reader:
                    page = reader.read_page(wanted.policy.site, place, wanted.purpose, ("email",), after, AT_ONCE)
                if not page:
                    break
                after = page[-1].id
                proofs = _proofs([one.id for one in page], using)
                # Whoever left a moment ago has no address any more, which is no reason to break off.
                lines = [
                    _line(_row(one.values["email"], proofs.get(one.id))) for one in page if one.values.get("email")
                ]
                body: dict[str, str | int] = {
                    "purpose": wanted.purpose,
                    "by": wanted.by,
                    "reason": wanted.reason,
                    "rows": len(lines),
                }
                ledger.record("list.exported", wanted.policy.site, body, now, using)
            yield "".join(lines)


def export_shut(site: str, purpose: str) -> Iterator[str]:
    """Those who want nothing, as marks: whoever holds the file learns no address from it."""
    yield _line(SHUT_HEAD)
    for entry in disclosure.suppressions(site):
        if entry.purpose in (purpose, "*"):
            yield _line((entry.fingerprint.hex(), entry.purpose, entry.reason, stamp(entry.at)))


def _proofs(grants: list[bytes], using: str) -> dict[bytes, Consent]:
    rows = Consent.objects.using(using).filter(grant__in=grants, end__isnull=True).order_by("number")
    return {bytes(row.grant): row for row in rows}


def _row(email: str, proof: Consent | None) -> tuple[str, ...]:
    if proof is None:
        return _inert(email), "", "", ""
    source = proof.source or f"double opt-in, proof {proof.number} of {proof.site}"
    return _inert(email), stamp(proof.confirmed_at), _inert(source), proof.language


def _inert(cell: str) -> str:
    """A tab before what a spreadsheet would calculate; an import strips it."""
    return f"\t{cell}" if cell[:1] in "=+-@" else cell


def _line(cells: tuple[str, ...]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerow(cells)
    return text.getvalue()
