"""Somebody who joins the list, leaves it, and then asks a question: what the proofs of mail look at."""

import re
import secrets
from dataclasses import dataclass

from zweck.policy.model import Policy
from zweck.promises.values import CouldNotLook, Target
from zweck.proof.drill.mails import fill_in, follow, mails_to, pressed, waited_for
from zweck.proof.drill.stage import Stage, stage_of

_SETTINGS = re.compile(r"/z/mine/[A-Za-z0-9._~-]+")


@dataclass(frozen=True, slots=True)
class Journey:
    """`address`: the reader's; `left_at`: the number of the last mail before the reader had left."""

    address: str
    list_purpose: str
    matter: str
    left_at: int


def travelled(target: Target) -> tuple[Stage, Journey]:
    """The drill, and the one journey made on it. Raises CouldNotLook."""
    stage = stage_of(target)
    plain = Target(target.policy, target.base_url, target.origin, {})  # a violation is planted in what is looked at
    return stage, stage.once("mail journey", lambda: _travel(target.policy, plain, stage))


def _travel(policy: Policy, target: Target, stage: Stage) -> Journey:
    address = f"{secrets.token_hex(8)}@example.org"
    list_purpose = fill_in(policy, stage, "newsletter", {"email": address})
    came = waited_for(target, stage, address)
    if not came:
        raise CouldNotLook("no mail asked for a confirmation")
    person, page = follow(stage, came[0], "confirm")
    settings = _SETTINGS.search(pressed(person, page, "confirm").text)
    if settings is None:
        raise CouldNotLook("whoever confirmed is not led to their own settings")
    pressed(person, person.get(settings[0]), f"leave-{list_purpose}")
    left_at = mails_to(target, stage)[-1].number
    matter = fill_in(policy, stage, "enquiry", {"email": address})
    if not waited_for(target, stage, address, left_at):
        raise CouldNotLook("an enquiry was not answered by a mail")
    return Journey(address, list_purpose, matter, left_at)
