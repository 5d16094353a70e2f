"""The eighteen elements of GDPR Art. 13 and 14, and how a policy stands to each."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from zweck.policy.lint import lint
from zweck.policy.load import Loaded


class Standing(StrEnum):
    """How an element stands, worst first."""

    OBSOLETE = "obsolete"
    MISSING = "missing"
    PARTIAL = "partial"
    COMPLETE = "complete"


@dataclass(frozen=True, slots=True)
class Element:
    """One element. `wanting`: what a defect of each code makes of it."""

    id: str
    name: str
    wanting: Mapping[str, Standing] = field(default_factory=dict)


OBSOLETE, MISSING, PARTIAL = Standing.OBSOLETE, Standing.MISSING, Standing.PARTIAL

ELEMENTS: tuple[Element, ...] = (
    Element("13-1-a-controller", "controller, name and contact", {"GDPR13-ADDRESS": PARTIAL}),
    Element("13-1-a-representative", "representative in the Union", {"GDPR13-REPRESENTATIVE": MISSING}),
    Element("13-1-b", "data protection officer, contact", {"GDPR13-DPO": MISSING}),
    Element("13-1-c-purposes", "purposes", {"GDPR13-PURPOSE": PARTIAL, "CLAIM-PURPOSES-INCOMPLETE": PARTIAL}),
    Element("13-1-c-basis", "legal basis of each purpose", {"GDPR13-BASIS": MISSING}),
    # Without a basis nobody can tell whether an interest would have to be named.
    Element("13-1-d", "legitimate interest, named", {"GDPR13-INTEREST": MISSING, "GDPR13-BASIS": MISSING}),
    Element(
        "13-1-e",
        "recipients",
        {
            "GDPR13-RECIPIENT": PARTIAL,
            "CLAIM-NO-THIRD-PARTIES": PARTIAL,
            "CLAIM-ONWARD-FORMAL": PARTIAL,
            "CLAIM-ADDRESSES-PASSED-ON": PARTIAL,
            "RETIRED-COMPANY": PARTIAL,
        },
    ),
    Element(
        "13-1-f",
        "third country, safeguard, copy",
        {
            "LAW-MECHANISM-ANNULLED": OBSOLETE,
            "LAW-MECHANISM-LAPSED": OBSOLETE,
            "GDPR13-TRANSFER": MISSING,
            "GDPR13-SAFEGUARD-COPY": PARTIAL,
        },
    ),
    Element("13-2-a", "period of storage", {"GDPR13-PERIOD": PARTIAL}),
    Element(
        "13-2-b-access",
        "access, rectification, erasure",
        {"GDPR13-RIGHTS": MISSING, "RIGHTS-CONDITION": PARTIAL, "RIGHTS-AUDIENCE": PARTIAL},
    ),
    Element("13-2-b-restriction", "restriction, portability", {"GDPR13-RESTRICTION": MISSING}),
    Element("13-2-b-objection", "objection, set apart", {"GDPR13-OBJECTION": MISSING}),
    Element("13-2-c", "withdrawal of consent", {"GDPR13-WITHDRAWAL": MISSING}),
    Element("13-2-d", "complaint to an authority", {"GDPR13-AUTHORITY": MISSING}),
    Element("13-2-e", "obligatory or not, consequence", {"GDPR13-MANDATORY": MISSING}),
    Element("13-2-f", "automated decisions", {"GDPR13-AUTOMATED": MISSING}),
    Element("13-3", "new purpose: prior information", {"GDPR13-NEW-PURPOSE": MISSING}),
    Element("14", "source and categories of data from elsewhere", {"GDPR13-SOURCE": PARTIAL}),
)


def elements(loaded: Loaded, on: date) -> Mapping[str, Standing]:
    """How each element stands by the law of that day: its id, and the worst that any defect makes of it.

    A policy that did not choose the profile `gdpr13` is judged only by the rules that always speak.
    """
    codes = {defect.code for defect in lint(loaded, on)}
    return {element.id: _worst(element, codes) for element in ELEMENTS}


def _worst(element: Element, codes: set[str]) -> Standing:
    found = [standing for code, standing in element.wanting.items() if code in codes]
    return min(found, key=list(Standing).index, default=Standing.COMPLETE)
