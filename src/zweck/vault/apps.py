"""The room's place in Django."""

from datetime import timedelta

from django.apps import AppConfig

from zweck.doors import Work, hand_work


class Vault(AppConfig):
    """Vault."""

    name = "zweck.vault"
    in_every_place = True

    def ready(self) -> None:
        """Hand the end of grants to the work child."""
        from zweck.vault.acts import expire_all  # noqa: PLC0415  (its tables are only there from now on)

        hand_work(Work("vault.expire", timedelta(minutes=1), expire_all))
