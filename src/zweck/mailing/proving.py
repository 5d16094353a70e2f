"""What a proof of consent says to people: the wording that was shown, the times, and what the mail server answered."""

from datetime import datetime
from zoneinfo import ZoneInfo

from zweck.consent import acts as consent
from zweck.consent.errors import NotShown
from zweck.doors import Part
from zweck.editions import acts as editions
from zweck.editions.errors import NoEdition
from zweck.editions.values import Edition
from zweck.mailing.keeping import Entry
from zweck.mailing.values import Proof
from zweck.policy.reading.forms import path_of
from zweck.policy.texts import say
from zweck.policy.words import Words

Fact = tuple[str, tuple[str, ...]]


def parts(proof: Proof, edition: Edition, said: Words) -> tuple[Part, ...]:
    """One proof: what, when and by which mail; then the wording."""
    facts = [fact for fact in _facts(proof, edition, said) if fact[1] != ("",)]
    wording = wording_of(proof)
    shown = Part(heading=said.say("mailing.proof.wording"), says=wording) if wording else Part()
    return Part(heading=_name(proof, edition, said), facts=tuple(facts)), shown


def _facts(proof: Proof, edition: Edition, said: Words) -> list[Fact]:
    policy = edition.policy

    def one(key: str, *lines: str) -> Fact:
        return said.say(f"mailing.proof.{key}"), lines

    def at(moment: datetime | None) -> str:
        return told(moment, policy.time_zone, said) if moment else ""

    by_mail = proof.way != "import"
    return [
        one("site", policy.name, policy.controller.name),
        one("way", said.say(f"mailing.proof.way_{proof.way}")),
        one("source", proof.source),
        one("form", _address(proof, edition)),
        one("asked", at(proof.asked_at) if by_mail else ""),
        one("accepted", at(proof.accepted_at)),
        one("message", proof.message_id),
        one("answer", proof.answer),
        one("confirmed", at(proof.confirmed_at)),
        one("ended", at(proof.ended_at)),
        one("kept", at(proof.keep_until)),
        one("edition", said.number(proof.edition)),
        one("hash", proof.text_sha256),
        one("number", f"{proof.site}/mail/{proof.number}"),
    ]


def told(moment: datetime, time_zone: str, said: Words) -> str:
    """A moment to the second, with its time zone."""
    there = moment.astimezone(ZoneInfo(time_zone))
    return f"{said.date(there.date())}, {there:%H:%M:%S} ({time_zone})"


def wording_of(proof: Proof) -> tuple[str, ...]:
    """The lines that were shown; none where they were shown elsewhere, or are no longer archived."""
    try:
        return consent.text_of(proof.text_sha256) if proof.way != "import" else ()
    except NotShown:
        return ()


def body(entry: Entry) -> str:
    """The text under the hash of a proof, as it was hashed."""
    return entry.source if entry.way == "import" else consent.body_of(entry.text_sha256)


def _name(proof: Proof, edition: Edition, said: Words) -> str:
    known = edition.policy.purposes.get(proof.purpose)
    return say(known.name, said.language) if known else proof.purpose


def _address(proof: Proof, edition: Edition) -> str:
    """Where the form stood, by the edition that was in force then."""
    try:
        then, _ = editions.numbered(edition.site, proof.edition)
        return then.policy.scope.origins[0] + path_of(then.policy, proof.form, proof.language)
    except (NoEdition, KeyError):
        return ""


def archive(edition: Edition, language: str, lines: tuple[str, ...]) -> str:
    """Archive what somebody reads before they answer; gives the hash."""
    return consent.archive(edition, language, "mail", lines)
