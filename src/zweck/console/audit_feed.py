"""What audits found new, as an Atom feed (RFC 4287)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape
from urllib.parse import urlsplit

from zweck.policy.words import Words
from zweck.watch import acts as watch
from zweck.watch.values import PastLook, Watched

SHOWN = 20


@dataclass(frozen=True, slots=True)
class Around:
    """Where a feed stands: the origin of the staff area, its author, and the words of its language."""

    origin: str
    author: str
    words: Words


def atom(watched: Watched, looks: Sequence[PastLook], around: Around) -> str:
    """One entry for each look that was worth a message. Only `self` holds the key, so that entries can be passed on."""
    host = urlsplit(watched.wanted.url).netloc
    # RFC 4151: a name that stays the same wherever the feed is read.
    tag = f"tag:{urlsplit(around.origin).hostname},{watched.added_at.astimezone(UTC):%Y-%m-%d}:audit/{watched.id}"
    page = f"{around.origin}/staff/audits/{watched.id}"
    updated = _moment(max((look.ended_at for look in looks), default=watched.added_at))
    entries = "".join(_entry(look, (tag, page, watched.wanted.url), around.words) for look in looks)
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{around.words.language}"><id>{escape(tag)}</id>'
        f"<title>{escape(around.words.say('watch.feed.title', host=host))}</title><updated>{updated}</updated>"
        f'<link rel="self" href="{escape(f"{around.origin}/staff/audits/feed/{watched.key}")}"/>'
        f'<link href="{escape(page)}"/><author><name>{escape(around.author)}</name></author>{entries}</feed>\n'
    )


def _entry(look: PastLook, about: tuple[str, str, str], words: Words) -> str:
    tag, page, url = about
    said = "\n".join(watch.summary(look, words, SHOWN))
    link = f"{page}/{look.id}" if look.has_report else page
    return (
        f"<entry><id>{escape(tag)}/{look.id}</id><title>{escape(watch.headline(look, url, words))}</title>"
        f'<updated>{_moment(look.ended_at)}</updated><link href="{escape(link)}"/>'
        f"<summary>{escape(said)}</summary></entry>"
    )


def _moment(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
