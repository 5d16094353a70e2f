"""A club that writes newsletters and answers enquiries by mail, with texts of its own."""

from datetime import datetime
from pathlib import Path

from tests.vault.world import CLUB
from zweck.disclosure.values import Letter
from zweck.vault.values import Grant

MAIL = """
[systems.mail]
matters = ["enquiry"]
marketing = "newsletter"
mailbox = "post@example.org"
accent = "#7a1f3d"

[systems.mail.sender]
name = { de = "Ruderclub", en = "Rowing Club" }
address = "club@example.org"

[systems.mail.marketing_sender]
name = "Rowing News"
address = "news@news.example.org"
"""
SOURCE = CLUB + MAIL
TEXTS = """
[mail.confirm-club]
subject = "Please confirm"
text = ["Good day,", "you asked for the newsletter.", "[Yes, send it]({confirm})"]

[mail.answer]
subject = "Your enquiry, {name}"
text = ["Good day {name},", "you wrote:\\n{message}", "Until {day}. [See it here]({thread})."]

[mail.news]
subject = "News"
text = ["Good day {name},", "[Read more]({more})"]
"""


def lay_words(folder: Path) -> None:
    """Put the club's texts where words of the operator lie."""
    for language in ("de", "en"):
        (folder / f"{language}.toml").write_text(TEXTS, encoding="utf-8")


def letter(grant: Grant, template: str = "answer", **more: object) -> Letter:
    """A letter to whoever the grant is of."""
    usual: dict[str, dict[str, object]] = {
        "answer": {
            "fields": ("name", "message"),
            "says": {"day": "Friday"},
            "links": {"thread": "/z/enquiry/abc"},
            "reply_to": "reply.abc",
        },
        "confirm-club": {"links": {"confirm": "/z/confirm/abc"}},
        "news": {
            "fields": ("name",),
            "stream": "marketing",
            "links": {"leave": "/z/leave/abc", "mine": "/z/mine/abc", "more": "/z/more"},
        },
    }
    given: dict[str, object] = {"key": f"{template}-1", **usual[template], **more}
    return Letter(grant=grant, template=template, language="en", **given)  # type: ignore[arg-type]


def at_noon(now: datetime) -> datetime:
    """Later on the same day."""
    return now.replace(hour=12)
