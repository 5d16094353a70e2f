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
from zweck.policy.texts import Email, Slug, Table, Text

Basis = Literal["consent", "contract", "legal-obligation", "vital-interests", "public-task", "legitimate-interest"]
RightName = Literal[
    "access", "rectification", "erasure", "restriction", "portability", "objection", "withdrawal", "complaint"
]
Country = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
Jurisdiction = Annotated[str, StringConstraints(pattern=r"^([A-Z]{2}|\*)$")]  # `*` = everywhere else
Url = Annotated[str, StringConstraints(pattern=r"^https?://[^\s]+$")]
Origin = Annotated[str, StringConstraints(pattern=r"^https?://[a-z0-9.-]+(:[0-9]+)?$")]
Host = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]+(\.[a-z0-9-]+)+$")]
Hosts = Annotated[str, StringConstraints(pattern=r"^(\*\.)?[a-z0-9-]+(\.[a-z0-9-]+)+$")]  # `*.`: all below a domain
CITY_FIRST = frozenset({"AU", "CA", "GB", "IE", "IN", "NZ", "US"})
Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}$")]


class Address(Table):
    """A postal address as printed on an envelope."""

    street: str  # with house number
    postcode: str  # as in that country
    city: str  # of the address
    country: Country  # of the address

    @property
    def town(self) -> str:
        """City and postcode, in the order in which that country writes them."""
        if self.country in CITY_FIRST:
            return f"{self.city}{', ' if self.country == 'US' else ' '}{self.postcode}"
        return f"{self.postcode} {self.city}"


class Party(Table):
    """A person or body the statement names: representative, data protection officer, authority."""

    name: Text  # of the person or body
    address: Address | None = None
    email: Email | None = None  # where they are reached
    url: Url | None = None  # their page


class Controller(Table):
    """Who answers for the data (GDPR Art. 13(1)(a)); also feeds the imprint (§ 5 DDG)."""

    name: str  # full legal name
    form: Text | None = None  # legal form
    country: Country  # of its seat
    address: Address | None = None
    contact: Email  # e-mail address for everything about data
    phone: str | None = None  # printed in the imprint
    managed_by: list[str] = []  # who may act for it; printed in the imprint
    register_court: str | None = None  # where it is registered
    register_number: str | None = None  # its number there
    vat_id: str | None = None  # VAT identification number
    tax_id: str | None = None  # another tax or business number
    establishments: list[Country] = []  # further countries in which it has a seat or branch
    representative: Party | None = None  # in the Union (GDPR Art. 27)
    representative_not_required: Text | None = None  # why none need be named (Art. 27(2))
    dpo: Party | None = None
    dpo_not_required: Text | None = None  # why none need be named (Art. 37, § 38 BDSG)


class Elsewhere(Table):
    """Something the statement does not speak for, and the terms that do."""

    name: Text  # what is not covered
    url: Url  # the terms that hold there


class Scope(Table):
    """For which origins the statement speaks."""

    origins: list[Origin] = Field(min_length=1)  # scheme and host of every site it speaks for
    shared_domain: Host | None = None  # the domain all origins lie under, where they share one choice: "example.com"
    elsewhere: list[Elsewhere] = []


class Place(Table):
    """Where data may rest. `provider` is a recipient id; no provider means the controller's own machines."""

    name: Text  # as the statement calls it
    country: Country  # in which the machines stand
    region: str | None = None  # the provider's name for it
    provider: Slug | None = None  # recipient id; none = the controller's own machines
    holds: list[Slug] = []  # purposes or systems whose data rest here; empty = all


class Datum(Table):
    """A kind of data, e.g. `email`. `source`: from whom it comes (GDPR Art. 14(2)(f))."""

    name: Text  # as forms and statement call it
    personal: bool = True  # whether it tells of a person
    special: bool = False  # GDPR Art. 9
    # from whom it comes (GDPR Art. 14(2)(f)); ourselves: we write it, such as an invoice
    source: Literal["person", "device", "public", "third-party", "ourselves"] = "person"


class Purpose(Table):
    """Why a datum is held."""

    name: Text  # as forms and statement call it
    basis: Basis | None = None  # legal basis (GDPR Art. 6(1))
    law: Text | None = None  # the basis or duty, cited
    data: list[Slug] = []  # ids of the data it needs
    mandatory: bool | None = None  # whether a person must give them
    consequence: Text | None = None  # of not giving the data, as a sentence (GDPR Art. 13(2)(e))
    recipients: list[Slug] = []  # ids of those who receive them
    places: list[Slug] = []  # ids of the places where they rest
    retention: str | None = None  # a retention class
    # how consent is given: not at all, in the form, confirmed by mail
    opt_in: Literal["none", "form", "double"] | None = None
    interest: Text | None = None  # the legitimate interest, named; ends "Our legitimate interest: …"
    balancing: Text | None = None  # the balancing test, in a sentence or two
    consent_mode: Literal["ask", "opt-out", "none"] | None = None  # what a visitor is asked or offered
    automated_decision: bool | None = None  # None: the statement does not say (GDPR Art. 13(2)(f))
    # ids of purposes whose people are asked, once and by e-mail, whether their address may serve this one too
    offered_to: list[Slug] = []
    about_companies: bool = False  # data are not obtained from the person: Art. 14 applies


