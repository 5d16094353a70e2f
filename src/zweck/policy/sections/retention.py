"""How long data are kept, by class of record and jurisdiction."""

from collections.abc import Iterator

from zweck.policy.model import Policy, Retention
from zweck.policy.pen import Pen
from zweck.policy.sentences import Grid, Sentence


def sentences(policy: Policy, pen: Pen) -> Iterator[Sentence]:
    """The rule of each purpose, each rule, and what a legal period does to a request for erasure."""
    names = {rule.record: _name(rule, pen) for rule in policy.retention}
    for id, purpose in policy.purposes.items():
        if purpose.retention in names:
            yield pen.write(f"retention.purpose:{id}", purpose=pen.text(purpose.name), rule=names[purpose.retention])
    for rule in policy.retention:
        yield _kept(rule, pen)
    if any(rule.ground == "law" for rule in policy.retention):
        yield pen.write("retention.spared")


def _name(rule: Retention, pen: Pen) -> str:
    return pen.text(rule.name) if rule.name else rule.record


def _length(rule: Retention, pen: Pen) -> str:
    if rule.years is not None:
        return pen.words.duration(rule.years, "years")
    return pen.words.duration(rule.days or 0, "days")


def _kept(rule: Retention, pen: Pen) -> Sentence:
    anywhere = rule.jurisdiction == "*"
    promise = f"retention.kept:{rule.record}" + ("" if anywhere else f"-{rule.jurisdiction.lower()}")
    return pen.write(
        promise,
        ("law" if rule.ground == "law" and rule.law else "choice") + ("" if anywhere else "-somewhere"),
        rule=_name(rule, pen),
        country="" if anywhere else pen.words.in_country(rule.jurisdiction),
        duration=_length(rule, pen),
        start=pen.words.say(f"statement.counted_from.{rule.counted_from}"),
        law=rule.law or "",
    )


def grids(policy: Policy, pen: Pen) -> Iterator[Grid]:
    """The table of periods."""
    if policy.retention:
        say = pen.words.say
        head = ("rule", "country", "length", "start", "ground")
        yield Grid(
            say("statement.grid.retention.caption"),
            tuple(say(f"statement.grid.retention.{column}") for column in head),
            tuple(_row(rule, pen) for rule in policy.retention),
        )


def _row(rule: Retention, pen: Pen) -> tuple[str, ...]:
    say = pen.words.say
    name, everywhere = _name(rule, pen), rule.jurisdiction == "*"
    return (
        name[:1].upper() + name[1:],
        say("statement.grid.retention.everywhere") if everywhere else pen.words.country(rule.jurisdiction),
        _length(rule, pen),
        say(f"statement.grid.retention.{rule.counted_from}"),
        (rule.law if rule.ground == "law" else None) or say(f"statement.grid.retention.{rule.ground}"),
    )
