"""Profile `gdpr13`, continued: the rights a statement names, and where a complaint goes."""

from collections.abc import Iterable, Iterator

from zweck.policy.rules.register import Case, Finding, rule

PROFILE = "gdpr13"


def _rests_on(case: Case, *bases: str | None) -> bool:
    return any(purpose.basis in bases for purpose in case.policy.purposes.values())


def _not_granted(case: Case, owed: Iterable[str]) -> Iterator[Finding]:
    missing = [right for right in owed if right not in case.policy.rights.granted]
    if missing and case.policy.purposes:
        yield Finding("rights.granted", f"the statement does not name: {', '.join(missing)}.")


@rule(
    "GDPR13-RIGHTS",
    "gdpr-13-2-b",
    "The statement leaves out access, rectification or erasure.",
    "Add the right under `[rights.granted]`, with the way to use it in `how`.",
    PROFILE,
)
def rights(case: Case) -> Iterator[Finding]:
    """Element 2(b): access, rectification, erasure."""
    yield from _not_granted(case, ("access", "rectification", "erasure"))


@rule(
    "GDPR13-RESTRICTION",
    "gdpr-13-2-b",
    "The statement leaves out restriction or portability.",
    "Add the right under `[rights.granted]`, with the way to use it in `how`.",
    PROFILE,
)
def restriction(case: Case) -> Iterator[Finding]:
    """Element 2(b): restriction; portability where a purpose rests on consent or contract, or on nothing yet."""
    carried = ("portability",) if _rests_on(case, "consent", "contract", None) else ()
    yield from _not_granted(case, ("restriction", *carried))


@rule(
    "GDPR13-OBJECTION",
    "gdpr-13-2-b gdpr-21",
    "The statement leaves out the right to object.",
    "Add `objection` under `[rights.granted]`, with a `how` that tells what to do.",
    PROFILE,
)
def objection(case: Case) -> Iterator[Finding]:
    """Element 2(b): objection, wherever a legitimate interest, a public task or marketing may be in play."""
    mail = case.policy.systems.mail
    owed = _rests_on(case, "legitimate-interest", "public-task", None) or (mail is not None and mail.marketing)
    if owed and "objection" not in case.policy.rights.granted:
        yield Finding("rights.granted", "nothing tells how to object to a use that rests on interests or is marketing.")


@rule(
    "GDPR13-WITHDRAWAL",
    "gdpr-13-2-c gdpr-7-3",
    "The statement asks for consent and does not say that it can be withdrawn.",
    "Add `withdrawal` under `[rights.granted]`.",
    PROFILE,
)
def withdrawal(case: Case) -> Iterator[Finding]:
    """Element 2(c): withdrawal of consent."""
    if case.asks_for_consent and "withdrawal" not in case.policy.rights.granted:
        yield Finding("rights.granted", "consent is asked for, and nothing says that it can be withdrawn.")


@rule(
    "GDPR13-AUTHORITY",
    "gdpr-13-2-d gdpr-77",
    "The statement leaves out the complaint to a supervisory authority.",
    "Add `[recourse.authority]` with the authority's name and address, beside any private dispute body.",
    PROFILE,
)
def authority(case: Case) -> Iterator[Finding]:
    """Element 2(d): the supervisory authority; a private body does not replace it."""
    recourse = case.policy.recourse
    if recourse.authority is None:
        instead = f"; {recourse.dispute.name} ({case.at('recourse.dispute')}) is none" if recourse.dispute else ""
        yield Finding("recourse", f"no supervisory authority is named{instead}.")


@rule(
    "GDPR13-NEW-PURPOSE",
    "gdpr-13-3",
    "Nobody is told before data are used for a new purpose.",
    'Set `rights.new_purpose_asks` to "everyone" or "gdpr".',
    PROFILE,
)
def new_purpose(case: Case) -> Iterator[Finding]:
    """Element 3: prior information about a new purpose."""
    if case.policy.rights.new_purpose_asks == "nobody":
        yield Finding("rights.new_purpose_asks", "data may be put to a new use without telling anybody.")


RULES = (rights, restriction, objection, withdrawal, authority, new_purpose)
