"""What was true once: mechanisms annulled or lapsed, products and companies that are no more, laws renamed."""

import re
from collections.abc import Iterator

from zweck.policy.rules.register import Case, Finding, rule
from zweck.policy.texts import wordings


@rule(
    "LAW-MECHANISM-ANNULLED",
    "gdpr-44 gdpr-13-1-f",
    "The statement rests on a transfer mechanism that is not in force.",
    "Rest the transfer on a mechanism in force (the DPF if listed there, else standard contractual clauses), and name "
    "it as `fallback`.",
)
def mechanism_annulled(case: Case) -> Iterator[Finding]:
    """A mechanism of a kind that the law of the day does not know, or no longer knows."""
    for name, mechanism in case.policy.mechanisms.items():
        norm = case.law.mechanism(mechanism.kind, case.on)
        if not norm.in_force(case.on):
            ended = norm.valid_to is not None and norm.valid_to < case.on
            why = f"ended by {norm.ended_by}" if ended else f"in force only from {norm.valid_from}"
            users = [f"{r.name}, {case.at(f'{p}.mechanism')}" for _, p, r in case.receiving() if r.mechanism == name]
            onto = f"; it still carries: {'; '.join(users)}" if users else ""
            message = f"{case.named(mechanism.name)} ({norm.cite}) is not in force: {why}{onto}."
            yield Finding(f"mechanisms.{name}.kind", message)


@rule(
    "LAW-MECHANISM-LAPSED",
    "gdpr-44 gdpr-5-2",
    "A mechanism or certification has passed its own declared end.",
    "Renew it and enter the new end, or move the transfer to the `fallback`.",
)
def mechanism_lapsed(case: Case) -> Iterator[Finding]:
    """A mechanism whose own end, or whose yearly certification, has passed."""
    for name, mechanism in case.policy.mechanisms.items():
        for key, end in (("until", mechanism.until), ("certified_until", mechanism.certified_until)):
            if end is not None and end < case.on:
                message = f"{case.named(mechanism.name)} ended on {end}, by its own declaration."
                yield Finding(f"mechanisms.{name}.{key}", message)


@rule(
    "LAW-PREVAILS",
    "tfeu-288 gdpr-5-1-a",
    "A clause gives a programme precedence where the law, or a statement the law requires, cannot yield.",
    'Set `prevails = "no"`. While a mechanism is in force, its principles may prevail over the statement, never over '
    "the law.",
)
def prevails(case: Case) -> Iterator[Finding]:
    """Precedence over law; or over a statement that carries statutory rights, by principles without force."""
    for name, mechanism in case.policy.mechanisms.items():
        path, called = f"mechanisms.{name}.prevails", case.named(mechanism.name)
        if mechanism.prevails == "over-law":
            yield Finding(path, f"{called} is given precedence over mandatory law.")
        elif mechanism.prevails == "over-statement" and not case.law.mechanism(mechanism.kind, case.on).in_force(
            case.on
        ):
            message = (
                f"{called} is given precedence over a statement that carries statutory rights, and is itself "
                f"without force ({case.at(f'mechanisms.{name}.kind')}): in effect precedence over mandatory law."
            )
            yield Finding(path, message)


@rule(
    "LAW-EVIDENCE-LAPSED",
    "gdpr-5-2",
    "Evidence or an attestation has passed its end.",
    "Obtain it anew and enter the new end.",
)
def evidence_lapsed(case: Case) -> Iterator[Finding]:
    """Certificates of recipients, attestations, attested paragraphs and measures."""
    policy = case.policy
    ends = [(f"recipients.{n}.evidence_until", r.evidence_until, r.name) for n, r in policy.recipients.items()]
    ends += [(f"attestations[{n}].valid_until", a.valid_until, a.issuer) for n, a in enumerate(policy.attestations)]
    ends += [(f"measures.{n}.attested_until", m.attested_until, case.named(m.name)) for n, m in policy.measures.items()]
    own = enumerate(policy.statement.paragraphs)
    ends += [(f"statement.paragraphs[{n}].attested_until", p.attested_until, p.id) for n, p in own]
    for path, end, what in ends:
        if end is not None and end < case.on:
            yield Finding(path, f"{what}: what vouches for it ended on {end}.")


