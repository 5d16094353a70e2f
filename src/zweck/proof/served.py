"""The statement as the site serves it, found through its list of pages."""

from collections.abc import Iterator

from zweck.editions.values import Edition
from zweck.policy.render import from_json
from zweck.policy.sentences import Statement
from zweck.promises.values import CouldNotLook, Target
from zweck.proof.pages import Fetched, Listed, pages_of


def edition_of(target: Target) -> Edition:
    """The edition the target is to serve."""
    edition = target.place.get("edition")
    if not isinstance(edition, Edition):
        raise CouldNotLook("no edition was given to compare with")
    return edition


def pages_named(target: Target, template: str) -> dict[str, Listed]:
    """The pages of one template, by language. Raises CouldNotLook where there is none."""
    found = {page.language: page for page in pages_of(target).listed() if page.template == template}
    if not found:
        raise CouldNotLook(f"the site lists no page of the kind {template}")
    return found


def statement_bytes(target: Target, page: Listed) -> Fetched:
    """The statement's canonical JSON, which lies beside its page."""
    return pages_of(target).fetch(f"{page.path}.json")


def statements(target: Target) -> Iterator[tuple[str, Statement | None]]:
    """The served statement per language; None where it cannot be read."""
    for language, page in pages_named(target, "statement").items():
        answer = statement_bytes(target, page)
        try:
            yield language, from_json(answer.text) if answer.status == 200 else None
        except (ValueError, KeyError, TypeError):
            yield language, None
