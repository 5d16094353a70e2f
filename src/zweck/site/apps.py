"""The room's place in Django."""

from django.apps import AppConfig


class Site(AppConfig):
    """Site."""

    name = "zweck.site"