class Recipient(Table):
    """Anyone outside who receives data."""

    name: str  # legal name
    # processor: acts for us; controller: decides itself
    role: Literal["processor", "controller", "joint-controller", "authority"]
    country: Country  # of its seat
    does: Text | None = None  # what it does for the site
    receives: list[Slug] = []  # ids of the data it gets
    mechanism: Slug | None = None  # the transfer mechanism, where the country is a third country
    contract_on: Day | None = None  # data processing agreement (GDPR Art. 28)
    evidence: str | None = None  # document or certificate, by title
    evidence_until: Day | None = None  # last day on which the evidence holds
    url: Url | None = None  # its own privacy statement
    hosts: list[Hosts] = []  # names of its servers that this service speaks to: "api.example.com", "*.example.com"


class Mechanism(Table):
    """What lets data travel to a third country (GDPR Art. 44-49), with a fallback if it is annulled."""

    name: Text  # as the statement calls it
    # by which rule of GDPR Art. 44-49
    kind: Literal["adequacy", "dpf", "scc", "bcr", "privacy-shield", "safe-harbor", "derogation"]
    law: Text | None = None  # decision or contract, cited
    since: Day | None = None  # first day on which it holds
    until: Day | None = None  # last day on which it holds
    certified: bool = False  # the controller itself takes part (self-certification)
    certified_until: Day | None = None  # end of that certification
    # whether its principles win over the statement, or even over law
    prevails: Literal["no", "over-statement", "over-law"] = "no"
    url: Url | None = None  # of the programme
    copy_at: Text | None = None  # where a copy of the safeguard can be had (Art. 13(1)(f))
    fallback: Slug | None = None  # id of the mechanism that takes its place
    onward_liability: bool = False  # we answer for those who act for us
    enforcement: Text | None = None  # the body that may investigate, e.g. the FTC


class Technology(Table):
    """A cookie, storage entry or script that touches the visitor's device."""

    name: str  # exact name, or a pattern with `*`
    # what it is on the device
    kind: Literal["cookie", "local-storage", "session-storage", "indexed-db", "cache", "script", "pixel", "frame"]
    provider: Slug | None = None  # recipient id; none = ourselves
    purpose: Slug  # id of the purpose it serves
    lifetime_days: int | None = Field(default=None, ge=0)  # 0 = ends with the session
    essential: bool = False  # needed for what the visitor asked for; used unasked
    why_essential: Text | None = None  # the reason, in a sentence
    http_only: bool = False  # scripts cannot read it


class Asked(Table):
    """How a form asks for one datum. What is not written follows from the datum."""

    label: Text | None = None  # beside the field; none = the datum's name
    why: Text | None = None  # what this datum is for, in a few words
    # how it is typed in; none = e-mail for `email`, several lines for `message`, else one line
    input: Literal["line", "lines", "email", "phone"] | None = None
    longest: int | None = Field(
        default=None, ge=1, le=20_000
    )  # most characters; none = 4000 in several lines, else 200


class Form(Table):
    """A form: which purpose it serves, which data it asks for, and what follows when somebody sends it."""

    name: Text  # as its heading says
    purpose: Slug  # id of the purpose it serves
    asks: list[Slug]  # ids of the data it asks for
    optional: list[Slug] = []  # ids of those that may be left out
    says_why: bool = True  # names its purpose beside the fields
    # what follows when it is sent; none = it stands somewhere else, and this software does not serve it
    kind: Literal["newsletter", "trial", "enquiry", "generic"] | None = None
    path: Text | None = None  # where it stands, such as "/newsletter"; none = the usual words for its kind
    intro: Text | None = None  # a sentence or two above the fields
    thanks: Text | None = None  # a sentence on the page that follows
    fields: dict[Slug, Asked] = {}  # by datum, where the usual label, hint or length does not fit

    @property
    def all_asked(self) -> tuple[str, ...]:
        """Ids of all data it asks for, in the order of its fields."""
        return tuple(dict.fromkeys((*self.asks, *self.optional)))

    def must_be_given(self, datum: str) -> bool:
        """Whether it cannot be sent without a datum."""
        return datum in self.asks and datum not in self.optional


class Retention(Table):
    """How long one class of records is kept under one jurisdiction."""

    record: Slug  # the class, e.g. "invoice"
    name: Text | None = None  # as the statement calls it
    jurisdiction: Jurisdiction = "*"  # where this period holds; `*` = everywhere else
    years: int | None = Field(default=None, ge=0)  # the period; either this or `days`
    days: int | None = Field(default=None, ge=0)  # the period; either this or `years`
    counted_from: Literal["event", "end-of-year"] = "event"  # where the period begins
    starts: Text | None = None  # the same in words, as they follow "from": "your cancellation"
    purposes: list[Slug] = []  # ids of those it serves; none: the purposes that name the class
    ground: Literal["law", "choice"] = "choice"  # whether law demands it or we chose it
    law: Text | None = None  # cited, where law demands it


