"""The room's place in Django."""

from django.apps import AppConfig

from zweck import doors


class Site(AppConfig):
    """Site."""

    name = "zweck.site"

    def ready(self) -> None:
        """Hand the front the statement's short way."""
        from zweck.site import fast  # noqa: PLC0415  (needs the models of rooms below)

        doors.fast_paths.append(fast.statement)
