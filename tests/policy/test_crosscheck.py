"""What types cannot say of a declaration is said with the same lines and the same care."""

import pytest

from tests.policy.declared import SMALL, changed, policy, said
from zweck.policy.reading.crosscheck import REFERENCES, find
from zweck.policy.reading.lines import Path
from zweck.policy.reading.shape import keys_at

OFFER = '[purposes.b]\nname = "B"\ndata = ["email"]\nbasis = "{}"\noffered_to = ["{}"]'
OVERRIDE = """
[[statement.overrides]]
promise = "a.b"
language = "de"
text = "T"
signed_by = "S"
signed_on = 2026-01-01
"""


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ('[forms.ask]\nname = "Ask"\npurpose = "newz"\nasks = []', 'no declared purpose, did you mean "news"'),
        ('[forms.ask]\nname = "Ask"\npurpose = "news"\nasks = ["fax"]', '"fax" is no declared data, declare it under'),
        ('[technologies.c]\nname = "c"\nkind = "cookie"\npurpose = "x"', '"x" is no declared purpose, declare'),
        ('[systems.payment]\nprovider = "bank"', 'systems.payment.provider: "bank" is no declared recipient'),
        ('[systems.mail]\nmarketing = "list"', 'systems.mail.marketing: "list" is no declared purpose'),
        ('[systems.security_log]\nplace = "hom"', '"hom" is no declared place, did you mean "home"?'),
        ('[places.there]\nname = "There"\ncountry = "DE"\nholds = ["mails"]', 'or system, did you mean "mail"?'),
        ('[mechanisms.a]\nname = "A"\nkind = "scc"\nfallback = "b"', '"b" is no declared mechanism'),
        ('[mechanisms.a]\nname = "A"\nkind = "scc"\nfallback = "a"', "leads back to itself"),
        ('[[claims]]\nsays = "stored-only-in"\nplaces = ["mars"]', 'claims[0].places[0]: "mars" is no declared place'),
        ('[purposes.b]\nname = "B"\nretention = "adress"', 'no declared retention, did you mean "address"?'),
        ('[purposes.b]\nname = "B"\ndata = ["email", "email"]', 'data[1]: "email" is named twice, name it once'),
        (OFFER.format("consent", "newz"), '"newz" is no declared purpose'),
        (OFFER.format("contract", "news"), "that does not rest on consent"),
        ('[purposes.b]\nname = "B"\nbasis = "consent"\noffered_to = ["news"]', '"b" has no e-mail address to ask'),
        (OFFER.format("consent", "b"), "offers a purpose to its own people"),
        ('[links.a]\nurl = "https://a.example"\ntitle = { de = "A" }', 'has no text in "en", add en = "…"'),
        ('[links.a]\nurl = "https://a.example"\ntitle = { de = "A", en = "A", fr = "A" }', '"fr" is not a'),
        ('[[retention]]\nrecord = "address"\njurisdiction = "*"\ndays = 1', "says the same as retention[0]"),
        ('[[retention]]\nrecord = "card"\ndays = 1\npurposes = ["newz"]', 'purposes[0]: "newz" is no declared purpose'),
        ('[[retention]]\nrecord = "card"', "retention[2]: has no period, write either"),
        ('[[retention]]\nrecord = "card"\ndays = 1\nyears = 1', "retention[2]: has both years and days"),
        ('[measures.lock]\nname = "Lock"\nproved_by = "Is Locked"', '"Is Locked" cannot be the id of a promise'),
        (
            '[[attestations]]\npromises = ["T04"]\nclaim = "C"\nissuer = "I"\nrole = "R"\n'
            "signed_on = 2026-01-01\nvalid_until = 2027-01-01",
            '"T04" cannot be the id of a promise, write its kind',
        ),
        (
            '[[attestations]]\npromises = ["a.b"]\nclaim = "C"\nissuer = "I"\nrole = "R"\n'
            "signed_on = 2026-02-01\nvalid_until = 2026-01-01",
            "attestations[0].valid_until: lies before `signed_on`, write a later date",
        ),
        (
            '[[statement.paragraphs]]\nid = "p"\nsection = "scope"\nnature = "attested"\ntext = "T"',
            "statement.paragraphs[0]: is attested without an end",
        ),
        (
            OVERRIDE.replace('"de"', '"fr"'),
            '"fr" is not a language of this site, choose from de, en',
        ),
    ],
)  # fmt: skip
def test_what_leads_nowhere_is_said_once(more: str, message: str) -> None:
    messages = said(changed(more="\n" + more))

    assert len(messages) == 1
    assert message in messages[0]


def test_two_wordings_of_one_promise_in_one_language_are_refused() -> None:
    (message,) = said(changed(more=OVERRIDE + OVERRIDE))

    assert "statement.overrides[1].promise: says the same as statement.overrides[0]" in message


def test_two_paragraphs_of_one_id_are_refused() -> None:
    row = '[[statement.paragraphs]]\nid = "p"\nsection = "scope"\nnature = "aim"\ntext = "T"\n'

    (message,) = said(changed(more=row + row))

    assert "statement.paragraphs[1].id: says the same as statement.paragraphs[0] (id are equal)" in message


def test_two_claims_that_make_one_promise_are_refused() -> None:
    row = '[[claims]]\nsays = "no-cookie"\n'

    (message,) = said(changed(more=row + row))

    assert "claims[1].says: says the same as claims[0]" in message


@pytest.mark.parametrize("zone", ["Europe/Berlni", "Europe", "../etc/passwd", "", "Mars/Base"])
def test_a_time_zone_must_exist(zone: str) -> None:
    (message,) = said(changed('name = "Rowing Club"\n', f'name = "Rowing Club"\ntime_zone = "{zone}"\n'))

    assert f'time_zone: "{zone}" is not a time zone' in message


def test_a_language_without_words_is_refused() -> None:
    (message,) = said(SMALL, ["de", "fr"])

    assert message == (
        'policy.toml:3: languages[1]: there are no words for "en", choose from de, fr, or add words/en.toml'
    )


def test_one_wrong_type_hides_no_unknown_name() -> None:
    messages = said(changed('basis = "consent"', "basis = 5", '[systems.mail]\nmarketing = "list"\n'))

    assert [message.split(": ")[1] for message in messages] == ["purposes.news.basis", "systems.mail.marketing"]


def test_every_key_that_names_another_table_exists_in_the_model() -> None:
    for pattern, table in REFERENCES:
        *above, key = pattern.removesuffix(".*").split(".")
        path: Path = tuple("x" if step == "*" else step for step in above)

        assert key in keys_at(path), pattern
        assert table in keys_at(())


def test_find_steps_through_tables_and_lists() -> None:
    data = {"a": {"x": {"b": [1, 2]}, "y": {"b": 3}}}

    assert list(find(data, "a.*.b.*")) == [(("a", "x", "b", 0), 1), (("a", "x", "b", 1), 2)]


def test_the_small_declaration_is_clean() -> None:
    assert policy().site == "club"
