"""All migrations, in a process of its own: `python -m zweck.serve.migrate`."""

import os

import django
from django.core.management import call_command

from zweck.serve import sql


def migrate() -> None:
    """Apply all migrations; as another owner, let the service's role use what they made."""
    call_command("migrate", interactive=False, verbosity=0)
    role = os.environ.get("ZWECK_SERVICE_ROLE")
    if role and not sql.is_file():
        sql.grant_use(role)


if __name__ == "__main__":
    django.setup()
    migrate()
