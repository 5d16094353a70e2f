"""The room's place in Django."""

from datetime import timedelta

from django.apps import AppConfig
from django.core import checks
from django.core.signals import request_finished

from zweck import holdings
from zweck.doors import Work, hand_work, hand_work_everywhere
from zweck.vault import holding


class Vault(AppConfig):
    """Vault."""

    name = "zweck.vault"
    in_every_place = True

    def ready(self) -> None:
        """Hand the end of grants to the work child, and register what is checked before every start."""
        holding.declare_all()
        from zweck.vault import keycheck, proofs, reading  # noqa: PLC0415  (its tables are only there from now on)
        from zweck.vault.ending import expire, leave_nothing  # noqa: PLC0415
        from zweck.vault.renewing import rotation  # noqa: PLC0415

        checks.register(holdings.check)
        request_finished.connect(reading.settle_all)
        checks.register(keycheck.check, checks.Tags.database)
        hand_work(Work("vault.keys", timedelta(minutes=5), rotation.keep_young))
        hand_work_everywhere("vault.expire", timedelta(minutes=1), expire)
        hand_work_everywhere("vault.residue", timedelta(minutes=1), leave_nothing)
        proofs.register_all()
