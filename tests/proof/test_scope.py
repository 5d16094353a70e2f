"""What the statement speaks for, and what it does not."""

from dataclasses import replace

import pytest

from tests.proof.conftest import POLICY, StillClock, says
from tests.proof.small_site import SmallSite
from zweck.policy.model import Elsewhere
from zweck.promises.values import CouldNotLook, Target
from zweck.proof.checks import scope


def covering(live: Target, *origins: str, elsewhere: str = "https://rooms.example.org/terms") -> Target:
    """The small site, declared to have these origins, and a place it does not speak for."""
    declared = {"origins": list(origins), "elsewhere": [Elsewhere(name="rooms", url=elsewhere)]}
    return replace(live, policy=POLICY.model_copy(update={"scope": POLICY.scope.model_copy(update=declared)}))


def test_a_site_that_answers_under_its_declared_name_alone_keeps_its_scope(live: Target, clock: StillClock) -> None:
    found = scope.WEBSITE.check(covering(live, "https://www.example.org"), says("scope.website"), clock)

    assert found.kept
    assert found.figures == {"origins": 1}


def test_a_declared_name_under_which_nothing_answers_breaks_it(live: Target, clock: StillClock) -> None:
    target = covering(live, "https://www.example.org", "https://shop.example.org")

    found = scope.WEBSITE.check(target, says("scope.website"), clock)

    assert found.trouble == ("shop.example.org: another statement, or none, is given there (421)",)


@pytest.mark.parametrize("domain", ["rooms.example.org", ".example.org", "EXAMPLE.ORG"])
def test_a_cookie_that_also_goes_elsewhere_is_seen(
    domain: str, live: Target, site: SmallSite, clock: StillClock
) -> None:
    site.headers["Set-Cookie"] = f"a=1; Path=/; Domain={domain}"

    found = scope.ELSEWHERE.check(covering(live), says("scope.elsewhere:1"), clock)

    assert not found.kept
    assert "sets a for rooms.example.org too" in found.trouble[0]


def test_a_place_that_is_not_declared_cannot_be_looked_at(live: Target, clock: StillClock) -> None:
    with pytest.raises(CouldNotLook, match="number 2"):
        scope.ELSEWHERE.check(covering(live), says("scope.elsewhere:2"), clock)
