"""Forms that were seen, as a draft declares them."""

from collections.abc import Iterator
from dataclasses import dataclass

from zweck.eye.judging.families import asks_of, family_of, is_personal
from zweck.eye.judging.scene import Scene
from zweck.eye.judging.signs import plain, says
from zweck.eye.values import Form
from zweck.policy.writing.sheet import Ids, shown

LIMIT = 60
# Which purpose a form serves, by the data it asks for and its words; the first that fits. A guess, and told as one.
_WORDS = (
    ("newsletter", ("newsletter", "mailing", "subscribe", "abonnieren")),
    ("comment", ("kommentar", "comment")),
    ("order", ("bestell", "order", "checkout", "kasse", "buchen", "book")),
    ("account", ("regist", "sign up", "konto", "account", "login", "anmelden")),
    ("enquiry", ("kontakt", "contact", "anfrage", "enquiry", "inquiry", "nachricht", "message", "rückruf", "feedback")),
)


@dataclass(frozen=True, slots=True)
class DraftedForm:
    """A form. `asks` and `optional`: ids of data. `others`: fields of which nothing is known. `url`: the first page."""

    id: str
    name: str
    purpose: str
    asks: tuple[str, ...]
    optional: tuple[str, ...]
    others: tuple[str, ...]
    says_why: bool
    url: str
    pages: int


def forms(scene: Scene) -> tuple[DraftedForm, ...]:
    """The forms that ask for personal data, each once, in the order in which they were met."""
    where: dict[tuple[object, ...], list[str]] = {}
    first: dict[tuple[object, ...], Form] = {}
    for spot, visit in scene.visits:
        for form in visit.forms:
            if is_personal(form):
                key = (form.heading, form.button, tuple((one.name, one.kind) for one in form.fields if not one.hidden))
                where.setdefault(key, []).append(spot.url)
                first.setdefault(key, form)
    ids = Ids()
    rows = list(first.items())[:LIMIT]
    return tuple(_drafted(form, tuple(dict.fromkeys(where[key])), ids) for key, form in rows)


def _drafted(form: Form, pages: tuple[str, ...], ids: Ids) -> DraftedForm:
    asks = tuple(sorted(asks_of(form) - {"password", "ip"}))  # a password is told to nobody
    required = {family_of(one) for one in form.fields if one.required and not one.hidden}
    name = shown(form.heading or form.button, 80).strip() or "?"
    return DraftedForm(
        id=ids.of(name, "form"),
        name=name,
        purpose=_purpose(form, asks),
        asks=asks,
        optional=tuple(family for family in asks if family not in required) if required else (),
        others=tuple(dict.fromkeys(_others(form))),
        says_why=form.links_statement or says("forms.purpose", form.text),
        url=pages[0],
        pages=len(pages),
    )


def _purpose(form: Form, asks: tuple[str, ...]) -> str:
    words = plain(f"{form.heading} {form.button}")
    for purpose, signs in _WORDS:
        if any(sign in words for sign in signs):
            return purpose
    if "message" in asks:
        return "enquiry"
    return "newsletter" if asks == ("email",) else "form"


def _others(form: Form) -> Iterator[str]:
    passed = {"submit", "button", "image", "reset", "password"}
    for one in form.fields:
        if not one.hidden and one.kind not in passed and not family_of(one):
            yield shown(one.label or one.name or one.kind, 60)
