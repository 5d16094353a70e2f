"""Letters into the outbox, and what has become of them."""

import re
from datetime import datetime

from zweck.disclosure import models
from zweck.disclosure.errors import BadLetter
from zweck.disclosure.letters.gaps import path
from zweck.disclosure.letters.paper import paper
from zweck.disclosure.recording import ref_of
from zweck.disclosure.values import STATES, Fate, Letter, Posted
from zweck.vault import acts as vault
from zweck.vault.values import Grant

_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_TAG = re.compile(r"[a-z0-9][a-z0-9.-]{0,60}|")


def is_confirming(template: str) -> bool:
    """Whether a template only asks for a confirmation, and so may go to whoever is not confirmed yet."""
    return "confirm" in template.split("-")


def post(letter: Letter, now: datetime) -> Posted:
    """Put a letter into the outbox of its reader's place, in the caller's transaction; one that is there stays.

    Raises BadLetter when it could never be sent as it is: found out here, not at night.
    """
    _look(letter)
    using = vault.database_of(letter.grant.subject.place)
    row, is_new = models.Letter.objects.using(using).get_or_create(
        site=letter.grant.subject.site,
        key=letter.key,
        defaults={
            "place": letter.grant.subject.place,
            "subject": letter.grant.subject.id,
            "grant": letter.grant.id,
            "purpose": letter.grant.purpose,
            "stream": letter.stream,
            "template": letter.template,
            "language": letter.language,
            "says": dict(letter.says),
            "links": dict(letter.links),
            "fields": list(letter.fields),
            "entry": letter.entry,
            "reply_to": letter.reply_to,
            "created_at": now,
            "due_at": letter.due_at or now,
        },
    )
    if is_new:
        _end_if_it_left_before(row)
    return Posted(row.pk, using)


def _end_if_it_left_before(row: models.Letter) -> None:
    """A letter whose row was dropped long ago does not leave a second time under its key."""
    ref = ref_of(row.site, row.key, bytes(row.grant))
    told = models.Disclosure.objects.using(row.using).filter(ref=ref).first()
    if told is not None:
        models.Letter.objects.using(row.using).filter(pk=row.pk).update(state=told.state, links={})


def fate(posted: Posted) -> Fate | None:
    """What has become of a letter; None when its row is gone."""
    row = models.Letter.objects.using(posted.using).filter(pk=posted.number).first()
    if row is None:
        return None
    return Fate(STATES[row.state], row.message_id, row.accepted_at, row.answer, row.trouble)


def last_language(grant: Grant) -> str:
    """The language of the last letter under a grant that is still in the outbox; empty where there is none."""
    using = vault.database_of(grant.subject.place)
    rows = models.Letter.objects.using(using).filter(subject=grant.subject.id, grant=grant.id)
    return rows.order_by("-pk").values_list("language", flat=True).first() or ""


def parameter(name: str) -> str:
    """The parameter of a text that a datum fills."""
    return name.replace("-", "_")


def _look(letter: Letter) -> None:
    if not _KEY.fullmatch(letter.key):
        raise BadLetter("a letter's key is of up to 100 letters, digits and .-_")
    if not _TAG.fullmatch(letter.reply_to):
        raise BadLetter("a reply tag is of up to 61 small letters, digits, dots and hyphens")
    if is_confirming(letter.template):
        if letter.fields:
            # Else whoever fills in a form with somebody's address could have us send them any text.
            raise BadLetter("a mail that asks for a confirmation quotes nothing of what was typed")
    elif letter.grant.state == "pending":
        raise BadLetter("only a mail that asks for a confirmation may go to a grant that is pending")
    for link in letter.links.values():
        path(link)
    links = frozenset(letter.links) | ({"leave", "mine"} if letter.stream == "marketing" else frozenset())
    if letter.stream == "marketing" and not {"leave", "mine"} <= letter.links.keys():
        raise BadLetter("a marketing mail needs the links leave and mine")
    paper(letter.template, letter.language, {**letter.says, **{parameter(name): "-" for name in letter.fields}}, links)
