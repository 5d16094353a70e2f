"""The room's place in Django."""

from django.apps import AppConfig


class Editions(AppConfig):
    """Editions."""

    name = "zweck.editions"
