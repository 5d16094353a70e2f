"""What a TILT document says, in the terms of a policy."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from zweck.policy.tilt.document import Document
from zweck.policy.tilt.periods import days_of, period, together
from zweck.policy.writing.sheet import Ids

NOWHERE = "ZZ"  # no country: none is said
_BASES = {
    "a": "consent",
    "b": "contract",
    "c": "legal-obligation",
    "d": "vital-interests",
    "e": "public-task",
    "f": "legitimate-interest",
}
_ART_6 = re.compile(r"(?:EU)?(?:GDPR|DSGVO)-6(?:-1)?-([a-f])")
_ADDRESS = re.compile(r"(?P<street>[^,]+),\s*(?P<postcode>(?:[A-Z]{1,2}-)?\d{4,5}) (?P<city>[^,]+)")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_COUNTRY = re.compile(r"[A-Z]{2}")


@dataclass(slots=True)
class Datum:
    """A kind of data. `source`: as a policy's; "" = the person."""

    id: str
    name: str
    source: str = ""


@dataclass(slots=True)
class Purpose:
    """A purpose, put together from all data that name it."""

    id: str
    name: str
    basis: str = ""
    laws: list[str] = field(default_factory=list)
    interest: str = ""
    mandatory: bool | None = None
    consequence: str = ""
    data: list[str] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Recipient:
    """A recipient."""

    id: str
    name: str
    country: str
    receives: list[str] = field(default_factory=list)
    mechanism: str = ""


@dataclass(frozen=True, slots=True)
class Period:
    """How long a kind of data is kept: `number` of `unit` (years or days)."""

    record: str
    name: str
    unit: str
    number: int
    purposes: tuple[str, ...]
    laws: tuple[str, ...]


