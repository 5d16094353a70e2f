"""A policy that is right is silent: the cases in which a coarser rule would cry wolf."""

from datetime import date

import pytest

from zweck.policy.lint import lint
from zweck.policy.load import loads

TODAY = date(2026, 11, 22)

# A studio in Switzerland with customers in the Union: everything declared that the law wants, and nothing else.
STUDIO = """
site = "studio"
name = "Studio"
date = 2026-01-01
languages = ["de"]
profiles = ["gdpr13", "tdddg"]

[controller]
name = "Studio Beispiel AG"
country = "CH"
contact = "post@example.org"
address = { street = "Gasse 1", postcode = "8001", city = "Zürich", country = "CH" }
representative = { name = "Vertretung Beispiel", email = "eu@example.org" }
dpo_not_required = "Wenige, harmlose Daten."

[scope]
origins = ["https://studio.example.org"]

[data]
email = { name = "E-Mail-Adresse" }

[purposes.enquiry]
name = "Ihre Anfrage"
basis = "contract"
data = ["email"]
mandatory = false
retention = "letter"
automated_decision = false

[[retention]]
record = "letter"
days = 400

[rights.granted]
access = {}
rectification = {}
erasure = {}
restriction = {}
portability = {}

[recourse.authority]
name = "Aufsicht"

"""


def codes(*more: str, instead: tuple[str, str] = ("", ""), on: date = TODAY) -> set[str]:
    """The codes found in the studio's policy with something replaced, and something added at its end."""
    source = STUDIO.replace(*instead) if instead[0] else STUDIO
    found = lint(loads("\n".join((source, *more)).encode(), "studio.toml"), on)
    return {one.code for one in found if one.severity == "defect"}


def test_a_site_without_cookies_recipients_or_claims_is_silent() -> None:
    assert codes() == set()


def test_a_british_company_is_judged_like_a_swiss_one() -> None:
    assert codes(instead=('country = "CH"', 'country = "GB"')) == set()


def test_a_company_in_the_union_needs_no_representative() -> None:
    seat = ('country = "CH"\ncontact', 'country = "CH"\nestablishments = ["AT"]\ncontact')
    without = STUDIO.replace('representative = { name = "Vertretung Beispiel", email = "eu@example.org" }\n', "")

    found = {d.code for d in lint(loads(without.replace(*seat).encode(), "studio.toml"), TODAY)}

    assert found == set()


def test_a_recipient_that_receives_nothing_breaks_no_claim() -> None:
    quiet = '[recipients.printer]\nname = "Druckerei"\nrole = "processor"\ncountry = "US"\n'
    promise = '[[claims]]\nsays = "stored-only-in"\n\n[[claims]]\nsays = "no-third-parties"\n'

    assert codes(quiet, promise) == set()


def test_an_authority_is_no_third_party() -> None:
    court = '[recipients.court]\nname = "Gericht"\nrole = "authority"\ncountry = "CH"\nreceives = ["email"]\n'

    assert codes(court, '[[claims]]\nsays = "no-third-parties"\n') == set()


@pytest.mark.parametrize(
    ("country", "found"), [("CH", set()), ("GB", set()), ("JP", set()), ("US", {"GDPR13-TRANSFER"})]
)
def test_only_a_country_without_adequacy_needs_a_safeguard(country: str, found: set[str]) -> None:
    recipient = f'[recipients.post]\nname = "Post"\nrole = "controller"\ncountry = "{country}"\nreceives = ["email"]\n'

    assert codes(recipient) == found


@pytest.mark.parametrize(
    ("kind", "found"), [("dpf", set()), ("privacy-shield", {"LAW-MECHANISM-ANNULLED", "LAW-PREVAILS"})]
)
def test_principles_may_prevail_over_the_statement_while_they_are_in_force(kind: str, found: set[str]) -> None:
    mechanism = f'[mechanisms.frame]\nname = "Rahmen"\nkind = "{kind}"\nprevails = "over-statement"\n'

    assert codes(mechanism) == found


def test_the_profile_of_the_framework_speaks_only_for_its_members() -> None:
    theirs = '[mechanisms.frame]\nname = "Rahmen"\nkind = "dpf"\n'

    assert codes(theirs) == set()
    assert "DPF-LIST-LINK" in codes(theirs + "certified = true\n")


def test_a_recipient_on_the_list_is_not_taken_for_the_controller() -> None:
    own = (
        '[mechanisms.own]\nname = "Rahmen"\nkind = "dpf"\ncertified = true\ncertified_until = 2027-01-01\n'
        'url = "https://example.org/list"\nonward_liability = true\nenforcement = "FTC"\n'
    )
    theirs = '[mechanisms.theirs]\nname = "Rahmen"\nkind = "dpf"\n'

    assert codes(own) == codes(own, theirs)


