"""The one door to the outside: tell the operator, write to people, look at a link."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path

from django.conf import settings

from zweck.disclosure.alerts.telling import send_due as send_alerts
from zweck.disclosure.alerts.telling import tell as tell_operator
from zweck.disclosure.bulk import delivering
from zweck.disclosure.calls import call
from zweck.disclosure.catcher import asking
from zweck.disclosure.incoming.files import judged as judged_file
from zweck.disclosure.incoming.taking import counted as mails_counted
from zweck.disclosure.incoming.taking import is_first
from zweck.disclosure.incoming.texts import said as new_part
from zweck.disclosure.letters.gaps import gap, solid
from zweck.disclosure.letters.paper import Paper
from zweck.disclosure.letters.preparing import prepared, sample
from zweck.disclosure.letters.still import faults_of
from zweck.disclosure.outbox import sending
from zweck.disclosure.outbox.posting import fate, last_language, post
from zweck.disclosure.recording import bounced, of_subject
from zweck.disclosure.sql import astray, count_mailed, is_on_record
from zweck.disclosure.suppressed import entries as suppressions
from zweck.disclosure.suppressed import is_suppressed, lift, suppress
from zweck.disclosure.suppressed import take as take_suppressions
from zweck.disclosure.values import Batch, Caught, Delivered, Prepared
from zweck.disclosure.web import look_at
from zweck.editions import acts as editions

__all__ = [
    "astray",
    "at_once",
    "bounced",
    "call",
    "caught",
    "count_mailed",
    "deliver",
    "deliver_each",
    "fate",
    "faults_of",
    "forget_caught",
    "gap",
    "is_first",
    "is_on_record",
    "is_suppressed",
    "judged_file",
    "last_language",
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


def prepare(  # noqa: PLR0913  (what a campaign's mail is made of)
    site: str, subject_line: str, html: str, text: str, language: str, purpose: str
) -> Prepared:
    """A campaign's mail, rendered once for a language, with gaps for what differs from reader to reader.

    `html` and `text` are what stands between our head and foot; where a reader's own link goes they hold `gap(name)`.
    The foot has the gaps `leave` and `mine`. Raises BadLetter when the mail would load, run or send something.
    """
    policy = editions.current(site).policy
    return prepared(policy, Paper(solid(subject_line), html, text), language, purpose, "marketing")


def deliver(batch: Batch, now: datetime) -> Delivered:
    """Hand a campaign's mails over, as many as the mail server and the throttle let through; one result for each.

    Not inside a transaction: each half second is one of its own, which asks the vault and the suppression list for all
    and records who will be written to, and only then are mails handed over. So whoever leaves meanwhile gets none
    a second later. A reader who has a result under the batch's key other than *waiting* is never tried again.
    Raises BadLetter.
    """
    return next(iter(deliver_each((batch,), now)))


def deliver_each(batches: Iterable[Batch], now: datetime) -> Iterator[Delivered]:
    """The same for many batches: while one is handed over the next is asked for, so neither waits for the other.

    One result for each batch, in order; `batches` is asked for one more before the results of the last are given.
    Ends after *trouble*, without asking for further batches.
    """
    return delivering.deliver_each(batches, now)


def at_once() -> int:
    """How many readers a batch has best: at most 200, and as many for each connection as for the next.

    With a remainder all but a few connections would wait for the last ones.
    """
    return delivering.MOST // lanes * lanes if (lanes := settings.SMTP_LANES) < delivering.MOST else delivering.MOST


def send_letters(now: datetime, using: str = "default") -> int:
    """Send what is due in one place's database; gives how many the mail server took."""
    return sending.send_due(now, using)


def caught(note: Path | None = None, after: int = 0) -> tuple[Caught, ...]:
    """What the catcher of a demonstration took, above a number, oldest first. Raises NotReached.

    `note`: the file `catcher.json` of another data folder, such as a drill's.
    """
    return asking.mails(note or _note(), after)


def forget_caught(note: Path | None = None) -> None:
    """Have the catcher forget all. Raises NotReached."""
    asking.clear(note or _note())


def _note() -> Path:
    return Path(settings.DATA) / "catcher.json"
