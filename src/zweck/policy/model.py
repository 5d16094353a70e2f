"""The declaration of one site: what `policy.toml` may say.

Every field that the law asks for but a real statement may lack is optional here: a missing legal basis is a
defect for the linter to explain, not a file that cannot be read. What is required is only what no site can run
without. Unknown keys are refused everywhere (`extra="forbid"`), types are strict.
"""

from datetime import date as Day  # noqa: N812  (`date` is a field name below)
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from zweck.policy.claims import Claim
from zweck.policy.systems import Systems
from zweck.policy.texts import Slug, Table, Text

Basis = Literal["consent", "contract", "legal-obligation", "vital-interests", "public-task", "legitimate-interest"]
RightName = Literal[
    "access", "rectification", "erasure", "restriction", "portability", "objection", "withdrawal", "complaint"
]
Country = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
Jurisdiction = Annotated[str, StringConstraints(pattern=r"^([A-Z]{2}|\*)$")]  # `*` = everywhere else
Url = Annotated[str, StringConstraints(pattern=r"^https?://[^\s]+$")]
Origin = Annotated[str, StringConstraints(pattern=r"^https?://[a-z0-9.-]+(:[0-9]+)?$")]
Email = Annotated[str, StringConstraints(pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$")]
Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}$")]


class Address(Table):
    """A postal address as printed on an envelope."""

    street: str
    postcode: str
    city: str
    country: Country


class Party(Table):
    """A person or body the statement names: representative, data protection officer, authority."""

    name: Text
    address: Address | None = None
    email: Email | None = None
    url: Url | None = None


class Controller(Table):
    """Who answers for the data (GDPR Art. 13(1)(a)); also feeds the imprint (§ 5 DDG)."""

    name: str
    form: Text | None = None
    country: Country
    address: Address | None = None
    contact: Email
    phone: str | None = None
    managed_by: list[str] = []
    register_court: str | None = None
    register_number: str | None = None
    vat_id: str | None = None
    tax_id: str | None = None
    establishments: list[Country] = []  # further countries in which it has a seat or branch
    representative: Party | None = None  # in the Union (GDPR Art. 27)
    representative_not_required: Text | None = None  # why none need be named (Art. 27(2))
    dpo: Party | None = None
    dpo_not_required: Text | None = None  # why none need be named (Art. 37, § 38 BDSG)


class Elsewhere(Table):
    """Something the statement does not speak for, and the terms that do."""

    name: Text
    url: Url


class Scope(Table):
    """For which origins the statement speaks."""

    origins: list[Origin] = Field(min_length=1)
    elsewhere: list[Elsewhere] = []


class Place(Table):
    """Where data may rest. `provider` is a recipient id; no provider means the controller's own machines."""

    name: Text
    country: Country
    region: str | None = None
    provider: Slug | None = None
    holds: list[Slug] = []  # purposes or systems whose data rest here; empty = all


class Datum(Table):
    """A kind of data, e.g. `email`. `source`: from whom it comes (GDPR Art. 14(2)(f))."""

    name: Text
    personal: bool = True
    special: bool = False  # GDPR Art. 9
    source: Literal["person", "device", "public", "third-party"] = "person"


class Purpose(Table):
    """Why a datum is held."""

    name: Text
    basis: Basis | None = None
    law: str | None = None
    data: list[Slug] = []
    mandatory: bool | None = None
    consequence: Text | None = None  # of not giving the data (GDPR Art. 13(2)(e))
    recipients: list[Slug] = []
    places: list[Slug] = []
    retention: str | None = None  # a retention class
    opt_in: Literal["none", "form", "double"] | None = None
    interest: Text | None = None  # the legitimate interest, named
    balancing: Text | None = None  # the balancing test, in a sentence or two
    consent_mode: Literal["ask", "opt-out", "none"] | None = None
    automated_decision: bool | None = None  # None: the statement does not say (GDPR Art. 13(2)(f))
    about_companies: bool = False  # data are not obtained from the person: Art. 14 applies


class Recipient(Table):
    """Anyone outside who receives data."""

    name: str
    role: Literal["processor", "controller", "joint-controller", "authority"]
    country: Country
    does: Text | None = None
    receives: list[Slug] = []
    mechanism: Slug | None = None  # the transfer mechanism, where the country is a third country
    contract_on: Day | None = None  # data processing agreement (GDPR Art. 28)
    evidence: str | None = None  # document or certificate, by title
    evidence_until: Day | None = None
    url: Url | None = None


class Mechanism(Table):
    """What lets data travel to a third country (GDPR Art. 44-49), with a fallback if it is annulled."""

    name: Text
    kind: Literal["adequacy", "dpf", "scc", "bcr", "privacy-shield", "safe-harbor", "derogation"]
    law: str | None = None
    since: Day | None = None
    until: Day | None = None
    certified: bool = False  # the controller itself takes part (self-certification)
    certified_until: Day | None = None
    prevails: Literal["no", "over-statement", "over-law"] = "no"
    url: Url | None = None
    copy_at: Text | None = None  # where a copy of the safeguard can be had (Art. 13(1)(f))
    fallback: Slug | None = None
    onward_liability: bool = False
    enforcement: Text | None = None  # the body that may investigate, e.g. the FTC


class Technology(Table):
    """A cookie, storage entry or script that touches the visitor's device."""

    name: str  # exact name, or a pattern with `*`
    kind: Literal["cookie", "local-storage", "session-storage", "indexed-db", "cache", "script", "pixel", "frame"]
    provider: Slug | None = None  # recipient id; none = ourselves
    purpose: Slug
    lifetime_days: int | None = Field(default=None, ge=0)  # 0 = ends with the session
    essential: bool = False
    why_essential: Text | None = None
    http_only: bool = False


class Form(Table):
    """A form on the site: which purpose it serves and which data it asks for."""

    name: Text
    purpose: Slug
    asks: list[Slug]
    optional: list[Slug] = []
    says_why: bool = True


class Retention(Table):
    """How long one class of records is kept under one jurisdiction."""

    record: Slug  # the class, e.g. "invoice"
    name: Text | None = None
    jurisdiction: Jurisdiction = "*"
    years: int | None = Field(default=None, ge=0)
    days: int | None = Field(default=None, ge=0)
    counted_from: Literal["event", "end-of-year"] = "event"
    ground: Literal["law", "choice"] = "choice"
    law: str | None = None


class Right(Table):
    """A right as this policy describes it."""

    condition: Literal["none", "demonstrably-wrong", "proved-identity"] = "none"
    how: Text | None = None


class Rights(Table):
    """Who may ask for what, and by which way."""

    audience: Literal["everyone", "gdpr", "eu-residents", "eu-citizens"] = "everyone"
    heading: list[RightName] = []  # the rights that the section's title names
    new_purpose_asks: Literal["everyone", "gdpr", "eu-residents", "eu-citizens", "nobody"] = "everyone"
    answer_days: int | None = Field(default=30, ge=1)
    granted: dict[RightName, Right] = {}


class Dispute(Table):
    """An independent body that settles complaints."""

    name: str
    country: Country
    url: Url | None = None
    free_of_charge: bool = True
    binding_arbitration: bool = False
    contract_until: Day | None = None


class Recourse(Table):
    """Where a complaint goes, in which order."""

    authority: Party | None = None
    dispute: Dispute | None = None
    order: list[Literal["controller", "authority", "dispute"]] = ["controller"]
    answer_complaints_days: int | None = Field(default=None, ge=1)


class Control(Table):
    """A control on our pages: what the statement calls it, what the page prints on it."""

    named: Text
    labelled: Text


class Controls(Table):
    """The controls by which a visitor changes a choice."""

    change: Control | None = None
    reset: Control | None = None
    opt_out: Control | None = None


class Measure(Table):
    """A technical or organisational measure (GDPR Art. 32): checked by us or vouched for by somebody."""

    name: Text
    proved_by: str | None = None  # a promise kind
    attested_until: Day | None = None


class Attestation(Table):
    """What only a human can vouch for, with an end."""

    promises: list[str] = Field(min_length=1)
    claim: Text
    issuer: str
    role: str
    signed_on: Day
    valid_until: Day
    evidence_sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")] | None = None


class Link(Table):
    """A link the statement prints; `checked_on` is the day a person last found it right."""

    url: Url
    title: Text
    checked_on: Day | None = None


class Override(Table):
    """Counsel's own wording of one sentence in one language; parameters `{…}` must all survive."""

    promise: str
    language: Language
    text: str
    signed_by: str
    signed_on: Day


class Paragraph(Table):
    """A paragraph of the operator's own."""

    id: Slug
    section: Slug
    nature: Literal["aim", "attested"]
    text: Text
    attested_until: Day | None = None


class StatementPlan(Table):
    """Order and wording of the statement."""

    order: list[Slug] = []  # section ids; sections not named keep their usual place after these
    aims: bool = True
    overrides: list[Override] = []
    paragraphs: list[Paragraph] = []


class Policy(BaseModel):
    """One site's declaration, as read from `policy.toml`."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    site: Slug
    name: str  # of the site, as its pages print it
    date: Day | None = None
    languages: list[Language] = Field(min_length=1)
    time_zone: str = "UTC"
    publish: Literal["full", "summary", "private"] = "full"
    profiles: list[Literal["gdpr13", "dpf", "tdddg"]] = ["gdpr13"]

    controller: Controller
    scope: Scope
    places: dict[Slug, Place] = {}
    data: dict[Slug, Datum] = {}
    purposes: dict[Slug, Purpose] = {}
    recipients: dict[Slug, Recipient] = {}
    mechanisms: dict[Slug, Mechanism] = {}
    technologies: dict[Slug, Technology] = {}
    forms: dict[Slug, Form] = {}
    retention: list[Retention] = []
    rights: Rights = Rights()
    recourse: Recourse = Recourse()
    systems: Systems = Systems()
    controls: Controls = Controls()
    measures: dict[Slug, Measure] = {}
    attestations: list[Attestation] = []
    links: dict[Slug, Link] = {}
    claims: list[Claim] = []
    statement: StatementPlan = StatementPlan()

    def needing_consent(self) -> tuple[str, ...]:
        """Ids of the purposes for which a technology asks the visitor first, in declared order."""
        asked = {t.purpose for t in self.technologies.values() if not t.essential}
        return tuple(p for p in self.purposes if p in asked and self.purposes[p].consent_mode != "none")
