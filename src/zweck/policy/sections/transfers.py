"""What lets data travel to other countries, and who answers for it there."""

from collections.abc import Iterator

from zweck.policy.model import Mechanism, Policy
from zweck.policy.pen import Pen, link
from zweck.policy.sections.claims import claimed
from zweck.policy.sentences import Sentence

PROGRAMMES = frozenset({"dpf", "privacy-shield", "safe-harbor"})  # those that publish who takes part
PRINCIPLES = "principles"  # ends the id of the link under which a mechanism's principles can be read


def sentences(policy: Policy, pen: Pen) -> Iterator[Sentence]:
    """Each mechanism in use, its fallback and copy, then the clauses on those who act for us."""
    fallbacks = {mechanism.fallback for mechanism in policy.mechanisms.values()}
    for id, mechanism in policy.mechanisms.items():
        receiving = [r.name for r in policy.recipients.values() if r.mechanism == id]
        if mechanism.certified or receiving or id not in fallbacks:
            yield _ground(id, mechanism, receiving, pen)
            yield from _programme(id, mechanism, pen)
        yield from _safeguard(id, mechanism, policy, pen)
    for id, target in policy.links.items():
        if policy.mechanisms and id.split("-")[-1] == PRINCIPLES:
            yield pen.write(f"transfer.principles:{id}", link=link(target.url, pen.text(target.title)))
    if any(mechanism.onward_liability for mechanism in policy.mechanisms.values()):
        yield pen.write("transfer.agents")
    if claimed(policy, "liable-for-agents"):
        yield pen.write("transfer.liability")


def _ground(id: str, mechanism: Mechanism, receiving: list[str], pen: Pen) -> Sentence:
    ground = _lawful(mechanism, pen)
    variant = "-".join(part for part, there in (("own", mechanism.certified), ("others", receiving)) if there)
    return pen.write(
        f"transfer.mechanism:{id}", variant or "own", mechanism=ground, recipients=pen.words.list(receiving)
    )


def _lawful(mechanism: Mechanism, pen: Pen) -> str:
    """A mechanism with the act it rests on."""
    name = pen.text(mechanism.name)
    return f"{name}, {pen.cited(mechanism.law)}" if mechanism.law else name


def _programme(id: str, mechanism: Mechanism, pen: Pen) -> Iterator[Sentence]:
    name = pen.text(mechanism.name)
    if mechanism.certified:
        yield pen.write(f"transfer.self-certified:{id}", mechanism=name)
    if mechanism.prevails != "no":
        yield pen.write(f"transfer.precedence:{id}", mechanism.prevails, mechanism=name)
    if mechanism.url:
        variant = "list" if mechanism.kind in PROGRAMMES else "other"
        yield pen.write(f"transfer.programme:{id}", variant, mechanism=name, link=link(mechanism.url))


def _safeguard(id: str, mechanism: Mechanism, policy: Policy, pen: Pen) -> Iterator[Sentence]:
    name = pen.text(mechanism.name)
    if mechanism.fallback in policy.mechanisms:
        fallback = policy.mechanisms[mechanism.fallback]
        yield pen.write(f"transfer.fallback:{id}", mechanism=name, fallback=_lawful(fallback, pen))
    if mechanism.copy_at:
        yield pen.write(f"transfer.copy:{id}", mechanism=name, copy=pen.text(mechanism.copy_at))
