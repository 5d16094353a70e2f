"""What anybody outside meets at the declared origin."""

from dataclasses import replace

import pytest

from tests.proof.conftest import StillClock, says
from tests.proof.small_site import SmallSite
from zweck.promises.values import CouldNotLook, Target
from zweck.proof.checks import servers

SAYS = says("security.servers")


def test_an_origin_as_it_should_be_is_kept(live: Target, clock: StillClock) -> None:
    with servers.stage(live, SAYS) as origin:
        found = servers.PROOF.check(origin, SAYS, clock)

    assert found.trouble == ()
    assert found.kept


@pytest.mark.parametrize(
    ("at", "said"),
    [
        (0, "strict-transport-security is absent"),
        (1, "holds for 0 days"),
        (2, "x-powered-by tells a version"),
        (3, "x-content-type-options is absent"),
        (4, "a page is given without TLS (200)"),
    ],
)
def test_each_planted_weakness_is_named(at: int, said: str, live: Target, clock: StillClock) -> None:
    plant = (servers.PROOF.plant, *servers.PROOF.more_plants)[at]

    with plant(live, SAYS) as origin:
        found = servers.PROOF.check(origin, SAYS, clock)

    assert len(found.trouble) == 1
    assert said in found.trouble[0]


def test_an_origin_of_somebody_else_says_nothing_of_us(live: Target, site: SmallSite, clock: StillClock) -> None:
    site.answers_to = str.upper

    with servers.stage(live, SAYS) as origin, pytest.raises(CouldNotLook, match="another service"):
        servers.PROOF.check(origin, SAYS, clock)


def test_an_origin_that_cannot_be_reached_is_unknown(live: Target, clock: StillClock) -> None:
    away = replace(live, origin="https://nowhere.invalid")

    with pytest.raises(CouldNotLook, match="does not answer from here"):
        servers.PROOF.check(away, SAYS, clock)


def test_a_declared_origin_in_the_clear_is_seen(live: Target, clock: StillClock) -> None:
    plain = replace(live, origin="http://www.example.org")

    assert servers.PROOF.check(plain, SAYS, clock).trouble == ("the declared origin is not https",)
