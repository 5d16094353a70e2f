"""Who may read figures: accounts that list the purpose of the measurement, by log-in or by a key of theirs."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import wraps
from typing import Concatenate, ParamSpec
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from zweck.console.models import Staff
from zweck.console.views import language_of, members_only, page
from zweck.editions import acts as editions
from zweck.editions.values import Edition
from zweck.policy.systems import Measurement

Parts = ParamSpec("Parts")


@dataclass(frozen=True, slots=True)
class Desk:
    """A site whose figures may be read here, at a moment."""

    edition: Edition
    measurement: Measurement
    now: datetime

    @property
    def site(self) -> str:
        """The site's id."""
        return self.edition.site

    @property
    def today(self) -> date:
        """The day where the site is."""
        return self.now.astimezone(ZoneInfo(self.edition.policy.time_zone)).date()


def desk_for(host: str, now: datetime) -> Desk | None:
    """The desk of the site that answers for a host; None where no site measures for itself."""
    edition = editions.site_for(host)
    measurement = edition.policy.systems.measurement if edition else None
    if edition is None or measurement is None or measurement.provider is not None:
        return None
    return Desk(edition, measurement, now)


def may_read(account: Staff, measurement: Measurement) -> bool:
    """Whether an account lists the purpose that the measurement serves. Without a purpose nobody may."""
    return measurement.purpose is not None and measurement.purpose in account.purposes


def readers_only(
    view: Callable[Concatenate[HttpRequest, Desk, Parts], HttpResponse],
) -> Callable[..., HttpResponseBase]:
    """A page for accounts that may read figures; the others are told calmly what is missing."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Parts.args, **parts: Parts.kwargs) -> HttpResponse:
        desk = desk_for(request.get_host(), datetime.now(UTC))
        if desk is None:
            return page(request, "figures/closed", {"why": "not_measured"}, status=404)
        if not isinstance(request.user, Staff) or not may_read(request.user, desk.measurement):
            purpose = desk.measurement.purpose
            named = _named(request, desk, purpose) if purpose else ""
            return page(request, "figures/closed", {"why": "not_yours", "purpose": named}, status=403)
        return view(request, desk, *args, **parts)

    return members_only(guarded)


def _named(request: HttpRequest, desk: Desk, purpose: str) -> str:
    policy = desk.edition.policy
    language = language_of(request)
    declared = policy.purposes.get(purpose)
    if declared is None:
        return purpose
    name = declared.name
    return name if isinstance(name, str) else name.get(language) or name[policy.languages[0]]
