"""The room's place in Django."""

from datetime import timedelta

from django.apps import AppConfig

from zweck.doors import Work, hand_work


class Ledger(AppConfig):
    """Ledger."""

    name = "zweck.ledger"

    def ready(self) -> None:
        """Hand the sequencer to the work child, and the proofs to the register."""
        # The models, which these need, are only there from now on.
        from zweck.ledger import proofs  # noqa: PLC0415
        from zweck.ledger.acts import sequence_all  # noqa: PLC0415

        hand_work(Work("ledger.sequence", timedelta(seconds=1), sequence_all))
        proofs.register_all()
