"""The room's place in Django."""

from django.apps import AppConfig


class Consent(AppConfig):
    """Consent."""

    name = "zweck.consent"
