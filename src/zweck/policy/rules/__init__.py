"""The rules of the linter, one file per family. A rule that is not in its family's RULES does not exist."""

from zweck.policy.rules import claims, completeness, dates, device, dpf, mail, retention, rights, visits, wording
from zweck.policy.rules.register import Case, Finding, Rule

RULES: tuple[Rule, ...] = (
    *claims.RULES,
    *visits.RULES,
    *wording.RULES,
    *dates.RULES,
    *retention.RULES,
    *mail.RULES,
    *completeness.RULES,
    *rights.RULES,
    *device.RULES,
    *dpf.RULES,
)

__all__ = ["RULES", "Case", "Finding", "Rule"]
