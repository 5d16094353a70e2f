"""Which findings come first."""

from zweck.eye.values import Finding, Sure

# What went against a choice weighs most; then what never waited for one; then what is said and how.
CODES = (
    "after-refusal",
    "after-withdrawal",
    "before-choice",
    "fingerprinting",
    "no-refusal",
    "no-withdrawal",
    "gpc-ignored",
    "insecure-form",
    "refusal-harder",
    "withdrawal-harder",
    "pre-ticked",
    "undeclared",
    "lifetime",
    "third-country",
    "form-undeclared",
    "no-statement",
    "no-imprint",
    "banner-covers",
    "banner-says-nothing",
    "form-no-purpose",
    "unnamed",
    "robots-see-otherwise",
    "certificate",
    "no-tls",
    "absent",
)
_SURE: tuple[Sure, ...] = ("certain", "likely", "hint")


def weight(finding: Finding) -> tuple[bool, int, int, str, str]:
    """By this findings are sorted, worst first; notes come last."""
    sure, code = _SURE.index(finding.sure), CODES.index(finding.code)
    return finding.note, sure, code, finding.kind, finding.subject
