"""A statement says what its policy declares, sentence by sentence, and nothing else."""

import cProfile
import re
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import date

import pytest

from tests.policy.sites import HERE, edited, site
from zweck.policy.errors import PolicyErrors
from zweck.policy.kinds import KINDS, SECTIONS
from zweck.policy.load import loads
from zweck.policy.model import Policy
from zweck.policy.statement import StatementErrors, faults, statement
from zweck.policy.texts import say

SITES = ("reference", "as-written", "clinic", "shop")
SYSTEMS = {
    "addresses": "addresses",
    "security_log": "security-log",
    "geolocation": "geolocation",
    "company_visits": "company-visits",
    "measurement": "measurement",
    "mail": "mail",
    "payment": "payment",
}


def text_of(policy: Policy, promise: str, language: str = "en") -> str:
    """The sentence of a promise; empty where the statement lacks it."""
    return next((s.text for s in statement(policy, language).sentences() if s.promise == promise), "")


def promises(policy: Policy, language: str = "en") -> set[str]:
    """All promises of a statement."""
    return {sentence.promise for sentence in statement(policy, language).sentences()}


def replanned(policy: Policy, **plan: object) -> Policy:
    """The policy with another plan of its statement."""
    return edited(policy, statement={**policy.statement.model_dump(), **plan})


def without_system(policy: Policy, system: str) -> Policy:
    """The policy without one of its systems."""
    return edited(policy, systems={**policy.systems.model_dump(), system: None})


def wording(promise: str, text: str, language: str = "en") -> Mapping[str, object]:
    """Counsel's wording of one sentence."""
    signed = {"signed_by": "Counsel", "signed_on": date(2026, 11, 1)}
    return {"promise": promise, "language": language, "text": text, **signed}


@pytest.mark.parametrize("name", SITES)
def test_no_promise_is_made_twice(name: str) -> None:
    policy = site(name)

    made = Counter(s.promise for language in policy.languages for s in statement(policy, language).sentences())

    assert {promise for promise, count in made.items() if count != len(policy.languages)} == set()


@pytest.mark.parametrize("name", SITES)
def test_every_sentence_belongs_to_the_section_its_kind_names(name: str) -> None:
    for section in statement(site(name), site(name).languages[0]).sections:
        assert {KINDS[s.kind].section for s in section.sentences} == {section.id}
        assert all({*s.rows} <= {*KINDS[s.kind].rows} for s in section.sentences)


def test_sections_stand_in_the_order_of_the_source() -> None:
    assert [section.id for section in statement(site("reference"), "de").sections] == list(SECTIONS)


def test_sections_follow_the_order_that_the_policy_wants() -> None:
    policy = replanned(site("reference"), order=["contact", "payment"])

    assert [section.id for section in statement(policy, "en").sections][:3] == ["contact", "payment", "scope"]


def test_both_languages_say_the_same_with_the_same_numbers_and_links() -> None:
    german, english = (statement(site("reference"), language).sentences() for language in ("de", "en"))

    for one, other in zip(german, english, strict=True):
        assert one.promise == other.promise
        assert sorted(re.findall(r"\d+", one.text)) == sorted(re.findall(r"\d+", other.text)), one.promise
        assert [s.href for s in one.spans if s.href] == [s.href for s in other.spans if s.href]


def test_without_a_purpose_its_sentences_are_gone() -> None:
    policy = site("reference")
    plain = policy.model_dump()
    plain["purposes"].pop("newsletter")
    plain["forms"].pop("newsletter")
    plain["retention"] = [rule for rule in plain["retention"] if rule["record"] != "newsletter"]
    plain["systems"]["mail"]["marketing"] = None

    left = statement(Policy.model_validate(plain), "en")

    assert not any(s.parameter == "newsletter" or "marketing by e-mail" in s.text for s in left.sentences())
    assert not any("marketing by e-mail" in cell for s in left.sections for g in s.grids for r in g.rows for cell in r)


@pytest.mark.parametrize(("system", "section"), SYSTEMS.items())
def test_without_a_system_its_section_is_gone(system: str, section: str) -> None:
    left = statement(without_system(site("reference"), system), "en")

    assert section not in {s.id for s in left.sections}


def test_without_a_claim_its_sentence_is_gone() -> None:
    silent = edited(site("reference"), claims=[])

    assert promises(site("reference")) - promises(silent) == {
        "consent.nothing-before",
        "consent.refusal-free",
        "purpose.closed",
        "place.only",
        "transfer.liability",
        "log.no-profiles",
        "geo.not-stored",
        "companies.no-cookie",
        "measurement.cut-first",
        "measurement.no-cookie",
        "measurement.not-merged",
        "mail.marketing-asked",
        "payment.not-stored",
    }


