"""The room's place in Django."""

from datetime import timedelta

from django.apps import AppConfig

from zweck import doors
from zweck.mailing import holding


class Mailing(AppConfig):
    """Mailing."""

    name = "zweck.mailing"
    in_every_place = True

    def ready(self) -> None:
        """Hand over the form's taker, the pages behind links, the mailbox, and what goes by itself."""
        holding.declare_all()
        from zweck.mailing import acts, by_mail, pages, permissions, works  # noqa: PLC0415  (needs the tables)
        from zweck.mailing.bringing import queue  # noqa: PLC0415  (the same)

        doors.takers["newsletter"] = acts.subscribe
        doors.token_pages |= pages.PAGES
        doors.mailboxes["leave"] = by_mail.leave
        doors.on_activation.append(permissions.open_questions)
        doors.hand_work(doors.Work("mailing.send", timedelta(seconds=0.25), works.campaigns))
        doors.hand_work(doors.Work("mailing.ask", timedelta(seconds=5), permissions.put))
        doors.hand_work_everywhere("mailing.bring", timedelta(seconds=1), queue.take_some)
        doors.hand_work_everywhere("mailing.tidy", timedelta(hours=1), acts.tidy)
