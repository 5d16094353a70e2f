"""What a visitor should know of a purpose before answering: from the policy, in the statement's own words."""

from collections.abc import Iterator
from dataclasses import dataclass

from zweck.editions import acts as editions
from zweck.policy.model import Policy, Recipient, Technology
from zweck.policy.pen import Pen
from zweck.policy.reading.choices import answerable, asked
from zweck.policy.sections.purposes import basis_of
from zweck.policy.sentences import Statement
from zweck.site.frame import Look

Fact = tuple[str, list[str]]


@dataclass(frozen=True, slots=True)
class Told:
    """A purpose as a page tells it: its name, and labelled lines."""

    id: str
    name: str
    facts: list[Fact]


def told(look: Look, ids: tuple[str, ...]) -> list[Told]:
    """Purposes in full."""
    policy = look.edition.policy
    pen = Pen(policy, look.words)
    statement = editions.statement_of(look.edition, look.here.language)
    return [Told(id_, _capital(pen.purpose(id_)), list(_facts(policy, id_, pen, statement))) for id_ in ids]


def unasked(policy: Policy) -> tuple[str, ...]:
    """Ids of the purposes that a mere visit touches and that nobody is asked about, in declared order.

    Those that leave something on the device or may be refused later, and those that say what a visitor is asked.
    """
    touching = {one.purpose for one in policy.technologies.values()} | {*answerable(policy)}
    wanted = asked(policy)
    return tuple(
        id_
        for id_, purpose in policy.purposes.items()
        if id_ not in wanted and (id_ in touching or purpose.consent_mode is not None)
    )


def _facts(policy: Policy, id_: str, pen: Pen, statement: Statement) -> Iterator[Fact]:
    purpose, say = policy.purposes[id_], pen.words.say
    if purpose.basis:
        yield say("page.choices.basis"), [basis_of(purpose, pen)]
    if purpose.interest:
        yield say("page.choices.interest"), [pen.text(purpose.interest)]
    if purpose.data:
        yield say("page.choices.data"), [pen.data(purpose.data)]
    known = [policy.recipients[one] for one in purpose.recipients if one in policy.recipients]
    receiving = [recipient(one, policy, pen) for one in known]
    yield say("page.choices.recipients"), receiving or [say("page.choices.nobody")]
    lying = [_technology(one, pen) for one in policy.technologies.values() if one.purpose == id_]
    yield say("page.choices.device"), lying or [say("page.choices.nothing_lies")]
    if lasting := kept(policy, id_, statement):
        yield say("page.choices.period"), lasting


def recipient(recipient: Recipient, policy: Policy, pen: Pen) -> str:
    """A recipient in a line: name, country, and what lets data go there."""
    say, country = pen.words.say, pen.words.country(recipient.country)
    mechanism = policy.mechanisms.get(recipient.mechanism or "")
    if mechanism is None:
        return say("page.choices.recipient", name=recipient.name, country=country)
    how = pen.text(mechanism.name)
    return say("page.choices.recipient_by", name=recipient.name, country=country, mechanism=how)


def _technology(technology: Technology, pen: Pen) -> str:
    say = pen.words.say
    kind = say(f"statement.technology_kind.{technology.kind}")
    if technology.lifetime_days is None:
        return say("page.choices.entry", name=technology.name, kind=kind)
    lasts = say("statement.grid.technologies.session")
    if technology.lifetime_days:
        lasts = pen.words.duration(technology.lifetime_days, "days")
    return say("page.choices.entry_lasts", name=technology.name, kind=kind, lasts=lasts)


def kept(policy: Policy, id_: str, statement: Statement) -> list[str]:
    """The statement's own sentences on how long this purpose's records stay."""
    record = policy.purposes[id_].retention
    served = {rule.record for rule in policy.retention if id_ in rule.purposes} | {record}
    return [
        s.text
        for s in statement.sentences()
        if s.kind == "retention.kept" and any(s.parameter == one or _is_abroad(s.parameter, one) for one in served)
    ]


def _is_abroad(parameter: str, record: str | None) -> bool:
    return record is not None and parameter[:-3] == record and parameter[-3] == "-"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
