"""The room's place in Django."""

from datetime import timedelta

from django.apps import AppConfig

from zweck.console import holding
from zweck.doors import Work, hand_work


class Console(AppConfig):
    """Console."""

    name = "zweck.console"

    def ready(self) -> None:
        """Hand over what is to be done again and again."""
        holding.declare_all()
        from zweck.console import acts  # noqa: PLC0415  (its tables need Django's apps to be ready)

        hand_work(Work("console.sessions", timedelta(hours=1), acts.forget_sessions))