def test_a_site_without_cookies_asks_nothing_and_says_so() -> None:
    said = promises(site("shop"))

    assert "technology.none" in said
    assert not any(promise.startswith("consent.") for promise in said)


def test_a_german_clinic_speaks_german_only() -> None:
    said = statement(site("clinic"), "de")

    assert said.title == "Datenschutzerklärung"
    assert text_of(site("clinic"), "log.days", "de") == "Jeder Eintrag wird nach 7 Tagen gelöscht."
    assert "measurement" not in {section.id for section in said.sections}


def test_the_address_of_the_controller_is_a_link() -> None:
    mailed = next(s for s in statement(site("shop"), "en").sentences() if s.promise == "contact.mail")

    assert [(s.text, s.href) for s in mailed.spans if s.href] == [("privacy@example.net", "mailto:privacy@example.net")]
    assert mailed.spans[-1].text == "."


def test_controls_are_named_as_the_page_labels_them() -> None:
    policy = site("reference")

    assert policy.controls.change is not None
    assert say(policy.controls.change.labelled, "en") in text_of(policy, "consent.change-control")


def test_a_sentence_that_ends_in_an_abbreviation_ends_once() -> None:
    assert text_of(site("reference"), "place.where:virginia").endswith("Amazon Web Services, Inc.")


@pytest.mark.parametrize(("days", "text"), [(1, "after 1 day."), (2, "after 2 days.")])
def test_periods_agree_with_their_number(days: int, text: str) -> None:
    policy = site("clinic").model_dump()
    policy["systems"]["security_log"]["days"] = days

    said = text_of(Policy.model_validate({**policy, "languages": ["en"]}), "log.days")

    assert said.endswith(text)


def test_an_attested_sentence_carries_the_last_day_of_its_attestation() -> None:
    said = {s.promise: s for s in statement(site("reference"), "en").sentences()}

    assert (said["staff.bound"].nature, said["staff.bound"].until) == ("attested", "2027-09-14")
    assert {s.promise for s in said.values() if s.nature == "attested" and not s.until} == set()


def test_an_attested_sentence_without_attestation_has_no_end() -> None:
    said = statement(edited(site("reference"), attestations=[]), "en").sentences()

    assert {s.until for s in said if s.nature == "attested"} == {""}
    assert "staff.bound" not in {s.promise for s in said}


def test_counsels_wording_keeps_the_promise_and_its_parameters() -> None:
    own = wording("log.days", "Nothing in it is older than {duration}.")

    assert text_of(replanned(site("reference"), overrides=[own]), "log.days") == "Nothing in it is older than 14 days."


@pytest.mark.parametrize(
    ("promise", "text", "wrong"),
    [
        ("log.days", "We delete it soon.", "the wording of 'log.days' drops {duration}"),
        ("log.purpose", "It protects {whom}.", "the wording of 'log.purpose' invents {whom}"),
        ("log.nothing", "Something.", "there is no sentence 'log.nothing' in this statement"),
    ],
)
def test_a_wording_that_cannot_stand_is_refused_with_its_place(promise: str, text: str, wrong: str) -> None:
    policy = replanned(site("reference"), overrides=[wording(promise, text)])

    with pytest.raises(StatementErrors, match=re.escape(wrong)) as refused:
        statement(policy, "en")

    assert [fault.path for fault in refused.value.faults] == ["statement.overrides[0].text"]
    assert faults(policy) == refused.value.faults


def test_the_loader_names_the_line_of_a_wording_that_cannot_stand() -> None:
    source = (HERE / "shop.toml").read_bytes()
    own = b"""
[[statement.overrides]]
promise = "log.days"
language = "en"
text = "Soon."
signed_by = "Counsel"
signed_on = 2026-11-01
"""

    with pytest.raises(PolicyErrors, match=r"shop\.toml:\d+: statement\.overrides\[0\]\.text: there is no sentence"):
        loads(source + own, "shop.toml")


def test_a_wording_in_a_language_the_site_lacks_is_a_fault() -> None:
    policy = replanned(site("shop"), overrides=[wording("log.days", "…", "de")])

    assert [fault.wrong for fault in faults(policy)] == ["the site does not speak 'de'"]


def test_a_section_that_does_not_exist_is_a_fault() -> None:
    policy = replanned(site("shop"), order=["mail", "parking"])

    assert [fault.path for fault in faults(policy)] == ["statement.order[1]"]
    assert str(faults(policy)[0]).startswith("statement.order[1]: there is no section 'parking', there are scope,")


