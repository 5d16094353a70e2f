"""The one door to the outside: tell the operator, write to people, look at a link."""

import logging
from datetime import datetime

from django.db import DatabaseError

from zweck.disclosure.alerts.telling import send_due as send_alerts
from zweck.disclosure.alerts.telling import tell as tell_operator
from zweck.disclosure.letters.gaps import gap
from zweck.disclosure.outbox import sending
from zweck.disclosure.outbox.posting import fate, post
from zweck.disclosure.recording import bounced, of_subject
from zweck.disclosure.suppressed import entries as suppressions
from zweck.disclosure.suppressed import is_suppressed, lift, suppress
from zweck.disclosure.suppressed import take as take_suppressions
from zweck.disclosure.web import look_at
from zweck.vault import acts as vault

__all__ = [
    "bounced",
    "fate",
    "gap",
    "is_suppressed",
    "lift",
    "look_at",
    "of_subject",
    "post",
    "send_alerts",
    "send_letters",
    "suppress",
    "suppressions",
    "take_suppressions",
    "tell_operator",
]

log = logging.getLogger(__name__)


def send_letters(now: datetime) -> int:
    """Send what is due in every place; one whose database cannot be reached does not hold up the others.

    Raises the first trouble after all had their turn.
    """
    total, first = 0, None
    for using in vault.databases():
        try:
            total += sending.send_due(now, using)
        except DatabaseError as trouble:
            log.warning("outbox of %s: not looked at: %s", using, type(trouble).__name__)
            first = first or trouble
    if first:
        raise first
    return total
