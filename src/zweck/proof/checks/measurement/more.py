"""measurement.more: the provider's own page about its product is still there."""

from contextlib import AbstractContextManager
from dataclasses import replace

from zweck.policy.model import Link
from zweck.policy.sentences import Sentence
from zweck.promises.values import Clock, CouldNotLook, Finding, Proof, Reach, Target
from zweck.proof.checks import links

_NAMED = Sentence("link.alive:provider", "checked", (), ())


def check(target: Target, _sentence: Sentence, clock: Clock) -> Finding:
    """The declared address of the provider answers. A look needs the internet."""
    if isinstance(target.place.get("here"), frozenset):
        return links.check(target, _NAMED, clock)
    measurement = target.policy.systems.measurement
    recipient = target.policy.recipients.get((measurement and measurement.provider) or "")
    if recipient is None or not recipient.url:
        raise CouldNotLook("the policy names no address of a provider")
    declared = {"provider": Link(url=recipient.url, title=recipient.name)}
    return links.check(replace(target, policy=target.policy.model_copy(update={"links": declared})), _NAMED, clock)


def plant(target: Target, _sentence: Sentence) -> AbstractContextManager[Target]:
    """An address that is gone."""
    return links.plant(target, _NAMED)


def stage(target: Target, _sentence: Sentence) -> AbstractContextManager[Target]:
    """An address that is there."""
    return links.stage(target, _NAMED)


PROOF = Proof("measurement.more", check, plant, Reach.OUTSIDE, quick=False, needs=("internet", "policy"), stage=stage)
