"""The room's place in Django."""

from django.apps import AppConfig

from zweck.watch import holding


class Watch(AppConfig):
    """Watch."""

    name = "zweck.watch"

    def ready(self) -> None:
        """Hand this room's work to the work child."""
        holding.declare_all()
        from zweck.watch import schedule  # noqa: PLC0415  (its tables need Django's apps to be ready)

        schedule.hand_over()
