"""Makes the log append-only in the database itself.

SQLite rebuilds a table for many schema changes and drops its triggers with it: a later migration that alters one of
these tables runs `protect` again.
"""

from django.db import migrations

# Per table: what an inserted row must not share with one that is there. INSERT OR REPLACE would delete the old row, and
# unless recursive_triggers is on, without asking the trigger on DELETE.
TABLES = {
    "ledger_log": "id = NEW.id",
    "ledger_act": "id = NEW.id",
    "ledger_position": "position = NEW.position OR act_id = NEW.act_id",
    "ledger_checkpoint": "size = NEW.size",
    "ledger_testimony": "id = NEW.id",
}
REFUSAL = "the ledger is append-only"

POSTGRESQL_FUNCTION = f"""
CREATE FUNCTION ledger_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '{REFUSAL}: % on % is refused', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$
"""
# The transaction that wrote an act tells which acts may still be committed (see ledger/sql.py, `pending`).
POSTGRESQL_TX = "ALTER TABLE ledger_act ADD COLUMN tx xid8 NOT NULL DEFAULT pg_current_xact_id()"


def protect(apps, schema_editor):
    """Add the triggers; on PostgreSQL also the column of the writing transaction."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(POSTGRESQL_TX)
        schema_editor.execute("CREATE INDEX ledger_act_tx ON ledger_act (tx)")
        schema_editor.execute(POSTGRESQL_FUNCTION, params=None)
        for table in TABLES:
            schema_editor.execute(
                f"CREATE TRIGGER {table}_refuse BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
                " FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse()"
            )
        return
    for table, taken in TABLES.items():
        for verb in ("UPDATE", "DELETE"):
            schema_editor.execute(
                f"CREATE TRIGGER {table}_{verb.lower()} BEFORE {verb} ON {table}"
                f" BEGIN SELECT RAISE(ABORT, '{REFUSAL}: {verb} on {table} is refused'); END"
            )
        schema_editor.execute(
            f"CREATE TRIGGER {table}_insert BEFORE INSERT ON {table} WHEN EXISTS (SELECT 1 FROM {table} WHERE {taken})"
            f" BEGIN SELECT RAISE(ABORT, '{REFUSAL}: this row of {table} is there already'); END"
        )


def unprotect(apps, schema_editor):
    """Remove what `protect` added."""
    if schema_editor.connection.vendor == "postgresql":
        for table in TABLES:
            schema_editor.execute(f"DROP TRIGGER {table}_refuse ON {table}")
        schema_editor.execute("DROP FUNCTION ledger_refuse()")
        schema_editor.execute("ALTER TABLE ledger_act DROP COLUMN tx")
        return
    for table in TABLES:
        for verb in ("update", "delete", "insert"):
            schema_editor.execute(f"DROP TRIGGER {table}_{verb}")


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_tables")]

    operations = [migrations.RunPython(protect, unprotect)]
