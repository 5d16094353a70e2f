"""General sentences against declared facts: what a visit leaves behind, and what a refusal costs."""

from collections.abc import Iterator

from zweck.policy.model import Policy
from zweck.policy.reading.forms import served
from zweck.policy.rules.register import Case, Finding, rule

TRUE_SENTENCES = "gdpr-5-1-a gdpr-12-1"
ENTRIES = ("cookie", "local-storage", "session-storage", "indexed-db")


def _takes_addresses(policy: Policy) -> Iterator[tuple[str, str, str]]:
    """Where whole addresses are kept or sent: system, path of the fact, in words."""
    systems = policy.systems
    if systems.security_log is not None and systems.security_log.addresses == "full":
        yield "security_log", "systems.security_log.addresses", "the security log keeps the whole address"
    if systems.company_visits is not None and systems.company_visits.sends_address:
        yield "company_visits", "systems.company_visits.sends_address", "the company tracker sends out the address"
    if systems.measurement is not None and systems.measurement.addresses != "cut-before-use":
        yield "measurement", "systems.measurement.addresses", "measurement sees the whole address"
    if systems.addresses is not None and systems.addresses.recognises == "full-address":
        yield "addresses", "systems.addresses.recognises", "our site recognises the whole address"


@rule(
    "CLAIM-ONLY-DOMAIN",
    TRUE_SENTENCES,
    "The statement says that a visit shows only the domain; a system keeps or sends whole addresses.",
    "Confine the sentence to a system of which it is true (the claim's `system`), or cut the addresses.",
)
def only_domain(case: Case) -> Iterator[Finding]:
    """Promise "only your domain" against whole addresses."""
    for path, claim in case.says("only-domain-recognised"):
        facts = [
            f"{words}, {case.at(where)}"
            for system, where, words in _takes_addresses(case.policy)
            if claim.system in (None, system)
        ]
        if facts:
            yield Finding(
                f"{path}.says", f"The statement says that a visit shows only the domain, yet {'; '.join(facts)}."
            )


@rule(
    "CLAIM-DATA-BEFORE-CONSENT",
    f"{TRUE_SENTENCES} gdpr-6-1",
    "The statement asks for explicit consent before any personal data; addresses are taken from everybody, unasked.",
    "Say what is taken on another basis before anybody is asked, and confine the sentence to what rests on consent "
    "(the claim's `system`), or drop it.",
)
def data_before_consent(case: Case) -> Iterator[Finding]:
    """Promise "consent before any data" against systems that take addresses from every visitor."""
    asked = {name for name, purpose in case.policy.purposes.items() if purpose.consent_mode == "ask"}
    for path, claim in case.says("consent-before-data"):
        facts = [
            f"{words} of everybody, {case.at(where)}"
            for system, where, words in _takes_addresses(case.policy)
            if claim.system in (None, system)
            and getattr(getattr(case.policy.systems, system), "purpose", None) not in asked
        ]
        if facts:
            message = f"The statement asks for consent before any personal data, yet {'; '.join(facts)}."
            yield Finding(f"{path}.says", message)


@rule(
    "CLAIM-PLACE-DEMOGRAPHICS",
    TRUE_SENTENCES,
    "The statement says that the visitor's place is never stored; it also draws demographics from addresses.",
    "Declare that the figures are bare counts (`systems.addresses.counts_only = true`, small groups suppressed), or "
    'take "demographics" from `uses`.',
)
def place_demographics(case: Case) -> Iterator[Finding]:
    """Promise "place is never stored" against demographic use of addresses."""
    addresses = case.policy.systems.addresses
    for path, _ in case.says("place-never-stored"):
        if addresses is not None and "demographics" in addresses.uses and not addresses.counts_only:
            where = case.at("systems.addresses.uses")
            message = f"The statement says that places are never stored, yet addresses serve demographics, {where}."
            yield Finding(f"{path}.says", message)


