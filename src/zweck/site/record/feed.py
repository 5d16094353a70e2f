"""Changes of state as an Atom feed (RFC 4287)."""

from datetime import UTC
from html import escape

from zweck.editions import acts as editions
from zweck.proof import acts as proof
from zweck.proof.values import Changed
from zweck.site.frame import Look

ENTRIES = 50


def atom(look: Look) -> str:
    """The newest changes, each with a link to its evidence."""
    changes = proof.changes(look.edition.site, ENTRIES)
    sentences = editions.statement_of(look.edition, look.here.language).sentences()
    texts = {sentence.promise: sentence.text for sentence in sentences}
    updated = max((c.at for c in changes), default=look.edition.activated_at).astimezone(UTC)
    here = escape(look.whole(look.to("feed")))
    title = escape(look.words.say("page.feed.title", name=look.edition.policy.name))
    # What no sentence says has no page to link to.
    entries = "".join(_entry(look, change, texts[change.promise]) for change in changes if change.promise in texts)
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{look.here.language}">'
        f"<id>{here}</id><title>{title}</title><updated>{updated:%Y-%m-%dT%H:%M:%SZ}</updated>"
        f'<link rel="self" href="{here}"/><link href="{escape(look.whole(look.to("statement")))}"/>'
        f"<author><name>{escape(look.edition.policy.controller.name)}</name></author>{entries}</feed>\n"
    )


def _entry(look: Look, change: Changed, sentence: str) -> str:
    moment = f"{change.at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    state = look.words.say(f"page.state.{change.after}")
    title = look.words.say("page.feed.entry", state=state, sentence=sentence)
    address = look.whole(look.to("evidence", change.promise))
    return (
        f"<entry><id>{escape(address)}#{moment}</id><title>{escape(title)}</title><updated>{moment}</updated>"
        f'<link href="{escape(address)}"/><summary>{escape(title)}</summary></entry>'
    )
