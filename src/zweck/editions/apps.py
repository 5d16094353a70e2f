"""The room's place in Django."""

from django.apps import AppConfig

from zweck.editions import holding


class Editions(AppConfig):
    """Editions."""

    name = "zweck.editions"

    def ready(self) -> None:
        """Say what the tables hold."""
        holding.declare_all()
