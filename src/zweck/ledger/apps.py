"""The room's place in Django."""

from datetime import timedelta

from django.apps import AppConfig

from zweck.doors import hand_work_everywhere
from zweck.ledger import holding


class Ledger(AppConfig):
    """Ledger."""

    name = "zweck.ledger"
    in_every_place = True

    def ready(self) -> None:
        """Hand the sequencer to the work child, and the proofs to the register."""
        holding.declare_all()
        # The models, which these need, are only there from now on.
        from zweck.ledger import proofs  # noqa: PLC0415
        from zweck.ledger.acts import sequence  # noqa: PLC0415

        hand_work_everywhere("ledger.sequence", timedelta(seconds=1), sequence)
        proofs.register_all()
