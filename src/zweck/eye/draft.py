"""Writes a first policy from what an audit saw: facts as keys, sightings as comments, guesses as questions."""

import re
from datetime import date

from zweck.eye.drafting.about import EXAMPLE, About, about
from zweck.eye.drafting.declaring import data, forms, links, purposes, recipients, technologies
from zweck.eye.drafting.parts import gather
from zweck.eye.judging.known import Catalogue
from zweck.eye.judging.scene import prepare
from zweck.eye.parties import is_bare
from zweck.eye.values import Seen
from zweck.policy.writing.sheet import Sheet, listed, shown, string


def draft(seen: Seen, catalogue: Catalogue, today: date) -> str:
    """A policy as TOML, made from what was seen. It can be read at once; the linter lists what only its owner knows.

    Nothing in it says that what was seen may be so: it declares what is there.
    """
    scene = prepare(seen, None, catalogue, None)
    site, parts = about(scene), gather(scene, today)
    sheet = Sheet()
    _head(sheet, seen, site, today)
    _controller(sheet, site)
    data(sheet, parts, site)
    purposes(sheet, parts, site)
    recipients(sheet, parts)
    technologies(sheet, parts)
    forms(sheet, parts)
    _rights(sheet)
    links(sheet, site)
    return str(sheet)


def _head(sheet: Sheet, seen: Seen, site: About, today: date) -> None:
    pages = {visit.landed or visit.url for walk in seen.walks for visit in walk.visits}
    states = ", ".join(dict.fromkeys(walk.state for walk in seen.walks))
    sheet.note(f"A draft, made on {today} from what a browser met at {seen.url}")
    sheet.note(
        f"({len(pages)} page{'' if len(pages) == 1 else 's'}; as a visitor: {states or 'nothing could be seen'})."
    )
    if seen.partly:
        sheet.note(f"It is not the whole: {', '.join(seen.partly)}.")
    sheet.note(
        "It declares what is there, right or not. A browser sees neither why data are held, nor for how long, nor"
    )
    sheet.note(
        "what happens to them on the server. Lines with `# ?` are guesses and questions that only you can answer;"
    )
    sheet.note("`zweck lint` says what the law still asks for, docs/reference/policy.md explains every key.")
    sheet.gap()
    sheet.set("site", string(site.id))
    sheet.set("name", string(site.name), f'from the title "{shown(site.title, 120)}"' if site.title else "")
    sheet.ask(f"date = {today}  # the day this statement is approved")
    doubt = f"pages say they are in {', '.join(site.further)} as well" if site.further else ""
    sheet.set("languages", listed(site.languages), doubt)
    sheet.set("time_zone", '"UTC"', 'in which times are told, e.g. "Europe/Berlin"')
    sheet.set("profiles", '["gdpr13", "tdddg"]', "the laws the linter holds it against")


def _controller(sheet: Sheet, site: About) -> None:
    sheet.head("who answers for the data")
    if found := site.links.get("imprint"):
        sheet.note(f"the site's imprint: {found[0]}")
    sheet.table("controller")
    sheet.set("name", string(site.name), "the full legal name")
    sheet.set("country", string(site.country), "where it has its seat")
    is_named = re.fullmatch(r"[a-z0-9.-]+\.[a-z0-9-]+", site.host) and not is_bare(site.host)
    contact = f"privacy@{site.host.removeprefix('www.')}" if is_named else "privacy@example.com"
    sheet.set("contact", string(contact), "an address that somebody reads every working day")
    sheet.gap()
    for line in ("[controller.address]", 'street = "…"', 'postcode = "…"', 'city = "…"', f'country = "{site.country}"'):
        sheet.ask(line)
    sheet.gap()
    sheet.table("scope")
    doubt = "the site's own address, which could not be told" if site.origins == (EXAMPLE,) else ""
    sheet.set("origins", listed(site.origins), doubt or "every address under which this statement holds")


def _rights(sheet: Sheet) -> None:
    sheet.head("rights and complaints")
    sheet.note("The law grants these; within how many days you answer is yours to say.")
    sheet.table("rights")
    sheet.ask("answer_days = 28  # within the month that the law gives you")
    sheet.set("heading", '["access", "rectification", "erasure", "objection"]')
    sheet.gap()
    sheet.table("rights", "granted")
    for right in (
        *("access", "rectification", "erasure", "restriction"),
        *("portability", "objection", "withdrawal", "complaint"),
    ):
        sheet.set(right, "{}")
    sheet.gap()
    for line in (
        "[recourse.authority]  # the data protection authority in charge of you",
        'name = "…"',
        'url = "https://…"',
    ):
        sheet.ask(line)
