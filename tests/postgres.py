"""A throw-away PostgreSQL server, and the two roles a deployment has: one that owns, one that works."""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

OWNER = "zweck_test_owner"
WORKER = "zweck_test_worker"  # owns nothing, bypasses nothing
PASSWORD = "only-for-tests"
# Durability is of no use to a server that is deleted within minutes.
FAST = "-c listen_addresses=127.0.0.1 -c fsync=off -c synchronous_commit=off -c full_page_writes=off"


class NoPostgres(Exception):  # noqa: N818
    """No PostgreSQL on this machine. The message says what to install."""


@dataclass(frozen=True, slots=True)
class Server:
    """A PostgreSQL server in which the tests may create and drop roles and databases."""

    host: str
    port: int
    admin: str
    password: str

    def settings(self, user: str, name: str) -> dict[str, object]:
        """What Django needs to reach a database under a role."""
        password = self.password if user == self.admin else PASSWORD
        return {"HOST": self.host, "PORT": self.port, "USER": user, "PASSWORD": password, "NAME": name}

    def url(self, user: str, name: str) -> str:
        """The same as an address, as ZWECK_DATABASE_URL and ZWECK_OWNER_URL take it."""
        password = self.password if user == self.admin else PASSWORD
        return f"postgres://{user}:{password}@{self.host}:{self.port}/{name}"

    @contextmanager
    def connection(self, user: str, name: str) -> Iterator[psycopg.Connection]:
        """A connection in autocommit, beside Django's."""
        with psycopg.connect(self.url(user, name), autocommit=True) as connection:
            yield connection

    def create(self, name: str, template: str = "template1") -> None:
        """Create a database that the owner owns."""
        with self.connection(self.admin, "postgres") as connection:
            connection.execute(
                sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {}").format(
                    sql.Identifier(name), sql.Identifier(OWNER), sql.Identifier(template)
                )
            )

    def drop(self, name: str) -> None:
        """Drop a database, whoever is still connected."""
        with self.connection(self.admin, "postgres") as connection:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def create_roles(self) -> None:
        """Create both roles where they are missing; the owner creates test databases, the worker nothing."""
        rights = {OWNER: "CREATEDB", WORKER: "NOCREATEDB"}
        with self.connection(self.admin, "postgres") as connection:
            for role, may_create in rights.items():
                if connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (role,)).fetchone():
                    continue
                connection.execute(
                    sql.SQL(
                        f"CREATE ROLE {{}} LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEROLE {may_create} PASSWORD {{}}"
                    ).format(sql.Identifier(role), sql.Literal(PASSWORD))
                )


def given(url: str) -> Server:
    """The server of ZWECK_TEST_DATABASE_URL; its user must be allowed to create roles and databases."""
    parts = conninfo_to_dict(url)
    return Server(
        str(parts.get("host", "127.0.0.1")),
        int(parts.get("port") or 5432),
        str(parts.get("user", "postgres")),
        str(parts.get("password") or ""),
    )


def binaries() -> Path:
    """The folder of initdb and pg_ctl: the newest Debian installs, or the one on PATH."""
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: float(p.parts[-3]))
    if installed:
        return installed[-1].parent
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    raise NoPostgres("no PostgreSQL; give ZWECK_TEST_DATABASE_URL or install it (Debian: apt-get install postgresql)")


@contextmanager
def throw_away() -> Iterator[Server]:
    """Start a server of our own in a folder of its own, and stop it."""
    folder = Path(tempfile.mkdtemp(prefix="zweck-pg-"))
    as_user: list[str] = []
    if os.geteuid() == 0:  # PostgreSQL refuses to run as root
        shutil.chown(folder, "postgres", "postgres")
        as_user = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", "--reset-env"]
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    data, log = str(folder / "data"), str(folder / "log")
    control = [*as_user, str(binaries() / "pg_ctl"), "-s", "-w", "-D", data]

    def run(*command: str) -> None:
        # Not captured: the server would inherit the pipe and keep it open.
        subprocess.run(command, check=True, cwd="/", stdout=subprocess.DEVNULL)

    try:
        run(
            *as_user,
            str(binaries() / "initdb"),
            "-D",
            data,
            *["-U", "admin", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"],
        )
        run(*control, "-l", log, "-o", f"-p {port} -k {folder} {FAST}", "start")
        try:
            yield Server("127.0.0.1", port, "admin", "")
        finally:
            run(*control, "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def server() -> Iterator[Server]:
    """The given server or a throw-away one, with both roles in it."""
    url = os.environ.get("ZWECK_TEST_DATABASE_URL")
    if url:
        found = given(url)
        found.create_roles()
        yield found
        return
    with throw_away() as own:
        own.create_roles()
        yield own