@rule(
    "CLAIM-PLACE-STORED",
    TRUE_SENTENCES,
    "The statement says that the visitor's place is never stored; geolocation stores it.",
    "Set `systems.geolocation.stores = false` and store nothing, or drop the claim.",
)
def place_stored(case: Case) -> Iterator[Finding]:
    """Promise "place is never stored" against geolocation that stores."""
    geolocation = case.policy.systems.geolocation
    for path, _ in case.says("place-never-stored"):
        if geolocation is not None and geolocation.stores:
            where = case.at("systems.geolocation.stores")
            yield Finding(
                f"{path}.says",
                f"The statement says that places are never stored, yet geolocation stores them, {where}.",
            )


@rule(
    "GEO-PLACE",
    TRUE_SENTENCES,
    "The statement says that the address proposes where a trial is set up; no rule says how, or one leads to a place "
    "where no purpose lets data rest.",
    'Declare `[systems.geolocation.place]`: `otherwise = "…"`, `where = { PLACE = ["americas"] }`, with places that '
    'the purpose of the trial names; or take "place" from `chooses`.',
)
def place_unruled(case: Case) -> Iterator[Finding]:
    """Proposed places against the rule that proposes them, and against those that purposes name."""
    geolocation = case.policy.systems.geolocation
    if geolocation is None or "place" not in geolocation.chooses:
        return
    if (rule_ := geolocation.place) is None:
        yield Finding("systems.geolocation.chooses", "An address is to propose the place, and no rule says how.")
        return
    open_ = {place for purpose in case.policy.purposes.values() for place in purpose.places}
    for key, place in (("otherwise", rule_.otherwise), *((f"where.{name}", name) for name in rule_.where)):
        if place not in open_:
            yield Finding(f"systems.geolocation.place.{key}", f"No purpose lets data rest in `{place}`.")


@rule(
    "GEO-LANGUAGE",
    TRUE_SENTENCES,
    "The statement says that the address decides the language; where Zweck serves the site, it never does.",
    'Take "language" from `chooses`: a page has its language from its address, else from what the browser asks for.',
)
def language_by_country(case: Case) -> Iterator[Finding]:
    """A language chosen by country, on a site whose pages are ours: they are the same wherever somebody is."""
    geolocation = case.policy.systems.geolocation
    if geolocation is not None and "language" in geolocation.chooses and served(case.policy):
        message = "An address is to decide the language, and pages that Zweck serves never ask it for that."
        yield Finding("systems.geolocation.chooses", message)


@rule(
    "CLAIM-PROFILES",
    TRUE_SENTENCES,
    "The statement says that no profiles of activity are made; a system strings a visitor's pages together.",
    "Keep pages apart from addresses and visitors (`trails = false`, `sends_address = false`), or drop the claim.",
)
def profiles(case: Case) -> Iterator[Finding]:
    """Promise "no profiles of activity" against page trails."""
    systems = case.policy.systems
    for path, claim in case.says("no-activity-profiles"):
        facts = []
        if systems.security_log is not None and systems.security_log.profiles:
            facts.append(f"the security log serves profiles, {case.at('systems.security_log.profiles')}")
        # A trail that hangs on the address belies the sentence even where it speaks of the log alone: it is the same
        # address.
        visits = systems.company_visits
        if visits is not None and visits.sends_address and "pages" in visits.records:
            where = case.at("systems.company_visits.records")
            facts.append(f"the pages of a visit are recorded under the same address, {where}")
        if claim.system != "security_log" and systems.measurement is not None and systems.measurement.trails:
            facts.append(f"measurement follows one visitor from page to page, {case.at('systems.measurement.trails')}")
        if facts:
            yield Finding(
                f"{path}.says", f"The statement says that no activity profiles are made, yet {'; '.join(facts)}."
            )


