"""Holds a declaration's claims against its facts, and both against the law of a day."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from zweck.policy.load import Loaded
from zweck.policy.rules import RULES, Case, Rule
from zweck.policy.rules.lawbook import lawbook

REVIEW = "LAW-REVIEW-DUE"
CONTESTED = "LAW-CONTESTED"


@dataclass(frozen=True, slots=True)
class Defect:
    """One thing wrong: where, what contradicts what, by which law, and what to do.

    A warning (severity) concerns our law data, or law in force that a court may end; it never makes a policy defective.
    """

    code: str
    file: str
    line: int
    message: str
    law: str
    remedy: str
    severity: Literal["defect", "warning"] = "defect"

    def as_json(self) -> dict[str, str | int]:
        """The defect as `zweck lint --json` prints it."""
        keys = ("code", "file", "line", "message", "law", "remedy")
        return {key: getattr(self, key) for key in keys}


def lint(loaded: Loaded, on: date) -> tuple[Defect, ...]:
    """Every defect of a policy by the law of that day, in the order of the file; then warnings."""
    case = Case(loaded.policy, loaded.lines, on, lawbook())
    found = [defect for rule in RULES if _speaks(rule, case) for defect in _defects(rule, case, loaded.name)]
    return (*sorted(found, key=lambda d: (d.line, d.code, d.message)), *_contested(case, loaded.name), *_warnings(case))


def as_json(found: Iterable[Defect]) -> Mapping[str, list[dict[str, str | int]]]:
    """Defects and warnings, each under its name, as `zweck lint --json` prints them."""
    rows = tuple(found)
    return {
        "defects": [one.as_json() for one in rows if one.severity == "defect"],
        "warnings": [one.as_json() for one in rows if one.severity == "warning"],
    }


def _speaks(rule: Rule, case: Case) -> bool:
    """Whether a rule concerns this policy on this day: its profile was chosen, and any of its law is in force."""
    chosen = not rule.profile or rule.profile in _profiles(case)
    return chosen and any(case.law.norm(norm, case.on) for norm in rule.law)


def _profiles(case: Case) -> set[str]:
    """The profiles a policy chose; whoever says to be certified under the framework has chosen `dpf`."""
    certified = any(m.kind == "dpf" and m.certified for m in case.policy.mechanisms.values())
    return {*case.policy.profiles, *(["dpf"] if certified else [])}


def _defects(rule: Rule, case: Case, file: str) -> Iterable[Defect]:
    norms = [norm for norm in (case.law.norm(name, case.on) for name in rule.law) if norm]
    law = "; ".join(norm.cite for norm in norms)
    for finding in rule.look(case):
        message = finding.message[:1].upper() + finding.message[1:]
        yield Defect(rule.code, file, case.lines.of(finding.path), message, law, rule.remedy)


def _contested(case: Case, file: str) -> Iterable[Defect]:
    """Mechanisms that are in force and before a court."""
    for name, mechanism in case.policy.mechanisms.items():
        norm = case.law.mechanism(mechanism.kind, case.on)
        if norm.is_contested(case.on):
            ready = " and no `fallback` is named" if mechanism.fallback is None else ""
            called = case.named(mechanism.name)
            message = f"{called} is in force, but contested since {norm.contested_since}: {norm.contested_by}{ready}."
            remedy = f"Keep a `fallback` ready and follow the case: {norm.contested_at}."
            line = case.lines.of(f"mechanisms.{name}.kind")
            yield Defect(CONTESTED, file, line, message, norm.cite, remedy, "warning")


def _warnings(case: Case) -> Iterable[Defect]:
    for due in case.law.overdue(case.on):
        message = f"{due.what}: to be reviewed by {due.review_by}, last read on {due.reviewed_on}; it may have changed."
        remedy = f"Read {due.url}, correct the entry if need be, and enter the day of the review."
        yield Defect(REVIEW, due.file, due.line, message, due.what, remedy, "warning")
