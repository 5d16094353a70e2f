"""What is new since last time, and what has gone. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from zweck.eye.values import Finding

_LONGEST = 300


@dataclass(frozen=True, slots=True)
class Drift:
    """What changed. The first look has nothing to be held against, and so nothing is new in it."""

    is_first: bool = False
    new: tuple[Finding, ...] = ()
    gone: tuple[Finding, ...] = ()

    @property
    def is_any(self) -> bool:
        """Whether there is anything to tell."""
        return bool(self.is_first or self.new or self.gone)


def drift(now: tuple[Finding, ...], is_whole: bool, before: Mapping[str, Finding] | None) -> Drift:
    """Hold findings against those known before; None = nothing is known yet. Notes are no drift.

    What a look does not tell of has gone only if that look saw the whole.
    """
    if before is None:
        return Drift(is_first=True)
    found = {finding.id: finding for finding in now if not finding.note}
    new = tuple(finding for id_, finding in found.items() if id_ not in before)
    gone = tuple(finding for id_, finding in before.items() if id_ not in found)
    return Drift(new=new, gone=gone if is_whole else ())


def known(looks: Iterable[tuple[tuple[Finding, ...], bool]]) -> dict[str, Finding] | None:
    """What is known from completed looks, newest first: that of the last whole one and of the partial ones since.

    Otherwise what a partial look missed would be told as new by the next whole one.
    """
    seen: dict[str, Finding] | None = None
    for findings, is_whole in looks:
        seen = seen or {}
        for finding in findings:
            if not finding.note:
                seen.setdefault(finding.id, finding)
        if is_whole:
            break
    return seen


def clean(finding: Finding) -> Finding:
    """A finding whose texts can go into a mail, a feed and a database: names on a website may hold anything."""
    params = {key: plain(value) if isinstance(value, str) else value for key, value in finding.params.items()}
    return replace(finding, subject=plain(finding.subject), params=params)


def plain(text: str) -> str:
    """A text on one line without control, direction or broken characters."""
    return "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in text)[:_LONGEST]


def as_json(finding: Finding) -> dict[str, object]:
    """A finding as JSON values, without the places where it was seen: the report has them."""
    return {
        "id": finding.id,
        "code": finding.code,
        "kind": finding.kind,
        "subject": finding.subject,
        "params": dict(finding.params),
        "sure": finding.sure,
        "note": finding.note,
    }


def from_json(said: Mapping[str, object]) -> Finding:
    """The finding that `as_json` wrote."""
    fields = {key: value for key, value in said.items() if key != "id"}
    return Finding(**fields)  # type: ignore[arg-type]  # (what `as_json` wrote)