class Disclosed:
    """The data that are disclosed, with their purposes, recipients and periods. Things of one name are one thing."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._ids = {"data": Ids(), "purposes": Ids(), "recipients": Ids(), "retention": Ids()}
        self.data: dict[str, Datum] = {}
        self.purposes: dict[str, Purpose] = {}
        self.recipients: dict[str, Recipient] = {}
        self.periods: list[Period] = []
        for item in document.each("dataDisclosed"):
            self._item(item)
        for source in document.each("sources"):
            self._source(source)

    def _item(self, path: str) -> None:
        category = self._document.text(f"{path}.category")
        datum = self._datum(category) if category else None
        purposes = list(self._purposes(path))
        recipients = list(self._recipients(path))
        for purpose in purposes:
            _add(purpose.data, datum.id if datum else "")
            for recipient in recipients:
                _add(purpose.recipients, recipient.id)
        for recipient in recipients:
            _add(recipient.receives, datum.id if datum else "")
        self._bases(path, purposes)
        self._interests(path, purposes)
        self._duties(path, purposes)
        self._periods(path, category, purposes)

    def _datum(self, name: str) -> Datum:
        key = name.casefold()
        if key not in self.data:
            self.data[key] = Datum(self._ids["data"].of(name, "data"), name)
        return self.data[key]

    def _purposes(self, path: str) -> Iterator[Purpose]:
        for entry in self._document.each(f"{path}.purposes"):
            if name := self._document.text(f"{entry}.purpose"):
                made = Purpose(self._ids["purposes"].of(name, "purpose"), name)
                yield self.purposes.setdefault(name.casefold(), made)

    def _recipients(self, path: str) -> Iterator[Recipient]:
        for entry in self._document.each(f"{path}.recipients"):
            category = self._document.text(f"{entry}.category")
            name = self._document.text(f"{entry}.name")
            if name and category:
                self._document.put_back(f"{entry}.category", "a policy says what a recipient does: `does`")
            if name or category:
                country = country_at(self._document, f"{entry}.country")
                yield self._recipient(name or category, country)

    def _recipient(self, name: str, country: str) -> Recipient:
        known = self.recipients.get(name.casefold())
        if known is None:
            known = Recipient(self._ids["recipients"].of(name, "recipient"), name, country)
            self.recipients[name.casefold()] = known
        if known.country == NOWHERE:
            known.country = country
        return known

    def _bases(self, path: str, purposes: list[Purpose]) -> None:
        for entry in self._document.each(f"{path}.legalBases"):
            reference = self._document.text(f"{entry}.reference")
            found = _ART_6.fullmatch(reference)
            for purpose in purposes:
                if found is None and reference:
                    _add(purpose.laws, reference)
                elif found and not purpose.basis:
                    purpose.basis = _BASES[found[1]]
                elif found and purpose.basis != _BASES[found[1]]:
                    why = f'the purpose "{purpose.name}" rests on {purpose.basis} already'
                    self._document.put_back(f"{entry}.reference", why)
            if not purposes:
                self._document.put_back(f"{entry}.reference", "no purpose is named beside it")

    def _interests(self, path: str, purposes: list[Purpose]) -> None:
        for entry in self._document.each(f"{path}.legitimateInterests"):
            exists = self._document.flag(f"{entry}.exists")
            reasoning = self._document.text(f"{entry}.reasoning")
            wanting = [p for p in purposes if p.basis == "legitimate-interest" and not p.interest]
            if exists is not False and reasoning and wanting:
                for purpose in wanting:
                    purpose.interest = reasoning
            else:
                why = "no purpose of these data rests on a legitimate interest that is not named yet"
                self._document.put_back(f"{entry}.reasoning", why)
                if exists:
                    self._document.put_back(f"{entry}.exists", why)

    def _duties(self, path: str, purposes: list[Purpose]) -> None:
        here = f"{path}.nonDisclosure"
        said = [
            self._document.flag(f"{here}.{key}")
            for key in ("legalRequirement", "contractualRegulation", "obligationToProvide")
        ]
        mandatory = any(said) if any(flag is not None for flag in said) else None
        consequences = self._document.text(f"{here}.consequences")
        for purpose in purposes:
            purpose.mandatory = purpose.mandatory or mandatory
        wanting = [purpose for purpose in purposes if not purpose.consequence]
        for purpose in wanting:
            purpose.consequence = consequences
        if consequences and not wanting:
            self._document.put_back(f"{here}.consequences", "its purposes have one from other data")

    def _periods(self, path: str, category: str, purposes: list[Purpose]) -> None:
        found: list[float] = []
        laws: list[str] = []
        for storage in self._document.each(f"{path}.storage"):
            spans = list(self._spans(storage))
            function = self._document.text(f"{storage}.aggregationFunction")
            if spans:
                found.append(together(spans, function))
                laws += self._document.texts(f"{storage}.legalBasisConditional")
            else:
                for entry in self._document.each(f"{storage}.legalBasisConditional"):
                    self._document.put_back(entry, "there is no period to go with it")
        if found and category:
            record = self._ids["retention"].of(category, "record")
            ids = tuple(dict.fromkeys(purpose.id for purpose in purposes))
            unit, number = period(max(found))
            self.periods.append(Period(record, category, unit, number, ids, tuple(dict.fromkeys(laws))))

    def _spans(self, storage: str) -> Iterator[float]:
        for entry in self._document.each(f"{storage}.temporal"):
            ttl = self._document.text(f"{entry}.ttl")
            days = days_of(ttl)
            if days is None:
                self._document.put_back(f"{entry}.ttl", "no span as ISO 8601 writes it, such as P6M")
                continue
            if not ttl.startswith("P"):
                why = "its length is carried over, and not the day from which it runs"
                self._document.put_back(f"{entry}.ttl", why)
            yield days

    def _source(self, path: str) -> None:
        category = self._document.text(f"{path}.dataCategory")
        flags = [self._document.flag(f"{entry}.publiclyAvailable") for entry in self._document.each(f"{path}.sources")]
        if category:
            self._datum(category).source = "public" if flags and all(flags) else "third-party"


def country_at(document: Document, path: str) -> str:
    """A country as two letters; NOWHERE where there is none."""
    said = document.text(path)
    if said and not _COUNTRY.fullmatch(said):
        document.put_back(path, "no country as two capital letters")
    return said if _COUNTRY.fullmatch(said) else NOWHERE


def email_at(document: Document, path: str) -> str:
    """An e-mail address; "" where there is none."""
    said = document.text(path)
    if said and not _EMAIL.fullmatch(said):
        document.put_back(path, "no e-mail address")
    return said if _EMAIL.fullmatch(said) else ""


def address_at(document: Document, path: str) -> dict[str, str]:
    """A postal address in its parts, from `path.address` and `path.country`; empty where it has others."""
    said, country = document.text(f"{path}.address"), country_at(document, f"{path}.country")
    found = _ADDRESS.fullmatch(said)
    if found is None or country == NOWHERE:
        document.put_back(f"{path}.address", "not of the form `street, postcode city` with a country beside it")
        return {}
    return {**found.groupdict(), "country": country}


def _add(names: list[str], name: str) -> None:
    if name and name not in names:
        names.append(name)
