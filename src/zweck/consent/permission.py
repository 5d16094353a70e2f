"""Whether a purpose may be served on a device, and what is still to be asked. Pure."""

from datetime import datetime

from zweck.consent.facts import Facts
from zweck.consent.values import Permit, Signals, Visitor


def permit(facts: Facts, visitor: Visitor, purpose: str, now: datetime) -> Permit:
    """May this purpose be served?

    An explicit answer wins over a signal: the browser's word is general, the answer is about this purpose, and the
    status says which of the two decided. A signal wins over silence.
    """
    needs_yes = purpose in facts.asked
    if not needs_yes and purpose != facts.measurement:
        return Permit(allows=True, ground="not-asked")
    if visitor.is_withdrawn:
        return Permit(allows=False, ground="withdrawn")
    answer = visitor.choice.answers.get(purpose) if visitor.choice else None
    if answer is not None and now < answer.until:
        return Permit(allows=answer.said == "yes", ground=answer.said, until=answer.until)
    signal = _against(facts, visitor.signals, purpose, needs_yes=needs_yes)
    if signal is not None:
        return signal
    # Where nothing is asked, an ended yes leaves what holds for everybody; an ended refusal still holds us back.
    if answer is not None and (needs_yes or answer.said != "yes"):
        return Permit(allows=False, ground="expired", until=answer.until)
    return Permit(allows=False, ground="unasked") if needs_yes else Permit(allows=True, ground="not-asked")


def permitted(facts: Facts, visitor: Visitor, now: datetime) -> frozenset[str]:
    """Those of the answerable purposes that may be served."""
    return frozenset(purpose for purpose in facts.codes if permit(facts, visitor, purpose, now).allows)


def asks(facts: Facts, visitor: Visitor, now: datetime) -> tuple[str, ...]:
    """Purposes still to be asked about; under Global Privacy Control nobody is asked unless they want to be."""
    if visitor.signals.gpc:
        return ()
    return tuple(purpose for purpose in facts.asked if not _is_answered(visitor, purpose, now))


def _is_answered(visitor: Visitor, purpose: str, now: datetime) -> bool:
    if visitor.choice is None or visitor.is_withdrawn:
        return False
    answer = visitor.choice.answers.get(purpose)
    return answer is not None and now < answer.until


def _against(facts: Facts, signals: Signals, purpose: str, *, needs_yes: bool) -> Permit | None:
    is_measurement = purpose == facts.measurement
    if signals.gpc and (needs_yes or (is_measurement and facts.honours_signals)):
        return Permit(allows=False, ground="gpc")
    if signals.dnt and is_measurement and facts.honours_signals:
        return Permit(allows=False, ground="dnt")
    return None
