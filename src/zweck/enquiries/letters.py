"""The two mails of an enquiry: that it has come, and an answer. Both lead to its page, and can be answered by mail."""

from datetime import datetime, timedelta

from zweck.disclosure import acts as disclosure
from zweck.disclosure.values import Letter
from zweck.editions import acts as editions
from zweck.enquiries import tags
from zweck.enquiries.models import Message, Thread
from zweck.enquiries.threads import TEXT
from zweck.policy.words import words
from zweck.vault import acts as vault

# A form can be filled in with anybody's address: so many of our mails nobody gets unasked.
MOST_A_DAY = 3


def received(thread: Thread, message: Message, now: datetime, *, is_withheld: bool = False) -> None:
    """Tell who asked that it has come; quotes nothing of it, since the address is only what somebody typed."""
    using = vault.database_of(thread.place)
    today = Thread.objects.using(using).filter(subject=thread.subject, asked_at__gt=now - timedelta(days=1))
    if today.count() > MOST_A_DAY:
        return
    more = {
        "withheld": words(thread.language).say("enquiry.withheld") if is_withheld else "",
        "files": str(message.left_out) if message.left_out else "",
    }
    _post(thread, "enquiry-received", "received", now, more)


def answered(thread: Thread, message: Message, now: datetime) -> int:
    """Send an answer; its text is read from the vault at the moment of sending. Gives the letter's number."""
    return _post(thread, "enquiry-answer", str(message.pk), now, {}, bytes(message.entry))


def _post(  # noqa: PLR0913  (what a letter is made of)
    thread: Thread, template: str, key: str, now: datetime, more: dict[str, str], entry: bytes | None = None
) -> int:
    policy = editions.current(thread.site).policy
    said = words(thread.language)
    says: dict[str, str | int] = {
        "mailbox": (policy.systems.mail.mailbox if policy.systems.mail else None) or "",
        "until": said.date(thread.until.date()) if thread.until else "",
        **more,
    }
    ident = bytes(thread.ident)
    letter = Letter(
        grant=vault.grant(thread.site, thread.place, bytes(thread.grant)),
        template=template,
        language=thread.language,
        key=f"enquiry-{ident.hex()}-{key}",
        says=says,
        links={"page": f"/z/enquiry/{tags.tag('page', ident)}?lang={thread.language}"},
        fields=(TEXT,) if entry else (),
        entry=entry,
        reply_to=f"reply.{tags.tag('reply', ident)}",
    )
    return disclosure.post(letter, now).number
