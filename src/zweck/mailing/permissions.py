"""A new purpose for people who are known already: they are asked, each once, and silence is a no.

A policy says in `offered_to` of a purpose whose people are asked for it too. Its activation opens a question; the work
child asks, place by place. Nothing has to be held back until somebody says yes: without a grant for the new purpose the
vault gives nobody's data for it.
"""

import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from zweck.disclosure import acts as disclosure
from zweck.disclosure.values import Letter
from zweck.doors import Activated
from zweck.editions import acts as editions
from zweck.editions.errors import NoEdition
from zweck.editions.values import Edition
from zweck.ledger import acts as ledger
from zweck.mailing import proving
from zweck.mailing.audience import databases, places_of
from zweck.mailing.errors import NotNow
from zweck.mailing.marks import mark
from zweck.mailing.models import Asked, Consent, Question
from zweck.mailing.purposes import marketing
from zweck.policy.model import Policy
from zweck.policy.texts import say
from zweck.policy.words import words
from zweck.vault import acts as vault
from zweck.vault.errors import BadToken
from zweck.vault.values import Grant

ANSWER_WITHIN = timedelta(days=30)
AT_ONCE = 50
BY = "disclosure"  # the address is read to write to it, and to see whether it was asked before


@dataclass(frozen=True, slots=True)
class Standing:
    """How a question has gone so far."""

    number: int
    purpose: str
    concerned: tuple[str, ...]
    edition: int
    state: str
    asked_at: datetime
    until: datetime
    asked: int
    yes: int
    no: int

    @property
    def silent(self) -> int:
        """How many have not answered."""
        return self.asked - self.yes - self.no


@dataclass(frozen=True, slots=True)
class _Round:
    """One question about to be put to people of one purpose, in one place."""

    question: Question
    edition: Edition
    known: str
    place: str

    @property
    def turn(self) -> str:
        """Its name among the question's cursors."""
        return f"{self.place} {self.known}"


def offered(before: Policy | None, now: Policy) -> Mapping[str, tuple[str, ...]]:
    """Purposes that are offered to people of others from now on, and to whose."""
    old = {id_: set(one.offered_to) for id_, one in before.purposes.items()} if before else {}
    found = {
        id_: tuple(whose for whose in one.offered_to if whose not in old.get(id_, set()))
        for id_, one in now.purposes.items()
    }
    return {id_: whose for id_, whose in found.items() if whose}


def open_questions(activated: Activated, now: datetime) -> None:
    """Open a question for each purpose that an activation offers to people of others, in its transaction.

    A first edition has nobody yet who could be asked.
    """
    if activated.before is None:
        return
    for purpose, concerned in offered(activated.before, activated.policy).items():
        site = activated.policy.site
        row = Question.objects.create(
            site=site,
            purpose=purpose,
            edition=activated.edition,
            concerned=list(concerned),
            asked_at=now,
            until=now + ANSWER_WITHIN,
        )
        body: dict[str, str | int] = {"question": row.pk, "purpose": purpose, "edition": row.edition}
        ledger.record("question.opened", site, body, now)


def put(now: datetime) -> int:
    """Ask some of those who are still to be asked; gives how many."""
    Question.objects.filter(state="asking", until__lte=now).update(state="closed")
    return sum(_put_some(row, now) for row in Question.objects.filter(state="asking").order_by("pk"))


def stop(site: str, number: int, by: str, now: datetime) -> None:
    """Ask nobody further. Who was asked may still answer. Raises NotNow."""
    with transaction.atomic():
        if not Question.objects.filter(site=site, pk=number, state="asking").update(state="stopped"):
            raise NotNow("not-now", f"question {number} is not being asked")
        ledger.record("question.stopped", site, {"question": number, "by": by}, now)


def questions(site: str, now: datetime) -> tuple[Standing, ...]:
    """Every question of a site, newest first."""
    rows = Question.objects.filter(site=site).order_by("-pk")
    return tuple(_standing(row, now) for row in rows)


def answerable(token: str, now: datetime, site: str) -> tuple[Grant, Asked] | None:
    """What somebody was asked, by the token in their mail; None for a token that leads to no question."""
    for row in Question.objects.filter(site=site).order_by("-pk"):
        try:
            grant = vault.opened(f"answer-{row.pk}", token, now)
        except BadToken:
            continue
        using = vault.database_of(grant.subject.place)
        asked = Asked.objects.using(using).filter(question=row.pk, grant=grant.id).first()
        return (grant, asked) if asked else None
    return None


def _put_some(row: Question, now: datetime) -> int:
    try:
        edition = editions.current(row.site)
    except NoEdition:
        return 0
    if row.purpose not in edition.policy.purposes:
        return 0
    rounds = [one for one in _rounds(row, edition) if row.cursors.get(one.turn, "0") != ""]
    if not rounds:
        return 0
    return _put_round(rounds[0], now)