def test_the_operators_own_paragraphs_stand_at_the_end_of_their_section() -> None:
    own = [
        {"id": "tea", "section": "mail", "nature": "aim", "text": "We write little."},
        {
            "id": "ink",
            "section": "mail",
            "nature": "attested",
            "text": "We proofread.",
            "attested_until": date(2027, 1, 31),
        },
    ]

    policy = replanned(site("shop"), paragraphs=own)
    section = next(s for s in statement(policy, "en").sections if s.id == "mail")

    assert [(s.promise, s.nature, s.until) for s in section.sentences[-2:]] == [
        ("own.aim:tea", "aim", ""),
        ("own.attested:ink", "attested", "2027-01-31"),
    ]


def test_a_statement_of_twice_the_purposes_calls_at_most_twice_as_much() -> None:
    policy = site("reference")
    twins = {f"{slug}-twin": purpose for slug, purpose in policy.purposes.items()}
    twice = policy.model_copy(update={"purposes": policy.purposes | twins})

    assert calls(lambda: statement(twice, "de")) <= 2 * calls(lambda: statement(policy, "de"))


def calls(work: Callable[[], object]) -> int:
    """How many functions a piece of work calls: a guard that no busy machine upsets."""
    work()  # what is kept for the next time is not counted
    profile = cProfile.Profile()
    profile.runcall(work)
    return sum(int(entry.callcount) for entry in profile.getstats())


def test_a_law_is_cited_as_each_language_cites() -> None:
    said = [text_of(site("reference"), "purpose.basis:measurement", language) for language in ("de", "en")]

    assert said[0].endswith(
        "(Art.\N{NO-BREAK SPACE}6 Abs.\N{NO-BREAK SPACE}1 lit.\N{NO-BREAK SPACE}a DSGVO, "
        "§\N{NO-BREAK SPACE}25 Abs.\N{NO-BREAK SPACE}1 TDDDG)."
    )
    assert said[1].endswith("(Art.\N{NO-BREAK SPACE}6(1)(a) GDPR, section\N{NO-BREAK SPACE}25(1) TDDDG).")


@pytest.mark.parametrize(
    ("law", "cited"),
    [
        ("Art. 9(2)(h) GDPR", "(Art. 6(1)(b) GDPR, Art. 9(2)(h) GDPR)."),
        ("Art. 6(1)(b) GDPR, section 312 BGB", "(Art. 6(1)(b) GDPR, section 312 BGB)."),
    ],
)
def test_a_ground_beside_article_six_is_said_and_article_six_only_once(law: str, cited: str) -> None:
    policy = site("reference").model_dump()
    policy["purposes"]["trial"]["law"] = law

    said = text_of(Policy.model_validate(policy), "purpose.basis:trial")

    assert said.replace("\N{NO-BREAK SPACE}", " ").endswith(cited)


def test_data_that_may_be_left_out_are_not_called_required() -> None:
    said = text_of(site("reference"), "purpose.obligation:trial")

    assert "required (optional only: organisation)" in said


def test_addresses_passed_to_one_who_decides_itself_are_not_said_to_be_handled_for_us() -> None:
    policy = site("reference").model_dump()
    policy["recipients"]["stripe"]["role"] = "controller"

    assert "on our behalf" in text_of(site("reference"), "mail.not-passed-on")
    assert "on our behalf" not in text_of(Policy.model_validate(policy), "mail.not-passed-on")


def test_without_a_security_log_none_is_spoken_of() -> None:
    said = text_of(without_system(site("reference"), "security_log"), "address.recognised")

    assert "log" not in said


@pytest.mark.parametrize(
    ("country", "town"), [("US", "Exampleton, VA 20190"), ("GB", "Exampleton VA 20190"), ("DE", "VA 20190 Exampleton")]
)
def test_an_address_reads_as_its_country_writes_it(country: str, town: str) -> None:
    controller = site("reference").controller.model_dump()
    controller["address"]["country"] = country

    said = text_of(edited(site("reference"), controller=controller), "controller.named")

    assert f"1 Example Way, {town}, " in said


def test_a_period_begins_in_the_words_of_the_policy_and_serves_whom_it_names() -> None:
    policy = site("reference")
    grid = next(s for s in statement(policy, "en").sections if s.id == "retention").grids[0]

    assert "1 day from your cancellation" in text_of(policy, "retention.kept:newsletter")
    assert [row[1] for row in grid.rows if row[0] == "Invoices"] == [
        "statutory record keeping",
        "records of business in the United States",
    ]


def test_a_term_that_is_not_declared_is_not_promised() -> None:
    rights = site("reference").rights.model_dump() | {"answer_days": None}

    assert text_of(edited(site("reference"), rights=rights), "rights.answered") == ""
    assert site("as-written").rights.answer_days is None
