"""The one door to the outside: tell the operator, write to people, look at a link."""

import logging
from datetime import datetime

from django.db import DatabaseError

from zweck.disclosure.alerts.telling import send_due as send_alerts
from zweck.disclosure.alerts.telling import tell as tell_operator
from zweck.disclosure.bulk import delivering
from zweck.disclosure.calls import call
from zweck.disclosure.incoming.taking import counted as mails_counted
from zweck.disclosure.incoming.taking import is_first
from zweck.disclosure.incoming.texts import said as new_part
from zweck.disclosure.letters.gaps import gap
from zweck.disclosure.letters.paper import Paper
from zweck.disclosure.letters.preparing import prepared, sample
from zweck.disclosure.outbox import sending
from zweck.disclosure.outbox.posting import fate, post
from zweck.disclosure.recording import bounced, of_subject
from zweck.disclosure.suppressed import entries as suppressions
from zweck.disclosure.suppressed import is_suppressed, lift, suppress
from zweck.disclosure.suppressed import take as take_suppressions
from zweck.disclosure.values import Batch, Delivered, Prepared
from zweck.disclosure.web import look_at
from zweck.editions import acts as editions
from zweck.vault import acts as vault

__all__ = [
    "bounced",
    "call",
    "deliver",
    "fate",
    "gap",
    "is_first",
    "is_suppressed",
    "lift",
    "look_at",
    "mails_counted",
    "new_part",
    "of_subject",
    "post",
    "prepare",
    "sample",
    "send_alerts",
    "send_letters",
    "suppress",
    "suppressions",
    "take_suppressions",
    "tell_operator",
]

log = logging.getLogger(__name__)


def prepare(  # noqa: PLR0913  (what a campaign's mail is made of)
    site: str, subject_line: str, html: str, text: str, language: str, purpose: str
) -> Prepared:
    """A campaign's mail, rendered once for a language, with gaps for what differs from reader to reader.

    `html` and `text` are what stands between our head and foot; where a reader's own link goes they hold `gap(name)`.
    The foot has the gaps `leave` and `mine`. Raises BadLetter when the mail would load, run or send something.
    """
    policy = editions.current(site).policy
    return prepared(policy, Paper(subject_line, html, text), language, purpose, "marketing")


def deliver(batch: Batch, now: datetime) -> Delivered:
    """Hand a campaign's mails over, as many as the mail server and the throttle let through; one result for each.

    Not inside a transaction: each half second is one of its own, which asks the vault and the suppression list for all
    and records who will be written to, and only then are mails handed over. So whoever leaves meanwhile gets none
    half a second later. A reader who has a result under the batch's key other than *waiting* is never tried again.
    Raises BadLetter.
    """
    return delivering.deliver(batch, now)


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
