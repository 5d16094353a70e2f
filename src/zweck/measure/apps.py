"""The room's place in Django."""

from django.apps import AppConfig

from zweck import doors


class Measure(AppConfig):
    """Measure."""

    name = "zweck.measure"

    def ready(self) -> None:
        """Hand the front the way of a hit."""
        from zweck.measure import hit  # noqa: PLC0415  (needs the models of rooms below)

        doors.exact_paths[hit.PATH] = hit.hit
