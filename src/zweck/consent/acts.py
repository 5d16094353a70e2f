"""The only door to choices."""

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import Error

from zweck.consent import auditing, deciding, jar, keeping, permission, recount, signals, sql, withdrawn
from zweck.consent import choice as codec
from zweck.consent import question as asking
from zweck.consent import receipt as receipts
from zweck.consent import tally as counting
from zweck.consent.errors import NotShown
from zweck.consent.facts import facts
from zweck.consent.models import Shown
from zweck.consent.values import (
    NOBODY,
    Answer,
    Choice,
    Decided,
    Decision,
    Layer,
    LookedOver,
    Permit,
    Question,
    Recount,
    Sent,
    Tally,
    Visitor,
)
from zweck.editions import acts as editions
from zweck.editions.values import Edition
from zweck.policy.model import Policy
from zweck.policy.reading.choices import COOKIE


def visitor_of(policy: Policy, cookies: str, gpc: str, dnt: str) -> Visitor:
    """What a request says of its visitor's choices, from the raw values of Cookie, Sec-GPC and DNT ("": absent).

    Never raises, whatever was sent. Of several readable choices the last counts: browsers put the newest there. Once a
    second the first request with a choice asks the database what was taken back.
    """
    said = signals.read(gpc, dnt)
    found = codec.found(cookies, facts(policy))
    if not found:
        return Visitor(None, said) if gpc or dnt else NOBODY
    chosen = found[-1]
    if withdrawn.is_due():
        withdrawn.watch(datetime.now(UTC))
    return Visitor(chosen, said, withdrawn.is_known(chosen.id))


def permit(policy: Policy, visitor: Visitor, purpose: str, now: datetime) -> Permit:
    """Whether this purpose may be served on this device, and why."""
    return permission.permit(facts(policy), visitor, purpose, now)


def asks(policy: Policy, visitor: Visitor, now: datetime) -> tuple[str, ...]:
    """Purposes still to be asked about, in declared order; none: no banner."""
    return permission.asks(facts(policy), visitor, now)


def question(
    edition: Edition, language: str, layer: Layer, now: datetime, about: tuple[str, ...] | None = None
) -> Question:
    """The question of a layer, with a token of today; writes nothing.

    `about`: only these of the purposes (what `asks` says), so that a new purpose asks again only for itself; usually
    all. The text is the same for everybody and on every day of an edition. Raises NotShown for a language the site
    lacks, and for a purpose it does not ask about.
    """
    asked = facts(edition.policy).asked
    if about is not None and not set(about) <= set(asked):
        raise NotShown("this site does not ask about such a purpose")
    purposes = asked if about is None else tuple(purpose for purpose in asked if purpose in about)
    return asking.ask(edition, language, layer, purposes, now)


def decide(edition: Edition, decision: Decision, before: Visitor, sent: Sent, now: datetime) -> Decided:
    """Take a decision: record it with its ledger entry and its text, and say what the browser is to be told.

    Without the token of a question that still stands there is no consent (NotShown); what was not asked cannot be
    answered (BadChoice); what cannot be recorded was not decided (NotRecorded).
    """
    known = facts(edition.policy)
    had = permission.permitted(known, before, now)
    asked, text = asking.answered(edition, decision.token, now)
    outcome = deciding.outcome(known, asked, decision, before, now)
    made = keeping.Made(edition, asked, text, decision, before, outcome)
    id_ = made.next_id()
    number = keeping.keep(made, id_, now)
    if made.withdrawn:
        withdrawn.add(*made.withdrawn)
    if decision.action == "reset":
        lines, removed = jar.emptying(known, sent, had)
        return Decided(None, lines, number, removed)
    chosen = Choice(id_, outcome.now)
    has = permission.permitted(known, Visitor(chosen, before.signals), now)
    # Whoever takes something back is to be left with what is declared: a stray may have come by what was allowed.
    takes_back = decision.action == "withdraw" or bool(had - has)
    lines, removed = jar.clearing(known, sent, known.codes.keys() - has, had, unasked=takes_back)
    headers = (*lines, *jar.strays(known, sent), jar.setting(chosen, known, sent.host))
    return Decided(chosen, headers, number, removed)


