"""Where personal data lies: in the places, each a database of its own."""

from typing import Any

from django.apps import apps
from django.db import DEFAULT_DB_ALIAS


class Router:
    """Which room's tables lie in which database.

    The default database has all of them; a place's own has those of the rooms that say `in_every_place = True` in
    their AppConfig. It chooses nothing else: code says `using=`, and without it means the default database. Rows point
    only at rows beside them, which Django sees to by itself: no transaction spans two databases.
    """

    def allow_migrate(self, db: str, app_label: str, **_hints: Any) -> bool:  # Any: Django's own signature
        """Whether a room's tables are made in a database."""
        return db == DEFAULT_DB_ALIAS or bool(getattr(apps.get_app_config(app_label), "in_every_place", False))
