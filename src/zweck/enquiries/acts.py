"""The room's door: somebody asks, staff answer, and it goes when it is over."""

from zweck.enquiries.answering import (
    address_of,
    answer,
    close,
    file,
    of_address,
    purpose_of,
    read,
    settled,
    take_on,
    waiting,
)
from zweck.enquiries.asking import by_form, by_mail, reply
from zweck.enquiries.ending import sweep
from zweck.policy.model import Policy

__all__ = [
    "address_of", "answer", "ask", "by_mail", "close", "file", "of_address", "purpose_of", "purposes", "read", "reply",
    "settled", "sweep", "take_on", "waiting",
]  # fmt: skip

ask = by_form


def purposes(policy: Policy) -> tuple[str, ...]:
    """The purposes under which a site takes enquiries: those of its forms of this kind, and that of its mailbox."""
    by_forms = [form.purpose for form in policy.forms.values() if form.kind == "enquiry"]
    mail = policy.systems.mail
    by_mailbox = [mail.enquiries] if mail and mail.mailbox and mail.enquiries else []
    return tuple(dict.fromkeys((*by_forms, *by_mailbox)))
