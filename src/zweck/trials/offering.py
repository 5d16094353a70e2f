"""What the form of a trial proposes by country: a data centre and a currency. Everybody may choose otherwise.

The country is asked for at this moment and serves this answer only: it chooses by the policy's rules, and what is kept
later is what the sender chose.
"""

from collections.abc import Mapping

from zweck.doors import Input
from zweck.editions.values import Edition
from zweck.origin import acts as origins
from zweck.origin.values import Origin, Whence
from zweck.policy.model import Policy
from zweck.policy.systems.regions import spread
from zweck.policy.texts import say
from zweck.policy.words import words


def offers(edition: Edition, form: str, origin: Origin, language: str) -> tuple[Input, ...]:
    """The choices of a trial form, each with what is proposed."""
    policy, says = edition.policy, words(language).say
    whence = _whence(policy, origin)
    found = []
    if len(places := policy.purposes[policy.forms[form].purpose].places) > 1:
        options = tuple((place, say(policy.places[place].name, language)) for place in places)
        why = says("page.trial.offer.place_why")
        proposed = place_for(policy, whence, places)
        found.append(Input("place", says("page.trial.place"), "choice", why, proposed, options, must=True))
    if known := currencies(policy):
        why = says("page.trial.offer.currency_why")
        codes = tuple((code, says(f"page.trial.money.{code}") if code in MONEY else code) for code in known)
        proposed = currency_for(policy, whence)
        found.append(Input("currency", says("page.trial.currency"), "choice", why, proposed, codes, must=True))
    return tuple(found)


MONEY = ("EUR", "USD", "GBP", "CHF")  # those that the words name


def currencies(policy: Policy) -> tuple[str, ...]:
    """The currencies there are to choose from; none where the country chooses none."""
    geolocation = policy.systems.geolocation
    if geolocation is None or "currency" not in geolocation.chooses:
        return ()
    return tuple(dict.fromkeys((*geolocation.currency.where, geolocation.currency.otherwise)))


def currency_for(policy: Policy, whence: Whence) -> str:
    """The currency that the policy proposes to somebody from there."""
    geolocation = policy.systems.geolocation
    return "" if geolocation is None else _chosen(geolocation.currency.where, geolocation.currency.otherwise, whence)


def place_for(policy: Policy, whence: Whence, places: list[str]) -> str:
    """The place that the policy proposes to somebody from there, among those of the purpose."""
    geolocation = policy.systems.geolocation
    rule = geolocation.place if geolocation is not None and "place" in geolocation.chooses else None
    proposed = _chosen(rule.where, rule.otherwise, whence) if rule else places[0]
    return proposed if proposed in places else places[0]


def _chosen(where: Mapping[str, list[str]], otherwise: str, whence: Whence) -> str:
    return whence.choose(spread(where), otherwise)


def _whence(policy: Policy, origin: Origin) -> Whence:
    """From where somebody comes, as finely as the policy says; nowhere where it has no country told."""
    geolocation = policy.systems.geolocation
    if geolocation is None:
        return Whence()
    return origins.whence(origin, with_state=geolocation.precision == "country-and-us-state")
