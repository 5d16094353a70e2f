"""The room's place in Django."""

from datetime import timedelta

from django.apps import AppConfig

from zweck import doors
from zweck.doors import TokenPage, Work, hand_work
from zweck.enquiries import holding


class Enquiries(AppConfig):
    """Enquiries."""

    name = "zweck.enquiries"
    in_every_place = True

    def ready(self) -> None:
        """Hand over who takes enquiries, their page, their mails, and their end."""
        holding.declare_all()
        from zweck.enquiries import acts, pages  # noqa: PLC0415  (models must be loaded first)

        doors.takers["enquiry"] = acts.ask
        doors.token_pages["enquiry"] = TokenPage(pages.look, pages.press)
        doors.mailboxes["reply"] = acts.reply
        doors.mailboxes["enquiry"] = acts.by_mail
        hand_work(Work("enquiries.sweep", timedelta(minutes=10), acts.sweep))
