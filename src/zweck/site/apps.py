"""The room's place in Django."""

from datetime import timedelta

from django.apps import AppConfig

from zweck import doors
from zweck.doors import Work


class Site(AppConfig):
    """Site."""

    name = "zweck.site"
    in_every_place = True  # what was sent is known where it was stored, in one transaction

    def ready(self) -> None:
        """Hand the front the short ways of the statement and of the snippet."""
        from zweck.site import elsewhere, fast, holding  # noqa: PLC0415  (needs the models of rooms below)
        from zweck.site.forms import generic, sent  # noqa: PLC0415

        holding.declare_all()
        doors.exact_paths[elsewhere.PATH] = elsewhere.at_once
        doors.fast_paths.append(fast.statement)
        doors.takers["generic"] = generic.take
        doors.hand_work(Work("forms", timedelta(hours=6), sent.forget_all))
