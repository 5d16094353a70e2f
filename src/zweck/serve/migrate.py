"""All migrations, in a process of its own: `python -m zweck.serve.migrate [DATABASE[=ROLE]]…`."""

import sys

import django
from django.core.management import call_command
from django.db import DEFAULT_DB_ALIAS

from zweck.serve import sql


def migrate(using: str = DEFAULT_DB_ALIAS, role: str = "") -> None:
    """Apply all migrations; where another role owns the tables, let the service's own use what they made."""
    call_command("migrate", database=using, interactive=False, verbosity=0)
    if role and not sql.is_file(using):
        sql.grant_use(role, using)


if __name__ == "__main__":
    django.setup()
    for given in sys.argv[1:] or [DEFAULT_DB_ALIAS]:
        name, _, user = given.partition("=")
        migrate(name, user)