class Right(Table):
    """A right as this policy describes it."""

    condition: Literal["none", "demonstrably-wrong", "proved-identity"] = "none"  # what is asked of the person first
    how: Text | None = None  # how to use it, in a sentence


class Rights(Table):
    """Who may ask for what, and by which way."""

    audience: Literal["everyone", "gdpr", "eu-residents", "eu-citizens"] = "everyone"  # who has the rights below
    heading: list[RightName] = []  # the rights that the section's title names
    # who is asked before data serve a new purpose
    new_purpose_asks: Literal["everyone", "gdpr", "eu-residents", "eu-citizens", "nobody"] = "everyone"
    answer_days: int | None = Field(default=None, ge=1)  # within how many days a request is answered
    granted: dict[RightName, Right] = {}


class Dispute(Table):
    """An independent body that settles complaints."""

    name: str  # of the body
    country: Country  # of the body
    url: Url | None = None  # where a complaint is filed
    free_of_charge: bool = True  # for whoever complains
    binding_arbitration: bool = False  # open under conditions
    contract_until: Day | None = None  # end of our contract with it


class Recourse(Table):
    """Where a complaint goes, in which order."""

    authority: Party | None = None
    dispute: Dispute | None = None
    # to whom a complaint goes first, second, third
    order: list[Literal["controller", "authority", "dispute"]] = ["controller"]
    answer_complaints_days: int | None = Field(default=None, ge=1)  # within how many days a complaint is answered


class Control(Table):
    """A control on our pages: what the statement calls it, what the page prints on it."""

    named: Text  # what the statement calls it
    labelled: Text  # what the page prints on it


class Controls(Table):
    """The controls by which a visitor changes a choice."""

    change: Control | None = None
    reset: Control | None = None
    opt_out: Control | None = None


class Measure(Table):
    """A technical or organisational measure (GDPR Art. 32): checked by us or vouched for by somebody."""

    name: Text  # in a few words
    proved_by: str | None = None  # a promise kind
    attested_until: Day | None = None  # last day for which somebody vouches


class Attestation(Table):
    """What only a human can vouch for, with an end."""

    promises: list[str] = Field(min_length=1)  # ids of the promises it covers
    claim: Text  # what is vouched for
    issuer: str  # the body that vouches
    role: str  # of whoever signed; no name
    signed_on: Day  # day of the signature
    valid_until: Day  # last day on which it counts
    # of the document, which stays with you
    evidence_sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")] | None = None


class Link(Table):
    """A link the statement prints; `checked_on` is the day a person last found it right."""

    url: Url  # of the page
    title: Text  # as the statement prints it
    checked_on: Day | None = None  # the day a person last found it right


class Override(Table):
    """Counsel's own wording of one sentence in one language; parameters `{…}` must all survive."""

    promise: str  # id of the promise it words
    language: Language  # of the text
    text: str  # the sentence
    signed_by: str  # office or firm that answers for it
    signed_on: Day  # day of the signature


class Paragraph(Table):
    """A paragraph of the operator's own."""

    id: Slug  # unique in this statement
    section: Slug  # id of the section it stands in
    nature: Literal["aim", "attested"]  # an aim, or vouched for by somebody
    text: Text  # the paragraph
    attested_until: Day | None = None  # last day for which somebody vouches


class StatementPlan(Table):
    """Order and wording of the statement."""

    order: list[Slug] = []  # section ids; sections not named keep their usual place after these
    aims: bool = True  # print sentences that cannot be checked
    overrides: list[Override] = []
    paragraphs: list[Paragraph] = []


class Policy(BaseModel):
    """One site's declaration, as read from `policy.toml`."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    site: Slug  # names the site in records and addresses; never changes
    name: str  # of the site, as its pages print it
    date: Day | None = None  # the day from which this version holds
    languages: list[Language] = Field(min_length=1)  # of the pages and the statement; the first is the usual one
    time_zone: str = "UTC"  # in which times are told
    # who sees the evidence: everybody, a summary, or staff only
    publish: Literal["full", "summary", "private"] = "full"
    profiles: list[Literal["gdpr13", "dpf", "tdddg"]] = ["gdpr13"]  # which laws the linter asks for

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
        """Ids of the purposes that a visitor is asked about before anything happens, in declared order.

        Those that say so (`consent_mode = "ask"`), and those that touch the device for more than what was asked for.
        """
        touching = {t.purpose for t in self.technologies.values() if not t.essential}
        return tuple(
            id_
            for id_, purpose in self.purposes.items()
            if purpose.consent_mode == "ask" or (id_ in touching and purpose.consent_mode is None)
        )
