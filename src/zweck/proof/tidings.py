"""Tells the operator what changed: one alert per taking of stock, however many promises changed."""

from collections.abc import Sequence
from datetime import datetime

from zweck.disclosure import acts as disclosure
from zweck.disclosure.values import Alert
from zweck.editions.values import Edition
from zweck.proof.values import Changed, Standing


def tell_of(edition: Edition, changes: Sequence[Changed], stood: Standing, now: datetime) -> int:
    """Put one alert about all changes into the outbox, in the caller's transaction; none if there are none."""
    if not changes:
        return 0
    ordered = sorted(changes, key=lambda change: (change.after.rank, change.promise))
    return disclosure.tell_operator(
        Alert(
            site=edition.site,
            subject=_subject(edition.site, ordered),
            text=_text(edition, ordered, stood),
            payload={
                "site": edition.site,
                "edition": edition.number,
                "at": now.isoformat(),
                "changes": [{"promise": c.promise, "from": str(c.before), "to": str(c.after)} for c in ordered],
                "summary": {str(state): count for state, count in stood.tally.items()},
            },
        ),
        now,
    )


def _subject(site: str, changes: Sequence[Changed]) -> str:
    bad = sum(change.after.is_bad for change in changes)
    if bad:
        return f"{site}: {bad} {'promise' if bad == 1 else 'promises'} broken or lapsed"
    return f"{site}: {len(changes)} {'promise' if len(changes) == 1 else 'promises'} changed state"


def _text(edition: Edition, changes: Sequence[Changed], stood: Standing) -> str:
    lines = [f"Changes at {edition.policy.name} ({edition.site}), edition {edition.number}:", ""]
    for change in changes:
        lines.append(f"{change.promise}: {change.before} -> {change.after}")
        mark = stood.marks.get(change.promise)
        if change.after.is_bad and mark and mark.evidence:
            lines.extend(f"    {trouble}" for trouble in mark.evidence.trouble[:5])
    lines += ["", f"Evidence: {edition.policy.scope.origins[0]}", ""]
    return "\n".join(lines)