def renew(policy: Policy, visitor: Visitor, host: str, now: datetime) -> str:
    """The Set-Cookie value that prolongs an opt-out, at most once a day; "" when there is nothing to renew."""
    known = facts(policy)
    own, chosen = known.measurement, visitor.choice
    if own is None or chosen is None or visitor.is_withdrawn:
        return ""
    answer, end = chosen.answers.get(own), codec.until("out", now, known)
    if answer is None or answer.said != "out" or not now < answer.until < end:
        return ""
    return jar.setting(Choice(chosen.id, {**chosen.answers, own: Answer("out", end)}), known, host)


def watch_withdrawn(now: datetime) -> None:
    """Read what was taken back since the last look; at most once a second, whoever calls."""
    withdrawn.watch(now)


def is_withdrawn(id_: bytes, now: datetime) -> bool:
    """Whether the choice with this id was taken back, as far as this process knows."""
    return withdrawn.is_withdrawn(id_, now)


def receipt(site: str, number: int, choice: Choice | None, now: datetime) -> bytes:
    """The signed receipt of a record, as a JSON file, for whoever holds the choice with that record's id.

    Not inside a transaction. Raises NotYours, and NoEdition when the record's edition is gone.
    """
    return receipts.receipt(site, number, choice, now)


def described(edition: Edition, language: str, purposes: Sequence[str]) -> dict[str, object]:
    """`processing` and `parties` of a receipt of consent to these purposes, as the edition declared them."""
    return {
        "processing": receipts.processing(edition, language, purposes),
        "parties": receipts.parties(edition.policy, language, purposes),
    }


def tally(site: str, since: date, until: date) -> Tally:
    """How often what was decided, on the days from `since` to `until` where the site is. Raises NoEdition."""
    return counting.tally(site, ZoneInfo(editions.current(site).policy.time_zone), since, until)


def look_over(site: str, using: str = "default", most: int = 2_000) -> LookedOver:
    """Hold what is on record against the archive of texts, and the newest records against the ledger."""
    return auditing.look_over(site, using, most)


def hash_of(edition: Edition, language: str, layer: str, lines: Sequence[str]) -> str:
    """The hash under which `archive` would keep a text; writes nothing."""
    return keeping.hash_of(edition, language, layer, lines)


def text_of(sha256: str) -> tuple[str, ...]:
    """The lines of an archived text, of a question or of a form. Raises NotShown for a hash it does not hold."""
    row = Shown.objects.filter(sha256=sha256).first()
    if row is None:
        raise NotShown(f"no archived question has the hash {sha256}")
    return tuple(json.loads(row.body)["text"])


def archive(edition: Edition, language: str, layer: str, lines: Sequence[str]) -> str:
    """Keep what somebody is about to be shown, word for word; gives the hash under which `text_of` finds it.

    `layer`: what kind of page it stood on, at most ten letters. Raises NotRecorded.
    """
    return keeping.archive(edition, language, layer, lines)


def body_of(sha256: str) -> str:
    """The archived text itself, as it was hashed. Raises NotShown for a hash the archive does not hold."""
    row = Shown.objects.filter(sha256=sha256).first()
    if row is None:
        raise NotShown(f"no archived text has the hash {sha256}")
    return row.body


def recounted(site: str, newest: int = 1000) -> Recount:
    """Hold the newest records of a site, and all its archived texts, against their hashes in the ledger."""
    return recount.recount(site, newest)


def accepted() -> list[str]:
    """Which forbidden changes of records and texts the database would carry out. In a transaction that is rolled back.

    Raises DatabaseError when one failed for another reason than being refused.
    """
    return sql.accepted()


def may_set(host: str, path: str, name: str) -> bool:
    """Whether an answer of ours may set this cookie: what the host's policy declares, and the staff's under /staff."""
    if name == settings.SESSION_COOKIE_NAME:
        return path == "/staff" or path.startswith("/staff/")
    if name == COOKIE:
        return True
    try:
        edition = editions.site_for(host)
    except Error:  # what cannot be looked up is not declared
        return False
    return edition is not None and jar.is_declared(facts(edition.policy), name)
