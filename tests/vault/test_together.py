"""Several at once: the same form sent twice, a worker that has a key open while it is withdrawn, a kill in between."""

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest
from django.conf import settings
from django.core.signals import request_finished
from django.db import connection, connections, transaction

from tests.databases import Scratch
from tests.vault.world import collect
from zweck.doors import works
from zweck.ledger.models import Act
from zweck.vault import acts
from zweck.vault.errors import NotPermitted
from zweck.vault.models import Entry, Grant, Mark
from zweck.vault.values import Collected, Reading
from zweck.vault.values import Grant as Permission

_WORKER = """
import sys
from datetime import UTC, datetime
import django
django.setup()
from zweck.vault import acts
from zweck.vault.errors import NotPermitted
from zweck.vault.values import Reading, Subject
wanted = Reading(Subject("club", "", bytes.fromhex(sys.argv[1])), "newsletter", ("email",), "staff:1", "a worker")
for line in sys.stdin:
    try:
        print("read" if acts.read(wanted, datetime.now(UTC)) else "nothing", flush=True)
    except NotPermitted as refused:
        print(refused.rule, flush=True)
"""


def at_once(count: int, act: Callable[[int], object]) -> list[object]:
    """Let threads begin together; what each brought, or raised."""
    together, found = threading.Barrier(count), [object()] * count

    def run(number: int) -> None:
        together.wait()
        try:
            found[number] = act(number)
        except Exception as failure:  # noqa: BLE001  (told to the test)
            found[number] = failure
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


@pytest.mark.usefixtures("lasting_club")
def test_the_same_address_sent_twice_at_once_is_one_person_with_one_permission(now: datetime) -> None:
    collect(now, data={"email": "first@example.org"})  # keys are there

    for turn in range(5):
        address = f"ben{turn}@example.org"
        found = at_once(4, partial(collect_for, now, address))
        assert all(isinstance(one, Collected) for one in found), found

    assert (subjects(), Grant.objects.count(), Mark.objects.count()) == (6, 6, 6)
    counts = sorted(len(acts.entries(grant.subject, "newsletter", now)) for grant in holders())
    assert counts == [1, 4, 4, 4, 4, 4]


def collect_for(now: datetime, address: str, _number: int) -> Collected:
    return collect(now, data={"email": address})


def subjects() -> int:
    return Grant.objects.values("subject").distinct().count()


def holders() -> tuple[Permission, ...]:
    return acts.holders("club", "", "newsletter", b"", 100)


@pytest.mark.usefixtures("lasting_club")
def test_the_very_first_two_share_the_keys_that_one_of_them_makes(now: datetime) -> None:
    found = at_once(2, lambda number: collect(now, data={"email": f"p{number}@example.org"}))

    assert all(isinstance(one, Collected) for one in found), found
    assert {path.stem for path in (settings.KEYS / "vault").iterdir()} == {"index-email-1", "ordinary-1"}


@pytest.mark.usefixtures("lasting_club")
def test_of_two_who_withdraw_and_confirm_at_once_neither_brings_the_other_back(now: datetime) -> None:
    for number in range(5):
        given = collect(now, data={"email": f"p{number}@example.org"}, pending=True)
        at_once(2, partial(end_or_confirm, given, now))
        assert acts.grant("club", "", given.grant.id).state == "ended"


def end_or_confirm(given: Collected, now: datetime, number: int) -> object:
    if number:
        return acts.confirm(given.grant, None, now)
    return acts.withdraw(given.subject, "newsletter", "unsubscribed", now)


@contextmanager
def worker(scratch: Scratch, subject: bytes, tmp_path: Path) -> Iterator[Callable[[], str]]:
    """Another process of the service, which reads when asked."""
    found = connection.settings_dict
    url = ""
    if scratch.vendor == "postgresql":
        url = f"postgres://{found['USER']}:{found['PASSWORD']}@{found['HOST']}:{found['PORT']}/{found['NAME']}"
    data = tmp_path / "worker"
    data.mkdir()
    if not url:
        (data / "zweck.sqlite3").symlink_to(scratch.name)
    env = os.environ | {
        "ZWECK_DATA": str(data), "ZWECK_KEYS": str(settings.KEYS), "ZWECK_DATABASE_URL": url, "ZWECK_PLACE": "",
        "DJANGO_SETTINGS_MODULE": "zweck.settings", "PYTHONPATH": os.pathsep.join(sys.path),
    }  # fmt: skip
    with subprocess.Popen(
        [sys.executable, "-c", _WORKER, subject.hex()],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=env,
    ) as process:
        assert process.stdin
        assert process.stdout
        ask, answer = process.stdin, process.stdout

        def read() -> str:
            ask.write("\n")
            ask.flush()
            return answer.readline().strip()

        yield read
        ask.close()


