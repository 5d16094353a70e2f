"""The source statement, declared faithfully: what the linter must find in it, by code and line."""

from datetime import date
from pathlib import Path

import pytest

from zweck.policy.elements import Standing, elements
from zweck.policy.lint import Defect, lint
from zweck.policy.load import Loaded, load

AS_WRITTEN = Path(__file__).parents[2] / "policies" / "as-written.toml"
TODAY = date(2026, 11, 22)


@pytest.fixture(scope="module")
def loaded() -> Loaded:
    return load(AS_WRITTEN)


@pytest.fixture(scope="module")
def found(loaded: Loaded) -> tuple[Defect, ...]:
    return lint(loaded, TODAY)


def claim(loaded: Loaded, says: str, conditional: bool = False) -> str:
    """The path of a claim, so that the test names sentences and not their places in a list."""
    places = [n for n, c in enumerate(loaded.policy.claims) if c.says == says and c.conditional == conditional]
    return f"claims[{places[0]}].says"


# The numbers are those of the acceptance list: fourteen defects of the source, then seven contradictions.
EXPECTED = (
    (1, "CLAIM-STORED-ONLY-IN", "claim:stored-only-in"),
    (2, "CLAIM-NO-THIRD-PARTIES", "claim:no-third-parties"),
    (2, "CLAIM-ONWARD-FORMAL", "claim:onward-clause-formal"),
    (3, "CLAIM-ONLY-DOMAIN", "claim:only-domain-recognised"),
    (4, "CLAIM-PLACE-DEMOGRAPHICS", "claim:place-never-stored"),
    (5, "CONSENT-OPT-OUT", "systems.measurement.permission"),
    (6, "OPT-OUT-STATUS", "systems.measurement.opt_out_status"),
    (7, "CONTROL-LABEL", "controls.change.named"),
    (8, "RIGHTS-AUDIENCE", "rights.audience"),
    (9, "RIGHTS-CONDITION", "rights.granted.rectification"),
    (10, "RIGHTS-HEADING", "rights.heading[2]"),
    (11, "CLAIM-TRACKER-PERSONAL", "claim:tracker-never-personal"),
    (12, "LAW-MECHANISM-ANNULLED", "mechanisms.privacy-shield.kind"),
    (12, "RETIRED-PRODUCT", "systems.measurement.product"),
    (12, "RETIRED-COMPANY", "recipients.google.name"),
    (12, "LINK-PLAIN-HTTP", "links.analytics-plugin.url"),
    (12, "QUOTED-CALL", "systems.measurement.code_quoted"),
    (13, "RETENTION-OUTDATED", "retention[1].years"),
    (13, "RETENTION-OUTDATED", "retention[3].years"),
    (13, "GDPR13-PERIOD", "purposes.enquiry"),
    (13, "GDPR13-PERIOD", "systems.security_log"),
    (14, "GDPR13-DATE", "date"),
    (14, "GDPR13-ADDRESS", "controller"),
    (14, "GDPR13-DPO", "controller"),
    (14, "GDPR13-REPRESENTATIVE", "controller.country"),
    (14, "GDPR13-BASIS", "purposes.trial"),
    (14, "GDPR13-AUTHORITY", "recourse"),
    ("C08/L01/F02", "CLAIM-DATA-BEFORE-CONSENT", "claim:consent-before-data"),
    ("L04/F03", "CLAIM-PROFILES", "claim:no-activity-profiles"),
    ("C04/A09", "CLAIM-REFUSAL-COSTS", "claim:refusal-costs-nothing"),
    ("no seat", "RETENTION-NO-SEAT", "retention[1].jurisdiction"),
    ("T05", "LAW-PREVAILS", "mechanisms.privacy-shield.prevails"),
    ("A03/Y03/F02", "CLAIM-STORED-PROVIDERS", "claim:stored-only-in"),
    ("A04/A15", "CLAIM-TWO-WAYS", "claim:addresses-cut-first"),
)


@pytest.mark.parametrize(("number", "code", "where"), EXPECTED)
def test_each_known_defect_is_found_where_it_stands(
    loaded: Loaded, found: tuple[Defect, ...], number: int | str, code: str, where: str
) -> None:
    path = claim(loaded, where.removeprefix("claim:")) if where.startswith("claim:") else where

    assert (code, loaded.lines.of(path)) in {(defect.code, defect.line) for defect in found}, number


def test_the_acceptance_list_is_whole() -> None:
    numbers = {number for number, _, _ in EXPECTED}

    assert numbers >= set(range(1, 15))
    assert len(numbers - set(range(1, 15))) == 7


def test_a_contradiction_names_both_places_with_their_lines(loaded: Loaded, found: tuple[Defect, ...]) -> None:
    defect = next(d for d in found if d.code == "CLAIM-STORED-ONLY-IN")

    assert defect.line == loaded.lines.of(claim(loaded, "stored-only-in"))
    assert f"`places.ireland` (line {loaded.lines.of('places.ireland')})" in defect.message


def test_the_providers_outside_the_named_place_are_told_by_name(found: tuple[Defect, ...]) -> None:
    message = next(d.message for d in found if d.code == "CLAIM-STORED-PROVIDERS")

    assert all(name in message for name in ("Google Inc.", "Lead Forensics", "Stripe"))
    assert "Amazon" not in message  # it hosts the very place that is claimed


def test_three_of_eighteen_elements_are_complete(loaded: Loaded) -> None:
    standing = elements(loaded, TODAY)

    complete = [name for name, how in standing.items() if how is Standing.COMPLETE]
    assert len(standing) == 18
    assert complete == ["13-1-c-purposes", "13-2-c", "13-3"]


def test_the_elements_stand_as_counsel_scored_them(loaded: Loaded) -> None:
    standing = elements(loaded, TODAY)

    partial = [name for name, how in standing.items() if how is Standing.PARTIAL]
    assert standing["13-1-f"] is Standing.OBSOLETE
    assert partial == ["13-1-a-controller", "13-1-e", "13-2-a", "13-2-b-access", "14"]


def test_every_defect_says_what_law_and_what_to_do(found: tuple[Defect, ...]) -> None:
    for defect in found:
        assert defect.file == str(AS_WRITTEN)
        assert defect.message.endswith(".")
        assert defect.law
        assert defect.remedy.endswith(".")
