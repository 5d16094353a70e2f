"""Rows as the values that rooms above may see."""

from zweck.eye.values import Finding
from zweck.watch import models
from zweck.watch.drift import from_json
from zweck.watch.values import LookState, PastLook

_STATES: tuple[LookState, ...] = ("fine", "findings", "could-not-look", "failed")


def value_of(row: models.Look) -> PastLook:
    """A look as a value."""
    findings, new = findings_of(row), set(row.new)
    return PastLook(
        id=row.pk,
        began_at=row.began_at,
        ended_at=row.ended_at,
        state=next(state for state in _STATES if state == row.state),
        why=row.why,
        findings=findings,
        new=tuple(finding for finding in findings if finding.id in new and not finding.note),
        gone=tuple(map(from_json, row.gone)),
        partly=tuple(row.partly),
        is_first=row.is_first,
        has_report=bool(row.report),
    )


def findings_of(row: models.Look) -> tuple[Finding, ...]:
    """The findings of a look, notes among them."""
    return tuple(map(from_json, row.findings))
