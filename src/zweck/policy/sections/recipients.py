"""Who receives data, and who does not."""

from collections.abc import Iterator

from zweck.policy.model import Policy, Recipient
from zweck.policy.pen import Pen
from zweck.policy.sections.claims import claim, claimed
from zweck.policy.sentences import Grid, Sentence


def sentences(policy: Policy, pen: Pen) -> Iterator[Sentence]:
    """Each recipient with what it receives, what vouches for it, and that there is nobody else."""
    for id, recipient in policy.recipients.items():
        yield _named(id, recipient, pen)
        if recipient.evidence:
            yield pen.write(f"recipient.certified:{id}", name=recipient.name, evidence=recipient.evidence)
    if pen.vouches("staff.bound"):
        yield _staff(policy, pen)
    nobody = claim(policy, "no-third-parties")
    if nobody:
        others = pen.except_for(nobody.recipients)
        yield pen.write("recipient.none", "except" if others else "plain", others=others)
    elif policy.recipients:
        yield pen.write("recipient.only-listed")
    if claimed(policy, "onward-clause-formal"):
        yield pen.write("recipient.onward-formal")


def _staff(policy: Policy, pen: Pen) -> Sentence:
    """Staff are bound to the principles as well where the controller itself has committed to some."""
    principles = [pen.text(mechanism.name) for mechanism in policy.mechanisms.values() if mechanism.certified]
    return pen.write("staff.bound", "principles" if principles else "plain", mechanism=pen.words.list(principles))


def _named(id: str, recipient: Recipient, pen: Pen) -> Sentence:
    role = pen.words.say(f"statement.role.{recipient.role}")
    does = pen.text(recipient.does) if recipient.does else ""
    variant = "-".join(part for part, there in (("data", recipient.receives), ("task", does)) if there) or "role"
    data = pen.data(recipient.receives)
    if recipient.role == "authority":
        about = "; ".join(part for part in (does, data) if part)
        return pen.write(
            f"recipient.named:{id}", "authority-about" if about else "authority", name=recipient.name, about=about
        )
    return pen.write(f"recipient.named:{id}", variant, name=recipient.name, role=role, data=data, task=does)


def grids(policy: Policy, pen: Pen) -> Iterator[Grid]:
    """The table of recipients."""
    if policy.recipients:
        say = pen.words.say
        head = ("name", "role", "country", "safeguard", "contract")
        yield Grid(
            say("statement.grid.recipients.caption"),
            tuple(say(f"statement.grid.recipients.{column}") for column in head),
            tuple(_row(recipient, policy, pen) for recipient in policy.recipients.values()),
        )


def _row(recipient: Recipient, policy: Policy, pen: Pen) -> tuple[str, ...]:
    say = pen.words.say
    mechanism = policy.mechanisms.get(recipient.mechanism or "")
    contract = say("statement.grid.recipients.no_contract")
    unnamed = "duty" if recipient.role == "authority" else "no_safeguard"
    if recipient.contract_on:
        contract = pen.words.date(recipient.contract_on)
    return (
        recipient.name,
        say(f"statement.role.{recipient.role}"),
        pen.words.country(recipient.country),
        pen.text(mechanism.name) if mechanism else say(f"statement.grid.recipients.{unnamed}"),
        contract,
    )
