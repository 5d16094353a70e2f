"""Somebody asks: by form, by mail, or again on the enquiry's own page."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from django.db import transaction

from zweck.disclosure import acts as disclosure
from zweck.doors import Attachment, Incoming, Upload
from zweck.editions import acts as editions
from zweck.editions.values import Edition
from zweck.enquiries import letters, threads
from zweck.enquiries.errors import NoThread, NotTaken
from zweck.enquiries.models import Message, Thread
from zweck.enquiries.threads import PERSON, TEXT, Asked, Said
from zweck.policy.words import words
from zweck.vault import acts as vault
from zweck.vault.errors import BadAddress, PaymentData
from zweck.vault.values import Submission, Taken

MOST_FILES = 5
MOST_WAITING = 20  # messages that wait for an answer; more of them say nothing new
_WORDS = re.compile(r"[a-zäöüß]+")
_OFTEN = {
    "de": {
        "und",
        "ich",
        "nicht",
        "bitte",
        "der",
        "die",
        "das",
        "ist",
        "mit",
        "sie",
        "wie",
        "ein",
        "eine",
        "für",
        "auf",
    },
    "en": {
        "and",
        "the",
        "not",
        "please",
        "you",
        "is",
        "with",
        "my",
        "how",
        "for",
        "on",
        "have",
        "we",
        "to",
        "of",
        "it",
    },
}


def by_form(given: Submission) -> Taken:
    """Take an enquiry that was sent by a form."""
    with transaction.atomic(using=vault.database_of(given.place)):
        asked = Asked(
            edition=given.edition,
            purpose=given.purpose,
            place=given.place,
            language=given.language,
            text_sha256=given.text_sha256,
            data=given.data,
            said=Said(given.data.get(TEXT, ""), PERSON, "form"),
        )
        thread = threads.open_(asked, given.now)
        letters.received(thread, thread.messages.using(_using(thread)).get(), given.now)
    return Taken(mails=True)


def by_mail(mail: Incoming) -> bool:
    """Take a mail as an enquiry, where the policy says that mails to this address are taken as such."""
    found = _edition_for(mail.to)
    if found is None or not mail.text.strip() or _is_ours(mail.sender, found):
        return False
    policy = found.policy
    purpose = policy.systems.mail.enquiries if policy.systems.mail else None
    if purpose is None or purpose not in policy.purposes:
        return False
    place = (policy.purposes[purpose].places or list(policy.places) or [""])[0]
    using = vault.database_of(place)
    with transaction.atomic(using=using):
        if not disclosure.is_first(mail.mark, using, mail.at):
            return True
        return _taken(mail, found, purpose, place)


def reply(mail: Incoming) -> bool:
    """Take an answer to one of our mails, known by the tag in its address, whoever it comes from."""
    thread = threads.by_tag("reply", mail.token, mail.at)
    if thread is None or not mail.text.strip():
        return False
    try:
        _replied(thread, mail)
    except (NoThread, NotTaken):  # whoever reads it otherwise decides; a mail never waits for what does not come
        return False
    return True


def _replied(thread: Thread, mail: Incoming) -> None:
    with threads.locked(threads.where_of(thread), mail.at) as (row, using):
        if not disclosure.is_first(mail.mark, using, mail.at):
            return
        is_elsewhere = row.subject not in _known_as(mail.sender, row.site)
        said = Said(mail.text, PERSON, "mail", is_elsewhere, len(mail.left_out), mail.attachments)
        try:
            with transaction.atomic(using=using):
                _again(row, said, mail.at, using)
        except PaymentData:
            _again(row, replace(said, text=_withheld(row.language)), mail.at, using)


def again(thread: Thread, text: str, uploads: Sequence[Upload], now: datetime) -> int:
    """Take a further message from the enquiry's own page; gives how many of its files were not taken.

    Raises NothingSaid, NotTaken, NoThread, PaymentData.
    """
    judged = [
        disclosure.judged_file(one.name, one.content, is_text=one.name.casefold().endswith((".txt", ".csv")))
        for one in uploads
        if one.content
    ]
    files = tuple(one for one in judged if isinstance(one, Attachment))[:MOST_FILES]
    with threads.locked(threads.where_of(thread), now) as (row, using):
        said = Said(text, PERSON, "page", left_out=len(judged) - len(files), files=files)
        return _again(row, said, now, using).left_out


def _again(thread: Thread, said: Said, now: datetime, using: str) -> Message:
    waiting = thread.messages.using(using).filter(by=PERSON)
    if thread.answered_at is not None:
        waiting = waiting.filter(at__gt=thread.answered_at)
    if waiting.count() >= MOST_WAITING:
        raise NotTaken("so many messages wait for an answer that another would not help")
    message = threads.add(thread, said, now, using)
    Thread.objects.using(using).filter(pk=thread.pk).update(state="open", said_at=now)
    return message


def _taken(mail: Incoming, edition: Edition, purpose: str, place: str) -> bool:
    policy = edition.policy
    language = language_of(mail.said, policy.languages)
    text = f"{mail.subject}\n\n{mail.text}".strip()
    given = {"email": mail.sender, "name": mail.name, TEXT: text}
    data = {name: value for name, value in given.items() if value and name in policy.purposes[purpose].data}
    try:
        thread = _opened(mail, edition, (purpose, place, language), data)
        is_withheld = False
    except BadAddress:
        return False
    except PaymentData:
        try:
            bare = {"email": mail.sender, TEXT: _withheld(language)}
            thread = _opened(mail, edition, (purpose, place, language), bare)
        except PaymentData:  # in the address itself
            return False
        is_withheld = True
    message = thread.messages.using(_using(thread)).get()
    letters.received(thread, message, mail.at, is_withheld=is_withheld)
    return True


def _opened(mail: Incoming, edition: Edition, about: tuple[str, str, str], data: Mapping[str, str]) -> Thread:
    purpose, place, language = about
    asked = Asked(
        edition=edition,
        purpose=purpose,
        place=place,
        language=language,
        # Whoever writes a mail has seen no form of ours: what is published about it is the statement.
        text_sha256=edition.text_hash(language),
        data=data,
        said=Said(data[TEXT], PERSON, "mail", left_out=len(mail.left_out), files=mail.attachments),
    )
    return threads.open_(asked, mail.at)


def language_of(text: str, spoken: Sequence[str]) -> str:
    """The language of a text among those that a site speaks, by its commonest words; the site's first one in doubt."""
    said = _WORDS.findall(text[:4000].lower())
    scores = {language: sum(word in often for word in said) for language, often in _OFTEN.items()}
    best = max(spoken, key=lambda language: scores.get(language, 0))
    return best if scores.get(best, 0) else spoken[0]


