"""What the form of a trial proposes: by the country of the cut address, by the policy's rules, and nothing else."""

from collections.abc import Iterator
from datetime import datetime
from ipaddress import ip_address

import pytest

from tests.trials import world
from tests.trials.conftest import Meetings
from zweck.editions import acts as editions
from zweck.origin import acts as origins
from zweck.origin.values import Whence
from zweck.trials.offering import currency_for, offers, place_for


@pytest.fixture(autouse=True)
def _documentation() -> Iterator[None]:
    origins.use(origins.DOCUMENTATION)
    yield
    origins.use(origins.NOTHING)


def proposed(address: str) -> dict[str, str]:
    """What somebody from this address finds chosen."""
    origin = origins.cut(origins.plainly(ip_address(address).packed)) if address else origins.NOWHERE
    return {one.name: one.value for one in offers(editions.current("meetings"), "trial", origin, "en")}


@pytest.mark.parametrize(
    ("address", "place", "currency"),
    [
        ("192.0.2.9", "virginia", "USD"),
        ("198.51.100.9", "ireland", "EUR"),
        ("203.0.113.9", "ireland", "GBP"),
        ("2001:db8:1::9", "virginia", "USD"),
        ("2001:db8:2::9", "ireland", "CHF"),
        ("127.0.0.1", "ireland", "USD"),
        ("", "ireland", "USD"),
    ],
)
def test_a_country_leads_to_a_place_and_a_currency(meetings: Meetings, address: str, place: str, currency: str) -> None:
    assert proposed(address) == {"place": place, "currency": currency}


def test_every_choice_stays_open(meetings: Meetings) -> None:
    place, currency = offers(editions.current("meetings"), "trial", origins.NOWHERE, "de")

    assert place.options == (("virginia", "Virginia"), ("ireland", "Irland"))
    assert [code for code, _ in currency.options] == ["EUR", "GBP", "CHF", "USD"]
    assert dict(currency.options)["CHF"] == "Schweizer Franken (CHF)"


def test_a_currency_that_is_not_offered_is_not_kept(meetings: Meetings, now: datetime) -> None:
    world.asks(now, "ireland", currency="XXX")

    assert world.trial().currency == ""


def test_a_state_can_have_a_rule_of_its_own_and_a_name_wins_over_its_group(meetings: Meetings) -> None:
    policy = editions.current("meetings").policy
    geolocation = policy.systems.geolocation
    assert geolocation is not None
    rules = {"EUR": ["euro", "US-CA"], "CHF": ["DE"]}
    ours = geolocation.model_copy(update={"currency": geolocation.currency.model_copy(update={"where": rules})})
    changed = policy.model_copy(update={"systems": policy.systems.model_copy(update={"geolocation": ours})})

    assert [currency_for(changed, Whence(label)) for label in ("US-CA", "US-NY", "DE", "FR")] == [
        "EUR",
        "USD",
        "CHF",
        "EUR",
    ]


def test_a_place_where_the_purpose_may_not_rest_is_never_proposed(meetings: Meetings) -> None:
    policy = editions.current("meetings").policy

    assert place_for(policy, Whence("US-VA"), ["ireland"]) == "ireland"


def test_a_policy_that_has_no_country_told_proposes_its_first_place(meetings: Meetings) -> None:
    policy = editions.current("meetings").policy
    silent = policy.model_copy(update={"systems": policy.systems.model_copy(update={"geolocation": None})})

    assert place_for(silent, Whence("DE"), ["virginia", "ireland"]) == "virginia"
    assert currency_for(silent, Whence("DE")) == ""
