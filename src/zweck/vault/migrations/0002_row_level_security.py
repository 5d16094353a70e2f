"""On PostgreSQL the database itself binds data to their purpose: without one being named, no row is there.

`zweck.purpose` is set for a transaction or, by `vault_read`, for one statement. Wrapped in a SELECT it is worked out once
for a statement and not for each row. FORCE: the rule holds for the owner of the table as well. SQLite has neither roles
nor variables of a session; there the key of the grant is the whole enforcement.
"""

from django.db import migrations

FORWARD = """
ALTER TABLE vault_datum ENABLE ROW LEVEL SECURITY;
ALTER TABLE vault_datum FORCE ROW LEVEL SECURITY;
CREATE POLICY vault_datum_purpose ON vault_datum
    USING (purpose = (SELECT current_setting('zweck.purpose', true)))
    WITH CHECK (purpose = (SELECT current_setting('zweck.purpose', true)));
"""
READ = """
CREATE FUNCTION vault_read(a_site text, a_subject bytea, a_purpose text, a_fields text[], an_entry bytea)
RETURNS TABLE (alias bytea, state varchar, until bigint, key_class varchar, epoch integer, wrapped bytea,
               entry bytea, field varchar, sealed bytea)
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM set_config('zweck.purpose', a_purpose, true);
    RETURN QUERY
        SELECT g.alias, g.state, g.until, g.key_class, g.epoch, g.wrapped, d.entry, d.field, d.sealed
        FROM vault_grant g LEFT JOIN vault_datum d ON d.grant_id = g.number
            AND d.field = ANY (a_fields) AND (an_entry IS NULL OR d.entry = an_entry)
        WHERE g.subject = a_subject AND g.purpose = a_purpose AND NOT (g.state = 'ended') AND g.site = a_site;
    PERFORM set_config('zweck.purpose', '', true);
END $$;
"""
BACK = """
DROP FUNCTION vault_read(text, bytea, text, text[], bytea);
DROP POLICY vault_datum_purpose ON vault_datum;
ALTER TABLE vault_datum NO FORCE ROW LEVEL SECURITY;
ALTER TABLE vault_datum DISABLE ROW LEVEL SECURITY;
"""


def bind(apps, schema_editor):
    """Add policy and function."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(FORWARD, params=None)
        schema_editor.execute(READ, params=None)


def unbind(apps, schema_editor):
    """Remove them."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(BACK, params=None)


class Migration(migrations.Migration):
    dependencies = [("vault", "0001_tables")]

    operations = [migrations.RunPython(bind, unbind)]
