"""The few statements start-up and the work child send by hand, and why each cannot go through the ORM."""

from django.db.backends.base.base import BaseDatabaseWrapper

# Zweck's own among PostgreSQL's advisory locks ("zweck" in ASCII): who holds it does the background work.
WORK_LOCK = 0x7A7765636B


def applied(connection: BaseDatabaseWrapper) -> frozenset[tuple[str, str]]:
    """App and name of every migration the database has seen; loading Django's recorder costs a tenth of a start."""
    if "django_migrations" not in connection.introspection.table_names():
        return frozenset()
    with connection.cursor() as cursor:
        cursor.execute("SELECT app, name FROM django_migrations")
        return frozenset((str(app), str(name)) for app, name in cursor.fetchall())


def grant_use(connection: BaseDatabaseWrapper, role: str) -> None:
    """Let the service's role use the owner's tables: read and write rows, never change or empty a table."""
    name = connection.ops.quote_name(role)
    with connection.cursor() as cursor:
        cursor.execute(f"GRANT USAGE ON SCHEMA public TO {name}")
        cursor.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {name}")
        cursor.execute(f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {name}")


def has_work_lock(connection: BaseDatabaseWrapper, is_held: bool) -> bool:
    """Take the lock of this session, or see that the session that holds it still answers."""
    with connection.cursor() as cursor:
        if is_held:
            cursor.execute("SELECT 1")
            return cursor.fetchone() == (1,)
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [WORK_LOCK])
        return cursor.fetchone() == (True,)
