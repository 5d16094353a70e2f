"""Editions: the list of all, and one old edition with what the next one changed."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from django.http import Http404
from django.template.loader import render_to_string
from django.utils.safestring import mark_safe

from zweck.editions import acts as editions
from zweck.editions.errors import NoEdition
from zweck.editions.values import Edition
from zweck.policy.sentences import Statement
from zweck.site import prose
from zweck.site.frame import Look, frame


@dataclass(frozen=True, slots=True)
class Change:
    """A sentence that one edition has and the next has not, or the other way round, or in other words."""

    what: Literal["added", "removed", "changed"]
    before: str
    after: str


def differences(old: Statement, new: Statement) -> Iterator[Change]:
    """What the next edition changed, sentence by sentence, in reading order; removed sentences last."""
    before = {s.promise: s.text for s in old.sentences()}
    after = {s.promise: s.text for s in new.sentences()}
    for promise, text in after.items():
        if promise not in before:
            yield Change("added", "", text)
        elif before[promise] != text:
            yield Change("changed", before[promise], text)
    yield from (Change("removed", text, "") for promise, text in before.items() if promise not in after)


def list_page(look: Look) -> str:
    """All editions, newest first."""
    every = editions.editions_of(look.edition.site)
    rows = [
        {
            "href": look.to("editions", str(edition.number)) if newer else look.to("statement"),
            "title": look.words.say("page.editions.number", number=edition.number),
            "when": _when(look, edition, newer),
            "sha256": edition.sha256,
        }
        for edition, newer in zip(every, [None, *every], strict=False)
    ]
    return render_to_string("site/editions.html", frame(look) | {"rows": rows})


def edition_page(look: Look) -> str:
    """One edition in full. Raises Http404 for a number there never was."""
    edition, following = _asked(look)
    language = look.here.language
    if language not in dict(edition.texts):
        language = edition.texts[0][0]
    statement = editions.statement_of(edition, language)
    context = {
        "title": look.words.say("page.editions.old_title", title=statement.title, number=edition.number),
        "when": _when(look, edition, following),
        "text": mark_safe(prose.plain(statement)),  # noqa: S308  (escaped by prose)
        "text_language": language,
        "sha256": edition.sha256,
        "next": following.number if following else "",
        "changes": _changes(look, statement, following) if following else [],
    }
    return render_to_string("site/edition.html", frame(look) | context)


def _asked(look: Look) -> tuple[Edition, Edition | None]:
    number = look.here.rest
    if not (number.isascii() and number.isdecimal() and len(number) < 9):
        raise Http404(number)
    try:
        return editions.numbered(look.edition.site, int(number))
    except NoEdition:
        raise Http404(number) from None


def _changes(look: Look, statement: Statement, following: Edition) -> list[Change]:
    if statement.language not in dict(following.texts):
        return []
    return list(differences(statement, editions.statement_of(following, statement.language)))


def _when(look: Look, edition: Edition, newer: Edition | None) -> str:
    start = look.words.date(look.moment.local_day(edition.activated_at))
    if newer is None:
        return look.words.say("page.editions.current", start=start)
    end = look.words.date(look.moment.local_day(newer.activated_at))
    return look.words.say("page.editions.past", start=start, end=end)
