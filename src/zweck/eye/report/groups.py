"""Findings of one code together, so that law and remedy are said once."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from zweck.eye.report.texts import Texts, Told
from zweck.eye.report.visible import flowing
from zweck.eye.values import Finding

_NAMED = 3


@dataclass(slots=True)
class Group:
    """Findings of one code, with their words."""

    code: str
    anchor: str
    findings: list[Finding] = field(default_factory=list)
    told: list[Told] = field(default_factory=list)

    def subjects(self, texts: Texts) -> str:
        """The first subjects, and how many more: "_ga, _gid and 3 more"."""
        named = list(dict.fromkeys(flowing(one.subject, 60) for one in self.findings))
        head, more = named[:_NAMED], len(named) - _NAMED
        return texts.words.list([*head, *([texts.say("report.more_subjects", n=more)] if more > 0 else [])])


def groups_of(findings: Iterable[Finding], texts: Texts) -> list[Group]:
    """Groups in the order in which their codes first come: that of the worst finding in each."""
    groups: dict[str, Group] = {}
    for finding in findings:
        prefix = "note" if finding.note else "code"
        group = groups.setdefault(finding.code, Group(finding.code, f"{prefix}-{finding.code}"))
        group.findings.append(finding)
        group.told.append(texts.told(finding))
    return list(groups.values())
