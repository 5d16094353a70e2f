"""Forms: which data, against which declaration, and what for."""

from dataclasses import replace

import pytest

from tests.eye.judging import HOME, codes, findings, page, policy, seen, walk
from zweck.eye.judging.families import asks_of, families_of_datum, is_personal
from zweck.eye.values import Field, Form

NAME = Field("name", "text", "Ihr Name", autocomplete="name")
EMAIL = Field("mail", "email", "E-Mail")
PHONE = Field("tel", "tel", "Telefon")
TEXT = Field("msg", "textarea", "Nachricht")
SECRET = Field("pw", "password", "Passwort")
WHY = "Wir verwenden Ihre Angaben nur, um Ihre Anfrage zu beantworten."
CONTACT = Form("/send", "post", (NAME, EMAIL, TEXT), text=WHY, heading="Kontakt")
DECLARED = {
    "data": {
        "name": {"name": {"de": "Name", "en": "name"}},
        "email": {"name": {"de": "E-Mail-Adresse", "en": "e-mail address"}},
        "message": {"name": {"de": "Nachricht", "en": "message"}},
        "organisation": {"name": {"de": "Organisation", "en": "organisation"}},
    },
    "forms": {
        "contact": {"name": "Kontakt", "purpose": "running", "asks": ["name", "email", "message"]},
        "news": {"name": "Neuigkeiten", "purpose": "running", "asks": ["email"], "optional": ["organisation"]},
    },
}


@pytest.mark.parametrize(
    ("field", "family"),
    [
        (Field("x", "text", "Vorname"), "name"),
        (Field("your-name", "text"), "name"),
        (Field("f1", "text", "Firmenname"), "organisation"),
        (Field("emailAddress", "text"), "email"),
        (Field("x", "text", "Straße und Hausnummer"), "address"),
        (Field("plz", "text"), "address"),
        (Field("x", "date", "Geburtsdatum"), "birth-date"),
        (Field("x", "text", "IBAN"), "bank"),
        (Field("x", "text", "", autocomplete="section-a tel"), "phone"),
        (Field("x", "textarea"), "message"),
        (Field("x", "text", "Benutzername"), "account"),
        (Field("x", "text", "Farbe"), ""),
        (Field("email", "hidden", "E-Mail"), ""),
        (Field("email", "text", "E-Mail", hidden=True), ""),
    ],
)
def test_a_field_is_of_the_family_its_kind_or_words_say(field: Field, family: str) -> None:
    assert asks_of(Form("/", "post", (field,))) == ({family} if family else set())


@pytest.mark.parametrize(
    ("datum", "names", "family"),
    [
        ("billing-address", ("Rechnungsanschrift",), "address"),
        ("payment-details", ("Bank- oder Kartendaten",), "bank"),
        ("ip-address", ("IP-Adresse",), "ip"),
        ("contact", ("E-Mail-Adresse",), "email"),
        ("usage", ("Seitenaufrufe",), None),
    ],
)
def test_a_datum_of_a_policy_is_of_the_family_its_names_say(
    datum: str, names: tuple[str, ...], family: str | None
) -> None:
    assert families_of_datum(datum, names) == ({family} if family else set())


@pytest.mark.parametrize(
    "form",
    [
        Form("/s", "get", (Field("q", "text", "Suchbegriff"),)),
        Form("/s", "get", (Field("name", "search", "Name"),)),
        Form("/login", "post", (EMAIL, SECRET), button="Anmelden"),
        Form("/login", "post", (Field("user", "text", "Benutzername"), SECRET), button="Sign in"),
        Form("/lost", "post", (EMAIL,), heading="Passwort vergessen"),
        Form("/login", "post", (EMAIL,), button="Anmelden"),
        Form("/shops", "get", (Field("plz", "text", "PLZ oder Ort"),), button="Los"),
        Form("/check", "post", (Field("u", "url", "Website"),), button="Prüfen"),
        Form("/cart", "post", (Field("menge", "number", "Menge"),), button="In den Warenkorb"),
        Form("/consent", "post", (Field("stats", "checkbox", "Statistik"),), button="Speichern"),
    ],
)
def test_search_log_in_cart_and_banner_are_no_personal_forms(form: Form) -> None:
    assert not is_personal(form)
    assert codes(seen(walk(page(forms=(form,)))), policy()) == []


@pytest.mark.parametrize(
    "form",
    [
        CONTACT,
        Form("/register", "post", (EMAIL, SECRET), button="Konto anlegen", heading="Registrieren"),
        Form("/join", "post", (EMAIL, replace(SECRET, autocomplete="new-password")), button="Weiter"),
        Form("/news", "post", (EMAIL,), button="Bestellen"),
        Form("/news", "post", (EMAIL,), heading="Newsletter", button="Anmelden"),
        Form("/order", "post", (Field("plz", "text"), TEXT), button="Senden"),
    ],
)
def test_contact_registration_and_newsletter_are_personal_forms(form: Form) -> None:
    assert is_personal(form)


@pytest.mark.parametrize(
    ("fields", "extra", "declared"),
    [
        ((NAME, EMAIL, TEXT), None, ""),
        ((EMAIL,), None, ""),
        ((EMAIL, Field("org", "text", "Firma")), None, ""),
        ((NAME, EMAIL, TEXT, PHONE), "phone", "Kontakt"),
        ((PHONE, Field("iban", "text", "IBAN")), "bank, phone", ""),
        ((NAME, EMAIL, TEXT, SECRET), None, ""),
    ],
)
def test_a_form_is_held_against_the_declaration_that_fits_it_best(
    fields: tuple[Field, ...], extra: str | None, declared: str
) -> None:
    form = replace(CONTACT, fields=fields)

    found = findings(seen(walk(page(forms=(form,)))), policy(**DECLARED))

    told = [(f.code, f.params["asks"], f.params.get("form", "")) for f in found]
    assert told == ([("form-undeclared", extra, declared)] if extra else [])


def test_a_form_no_policy_form_answers_for_is_found() -> None:
    assert codes(seen(walk(page(forms=(CONTACT,)))), policy()) == [("form-undeclared", "Kontakt", "likely")]


@pytest.mark.parametrize(
    ("form", "found"),
    [
        (CONTACT, False),
        (replace(CONTACT, text=""), True),
        (replace(CONTACT, text="", links_statement=True), False),
        (replace(CONTACT, text="We use this to answer you."), False),
        (replace(CONTACT, text="Damit wir Ihnen antworten können, brauchen wir Ihre Angaben."), False),
        (replace(CONTACT, text="Pflichtfelder sind mit * markiert."), True),
    ],
)
def test_a_form_says_what_for_or_links_the_statement(form: Form, found: bool) -> None:
    looked = seen(walk(page(forms=(form,)), page(f"{HOME}b", forms=(form,))))

    told = [(f.code, f.sure, len(f.spots)) for f in findings(looked)]

    assert told == ([("form-no-purpose", "likely", 2)] if found else [])


def test_the_name_of_a_declared_purpose_says_what_for() -> None:
    form = replace(CONTACT, text="For running the site.")

    assert codes(seen(walk(page(forms=(form,)))), policy(**DECLARED)) == []