def _edition_for(to: str) -> Edition | None:
    """The site whose mailbox a mail came to; where only one site has a mailbox, each mail in it is for that site."""
    with_mailbox = [edition for edition in editions.sites() if _mailbox(edition)]
    named = [edition for edition in with_mailbox if _mailbox(edition) == to.casefold()]
    if named:
        return named[0]
    return with_mailbox[0] if len(with_mailbox) == 1 else None


def _mailbox(edition: Edition) -> str:
    mail = edition.policy.systems.mail
    return ((mail.mailbox if mail else None) or "").casefold()


def _is_ours(sender: str, edition: Edition) -> bool:
    """Whether a mail says that it comes from ourselves, as one that goes in circles does."""
    mail = edition.policy.systems.mail
    senders = [mail.sender, mail.marketing_sender] if mail else []
    own = [_mailbox(edition), edition.policy.controller.contact, *(one.address for one in senders if one)]
    return sender.casefold() in {address.casefold() for address in own}


def _known_as(sender: str, site: str) -> frozenset[bytes]:
    """The subjects of an address; nobody for what is no address."""
    try:
        return frozenset(found.subject.id for found in vault.find(site, "email", sender))
    except BadAddress:
        return frozenset()


def _withheld(language: str) -> str:
    return words(language).say("enquiry.withheld")


def _using(thread: Thread) -> str:
    return vault.database_of(thread.place)


__all__ = ["NoThread", "again", "by_form", "by_mail", "language_of", "reply"]
