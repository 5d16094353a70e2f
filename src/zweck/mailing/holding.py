"""Where this room holds people: who was asked, who said what, and who left. Addresses are marks everywhere."""

from zweck.holdings import Excused, Holding, declare, excuse

_ASKED = {"mark": "pseudonym", "grant": "pseudonym", "language": "choice", "asked_at": "permission"}
_WORDING = "the hash of a text that was shown to many"


def declare_all() -> None:
    """Say it."""
    declare(
        Holding(
            "mailing.Ask",
            subject="grant",
            data={**_ASKED, "purpose": "permission", "until": "permission", "posted": "delivery"},
            technical=("id", "site", "edition", "form"),
            because={"text_sha256": _WORDING},
        ),
        Holding(
            "mailing.Told",
            subject="mark",
            data={"mark": "pseudonym", "purpose": "permission", "at": "delivery"},
            technical=("id", "site"),
        ),
        Holding(
            "mailing.Consent",
            subject="grant",
            data={**_ASKED, "purpose": "permission", "way": "permission", "confirmed_at": "permission",
                  "accepted_at": "delivery", "message_id": "delivery", "answer": "delivery", "source": "permission"},
            technical=("number", "site", "edition", "form", "recorded_at", "leaf", "entry"),
            because={"text_sha256": _WORDING},
        ),
        Holding(
            "mailing.Left",
            subject="consent",
            data={"at": "permission", "how": "permission"},
            technical=("consent", "keep_until", "leaf", "entry"),
        ),
        Holding(
            "mailing.Asked",
            subject="grant",
            data={"mark": "pseudonym", "grant": "pseudonym", "language": "choice", "at": "delivery",
                  "posted": "delivery", "answer": "permission", "answered_at": "permission", "purpose": "permission"},
            technical=("id", "site", "question", "edition"),
            because={"text_sha256": _WORDING},
        ),
        Holding(
            "mailing.Test",
            subject="grant",
            data={"grant": "pseudonym", "language": "choice", "at": "delivery"},
            technical=("id", "site", "place", "campaign", "key"),
        ),
    )  # fmt: skip
    excuse(
        Excused(
            "mailing.Campaign",
            "what staff wrote to a list, never who is on it",
            {
                "texts": "what staff wrote",
                "made_by": "the number of a staff account",
                "reason": "the name of a trouble",
            },
        ),
        Excused(
            "mailing.Import",
            "how far an import has come, and how it went: counts and numbers of lines. While it waits, the file lies "
            "in it as the vault has sealed it, and goes as soon as it has been taken",
            {
                "content": "sealed by the vault, and emptied at the end",
                "by": "the number of a staff account",
                "counts": "how many rows came to which end",
                "refused": "numbers of lines, by reason",
                "trouble": "the name of a trouble",
                "place": "a place's id",
            },
        ),
        Excused(
            "mailing.Leg",
            "how far a campaign has come: counts, and random ids of grants",
            {"held": "random ids of grants", "trouble": "the kind of the mail server's trouble"},
        ),
    )
    because = {"concerned": "ids of purposes", "cursors": "random ids of grants, one for each place and purpose"}
    excuse(Excused("mailing.Question", "which purpose is offered to people of which others", because))
