"""Which table tells countries in this installation: settled once, before there are several processes."""

from django.conf import settings

from zweck.origin import acts as origin
from zweck.origin.errors import NotATable
from zweck.serve.errors import WrongSetting


def take_up() -> None:
    """Open the table and let every process use it. Raises WrongSetting."""
    file = origin.chosen(settings.GEO, settings.GEO_FILE, settings.DATA)
    if file is None:
        origin.use(origin.DOCUMENTATION if settings.GEO == "documentation" else origin.NOTHING)
        return
    try:
        origin.use(origin.opened(file, settings.DATA))
    except NotATable as wrong:
        raise WrongSetting(f"{'ZWECK_GEO_FILE: ' if settings.GEO_FILE else ''}{wrong}") from None