def test_what_is_withdrawn_is_refused_within_a_second_in_every_process(lasting_club: Scratch, tmp_path: Path) -> None:
    now = datetime.now(UTC)
    given = collect(now)

    with worker(lasting_club, given.subject.id, tmp_path) as read:
        assert [read(), read()] == ["read", "read"]  # its key is open there from now on
        acts.withdraw(given.subject, "newsletter", "unsubscribed", datetime.now(UTC))
        began = time.monotonic()
        assert read() == "no-grant"
        assert time.monotonic() - began < 1

    said = [json.loads(body) for body in Act.objects.order_by("pk").values_list("body", flat=True)]
    assert [one["act"] for one in said][-2:] == ["vault.withdrawn", "vault.refused"]


@pytest.mark.usefixtures("lasting_club")
def test_who_is_killed_in_between_has_stored_nothing(now: datetime) -> None:
    collect(now, data={"email": "first@example.org"})

    def dies() -> None:
        with transaction.atomic():
            collect(now, data={"email": "ben@example.org"})
            connection.connection.close() if connection.vendor == "sqlite" else connection.connection.pgconn.finish()

    with pytest.raises(Exception, match=r"."):
        dies()
    connections.close_all()

    assert (subjects(), Grant.objects.count()) == (1, 1)
    assert acts.find("club", "email", "ben@example.org") == ()


@pytest.mark.usefixtures("lasting_club")
def test_a_read_is_on_record_even_if_the_caller_takes_its_transaction_back(now: datetime) -> None:
    given = collect(now)
    wanted = Reading(given.subject, "newsletter", ("email",), "staff:1", "a test")

    with pytest.raises(NotPermitted), transaction.atomic():
        acts.read(wanted, now)
        acts.read(replace(wanted, purpose="enquiry"), now)
    assert acts_on_record() == ["vault.collected"]
    request_finished.send(None)

    assert acts_on_record() == ["vault.collected", "vault.read", "vault.refused"]
    with transaction.atomic():
        acts.read(wanted, now)
    request_finished.send(None)
    assert acts_on_record() == ["vault.collected", "vault.read", "vault.refused", "vault.read"]


def acts_on_record() -> list[str]:
    bodies = [json.loads(body) for body in Act.objects.order_by("pk").values_list("body", flat=True)]
    return [one["act"] for one in bodies if one["act"].startswith("vault.")]


def test_what_ended_is_in_no_file_after_the_next_turn_of_the_background_work(
    lasting_club: Scratch, now: datetime
) -> None:
    if lasting_club.vendor != "sqlite":
        pytest.skip("there VACUUM and the log's retention see to it, which are the operator's")
    given = collect(now)
    collect(now, data={"email": "stays@example.org"})
    kept = residue_of(given.grant.id)
    works["vault.residue"].run(now)
    assert all(lies_in_files(lasting_club, one) for one in kept)

    acts.withdraw(given.subject, "newsletter", "unsubscribed", now)
    assert any(lies_in_files(lasting_club, one) for one in kept)  # the log still has its pages as they were
    works["vault.residue"].run(now)

    assert not any(lies_in_files(lasting_club, one) for one in kept)


def residue_of(ident: bytes) -> tuple[bytes, bytes, bytes]:
    """Key, data and mark of a grant, as they lie there."""
    grant = Grant.objects.get(ident=ident)
    sealed, mark = Entry.objects.get(grant=grant).sealed, Mark.objects.get(grant=grant).mark
    return bytes(grant.wrapped or b""), bytes(sealed), bytes(mark)


def lies_in_files(scratch: Scratch, sought: bytes) -> bool:
    files = Path(scratch.name).parent.glob(f"{Path(scratch.name).name}*")
    return any(sought in file.read_bytes() for file in files)
