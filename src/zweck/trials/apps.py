"""The room's place in Django."""

from datetime import timedelta

from django.apps import AppConfig

from zweck.doors import TokenPage, hand_work_everywhere, takers, token_pages
from zweck.doors import offers as forms_offer


class Trials(AppConfig):
    """Trials."""

    name = "zweck.trials"
    in_every_place = True

    def ready(self) -> None:
        """Say where people lie, take forms, show the page behind a link, and hand over what is due."""
        from zweck.trials import acts, holding, offering, page  # noqa: PLC0415  (models must be loaded first)

        holding.declare_all()
        takers["trial"] = acts.start
        forms_offer["trial"] = offering.offers
        token_pages["trial"] = TokenPage(page.look, page.press)
        hand_work_everywhere("trials.due", timedelta(seconds=1), acts.run_due)
