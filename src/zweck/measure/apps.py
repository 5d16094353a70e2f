"""The room's place in Django."""

from django.apps import AppConfig


class Measure(AppConfig):
    """Measure."""

    name = "zweck.measure"
