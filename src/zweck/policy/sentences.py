"""What a statement is made of. Plain values: pages, exports and proofs read them and never build their own."""

from dataclasses import dataclass
from typing import Literal

Nature = Literal["checked", "stated", "attested", "aim"]


@dataclass(frozen=True, slots=True)
class Span:
    """A run of text; with `href` it is a link."""

    text: str
    href: str = ""


@dataclass(frozen=True, slots=True)
class Sentence:
    """One promise in one language.

    `promise` is `kind[:parameter]`; `rows` are the source rows it answers (`docs/reference/promises.md`);
    `until` is the last day of an attestation, ISO, for nature "attested".
    """

    promise: str
    nature: Nature
    rows: tuple[str, ...]
    spans: tuple[Span, ...]
    until: str = ""

    @property
    def text(self) -> str:
        """The sentence without its links."""
        return "".join(span.text for span in self.spans)

    @property
    def kind(self) -> str:
        """The promise's kind, without the parameter."""
        return self.promise.partition(":")[0]

    @property
    def parameter(self) -> str:
        """What the kind speaks of here, e.g. a purpose id; empty where there is none."""
        return self.promise.partition(":")[2]


@dataclass(frozen=True, slots=True)
class Grid:
    """A table under a section: technologies, recipients, retention periods."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A headed part of the statement."""

    id: str
    title: str
    sentences: tuple[Sentence, ...]
    grids: tuple[Grid, ...] = ()


@dataclass(frozen=True, slots=True)
class Statement:
    """A whole statement in one language."""

    site: str
    language: str
    title: str
    sections: tuple[Section, ...]

    def sentences(self) -> tuple[Sentence, ...]:
        """All sentences, in reading order."""
        return tuple(sentence for section in self.sections for sentence in section.sentences)
