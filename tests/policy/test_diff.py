"""What changes between two declarations, and whom it needs."""

import json

import pytest

from tests.policy.declared import SMALL, policy
from zweck.policy.changes.weight import RULES
from zweck.policy.diff import ANSWERS, SENTENCES, diff
from zweck.policy.load import loads
from zweck.policy.model import Policy
from zweck.policy.reading.shape import keys_at

OLD = policy()
SYSTEMS = """
[systems.measurement]
permission = "consent"
[systems.payment]
provider = "post"
[systems.security_log]
days = 7
"""
COOKIE = '[technologies.c]\nname = "c"\nkind = "cookie"\npurpose = "news"\nlifetime_days = 30\n'


def test_the_same_declaration_changes_nothing() -> None:
    same = diff(OLD, policy(more="\n# a comment\n"))

    assert same.changes == ()
    assert same.wording_only
    assert not same.needs_permission
    assert same.summary == "Nothing changes."


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('name = "Rowing Club"\n', 'name = "The Club"\ndate = 2026-01-31\n'),
        ('name = "News"', 'name = { de = "Neues", en = "News" }'),
        ('{ de = "E-Mail-Adresse", en = "e-mail address" }', '{ de = "E-Mail", en = "e-mail address" }'),
        ('name = "Rowing Club"\n', 'name = "Rowing Club"\nstatement.order = ["scope"]\n'),
        ('name = "Rowing Club"\n', 'name = "Rowing Club"\nlinks.a = { url = "https://a.example", title = "A" }\n'),
        ('role = "controller"', 'role = "controller"\ncontract_on = 2026-01-31'),
    ],
)
def test_names_dates_order_and_links_are_wording(old: str, new: str) -> None:
    found = diff(OLD, policy(old, new))

    assert {change.kind for change in found.changes} == {"wording"}
    assert found.wording_only
    assert not found.needs_notice


def test_a_language_more_is_wording() -> None:
    german = SMALL.replace('["de", "en"]', '["de"]').replace(', en = "e-mail address"', "")

    found = diff(loads(german.encode(), "policy.toml").policy, OLD)

    assert [(change.path, change.kind) for change in found.changes] == [("languages", "wording")]


@pytest.mark.parametrize(
    ("old", "new", "more", "kind"),
    [
        ("", "", '[purposes.more]\nname = "More"\n', "new-purpose"),
        ('basis = "contract"\ndata = ["email"]', 'basis = "contract"\ndata = ["email", "phone"]', "", "widened"),
        ('basis = "consent"', 'basis = "legitimate-interest"', "", "basis"),
        ('basis = "contract"', 'basis = "consent"', "", "basis"),
        ('opt_in = "double"', 'opt_in = "form"', "", "unasked"),
        ("objection = {}\n", "", "", "lost-right"),
        ("access = {}", 'access = { condition = "proved-identity" }', "", "lost-right"),
        ("[rights.granted]", '[rights]\naudience = "eu-citizens"\n[rights.granted]', "", "lost-right"),
        ("[rights.granted]", '[rights]\nnew_purpose_asks = "nobody"\n[rights.granted]', "", "lost-right"),
        ("days = 30", "days = 60", "", "longer"),
        ("", "", COOKIE, "new-technology"),
    ],
)
def test_people_are_asked_before_more_is_done_with_what_they_gave(old: str, new: str, more: str, kind: str) -> None:
    found = diff(OLD, policy(old, new, more))

    assert [(change.kind, change.asks) for change in found.changes] == [(kind, "permission")]
    assert found.needs_permission
    assert not found.wording_only


@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [
        ('"contract"\ndata = ["email"]', '"contract"\ndata = ["email"]\nrecipients = ["ads"]', "new-recipient"),
        ('"contract"\ndata = ["email"]', '"legitimate-interest"\ndata = ["email"]', "basis"),
        ('"contract"\ndata = ["email"]', '"contract"\ndata = ["email"]\nplaces = ["home"]', "new-place"),
        ('contact = "privacy@', 'contact = "other@', "other"),
        ("years = 8", "years = 10", "longer"),
        ('asks = ["email"]', 'asks = ["email", "phone"]', "widened"),
        ('country = "US"', 'country = "GB"', "other"),
    ],
)
def test_people_are_told_where_no_permission_was_their_basis(old: str, new: str, kind: str) -> None:
    found = diff(OLD, policy(old, new))

    assert [(change.kind, change.asks) for change in found.changes] == [(kind, "notice")]
    assert found.needs_notice
    assert not found.needs_permission
    assert not found.wording_only


