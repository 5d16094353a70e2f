"""`zweck staff add|reset`."""

import io

import pytest
from django.core.management import CommandError, call_command

from tests.site.world import World
from zweck.console import acts
from zweck.console.models import Staff

pytestmark = pytest.mark.django_db
SECRET = "a long walk by the water"


def run(*words: str, typed: str = "", monkeypatch: pytest.MonkeyPatch) -> str:
    """Run the command with something on standard input; what it printed."""
    out = io.StringIO()
    monkeypatch.setattr("sys.stdin", io.StringIO(typed))
    call_command("staff", *words, stdout=out, stderr=io.StringIO())
    return out.getvalue()


def test_add_prints_a_link_that_works(club: World, monkeypatch: pytest.MonkeyPatch) -> None:
    said = run("add", "Anna", "--purpose", "newsletter", "--role", "office", monkeypatch=monkeypatch).strip()

    key, token = said.rsplit("/", 2)[1:]
    account = acts.by_link(key, token)

    assert said.startswith("https://www.example.org/staff/password/")
    assert account is not None
    assert (account.name, account.purposes, account.roles) == ("Anna", ["newsletter"], ["office"])
    assert not account.has_usable_password()


def test_add_takes_the_password_from_standard_input(club: World, monkeypatch: pytest.MonkeyPatch) -> None:
    run("add", "Anna", "--password-stdin", typed=f"{SECRET}\n", monkeypatch=monkeypatch)

    assert Staff.objects.get(name="Anna").check_password(SECRET)


def test_reset_takes_the_old_password_away_at_once(club: World, monkeypatch: pytest.MonkeyPatch) -> None:
    run("add", "Anna", "--password-stdin", typed=f"{SECRET}\n", monkeypatch=monkeypatch)

    run("reset", "Anna", monkeypatch=monkeypatch)

    assert not Staff.objects.get(name="Anna").check_password(SECRET)


@pytest.mark.parametrize(
    ("words", "typed", "said"),
    [
        (("add", "Anna"), "", "an account of this name exists"),
        (("add", "two words"), "", "no space"),
        (("add", "Ben", "--purpose", "newsleter"), "", "declared: members, newsletter"),
        (("add", "Ben", "--password-stdin"), "short\n", "at least 12 characters"),
        (("reset", "Nobody"), "", "there is no account of this name"),
    ],
)
def test_each_mistake_is_told_with_what_would_be_right(
    words: tuple[str, ...], typed: str, said: str, club: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("add", "Anna", monkeypatch=monkeypatch)

    with pytest.raises(CommandError, match=said):
        run(*words, typed=typed, monkeypatch=monkeypatch)


def test_a_refused_password_leaves_no_account_behind(club: World, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(CommandError):
        run("add", "Ben", "--password-stdin", typed="short\n", monkeypatch=monkeypatch)

    assert not Staff.objects.filter(name="Ben").exists()
