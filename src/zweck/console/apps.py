"""The room's place in Django."""

from django.apps import AppConfig


class Console(AppConfig):
    """Console."""

    name = "zweck.console"
