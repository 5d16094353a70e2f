"""Makes proofs of consent and their ends append-only in the database itself.

A proof may be deleted when its time is over, and its end right after it; before that day nobody can, not even by
mistake. SQLite rebuilds a table for many schema changes and drops its triggers with it: a later migration that alters
one of these tables runs `protect` again.
"""

from django.db import migrations

REFUSAL = "proofs of consent are append-only"
KEYS = {"mailing_consent": "number", "mailing_left": "consent_id"}
# SQLite: times are texts in UTC, as Django writes them; `datetime` writes them to the second, which sorts the same.
RESTS_SQLITE = {
    "mailing_consent": "NOT EXISTS (SELECT 1 FROM mailing_left WHERE consent_id = OLD.number"
    " AND keep_until < datetime('now'))",
    "mailing_left": "OLD.keep_until >= datetime('now')",
}

POSTGRESQL = f"""
CREATE FUNCTION mailing_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '{REFUSAL}: % on % is refused', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
CREATE FUNCTION mailing_consent_rests() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM mailing_left WHERE consent_id = OLD.number AND keep_until < now()) THEN
        RAISE EXCEPTION '{REFUSAL}: % on % is refused', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN OLD;
END $$;
CREATE TRIGGER mailing_consent_refuse BEFORE UPDATE OR TRUNCATE ON mailing_consent
    FOR EACH STATEMENT EXECUTE FUNCTION mailing_refuse();
CREATE TRIGGER mailing_left_refuse BEFORE UPDATE OR TRUNCATE ON mailing_left
    FOR EACH STATEMENT EXECUTE FUNCTION mailing_refuse();
CREATE TRIGGER mailing_consent_delete BEFORE DELETE ON mailing_consent
    FOR EACH ROW EXECUTE FUNCTION mailing_consent_rests();
CREATE TRIGGER mailing_left_delete BEFORE DELETE ON mailing_left
    FOR EACH ROW WHEN (OLD.keep_until >= now()) EXECUTE FUNCTION mailing_refuse();
"""
POSTGRESQL_BACK = """
DROP TRIGGER mailing_left_delete ON mailing_left;
DROP TRIGGER mailing_consent_delete ON mailing_consent;
DROP TRIGGER mailing_left_refuse ON mailing_left;
DROP TRIGGER mailing_consent_refuse ON mailing_consent;
DROP FUNCTION mailing_consent_rests();
DROP FUNCTION mailing_refuse();
"""


def protect(apps, schema_editor):
    """Add the triggers."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(POSTGRESQL, params=None)
        return
    for table, key in KEYS.items():
        conditions = {"UPDATE": "", "DELETE": f"WHEN {RESTS_SQLITE[table]}"}
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
    dependencies = [("mailing", "0001_tables")]

    operations = [migrations.RunPython(protect, unprotect)]