@rule(
    "CLAIM-TRACKER-PERSONAL",
    f"{TRUE_SENTENCES} gdpr-13-1-e",
    "The statement says that the company tracker cannot tell of a person; it sends the visitor's address.",
    "Match addresses against a local register and drop them (`sends_address = false`), or drop the claim: an address "
    "is personal data of whoever can be found through it.",
)
def tracker_personal(case: Case) -> Iterator[Finding]:
    """Promise "cannot be personal" against the address that is sent."""
    visits = case.policy.systems.company_visits
    for path, _ in case.says("tracker-never-personal"):
        if visits is not None and visits.sends_address:
            where = case.at("systems.company_visits.sends_address")
            message = f"The statement calls the tracker impersonal, yet it sends the visitor's address, {where}."
            yield Finding(f"{path}.says", message)


@rule(
    "CLAIM-COOKIE",
    f"{TRUE_SENTENCES} eprivacy-5-3",
    "The statement says that a system leaves nothing on the device; an entry is declared for its purpose.",
    "Remove the entry, or drop the claim. Local storage is no way out: to the law it is the same as a cookie.",
)
def cookie(case: Case) -> Iterator[Finding]:
    """Promise "is no cookie" against the declared entries on the device, essential ones included."""
    for path, claim in case.says("no-cookie"):
        system = getattr(case.policy.systems, claim.system, None) if claim.system else None
        purpose = getattr(system, "purpose", None)
        for name, technology in case.policy.technologies.items():
            concerned = claim.system is None or technology.purpose == purpose
            if technology.kind in ENTRIES and concerned:
                where = case.at(f"technologies.{name}")
                message = f"The statement denies cookies, yet `{technology.name}` ({technology.kind}) is one, {where}."
                yield Finding(f"{path}.says", message)


@rule(
    "CLAIM-ADDRESS-NOT-CUT",
    TRUE_SENTENCES,
    "The statement says that addresses are cut before anything else; measurement cuts them never, or only if told to.",
    'Cut before use (`systems.measurement.addresses = "cut-before-use"`), or drop the claim.',
)
def address_not_cut(case: Case) -> Iterator[Finding]:
    """Promise "cut first" against how measurement treats addresses."""
    measurement = case.policy.systems.measurement
    for path, claim in case.says("addresses-cut-first"):
        if measurement is not None and measurement.addresses != "cut-before-use" and not claim.conditional:
            how = "only if that is switched on" if measurement.addresses == "cut-if-switched-on" else "never"
            where = case.at("systems.measurement.addresses")
            yield Finding(
                f"{path}.says",
                f"The statement says that addresses are cut first, yet measurement cuts them {how}, {where}.",
            )


@rule(
    "CLAIM-ADDRESS-MERGED",
    TRUE_SENTENCES,
    "The statement says that addresses are not merged with other data; measurement merges them.",
    "Set `systems.measurement.merges = false` and keep them apart, or drop the claim.",
)
def address_merged(case: Case) -> Iterator[Finding]:
    """Promise "not merged" against measurement that merges."""
    measurement = case.policy.systems.measurement
    for path, _ in case.says("addresses-not-merged"):
        if measurement is not None and measurement.merges:
            where = case.at("systems.measurement.merges")
            yield Finding(
                f"{path}.says",
                f"The statement says that addresses are not merged, yet measurement merges them, {where}.",
            )


@rule(
    "CLAIM-REFUSAL-COSTS",
    f"{TRUE_SENTENCES} gdpr-7-4",
    "The statement lets visitors refuse freely; functions are lost without the cookies.",
    "Make the site work without them (`needs_cookies_for_functions = false`), or say which function is lost and drop "
    "the claim.",
)
def refusal_costs(case: Case) -> Iterator[Finding]:
    """Promise "you may refuse" against functions that are lost."""
    measurement = case.policy.systems.measurement
    for path, _ in case.says("refusal-costs-nothing"):
        if measurement is not None and measurement.needs_cookies_for_functions:
            where = case.at("systems.measurement.needs_cookies_for_functions")
            yield Finding(
                f"{path}.says",
                f"The statement says that refusing is free, yet functions are lost without cookies, {where}.",
            )


RULES = (
    only_domain,
    data_before_consent,
    place_demographics,
    place_stored,
    place_unruled,
    language_by_country,
    profiles,
    tracker_personal,
    cookie,
    address_not_cut,
    address_merged,
    refusal_costs,
)
