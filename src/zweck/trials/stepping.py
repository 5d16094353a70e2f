"""What is due for a trial: set up, told of its end, closed, forgotten. A step may be killed at any line and run again.

What the data centre is asked carries a key that stays the same, so that asked twice it does it once; its answer and the
mail about it are one transaction here.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models as db
from django.db import transaction

from zweck.disclosure import acts as disclosure
from zweck.disclosure.errors import Declined, NotDelivered
from zweck.disclosure.values import Alert, Call, Letter, Posted
from zweck.editions import acts as editions
from zweck.editions.errors import NoEdition
from zweck.ledger import acts as ledger
from zweck.policy.words import words
from zweck.trials import models
from zweck.trials.starting import link
from zweck.trials.terms import LAST_MAIL, LOOK, SET_UP_WITHIN, last_moment, terms
from zweck.vault import acts as vault
from zweck.vault.errors import NoGrant, NotPermitted
from zweck.vault.values import Grant

# Longer than one call can take: its whole answer must have come within half a minute (`disclosure.web`).
CLAIM = timedelta(minutes=2)
AT_ONCE = 20
TOLD_AFTER = 4  # attempts, before the operator hears of it
_PAUSES = tuple(timedelta(seconds=seconds) for seconds in (2, 10, 60, 300, 900, 3600))
_OVER = ("ended", "closing")
LOOPBACK = ("127.0.0.1", "::1", "localhost")


def due(now: datetime, using: str) -> int:
    """Do what is due in one database; gives how many trials went a step further."""
    rows = models.Trial.objects.using(using)
    free = db.Q(claimed_until__isnull=True) | db.Q(claimed_until__lte=now)
    waiting = rows.filter(free, due_at__lte=now)
    numbers = list(waiting.order_by("due_at", "pk").values_list("pk", flat=True)[:AT_ONCE])
    done = 0
    for number in numbers:
        if waiting.filter(pk=number).update(claimed_until=now + CLAIM):
            done += _step(rows.get(pk=number), now)
    return done


def _step(row: models.Trial, now: datetime) -> int:
    grant = _grant(row)
    if grant is None or (row.state == "pending" and row.due_at is not None):
        return _forgotten(row, grant, now)
    if grant.state == "ended" and row.state in ("confirmed", "stuck", "running"):
        # The person, or a right, ended the grant elsewhere: the data centre is told, and nothing else is left to do.
        row.state = "ended"
    step = STEPS[row.state]
    try:
        return step(row, grant, now)
    except NotDelivered as trouble:
        return _again(row, str(trouble), now)
    except Declined as no:
        return _stuck(row, str(no), now)
    except NoEdition:
        return _again(row, "no edition is in force", now)
    except (NotPermitted, NoGrant):
        return _again(row, "the vault gives no data for it", now)


def _grant(row: models.Trial) -> Grant | None:
    try:
        return vault.grant(row.site, row.place, bytes(row.grant))
    except NoGrant:
        return None


def _set_up(row: models.Trial, grant: Grant, now: datetime) -> int:
    policy = editions.current(row.site).policy
    said = _asked(row, grant, now, "start", fields=tuple(policy.purposes[row.purpose].data))
    room = _room(said)
    when = terms(policy, row.purpose, now)
    more = {"ready_at": now, "ends_at": when.ends_at, "deletes_at": when.deletes_at, "room": room}
    with transaction.atomic(using=row.using):
        if not _move(row, "running", when.notice_at, **more):
            return 0
        vault.extend(grant, last_moment(when.ends_at, when.deletes_at), now)
        says = {"room": room, "ends": _day(row, when.ends_at)}
        _post(row, grant, "trial-ready", says, now)
        _note(row, "ready", now)
    return 1


def _running(row: models.Trial, grant: Grant, now: datetime) -> int:
    ends_at, deletes_at = row.ends_at or now, row.deletes_at or now
    if now >= ends_at:
        with transaction.atomic(using=row.using):
            _move(row, "ended", now)
            _note(row, "ended", now)
        return 1
    policy = editions.current(row.site).policy
    notice_at = ends_at - (terms(policy, row.purpose, now).ends_at - terms(policy, row.purpose, now).notice_at)
    with transaction.atomic(using=row.using):
        is_told = row.noticed_at is None and now >= notice_at
        noticed_at = now if is_told else row.noticed_at
        then = ends_at if noticed_at else min(notice_at, ends_at)
        if not _move(row, "running", min(max(then, now), now + LOOK), noticed_at=noticed_at):
            return 0
        if is_told:
            says = {"ends": _day(row, ends_at), "deletes": _day(row, deletes_at)}
            _post(row, grant, "trial-ends", says, now)
    return 1


def _ended(row: models.Trial, grant: Grant, now: datetime) -> int:
    """Close it at the data centre, then wait until the data are to go."""
    if row.closed_at is None:
        _close(row, grant, now)
        row.closed_at = now
    if grant.state == "ended":
        return _forgotten(row, grant, now)
    # Begun a day early, so that the data are gone when they are said to be.
    last_mail_at = max(row.ends_at or now, (row.deletes_at or now) - LAST_MAIL)
    if now < last_mail_at:
        with transaction.atomic(using=row.using):
            _move(row, "ended", last_mail_at, closed_at=row.closed_at)
        return 1
    with transaction.atomic(using=row.using):
        _post(row, grant, "trial-deleted", {}, now)
        _move(row, "closing", now + timedelta(seconds=2), closed_at=row.closed_at)
    return 1


def _close(row: models.Trial, grant: Grant, now: datetime) -> None:
    """Also where it was never seen to be set up: we may have been killed between the answer and our note of it."""
    try:
        _asked(row, grant, now, "end")
    except Declined:
        if row.ready_at is not None:
            raise


def _closing(row: models.Trial, grant: Grant, now: datetime) -> int:
    """The last mail is on its way; once it has left, or could not, the data go."""
    if grant.state != "ended":
        posted = _post(row, grant, "trial-deleted", {}, now)
        fate = disclosure.fate(posted)
        last = last_moment(row.ends_at or now, row.deletes_at or now)
        if fate is not None and fate.state == "waiting" and now < last:
            _move(row, "closing", now + timedelta(seconds=10))
            return 0
    return _forgotten(row, grant, now)


def _forgotten(row: models.Trial, grant: Grant | None, now: datetime) -> int:
    """Nothing is left: the data are destroyed, and the row goes with them."""
    with transaction.atomic(using=row.using):
        if grant is not None and grant.state != "ended":
            vault.withdraw(grant.subject, grant.purpose, "the trial is over", now)
        _note(row, "forgotten", now)
        models.Trial.objects.using(row.using).filter(pk=row.pk).delete()
    return 1


STEPS: Mapping[str, Callable[[models.Trial, Grant, datetime], int]] = {
    "confirmed": _set_up,
    "stuck": _set_up,
    "running": _running,
    "ended": _ended,
    "closing": _closing,
}


def _asked(
    row: models.Trial, grant: Grant, now: datetime, act: str, fields: tuple[str, ...] = ()
) -> Mapping[str, object]:
    """Ask the data centre. Raises NotDelivered, Declined and what the vault refuses."""
    url, secret = settings.TRIALS.get(row.place, ("", ""))
    if not url or not secret:
        raise Declined("no data centre is set up for this place")
    if not _is_guarded(url):
        raise Declined("the address of its data centre is not encrypted")
    ident = bytes(row.ident).hex()
    says: dict[str, str | int] = {"act": act, "trial": ident, "place": row.place, "language": row.language}
    if act == "start":
        says["currency"] = row.currency
    place = editions.current(row.site).policy.places.get(row.place)
    recipient = (place.provider if place else None) or ""
    wanted = Call(grant, f"trial-{act}-{ident}", url, secret, says, fields, recipient)
    return disclosure.call(wanted, now).said


def _room(said: Mapping[str, object]) -> str:
    """The address the data centre answered. Raises NotDelivered for one that nobody should be sent to."""
    room = said.get("url")
    parts = urlsplit(room) if isinstance(room, str) and room.isascii() and len(room) <= 200 else None
    if parts is None or not parts.hostname or " " in str(room):
        raise NotDelivered("its answer names no address of the trial")
    if not _is_guarded(str(room)):
        raise NotDelivered("the address it answers is not encrypted")
    return str(room)


def _is_guarded(url: str) -> bool:
    """Whether nobody on the way can read what is said there."""
    parts = urlsplit(url)
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)


def _post(row: models.Trial, grant: Grant, template: str, says: Mapping[str, str], now: datetime) -> Posted:
    key = f"{template}-{bytes(row.ident).hex()}"
    links = {"trial": link(grant, row.language)}
    return disclosure.post(Letter(grant, template, row.language, key, says=says, links=links), now)


def _day(row: models.Trial, moment: datetime) -> str:
    zone = ZoneInfo(editions.current(row.site).policy.time_zone)
    return words(row.language).date(moment.astimezone(zone).date())


def _move(row: models.Trial, state: str, due_at: datetime, **more: object) -> bool:
    """Write a step down. False, and nothing but the claim is changed, where the person ended the trial meanwhile."""
    fields: dict[str, object] = {"state": state, "due_at": due_at, "claimed_until": None, "attempts": 0, "trouble": ""}
    rows = models.Trial.objects.using(row.using).filter(pk=row.pk)
    open_ = rows if state in _OVER else rows.exclude(state__in=_OVER)
    if open_.update(**fields, **more):
        return True
    rows.update(claimed_until=None)
    return False


def _again(row: models.Trial, trouble: str, now: datetime) -> int:
    """Try again later, ever more seldom; the operator hears of it once."""
    pause = _PAUSES[min(row.attempts, len(_PAUSES) - 1)]
    fields = {"attempts": row.attempts + 1, "trouble": trouble[:120], "due_at": now + pause, "claimed_until": None}
    models.Trial.objects.using(row.using).filter(pk=row.pk).update(**fields)
    if row.attempts + 1 == TOLD_AFTER:
        _tell(row, trouble, now)
    return 0


def _stuck(row: models.Trial, trouble: str, now: datetime) -> int:
    """Somebody must look: setting it up waits for them. What is over is tried again all the same."""
    if row.state in _OVER:
        return _again(row, trouble, now)
    fields: dict[str, object] = {"state": "stuck", "trouble": trouble[:120], "due_at": now + SET_UP_WITHIN}
    fields["claimed_until"] = None
    rows = models.Trial.objects.using(row.using).filter(pk=row.pk)
    if not rows.exclude(state__in=_OVER).update(**fields):
        return _again(row, trouble, now)
    _tell(row, trouble, now)
    return 0


def _tell(row: models.Trial, trouble: str, now: datetime) -> None:
    ident = bytes(row.ident).hex()[:8]
    text = f"Trial {ident} at {row.place or 'the data centre'}: {trouble}. See the staff page of trials."
    alert = Alert(
        row.site, f"A trial cannot be {'set up' if row.ready_at is None else 'closed'}", text, {"trial": ident}
    )
    with transaction.atomic():
        disclosure.tell_operator(alert, now)


def _note(row: models.Trial, what: str, now: datetime) -> None:
    ledger.record(f"trial.{what}", row.site, {"trial": bytes(row.ident).hex()}, now, row.using)
