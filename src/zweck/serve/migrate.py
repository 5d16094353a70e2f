"""All migrations, in a process of its own: `python -m zweck.serve.migrate [ROLE]`."""

import sys

import django
from django.core.management import call_command

from zweck.serve import sql


def migrate(role: str = "") -> None:
    """Apply all migrations; where another role owns the tables, let the service's own use what they made."""
    call_command("migrate", interactive=False, verbosity=0)
    if role and not sql.is_file():
        sql.grant_use(role)


if __name__ == "__main__":
    django.setup()
    migrate(*sys.argv[1:])
