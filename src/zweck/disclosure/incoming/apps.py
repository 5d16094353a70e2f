"""The folder's place in Django: an app of its own, so that its tables change apart from the outbox's."""

from datetime import timedelta

from django.apps import AppConfig

from zweck.disclosure.incoming import holding
from zweck.doors import Work, hand_work


class IncomingMail(AppConfig):
    """Incoming mail. A mail that was taken is noted beside what it led to, so in every place."""

    name = "zweck.disclosure.incoming"
    label = "incoming"
    in_every_place = True

    def ready(self) -> None:
        """Hand the mailbox to the work child."""
        holding.declare_all()
        from zweck.disclosure.incoming import fetching, judging, taking  # noqa: PLC0415  (models must be loaded first)

        hand_work(Work("incoming.fetch", timedelta(seconds=30), fetching.fetch))
        hand_work(Work("incoming.forget", timedelta(hours=6), taking.forget))
        hand_work(Work("incoming.pauses", timedelta(hours=1), judging.end_pauses))
