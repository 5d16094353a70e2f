"""Finds card and account numbers in text, so that none is ever stored.

A card number is 14 to 19 digits with a check digit (Luhn) under a brand's prefix and length; an account number is an
IBAN whose check digits (mod 97) fit its country's length. A joined IBAN is taken out before cards are looked for.
Thirteen-digit Visa cards ended long ago, and one in ten EAN-13 would look like one.
"""

import re

_CARD = re.compile(r"(?<![\d.,-])\d(?:[ .-]?\d){13,18}(?![\d-])")
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?:[ -]?[A-Z0-9]){11,30}", re.IGNORECASE)
_DIGITS = re.compile(r"\D")
_BRANDS = (
    (re.compile(r"4"), (16, 19)),  # Visa
    (re.compile(r"5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720"), (16,)),  # Mastercard
    (re.compile(r"3[47]"), (15,)),  # American Express
    (re.compile(r"30[0-5]|3095|3[689]"), (14, 16, 19)),  # Diners Club
    (re.compile(r"6011|64[4-9]|65|622"), (16, 17, 18, 19)),  # Discover, UnionPay
    (re.compile(r"35(2[89]|[3-8])"), (16, 19)),  # JCB
    (re.compile(r"62|81"), (16, 17, 18, 19)),  # UnionPay
    (re.compile(r"50|5[6-8]|6[37]"), (16, 17, 18, 19)),  # Maestro
)
# Of the SEPA countries and their neighbours: a length that fits makes a chance hit rare.
_COUNTRIES = {
    15: "NO",
    16: "BE",
    18: "DK FI FO GL NL",
    19: "MK SI",
    20: "AT BA EE LT LU XK",
    21: "CH HR LI LV",
    22: "BG DE GB GE IE ME RS VA",
    23: "GI IL",
    24: "AD CZ ES MD RO SA SE SK",
    25: "PT",
    26: "IS TR",
    27: "FR GR IT MC SM",
    28: "AL CY HU PL",
    29: "UA",
    31: "MT",
}
_LENGTHS = {country: length for length, countries in _COUNTRIES.items() for country in countries.split()}


def holds_payment_data(text: str) -> bool:
    """Whether a card number or an IBAN stands in the text, in groups or in one piece."""
    if len(_DIGITS.sub("", text)) < 9:
        return False
    if any(_iban_within(found[0]) for found in _IBAN.finditer(text)):
        return True
    return any(_is_card(_DIGITS.sub("", found[0])) for found in _CARD.finditer(text))


def _iban_within(text: str) -> bool:
    joined = re.sub(r"[ -]", "", text).upper()
    length = _LENGTHS.get(joined[:2], 0)
    if not length or len(joined) < length:
        return False
    account = joined[:length]
    return int("".join(str(int(one, 36)) for one in account[4:] + account[:4])) % 97 == 1


def _is_card(digits: str) -> bool:
    if not any(brand.match(digits) and len(digits) in lengths for brand, lengths in _BRANDS):
        return False
    doubled = (int(digit) * (2 if place % 2 else 1) for place, digit in enumerate(reversed(digits)))
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0
