"""A form that we serve asks for nothing without a purpose, and takes no consent that would not hold."""

import pytest

from tests.policy.declared import changed, policy, refused, said
from zweck.policy.diff import diff
from zweck.policy.reading.forms import path_of, served

MAIL = '\n[systems.mail]\nmarketing = "news"\n'
NEWSLETTER = 'name = "Join"\nkind = "newsletter"'


def form(more: str, purpose: str = "news", asks: str = '["email"]', rest: str = MAIL) -> str:
    """The small declaration with a second form."""
    table = f'\n[forms.second]\nname = "Second"\npurpose = "{purpose}"\nasks = {asks}\n{more}\n'
    return changed(more=table + rest)


def answer(more: str, asks: str = '["email"]', rest: str = MAIL) -> str:
    """The same, for a purpose that rests on a contract."""
    return form(more, "answer", asks, rest)


CASES = [
    (
        form('kind = "newsletter"', asks='["email", "phone"]'),
        'forms.second.asks[1]: "phone" is not needed for the purpose "news", so no field may ask for it, '
        "add it to `purposes.news.data`, or take it out of the form",
    ),
    (
        answer('kind = "enquiry"\noptional = ["phone"]'),
        'forms.second.optional[0]: "phone" is not needed for the purpose "answer"',
    ),
    (
        answer('kind = "newsletter"', rest='\n[systems.mail]\nmarketing = "answer"\n'),
        '"newsletter" does not fit a purpose that rests on contract, rest the purpose on consent',
    ),
    (form('kind = "newsletter"', rest=""), '"newsletter" is answered by e-mail, and the site declares none'),
    (
        form('kind = "newsletter"', rest='\n[systems.mail]\nmarketing = "answer"\n'),
        "is not the purpose of the marketing list",
    ),
    (answer('kind = "trial"', rest=""), 'forms.second.kind: "trial" is answered by e-mail'),
    (answer('kind = "enquiry"\noptional = ["email"]', asks="[]"), "and the address need not be given"),
    (answer('kind = "generic"\npath = "/Ü"'), '"/Ü" is no path of a page'),
    (answer('kind = "generic"\npath = { de = "/impressum", en = "/x" }'), "leads to the page of imprint already"),
    (answer('kind = "generic"\npath = { de = "/datenschutz/x", en = "/x" }'), "leads to the page of statement already"),
    (answer('kind = "generic"\npath = { de = "/staff/x", en = "/x" }'), 'what lies below "/staff" already'),
    (answer('kind = "generic"\npath = { de = "/en/x", en = "/x" }'), 'what lies below "/en" already'),
    (answer('kind = "generic"\npath = "/same"'), '"/same" leads to `forms.second` (de) already'),
    (answer('kind = "generic"\n[forms.second.fields.phone]\nwhy = "x"'), '"phone" is no field of this form'),
    (answer('path = "/second"'), "belongs to a form that we serve, and this one has no `kind`"),
    (answer('kind = "webinar"'), "forms.second.kind"),
]


@pytest.mark.parametrize(("source", "message"), CASES)
def test_what_cannot_be_served_is_said_with_what_would_be_right(source: str, message: str) -> None:
    messages = said(source)

    assert len(messages) == 1
    assert message in messages[0]


def test_a_field_without_a_purpose_is_named_with_file_line_and_remedy() -> None:
    source = form('kind = "newsletter"', asks='["email", "phone"]')

    (error,) = refused(source)

    assert (error.file, error.path) == ("policy.toml", "forms.second.asks[1]")
    assert source.splitlines()[error.line - 1] == 'asks = ["email", "phone"]'


def test_an_address_that_nobody_confirmed_gets_no_newsletter() -> None:
    messages = said(changed('opt_in = "double"', 'opt_in = "form"', MAIL).replace('name = "Join"', NEWSLETTER))

    assert messages == [
        'policy.toml:48: forms.join.kind: writes to an address that nobody has confirmed, add `opt_in = "double"` to '
        "`purposes.news`"
    ]


def test_a_consent_is_neither_bundled_nor_demanded() -> None:
    bundled = answer('kind = "trial"', rest='\n[systems.mail]\nmarketing = "answer"\n')
    demanded = changed('opt_in = "double"', 'opt_in = "double"\nmandatory = true', MAIL).replace(
        'name = "Join"', NEWSLETTER
    )

    assert "a consent may not be bundled" in said(bundled)[0]
    assert "takes a consent that must be given, and such a consent is none" in said(demanded)[0]


def test_two_forms_of_a_kind_need_two_paths() -> None:
    twice = form('kind = "newsletter"').replace('name = "Join"', NEWSLETTER)

    messages = said(twice)

    assert ['"/neuigkeiten" leads to `forms.join` (de) already' in messages[0], len(messages)] == [True, 2]


def test_a_form_that_stands_elsewhere_is_left_to_the_linter() -> None:
    assert served(policy('asks = ["email"]', 'asks = ["email", "phone"]')) == {}


def test_a_path_is_the_policys_or_the_usual_words() -> None:
    usual = policy('name = "Join"', NEWSLETTER, MAIL)
    own = policy('name = "Join"', NEWSLETTER + '\npath = { de = "/brief", en = "/letter" }', MAIL)

    assert [path_of(usual, "join", code) for code in ("de", "en")] == ["/neuigkeiten", "/newsletter"]
    assert [path_of(own, "join", code) for code in ("de", "en")] == ["/brief", "/letter"]


def test_what_is_asked_comes_in_order_and_says_whether_it_must_be_given() -> None:
    join = policy('asks = ["email"]', 'asks = ["email", "phone"]\noptional = ["phone"]').forms["join"]

    assert join.all_asked == ("email", "phone")
    assert [join.must_be_given(datum) for datum in join.all_asked] == [True, False]


def test_nobody_is_asked_when_a_form_gets_its_page_and_people_are_told_when_it_asks_for_more() -> None:
    before = policy(more=MAIL)

    served_now = diff(before, policy('name = "Join"', NEWSLETTER, MAIL))
    asks_more = diff(before, policy('asks = ["email"]', 'asks = ["email", "phone"]', MAIL))

    assert (served_now.needs_notice, served_now.changes[0].path) == (False, "forms.join.kind")
    assert (asks_more.needs_permission, asks_more.needs_notice) == (False, True)
