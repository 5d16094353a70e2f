"""Activation: what comes into force by itself, what a person must do, and what stays when something is wrong."""

from datetime import datetime, timedelta

import pytest
from pytest_django import DjangoCaptureOnCommitCallbacks

from tests.editions.conftest import CLUB, NEWSLETTER, WritePolicy
from zweck.editions import acts
from zweck.editions.active import active_path
from zweck.editions.errors import ActivationRaced, NeedsPermission, NoEdition
from zweck.editions.models import Edition
from zweck.policy.errors import PolicyErrors
from zweck.policy.load import load

pytestmark = pytest.mark.django_db


def test_the_first_edition_comes_into_force_at_start(write_policy: WritePolicy, now: datetime) -> None:
    write_policy(CLUB)

    (taken,) = acts.take_up(now)

    assert (taken.site, taken.outcome, taken.number) == ("club", "activated", 1)
    assert acts.current("club").policy.name == "Example Rowing Club"


def test_starting_again_changes_nothing(write_policy: WritePolicy, now: datetime) -> None:
    write_policy(CLUB)
    acts.take_up(now)
    revision = acts.revision("club")

    (taken,) = acts.take_up(now + timedelta(days=1))

    assert taken.outcome == "unchanged"
    assert acts.revision("club") == revision
    assert len(acts.editions_of("club")) == 1


def test_a_wording_only_change_comes_into_force_at_start(write_policy: WritePolicy, now: datetime) -> None:
    write_policy(CLUB)
    acts.take_up(now)
    write_policy(CLUB.replace("Beantwortung Ihrer Anfrage", "Antwort auf Ihre Anfrage"))

    (taken,) = acts.take_up(now)

    assert (taken.outcome, taken.number) == ("activated", 2)


def test_a_new_purpose_waits_for_a_person(write_policy: WritePolicy, now: datetime) -> None:
    write_policy(CLUB)
    acts.take_up(now)
    path = write_policy(CLUB + NEWSLETTER)

    (taken,) = acts.take_up(now)

    waiting = acts.trouble("club")
    assert taken.outcome == "waiting"
    assert acts.current("club").number == 1
    assert waiting is not None and waiting.kind == "waiting"
    with pytest.raises(NeedsPermission):
        acts.activate(acts.propose(load(path)), now)


def test_a_person_may_activate_a_new_purpose(write_policy: WritePolicy, now: datetime) -> None:
    write_policy(CLUB)
    acts.take_up(now)
    proposal = acts.propose(load(write_policy(CLUB + NEWSLETTER)))

    edition = acts.activate(proposal, now, permitted=True)

    assert edition.number == 2
    assert "newsletter" in acts.current("club").policy.purposes
    assert acts.trouble("club") is None


def test_a_broken_file_leaves_the_old_edition_and_says_since_when(write_policy: WritePolicy, now: datetime) -> None:
    write_policy(CLUB)
    acts.take_up(now)
    write_policy(CLUB.replace('country = "DE"', "country = 7", 1))

    acts.take_up(now + timedelta(hours=1))
    acts.take_up(now + timedelta(hours=9))

    broken = acts.trouble("club")
    assert acts.current("club").number == 1
    assert broken is not None
    assert (broken.kind, broken.since) == ("broken", now + timedelta(hours=1))
    assert "policy.toml:" in broken.reason


def test_a_mended_file_ends_the_trouble(write_policy: WritePolicy, now: datetime) -> None:
    write_policy(CLUB)
    acts.take_up(now)
    write_policy("not = [a policy")
    acts.take_up(now)
    write_policy(CLUB)

    acts.take_up(now)

    assert acts.trouble("club") is None


def test_a_broken_file_without_any_edition_refuses_the_start(write_policy: WritePolicy, now: datetime) -> None:
    write_policy("not = [a policy")

    with pytest.raises(PolicyErrors):
        acts.take_up(now)

    assert not Edition.objects.exists()


def test_of_two_activations_at_once_the_second_hears_of_the_first(write_policy: WritePolicy, now: datetime) -> None:
    write_policy(CLUB)
    acts.take_up(now)
    one = acts.propose(load(write_policy(CLUB + NEWSLETTER)))
    other = acts.propose(load(write_policy(CLUB.replace("2026-11-01", "2026-11-02"))))
    acts.activate(one, now, permitted=True)

    with pytest.raises(ActivationRaced, match="edition 2"):
        acts.activate(other, now)


def test_an_old_edition_reads_as_it_read_then(write_policy: WritePolicy, now: datetime) -> None:
    write_policy(CLUB)
    acts.take_up(now)
    before = acts.statement_of(acts.current("club"), "de")
    write_policy(CLUB.replace("Beantwortung Ihrer Anfrage", "Antwort auf Ihre Anfrage"))
    acts.take_up(now)

    old, following = acts.numbered("club", 1)

    assert acts.statement_of(old, "de") == before
    assert following == acts.current("club")
    assert acts.statement_of(acts.current("club"), "de") != before
    with pytest.raises(NoEdition, match="edition 3"):
        acts.numbered("club", 3)


def test_the_policy_in_force_lies_in_the_data_folder(
    write_policy: WritePolicy,
    now: datetime,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    write_policy(CLUB)

    with django_capture_on_commit_callbacks(execute=True):
        acts.take_up(now)

    assert active_path("club").read_text() == CLUB


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "localhost", "[::1]:8000", "club.example.org", "CLUB.example.org"])
def test_a_host_finds_its_site(host: str, write_policy: WritePolicy, now: datetime) -> None:
    write_policy(CLUB)
    acts.take_up(now)

    found = acts.site_for(host)

    assert found is not None and found.site == "club"


@pytest.mark.parametrize("host", ["evil.example.net", "club.example.org.example.net", "192.0.2.1", ""])
def test_an_unknown_host_finds_none(host: str, write_policy: WritePolicy, now: datetime) -> None:
    write_policy(CLUB)
    acts.take_up(now)

    assert acts.site_for(host) is None


def test_a_site_without_an_edition_says_what_to_do() -> None:
    with pytest.raises(NoEdition, match="zweck serve"):
        acts.current("nowhere")


def test_a_clock_that_jumped_back_does_not_shuffle_the_editions(write_policy: WritePolicy, now: datetime) -> None:
    write_policy(CLUB)
    acts.take_up(now)
    write_policy(CLUB.replace("Beantwortung Ihrer Anfrage", "Antwort auf Ihre Anfrage"))

    acts.take_up(now - timedelta(days=30))

    assert acts.current("club").number == 2
    assert [edition.number for edition in acts.editions_of("club")] == [2, 1]


def test_a_file_of_the_active_policy_that_a_kill_left_behind_is_made_good(
    write_policy: WritePolicy, now: datetime, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    write_policy(CLUB)
    with django_capture_on_commit_callbacks(execute=True):
        acts.take_up(now)
    active_path("club").write_text("what was in force before")

    acts.take_up(now)

    assert active_path("club").read_text() == CLUB
