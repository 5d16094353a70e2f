"""The parts of a draft, written: what is known as keys, what was seen as comments, what is open as questions."""

from zweck.eye.drafting.about import About
from zweck.eye.drafting.parts import NOWHERE, Drafted, Parts, Used, seen_where
from zweck.eye.drafting.texts import phrase
from zweck.eye.parties import is_bare
from zweck.policy.writing.sheet import Sheet, listed, shown, string

# basis, what a visitor is asked, and what of it only the owner can answer
_PURPOSES = {
    "operation": ("legitimate-interest", "none", "or whichever basis carries what the visitor asked for"),
    "choice": ("legitimate-interest", "none", "some hold it to be a legal obligation: to be able to show the choice"),
    "preferences": ("consent", "ask", ""),
    "statistics": ("consent", "ask", ""),
    "marketing": ("consent", "ask", ""),
    "media": ("consent", "ask", ""),
    "delivery": ("consent", "ask", "served from your own machines, it would need nobody's consent"),
    "payment": ("contract", "none", ""),
    "protection": (
        "legitimate-interest",
        "none",
        "is it necessary, and does everybody meet it or only who sends a form?",
    ),
    "chat": ("consent", "ask", ""),
    "enquiry": ("legitimate-interest", "opt-out", "or contract, where people ask before they buy"),
    "newsletter": ("consent", "ask", ""),
    "account": ("contract", "none", ""),
    "order": ("contract", "none", ""),
    "comment": ("consent", "ask", ""),
}
_SOURCES = {"ip-address": "device", "device-id": "device"}
_SAYS = {
    "catalogue": "says our list",
    "operator": "says your list",
    "record": "stored by the press on the banner, and no identifier",
    "name": "by its name",
}


def data(sheet: Sheet, parts: Parts, site: About) -> None:
    """Kinds of data: those of the forms, and those that every request or cookie carries."""
    sheet.head("data")
    for datum in sorted(parts.data):
        sheet.table("data", datum)
        sheet.set("name", phrase("data", datum, site.languages))
        if datum in _SOURCES:
            sheet.set("source", string(_SOURCES[datum]))
        sheet.gap()


def purposes(sheet: Sheet, parts: Parts, site: About) -> None:
    """Purposes, as things and forms suggest them."""
    sheet.head("purposes")
    sheet.note(
        "Each is a guess from what was seen. What the law asks beside it, only you can say; `zweck lint` lists it."
    )
    sheet.gap()
    recipients = parts.recipients.values()
    for purpose, needs in parts.purposes.items():
        sheet.table("purposes", purpose)
        sheet.set("name", phrase("purposes", purpose, site.languages))
        if purpose in _PURPOSES:
            basis, mode, doubt = _PURPOSES[purpose]
            sheet.set("basis", string(basis), doubt or "is it?")
            sheet.set("consent_mode", string(mode))
            if basis == "legitimate-interest":
                sheet.ask('interest = "…"  # which; and in `balancing`, why it outweighs the person\'s')
        else:
            sheet.ask('basis = "…"  # what it rests on (GDPR Art. 6(1)), once you know what it serves')
        sheet.set("data", listed(sorted(needs)))
        if received := sorted(one.id for one in recipients if purpose in one.purposes):
            sheet.set("recipients", listed(received))
        sheet.ask("automated_decision = false  # or does a machine decide alone?")
        sheet.ask('retention = "…"  # how long its data are kept: name a class and declare it as [[retention]]')
        sheet.gap()


def recipients(sheet: Sheet, parts: Parts) -> None:
    """Who receives data: the providers of what was seen."""
    if not parts.recipients:
        return
    sheet.head("recipients")
    for one in parts.recipients.values():
        _recipient(sheet, one)
        sheet.gap()
    if any(one.is_third for one in parts.recipients.values()):
        _mechanisms(sheet)


