"""What a policy says of its mail is what it does: who writes, who carries it, who is asked, how long it is known."""

from datetime import date
from pathlib import Path

import pytest

from zweck.policy.lint import Defect, lint
from zweck.policy.load import load, loads

REFERENCE = (Path(__file__).parents[2] / "policies" / "reference.toml").read_text("utf-8")
CODES = ("MAIL-SENDER", "MAIL-NO-ADDRESS", "MAIL-PROVIDER", "MAIL-OPT-IN", "MAIL-NO-MAILBOX", "RETENTION-MAIL")


def found(*changes: tuple[str, str], more: str = "", on: date = date(2026, 11, 29)) -> list[Defect]:
    """What the linter says of mail in the reference policy with these changes."""
    source = REFERENCE
    for old, new in changes:
        assert old in source
        source = source.replace(old, new, 1)
    return [one for one in lint(loads((source + more).encode(), "reference.toml"), on) if one.code in CODES]


def period(days: int) -> str:
    return f'\n[[retention]]\nrecord = "mail"\nname = {{ de = "E-Mails", en = "e-mails" }}\ndays = {days}\n'


def test_the_reference_policy_is_sound() -> None:
    assert found() == []


@pytest.mark.parametrize("address", ["service@mail.example.net", "service@notexample.org"])
@pytest.mark.parametrize("key", ["service@example.com", "news@news.example.com"])
def test_a_sender_of_somebody_else_s_domain_is_told_at_its_line(key: str, address: str) -> None:
    (defect,) = found((f'address = "{key}"', f'address = "{address}"'))

    assert defect.code == "MAIL-SENDER"
    assert address.rpartition("@")[2] in defect.message
    assert (REFERENCE.splitlines()[defect.line - 1], address in defect.message) == (f'address = "{key}"', False)


@pytest.mark.parametrize("address", ["a@example.com", "a@deep.news.example.com", "a@EXAMPLE.com"])
def test_a_sender_at_or_below_the_site_s_own_domain_is_none(address: str) -> None:
    assert found(('address = "service@example.com"', f'address = "{address}"')) == []


@pytest.mark.parametrize(("country", "count"), [("DE", 1), ("US", 1), ("FR", 0)])
def test_advertising_without_a_postal_address_is_told_where_the_law_asks_for_one(country: str, count: int) -> None:
    lines = REFERENCE.splitlines()
    at = lines.index("[controller.address]")
    end = next(n for n in range(at + 1, len(lines)) if lines[n].startswith("["))
    address = "\n".join(lines[at:end])
    head = next(line for line in lines if line.startswith("country = "))
    assert found() == []

    told = found((address, ""), (head, f'country = "{country}"'))
    assert [one.code for one in told] == ["MAIL-NO-ADDRESS"] * count


def test_a_carrier_that_receives_no_address_is_told() -> None:
    carrier = ('[systems.mail]\nprovider = "aws"', '[systems.mail]\nprovider = "stripe"')
    assert found(carrier) == []
    (defect,) = found(carrier, ('receives = ["name", "email", "payment-details"]', 'receives = ["name"]'))

    assert (defect.code, "receives no e-mail address" in defect.message) == ("MAIL-PROVIDER", True)


@pytest.mark.parametrize(("policy", "count"), [("club-faulty", 1), ("club-mended", 0)])
def test_a_list_that_rests_on_consent_and_asks_for_none_is_told(policy: str, count: int) -> None:
    defects = lint(load(Path(__file__).parent / "companies" / f"{policy}.toml"), date(2026, 11, 29))

    told = [one.message for one in defects if one.code == "MAIL-OPT-IN"]
    assert [message.count("declares no opt-in") for message in told] == [1] * count


def test_enquiries_by_mail_without_a_mailbox_are_told() -> None:
    (defect,) = found(('mailbox = "mail@example.com"\n', ""))

    assert (defect.code, "enquiry" in defect.message) == ("MAIL-NO-MAILBOX", True)
    assert found(('mailbox = "mail@example.com"\n', ""), ('enquiries = "enquiry"\n', "")) == []


@pytest.mark.parametrize(("days", "codes"), [(0, ["RETENTION-MAIL"]), (30, ["RETENTION-MAIL"]), (31, []), (90, [])])
def test_a_period_of_letters_is_no_shorter_than_proofs_need(days: int, codes: list[str]) -> None:
    assert [one.code for one in found(more=period(days))] == codes


def test_before_its_law_a_rule_is_silent() -> None:
    assert found(('address = "service@example.com"', 'address = "a@example.net"'), on=date(2010, 1, 1)) == []
