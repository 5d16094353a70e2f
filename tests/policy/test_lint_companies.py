"""Every rule against other companies: it fires on the faulty policies and is silent on their mended twins."""

from datetime import date
from pathlib import Path
from typing import get_args

import pytest

from zweck.policy.claims import ClaimName
from zweck.policy.lint import lint
from zweck.policy.load import load, loads
from zweck.policy.rules import RULES

COMPANIES = Path(__file__).parent / "companies"
TODAY = date(2026, 11, 22)
FAULTY = sorted(COMPANIES.glob("*-faulty.toml"))
MENDED = sorted(COMPANIES.glob("*-mended.toml"))


@pytest.fixture(scope="module")
def fired() -> dict[str, set[str]]:
    """For each code, the companies whose faulty policy it fires on."""
    found: dict[str, set[str]] = {}
    for path in FAULTY:
        for defect in lint(load(path), TODAY):
            found.setdefault(defect.code, set()).add(path.name)
    return found


def test_every_faulty_policy_has_a_mended_twin() -> None:
    assert len(FAULTY) >= 3
    assert [p.name.replace("faulty", "mended") for p in FAULTY] == [p.name for p in MENDED]


@pytest.mark.parametrize("code", [rule.code for rule in RULES])
def test_a_rule_fires_on_two_companies(fired: dict[str, set[str]], code: str) -> None:
    assert len(fired.get(code, set())) >= 2


@pytest.mark.parametrize("path", MENDED, ids=lambda path: path.stem)
def test_a_mended_policy_has_no_defect(path: Path) -> None:
    assert [one for one in lint(load(path), TODAY) if one.severity == "defect"] == []


@pytest.mark.parametrize("name", get_args(ClaimName))
def test_every_claim_of_the_closed_list_is_held_against_facts(name: str) -> None:
    caught = set()

    for path in FAULTY:
        loaded = load(path)
        lines = {defect.line for defect in lint(loaded, TODAY) if defect.code.startswith("CLAIM-")}
        held = [n for n, claim in enumerate(loaded.policy.claims) if claim.says == name]
        caught |= {path.name for n in held if loaded.lines.of(f"claims[{n}].says") in lines}

    assert caught


def test_no_two_rules_share_a_code() -> None:
    codes = [rule.code for rule in RULES]

    assert len(codes) == len(set(codes))


@pytest.mark.parametrize("name", ["uhren", "lighthouse"])
def test_a_right_policy_of_a_company_outside_the_union_is_silent(name: str) -> None:
    assert lint(load(COMPANIES / f"{name}-right.toml"), TODAY) == ()


@pytest.mark.parametrize(
    ("name", "wrong", "code"),
    [
        ("uhren", ("representative = {", "dpo = {"), "GDPR13-REPRESENTATIVE"),
        ("uhren", ('country = "DE"\ndoes', 'country = "US"\ndoes'), "GDPR13-TRANSFER"),
        ("uhren", ('recipients = ["parcel"]\n\n[[claims]]', "\n[[claims]]"), "CLAIM-STORED-PROVIDERS"),
        ("lighthouse", ('opt_in = "double"', 'opt_in = "none"'), "CLAIM-MARKETING-UNASKED"),
        ("lighthouse", ("stems.payment]", "stems.payment]\nstores_payment_data = true"), "CLAIM-PAYMENT-DATA-HERE"),
        ("lighthouse", ('law = "Charities Act 2011, section 131"\n', ""), "RETENTION-LAW-UNNAMED"),
    ],
)  # fmt: skip
def test_one_wrong_word_in_a_right_policy_is_told(name: str, wrong: tuple[str, str], code: str) -> None:
    source = (COMPANIES / f"{name}-right.toml").read_text("utf-8")

    found = lint(loads(source.replace(*wrong).encode(), name), TODAY)

    assert wrong[0] in source
    assert code in {one.code for one in found}
