"""Forms that ask for personal data: which, what for, and by which way."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from zweck.eye.judging.families import asks_of, families_of_datum, is_personal
from zweck.eye.judging.pages import is_private
from zweck.eye.judging.scene import Scene, host_of
from zweck.eye.judging.signs import says
from zweck.eye.judging.telling import places
from zweck.eye.values import Finding, Form, Spot
from zweck.policy.model import Form as DeclaredForm
from zweck.policy.model import Policy
from zweck.policy.texts import wordings


@dataclass(frozen=True, slots=True)
class Asked:
    """One form, on all pages where it stands. `asks`: families of personal data."""

    form: Form
    asks: frozenset[str]
    spots: tuple[Spot, ...]

    @property
    def name(self) -> str:
        """What a person would call it."""
        return self.form.heading or self.form.button or self.form.action.partition("?")[0] or "?"


def forms(scene: Scene) -> Iterator[Finding]:
    """All that is to be said of forms; the same form on many pages is one."""
    asked = tuple(_asked(scene))
    for one in asked:
        if scene.policy is not None and (extra := _undeclared(one, scene.policy)):
            yield extra
        if one.asks - {"password"} and not _says_why(one.form, scene.policy):
            params: dict[str, str | int | float] = {"asks": ", ".join(sorted(one.asks))}
            yield Finding("form-no-purpose", one.name, "form", one.spots, params, sure="likely")
    yield from _in_the_clear(scene)


def _asked(scene: Scene) -> Iterator[Asked]:
    spots: dict[tuple[object, ...], list[Spot]] = {}
    first: dict[tuple[object, ...], Form] = {}
    for spot, visit in scene.visits:
        for form in visit.forms:
            key = _identity(form)
            spots.setdefault(key, []).append(spot)
            first.setdefault(key, form)
    for key, form in first.items():
        if is_personal(form):
            yield Asked(form, asks_of(form), places(spots[key]))


def _identity(form: Form) -> tuple[object, ...]:
    shown = tuple((field.name, field.kind) for field in form.fields if not field.hidden)
    return shown, form.heading, form.button


# ── against the policy ──


def _undeclared(one: Asked, policy: Policy) -> Finding | None:
    """What the form asks for and its declaration does not; the declaration is the one that fits it best."""
    asks = one.asks - {"password"}  # chosen by the person, and told to nobody
    declared = max(policy.forms.values(), key=lambda form: _fit(one, asks, form, policy), default=None)
    known = _declared_families(declared, policy) if declared else frozenset()
    extra = asks - known
    if not extra:
        return None
    params: dict[str, str | int | float] = {"asks": ", ".join(sorted(extra))}
    if declared is not None and asks & known:
        params["form"] = wordings(declared.name)[0]
    return Finding("form-undeclared", one.name, "form", one.spots, params, sure="certain" if declared else "likely")


def _fit(one: Asked, asks: frozenset[str], form: DeclaredForm, policy: Policy) -> int:
    known = _declared_families(form, policy)
    text = f"{one.form.heading} {one.form.button} {one.form.text}".casefold()
    named = any(name.casefold() in text for name in wordings(form.name))
    return 2 * len(asks & known) - 3 * len(asks - known) - len(known - asks) + 2 * named


def _declared_families(form: DeclaredForm, policy: Policy) -> frozenset[str]:
    return frozenset(
        family
        for datum in (*form.asks, *form.optional)
        for family in families_of_datum(datum, wordings(policy.data[datum].name) if datum in policy.data else ())
    )


# ── what for ──


def _says_why(form: Form, policy: Policy | None) -> bool:
    text = f"{form.heading} {form.text} {form.button}"
    if form.links_statement or says("forms.purpose", text):
        return True
    return any(name.casefold() in text.casefold() for name in _purposes(policy))


def _purposes(policy: Policy | None) -> Iterable[str]:
    return (name for purpose in (policy.purposes.values() if policy else ()) for name in wordings(purpose.name))


# ── the way ──


def _in_the_clear(scene: Scene) -> Iterator[Finding]:
    """Forms whose answer everybody on the way can read; a search is no secret."""
    spots: dict[str, list[Spot]] = {}
    for spot, visit in scene.visits:
        for form in visit.forms:
            plain = form.action.startswith("http:") and not is_private(form.action)
            if plain and (asks_of(form) or form.method.casefold() == "post"):
                spots.setdefault(form.action.partition("?")[0], []).append(spot)
    for action, where in spots.items():
        yield Finding("insecure-form", action, "form", places(where), {"host": host_of(action)})
