"""No card and no account number is ever stored; what only looks like one is."""

import random

import pytest

from zweck.vault.given.payment import holds_payment_data

# Numbers that the brands and payment providers publish for tests.
CARDS = (
    "4111111111111111", "4242424242424242", "5555555555554444", "5105105105105100", "2223003122003222",
    "378282246310005", "30569309025904", "6011111111111117", "3530111333300000", "6200000000000005",
)  # fmt: skip
# From the registry's own examples.
IBANS = (
    "DE89370400440532013000", "GB29NWBK60161331926819", "FR1420041010050500013M02606", "AT611904300234573201",
    "CH9300762011623852957", "NL91ABNA0417164300", "IE29AIBK93115212345678",
)  # fmt: skip


def grouped(number: str, by: str, size: int = 4) -> str:
    return by.join(number[start : start + size] for start in range(0, len(number), size))


@pytest.mark.parametrize("card", CARDS)
@pytest.mark.parametrize("by", ["", " ", "-"])
def test_a_card_is_found_in_every_notation(card: str, by: str) -> None:
    assert holds_payment_data(f"Please charge {grouped(card, by)}, thank you.")
    assert holds_payment_data(f"{grouped(card, by)}\n")


@pytest.mark.parametrize("iban", IBANS)
@pytest.mark.parametrize("by", ["", " "])
def test_an_account_is_found_in_every_notation(iban: str, by: str) -> None:
    assert holds_payment_data(f"IBAN: {grouped(iban, by)} bei der Bank")
    assert holds_payment_data(grouped(iban.lower(), by))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Call me at +49 30 901820 or 0049 30 123456789",
        "RE-2026-000123 of 22.11.2026, order 20261122-000000123456",
        "4006381333931",  # an EAN-13
        "550e8400-e29b-41d4-a716-446655440000",
        "1763804460123",  # milliseconds
        "4111111111111112",  # the check digit is wrong
        "DE89370400440532013001",
        "VAT DE123456789, HRB 123456 B",
        "1,234,567,890,123,456.00",
    ],
)
def test_what_only_looks_like_one_is_stored(text: str) -> None:
    assert not holds_payment_data(text)


def test_random_digits_are_rarely_taken_for_a_card() -> None:
    chance = random.Random(1)  # noqa: S311  (made-up numbers)
    numbers = ["".join(chance.choices("0123456789", k=16)) for _ in range(5_000)]

    assert sum(map(holds_payment_data, numbers)) < 250