def _same(name: str, other: str) -> bool:
    return name.casefold().strip() == other.casefold().strip()


@rule(
    "RETIRED-COMPANY",
    "gdpr-13-1-e gdpr-12-1",
    "A recipient goes by a name that is no more.",
    "Name the company that receives the data today.",
)
def retired_company(case: Case) -> Iterator[Finding]:
    """Recipients under a retired name."""
    for name, recipient in case.policy.recipients.items():
        for old in case.law.retired:
            if old.kind == "company" and old.since <= case.on and any(_same(recipient.name, n) for n in old.names):
                message = f"{recipient.name} has not gone by this name since {old.since}: {old.now}."
                yield Finding(f"recipients.{name}.name", message)


@rule(
    "RETIRED-PRODUCT",
    "gdpr-5-1-a gdpr-12-1",
    "The statement describes a product that is no more.",
    "Describe what really runs, or remove it.",
)
def retired_product(case: Case) -> Iterator[Finding]:
    """A measurement product retired by name, or told by a call that only it knew."""
    measurement = case.policy.systems.measurement
    if measurement is None:
        return
    product, quoted = measurement.product or "", measurement.code_quoted or ""
    for old in case.law.retired:
        if old.kind != "product" or old.since > case.on:
            continue
        if any(_same(product, name) for name in old.names):
            yield Finding("systems.measurement.product", f"{product} ended on {old.since}: {old.now}.")
        elif any(sign.casefold() in quoted.casefold() for sign in old.signs):
            where = case.at("systems.measurement.code_quoted")
            told = f"{product or 'the product'} is {old.names[0]} by the call it quotes, {where}"
            yield Finding("systems.measurement.product", f"{told}; it ended on {old.since}: {old.now}.")


@rule(
    "RETIRED-LAW",
    "gdpr-13-1-c gdpr-12-1",
    "The statement cites a law under a name it no longer has.",
    "Cite the law in force.",
)
def retired_law(case: Case) -> Iterator[Finding]:
    """Retired laws in the `law` keys of purposes, mechanisms and retention rules."""
    policy = case.policy
    cited = [(f"purposes.{name}.law", purpose.law) for name, purpose in policy.purposes.items()]
    cited += [(f"mechanisms.{name}.law", mechanism.law) for name, mechanism in policy.mechanisms.items()]
    cited += [(f"retention[{place}].law", row.law) for place, row in enumerate(policy.retention)]
    retired = [old for old in case.law.retired if old.kind == "law" and old.since <= case.on]
    for path, law in cited:
        for old in retired:
            wrong = next((wording for wording in wordings(law) if _cites(wording, old.names)), None)
            if wrong:
                yield Finding(path, f"`{wrong}` cites {old.names[0]}, which is no more since {old.since}: {old.now}.")


def _cites(law: str, names: tuple[str, ...]) -> bool:
    return any(re.search(rf"(?<!\w){re.escape(name)}(?!\w)", law, re.IGNORECASE) for name in names)


@rule(
    "QUOTED-CALL",
    "gdpr-5-1-a gdpr-12-1",
    "The statement quotes a call that its product never had.",
    "Quote the call as its maker documents it, or better: say what it does and leave the code out.",
)
def quoted_call(case: Case) -> Iterator[Finding]:
    """A call quoted, but misspelt."""
    measurement = case.policy.systems.measurement
    quoted = (measurement.code_quoted or "").strip().rstrip(";") if measurement else ""
    for call in case.law.calls:
        known = any(quoted.casefold().removesuffix("()") == spelling.casefold() for spelling in call.spellings)
        if call.stem in quoted.casefold() and not known:
            message = f"`{quoted}` is no call of any version of the product; documented is `{call.spellings[0]}`."
            yield Finding("systems.measurement.code_quoted", message)


RULES = (
    mechanism_annulled,
    mechanism_lapsed,
    prevails,
    evidence_lapsed,
    retired_company,
    retired_product,
    retired_law,
    quoted_call,
)
