"""Makes tables lean: a new person touches five pages of the vault's tables and indexes, not eleven.

Subjects, values and marks are found by their own keys only, so on SQLite their key is their table (WITHOUT ROWID), and a
subject needs no number beside its id. The marks of a grant are worked out from its addresses when it ends, and holders are
walked through by id, so neither needs an index. On PostgreSQL `vault_open` and `vault_begin` do in one round trip what an
act needs to know first; each names the purpose for the transaction, as row-level security asks.
"""

from importlib import import_module

from django.db import migrations, models
import django.db.models.deletion

rows = import_module("zweck.vault.migrations.0002_row_level_security")

LEAN = {
    "vault_subject": (
        "ident BLOB NOT NULL PRIMARY KEY, site varchar(60) NOT NULL, place varchar(60) NOT NULL, salt BLOB NULL",
        "ident, site, place, salt",
    ),
    "vault_datum": (
        "grant_id bigint NOT NULL, entry BLOB NOT NULL, field varchar(60) NOT NULL, purpose varchar(60) NOT NULL,"
        " sealed BLOB NOT NULL, PRIMARY KEY (grant_id, entry, field)",
        "grant_id, entry, field, purpose, sealed",
    ),
    "vault_mark": (
        "mark BLOB NOT NULL, grant_id bigint NOT NULL, kind varchar(10) NOT NULL, version smallint unsigned NOT NULL,"
        " PRIMARY KEY (mark, grant_id)",
        "mark, grant_id, kind, version",
    ),
}
BROAD_SUBJECT = (
    "number integer NOT NULL PRIMARY KEY AUTOINCREMENT, ident BLOB NOT NULL UNIQUE, site varchar(60) NOT NULL,"
    " place varchar(60) NOT NULL, salt BLOB NULL"
)
GRANT = "number bigint, ident bytea, alias bytea, since bigint, until bigint, state varchar, key_class varchar," \
    " epoch integer, wrapped bytea, basis varchar, edition integer, text_sha256 bytea"
# With names in one text: the driver takes longer over an array than the database over the read. A generic plan: these
# reads go by unique keys, and planning them anew took five times as long as running them.
READ = """
CREATE FUNCTION vault_read(a_site text, a_subject bytea, a_purpose text, names text, an_entry bytea)
RETURNS TABLE (alias bytea, state varchar, until bigint, key_class varchar, epoch integer, wrapped bytea,
               entry bytea, field varchar, sealed bytea)
LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
BEGIN
    PERFORM set_config('zweck.purpose', a_purpose, true);
    RETURN QUERY
        SELECT g.alias, g.state, g.until, g.key_class, g.epoch, g.wrapped, d.entry, d.field, d.sealed
        FROM vault_grant g LEFT JOIN vault_datum d ON d.grant_id = g.number
            AND d.field = ANY (string_to_array(names, ',')) AND (an_entry IS NULL OR d.entry = an_entry)
        WHERE g.subject = a_subject AND g.purpose = a_purpose AND NOT (g.state = 'ended') AND g.site = a_site;
    PERFORM set_config('zweck.purpose', '', true);
END $$;
"""
POSTGRESQL = f"""
ALTER TABLE vault_subject DROP COLUMN number;
ALTER TABLE vault_subject ADD PRIMARY KEY (ident);
ALTER TABLE vault_subject DROP CONSTRAINT IF EXISTS vault_subject_ident_key;
DROP INDEX IF EXISTS vault_mark_grant_id_lean;
CREATE FUNCTION vault_open(a_site text, a_subject bytea, a_purpose text, an_entry bytea)
RETURNS TABLE (number bigint, alias bytea, until bigint, key_class varchar, epoch integer, wrapped bytea, entry bytea)
LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
BEGIN
    PERFORM set_config('zweck.purpose', a_purpose, true);
    RETURN QUERY
        SELECT g.number, g.alias, g.until, g.key_class, g.epoch, g.wrapped,
            (SELECT d.entry FROM vault_datum d WHERE d.grant_id = g.number
                AND (an_entry IS NULL OR d.entry = an_entry) ORDER BY d.entry DESC LIMIT 1)
        FROM vault_grant g
        WHERE g.subject = a_subject AND g.purpose = a_purpose AND NOT (g.state = 'ended') AND g.site = a_site
        FOR UPDATE OF g;
END $$;
CREATE FUNCTION vault_begin(a_site text, a_place text, a_purpose text, a_mark bytea, another bytea)
RETURNS TABLE (subject bytea, salt bytea, {GRANT})
LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
BEGIN
    PERFORM set_config('zweck.purpose', a_purpose, true);
    PERFORM pg_advisory_xact_lock(('x' || encode(substring(a_mark from 1 for 8), 'hex'))::bit(64)::bigint);
    -- A statement of its own: it must see what the one before us committed while we waited.
    RETURN QUERY
        SELECT s.ident, s.salt, p.number, p.ident, p.alias, p.since, p.until, p.state, p.key_class, p.epoch, p.wrapped,
            p.basis, p.edition, p.text_sha256
        FROM vault_mark m JOIN vault_grant g ON g.number = m.grant_id AND NOT (g.state = 'ended') AND g.site = a_site
            JOIN vault_subject s ON s.ident = g.subject AND s.place = a_place
            LEFT JOIN vault_grant p ON p.subject = s.ident AND p.purpose = a_purpose AND NOT (p.state = 'ended')
        WHERE m.mark IN (a_mark, another) ORDER BY g.number LIMIT 1;
END $$;
DROP FUNCTION vault_read(text, bytea, text, text[], bytea);
{READ}
"""
POSTGRESQL_BACK = """
DROP FUNCTION vault_begin(text, text, text, bytea, bytea);
DROP FUNCTION vault_read(text, bytea, text, text, bytea);
DROP FUNCTION vault_open(text, bytea, text, bytea);
ALTER TABLE vault_subject DROP CONSTRAINT vault_subject_pkey;
ALTER TABLE vault_subject ADD COLUMN number bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY;
ALTER TABLE vault_subject ADD CONSTRAINT vault_subject_ident_key UNIQUE (ident);
"""


def _copied(editor, table, columns, copied, more=""):
    editor.execute(f"CREATE TABLE new__{table} ({columns}){more}")
    editor.execute(f"INSERT INTO new__{table} ({copied}) SELECT {copied} FROM {table}")
    editor.execute(f"DROP TABLE {table}")
    editor.execute(f"ALTER TABLE new__{table} RENAME TO {table}")


def slim(apps, schema_editor):
    """Make them lean."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(POSTGRESQL, params=None)
        return
    for table, (columns, copied) in LEAN.items():
        _copied(schema_editor, table, columns, copied, " WITHOUT ROWID")


def broaden(apps, schema_editor):
    """As they were."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(POSTGRESQL_BACK, params=None)
        schema_editor.execute(rows.READ, params=None)
        return
    for table, (columns, copied) in LEAN.items():
        _copied(schema_editor, table, BROAD_SUBJECT if table == "vault_subject" else columns, copied)


class Migration(migrations.Migration):
    dependencies = [("vault", "0002_row_level_security")]

    operations = [
        migrations.RemoveIndex("grant", "vault_grant_holders"),
        migrations.AlterField(
            "mark",
            "grant",
            models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="marks",
                to="vault.grant",
            ),
        ),
        migrations.SeparateDatabaseAndState(
            [migrations.RunPython(slim, broaden)],
            [
                migrations.RemoveField("subject", "number"),
                migrations.AlterField("subject", "ident", models.BinaryField(max_length=16, primary_key=True, serialize=False)),
            ],
        ),
    ]
