"""E-mail addresses: one spelling for each, as far as that can be told from outside."""

import re
import unicodedata

from email_validator import EmailNotValidError, validate_email

from zweck.vault.errors import BadAddress

LONGEST = 320
# Nearly all addresses; what is not so plain is judged by the library, at fifty times the cost.
_PLAIN = re.compile(
    r"(?=.{1,64}@)[A-Za-z0-9_+-]+(\.[A-Za-z0-9_+-]+)*@(?=.{4,253}$)((?!xn--)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,20}"
)
_SPECIAL = frozenset({"test", "local", "localhost", "invalid", "onion", "arpa", "internal", "alt"})


def normal(text: str) -> str:
    """The address in NFC, its domain in lower-case ASCII (IDNA), its local part as given. Raises BadAddress.

    Only the form is checked: nobody is asked whether the address exists.
    """
    given = text.strip()
    if _PLAIN.fullmatch(given) and given.rpartition(".")[2] not in _SPECIAL:
        return given
    if len(given) > LONGEST:
        raise BadAddress("an address has at most 320 characters")
    try:
        found = validate_email(given, check_deliverability=False)
    except EmailNotValidError:
        raise BadAddress("this is no e-mail address") from None  # its own message quotes the text
    return f"{unicodedata.normalize('NFC', found.local_part)}@{found.ascii_domain.lower()}"


def compared(address: str) -> str:
    """What two spellings of a normalised address have in common: providers ignore the case of the local part."""
    return unicodedata.normalize("NFC", address.casefold())
