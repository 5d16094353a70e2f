"""Makes a policy of a TILT document (Transparency Information Language), as far as a policy can say the same."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import urlsplit

from zweck.policy.load import loads
from zweck.policy.tilt.document import Document, Left, read
from zweck.policy.tilt.notice import NOWHERE, Disclosed, Purpose, address_at, country_at, email_at
from zweck.policy.writing.sheet import Ids, Sheet, listed, quoted, string

_RIGHTS = {
    "rightToInformation": ("access",),
    "rightToRectificationOrDeletion": ("rectification", "erasure"),
    "rightToDataPortability": ("portability",),
    "rightToWithdrawConsent": ("withdrawal",),
    "rightToComplain": ("complaint",),
    # Last, as it repeats the first and the third.
    "accessAndDataPortability": ("access", "portability"),
}
_MECHANISMS = {"adequacyDecision": "adequacy", "standardDataProtectionClause": "scc"}
_NAMES = {"adequacy": "Adequacy decision", "scc": "Standard contractual clauses"}
_URL = re.compile(r"https?://[^\s]{3,500}")
_ORIGIN = re.compile(r"https?://[a-z0-9.-]+(:[0-9]+)?")
_SCHEMAS = frozenset({"github.com", "raw.githubusercontent.com", "transparency-information-language.github.io"})


@dataclass(frozen=True, slots=True)
class Converted:
    """A policy as TOML, and what of the document it does not hold."""

    policy: str
    left: tuple[Left, ...]


def convert(source: bytes, name: str, languages: Collection[str]) -> Converted:
    """A policy from a TILT document. Raises PolicyErrors when it is none; `name` is the file as messages print it.

    `languages`: those there are words for; a document in another gives a policy in English.
    """
    document = read(source, name)
    disclosed = Disclosed(document)
    sheet = Sheet()
    _head(sheet, document, name, languages)
    _controller(sheet, document)
    mechanisms = _mechanisms(document, disclosed)
    _data(sheet, disclosed)
    _purposes(sheet, document, disclosed)
    _recipients(sheet, disclosed, mechanisms)
    _retention(sheet, disclosed)
    _rights(sheet, document)
    left = document.left()
    _left(sheet, left)
    policy = str(sheet)
    loads(policy.encode(), name)
    return Converted(policy, left)


def _head(sheet: Sheet, document: Document, file: str, languages: Collection[str]) -> None:
    name = document.text("meta.name") or document.text("controller.name") or "?"
    sheet.note(f"Made from the TILT document {file}. Lines with `# ?` are questions that only you can answer;")
    sheet.note("`zweck lint` says what the law still asks for, docs/reference/policy.md explains every key.")
    sheet.note("What the document says and a policy has no word for stands at the end.")
    sheet.gap()
    sheet.set("site", quoted(Ids().of(name, "site")), "never changes once the service runs")
    sheet.set("name", string(name))
    modified = document.text("meta.modified")[:10]
    day = modified if re.fullmatch(r"\d{4}-\d{2}-\d{2}", modified) else "2026-01-31"
    sheet.ask(f"date = {day}  # the day this statement was approved; the document was last changed on that day")
    sheet.set("languages", listed([_language(document, languages)]))
    sheet.set("time_zone", '"UTC"', 'in which times are told, e.g. "Europe/Berlin"')
    sheet.set("profiles", '["gdpr13"]', "the laws the linter holds it against")
    url = document.text("meta.url")
    is_own = bool(_URL.fullmatch(url)) and _host(url) not in _SCHEMAS
    if not is_own:
        document.put_back("meta.url", "not the address of the site's own notice")
    sheet.gap()
    sheet.table("scope")
    sheet.set("origins", listed([_origin(url if is_own else "")]), "every address under which this statement holds")
    if is_own:
        sheet.gap()
        sheet.table("links", "statement")
        sheet.set("url", string(url))
        sheet.set("title", string(name))


def _language(document: Document, languages: Collection[str]) -> str:
    language = document.text("meta.language").lower()
    if language in languages:
        return language
    document.put_back("meta.language", f"there are no words for it; there are for {', '.join(sorted(languages))}")
    return "en" if "en" in languages else min(languages, default="en")


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def _origin(url: str) -> str:
    try:
        parts = urlsplit(url)
    except ValueError:
        return "https://www.example.com"
    origin = f"{parts.scheme}://{parts.netloc}".lower()
    return origin if _ORIGIN.fullmatch(origin) else "https://www.example.com"


def _controller(sheet: Sheet, document: Document) -> None:
    officer = "dataProtectionOfficer"
    contact = email_at(document, "controller.representative.email")
    officers = email_at(document, f"{officer}.email")
    country = country_at(document, "controller.country")
    sheet.head("who answers for the data")
    sheet.table("controller")
    sheet.set("name", string(document.text("controller.name") or document.text("meta.name") or "?"))
    sheet.set("country", quoted(country), "" if country != NOWHERE else "not said: where it has its seat")
    sheet.set("contact", string(contact or officers or "privacy@example.com"), "" if contact else "is it this one?")
    if phone := document.text("controller.representative.phone"):
        sheet.set("phone", string(phone))
    if who := document.text("controller.representative.name"):
        sheet.set("managed_by", listed([who]))
    _address(sheet, document, "controller", "controller")
    if name := document.text(f"{officer}.name"):
        sheet.gap()
        sheet.table("controller", "dpo")
        sheet.set("name", string(name))
        if officers:
            sheet.set("email", string(officers))
        _address(sheet, document, officer, "controller", "dpo")


def _address(sheet: Sheet, document: Document, path: str, *table: str) -> None:
    if address := address_at(document, path):
        sheet.gap()
        sheet.table(*table, "address")
        for key, said in address.items():
            sheet.set(key, string(said))


def _data(sheet: Sheet, disclosed: Disclosed) -> None:
    sheet.head("data")
    for datum in disclosed.data.values():
        sheet.table("data", datum.id)
        sheet.set("name", string(datum.name))
        if datum.source:
            sheet.set("source", quoted(datum.source))
        sheet.gap()


def _purposes(sheet: Sheet, document: Document, disclosed: Disclosed) -> None:
    decides = document.flag("automatedDecisionMaking.inUse")
    if decides:
        why = "which purposes decide alone is said at each: `automated_decision = true`"
        document.put_back("automatedDecisionMaking.inUse", why)
    sheet.head("purposes")
    for purpose in disclosed.purposes.values():
        _purpose(sheet, purpose, decides)
        sheet.gap()


def _purpose(sheet: Sheet, purpose: Purpose, decides: bool | None) -> None:
    sheet.table("purposes", purpose.id)
    sheet.set("name", string(purpose.name))
    if purpose.basis:
        sheet.set("basis", quoted(purpose.basis))
    else:
        sheet.ask('basis = "…"  # the document names no letter of GDPR Art. 6(1)')
    if purpose.laws:
        sheet.set("law", string("; ".join(purpose.laws)))
    if purpose.interest:
        sheet.set("interest", string(purpose.interest))
    sheet.set("data", listed(purpose.data))
    if purpose.recipients:
        sheet.set("recipients", listed(purpose.recipients))
    if purpose.mandatory is not None:
        sheet.set("mandatory", str(purpose.mandatory).lower())
    if purpose.consequence:
        sheet.set("consequence", string(purpose.consequence), "as a sentence")
    if decides is False:
        sheet.set("automated_decision", "false")
    elif decides:
        sheet.ask("automated_decision = true  # the document says that machines decide, and not for which purpose")


def _mechanisms(document: Document, disclosed: Disclosed) -> dict[str, tuple[str, str]]:
    """Mechanisms by id: kind, and what the document says of it. Recipients in their country rest on the first."""
    found: dict[str, tuple[str, str]] = {}
    ids = Ids()
    for entry in document.each("thirdCountryTransfers"):
        country = country_at(document, f"{entry}.country")
        for key, kind in _MECHANISMS.items():
            if document.flag(f"{entry}.{key}.available"):
                id = ids.of(f"{kind}-{country}", kind)
                found[id] = (kind, document.text(f"{entry}.{key}.description"))
                for one in disclosed.recipients.values():
                    one.mechanism = one.mechanism or (id if one.country == country != NOWHERE else "")
            else:
                document.put_back(f"{entry}.{key}.description", "the document says that there is none")
    return found


def _recipients(sheet: Sheet, disclosed: Disclosed, mechanisms: dict[str, tuple[str, str]]) -> None:
    if disclosed.recipients:
        sheet.head("recipients")
    for one in disclosed.recipients.values():
        sheet.table("recipients", one.id)
        sheet.set("name", string(one.name))
        sheet.set("role", '"processor"', "or a controller of its own, who decides what the data serve?")
        sheet.set("country", quoted(one.country), "" if one.country != NOWHERE else "not said: of its seat")
        sheet.set("receives", listed(one.receives))
        if one.mechanism:
            sheet.set("mechanism", quoted(one.mechanism))
        sheet.gap()
    for id, (kind, said) in mechanisms.items():
        sheet.table("mechanisms", id)
        sheet.set("name", string(_NAMES[kind]))
        sheet.set("kind", quoted(kind))
        if said:
            sheet.set("law", string(said), "decision or contract, cited")
        sheet.gap()


def _retention(sheet: Sheet, disclosed: Disclosed) -> None:
    if disclosed.periods:
        sheet.head("how long")
    for one in disclosed.periods:
        sheet.entry("retention")
        sheet.set("record", quoted(one.record))
        sheet.set("name", string(one.name))
        sheet.set(one.unit, str(one.number))
        if one.purposes:
            sheet.set("purposes", listed(one.purposes))
        if one.laws:
            sheet.set("ground", '"law"')
            sheet.set("law", string("; ".join(one.laws)))
        sheet.gap()


def _rights(sheet: Sheet, document: Document) -> None:
    granted: dict[str, list[tuple[str, str]]] = {}
    said: set[str] = set()
    for path, rights in _RIGHTS.items():
        available = document.flag(f"{path}.available")
        mine = [right for right in rights if available is not None and right not in said]
        said.update(mine)
        if available:
            granted.update((right, _terms(document, path)) for right in mine)
        _not_taken(document, path, is_granted=bool(available), is_said=bool(mine))
    sheet.head("rights and complaints")
    sheet.ask(
        "TILT has no property for objection and restriction, which the law grants: add `objection = {}` and so on."
    )
    for right, terms in granted.items():
        sheet.table("rights", "granted", right)
        for key, value in terms:
            sheet.set(key, value)
        sheet.gap()
    _authority(sheet, document)


def _not_taken(document: Document, path: str, is_granted: bool, is_said: bool) -> None:
    if not is_said:
        for key in ("available", "description"):
            document.put_back(f"{path}.{key}", "said by the properties of each right")
    elif not is_granted:
        document.put_back(f"{path}.description", "the document does not grant the right")
    for entry in document.each(f"{path}.identificationEvidences"):
        document.put_back(entry, "a policy says that identity is to be proved, and not by what")


def _terms(document: Document, path: str) -> list[tuple[str, str]]:
    terms: list[tuple[str, str]] = []
    if document.texts(f"{path}.identificationEvidences"):
        terms.append(("condition", '"proved-identity"'))
    if how := document.text(f"{path}.description"):
        terms.append(("how", string(how)))
    return terms


def _authority(sheet: Sheet, document: Document) -> None:
    path = "rightToComplain.supervisoryAuthority"
    if name := document.text(f"{path}.name"):
        sheet.table("recourse", "authority")
        sheet.set("name", string(name))
        if email := email_at(document, f"{path}.email"):
            sheet.set("email", string(email))
        _address(sheet, document, path, "recourse", "authority")


def _left(sheet: Sheet, left: tuple[Left, ...]) -> None:
    if left:
        sheet.head("not carried over")
    for one in left:
        sheet.note(str(one))
