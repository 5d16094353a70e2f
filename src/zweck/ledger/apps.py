"""The room's place in Django."""

from django.apps import AppConfig


class Ledger(AppConfig):
    """Ledger."""

    name = "zweck.ledger"
