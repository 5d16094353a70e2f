"""The customer's own page of a trial, `/z/trial/<token>`: to confirm it, to follow it, to end it."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import transaction

from zweck.doors import Ask, NoTokenPage, PageContent, Part, Press, Visit
from zweck.editions import acts as editions
from zweck.policy.model import Policy
from zweck.policy.texts import say
from zweck.policy.words import Words, words
from zweck.trials import models
from zweck.trials.errors import NoTrial
from zweck.trials.offering import currencies
from zweck.trials.starting import SEP, TOKEN, Wish, confirm, wish_of
from zweck.vault import acts as vault
from zweck.vault.values import Grant


def look(visit: Visit) -> PageContent:
    """Show how far the trial is. Changes nothing."""
    row, _grant, wish = _behind(visit)
    return _page(row, visit, wish)


def press(visit: Visit, pressed: Press) -> PageContent:
    """Confirm it, or end it and have its data deleted."""
    row, grant, wish = _behind(visit)
    if pressed.action == "confirm" and row.state == "pending" and wish is not None:
        try:
            confirm(row, grant, wish, visit.now)
        except NoTrial:
            raise NoTokenPage(is_over=True) from None
    elif pressed.action == "end" and row.state in ("confirmed", "stuck", "running"):
        _end(row, visit.now)
    row.refresh_from_db(using=row.using)
    return _page(row, visit, wish, done=True)


def _behind(visit: Visit) -> tuple[models.Trial, Grant, Wish | None]:
    """The trial, and what the link's own form said while none is confirmed. Raises NoTokenPage, and what the vault
    says of the token.
    """
    token, _, said = visit.token.partition(SEP)
    grant = vault.opened(TOKEN, token, visit.now)
    if grant.subject.site != visit.site:
        raise NoTokenPage
    using = vault.database_of(grant.subject.place)
    row = models.Trial.objects.using(using).filter(grant=grant.id).first()
    is_late = row is not None and row.state == "pending" and row.due_at is not None and row.due_at <= visit.now
    if row is None or is_late or grant.state == "ended":
        raise NoTokenPage(is_over=True)
    if row.state != "pending":
        return row, grant, None
    wish = wish_of(said, row, visit.now, visit.language)
    if wish is None or (wish.currency and wish.currency not in currencies(editions.current(row.site).policy)):
        raise NoTokenPage
    return row, grant, wish


def _end(row: models.Trial, now: datetime) -> None:
    """At once: the data centre closes it, one last mail, and the data go."""
    # A claim stays: whoever is asking the data centre to set it up must have its answer before it is asked to close it.
    with transaction.atomic(using=row.using):
        rows = models.Trial.objects.using(row.using).filter(pk=row.pk)
        rows.update(state="ended", ends_at=now, deletes_at=now, due_at=now, attempts=0)


def _page(row: models.Trial, visit: Visit, wish: Wish | None, *, done: bool = False) -> PageContent:
    policy, texts = editions.current(row.site).policy, words(visit.language)
    if row.state == "pending" and wish is not None:
        row.currency = wish.currency
    state = "confirmed" if row.state == "stuck" else row.state
    asks: tuple[Ask, ...] = ()
    if row.state == "pending":
        asks = (Ask((("confirm", texts.say("page.trial.confirm")),)),)
    elif row.state in ("confirmed", "stuck", "running"):
        ending = texts.say("page.trial.end_heading")
        asks = (Ask((("end", texts.say("page.trial.end")),), heading=ending, says=(texts.say("page.trial.end_says"),)),)
    onward = (texts.say("page.trial.enter"), row.room) if row.state == "running" and row.room else None
    return PageContent(
        title=texts.say(f"page.trial.title.{state}"),
        lede=texts.say(f"page.trial.lede.{state}"),
        parts=(Part(facts=_facts(row, policy, texts, visit.language)),),
        asks=asks,
        onward=onward,
        done=done,
    )


def _facts(row: models.Trial, policy: Policy, texts: Words, language: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    facts = [("purpose", say(policy.purposes[row.purpose].name, language))]
    if (place := policy.places.get(row.place)) is not None:
        facts.append(("place", say(place.name, language)))
    if row.currency:
        facts.append(("currency", row.currency))
    for name in ("ends_at", "deletes_at"):
        moment: datetime | None = getattr(row, name)
        if moment is not None and row.state in ("running", "ended"):
            facts.append((name, texts.date(moment.astimezone(ZoneInfo(policy.time_zone)).date())))
    return tuple((texts.say(f"page.trial.{name}"), (value,)) for name, value in facts)
