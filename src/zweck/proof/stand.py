"""How a promise stands, worked out from what it is, from its evidence and from the moment. No database, no clock."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from zweck.promises.register import proof_of
from zweck.promises.values import Evidence, State, worst
from zweck.proof.values import Mark, Promised, Standing

# Evidence may come from another machine, whose clock runs a little ahead; more than this is a clock that jumped.
_CLOCKS_MAY_DIFFER = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class Known:
    """What is on file about a site: the newest evidence per promise with what it was checked for, and the stock.

    `running` ends when the run under way is given up for dead.
    """

    evidence: Mapping[str, tuple[Evidence, str]] = field(default_factory=dict)
    since: Mapping[str, tuple[State, datetime]] = field(default_factory=dict)
    running: datetime | None = None


def standing(site: str, edition: int, promises: Iterable[Promised], known: Known, at: tuple[datetime, str]) -> Standing:
    """How all promises of an edition stand. `at`: the moment, and the time zone in which days end."""
    now, zone = at
    marks = {p.id: _mark(p, known, now, ZoneInfo(zone)) for p in promises}
    counted = [m.evidence for m in marks.values() if m.evidence and m.state in (State.KEPT, State.BROKEN)]
    ends = [m.until for m in marks.values() if m.until and m.until > now]
    return Standing(
        site=site,
        edition=edition,
        marks=marks,
        rows=_rows(marks.values()),
        tally=Counter(m.state for m in marks.values() if not m.beyond),
        tally_beyond=Counter(m.state for m in marks.values() if m.beyond),
        next_change=min(ends, default=None),
        checked_at=max((e.checked_at for e in counted), default=None),
        being_checked=_under_way(known, now),
    )


def _mark(promise: Promised, known: Known, now: datetime, zone: ZoneInfo) -> Mark:
    found = known.evidence.get(promise.id)
    evidence = found[0] if found and found[1] == promise.says else None
    state, until = _state(promise, evidence, now, zone)
    noted = known.since.get(promise.id)
    waits = state is State.UNKNOWN and (evidence is None or now >= evidence.until)
    return Mark(
        promise=promise.id,
        rows=promise.sentence.rows,
        state=state,
        evidence=evidence,
        until=until,
        since=noted[1] if noted and noted[0] is state else None,
        being_checked=waits and _under_way(known, now),
        beyond=promise.beyond,
    )


def _state(
    promise: Promised, evidence: Evidence | None, now: datetime, zone: ZoneInfo
) -> tuple[State, datetime | None]:
    nature = promise.sentence.nature
    if promise.missing:
        # We declare a sentence in each language; that one is missing is a fact, not a matter of not having looked.
        return State.BROKEN, None
    if nature == "stated":
        return State.STATED, None
    if nature == "aim":
        return State.AIM, None
    if nature == "attested":
        return _attested(promise.sentence.until, now, zone)
    if proof_of(promise.sentence.kind) is None:
        return State.UNPROVED, None
    return _checked(evidence, now)


def _attested(last_day: str, now: datetime, zone: ZoneInfo) -> tuple[State, datetime | None]:
    """Attested to the end of its last day, where the site is; without a day nobody has attested anything."""
    if not last_day:
        return State.UNPROVED, None
    end = datetime.combine(date.fromisoformat(last_day) + timedelta(days=1), time(), zone)
    return (State.ATTESTED, end) if now < end else (State.LAPSED, None)


def _checked(evidence: Evidence | None, now: datetime) -> tuple[State, datetime | None]:
    if evidence is None:
        return State.UNKNOWN, None
    if evidence.checked_at > now + _CLOCKS_MAY_DIFFER:
        return State.UNKNOWN, evidence.checked_at
    if now >= evidence.until:
        return State.UNKNOWN, None
    return evidence.state, evidence.until


def _rows(marks: Iterable[Mark]) -> dict[str, State]:
    """Each source row's state: the worst of the promises that answer it."""
    states: dict[str, list[State]] = {}
    for mark in marks:
        for row in mark.rows:
            states.setdefault(row, []).append(mark.state)
    return {row: worst(states[row]) for row in sorted(states)}


def _under_way(known: Known, now: datetime) -> bool:
    return known.running is not None and now < known.running
