"""A campaign from draft to done: who may change what when, each step with its ledger entry.

draft → scheduled → sending → done; scheduled and sending can be paused and resumed; what cannot be sent as it is gets
stopped, and can be resumed once that is mended; whatever has not ended can be cancelled. What was handed to the relay
is never taken back and never sent twice.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from django.db import transaction

from zweck.editions.values import Edition
from zweck.ledger import acts as ledger
from zweck.mailing import models
from zweck.mailing.campaigns.markdown import Text, render
from zweck.mailing.errors import BadText, NoCampaign, NotNow
from zweck.mailing.values import Campaign, CampaignState, Draft, Results

LONGEST_SUBJECT = 150
SHOWN = 50
OPEN: tuple[CampaignState, ...] = ("scheduled", "sending")
HALTED: tuple[CampaignState, ...] = ("paused", "stopped")
ENDED: tuple[CampaignState, ...] = ("done", "cancelled")


@dataclass(frozen=True, slots=True)
class Hand:
    """Which account moves which campaign."""

    site: str
    number: int
    by: int


def draft(site: str, purpose: str, by: int, now: datetime) -> int:
    """A new, empty campaign; gives its number."""
    with transaction.atomic():
        row = models.Campaign.objects.create(site=site, purpose=purpose, made_by=by, made_at=now)
        _record("drafted", row, by, now)
    return int(row.pk)


def write(site: str, number: int, texts: Mapping[str, Draft]) -> None:
    """Change what a draft says; anything may be written, and is held against the rules when it is to be sent."""
    with transaction.atomic():
        row = _locked(site, number)
        _must(row, "draft")
        row.texts = {language: {"subject": one.subject, "text": one.text} for language, one in texts.items()}
        row.revision += 1
        row.save(update_fields=["texts", "revision"])


def discard(hand: Hand, now: datetime) -> None:
    """Remove a draft."""
    with transaction.atomic():
        row = _locked(hand.site, hand.number)
        _must(row, "draft")
        _record("discarded", row, hand.by, now)
        row.delete()


def schedule(hand: Hand, edition: Edition, at: datetime, now: datetime) -> None:
    """Send a draft from a moment on. Raises BadText where it cannot be sent as it is."""
    policy = edition.policy
    with transaction.atomic():
        row = _locked(hand.site, hand.number)
        _must(row, "draft")
        for one in checked(texts_of(row), policy.languages).values():
            render(one.text, policy.scope.origins[0])
        row.state, row.starts_at = "scheduled", max(at, now)
        row.save(update_fields=["state", "starts_at"])
        places = policy.purposes[row.purpose].places or [""]
        models.Leg.objects.bulk_create([models.Leg(campaign=row, place=place) for place in places])
        _record("scheduled", row, hand.by, now)


def pause(hand: Hand, now: datetime) -> None:
    """Send nothing more until it is resumed. A batch that is with the relay already is not called back."""
    _move(hand, OPEN, "paused", now)


def resume(hand: Hand, now: datetime) -> None:
    """Go on where it was paused or stopped."""
    with transaction.atomic():
        row = _locked(hand.site, hand.number)
        _must(row, *HALTED)
        row.state, row.reason = "sending" if row.began_at else "scheduled", ""
        row.save(update_fields=["state", "reason"])
        _record("resumed", row, hand.by, now)


def cancel(hand: Hand, now: datetime) -> None:
    """Send nothing more, for good."""
    _move(hand, (*OPEN, *HALTED), "cancelled", now)


def begin(number: int, now: datetime) -> bool:
    """Say that a scheduled campaign is being sent; False where somebody paused or cancelled it meanwhile."""
    due = models.Campaign.objects.filter(pk=number, state="scheduled", starts_at__lte=now)
    return due.update(state="sending", began_at=now) == 1


def stop(number: int, reason: str, now: datetime) -> None:
    """Send nothing of a campaign that cannot be sent as it is. `reason`: a trouble that `words` name, for staff."""
    with transaction.atomic():
        row = models.Campaign.objects.select_for_update().get(pk=number)
        if row.state == "sending":
            row.state, row.reason = "stopped", reason
            row.save(update_fields=["state", "reason"])
            _record("stopped", row, None, now)


def finish(number: int, now: datetime) -> None:
    """Say that every leg has come to its end."""
    with transaction.atomic():
        row = models.Campaign.objects.select_for_update().get(pk=number)
        if row.state == "sending" and not row.legs.filter(is_done=False).exists():
            row.state, row.ended_at = "done", now
            row.save(update_fields=["state", "ended_at"])
            _record("done", row, None, now)


def checked(texts: Mapping[str, Draft], languages: Iterable[str]) -> dict[str, Draft]:
    """The texts that are there. Raises BadText where the first language lacks one, or a subject is no subject.

    Whoever reads another language gets the first one's text where there is none in theirs.
    """
    found = {one: texts[one] for one in languages if one in texts and (texts[one].text.strip() or texts[one].subject)}
    first = next(iter(languages))
    if first not in found:
        raise BadText("first", "the site's first language needs a subject and a text")
    for one in found.values():
        if not one.subject.strip() or not one.text.strip():
            raise BadText("half", "a language has a subject without a text, or a text without a subject")
        if len(one.subject) > LONGEST_SUBJECT or not one.subject.isprintable():
            raise BadText("subject", f"a subject is one line of at most {LONGEST_SUBJECT} characters")
    return found


def rendered(draft_: Draft, origin: str) -> Text:
    """Both forms of a text, as they would be sent. Raises BadText."""
    return render(draft_.text, origin)


def record_test(hand: Hand, campaign: Campaign, now: datetime, using: str) -> None:
    """Write down that an account had a test sent."""
    body: dict[str, str | int] = {"campaign": hand.number, "purpose": campaign.purpose, "by": f"staff:{hand.by}"}
    ledger.record("campaign.tested", hand.site, body | {"text": digest(campaign.texts)}, now, using)


def campaign(site: str, number: int) -> Campaign:
    """One campaign. Raises NoCampaign."""
    return _told(_found(site, number))


def campaigns(site: str, purposes: Iterable[str]) -> tuple[Campaign, ...]:
    """The newest campaigns of these purposes."""
    rows = models.Campaign.objects.filter(site=site, purpose__in=list(purposes)).prefetch_related("legs")
    return tuple(_told(row) for row in rows.order_by("-pk")[:SHOWN])


def texts_of(row: models.Campaign) -> dict[str, Draft]:
    """What a campaign says, by language."""
    return {language: Draft(one["subject"], one["text"]) for language, one in row.texts.items()}


def digest(texts: Mapping[str, Draft]) -> str:
    """SHA-256 of all that a campaign says, for the ledger."""
    said = {language: [one.subject, one.text] for language, one in texts.items()}
    return sha256(json.dumps(said, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def _move(hand: Hand, states: tuple[CampaignState, ...], to: CampaignState, now: datetime) -> None:
    with transaction.atomic():
        row = _locked(hand.site, hand.number)
        _must(row, *states)
        row.state = to
        row.ended_at = now if to == "cancelled" else None
        row.save(update_fields=["state", "ended_at"])
        _record(to, row, hand.by, now)


def _record(what: str, row: models.Campaign, by: int | None, now: datetime) -> None:
    actor = "work" if by is None else f"staff:{by}"
    body: dict[str, str | int] = {
        "campaign": row.pk,
        "purpose": row.purpose,
        "text": digest(texts_of(row)),
        "by": actor,
    }
    ledger.record(f"campaign.{what}", row.site, body, now)


def _found(site: str, number: int) -> models.Campaign:
    row = models.Campaign.objects.filter(site=site, pk=number).first()
    if row is None:
        raise NoCampaign("no-campaign", f"{site} has no campaign {number}")
    return row


def _locked(site: str, number: int) -> models.Campaign:
    row = models.Campaign.objects.select_for_update().filter(site=site, pk=number).first()
    if row is None:
        raise NoCampaign("no-campaign", f"{site} has no campaign {number}")
    return row


def _must(row: models.Campaign, *states: CampaignState) -> None:
    if row.state not in states:
        raise NotNow("not-now", f"campaign {row.pk} is {row.state}; this needs one that is {' or '.join(states)}")


def _told(row: models.Campaign) -> Campaign:
    legs = list(row.legs.all())
    sums = {name: sum(getattr(leg, name) for leg in legs) for name in Results.__slots__ if name != "left_since"}
    state: CampaignState = row.state  # type: ignore[assignment]  # written by this module only
    return Campaign(
        number=row.pk,
        site=row.site,
        purpose=row.purpose,
        state=state,
        texts=texts_of(row),
        revision=row.revision,
        made_by=row.made_by,
        made_at=row.made_at,
        starts_at=row.starts_at,
        began_at=row.began_at,
        ended_at=row.ended_at,
        results=Results(**sums),
        reason=row.reason,
        trouble=next((leg.trouble for leg in legs if leg.trouble and not leg.is_done), ""),
    )
