"""The pen that writes sentences: words, parameters, links, counsel's wordings and attestations come together here."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from zweck.policy.kinds import KINDS
from zweck.policy.model import Address, Paragraph, Party, Policy
from zweck.policy.sentences import Sentence, Span
from zweck.policy.texts import Text, say
from zweck.policy.words import PARAMETER, Template, Words, bound

Param = str | int | Span | tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Fault:
    """Something in a policy that no statement can be written from. `path` is a dotted path in the policy file."""

    path: str
    wrong: str
    right: str

    def __str__(self) -> str:
        return f"{self.path}: {self.wrong}, {self.right}"


class Pen:
    """Writes one policy in one language."""

    def __init__(self, policy: Policy, words: Words) -> None:
        """Index what every sentence asks for."""
        self.policy = policy
        self.words = words
        self.language = words.language
        self.overrides = {o.promise: o.text for o in policy.statement.overrides if o.language == words.language}
        self.until = vouched(policy)
        self.faults: list[Fault] = []
        self._written: set[str] = set()

    def write(self, promise: str, variant: str = "", **params: Param) -> Sentence:
        """The sentence of a promise. `variant` names one of several wordings, `n` chooses the plural form."""
        kind = KINDS[promise.partition(":")[0]]
        key = f"statement.{kind.id}.{variant}" if variant else f"statement.{kind.id}"
        n = params.get("n")
        template = self.words.template(key, n if isinstance(n, int) else None)
        if promise in self.overrides:
            template = self._counsels(promise, template)
        until = self.until.get(promise) or self.until.get(kind.id, "") if kind.nature == "attested" else ""
        return Sentence(promise, kind.nature, kind.rows, self._fill(template, params), until)

    def own(self, paragraph: Paragraph) -> Sentence:
        """A paragraph of the operator's own; an attested one lasts until its own end or its attestation's."""
        promise = f"own.{paragraph.nature}:{paragraph.id}"
        until = paragraph.attested_until.isoformat() if paragraph.attested_until else self.until.get(promise, "")
        spans = (Span(self.text(paragraph.text)),)
        return Sentence(promise, paragraph.nature, (), spans, until if paragraph.nature == "attested" else "")

    def text(self, text: Text) -> str:
        """A text of the policy in this language."""
        return say(text, self.language)

    def cited(self, law: Text | None) -> str:
        """A citation of the policy in this language; empty where there is none."""
        return bound(self.text(law)) if law else ""

    def vouches(self, promise: str) -> bool:
        """Whether anybody vouched for this promise, even if the time has run out, or a measure names it."""
        return promise in self.until or any(m.proved_by == promise for m in self.policy.measures.values())

    def purpose(self, purpose: str) -> str:
        """A purpose's name."""
        return self.text(self.policy.purposes[purpose].name)

    def data(self, data: list[str]) -> str:
        """Names of data as prose."""
        return self.words.list(self.text(self.policy.data[d].name) if d in self.policy.data else d for d in data)

    def recipient(self, recipient: str) -> str:
        """A recipient's name."""
        return self.policy.recipients[recipient].name

    def except_for(self, recipients: list[str]) -> str:
        """Recipients that a claim excepts by name, as prose; empty where it excepts none."""
        return self.words.list(self.recipient(id) for id in recipients) if recipients else ""

    def contact(self) -> Span:
        """The controller's mailbox as a link."""
        return mail(self.policy.controller.contact)

    def address(self, address: Address) -> str:
        """A postal address on one line."""
        return f"{address.street}, {address.town}, {self.words.country(address.country)}"

    def party(self, party: Party) -> tuple[Span, ...]:
        """A named party with all the ways to reach it."""
        start = self.text(party.name)
        if party.address:
            start = f"{start}, {self.address(party.address)}"
        links = [mail(party.email)] if party.email else []
        links += [link(party.url)] if party.url else []
        spans = [Span(start)]
        for one in links:
            spans += [Span(", "), one]
        return tuple(spans)

    def unused(self) -> Iterator[Fault]:
        """Faults of overrides whose sentence this statement does not hold."""
        for promise in self.overrides.keys() - self._written:
            wrong = f"there is no sentence {promise!r} in this statement"
            yield Fault(
                self._path(promise), wrong, "remove the override, or name a promise that `zweck statement` lists"
            )

    def _counsels(self, promise: str, ours: Template) -> Template:
        self._written.add(promise)
        theirs = _cut(self.overrides[promise])
        have, want = set(theirs[1::2]), set(ours[1::2])
        if have == want:
            return theirs
        parts = [f"drops {_braced(want - have)}"] if want - have else []
        parts += [f"invents {_braced(have - want)}"] if have - want else []
        wrong = f"the wording of {promise!r} {' and '.join(parts)}"
        right = f"it must hold exactly {_braced(want)}" if want else "it takes no parameter"
        self.faults.append(Fault(self._path(promise), wrong, right))
        return ours

    def _path(self, promise: str) -> str:
        """Where in the policy the override of this promise stands; the last one counts, as in `overrides`."""
        places = [(o.promise, o.language) for o in self.policy.statement.overrides]
        last = len(places) - 1 - places[::-1].index((promise, self.language))
        return f"statement.overrides[{last}].text"

    def _fill(self, template: Template, params: Mapping[str, Param]) -> tuple[Span, ...]:
        spans: list[Span] = []
        text = ""
        for i, part in enumerate(template):
            value = params[part] if i % 2 else part
            if isinstance(value, str):
                # "…, Inc." at the end of a sentence brings its own full stop.
                text += value[1:] if text.endswith(".") and value.startswith(".") else value
            elif isinstance(value, int):
                text += self.words.number(value)
            else:
                linked = (value,) if isinstance(value, Span) else value
                spans += [Span(text), *linked]
                text = ""
        return tuple(span for span in _joined([*spans, Span(text)]) if span.text)


def mail(address: str) -> Span:
    """A mailbox as a link."""
    return Span(address, f"mailto:{address}")


def link(url: str, title: str = "") -> Span:
    """A link; without a title it shows its address without the scheme."""
    return Span(title or url.partition("://")[2].rstrip("/"), url)


def vouched(policy: Policy) -> Mapping[str, str]:
    """Promise or kind -> the last day (ISO) on which somebody vouches for it."""
    until: dict[str, str] = {}
    for attestation in policy.attestations:
        for promise in attestation.promises:
            until[promise] = max(until.get(promise, ""), attestation.valid_until.isoformat())
    return until


def _joined(spans: list[Span]) -> list[Span]:
    joined: list[Span] = []
    for span in spans:
        if joined and not span.href and not joined[-1].href:
            joined[-1] = Span(joined[-1].text + span.text)
        else:
            joined.append(span)
    return joined


def _braced(names: set[str]) -> str:
    return ", ".join(f"{{{name}}}" for name in sorted(names))


@cache
def _cut(text: str) -> Template:
    return tuple(PARAMETER.split(bound(text)))
