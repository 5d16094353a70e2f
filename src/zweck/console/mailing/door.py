"""Who may write to lists: accounts that name the purpose. Each sees the lists of its own purposes and no other."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import wraps
from typing import Concatenate, ParamSpec
from zoneinfo import ZoneInfo

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase

from zweck.console.models import Staff
from zweck.console.views import language_of, members_only, page
from zweck.editions import acts as editions
from zweck.editions.values import Edition
from zweck.mailing import acts as mailing
from zweck.policy.texts import say
from zweck.policy.words import Words, words

Parts = ParamSpec("Parts")
Guarded = Callable[..., HttpResponseBase]
MAILING = "/staff/mailing"
OFFICER = "dpo"  # the role that watches over questions about new purposes


@dataclass(frozen=True, slots=True)
class Desk:
    """An account before the lists of a site, at a moment."""

    edition: Edition
    account: Staff
    said: Words
    now: datetime

    @property
    def site(self) -> str:
        """The site's id."""
        return self.edition.site

    @property
    def by(self) -> str:
        """The account, as records name it."""
        return f"staff:{self.account.pk}"

    @property
    def purposes(self) -> tuple[str, ...]:
        """The lists this account may use."""
        return tuple(one for one in mailing.marketing(self.edition.policy) if one in self.account.purposes)

    @property
    def watches(self) -> bool:
        """Whether the account watches over questions about new purposes."""
        return OFFICER in (str(role).casefold() for role in self.account.roles)

    def say(self, key: str, **params: object) -> str:
        """A text of these pages."""
        return self.said.say(f"staff.mailing.{key}", **params)

    def name(self, purpose: str) -> str:
        """A purpose's name; its id where it is declared no longer."""
        known = self.edition.policy.purposes.get(purpose)
        return self.text(known.name) if known else purpose

    def text(self, text: str | dict[str, str]) -> str:
        """A declared text, in the reader's language where the site speaks it."""
        spoken = self.edition.policy.languages
        return say(text, self.said.language if self.said.language in spoken else spoken[0])

    def moment(self, at: datetime | None) -> str:
        """A moment where the site is; empty for none."""
        if at is None:
            return ""
        there = at.astimezone(ZoneInfo(self.edition.policy.time_zone))
        return f"{self.said.date(there.date())}, {there:%H:%M}"

    def must_use(self, purpose: str) -> str:
        """The purpose itself. Raises Http404 for a list that is not this account's."""
        if purpose not in self.purposes:
            raise Http404("list")
        return purpose


def desk_of(request: HttpRequest) -> Desk | None:
    """The desk of the account that is logged in; None where no site answers."""
    edition = editions.site_for(request.get_host())
    if edition is None or not isinstance(request.user, Staff):
        return None
    return Desk(edition, request.user, words(language_of(request)), datetime.now(UTC))


def writers_only(
    view: Callable[Concatenate[HttpRequest, Desk, Parts], HttpResponseBase],
) -> Guarded:
    """A page for accounts with at least one list; the others are told calmly what is missing."""
    return _guarded(view, lambda desk: bool(desk.purposes))


def watchers_only(
    view: Callable[Concatenate[HttpRequest, Desk, Parts], HttpResponseBase],
) -> Guarded:
    """A page for accounts with a list, and for those who watch over questions."""
    return _guarded(view, lambda desk: bool(desk.purposes) or desk.watches)


def _guarded(
    view: Callable[Concatenate[HttpRequest, Desk, Parts], HttpResponseBase], may: Callable[[Desk], bool]
) -> Guarded:
    @wraps(view)
    def guarded(request: HttpRequest, *args: Parts.args, **parts: Parts.kwargs) -> HttpResponseBase:
        desk = desk_of(request)
        if desk is None:
            return page(request, "mailing/closed", {"why": "no_lists", "lists": []}, status=404)
        if not may(desk):
            lists = [desk.name(purpose) for purpose in mailing.marketing(desk.edition.policy)]
            why = "not_yours" if lists else "no_lists"
            return page(request, "mailing/closed", {"why": why, "lists": lists}, status=403 if lists else 404)
        return view(request, desk, *args, **parts)

    return members_only(guarded)
