"""The systems a site runs that touch people's data, and how each is set up. No table: not in use."""

from typing import Literal

from pydantic import Field

from zweck.policy.texts import Slug, Table


class Addresses(Table):
    """What IP addresses are used for beyond the security log."""

    uses: list[Literal["diagnosis", "administration", "demographics", "domain"]] = []
    recognises: Literal["domain", "nothing", "full-address"] = "nothing"
    counts_only: bool = False  # demographic figures are counts; no address or place is kept with them
    retention_days: int | None = Field(default=None, ge=0)


class SecurityLog(Table):
    """The log of addresses that contacted a server."""

    place: Slug | None = None
    addresses: Literal["full", "cut"] = "full"
    days: int | None = Field(default=None, ge=1)
    break_glass: bool = True  # every read needs a reason and is recorded
    trace_through_authority: bool = True
    profiles: bool = False


class Geolocation(Table):
    """Country (in the USA: state) of a request, from a local database."""

    chooses: list[Literal["currency", "place", "language"]] = []
    precision: Literal["country", "country-and-us-state", "city"] = "country"
    stores: bool = False


class CompanyVisits(Table):
    """Recognising which companies visited, by their public addresses."""

    provider: Slug | None = None  # recipient id; none = ourselves, offline
    sends_address: bool = False
    records: list[Literal["company", "start", "duration", "pages"]] = []
    uses: list[Literal["marketing", "contact"]] = []
    drops: list[Literal["residential", "mobile", "vpn", "sole-traders"]] = []
    purpose: Slug | None = None


class Measurement(Table):
    """Statistics about the use of the site."""

    provider: Slug | None = None  # recipient id; none = ourselves
    product: str | None = None
    purpose: Slug | None = None
    permission: Literal["consent", "opt-out", "none"] = "consent"
    addresses: Literal["cut-before-use", "cut-if-switched-on", "full"] = "cut-before-use"
    cut_v4: int = Field(default=24, ge=0, le=32)  # prefix bits that stay
    cut_v6: int = Field(default=48, ge=0, le=128)
    merges: bool = False  # with other data about the visitor
    trails: bool = False  # pages are linked to one visitor across visits
    honours_signals: bool = True  # Global Privacy Control, Do Not Track
    opt_out_days: int | None = Field(default=None, ge=1)
    opt_out_status: Literal["live", "printed"] | None = None
    needs_cookies_for_functions: bool = False
    code_quoted: str | None = None  # a call the text claims to contain
    keeps_events_days: int = Field(default=1, ge=0)
    least_group: int = Field(default=5, ge=1)


class Mail(Table):
    """Mail to customers and to the marketing list."""

    provider: Slug | None = None
    matters: list[Slug] = []  # purposes in whose matter we write
    marketing: Slug | None = None  # the purpose of the marketing list
    one_click: bool = True  # RFC 8058
    rights_mailbox: bool = True
    unsubscribe: Literal["at-once", "within-days"] = "at-once"


class Payment(Table):
    """Payment through a provider."""

    provider: Slug
    integration: Literal["redirect", "frame", "own-form"] = "redirect"
    stores_payment_data: bool = False


class Systems(Table):
    """All systems; what is not declared is not in use and is not spoken of."""

    addresses: Addresses | None = None
    security_log: SecurityLog | None = None
    geolocation: Geolocation | None = None
    company_visits: CompanyVisits | None = None
    measurement: Measurement | None = None
    mail: Mail | None = None
    payment: Payment | None = None
