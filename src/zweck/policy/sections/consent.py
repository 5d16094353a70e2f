"""The visitor's consent, and what the website leaves on a device."""

from collections.abc import Iterator

from zweck.policy.model import Policy, Technology
from zweck.policy.pen import Pen
from zweck.policy.reading.choices import ANSWER_DAYS
from zweck.policy.sections.claims import claim, claimed
from zweck.policy.sentences import Grid, Sentence


def sentences(policy: Policy, pen: Pen) -> Iterator[Sentence]:
    """How we ask, what an answer does, and what lies on the device."""
    asked = policy.needing_consent()
    if asked:
        yield from _question(policy, pen, asked)
    before = claim(policy, "consent-before-data")
    if before:
        system = pen.words.say(f"statement.system.{before.system.replace('_', '-')}") if before.system else ""
        yield pen.write("consent.before-data", "confined" if system else "any", system=system)
    elif any(purpose.basis == "consent" for purpose in policy.purposes.values()):
        yield pen.write("consent.where-basis")
    if asked or any(purpose.basis == "consent" for purpose in policy.purposes.values()):
        yield pen.write("consent.on-record")
    yield pen.write("technology.only-listed" if policy.technologies else "technology.none")


def _question(policy: Policy, pen: Pen, asked: tuple[str, ...]) -> Iterator[Sentence]:
    yield pen.write("consent.asks")
    for purpose in asked:
        yield pen.write(f"consent.reason:{purpose}", purpose=pen.purpose(purpose))
    if claimed(policy, "consent-before-device"):
        yield pen.write("consent.nothing-before")
    yield pen.write("consent.refuse")
    if claimed(policy, "refusal-costs-nothing"):
        yield pen.write("consent.refusal-free")
    yield pen.write("consent.lasts", duration=pen.words.duration(ANSWER_DAYS, "days"))
    if policy.controls.change:
        yield pen.write("consent.change-control", control=pen.text(policy.controls.change.named))
    if policy.controls.reset:
        yield pen.write("consent.reset-control", control=pen.text(policy.controls.reset.named))
    yield pen.write("consent.new-choice")


def grids(policy: Policy, pen: Pen) -> Iterator[Grid]:
    """The table of technologies."""
    if policy.technologies:
        head = ("name", "kind", "provider", "purpose", "lifetime", "essential")
        say = pen.words.say
        yield Grid(
            say("statement.grid.technologies.caption"),
            tuple(say(f"statement.grid.technologies.{column}") for column in head),
            tuple(_row(technology, policy, pen) for technology in policy.technologies.values()),
        )


def _row(technology: Technology, policy: Policy, pen: Pen) -> tuple[str, ...]:
    say = pen.words.say
    essential = say("statement.grid.technologies.asked")
    if technology.essential:
        why = technology.why_essential
        essential = pen.text(why) if why else say("statement.grid.technologies.essential_plain")
    return (
        technology.name,
        say(f"statement.technology_kind.{technology.kind}"),
        pen.recipient(technology.provider) if technology.provider else policy.controller.name,
        pen.purpose(technology.purpose),
        _lifetime(technology, pen),
        essential,
    )


def _lifetime(technology: Technology, pen: Pen) -> str:
    if technology.lifetime_days is None:
        return pen.words.say("statement.grid.technologies.no_lifetime")
    if technology.lifetime_days == 0:
        return pen.words.say("statement.grid.technologies.session")
    return pen.words.duration(technology.lifetime_days, "days")
