"""The catalogue of promises: every kind of sentence a statement may hold.

`rows` are the sentences of the source statement a kind answers (`docs/reference/promises.md`); a kind without rows is
owed to the GDPR, or speaks of the software itself. A kind is *checked* when a machine can turn it red, *stated* when
its presence is all there is to check, *attested* when only a person can vouch for it, *aim* when nobody can.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from zweck.policy.sentences import Nature


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of promise. `proved_by`: what proves it, in a short phrase."""

    id: str
    section: str
    nature: Nature
    rows: tuple[str, ...]
    proved_by: str


NATURES: Mapping[str, Nature] = MappingProxyType(
    {"checked": "checked", "stated": "stated", "attested": "attested", "aim": "aim"}
)
LATER = MappingProxyType(
    {
        "vault": "the slice of vault and forms",
        "mail": "the mail slice",
        "rights": "the rights slice",
        "seclog": "the slice of the security log",
        "geo": "the geolocation slice",
        "companies": "the slice of company visits",
        "payment": "the payment slice",
    }
)

# Under each section: kind | nature | rows | what proves it | when (a key of LATER; nothing: now).
CATALOGUE = """
[scope]
scope.aim | aim | S03 | nothing can: an aim
scope.website | checked | S04 | the service answers under the declared names, and under no other
scope.elsewhere | checked | S04 | no cookie of ours goes to a place that is out of scope
statement.dated | stated | | the date is printed in each language

[consent]
consent.asks | checked | C01 | a fresh browser profile sees the question, one that has answered does not
consent.reason | checked | C02 | purposes in the question are the declared optional ones
consent.nothing-before | checked | C03 | nothing but the essential on the device before an answer
consent.refuse | checked | C04 | refusing takes no more clicks than accepting, at the same size
consent.refusal-free | checked | C04 | every journey passes after a refusal
consent.lasts | checked | | the day before its end a yes and a no still count, the day after neither
consent.change-control | checked | C05 | the control is on each page and opens the choices at one click
consent.reset-control | checked | C06 | a click empties the jar and brings the question back
consent.new-choice | checked | C07 | after a withdrawal nothing is sent and late events are refused
consent.before-data | checked | C08 | no personal row is older than its consent
consent.where-basis | checked | C08 | no row of a consent purpose is older than its consent
consent.on-record | checked | C09 | receipts verify and every text agreed to is archived
technology.only-listed | checked | | what a browser finds on the device is what the table lists
technology.none | checked | | a browser finds nothing on the device

[purposes]
purpose.closed | checked | P01 | purposes of all data in the vault are those of the policy and of the statement
purpose.data | checked | | values in the vault for a purpose are its declared data
purpose.basis | stated | | the legal basis is printed in each language
purpose.interest | stated | | the interest is printed in each language
purpose.balancing | stated | | the balancing is printed in each language
purpose.obligation | stated | | obligation and consequence are printed in each language
form.says-why | checked | P02 | the purpose is visible on the form before it is sent
form.only-for | checked | P03 P04 P05 P06 | a planted entry is found only where its purpose keeps it
form.elsewhere | checked | P03 P04 P05 P06 | a planted entry is found only where its purpose keeps it | payment
purpose.bound | checked | P07 | reading a planted entry under another purpose is refused
purpose.new-asks | checked | P08 | no use under a new purpose before the permission
purpose.later-permission | checked | P09 | replaying the ledger gives the permissions in force
purpose.revoke | checked | P10 | after a withdrawal the key is gone and the next use is refused
purpose.revoke-by-mail | checked | P11 | a probe mail opens a case and is acknowledged | rights
decisions.none | stated | | the sentence is printed in each language
decisions.made | stated | | the sentence is printed in each language

[controller]
controller.named | stated | T01 | name, form, address and country are printed in each language
controller.contact | stated | | the ways to reach us are printed in each language
controller.representative | stated | | name and address are printed in each language
controller.dpo | stated | | name and address are printed in each language
place.where | checked | T02 | the place has a database, its address names no other region, and its rows belong there
place.only | checked | T10 | no store without a place, no place but the declared

[recipients]
recipient.named | stated | | name, task and data are printed in each language
recipient.certified | attested | T07 | certificate and contract on file, until their end
staff.bound | attested | T08 | a signed undertaking of every member of staff
recipient.only-listed | checked | T09 | hosts we connect to are declared recipients
recipient.none | checked | T09 | we connect to no host of anyone else
recipient.onward-formal | stated | T14 | the clause is printed in each language

[transfers]
transfer.mechanism | stated | T03 | mechanism and law are printed in each language
transfer.self-certified | attested | T04 | an extract of the official list, renewed each year
transfer.precedence | stated | T05 | the clause is printed in each language
transfer.programme | stated | T06 | the declared link is printed in each language
transfer.agents | attested | T11 | contracts with everyone who acts for us
transfer.liability | stated | T12 | the clause is printed in each language
transfer.principles | stated | T13 | the declared link is printed in each language
transfer.fallback | stated | | the fallback is printed in each language
transfer.copy | stated | | where to get a copy is printed in each language

[rights]
rights.access | checked | R01 | the export of a planted person holds every field, and nobody else's | rights
rights.audience | checked | R02 | requests are answered in time whoever asks | rights
rights.identity | checked | R03 | a foreign or expired link opens nothing | rights
rights.rectification | checked | R04 | after the correction no copy holds the old value | rights
rights.erasure | checked | | the bytes of every file are searched for an erased person | rights
rights.restriction | checked | | restricted data refuse every use but the lawful ones | rights
rights.portability | checked | | the export reads back in as it was | rights
rights.objection | checked | R16 | after an objection nothing more is recorded | rights
rights.how | stated | | the way is printed in each language
rights.by-mail | checked | R05 | a probe mail of each kind opens its case | rights
rights.answered | checked | R11 | no request is older than its limit | rights
rights.recourse-told | checked | R12 | an overdue request sends the notice by itself | rights
rights.recourse-link | checked | R13 | the declared link stands in each answer | rights
rights.arbitration-told | checked | R14 | the clause stands in each closing answer | rights

[security]
security.servers | checked | O01 | TLS, HSTS, careful headers and no version told, as an outsider meets them
security.measures | checked | O02 | every measure has a check that bit, or a valid attestation
security.ease | aim | O03 | nothing can: an aim
site.tls | checked | | certificate and protocol of the declared origin, from outside

[website]
page.skip-link | checked | S01 | the markup of every page; Tab and Enter in a real browser on one page of each kind
page.languages | checked | S02 | each language answers under its own address, titled and marked
words.complete | checked | S02 | every text exists in every language, with the same numbers, dates and links
statement.changes-published | checked | S05 | every edition is readable here, with its difference to the next
statement.as-archived | checked | S05 | the hash of each archived text is the hash of what is served
page.no-third-party | checked | | a real browser opens every page and talks to nobody else
page.strict-csp | checked | | the content policy admits no foreign source, and a browser reports no breach
page.security-headers | checked | | every page carries the declared headers
page.cookie-free | checked | | a real browser opens every public page and its jar stays empty
house.contracts | checked | | the import contracts hold over the running code
ledger.append-only | checked | | changing, removing or replacing an entry is refused by the database
ledger.sequenced | checked | | no entry waits longer than five seconds for its place
ledger.consistent | checked | | each signed checkpoint contains the one before
link.alive | checked | | the linked page answers

[addresses]
address.diagnosis | checked | I01 | no address is older than its limit | seclog
address.administration | checked | I02 | no address is older than its limit | seclog
address.demographics | checked | I03 | counts hold no address and no group below the least size
address.recognised | checked | I04 | no address outside the security log | seclog
address.no-name | checked | I05 | visits and persons share no key
address.days | checked | | no address is older than its limit | seclog

[security-log]
log.addresses | checked | L01 | a marked request appears in the log | seclog
log.purpose | checked | L02 | the log is bound to the purpose of security | seclog
log.guarded | checked | L03 | unreadable with the application's key; every reading has its reason on record | seclog
log.days | checked | L03 | no entry is older than its limit | seclog
log.no-profiles | checked | L04 | the log has no column that could be joined | seclog
log.no-other-use | checked | L05 | a reading for any other purpose is refused | seclog
log.trace-needed | checked | L06 | every tracing has an incident and two approvals | seclog
log.trace-authority | attested | L07 | the filed request to the authority

[geolocation]
geo.currency | checked | G01 | known addresses give the right currency
geo.place | checked | G02 | each trial lies where the rule or its customer says
geo.language | checked | | known addresses give the right language | geo
geo.local-database | checked | G03 | no connection leaves during a look-up
geo.precision | checked | G04 | the result has no further field
geo.real-time | checked | G05 | the result refuses to be written down
geo.not-stored | checked | G06 | a sentinel country leaves no trace in any file

[company-visits]
companies.module | checked | F01 | no request to a third party | companies
companies.address | checked | F02 | no address outside the security log | companies
companies.records | checked | F03 | a scripted visit gives the declared record | companies
companies.identifies | checked | F04 | known ranges give the right company | companies
companies.no-cookie | checked | F05 | the device is untouched with the module on | companies
companies.public-only | checked | F06 | every attribute names its public source | companies
companies.no-person | checked | F07 | consumer ranges give no record | companies
companies.shows | checked | F08 | the list shows companies and no address | companies
companies.uses | checked | F09 | a reading for any other purpose is refused | companies
companies.not-passed-on | checked | F10 | nothing leaves without an entry and a ground | companies
companies.more | checked | F11 | the declared link answers | companies
companies.source | stated | | categories and source are printed in each language

[measurement]
measurement.provider | checked | A01 | hosts contacted are those of the named provider, or none
measurement.permission | checked | | no event without the permission
measurement.cookies | checked | A02 | names and lifetimes on the device are the listed ones
measurement.no-cookie | checked | A02 | the device is untouched by the measurement
measurement.place | checked | A03 | usage data lie in the declared place
measurement.cut-first | checked | A04 | a planted address is nowhere found whole
measurement.full-address | checked | A05 | a planted address leaves no machine of ours whole
measurement.on-order | attested | A06 | the contract with the provider
measurement.uses | checked | A07 | no report outside the catalogue
measurement.not-merged | checked | A08 | no key is shared with other data
measurement.browser-settings | checked | A09 | journeys pass with cookies blocked
measurement.signals | checked | A10 | a request with the signal leaves no event
measurement.opt-out | checked | A11 | one click, and later visits leave no event
measurement.opt-out-status | checked | A12 | the printed status is that of the device, in every state
measurement.opt-out-lasts | checked | A13 | the day before its end it still holds
measurement.more | checked | A14 | the declared link answers
measurement.cut-always | checked | A15 | no setting switches the cut off
measurement.small-groups | checked | | no group below the least size is shown

[mail]
mail.in-matter | checked | E01 | every mail has a purpose its reader has permitted
mail.marketing-asked | checked | E02 | all on the list have confirmed
mail.not-passed-on | checked | E03 | no address leaves but to the declared recipients
mail.cancel | checked | E04 | every campaign mail carries both ways out, and both work
mail.exempt | checked | E05 | a suppressed reader still gets mail in their own matter, and no advert in it
mail.at-once | checked | R06 | a queued campaign does not reach who has left
mail.instructed | checked | R07 | a queued campaign does not reach who was taken off

[payment]
payment.forms | checked | Y01 | card fields exist only on the provider's pages | payment
payment.not-stored | checked | Y02 | a test card is nowhere found in our files | payment
payment.provider-only | attested | Y03 | the provider's certificate, until its end
payment.target | checked | Y04 | a form aimed at any other host is blocked | payment

[retention]
retention.kept | checked | R08 R09 | present on the last day, gone on the next | rights
retention.spared | checked | R10 | readable for the legal duty only, the rest is gone | rights

[contact]
contact.mail | checked | K01 | the daily probe mail comes round | rights
recourse.enforcement | stated | K02 | the clause is printed in each language
recourse.obliged | checked | K03 | no complaint is older than its limit | rights
recourse.first-us | stated | K04 | the order is printed in each language
recourse.submits | attested | K05 | the contract with the dispute body
recourse.body | stated | K06 | body and link are printed in each language
recourse.arbitration | stated | K07 | the clause is printed in each language
recourse.free | attested | R15 K08 | contract and paid fee
recourse.authority | stated | | authority and link are printed in each language

[own]
own.aim | aim | | nothing can: the operator's own aim
own.attested | attested | | the operator's own word, until its end
"""


def _kinds(catalogue: str) -> Iterator[Kind]:
    section = ""
    for line in filter(None, catalogue.splitlines()):
        if line.startswith("["):
            section = line.strip("[]")
            continue
        name, nature, rows, by, *when = (part.strip() for part in line.split("|"))
        proved_by = f"{by} ({LATER[when[0]]})" if when else by
        yield Kind(name, section, NATURES[nature], tuple(rows.split()), proved_by)


KINDS: Mapping[str, Kind] = MappingProxyType({kind.id: kind for kind in _kinds(CATALOGUE)})
SECTIONS: tuple[str, ...] = tuple(dict.fromkeys(kind.section for kind in KINDS.values() if kind.section != "own"))


def kinds_of(row: str) -> tuple[Kind, ...]:
    """The kinds that answer a source row."""
    return tuple(kind for kind in KINDS.values() if row in kind.rows)
