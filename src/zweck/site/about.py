"""The pages around the statement: home, imprint, how we check, and errors."""

from collections.abc import Sequence

from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from zweck.editions import acts as editions
from zweck.policy.model import Address, Controller, Party
from zweck.policy.texts import say
from zweck.policy.words import Words, words
from zweck.promises.register import proof_of
from zweck.promises.values import State
from zweck.proof import acts as proof
from zweck.site import made
from zweck.site.assets import sprite, style_path
from zweck.site.frame import Context, Look, forms, frame
from zweck.site.marks import SHOWN, icon
from zweck.site.pages import forms_of

Row = tuple[str, list[str]]


def home_page(look: Look) -> str:
    """What this site is, and how its promises stand."""
    publish = look.edition.policy.publish
    context: Context = {"is_full": publish == "full"}
    if publish != "private":
        statement = editions.statement_of(look.edition, look.here.language)
        standing = proof.standing(look.edition, look.now)
        context |= made.tally_of(look, statement, standing, linked=publish == "full")
    doors = {name: look.to(name) for name in ("statement", "checks", "editions")}
    offers = [(link, _intro(look, id_)) for link, id_ in zip(forms(look), forms_of(look.edition.policy), strict=True)]
    return render_to_string("site/home.html", frame(look) | context | {"doors": doors, "offers": offers})


def _intro(look: Look, form: str) -> str:
    intro = look.edition.policy.forms[form].intro
    return say(intro, look.here.language) if intro else ""


def checks_page(look: Look) -> str:
    """How promises are checked, and what the marks mean."""
    sentences = editions.statement_of(look.edition, look.here.language).sentences()
    context = {
        "is_full": look.edition.policy.publish == "full",
        "states": [_meaning(look.words, state) for state in SHOWN],
        "sentences": len(sentences),
        "checked": look.words.number(sum(proof_of(s.kind) is not None for s in sentences)),
    }
    return render_to_string("site/checks.html", frame(look) | context)


def _meaning(texts: Words, state: State) -> tuple[SafeString, State, str, str]:
    drawn = mark_safe(icon(state))  # noqa: S308  (our own icon)
    return drawn, state, texts.say(f"page.state.{state}"), texts.say(f"page.meaning.{state}")


def imprint_page(look: Look) -> str:
    """Who answers for this site."""
    return render_to_string("site/imprint.html", frame(look) | {"rows": imprint(look)})


def imprint(look: Look) -> list[Row]:
    """The imprint, label and lines; what the policy does not declare is left out."""
    controller = look.edition.policy.controller
    tell = look.words.say
    rows: list[tuple[str, Sequence[str]]] = [
        (tell("page.imprint.address"), _address(look, controller)),
        (tell("page.imprint.email"), [_mail(controller.contact)]),
        (tell("page.imprint.phone"), [controller.phone or ""]),
        (tell("page.imprint.managed_by"), list(controller.managed_by)),
        (
            tell("page.imprint.register"),
            [" ".join(filter(None, (controller.register_court, controller.register_number)))],
        ),
        (tell("page.imprint.vat_id"), [controller.vat_id or ""]),
        (tell("page.imprint.tax_id"), [controller.tax_id or ""]),
        (tell("page.imprint.representative"), _party(look, controller.representative)),
        (tell("page.imprint.dpo"), _party(look, controller.dpo)),
    ]
    return [(label, filled) for label, lines in rows if (filled := [line for line in lines if line])]


def error_page(code: int, language: str, look: Look | None = None) -> str:
    """An error in plain words. Without a look it needs no database."""
    texts = words(language)
    bare: Context = {"language": language, "name": "Zweck", "style": style_path(), "sprite": sprite(), "home": "/"}
    around = bare if look is None else frame(look) | {"canonical": "", "twins": [], "others": []}
    context = {"title": texts.say(f"page.error.{code}_title"), "text": texts.say(f"page.error.{code}"), "code": code}
    return render_to_string("site/error.html", around | context)


def _address(look: Look, controller: Controller) -> list[str]:
    form = say(controller.form, look.here.language) if controller.form else ""
    lines = [controller.name, form]
    if controller.address is None:
        return [*lines, look.words.country(controller.country)]
    return [*lines, *_postal(look.words, controller.address)]


def _postal(texts: Words, address: Address) -> list[str]:
    return [address.street, address.town, texts.country(address.country)]


def _party(look: Look, party: Party | None) -> list[str]:
    if party is None:
        return []
    postal = _postal(look.words, party.address) if party.address else []
    return [say(party.name, look.here.language), *postal, _mail(party.email) if party.email else ""]


def _mail(address: str) -> SafeString:
    return format_html('<a href="mailto:{0}">{0}</a>', address)
