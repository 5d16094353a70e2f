"""How we secure the website, and what stands behind each measure."""

from collections.abc import Iterator

from zweck.policy.kinds import KINDS
from zweck.policy.model import Measure, Policy
from zweck.policy.pen import Pen
from zweck.policy.sentences import Grid, Sentence


def sentences(policy: Policy, pen: Pen) -> Iterator[Sentence]:
    """Secured transport, the measures that the law demands, and the aim behind them."""
    if all(origin.startswith("https:") for origin in policy.scope.origins):
        yield pen.write("site.tls")
        yield pen.write("security.servers")
    if policy.measures:
        yield pen.write("security.measures")
    if policy.statement.aims:
        yield pen.write("security.ease")


def grids(policy: Policy, pen: Pen) -> Iterator[Grid]:
    """The table of measures."""
    if policy.measures:
        say = pen.words.say
        yield Grid(
            say("statement.grid.measures.caption"),
            (say("statement.grid.measures.name"), say("statement.grid.measures.stands")),
            tuple((pen.text(m.name), _stands(m, pen)) for m in policy.measures.values()),
        )


def _stands(measure: Measure, pen: Pen) -> str:
    say = pen.words.say
    if measure.proved_by:
        known = measure.proved_by.partition(":")[0] in KINDS
        return say("statement.grid.measures.checked" if known else "statement.grid.measures.nobody")
    if measure.attested_until:
        return say("statement.grid.measures.attested", date=pen.words.date(measure.attested_until))
    return say("statement.grid.measures.nobody")
