"""The room's place in Django."""

from django.apps import AppConfig

from zweck.proof import holding


class Proof(AppConfig):
    """Proof."""

    name = "zweck.proof"

    def ready(self) -> None:
        """Register the proofs of this room and hand its work to the work child."""
        holding.declare_all()
        from zweck.proof import proofs, schedule  # noqa: PLC0415  (models must be loaded first)

        proofs.register_all()
        schedule.hand_over()
