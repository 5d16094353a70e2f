"""The table of technologies, as a page, as a fragment for other sites' pages, and as data."""

from django.template.loader import render_to_string
from django.utils.safestring import mark_safe

from zweck.policy.model import Technology
from zweck.policy.sentences import Grid
from zweck.policy.texts import say
from zweck.site import prose
from zweck.site.frame import Look, frame

COLUMNS = ("name", "kind", "provider", "purpose", "lifetime", "needed")


def page(look: Look) -> str:
    """The table as a page."""
    table = fragment(look) if look.edition.policy.technologies else ""
    return render_to_string("site/technologies.html", frame(look) | {"table": mark_safe(table)})  # noqa: S308  (escaped)


def fragment(look: Look) -> str:
    """The table alone, to be set into any page."""
    words = look.words
    if not look.edition.policy.technologies:
        return f"<p>{words.say('page.technologies.none')}</p>\n"
    head = tuple(words.say(f"page.technologies.{column}") for column in COLUMNS)
    rows = tuple(tuple(row.values()) for row in _rows(look))
    return prose.table(Grid(words.say("page.technologies.title"), head, rows)) + "\n"


def data(look: Look) -> dict[str, object]:
    """The same as data, each row with the machine's names as well."""
    declared = look.edition.policy.technologies
    return {
        "site": look.edition.site,
        "edition": look.edition.number,
        "language": look.here.language,
        "technologies": [
            {"id": key, "said": row, "kind": t.kind, "lifetime_days": t.lifetime_days, "essential": t.essential}
            for (key, t), row in zip(declared.items(), _rows(look), strict=True)
        ],
    }


def _rows(look: Look) -> list[dict[str, str]]:
    return [_row(look, technology) for technology in look.edition.policy.technologies.values()]


def _row(look: Look, technology: Technology) -> dict[str, str]:
    policy, words, language = look.edition.policy, look.words, look.here.language
    needed = words.say("page.technologies.yes" if technology.essential else "page.technologies.no")
    if technology.essential and technology.why_essential:
        needed = f"{needed}: {say(technology.why_essential, language)}"
    provider = policy.recipients.get(technology.provider or "")
    purpose = policy.purposes.get(technology.purpose)
    return {
        "name": technology.name,
        "kind": words.say(f"page.technology.{technology.kind}"),
        "provider": provider.name if provider else words.say("page.technologies.own"),
        "purpose": say(purpose.name, language) if purpose else technology.purpose,
        "lifetime": _lifetime(look, technology.lifetime_days),
        "needed": needed,
    }


def _lifetime(look: Look, days: int | None) -> str:
    if days is None:
        return look.words.say("page.technologies.lasting")
    return look.words.say("page.technologies.days", n=days) if days else look.words.say("page.technologies.session")
