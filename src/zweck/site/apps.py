"""The room's place in Django."""

from django.apps import AppConfig

from zweck import doors


class Site(AppConfig):
    """Site."""

    name = "zweck.site"

    def ready(self) -> None:
        """Hand the front the short ways of the statement and of the snippet."""
        from zweck.site import elsewhere, fast  # noqa: PLC0415  (needs the models of rooms below)

        doors.exact_paths[elsewhere.PATH] = elsewhere.at_once
        doors.fast_paths.append(fast.statement)
