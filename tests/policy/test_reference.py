"""The policy that ships declares everything the source speaks of, and nothing in it is wrong."""

import re
from datetime import date
from pathlib import Path

from tests.policy.sites import SHIPPED, site
from zweck.policy.kinds import KINDS
from zweck.policy.lint import lint
from zweck.policy.load import load
from zweck.policy.statement import statement

ON = date(2026, 11, 22)
# What the mended policy no longer has to say: the clause that passing on is a mere form, a foreign measurement's terms
# and contract, a foreign tracker's page.
NOT_SAID = {"T14", "A06", "A14", "F11"}
RESERVED = re.compile(r"(^|[./@])example\.(com|org|net)($|[/:])")
THIRD_PARTIES = {
    "aws.amazon.com",
    "stripe.com",
    "www.dataprivacyframework.gov",
    "www.datenschutz-berlin.de",
    "www.icdr.org",
}


def text() -> str:
    """The file."""
    return Path(SHIPPED / "reference.toml").read_text(encoding="utf-8")


def test_it_has_no_defect() -> None:
    found = lint(load(SHIPPED / "reference.toml"), ON)

    assert [one for one in found if one.severity == "defect"] == []


def test_what_lapses_next_summer_is_told_then_and_is_no_fault_of_the_law() -> None:
    found = lint(load(SHIPPED / "reference.toml"), date(2027, 6, 30))

    assert [(one.code, one.message) for one in found if one.severity == "defect"] == []


def test_it_answers_every_sentence_of_the_source_but_the_obsolete() -> None:
    answered = {row for sentence in statement(site("reference"), "de").sentences() for row in sentence.rows}

    assert {row for kind in KINDS.values() for row in kind.rows} - answered == NOT_SAID


def test_it_declares_every_system() -> None:
    systems = site("reference").systems

    assert [name for name in type(systems).model_fields if getattr(systems, name) is None] == []


def test_every_attestation_vouches_for_a_sentence_and_lasts_into_next_year() -> None:
    said = {s.promise for s in statement(site("reference"), "de").sentences() if s.nature == "attested"}

    for attestation in site("reference").attestations:
        assert set(attestation.promises) <= said
        assert attestation.signed_on < ON < date(2027, 1, 1) <= attestation.valid_until


def test_every_measure_is_checked_or_vouched_for() -> None:
    measures = site("reference").measures.values()

    assert all((m.proved_by in KINDS) != (m.attested_until is not None and m.attested_until > ON) for m in measures)


def test_it_names_only_reserved_hosts_and_third_parties_under_their_own() -> None:
    hosts = set(re.findall(r"https?://([^/\s\"]+)", text())) | set(re.findall(r"[\w.-]+@([\w.-]+)", text()))

    assert {host for host in hosts if not RESERVED.search(host)} == THIRD_PARTIES


def test_pages_and_statement_name_the_controls_alike() -> None:
    controls = site("reference").controls

    assert all(c.named == c.labelled for c in (controls.change, controls.reset, controls.opt_out) if c)
    assert controls.change and controls.reset and controls.opt_out
