"""mail.marketing-asked: on the list are those who have confirmed, and nobody else gets its mail.

Live: everybody on every list has a proof of consent, and the proofs are what the ledger says. On a scratch instance:
who is typed in, scanned or on trial joins no list and gets no campaign.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from zweck.disclosure.values import Caught
from zweck.mailing import acts as mailing
from zweck.policy.sentences import Sentence
from zweck.promises.values import Clock, CouldNotLook, Figure, Finding, Plant, Proof, Reach, Target
from zweck.proof.checks.lists.journey import Listed, campaign_mails, listed
from zweck.proof.drill import sql
from zweck.proof.drill.mails import altered, mails_to
from zweck.proof.drill.stage import planted
from zweck.proof.drill.through import Asked

_LISTS = "copy of the lists"
# What somebody who owns the database could do, once the triggers are gone.
UNPROVED = "DELETE FROM mailing_consent"
CHANGED = "UPDATE mailing_consent SET asked_at = confirmed_at"


def check(target: Target, _sentence: Sentence, _clock: Clock) -> Finding:
    """Every list against its proofs; then who gets a campaign on a scratch instance, and who does not."""
    policy = target.policy
    given = target.place.get(_LISTS)
    looked = (given,) if isinstance(given, str) else _databases(target)
    found = [mailing.recounted(policy, using) for using in looked]
    trouble = [line for one in found for line in one.trouble]
    stage, told = listed(target)
    if told.scanned_joined:
        trouble.append("a link scanner that only looked put an address on the list")
    if not campaign_mails(target, stage, told, told.stays):
        trouble.append("who has confirmed gets no campaign, so it cannot be seen that others get none")
    for who, address in (("was typed in and scanned", told.scanned), ("is on trial", told.on_trial)):
        if address and campaign_mails(target, stage, told, address):
            trouble.append(f"somebody who {who} gets a campaign")
    figures: dict[str, Figure] = {
        "members": sum(one.members for one in found),
        "proofs": sum(one.proofs for one in found),
        "campaign_mails": len(mails_to(target, stage, "", told.after)),
    }
    seen = "everybody on the lists against their proofs and the ledger; a campaign on a scratch instance"
    return Finding(not trouble, seen, figures, tuple(trouble))


def _databases(target: Target) -> tuple[str, ...]:
    policy = target.policy
    names = [using for purpose in mailing.marketing(policy) for using in mailing.databases(policy, purpose)]
    return tuple(dict.fromkeys(names))


def readdressed(whose: str) -> Plant:
    """A plant: the campaign's mail goes to somebody else of the journey."""

    @contextmanager
    def plant(target: Target, _sentence: Sentence) -> Iterator[Target]:
        _, told = listed(target)
        to = getattr(told, whose)
        if not to:
            raise CouldNotLook("the site offers nothing that such a person could be known for")

        def alter(mail: Caught) -> Caught:
            return Caught(mail.number, mail.at, mail.sender, to, mail.data) if _is_of(mail, told) else mail

        yield altered(target, alter)

    return plant


def _is_of(mail: Caught, told: Listed) -> bool:
    return mail.number > told.after and mail.to == told.stays and told.subject.encode() in mail.data


def _tampered(statement: str) -> Plant:
    """A plant: a copy of the scratch instance's database in which somebody meddled."""

    @contextmanager
    def plant(target: Target, _sentence: Sentence) -> Iterator[Target]:
        stage, _ = listed(target)
        with sql.tampered(stage.database, statement) as alias:
            yield replace(target, place={**target.place, _LISTS: alias})

    return plant


def looks_act(asked: Asked) -> Asked:
    """A service on which a program's look ahead at the question is taken for a yes."""
    if asked.header("purpose") == "prefetch" and asked.path.startswith("/z/confirm/"):
        form = (("content-type", "application/x-www-form-urlencoded"),)
        return Asked("POST", asked.path, (*asked.headers, *form), b"action=confirm")
    return asked


PROOF = Proof(
    "mail.marketing-asked",
    check,
    _tampered(UNPROVED),
    Reach.HOST,
    quick=False,
    needs=("tables", "drill", "policy"),
    more_plants=(_tampered(CHANGED), readdressed("scanned"), planted(ask=looks_act)),
)
