"""The room's place in Django."""

from datetime import timedelta

from django.apps import AppConfig

from zweck import doors
from zweck.measure import holding


class Measure(AppConfig):
    """Measure."""

    name = "zweck.measure"

    def ready(self) -> None:
        """Hand the front the way of a hit, and the work child the days."""
        holding.declare_all()
        from zweck.measure import hit, proofs  # noqa: PLC0415  (need the models of rooms below)
        from zweck.measure.days.closing import Days  # noqa: PLC0415
        from zweck.measure.segments import keeping  # noqa: PLC0415

        doors.exact_paths[hit.PATH] = hit.hit
        doors.hand_work(doors.Work("measure.days", timedelta(seconds=5), Days().run))
        keeping.hand_over()
        proofs.register_all()
