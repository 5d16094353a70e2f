"""The statement's table of technologies, as a page, as a fragment for other sites' pages, and as data."""

from django.template.loader import render_to_string
from django.utils.safestring import mark_safe

from zweck.editions import acts as editions
from zweck.policy.sentences import Grid
from zweck.site import prose
from zweck.site.frame import Look, frame

SECTION = "consent"  # where the statement has its table


def page(look: Look) -> str:
    """The table as a page."""
    table = fragment(look) if grids(look) else ""
    return render_to_string("site/technologies.html", frame(look) | {"table": mark_safe(table)})  # noqa: S308  (escaped)


def fragment(look: Look) -> str:
    """The table alone, to be set into any page."""
    found = grids(look)
    return "".join(map(prose.table, found)) or f"<p>{look.words.say('page.technologies.none')}</p>"


def data(look: Look) -> dict[str, object]:
    """The same as data: the columns as the statement prints them, and what they were made from."""
    declared = look.edition.policy.technologies
    rows = [dict(zip(grid.head, row, strict=True)) for grid in grids(look) for row in grid.rows]
    return {
        "site": look.edition.site,
        "edition": look.edition.number,
        "language": look.here.language,
        "technologies": [
            {"id": key, "kind": t.kind, "lifetime_days": t.lifetime_days, "essential": t.essential, "said": row}
            for (key, t), row in zip(declared.items(), rows, strict=False)
        ],
    }


def grids(look: Look) -> tuple[Grid, ...]:
    """The statement's table, as it was archived; nothing where the site has nothing to list."""
    if not look.edition.policy.technologies:
        return ()
    sections = editions.statement_of(look.edition, look.here.language).sections
    return next((section.grids for section in sections if section.id == SECTION), ())
