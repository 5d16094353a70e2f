"""The linter's rules as a page: `python -m zweck.policy.catalogue > docs/reference/lint.md` renews it."""

import sys
from collections.abc import Iterator

from zweck.policy.elements import ELEMENTS
from zweck.policy.lint import CONTESTED, REVIEW
from zweck.policy.rules import RULES, Rule
from zweck.policy.rules.lawbook import Norm, lawbook

HEAD = """\
# What the linter finds

Generated from the register of rules; a test holds the two together. `zweck lint POLICY` prints each defect as
`file:line: CODE: message`, with the law and a remedy; it ends with 1 when there is a defect. `--on DATE` judges by the
law of another day: a rule none of whose law is in force that day is silent.

A *claim* is a general sentence the operator makes (`[[claims]]`). The rules named `CLAIM-…` hold it against facts
declared elsewhere in the same file. Rules with a profile speak only for policies that list it under `profiles`;
`dpf` also for a policy that declares itself certified under the framework.
"""

WARNING = f"""\
## {CONTESTED}

A warning, not a defect: a transfer mechanism is in force, and a court is asked to end it. It names the case and whether
a `fallback` is ready, and never changes the exit code.

## {REVIEW}

A warning, not a defect: an entry of the law data has passed its date of review. It names the entry's file and line and
never changes the exit code.
"""

LAW = """\
## The law the rules rest on

The book was written on 22 November 2026, when no primary source could be opened: what was read that day is named under
*read at*; an entry without it rests on general knowledge of the text and wants counsel's eye first. Correct an entry in
`src/zweck/policy/law/`, with the day of the review.
"""


def markdown() -> str:
    """The whole page."""
    return "\n".join([HEAD, *_rules(), WARNING, *_elements(), *_law()])


def _rules() -> Iterator[str]:
    for rule in sorted(RULES, key=lambda rule: rule.code):
        law = "; ".join(_newest(norm).cite for norm in rule.law)
        profile = f" Profile `{rule.profile}`." if rule.profile else ""
        yield f"## {rule.code}\n\n{rule.finds}{profile}\n\n- Law: {law}\n- Remedy: {rule.remedy}\n"


def _elements() -> Iterator[str]:
    yield "## The elements of `gdpr13`\n\n| element | what | codes that make it wanting |\n|---|---|---|"
    for element in ELEMENTS:
        codes = ", ".join(f"{code} ({standing})" for code, standing in element.wanting.items())
        yield f"| {element.id} | {element.name} | {codes} |"
    yield ""


def _law() -> Iterator[str]:
    yield LAW
    yield "| law | in force | what it says (our summary) | primary source | read at | next review |"
    yield "|---|---|---|---|---|---|"
    cited = {norm for rule in RULES for norm in rule.law} | {norm.id for norm in lawbook().norms if norm.mechanism}
    for norm in lawbook().norms:
        if norm.id in cited:
            source, read = f"[{norm.title}]({norm.url})", norm.read or "–"
            yield f"| {norm.cite} | {_span(norm)} | {norm.says} | {source} | {read} | {norm.review_by} |"
    yield ""


def _span(norm: Norm) -> str:
    return f"{norm.valid_from} to {norm.valid_to}" if norm.valid_to else f"since {norm.valid_from}"


def _newest(norm: str) -> Norm:
    return max((row for row in lawbook().norms if row.id == norm), key=lambda row: row.valid_from)


def rules_of(profile: str) -> tuple[Rule, ...]:
    """The rules of one profile."""
    return tuple(rule for rule in RULES if rule.profile == profile)


if __name__ == "__main__":
    sys.stdout.write(markdown())
