"""How long data are kept, by class of record and jurisdiction."""

from collections.abc import Iterator

from zweck.policy.model import Policy, Retention
from zweck.policy.pen import Pen
from zweck.policy.sentences import Grid, Sentence


def sentences(policy: Policy, pen: Pen) -> Iterator[Sentence]:
    """Each rule, and what a legal period does to a request for erasure."""
    for rule in policy.retention:
        yield _kept(rule, pen)
    if any(rule.ground == "law" for rule in policy.retention):
        yield pen.write("retention.spared")


def _name(rule: Retention, pen: Pen) -> str:
    return pen.text(rule.name) if rule.name else rule.record


def _promise(rule: Retention) -> str:
    somewhere = "" if rule.jurisdiction == "*" else f"-{rule.jurisdiction.lower()}"
    return f"retention.kept:{rule.record}{somewhere}"


def _length(rule: Retention, pen: Pen) -> str:
    if rule.years is not None:
        return pen.words.duration(rule.years, "years")
    if not rule.days:
        return pen.words.say("statement.grid.retention.at_once")
    return pen.words.duration(rule.days, "days")


def _start(rule: Retention, pen: Pen) -> str:
    return pen.text(rule.starts) if rule.starts else pen.words.say(f"statement.counted_from.{rule.counted_from}")


def _served(rule: Retention, policy: Policy) -> list[str]:
    return rule.purposes or [id for id, purpose in policy.purposes.items() if purpose.retention == rule.record]


def _kept(rule: Retention, pen: Pen) -> Sentence:
    if rule.days == 0 and rule.years is None:
        return pen.write(_promise(rule), "at-once", rule=_name(rule, pen), start=_start(rule, pen))
    anywhere = rule.jurisdiction == "*"
    ground = "law-unnamed" if rule.ground == "law" and not rule.law else rule.ground
    return pen.write(
        _promise(rule),
        ground + ("" if anywhere else "-somewhere"),
        rule=_name(rule, pen),
        country="" if anywhere else pen.words.in_country(rule.jurisdiction),
        duration=_length(rule, pen),
        start=_start(rule, pen),
        law=pen.cited(rule.law),
    )


def grids(policy: Policy, pen: Pen) -> Iterator[Grid]:
    """The table of periods."""
    if policy.retention:
        say = pen.words.say
        head = ("rule", "purposes", "country", "length", "start", "ground")
        yield Grid(
            say("statement.grid.retention.caption"),
            tuple(say(f"statement.grid.retention.{column}") for column in head),
            tuple(_row(rule, policy, pen) for rule in policy.retention),
        )


def _row(rule: Retention, policy: Policy, pen: Pen) -> tuple[str, ...]:
    say = pen.words.say
    name, everywhere = _name(rule, pen), rule.jurisdiction == "*"
    return (
        name[:1].upper() + name[1:],
        ", ".join(pen.purpose(id) for id in _served(rule, policy)),
        say("statement.grid.retention.everywhere") if everywhere else pen.words.country(rule.jurisdiction),
        _length(rule, pen),
        say(f"statement.grid.retention.{rule.counted_from}"),
        _ground(rule, pen),
    )


def _ground(rule: Retention, pen: Pen) -> str:
    if rule.ground == "law" and rule.law:
        return pen.cited(rule.law)
    return pen.words.say(f"statement.grid.retention.{rule.ground}")
