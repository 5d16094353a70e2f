"""New keys in place of old ones, whatever happens in between."""

import json
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from tests.vault.world import collect
from zweck.vault import acts, masters, sealing
from zweck.vault.models import Grant, Mark, MasterKey
from zweck.vault.renewing import rotation
from zweck.vault.values import Reading

pytestmark = pytest.mark.usefixtures("club")


def run(*words: str) -> str:
    out = StringIO()
    call_command("keys", *words, stdout=out)
    return out.getvalue()


def files(settings: Settings) -> set[str]:
    return {path.stem for path in (Path(settings.KEYS) / "vault").iterdir()}


def read(given: object, now: datetime) -> object:
    sealing.forget()
    return acts.read(Reading(given.subject, "newsletter", ("name",), "staff:1", "a test"), now)  # type: ignore[attr-defined]


def quiet(_line: str) -> None:
    """Say nothing."""


def test_status_tells_each_key_and_what_relies_on_it(now: datetime) -> None:
    collect(now)

    told = run("status")
    assert "ordinary-1: " in told
    assert "relied on by default: 1" in told
    assert json.loads(run("status", "--json", "-"))["wrong"] == []


def test_status_ends_with_an_error_where_a_key_is_missing(now: datetime, settings: Settings) -> None:
    collect(now)
    masters.forget()
    (settings.KEYS / "vault" / "ordinary-1.key").unlink()

    with pytest.raises(CommandError, match="is missing"):
        run("status")


def test_after_a_rotation_the_old_key_is_gone_and_everything_still_opens(now: datetime, settings: Settings) -> None:
    given = [collect(now, data={"email": f"p{n}@example.org", "name": f"P {n}"}) for n in range(5)]

    first = rotation.rotate(masters.ORDINARY, now, quiet, anew=True)
    assert (first.number, first.changed, first.stragglers, first.destroyed) == (2, 5, 0, ())
    assert "ordinary-1" in files(settings)  # somebody may still use it for a moment

    later = now + rotation.GRACE
    second = rotation.rotate(masters.ORDINARY, later, quiet, anew=False)
    assert second.destroyed == ("ordinary-1",)
    assert "ordinary-1" not in files(settings)
    assert set(Grant.objects.values_list("epoch", flat=True)) == {2}
    assert not MasterKey.objects.filter(name="ordinary-1").exists()
    assert read(given[3], now) == {"name": "P 3"}


def test_a_rotation_that_was_killed_goes_on_where_it_was(now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    given = [collect(now, data={"email": f"p{n}@example.org", "name": f"P {n}"}) for n in range(5)]
    monkeypatch.setattr(rotation, "AT_ONCE", 2)

    def kill(_line: str) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rotation.rotate(masters.ORDINARY, now, kill, anew=True)
    assert sorted(Grant.objects.values_list("epoch", flat=True)) == [1, 1, 1, 2, 2]
    assert [read(one, now) for one in given] == [{"name": f"P {n}"} for n in range(5)]

    done = rotation.rotate(masters.ORDINARY, now, quiet, anew=False)
    assert (done.changed, done.stragglers) == (3, 0)


def test_a_straggler_keeps_the_old_key(now: datetime, settings: Settings) -> None:
    collect(now)
    rotation.rotate(masters.ORDINARY, now, quiet, anew=True)
    collect(now, data={"email": "late@example.org"})
    Grant.objects.filter(pk=Grant.objects.latest("pk").pk).update(epoch=1)  # a process that had not noticed yet
    assert rotation._left(masters.ORDINARY, 2, "default") == 1

    destroyed, waiting = rotation._destroy(masters.ORDINARY, 2, 1, now + rotation.GRACE)

    assert destroyed == ()
    assert "1 still rely on it" in waiting[0]
    assert "ordinary-1" in files(settings)


def test_the_service_begins_a_new_epoch_by_itself(now: datetime, settings: Settings) -> None:
    given = collect(now)

    assert rotation.keep_young(now + timedelta(days=34)) == 0
    assert rotation.keep_young(now + timedelta(days=35)) == 1
    rotation.keep_young(now + timedelta(days=35) + rotation.GRACE)
    assert {"ordinary-2"} == {name for name in files(settings) if name.startswith("ordinary")}
    assert read(given, now) == {"name": "Ben Beispiel"}


def test_an_index_is_renewed_while_people_are_found(now: datetime, settings: Settings) -> None:
    given = collect(now)

    rotation.rotate(masters.INDEX, now, quiet, anew=True)
    assert Mark.objects.count() == 2
    assert acts.find("club", "email", "ben@example.org")[0].subject == given.subject
    rotation.rotate(masters.INDEX, now + rotation.GRACE, quiet, anew=False)

    assert list(Mark.objects.values_list("version", flat=True)) == [2]
    assert "index-email-1" not in files(settings)
    assert acts.find("club", "email", "ben@example.org")[0].subject == given.subject
    assert collect(now, "enquiry").subject == given.subject


def test_the_command_rotates_and_says_what_is_left_to_do(now: datetime) -> None:
    collect(datetime.now(UTC))

    told = run("rotate")

    assert "ordinary-2: 1 moved to it, 0 left under an older key." in told
    assert "ordinary-1: a process may still use it until" in told


def test_escrow_copies_the_keys_of_records_once_and_warns(now: datetime, tmp_path: Path, settings: Settings) -> None:
    settings.DATA = tmp_path / "data"
    with pytest.raises(CommandError, match="nothing to copy"):
        run("escrow", str(tmp_path / "escrow"))
    collect(now, "accounting", hold=True)

    told = run("escrow", str(tmp_path / "escrow"))

    assert "hold-1" in told
    assert "a safe, paper" in told
    assert (tmp_path / "escrow").stat().st_mode & 0o077 == 0
    assert (tmp_path / "escrow").read_text() == (settings.KEYS / "vault" / "hold-1.key").read_text()
    with pytest.raises(CommandError, match="cannot be written"):
        run("escrow", str(tmp_path / "escrow"))
    with pytest.raises(CommandError, match="choose a place offline"):
        run("escrow", str(tmp_path / "data" / "escrow"))
