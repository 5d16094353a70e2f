"""The room's place in Django."""

from django.apps import AppConfig


class Proof(AppConfig):
    """Proof."""

    name = "zweck.proof"
