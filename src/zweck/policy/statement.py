"""From a policy to the statement: sections of sentences in one language."""

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType

from zweck.policy.kinds import SECTIONS
from zweck.policy.model import Policy
from zweck.policy.pen import Pen
from zweck.policy.sections import consent, purposes, scope, website
from zweck.policy.sentences import Grid, Section, Sentence, Statement
from zweck.policy.words import words

Sentences = Callable[[Policy, Pen], Iterable[Sentence]]
Grids = Callable[[Policy, Pen], Iterable[Grid]]

SENTENCES: Mapping[str, Sentences] = MappingProxyType(
    {
        "scope": scope.sentences,
        "consent": consent.sentences,
        "purposes": purposes.sentences,
        "website": website.sentences,
    }
)
GRIDS: Mapping[str, Grids] = MappingProxyType({"consent": consent.grids})


def statement(policy: Policy, language: str) -> Statement:
    """The whole statement. Sections come in the policy's order, then the usual one; an empty section is left out."""
    pen = Pen(policy, words(language))
    sections = [_section(id, policy, pen) for id in _order(policy)]
    title = pen.words.say("statement.title")
    return Statement(policy.site, language, title, tuple(s for s in sections if s.sentences or s.grids))


def _section(id: str, policy: Policy, pen: Pen) -> Section:
    written = SENTENCES[id](policy, pen) if id in SENTENCES else ()
    grids = GRIDS[id](policy, pen) if id in GRIDS else ()
    title = pen.words.say(f"statement.section.{id}")
    return Section(id, title, (*written, *_paragraphs(id, policy, pen)), tuple(grids))


def _paragraphs(section: str, policy: Policy, pen: Pen) -> Iterable[Sentence]:
    """The operator's own paragraphs in this section, in declared order."""
    for paragraph in policy.statement.paragraphs:
        if paragraph.section == section:
            yield pen.own(paragraph)


def _order(policy: Policy) -> tuple[str, ...]:
    first = [id for id in policy.statement.order if id in SECTIONS]
    return tuple(dict.fromkeys((*first, *SECTIONS)))
