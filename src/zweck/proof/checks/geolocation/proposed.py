"""geo.currency and geo.place: a known country leads to what the policy says, and the choice counts."""

import secrets
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from zweck.policy.sentences import Sentence
from zweck.policy.systems.regions import spread
from zweck.promises.values import Clock, CouldNotLook, Figure, Finding, Proof, Reach, Target
from zweck.proof.checks.geolocation.form import filled, offered, opened, paths, trial_form
from zweck.proof.checks.geolocation.told import geolocation_of
from zweck.proof.drill import sql
from zweck.proof.drill.countries import COUNTRIES, address_in
from zweck.proof.drill.stage import Stage, planted, stage_of
from zweck.proof.drill.through import Asked
from zweck.proof.pages import Fetched

_EACH = 2  # countries of each side of a rule: more would show the same again


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of the policy: what each region leads to, and what counts otherwise."""

    name: str
    where: Mapping[str, list[str]]
    otherwise: str

    def vectors(self) -> dict[str, str]:
        """Countries to try, with what each must lead to: some of every side, some that no rule names, and none."""
        led = spread(self.where)
        sides: dict[str, list[str]] = {}
        for country in COUNTRIES:
            sides.setdefault(led.get(country, self.otherwise), []).append(country)
        unnamed = [country for country in COUNTRIES if country not in led][:_EACH]
        tried = [country for some in sides.values() for country in (some[:1] + some[-1:])]
        return {country: led.get(country, self.otherwise) for country in dict.fromkeys(("", *tried, *unnamed))}


def currency_rule(target: Target) -> Rule:
    """The rule for the currency. Raises CouldNotLook."""
    rule = geolocation_of(target).currency
    return Rule("currency", rule.where, rule.otherwise)


def place_rule(target: Target) -> Rule:
    """The rule for the place. Raises CouldNotLook."""
    rule = geolocation_of(target).place
    if rule is None:
        raise CouldNotLook("the policy has no rule for the place")
    return Rule("place", rule.where, rule.otherwise)


def check_currency(target: Target, _sentence: Sentence, _clock: Clock) -> Finding:
    """Open the form from addresses of known countries, and see which currency is chosen already."""
    rule = currency_rule(target)
    trouble, tried = _proposals(target, rule)
    figures: dict[str, Figure] = {"countries": tried, "currencies": sorted({*rule.where, rule.otherwise})}
    seen = "the trial form of a scratch instance, opened from addresses whose country is known"
    return Finding(not trouble, seen, figures, tuple(trouble[:8]))


def check_place(target: Target, _sentence: Sentence, _clock: Clock) -> Finding:
    """The same for the data centre; then send it to each, from a country that is proposed another."""
    rule, stage = place_rule(target), stage_of(target)
    trouble, tried = _proposals(target, rule)
    places = target.policy.purposes[target.policy.forms[trial_form(target.policy)].purpose].places
    sent = 0
    for place in places:
        elsewhere = next((c for c, led in rule.vectors().items() if led != place), "")
        trouble += _lies_where_chosen(target, stage, place, elsewhere)
        sent += 1
    figures: dict[str, Figure] = {"countries": tried, "sent": sent}
    seen = "the trial form of a scratch instance, opened from known countries and sent to each place"
    return Finding(not trouble, seen, figures, tuple(trouble[:8]))


def _proposals(target: Target, rule: Rule) -> tuple[list[str], int]:
    stage, vectors = stage_of(target), rule.vectors()
    path = next(paths(target.policy, trial_form(target.policy)))
    wanted = {*rule.where, rule.otherwise}
    trouble = []
    for country, end in vectors.items():
        found = offered(opened(stage, path, address_in(country))[1], rule.name)
        if found.proposed != end:
            shown = found.proposed or "nothing"
            trouble.append(f"{country or 'an unknown country'} is proposed {shown}, {end} would be right")
        if not wanted <= set(found.options):
            trouble.append(f"from {country or 'an unknown country'} not every {rule.name} can be chosen")
    return trouble, len(vectors)


def _lies_where_chosen(target: Target, stage: Stage, place: str, country: str) -> list[str]:
    """Send the form with a place that was not proposed; the person must be new there, and in no other database."""
    path = next(paths(target.policy, trial_form(target.policy)))
    before = _people(stage)
    person, page = opened(stage, path, address_in(country))
    made_up = f"probe-{secrets.token_hex(6)}"
    data = {name: f"{made_up}@example.org" if name == "email" else made_up for name in _fields(target)}
    answer = person.submit(page, filled(page, place=place, **data))
    if answer.status not in (200, 303):
        raise CouldNotLook(f"the form was answered {answer.status}")
    grown = {name for name, count in _people(stage).items() if count > before[name]}
    if grown != {_database_of(stage, place)}:
        return [f"a trial for {place} lies in {', '.join(sorted(grown)) or 'no database'}"]
    return []


def _fields(target: Target) -> tuple[str, ...]:
    return target.policy.forms[trial_form(target.policy)].all_asked


def _people(stage: Stage) -> dict[str, int]:
    return {name: sql.persons(file) for name, file in stage.databases.items()}


def _database_of(stage: Stage, place: str) -> str:
    """The drill's database of a place: its own where it has one, else the default."""
    return place if place in stage.databases else "default"


def _from_elsewhere(asked: Asked) -> Asked:
    """A service that takes everybody for somebody from Japan."""
    there = address_in("JP")
    others = tuple(pair for pair in asked.headers if pair[0] != "x-forwarded-for")
    return replace(asked, headers=(*others, ("x-forwarded-for", there)))


def _swapping(name: str) -> Callable[[Asked, Fetched], Fetched]:
    """A page that lets nobody choose: what is proposed is all there is."""

    def reply(_asked: Asked, answer: Fetched) -> Fetched:
        return replace(answer, body=b"".join(_only_checked(answer.body, name.encode())))

    return reply


def _only_checked(body: bytes, name: bytes) -> Iterator[bytes]:
    for part in body.split(b"<label>"):
        head, _, _ = part.partition(b"</label>")
        is_other = b'type="radio" name="' + name + b'"' in head and b" checked" not in head
        yield part if not is_other else part.partition(b"</label>")[2]


def _deaf(asked: Asked) -> Asked:
    """A service that does not hear what its sender chose."""
    if asked.method != "POST":
        return asked
    parts = [one for one in asked.body.split(b"&") if not one.startswith(b"place=")]
    return replace(asked, body=b"&".join(parts))


CURRENCY = Proof(
    "geo.currency",
    check_currency,
    planted(ask=_from_elsewhere),
    Reach.HOST,
    quick=False,
    needs=("drill", "policy"),
    more_plants=(planted(reply=_swapping("currency")),),
    stage=planted(),
)
PLACE = Proof(
    "geo.place",
    check_place,
    planted(ask=_from_elsewhere),
    Reach.HOST,
    quick=False,
    needs=("drill", "policy"),
    more_plants=(planted(reply=_swapping("place")), planted(ask=_deaf)),
    stage=planted(),
)
