"""The steps of a start, in the order in which a mistake is cheapest."""

import gc
import socket
import sys
import time
from datetime import UTC, datetime

from django.conf import settings
from django.core import checks

from zweck.editions import acts as editions
from zweck.policy.errors import PolicyErrors
from zweck.serve import centres, database, folders, geography, opened, sql
from zweck.serve.errors import KeysTrouble, PolicyRefused, PortTaken, StartRefused
from zweck.serve.folders import Folders
from zweck.serve.tree import Tree, knock_at


def serve() -> None:
    """Start, serve, and stop in order. Raises StartRefused."""
    place = Folders(settings.DATA, settings.KEYS)
    folders.make_folder(place.data)
    folders.make_folder(place.keys)
    with (
        folders.only_one(place) as lock,
        reserved(settings.ADDRESS, settings.PORT, folders.is_orphaned(place)) as claim,
    ):
        port = claim.getsockname()[1]
        if folders.see_to_keys(place):
            # Settings were read before there was a key: what others sign with it must hold here from the start.
            settings.SECRET_KEY = (place.keys / "secret.key").read_text("ascii").strip()
        look(bring_up_databases())
        geography.take_up()
        preload()
        url = address_of(settings.ADDRESS, port)

        def when_ready() -> None:
            folders.leave_note(place, url, port, datetime.now(UTC))
            tell(f"Zweck is serving at {url} (stop with Ctrl-C)")

        try:
            with centres.beside():
                Tree(place, lock, port, when_ready).run()
        finally:
            place.note.unlink(missing_ok=True)


def bring_up_databases() -> list[str]:
    """The default one and every place's; gives those that can be used. Of the others it tells, and serves without."""
    opened.check()
    away = database.bring_up_to_date()
    for trouble in away.values():
        tell(f"{trouble}\nThe service starts without this place: what belongs there is refused until it is back.")
    there = [using for using in settings.DATABASES if using not in away]
    opened.note(there)
    return there


def address_of(listens_at: str, port: int) -> str:
    """The URL under which people on this machine reach the service."""
    host = knock_at(listens_at)
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def reserved(host: str, port: int, is_orphaned: bool) -> socket.socket:
    """Our claim on the port (0: on a free one) until we end, before anything is changed. Raises PortTaken.

    The server's workers listen with SO_REUSEPORT, which would let two services share a port in silence. So first
    see that nobody has it, then hold it with a socket that never listens. A killed service's worker gets a moment.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    until = time.monotonic() + (folders.PATIENCE_SECONDS if is_orphaned else 0)
    while True:
        try:
            with socket.socket(family) as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind((host, port))
                probe.listen(1)
        except OSError as failure:
            if time.monotonic() >= until:
                raise PortTaken(
                    f"{host}:{port}: cannot be listened at ({(failure.strerror or str(failure)).lower()}); "
                    "set ZWECK_PORT to a free port, or stop what listens there"
                ) from None
            time.sleep(0.1)
            continue
        claim = socket.socket(family)
        claim.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        claim.bind((host, port))
        return claim


def look(databases: list[str]) -> None:
    """Django's and our rooms' system checks, then the policy. Raises StartRefused."""
    found = checks.run_checks(databases=databases)
    wrong = [one for one in found if one.level >= checks.ERROR]
    if wrong:
        refused = KeysTrouble if all(one.id == "zweck.E010" for one in wrong) else StartRefused
        raise refused("the service does not check out:\n" + "\n".join(map(str, wrong)))
    try:
        taken = editions.take_up(datetime.now(UTC))
    except PolicyErrors as errors:
        raise PolicyRefused(f"{settings.POLICY}: cannot be served, and no edition is in force:\n{errors}") from None
    for one in taken:
        if trouble := editions.trouble(one.site):
            since = f"{trouble.since:%Y-%m-%d %H:%M} UTC"
            tell(f"{one.site}: the policy file is {trouble.kind} since {since}; edition {one.number} stays in force:")
            tell(trouble.reason)


def tell(line: str) -> None:
    """Say something to whoever started the service."""
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


def preload() -> None:
    """Load what every process needs before there are several, and leave nothing open that must not be shared."""
    sql.close_here()
    gc.collect()
    gc.freeze()  # the collector would otherwise touch, and so copy, every shared page
