"""From a policy to the statement: sections of sentences in one language."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from types import MappingProxyType

from zweck.policy.kinds import SECTIONS
from zweck.policy.model import Policy
from zweck.policy.pen import Fault, Pen
from zweck.policy.sections import (
    addresses,
    companies,
    consent,
    contact,
    controller,
    geolocation,
    mail,
    measurement,
    payment,
    purposes,
    recipients,
    retention,
    rights,
    scope,
    security,
    security_log,
    transfers,
    website,
)
from zweck.policy.sentences import Grid, Section, Sentence, Statement
from zweck.policy.words import languages, words

Sentences = Callable[[Policy, Pen], Iterable[Sentence]]
Grids = Callable[[Policy, Pen], Iterable[Grid]]

SENTENCES: Mapping[str, Sentences] = MappingProxyType(
    {
        "scope": scope.sentences,
        "consent": consent.sentences,
        "purposes": purposes.sentences,
        "controller": controller.sentences,
        "recipients": recipients.sentences,
        "transfers": transfers.sentences,
        "rights": rights.sentences,
        "security": security.sentences,
        "website": website.sentences,
        "addresses": addresses.sentences,
        "security-log": security_log.sentences,
        "geolocation": geolocation.sentences,
        "company-visits": companies.sentences,
        "measurement": measurement.sentences,
        "mail": mail.sentences,
        "payment": payment.sentences,
        "retention": retention.sentences,
        "contact": contact.sentences,
    }
)
GRIDS: Mapping[str, Grids] = MappingProxyType(
    {
        "consent": consent.grids,
        "recipients": recipients.grids,
        "security": security.grids,
        "retention": retention.grids,
    }
)


class StatementErrors(Exception):  # noqa: N818  (it holds several)
    """A policy that no statement can be written from; `faults` says where and what would be right."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        """All faults at once, one line each."""
        super().__init__("\n".join(map(str, faults)))
        self.faults = faults


def statement(policy: Policy, language: str) -> Statement:
    """The whole statement. Sections come in the policy's order, then the usual one; an empty section is left out.

    Raises StatementErrors for a wording that drops or invents a parameter, or a section or sentence that is not there;
    `faults` lists the same beforehand, for the loader.
    """
    written, wrong = _write(policy, language)
    if wrong:
        raise StatementErrors(wrong)
    return written


def faults(policy: Policy) -> tuple[Fault, ...]:
    """Everything that keeps a policy from becoming a statement, in all languages there are texts for."""
    spoken = [language for language in policy.languages if language in languages()]
    found = [fault for language in spoken for fault in _write(policy, language)[1]]
    return tuple(dict.fromkeys((*found, *_foreign(policy))))


def _write(policy: Policy, language: str) -> tuple[Statement, tuple[Fault, ...]]:
    pen = Pen(policy, words(language))
    sections = [_section(id, policy, pen) for id in _order(policy)]
    title = pen.words.say("statement.title")
    written = Statement(policy.site, language, title, tuple(s for s in sections if s.sentences or s.grids))
    return written, (*_unplaced(policy), *pen.faults, *pen.unused())


def _unplaced(policy: Policy) -> Iterator[Fault]:
    """Sections that are named but do not exist."""
    named = [(f"statement.order[{i}]", id) for i, id in enumerate(policy.statement.order)]
    named += [(f"statement.paragraphs[{i}].section", p.section) for i, p in enumerate(policy.statement.paragraphs)]
    for path, id in named:
        if id not in SECTIONS:
            yield Fault(path, f"there is no section {id!r}", f"there are {', '.join(SECTIONS)}")


def _foreign(policy: Policy) -> Iterator[Fault]:
    """Overrides in a language the site does not speak."""
    for i, override in enumerate(policy.statement.overrides):
        if override.language not in policy.languages:
            wrong = f"the site does not speak {override.language!r}"
            yield Fault(f"statement.overrides[{i}].language", wrong, f"it speaks {', '.join(policy.languages)}")


def _section(id: str, policy: Policy, pen: Pen) -> Section:
    written = SENTENCES[id](policy, pen)
    grids = GRIDS[id](policy, pen) if id in GRIDS else ()
    title = pen.words.say(f"statement.section.{id}")
    if id == "rights" and policy.rights.heading:
        named = pen.words.list(pen.words.say(f"statement.right.{right}") for right in policy.rights.heading)
        title = pen.words.say("statement.section.rights-named", rights=named)
    return Section(id, title, (*written, *_paragraphs(id, policy, pen)), tuple(grids))


def _paragraphs(section: str, policy: Policy, pen: Pen) -> Iterable[Sentence]:
    """The operator's own paragraphs in this section, in declared order."""
    for paragraph in policy.statement.paragraphs:
        if paragraph.section == section:
            yield pen.own(paragraph)


def _order(policy: Policy) -> tuple[str, ...]:
    first = [id for id in policy.statement.order if id in SECTIONS]
    return tuple(dict.fromkeys((*first, *SECTIONS)))
