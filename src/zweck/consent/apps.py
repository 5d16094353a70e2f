"""The room's place in Django."""

from django.apps import AppConfig

from zweck import doors
from zweck.consent import holding


class Consent(AppConfig):
    """Consent."""

    name = "zweck.consent"

    def ready(self) -> None:
        """Hand the keeper of cookies to the front."""
        holding.declare_all()
        # The models, which it needs, are only there from now on.
        from zweck.consent.acts import may_set  # noqa: PLC0415

        doors.cookie_keepers.append(may_set)
