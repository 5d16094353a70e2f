"""Numbers grants with four bytes on PostgreSQL, where eight cost sixteen in each row and index that names one.

Two thousand million grants are enough for a place. SQLite stores a number as short as it is.
"""

from importlib import import_module

from django.db import migrations, models

entry = import_module("zweck.vault.migrations.0004_one_sealed_entry")

COLUMNS = (("vault_grant", "number"), ("vault_entry", "grant_id"), ("vault_mark", "grant_id"))
DROP = """
DROP FUNCTION vault_begin(text, smallint, bytea, bytea);
DROP FUNCTION vault_open(bytea, smallint, bytea);
"""


def _renumber(schema_editor, kind):
    if schema_editor.connection.vendor != "postgresql":
        return
    schema_editor.execute(DROP, params=None)
    for table, column in COLUMNS:
        schema_editor.execute(f"ALTER TABLE {table} ALTER COLUMN {column} TYPE {kind}", params=None)
    functions = entry.POSTGRESQL[entry.POSTGRESQL.index("CREATE FUNCTION vault_open") :]
    schema_editor.execute(functions.replace("number bigint", f"number {kind}"), params=None)


def narrow(apps, schema_editor):
    """Four bytes."""
    _renumber(schema_editor, "integer")


def widen(apps, schema_editor):
    """Eight, as they were."""
    _renumber(schema_editor, "bigint")


class Migration(migrations.Migration):
    dependencies = [("vault", "0004_one_sealed_entry")]

    operations = [
        migrations.SeparateDatabaseAndState(
            [migrations.RunPython(narrow, widen)],
            [migrations.AlterField("grant", "number", models.AutoField(primary_key=True, serialize=False))],
        ),
    ]
