"""Where this room holds people: what was sent to them, and what was disclosed. No address lies here."""

from zweck.holdings import Excused, Holding, declare, excuse


def declare_all() -> None:
    """Say it."""
    declare(
        Holding(
            "disclosure.Letter",
            subject="subject",
            data={"subject": "pseudonym", "grant": "pseudonym", "purpose": "permission", "links": "credential",
                  "accepted_at": "delivery", "state": "delivery", "trouble": "delivery", "answer": "delivery"},
            technical=("id", "site", "place", "stream", "template", "language", "key", "entry", "created_at", "due_at",
                       "claimed_until", "attempts"),
            because={
                "says": "dates and names of purposes for the words of a mail; no datum of the person",
                "fields": "names of data that are read from the vault when the letter is sent",
                "message_id": "made of the key",
                "reply_to": "a token that leads to a grant",
            },
        ),
        Holding(
            "disclosure.Disclosure",
            subject="subject",
            data={"subject": "pseudonym", "grant": "pseudonym", "purpose": "permission", "at": "delivery",
                  "way": "delivery", "data": "delivery", "state": "delivery"},
            technical=("id", "ref", "site", "key", "act"),
            because={"recipient": "the declared recipient's id"},
        ),
        Holding(
            "disclosure.Suppression",
            subject="fingerprint",
            data={"fingerprint": "pseudonym", "purpose": "choice", "at": "choice"},
            technical=("id", "site", "by"),
            because={"reason": "a word such as unsubscribed"},
        ),
    )  # fmt: skip
    excuse(
        Excused(
            "disclosure.Outgoing",
            "alerts of the service to its operator, whose address is read from the settings when they are sent",
            {
                "subject": "the head of an alert: a site and how a promise stands",
                "text": "an alert: promises and their states",
                "payload": "the same for a webhook",
            },
        )
    )
