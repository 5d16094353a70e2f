"""Makes the records append-only in the database itself.

A record may be deleted when nothing rests on it any more: its answers have ended, and so has the choice it took back.
That is what retention will use; before that day nobody can, not even by mistake. Archived texts stay: they hold nobody.
SQLite rebuilds a table for many schema changes and drops its triggers with it: a later migration that alters one of
these tables runs `protect` again.
"""

from django.db import migrations

REFUSAL = "records of consent are append-only"
# SQLite: times are texts in UTC, as Django writes them; `datetime` writes them to the second, which sorts the same.
RESTS_SQLITE = "max(OLD.valid_until, coalesce(OLD.withdrawn_until, '')) > datetime('now')"
KEYS = {"consent_record": "number", "consent_shown": "sha256"}

POSTGRESQL = f"""
CREATE FUNCTION consent_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '{REFUSAL}: % on % is refused', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER consent_shown_refuse BEFORE UPDATE OR DELETE OR TRUNCATE ON consent_shown
    FOR EACH STATEMENT EXECUTE FUNCTION consent_refuse();
CREATE TRIGGER consent_record_refuse BEFORE UPDATE OR TRUNCATE ON consent_record
    FOR EACH STATEMENT EXECUTE FUNCTION consent_refuse();
CREATE TRIGGER consent_record_delete BEFORE DELETE ON consent_record
    FOR EACH ROW WHEN (greatest(OLD.valid_until, OLD.withdrawn_until) > now()) EXECUTE FUNCTION consent_refuse();
"""
POSTGRESQL_BACK = """
DROP TRIGGER consent_record_delete ON consent_record;
DROP TRIGGER consent_record_refuse ON consent_record;
DROP TRIGGER consent_shown_refuse ON consent_shown;
DROP FUNCTION consent_refuse();
"""


def protect(apps, schema_editor):
    """Add the triggers."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(POSTGRESQL, params=None)
        return
    for table, key in KEYS.items():
        conditions = {"UPDATE": "", "DELETE": f"WHEN {RESTS_SQLITE}" if table == "consent_record" else ""}
        for verb, condition in conditions.items():
            schema_editor.execute(
                f"CREATE TRIGGER {table}_{verb.lower()} BEFORE {verb} ON {table} {condition}"
                f" BEGIN SELECT RAISE(ABORT, '{REFUSAL}: {verb} on {table} is refused'); END"
            )
        # INSERT OR REPLACE would delete the old row without asking the trigger on DELETE.
        schema_editor.execute(
            f"CREATE TRIGGER {table}_insert BEFORE INSERT ON {table}"
            f" WHEN EXISTS (SELECT 1 FROM {table} WHERE {key} = NEW.{key})"
            f" BEGIN SELECT RAISE(ABORT, '{REFUSAL}: this row of {table} is there already'); END"
        )


def unprotect(apps, schema_editor):
    """Remove what `protect` added."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(POSTGRESQL_BACK, params=None)
        return
    for table in KEYS:
        for verb in ("update", "delete", "insert"):
            schema_editor.execute(f"DROP TRIGGER {table}_{verb}")


class Migration(migrations.Migration):
    dependencies = [("consent", "0001_initial")]

    operations = [migrations.RunPython(protect, unprotect)]
