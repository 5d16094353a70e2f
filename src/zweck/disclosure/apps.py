"""The room's place in Django."""

from datetime import timedelta

from django.apps import AppConfig
from django.core import checks

from zweck.disclosure import holding
from zweck.doors import Work, hand_work, hand_work_everywhere


class Disclosure(AppConfig):
    """Disclosure."""

    name = "zweck.disclosure"
    in_every_place = True

    def ready(self) -> None:
        """Hand the outboxes to the work child."""
        holding.declare_all()
        from zweck.disclosure import acts, mailcheck  # noqa: PLC0415  (models must be loaded first)
        from zweck.disclosure.catcher import serving  # noqa: PLC0415  (the same)
        from zweck.disclosure.outbox import dropping  # noqa: PLC0415  (the same)

        checks.register(mailcheck.check)
        hand_work(Work("disclosure.send", timedelta(seconds=1), acts.send_alerts))
        hand_work_everywhere("disclosure.letters", timedelta(seconds=1), acts.send_letters)
        hand_work_everywhere("disclosure.drop", timedelta(hours=1), dropping.drop)
        hand_work(Work("disclosure.catcher", timedelta(seconds=1), serving.keep_running))
