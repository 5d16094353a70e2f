"""Mail: who writes, who carries it, who is on the list, who reads the answers, and how long its fate is known."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from zweck.policy.periods import MAIL_LEAST_DAYS, MAIL_RECORD
from zweck.policy.rules.register import Case, Finding, rule

EMAIL = "email"


def _end(domain: str) -> str:
    # The public suffix list would be needed to be exact; two labels are the common case, and the milder one.
    return ".".join(domain.lower().split(".")[-2:])


@rule(
    "MAIL-SENDER",
    "gdpr-5-1-a gdpr-13-1-a eprivacy-13-4",
    "Mail is written from a domain that is not the site's.",
    "Write from a domain of yours, say one below that of `scope.origins`: by it readers tell who you are.",
)
def sender(case: Case) -> Iterator[Finding]:
    """The senders' domains against those of the origins and the contact address."""
    mail = case.policy.systems.mail
    own = {_end(urlsplit(origin).hostname or "") for origin in case.policy.scope.origins}
    own.add(_end(case.policy.controller.contact.rpartition("@")[2]))
    for key in ("sender", "marketing_sender"):
        found = getattr(mail, key, None)
        domain = found.address.rpartition("@")[2] if found else ""
        if found and _end(domain) not in own:
            known = case.at("scope.origins")
            message = f"Mail is written from {domain}, which is neither under {known} nor the contact address's."
            yield Finding(f"systems.mail.{key}.address", message)


@rule(
    "MAIL-NO-ADDRESS",
    "ddg-5 can-spam-5",
    "Advertising is sent, and no postal address is named that could stand in it.",
    "Add `[controller.address]`: its line stands in the foot of every mail.",
)
def no_address(case: Case) -> Iterator[Finding]:
    """The list of a controller in Germany or the United States against the address that its mails must name."""
    mail, controller = case.policy.systems.mail, case.policy.controller
    writes = mail is not None and mail.marketing and (mail.sender or mail.marketing_sender)
    owes = {controller.country, *controller.establishments} & {"DE", "US"}
    if writes and owes and controller.address is None:
        message = f"news are sent, and the foot of the mail has no postal address of {controller.name} to name."
        yield Finding("systems.mail.marketing", message)


@rule(
    "MAIL-PROVIDER",
    "gdpr-5-1-a gdpr-13-1-e",
    "Mail is carried by a provider who, as declared, receives no e-mail addresses.",
    'Add "email" to what the recipient `receives`: whoever carries mail sees to whom.',
)
def provider(case: Case) -> Iterator[Finding]:
    """The carrier of mail against the data that it receives."""
    mail = case.policy.systems.mail
    carrier = case.policy.recipients.get(mail.provider or "") if mail else None
    if mail and carrier and EMAIL in case.policy.data and EMAIL not in carrier.receives:
        declared = case.at(f"recipients.{mail.provider}")
        message = f"{case.named(carrier.name)} carries the mail, and by {declared} receives no e-mail address."
        yield Finding("systems.mail.provider", message)


@rule(
    "MAIL-OPT-IN",
    "gdpr-5-2 gdpr-6-1",
    "The marketing list rests on consent, and nobody is asked for it.",
    'Set `opt_in = "double"` on its purpose: a consent that was never asked for cannot be shown.',
)
def opt_in(case: Case) -> Iterator[Finding]:
    """The basis of the list against how it is filled."""
    mail = case.policy.systems.mail
    purpose = case.policy.purposes.get(mail.marketing or "") if mail else None
    if mail and purpose and purpose.basis == "consent" and purpose.opt_in in (None, "none"):
        where = case.at(f"purposes.{mail.marketing}")
        message = f"{case.named(purpose.name)} rests on consent, yet {where} declares no opt-in by which it is given."
        yield Finding("systems.mail.marketing", message)


@rule(
    "MAIL-NO-MAILBOX",
    "gdpr-5-1-a gdpr-12-1",
    "Mails are to be enquiries, and no mailbox is named that they could come to.",
    "Name the mailbox that the service reads (`systems.mail.mailbox`), or drop `enquiries`.",
)
def no_mailbox(case: Case) -> Iterator[Finding]:
    """A promise to answer mail against the mailbox that is read."""
    mail = case.policy.systems.mail
    if mail and mail.enquiries and not mail.mailbox:
        message = f"a mail is an enquiry under {mail.enquiries}, and no `mailbox` is named in which anybody finds it."
        yield Finding("systems.mail.enquiries", message)


@rule(
    "RETENTION-MAIL",
    "gdpr-5-1-a gdpr-5-1-e gdpr-13-2-a",
    "What became of mails is declared to go earlier than it does.",
    f"Declare {MAIL_LEAST_DAYS} days or more: the proof of a consent quotes from the letter that asked, for a month.",
)
def fate(case: Case) -> Iterator[Finding]:
    """The declared period of letters against the shortest that proofs of consent leave room for."""
    for place, row in enumerate(case.policy.retention):
        days = row.days if row.days is not None and not row.years else None
        if case.policy.systems.mail and row.record == MAIL_RECORD and days is not None and days < MAIL_LEAST_DAYS:
            message = f"what became of mails is declared for {days} days, and kept for {MAIL_LEAST_DAYS}."
            yield Finding(f"retention[{place}].days", message)


RULES = (sender, no_address, provider, opt_in, no_mailbox, fate)