def test_a_counter_without_cookies_may_run_until_somebody_objects() -> None:
    purpose = '[purposes.count]\nname = "Zählung"\nbasis = "contract"\nautomated_decision = false\n'
    system = '[systems.measurement]\npurpose = "count"\npermission = "opt-out"\n'

    assert codes(purpose, system, '[[claims]]\nsays = "consent-before-device"\n') == set()


def test_a_foreign_period_is_fine_where_a_branch_is() -> None:
    rule = (
        '[[retention]]\nrecord = "invoice"\njurisdiction = "DE"\nyears = 8\ncounted_from = "end-of-year"\n'
        'ground = "law"\nlaw = "§ 147 AO"\n'
    )
    branch = ('contact = "post', 'establishments = ["DE"]\nmanaged_by = ["V"]\ncontact = "post')
    taxed = ('contact = "post', 'vat_id = "DE000000000"\ncontact = "post')

    assert codes(rule) == {"RETENTION-NO-SEAT"}
    assert codes(rule, instead=branch) == set()
    assert codes(rule, instead=taxed) == set()


def test_a_chosen_period_may_be_longer_than_the_law_asks() -> None:
    assert codes('[[retention]]\nrecord = "invoice"\njurisdiction = "DE"\nyears = 12\n') == set()


def test_a_claim_that_is_bound_to_one_system_is_held_to_that_system() -> None:
    log = "[systems.security_log]\ndays = 7\n"

    assert codes(log, '[[claims]]\nsays = "only-domain-recognised"\n') == {"CLAIM-ONLY-DOMAIN"}
    assert codes(log, '[[claims]]\nsays = "only-domain-recognised"\nsystem = "measurement"\n') == set()


def test_a_log_that_cuts_addresses_takes_no_personal_data_unasked() -> None:
    log = '[systems.security_log]\ndays = 7\naddresses = "cut"\n'

    assert codes(log, '[[claims]]\nsays = "consent-before-data"\n') == set()


def test_companies_seen_without_any_address_sent_are_no_profile() -> None:
    purpose = '[purposes.firms]\nname = "Firmen"\nbasis = "contract"\nautomated_decision = false\n'
    visits = '[systems.company_visits]\nrecords = ["company", "pages"]\npurpose = "firms"\n'
    claims = '[[claims]]\nsays = "no-activity-profiles"\n\n[[claims]]\nsays = "tracker-never-personal"\n'

    assert codes(purpose, visits, claims) == set()


def test_a_living_product_may_be_named() -> None:
    purpose = '[purposes.count]\nname = "Zählung"\nbasis = "contract"\nautomated_decision = false\n'
    system = '[systems.measurement]\npurpose = "count"\nproduct = "Google Analytics 4"\n'

    assert codes(purpose, system) == set()


def test_the_documented_spelling_of_a_call_is_no_misquotation() -> None:
    purpose = '[purposes.count]\nname = "Zählung"\nbasis = "contract"\nautomated_decision = false\n'
    system = '[systems.measurement]\npurpose = "count"\nproduct = "Analytics"\ncode_quoted = "_gat._anonymizeIp();"\n'

    assert codes(purpose, system, on=date(2022, 1, 1)) == set()
    assert codes(purpose, system) == {"RETIRED-PRODUCT"}


def test_a_special_category_needs_a_ground_of_its_own() -> None:
    special = ('email = { name = "E-Mail-Adresse" }', 'email = { name = "E-Mail-Adresse", special = true }')
    grounded = ('basis = "contract"', 'basis = "contract"\nlaw = "Art. 9(2)(h) GDPR"')
    source = STUDIO.replace(*special)

    assert {d.code for d in lint(loads(source.encode(), "studio.toml"), TODAY)} == {"GDPR9-GROUND"}
    assert lint(loads(source.replace(*grounded).encode(), "studio.toml"), TODAY) == ()


def test_local_storage_is_a_cookie_to_the_law() -> None:
    entry = (
        '[technologies.memory]\nname = "memory"\nkind = "local-storage"\npurpose = "enquiry"\n'
        'essential = true\nwhy_essential = "Sie haben es verlangt."\n'
    )

    assert codes(entry) == set()
    assert codes(entry, '[[claims]]\nsays = "no-cookie"\n') == {"CLAIM-COOKIE"}


def test_a_language_by_country_is_no_sentence_for_a_site_that_never_does_so() -> None:
    by_country = '[systems.geolocation]\nchooses = ["language"]\nprecision = "country"\n'
    purpose = (
        '[purposes.ask]\nname = "Anfragen"\nbasis = "contract"\nautomated_decision = false\ndata = ["probe"]\n'
        '[data.probe]\nname = "Probe"\n'
    )
    elsewhere = '[forms.ask]\nname = "Fragen"\npurpose = "ask"\nasks = ["probe"]\n'
    ours = elsewhere + 'kind = "generic"\n'

    assert "GEO-LANGUAGE" not in codes(by_country, purpose, elsewhere)
    assert "GEO-LANGUAGE" in codes(by_country, purpose, ours)
