"""Which personal data a field asks for."""

from functools import cache

from zweck.eye.judging.signs import plain, says, signs
from zweck.eye.values import Field, Form

_NO_DATA = frozenset({"submit", "button", "image", "reset", "hidden", "checkbox", "radio", "range", "color", "file"})
_ACCOUNT = frozenset({"email", "name", "account", "password"})
# Alone they tell of nobody: the postcode of a search for shops, the address of a page to be checked.
_WEAK = frozenset({"address", "organisation", "account", "website", "message", "ip"})


def asks_of(form: Form) -> frozenset[str]:
    """The families of personal data that the form asks for."""
    return frozenset(family for field in _shown(form) if (family := family_of(field)))


def is_personal(form: Form) -> bool:
    """Whether it asks for personal data. A search, a log-in, a shopping cart's number, a banner's boxes do not."""
    asks = asks_of(form)
    given = asks - {"password"}
    tells = len(given) > 1 or bool(given - _WEAK)
    return tells and not _is_search(form) and not _is_log_in(form, asks) and not _is_cart(form)


def family_of(field: Field) -> str:
    """The family of a field, by its kind, what it may be filled with, its label and name; "" if of none."""
    by_kind = next((f.name for f in signs().families if field.kind in f.kinds and field.kind != "textarea"), "")
    if by_kind:
        return by_kind
    wanted = set(field.autocomplete.split())
    by_filling = next((f.name for f in signs().families if wanted & f.autocomplete), "")
    if by_filling:
        return by_filling
    by_word = _family_of_words(plain(f"{field.label} {field.name}"))
    return by_word or ("message" if field.kind == "textarea" else "")


@cache
def families_of_datum(datum: str, names: tuple[str, ...]) -> frozenset[str]:
    """The families that a policy's datum stands for, by its id and its names."""
    return frozenset(family for words in (datum, *names) if (family := _family_of_words(plain(words))))


def _family_of_words(words: str) -> str:
    return next((family.name for family in signs().families if family.words(words)), "")


def _shown(form: Form) -> tuple[Field, ...]:
    return tuple(field for field in form.fields if not field.hidden and field.kind not in _NO_DATA)


def _is_search(form: Form) -> bool:
    shown = _shown(form)
    if any(field.kind == "search" for field in shown):
        return True
    named = len(shown) == 1 and says("forms.search_names", shown[0].name)
    return named or (len(shown) == 1 and says("forms.search", f"{shown[0].label} {form.button} {form.heading}"))


def _is_log_in(form: Form, asks: frozenset[str]) -> bool:
    words = f"{form.heading} {form.button}"
    fillings = {token for field in form.fields for token in field.autocomplete.split()}
    if not asks <= _ACCOUNT or says("forms.register", words) or "new-password" in fillings:
        return False
    shown = _shown(form)
    passwords = sum(field.kind == "password" for field in shown)
    if passwords == 1 and len(shown) <= 3:
        return True
    subscribes = says("boxes.consent", f"{words} {form.text}")  # one registers for a newsletter with the same word
    return len(shown) == 1 and says("forms.log_in", words) and not subscribes


def _is_cart(form: Form) -> bool:
    shown = _shown(form)
    numbers = all(field.kind in ("number", "select", "select-one") for field in shown)
    return numbers and says("forms.cart", f"{form.button} {form.text} {' '.join(f.name for f in shown)}")
