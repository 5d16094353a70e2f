"""What follows when a mail of ours could not be delivered, or its reader complained.

hard: the address gets no advertising any more, and the mail counts as refused · soft: the third within a week pauses
advertising for a week · complaint: as if its reader had written "unsubscribe".
A report counts only with the tag of a mail that we sent: else anybody could silence anybody.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from django.db import transaction

from zweck import doors
from zweck.disclosure import models, recording, suppressed
from zweck.disclosure.incoming.models import SoftBounce, Taken
from zweck.disclosure.incoming.routing import LEAVE
from zweck.disclosure.incoming.values import Report
from zweck.disclosure.values import Disclosed
from zweck.editions import acts as editions
from zweck.ledger import acts as ledger
from zweck.vault import acts as vault
from zweck.vault.errors import NoGrant, NotPermitted
from zweck.vault.values import Reading

WINDOW = timedelta(days=7)
MOST_SOFT = 3
PAUSED = "paused: could not be delivered"
_WEIGHT = {"soft": 0, "hard": 1, "complaint": 2}


def judge(reports: tuple[Report, ...], refs: tuple[str, ...], given: doors.Incoming) -> bool:
    """Do what follows from a report, once; False where it speaks of no mail of ours. `given`: the mail it came as."""
    about = next((found for found in map(recording.bounced, refs) if found is not None), None)
    if about is None:
        return False
    worst = max(reports, key=lambda report: _WEIGHT[report.verdict], default=None)
    if worst is None:  # a delay, or a report of success: nothing follows
        return True
    if Taken.objects.using(about.using).filter(mark=given.mark).exists():
        return True
    address = _address(about, given.at)
    # Before the note that all of it is done: whoever takes it works where the person's consent lies, and doing it again
    # after a kill changes nothing.
    if worst.verdict == "complaint" and address and LEAVE in doors.mailboxes:
        told = replace(given, to=_mailbox(about.site), sender=address, token="", mark=b"complaint:" + given.mark[:22])
        doors.mailboxes[LEAVE](told)
    with transaction.atomic(using=about.using):
        if not Taken.objects.using(about.using).get_or_create(mark=given.mark, defaults={"at": given.at})[1]:
            return True
        body = {"verdict": worst.verdict, "status": worst.status[:12], "ref": about.ref.hex(), "purpose": about.purpose}
        ledger.record("mail.reported", about.site, body, given.at, about.using)
        if worst.verdict == "hard":
            _refused(about, worst.status)
        if address:
            _follow(worst, about, address, given.at)
    return True


def end_pauses(now: datetime) -> int:
    """Let advertising go on to addresses whose pause is over, and forget old soft bounces."""
    count = 0
    for using in vault.databases():
        SoftBounce.objects.using(using).filter(at__lt=now - WINDOW).delete()
        over = models.Suppression.objects.using(using).filter(reason=PAUSED, at__lt=now - WINDOW)
        for row in over:
            with transaction.atomic(using=using):
                ledger.record("mail.suppression-lifted", row.site, {"purpose": row.purpose}, now, using)
                count += row.delete(using=using)[0]
    return count


def _follow(report: Report, about: Disclosed, address: str, now: datetime) -> None:
    if report.verdict == "hard":
        why = f"could not be delivered: {report.status}".rstrip(": ")[:40]
        suppressed.suppress(about.site, address, suppressed.EVERY, why, "bounce", now, about.using)
    elif report.verdict == "complaint":
        suppressed.suppress(about.site, address, about.purpose, "complaint", "complaint", now, about.using)
    else:
        mark = suppressed.fingerprint(address)
        rows = SoftBounce.objects.using(about.using)
        rows.create(site=about.site, fingerprint=mark, at=now)
        if rows.filter(site=about.site, fingerprint=mark, at__gt=now - WINDOW).count() >= MOST_SOFT:
            suppressed.suppress(about.site, address, suppressed.EVERY, PAUSED, "bounce", now, about.using)


def _address(about: Disclosed, now: datetime) -> str:
    """The address that the mail went to; empty once its grant has ended, and then nothing is left to be done."""
    place = next(place for place in ("", *vault.places()) if vault.database_of(place) == about.using)
    try:
        grant = vault.grant(about.site, place, about.grant)
        wanted = Reading(grant.subject, about.purpose, ("email",), "disclosure", "bounce")
        return vault.read(wanted, now).get("email", "")
    except (NotPermitted, NoGrant):
        return ""


def _mailbox(site: str) -> str:
    """Where its reader would have written "unsubscribe" to; the report itself came to an address with a tag."""
    mail = next((one.policy.systems.mail for one in editions.sites() if one.site == site), None)
    return (mail.mailbox if mail else None) or ""


def _refused(about: Disclosed, status: str) -> None:
    """Whoever wrote the mail sees that it did not arrive, though a server had taken it."""
    models.Disclosure.objects.using(about.using).filter(ref=about.ref).update(state="refused")
    letters = models.Letter.objects.using(about.using).filter(site=about.site, key=about.key, grant=about.grant)
    letters.update(state="refused", trouble=f"came back: {status}"[:200])