def _rounds(row: Question, edition: Edition) -> Iterator[_Round]:
    for known in row.concerned:
        if known in edition.policy.purposes:
            for place in places_of(edition.policy, known):
                yield _Round(row, edition, known, place)


def _put_round(one: _Round, now: datetime) -> int:
    after = bytes.fromhex(one.question.cursors.get(one.turn, ""))
    using = vault.database_of(one.place)
    with transaction.atomic(using=using):
        with vault.reading(BY, "asking about a new purpose", now, using=using) as reader:
            holders = reader.read_page(one.question.site, one.place, one.known, ("email",), after, AT_ONCE)
        known = [(held.grant, held.values["email"]) for held in holders if "email" in held.values]
        count = sum(_put_to(one, grant, email, now, using) for grant, email in known)
    one.question.cursors[one.turn] = holders[-1].id.hex() if holders else ""
    Question.objects.filter(pk=one.question.pk).update(cursors=one.question.cursors)
    return count


def _put_to(one: _Round, grant: Grant, email: str, now: datetime, using: str) -> bool:
    """Ask somebody, unless there is a reason not to."""
    own, site, purpose = mark(email), one.question.site, one.question.purpose
    if _was_asked(site, purpose, own) or _is_settled(one, email, own):
        return False
    language = _language(one, grant, using)
    posted = disclosure.post(_letter(one, grant, language), now)
    Asked.objects.using(using).create(
        site=site,
        purpose=purpose,
        mark=own,
        grant=grant.id,
        question=one.question.pk,
        edition=one.edition.number,
        text_sha256=proving.archive(one.edition, language, asked_lines(one.edition.policy, purpose, language)),
        language=language,
        posted=posted.number,
        at=now,
    )
    return True


def _was_asked(site: str, purpose: str, own: bytes) -> bool:
    return any(
        Asked.objects.using(using).filter(site=site, purpose=purpose, mark=own).exists() for using in vault.databases()
    )


def _is_settled(one: _Round, email: str, own: bytes) -> bool:
    """Whether the person has the new purpose already, or has said that they want nothing of the kind."""
    site, purpose, policy = one.question.site, one.question.purpose, one.edition.policy
    if any(held.purpose == purpose for found in vault.find(site, "email", email) for held in found.grants):
        return True
    if any(
        Consent.objects.using(using).filter(site=site, purpose=purpose, mark=own).exists()
        for using in databases(policy, purpose)
    ):
        return True
    lists = marketing(policy)
    return purpose in lists and any(disclosure.is_suppressed(site, email, one_list) for one_list in lists)


def _language(one: _Round, grant: Grant, using: str) -> str:
    spoken = one.edition.policy.languages
    row = Consent.objects.using(using).filter(grant=grant.id).first()
    known = row.language if row else disclosure.last_language(grant)
    return known if known in spoken else spoken[0]


def _letter(one: _Round, grant: Grant, language: str) -> Letter:
    policy, until = one.edition.policy, one.question.until
    is_marketing = grant.purpose in marketing(policy)
    links = {"answer": f"/z/answer/{vault.token(f'answer-{one.question.pk}', grant, until)}?lang={language}"}
    if is_marketing:
        links |= {word: f"/z/{word}/{vault.token(word, grant, None)}?lang={language}" for word in ("leave", "mine")}
    return Letter(
        grant=grant,
        template="permission",
        language=language,
        key=f"question-{one.question.pk}-{secrets.token_hex(12)}",
        stream="marketing" if is_marketing else "transactional",
        says={
            "site": policy.name,
            "purpose": say(policy.purposes[one.question.purpose].name, language),
            "known": say(policy.purposes[grant.purpose].name, language),
            "day": words(language).date(until.date()),
        },
        links=links,
    )


def asked_lines(policy: Policy, purpose: str, language: str) -> tuple[str, ...]:
    """What stands above the two answers."""
    told = {"site": policy.name, "purpose": say(policy.purposes[purpose].name, language)}
    return tuple(words(language).say(f"mailing.answer.{key}", **told) for key in ("lede", "about", "yes"))


def _standing(row: Question, now: datetime) -> Standing:
    counts = {"": 0, "yes": 0, "no": 0}
    for using in vault.databases():
        for said in counts:
            counts[said] += Asked.objects.using(using).filter(question=row.pk, answer=said).count()
    state = "closed" if row.state == "asking" and row.until <= now else row.state
    return Standing(
        number=row.pk,
        purpose=row.purpose,
        concerned=tuple(row.concerned),
        edition=row.edition,
        state=state,
        asked_at=row.asked_at,
        until=row.until,
        asked=sum(counts.values()),
        yes=counts["yes"],
        no=counts["no"],
    )
