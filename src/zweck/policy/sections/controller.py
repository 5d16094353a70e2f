"""Who is responsible, who stands for them, and where data rest."""

from collections.abc import Iterator

from zweck.policy.model import Controller, Place, Policy
from zweck.policy.pen import Pen
from zweck.policy.sections.claims import claim
from zweck.policy.sentences import Sentence


def sentences(policy: Policy, pen: Pen) -> Iterator[Sentence]:
    """The controller, representative and officer, each place, and the claim that there is no other."""
    controller = policy.controller
    yield pen.write("controller.named", controller=_named(controller, pen))
    contact = pen.contact()
    if controller.phone:
        yield pen.write("controller.contact", "phone", contact=contact, phone=controller.phone)
    else:
        yield pen.write("controller.contact", "mail", contact=contact)
    if controller.representative:
        yield pen.write("controller.representative", "named", party=pen.party(controller.representative))
    elif controller.representative_not_required:
        why = pen.text(controller.representative_not_required)
        yield pen.write("controller.representative", "spared", why=why)
    if controller.dpo:
        yield pen.write("controller.dpo", "named", party=pen.party(controller.dpo))
    elif controller.dpo_not_required:
        yield pen.write("controller.dpo", "spared", why=pen.text(controller.dpo_not_required))
    for id, place in policy.places.items():
        yield _place(id, place, policy, pen)
    only = claim(policy, "stored-only-in")
    if only and only.places:
        names = [pen.text(policy.places[id].name) for id in only.places if id in policy.places]
        others = pen.except_for(only.recipients)
        yield pen.write("place.only", "except" if others else "plain", places=pen.words.list(names), others=others)


def _named(controller: Controller, pen: Pen) -> str:
    where = pen.address(controller.address) if controller.address else pen.words.country(controller.country)
    form = [pen.text(controller.form)] if controller.form else []
    return ", ".join([controller.name, *form, where])


def _place(id: str, place: Place, policy: Policy, pen: Pen) -> Sentence:
    name, country = pen.text(place.name), pen.words.country(place.country)
    where = name if name == country else f"{name} ({country})"
    held = "some" if place.holds else "all"
    whose = "provider" if place.provider else "own"
    return pen.write(
        f"place.where:{id}",
        f"{held}-{whose}",
        place=where,
        holds=pen.words.list(_held(one, policy, pen) for one in place.holds),
        provider=pen.recipient(place.provider) if place.provider else "",
    )


def _held(id: str, policy: Policy, pen: Pen) -> str:
    name = pen.purpose(id) if id in policy.purposes else pen.words.say(f"statement.system.{id}")
    return pen.words.say("format.quoted", text=name)
