"""The systems a site runs that touch people's data, and how each is set up. No table: not in use."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from zweck.policy.systems.regions import CURRENCIES, CURRENCY_OTHERWISE, Region
from zweck.policy.texts import Email, Slug, Table, Text

CurrencyCode = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]  # ISO 4217


class Addresses(Table):
    """What IP addresses are used for beyond the security log."""

    uses: list[Literal["diagnosis", "administration", "demographics", "domain"]] = []  # what they are used for
    recognises: Literal["domain", "nothing", "full-address"] = "nothing"  # what a visit shows us of the visitor
    counts_only: bool = False  # demographic figures are counts; no address or place is kept with them
    retention_days: int | None = Field(default=None, ge=0)  # how long they are kept


class SecurityLog(Table):
    """The log of addresses that contacted a server."""

    place: Slug | None = None  # id of the place where it rests
    addresses: Literal["full", "cut"] = "full"  # written in full, or cut
    days: int | None = Field(default=None, ge=1)  # how long an entry is kept
    break_glass: bool = True  # every read needs a reason and is recorded
    trace_through_authority: bool = True  # a user is traced only as law prescribes
    profiles: bool = False  # users or their activity are profiled


class CurrencyRule(Table):
    """Which currency is proposed to whom."""

    otherwise: CurrencyCode = CURRENCY_OTHERWISE  # where no region below fits, or nothing is known
    where: dict[CurrencyCode, list[Region]] = dict(CURRENCIES)  # currency -> regions it is proposed to


class PlaceRule(Table):
    """Which place is proposed to whom."""

    otherwise: Slug  # place id: where no region below fits, or nothing is known
    where: dict[Slug, list[Region]] = {}  # place id -> regions it is proposed to


class Geolocation(Table):
    """Country (in the USA: state) of a request, from a local database.

    A region is a country (`DE`), a state of the USA (`US-CA`), or a group: `euro`, `sterling`, `eea`, `americas`.
    """

    chooses: list[Literal["currency", "place", "language"]] = []  # what the result decides on the page
    currency: CurrencyRule = CurrencyRule()
    place: PlaceRule | None = None  # needed where `chooses` names "place"
    precision: Literal["country", "country-and-us-state", "city"] = "country"  # how fine the result is
    stores: bool = False  # the result is kept


class CompanyVisits(Table):
    """Recognising which companies visited, by their public addresses."""

    provider: Slug | None = None  # recipient id; none = ourselves, offline
    sends_address: bool = False  # the visitor's address leaves our machines
    records: list[Literal["company", "start", "duration", "pages"]] = []  # what is written down of a visit
    uses: list[Literal["marketing", "contact"]] = []  # what it serves
    drops: list[Literal["residential", "mobile", "vpn", "sole-traders"]] = []  # addresses that are never looked up
    purpose: Slug | None = None  # id of its purpose


Breakdown = Literal["path", "referrer", "utm", "device", "browser", "country"]
# A place is told only where a policy declares it.
BREAKDOWNS: list[Breakdown] = ["path", "referrer", "utm", "device", "browser"]


class Goal(Table):
    """Something a visit may reach: a declared event, or a path (exact, or a pattern with `*`). One of the two."""

    name: Text  # as the figures call it
    event: Slug | None = None  # id of a declared event
    path: str | None = None  # a path, or a pattern with `*`


class Funnel(Table):
    """Goals in the order in which a visit is to reach them."""

    name: Text  # as the figures call it
    steps: list[Slug] = Field(min_length=2)  # ids of goals


class Measurement(Table):
    """Statistics about the use of the site."""

    provider: Slug | None = None  # recipient id; none = ourselves
    product: str | None = None  # the provider's product
    purpose: Slug | None = None  # id of its purpose
    permission: Literal["consent", "opt-out", "none"] = "consent"  # what the visitor is asked or offered
    # whether and when they are cut
    addresses: Literal["cut-before-use", "cut-if-switched-on", "full"] = "cut-before-use"
    cut_v4: int = Field(default=24, ge=0, le=32)  # prefix bits that stay
    cut_v6: int = Field(default=48, ge=0, le=128)  # prefix bits that stay, IPv6
    merges: bool = False  # with other data about the visitor
    trails: bool = False  # pages are linked to one visitor across visits
    honours_signals: bool = True  # Global Privacy Control, Do Not Track
    opt_out_days: int | None = Field(default=None, ge=1)  # how long an opt-out holds
    opt_out_status: Literal["live", "printed"] | None = None  # read from the device, or only printed
    needs_cookies_for_functions: bool = False  # blocking cookies takes functions away
    code_quoted: str | None = None  # a call the text claims to contain
    keeps_events_days: int = Field(default=1, ge=0)  # how long single events are kept; 1 = until the day is closed
    dimensions: list[Breakdown] = BREAKDOWNS  # what figures are broken down by; nothing else of a visit is taken down
    events: list[Slug] = []  # what pages may report beyond views, such as "sign-up"; nothing else is taken
    goals: dict[Slug, Goal] = {}  # what a visit may reach
    funnels: dict[Slug, Funnel] = {}  # goals in an order
    excluded_paths: list[str] = []  # never measured: paths, or patterns with `*`
    tag_id: str | None = None  # the provider's id of this site, for the adapter that loads its script: "G-XXXXXXX"
    least_group: int = Field(default=5, ge=1)  # smaller groups are not shown


class Sender(Table):
    """Who a mail says it is from."""

    name: Text  # as mail programs show it
    address: Email  # on a domain whose SPF and DKIM records allow our mail server


class Mail(Table):
    """Mail to customers and to the marketing list."""

    provider: Slug | None = None  # recipient id; none = our own mail server
    matters: list[Slug] = []  # purposes in whose matter we write
    marketing: Slug | None = None  # the purpose of the marketing list
    one_click: bool = True  # RFC 8058
    rights_mailbox: bool = True  # requests by mail are taken as well
    unsubscribe: Literal["at-once", "within-days"] = "at-once"  # when an unsubscription counts
    sender: Sender | None = None  # of mail in a person's own matter; none: the controller's contact address
    marketing_sender: Sender | None = None  # of news, best on a domain of its own; none: the same sender
    mailbox: Email | None = None  # read by the service: answers, and unsubscribing by mail
    enquiries: Slug | None = None  # purpose under which a mail to the mailbox is an enquiry; none: it is not
    accent: Annotated[str, StringConstraints(pattern=r"^#[0-9a-f]{6}$")] | None = None  # colour of buttons and links


class Trials(Table):
    """Trials that a form starts: set up in a data centre, ended and forgotten by themselves."""

    days: int = Field(default=14, ge=1)  # how long a trial takes
    notice_days: int = Field(default=3, ge=0)  # how long before its end a mail says so


class Payment(Table):
    """Payment through a provider."""

    provider: Slug  # recipient id
    integration: Literal["redirect", "frame", "own-form"] = "redirect"  # who shows the fields for card or account
    stores_payment_data: bool = False  # payment data rest on our machines


class Systems(Table):
    """All systems; what is not declared is not in use and is not spoken of."""

    addresses: Addresses | None = None
    security_log: SecurityLog | None = None
    geolocation: Geolocation | None = None
    company_visits: CompanyVisits | None = None
    measurement: Measurement | None = None
    mail: Mail | None = None
    trials: Trials | None = None
    payment: Payment | None = None
