"""Connections and the few statements that start-up, front and work child send by hand."""

from functools import cache

from django.apps import apps
from django.db import DEFAULT_DB_ALIAS, close_old_connections, connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper

# Zweck's own among PostgreSQL's advisory locks ("zweck" in ASCII): who holds it does the background work.
WORK_LOCK = 0x7A7765636B


def is_file(using: str = DEFAULT_DB_ALIAS) -> bool:
    """Whether a database is a file of ours (SQLite) or a server."""
    return connections[using].vendor == "sqlite"


def about(using: str = DEFAULT_DB_ALIAS) -> dict[str, str]:
    """NAME, HOST and USER of a database."""
    return {key: str(connections[using].settings_dict.get(key) or "") for key in ("NAME", "HOST", "USER")}


def reach() -> None:
    """Connect, and see that the database answers. Raises DatabaseError."""
    connection.ensure_connection()
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def begin_turn() -> None:
    """Let this thread start afresh: what broke or grew old is closed."""
    close_old_connections()


def close_here() -> None:
    """Close every connection of this thread."""
    connections.close_all()


@cache
def has_servers() -> bool:
    """Whether any database is a server; asked once, as every request needs to know."""
    return any("sqlite" not in settings["ENGINE"] for settings in connections.settings.values())


def close_servers() -> None:
    """Close what a fast answer opened on a server: 64 threads must not keep 64 connections. Files may stay open."""
    if not has_servers():
        return
    for opened in connections.all(initialized_only=True):
        if opened.vendor != "sqlite":
            opened.close()


def has_tables(using: str) -> bool:
    """Whether a database was ever brought up to date. Raises DatabaseError."""
    return "django_migrations" in connections[using].introspection.table_names()


def applied(using: str = DEFAULT_DB_ALIAS) -> frozenset[tuple[str, str]]:
    """App and name of every migration a database has seen; loading Django's recorder costs a tenth of a start.

    None of them where the role may not look: the owner then lets it, as after a first migration.
    """
    if not has_tables(using):
        return frozenset()
    with connections[using].cursor() as cursor:
        if not is_file(using):
            cursor.execute("SELECT has_table_privilege('django_migrations', 'SELECT')")
            if cursor.fetchone() != (True,):
                return frozenset()
        cursor.execute("SELECT app, name FROM django_migrations")
        return frozenset((str(app), str(name)) for app, name in cursor.fetchall())


def grant_use(role: str, using: str = DEFAULT_DB_ALIAS) -> None:
    """Let the service's role use the owner's tables: read and write rows, never change or empty a table.

    Of the ledger it may read and add rows only: its triggers are then the second belt, not the only one.
    """
    connection = connections[using]
    name = connection.ops.quote_name(role)
    ledger = ", ".join(connection.ops.quote_name(m._meta.db_table) for m in apps.get_app_config("ledger").get_models())
    with connection.cursor() as cursor:
        cursor.execute(f"GRANT USAGE ON SCHEMA public TO {name}")
        cursor.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {name}")
        cursor.execute(f"REVOKE UPDATE, DELETE, TRUNCATE ON {ledger} FROM {name}")
        cursor.execute(f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {name}")


def new_session() -> BaseDatabaseWrapper:
    """A connection beside Django's own: a lock taken in it lives as long as it does."""
    return connections.create_connection(DEFAULT_DB_ALIAS)


def has_work_lock(session: BaseDatabaseWrapper, is_held: bool) -> bool:
    """Take the lock of this session, or see that the session that holds it still answers. Raises DatabaseError."""
    with session.cursor() as cursor:
        if is_held:
            cursor.execute("SELECT 1")
            return bool(cursor.fetchone() == (1,))
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [WORK_LOCK])
        return bool(cursor.fetchone() == (True,))
