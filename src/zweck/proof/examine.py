"""Proves promises one by one: the control first, then the live system. Keeps nothing."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from zweck.promises.register import proof_of
from zweck.promises.values import Clock, ControlResult, CouldNotLook, Evidence, Finding, Plant, Proof, State, Target
from zweck.proof.errors import UnknownPromise
from zweck.proof.values import Promised

_SCREENFUL = 24
_LINE = 300
_PROOF_IS_BROKEN = "the proof itself is broken: it did not see the planted violation"
_STAGE_IS_BROKEN = "it cannot be told whether the control bit for what was planted: it is red without it as well"


class WallClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The current moment, aware, UTC."""
        return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Looked:
    """The end of one look: a finding, or why there is none."""

    finding: Finding | None = None
    blind: str = ""


def examine(
    promises: Iterable[Promised], live: Target, clock: Clock, tell: Callable[[Evidence], None] = lambda _: None
) -> Iterator[Evidence]:
    """Evidence for each promise, as soon as its control and its check have both ended.

    Raises UnknownPromise for one that nothing proves.
    """
    for promise in promises:
        proof = proof_of(promise.sentence.kind)
        if proof is None:
            raise UnknownPromise(f"{promise.id}: nothing proves this promise")
        evidence = prove(promise, proof, live, clock)
        found = live.place.get("found")
        if isinstance(found, dict):
            found[promise.id] = evidence
        tell(evidence)
        yield evidence


def prove(promise: Promised, proof: Proof, live: Target, clock: Clock) -> Evidence:
    """Plant, look, then look at the live target with the same function."""
    control, blind = _control(promise, proof, live, clock)
    looked = Looked(blind=blind) if control is ControlResult.NONE else _look(proof, live, promise, clock)
    if looked.finding and looked.finding.kept:
        control, blind = _counter((control, blind), promise, proof, live, clock)
        looked = Looked(blind=blind) if blind else looked
    state, seen, trouble = _judge(control, looked)
    checked_at = clock.now()
    return Evidence(
        promise=promise.id,
        state=state,
        reach=proof.reach,
        checked_at=checked_at,
        until=checked_at + proof.max_age,
        control=control,
        seen=seen,
        figures=looked.finding.figures if looked.finding else {},
        trouble=tuple(line[:_LINE] for line in trouble[:_SCREENFUL]),
    )


def _control(promise: Promised, proof: Proof, live: Target, clock: Clock) -> tuple[ControlResult, str]:
    """What the planted violations showed, and why one of them could not be looked at, if so."""
    seen = [_planted(plant, proof, promise, live, clock) for plant in (proof.plant, *proof.more_plants)]
    findings = [one.finding for one in seen if one.finding]
    blind = next((f"the control could not be run: {one.blind}" for one in seen if one.finding is None), "")
    if any(finding.kept for finding in findings):
        return ControlResult.MISSED, blind
    return (ControlResult.BIT if findings else ControlResult.NONE), blind


def _counter(
    bit: tuple[ControlResult, str], promise: Promised, proof: Proof, live: Target, clock: Clock
) -> tuple[ControlResult, str]:
    """Whether the control bit because of what was planted: on the same stage without it, all must be as live."""
    control, blind = bit
    if blind or control is not ControlResult.BIT or proof.stage is None:
        return bit
    seen = _planted(proof.stage, proof, promise, live, clock)
    if seen.finding is None:
        return control, f"the control could not be judged: {seen.blind}"
    return (control, "") if seen.finding.kept else (ControlResult.NONE, _STAGE_IS_BROKEN)


def _planted(plant: Plant, proof: Proof, promise: Promised, live: Target, clock: Clock) -> Looked:
    seen = Looked(blind="the planted violation was never looked at")
    with _boundary() as trouble, plant(live, promise.sentence) as target:
        seen = _look(proof, target, promise, clock)
    return Looked(blind=trouble[0]) if trouble else seen


def _look(proof: Proof, target: Target, promise: Promised, clock: Clock) -> Looked:
    finding: Finding | None = None
    with _boundary() as trouble:
        finding = proof.check(target, promise.sentence, clock)
    return Looked(blind=trouble[0]) if trouble else Looked(finding)


def _judge(control: ControlResult, looked: Looked) -> tuple[State, str, tuple[str, ...]]:
    finding = looked.finding
    if control is ControlResult.MISSED:
        return State.BROKEN, finding.seen if finding else "", (_PROOF_IS_BROKEN, *(finding.trouble if finding else ()))
    if finding is None:
        return State.UNKNOWN, "", (looked.blind,)
    return (State.KEPT if finding.kept else State.BROKEN), finding.seen, finding.trouble


@contextmanager
def _boundary() -> Iterator[list[str]]:
    """The runner's one blind boundary: whatever breaks in a proof makes its promise unknown, and stops no other.

    Of an unexpected exception only the type is kept: its message may hold what was looked at.
    """
    trouble: list[str] = []
    try:
        yield trouble
    except CouldNotLook as blind:
        trouble.append(str(blind))
    except Exception as unexpected:  # noqa: BLE001
        trouble.append(f"the proof stopped with {type(unexpected).__name__}")