def _recipient(sheet: Sheet, one: Drafted) -> None:
    for service, hosts in one.hosts.items():
        sheet.note(f"{service}{' at ' if service else 'met at '}{', '.join(sorted(hosts))}")
    for thing in one.loaded:
        kinds = sorted({s.request.kind for s in thing.sightings if s.request})
        sheet.note(f"{thing.host}: {', '.join(kinds)}; {next(seen_where(thing), '')}")
    if one.service:
        if one.service.in_union:
            sheet.ask(
                f"People in the Union are served by {one.service.in_union}: if your contract is with it, name it."
            )
    else:
        sheet.ask("Nothing is known of this host: who runs it, where, and why do your pages ask it?")
    sheet.table("recipients", one.id)
    sheet.set("name", string(one.name), "" if one.service and one.service.provider else "the legal name")
    sheet.set("role", '"processor"', "or a controller of its own, who decides what the data serve?")
    known = one.country != NOWHERE
    sheet.set("country", string(one.country), "of its seat" if known else "not known: put the country of its seat here")
    sheet.set("receives", listed(sorted(one.receives)))
    if not one.service and "." in one.name and not is_bare(one.name.partition(":")[0]):
        sheet.set("url", string(f"https://{one.name}/"), "the address of its privacy statement")
    if one.is_third:
        sheet.ask('mechanism = "…"  # its seat is in a third country: what lets the data travel (GDPR Art. 44-49)?')
    sheet.ask("contract_on = 2026-01-31  # the day of the data processing agreement (GDPR Art. 28)")


def _mechanisms(sheet: Sheet) -> None:
    sheet.note("What may let data travel to a third country; keep what you can show, and name it at the recipient.")
    sheet.ask("[mechanisms.dpf]")
    sheet.ask('name = "EU-U.S. Data Privacy Framework"')
    sheet.ask('kind = "dpf"  # only where the provider is on the list of the programme')
    sheet.ask("[mechanisms.scc]")
    sheet.ask('name = "Standard contractual clauses"')
    sheet.ask('kind = "scc"  # where you have signed them')


def technologies(sheet: Sheet, parts: Parts) -> None:
    """Everything that was stored on the device or loaded from others, each with where it was seen."""
    sheet.head("what touches the visitor's device")
    if not parts.technologies:
        sheet.note("Nothing was met that stores anything, or runs from elsewhere.")
    for used in parts.technologies:
        _technology(sheet, used)
        sheet.gap()
    for worker in parts.workers:
        sheet.note(f"a service worker, {shown(worker.name)}: a policy has no word for it; what it keeps is a cache")
    if parts.left:
        sheet.ask(
            f"{parts.left} more were seen and are not written here: so many names are hardly told apart by people."
        )


def _technology(sheet: Sheet, used: Used) -> None:
    for line in seen_where(used.thing):
        sheet.note(line)
    _doubts(sheet, used)
    sheet.table("technologies", used.id)
    sheet.set("name", string(used.name))
    sheet.set("kind", string(used.kind))
    if used.provider:
        sheet.set("provider", string(used.provider))
    sheet.set("purpose", string(used.purpose))
    if used.lifetime_days is not None:
        sheet.set("lifetime_days", str(used.lifetime_days))
    if used.essential:
        sheet.set("essential", "true", "does the visitor get nothing of what they asked for without it?")
        sheet.ask('why_essential = "…"  # in a sentence')
    if used.http_only:
        sheet.set("http_only", "true")


def _doubts(sheet: Sheet, used: Used) -> None:
    thing = used.thing
    if used.basis == "nobody":
        whose = f"stored by {thing.host}" if not thing.is_asked else f"from {thing.host}"
        sheet.ask(f"Unknown, {whose}: what does it serve, and who reads it?")
    else:
        service = f"{thing.service.name}, " if thing.service else ""
        sheet.ask(f"{service}{_SAYS[used.basis]}. Is it so on your site?")
    if "*" in used.name:
        sheet.note("a pattern: `*` stands for what differs from one visitor, page or version to the next")


def forms(sheet: Sheet, parts: Parts) -> None:
    """Forms that ask for personal data."""
    if not parts.forms:
        return
    sheet.head("forms")
    for form in parts.forms:
        more = f" and {form.pages - 1} more page{'' if form.pages == 2 else 's'}" if form.pages > 1 else ""
        sheet.note(f"seen: {form.url}{more}")
        sheet.ask("Is that its purpose, and are these the data it asks for?")
        if form.others:
            sheet.ask(f"It also has: {', '.join(form.others)}. Declare what of this is personal.")
        sheet.table("forms", form.id)
        sheet.set("name", string(form.name))
        sheet.set("purpose", string(form.purpose))
        sheet.set("asks", listed(form.asks))
        if form.optional:
            sheet.set("optional", listed(form.optional))
        if not form.says_why:
            sheet.set("says_why", "false", "beside the fields stood nothing of what the data are for")
        sheet.gap()


def links(sheet: Sheet, site: About) -> None:
    """Its own statement and imprint."""
    if not site.links:
        return
    sheet.head("links")
    for what, (url, text) in site.links.items():
        sheet.table("links", what)
        sheet.set("url", string(url))
        sheet.set("title", string(text))
        sheet.gap()
