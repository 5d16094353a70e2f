"""The room's place in Django."""

from datetime import timedelta

from django.apps import AppConfig

from zweck.doors import Work, hand_work


class Disclosure(AppConfig):
    """Disclosure."""

    name = "zweck.disclosure"

    def ready(self) -> None:
        """Hand the outbox to the work child."""
        from zweck.disclosure.acts import send_due  # noqa: PLC0415  (models must be loaded first)

        hand_work(Work("disclosure.send", timedelta(seconds=1), send_due))
