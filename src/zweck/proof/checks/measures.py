"""security.measures: behind every declared measure stands a check that bit, or somebody who vouches for it."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from zweck.policy.model import Measure
from zweck.policy.sentences import Sentence
from zweck.promises.register import proof_of
from zweck.promises.values import (
    Clock,
    ControlResult,
    CouldNotLook,
    Evidence,
    Figure,
    Finding,
    Proof,
    Reach,
    State,
    Target,
)

_NOBODY = "nobody.looks-at-this"


def check(target: Target, _sentence: Sentence, clock: Clock) -> Finding:
    """Each measure names a proof whose control bit and whose state is good, or an attestation that has not ended."""
    now = clock.now()
    today = now.astimezone(ZoneInfo(target.policy.time_zone)).date()
    trouble: list[str] = []
    unseen: list[str] = []
    checked = attested = 0
    for id_, measure in target.policy.measures.items():
        if measure.proved_by:
            checked += 1
            wrong, blind = _proved(target, measure.proved_by, now)
            trouble += [f"{id_}: {wrong}"] if wrong else []
            unseen += [f"{id_}: {blind}"] if blind else []
        elif measure.attested_until and today <= measure.attested_until:
            attested += 1
        else:
            trouble.append(
                f"{id_}: {'its attestation has ended' if measure.attested_until else 'nothing stands behind it'}"
            )
    if unseen and not trouble:
        raise CouldNotLook("; ".join(unseen))
    figures: dict[str, Figure] = {"measures": len(target.policy.measures), "checked": checked, "attested": attested}
    return Finding(not trouble, "every declared measure and what stands behind it", figures, tuple(trouble))


def _proved(target: Target, kind: str, now: datetime) -> tuple[str, str]:
    """What is wrong with a measure's proof, and why nothing can be said, if so."""
    if proof_of(kind.partition(":")[0]) is None:
        return f"nothing proves {kind}", ""
    found = [
        e
        for e in _evidence(target)
        if kind in (e.promise, e.promise.partition(":")[0]) and e.checked_at <= now < e.until
    ]
    if any(e.state is State.BROKEN for e in found):
        return f"{kind} is broken", ""
    if not found or any(e.state is not State.KEPT or e.control is not ControlResult.BIT for e in found):
        return "", f"{kind} could not be checked, or has not been yet"
    return "", ""


def _evidence(target: Target) -> Iterator[Evidence]:
    """The newest evidence there is: that of this run before what is on file."""
    found = target.place.get("found")
    return iter(found.values()) if isinstance(found, dict) else iter(())


def plant(target: Target, _sentence: Sentence) -> AbstractContextManager[Target]:
    """A measure that names a proof there is none of."""
    measures = {**target.policy.measures, "planted": Measure(name="planted", proved_by=_NOBODY)}
    return nullcontext(replace(target, policy=target.policy.model_copy(update={"measures": measures})))


PROOF = Proof("security.measures", check, plant, Reach.PROCESS, needs=("evidence", "policy"))