def test_who_consented_is_asked_before_a_controller_but_told_of_a_processor() -> None:
    def with_recipient(name: str) -> Policy:
        return policy('opt_in = "double"', f'opt_in = "double"\nrecipients = ["{name}"]')

    assert diff(OLD, with_recipient("ads")).needs_permission
    told = diff(OLD, with_recipient("post"))
    assert (told.needs_permission, told.needs_notice, told.new_recipients) == (False, True, ("post",))


@pytest.mark.parametrize(
    ("old", "new", "asks"),
    [
        ('"consent"\n[systems.pay', '"opt-out"\n[systems.pay', "permission"),
        ('"consent"\n[systems.pay', '"consent"\ntrails = true\n[systems.pay', "permission"),
        ('"consent"\n[systems.pay', '"consent"\ncut_v4 = 32\n[systems.pay', "permission"),
        ('"consent"\n[systems.pay', '"consent"\ncut_v4 = 16\n[systems.pay', "none"),
        ('"consent"\n[systems.pay', '"consent"\nhonours_signals = false\n[systems.pay', "permission"),
        ('provider = "post"', 'provider = "ads"', "notice"),
        ('provider = "post"', 'provider = "post"\nstores_payment_data = true', "permission"),
        ("days = 7", "days = 14", "notice"),
        ("days = 7", "days = 3", "none"),
        ("days = 7", "", "notice"),
    ],
)
def test_a_system_that_guards_less_is_not_let_in_unsaid(old: str, new: str, asks: str) -> None:
    before = policy(more=SYSTEMS)
    assert SYSTEMS.count(old) == 1

    found = diff(before, policy(more=SYSTEMS.replace(old, new)))

    assert [change.asks for change in found.changes] == [asks]


def test_less_than_before_needs_nobody_and_is_not_wording() -> None:
    found = diff(policy(more=SYSTEMS + COOKIE), policy("days = 30", "days = 10"))

    assert {change.kind for change in found.changes} == {"gone", "narrowed"}
    assert not found.needs_notice
    assert not found.wording_only
    assert found.summary == "Less is taken than before; nobody has to be asked."


def test_a_claim_taken_back_is_told_and_a_new_one_needs_nobody() -> None:
    claiming = policy(more='[[claims]]\nsays = "no-cookie"\n')

    assert [(c.kind, c.asks) for c in diff(claiming, OLD).changes] == [("lost-promise", "notice")]
    assert [(c.kind, c.asks) for c in diff(OLD, claiming).changes] == [("gained", "none")]


def test_a_change_says_path_before_and_after() -> None:
    found = diff(OLD, policy('basis = "consent"', 'basis = "contract"', '[purposes.x]\nname = "X"\n'))

    basis = next(change for change in found.changes if change.kind == "basis")
    assert (basis.path, basis.before, basis.after) == ("purposes.news.basis", "consent", "contract")
    assert basis.sentence == (
        "purposes.news.basis: the legal basis was “consent” and becomes “contract”. People are asked first."
    )
    assert found.new_purposes == ("x",)


def test_the_changes_are_data_for_programs() -> None:
    told = json.loads(diff(OLD, policy(more='[purposes.x]\nname = "X"\n')).as_json())

    assert told["needs_permission"] is True
    assert told["new_purposes"] == ["x"]
    assert told["changes"][0]["path"] == "purposes.x"


def test_every_rule_weighs_a_key_that_exists_and_has_its_sentence() -> None:
    for rule in RULES:
        *above, key = rule.where.removesuffix(".**").split(".")
        path = tuple("access" if step == "*" and "granted" in above else "x" if step == "*" else step for step in above)

        assert key == "*" or key in keys_at(path), rule.where
        assert rule.kind in SENTENCES
        assert rule.asks in (*ANSWERS, "as-agreed")
