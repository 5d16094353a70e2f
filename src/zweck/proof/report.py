"""What a run says to people, to programs and to CI."""

import json
import xml.etree.ElementTree as ET
from collections.abc import Mapping
from datetime import datetime

from zweck.editions.values import Edition
from zweck.promises.values import ControlResult, State
from zweck.proof.run import Ran
from zweck.proof.values import Mark


def table(ran: Ran) -> str:
    """A table for people: state, promise, how far and when; below a promise what is wrong with it."""
    width = max((len(e.promise) for e in ran.evidence), default=0)
    lines = []
    for e in sorted(ran.evidence, key=lambda e: (e.state.rank, e.promise)):
        lines.append(f"{e.state:<9} {e.promise:<{width}}  control {e.control:<6}  {e.reach}")
        lines.extend(f"{'':<9}   {trouble}" for trouble in e.trouble)
    counts = ", ".join(f"{count} {state}" for state, count in _ordered(ran.standing.tally))
    lines += ["", f"The statement of {ran.edition.site}, edition {ran.edition.number}: {counts}"]
    return "\n".join(lines)


def as_json(ran: Ran) -> str:
    """All promises of the statement and of the house, with their evidence."""
    return json.dumps(
        {
            "policy": _policy(ran.edition),
            "promises": [_promise(mark) for mark in ran.standing.marks.values()],
            "summary": {str(state): count for state, count in _ordered(ran.standing.tally)},
        },
        ensure_ascii=False,
        indent=2,
    )


def as_junit(ran: Ran) -> str:
    """JUnit's XML: a broken promise is a failure, an unknown one is skipped."""
    suite = ET.Element("testsuite", name=f"zweck prove {ran.edition.site}", tests=str(len(ran.evidence)))
    for e in ran.evidence:
        case = ET.SubElement(suite, "testcase", classname=e.promise.partition(":")[0], name=e.promise)
        text = "\n".join(e.trouble)
        if e.state is State.UNKNOWN:
            ET.SubElement(case, "skipped", message=text)
        elif e.state.is_bad:
            ET.SubElement(case, "failure", message=e.trouble[0] if e.trouble else str(e.state)).text = text
    suite.set("failures", str(len(suite.findall("testcase/failure"))))
    suite.set("skipped", str(len(suite.findall("testcase/skipped"))))
    return ET.tostring(suite, encoding="unicode", xml_declaration=True)


def exit_code(ran: Ran) -> int:
    """1 when a promise is broken or lapsed or a control was missed; 2 when what was asked for could not be seen.

    What was named, or is quick, speaks for itself alone. Only a whole run also tells of an attestation that has lapsed
    and of a sentence that is missing in a language: no proof looks at these. What was named has to be seen; without
    names, something: a run that saw nothing at all must not pass for a good one.
    """
    states = [e.state for e in ran.evidence]
    unseen = [state is State.UNKNOWN for state in states]
    if ran.order.is_whole:
        states += [mark.state for mark in ran.standing.marks.values()]
    missed = any(e.control is ControlResult.MISSED for e in ran.evidence)
    if missed or any(state.is_bad for state in states):
        return 1
    return 2 if unseen and (any(unseen) if ran.order.promises else all(unseen)) else 0


def _policy(edition: Edition) -> dict[str, object]:
    return {
        "site": edition.site,
        "edition": edition.number,
        "sha256": edition.sha256,
        "activated_at": edition.activated_at.isoformat(),
    }


def _promise(mark: Mark) -> dict[str, object]:
    evidence = mark.evidence
    return {
        "id": mark.promise,
        "rows": list(mark.rows),
        "state": str(mark.state),
        "until": _iso(mark.until),
        "reach": str(evidence.reach) if evidence else None,
        "checked_at": _iso(evidence.checked_at if evidence else None),
        "control": str(evidence.control if evidence else ControlResult.NONE),
        "figures": dict(evidence.figures) if evidence else {},
        "seen": evidence.seen if evidence else "",
        "trouble": list(evidence.trouble) if evidence else [],
    }


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _ordered(tally: Mapping[State, int]) -> list[tuple[State, int]]:
    return [(state, tally[state]) for state in State if tally.get(state)]
