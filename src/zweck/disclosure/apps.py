"""The room's place in Django."""

from django.apps import AppConfig


class Disclosure(AppConfig):
    """Disclosure."""

    name = "zweck.disclosure"
