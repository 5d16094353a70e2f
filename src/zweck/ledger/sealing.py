"""A signature over a whole JSON document. Free of Django.

What is signed begins with a brace, and a note never does: neither can be passed off as the other.
"""

from base64 import b64decode, b64encode
from collections.abc import Mapping

from zweck.ledger.entry import canonical
from zweck.ledger.errors import Unreadable
from zweck.ledger.note import Signer, Verifier

ALGORITHM, OVER = "Ed25519", "RFC 8785, without this member"
MEMBER = "signature"


def sealed(document: Mapping[str, object], signer: Signer) -> dict[str, object]:
    """The document with its signature."""
    value = b64encode(signer.private.sign(canonical(document).encode())).decode()
    signature = {"algorithm": ALGORITHM, "over": OVER, "verifier": str(signer.verifier), "value": value}
    return {**document, MEMBER: signature}


def signed_with(document: Mapping[str, object]) -> str:
    """The key a document names as its signer's. Raises Unreadable."""
    return _member(document, "verifier")


def is_whole(document: Mapping[str, object], verifier: Verifier) -> bool:
    """Whether this key signed the document as it is. Raises Unreadable."""
    try:
        value = b64decode(_member(document, "value"), validate=True)
    except ValueError:
        raise Unreadable("signature: value: expected base64") from None
    rest = {name: content for name, content in document.items() if name != MEMBER}
    return verifier.confirms(value, in_form(rest))


def in_form(document: Mapping[str, object]) -> bytes:
    """The canonical bytes of a document somebody brought. Raises Unreadable where it has none."""
    try:
        return canonical(document).encode("utf-8", "surrogatepass")
    except (ValueError, RecursionError):
        raise Unreadable("the receipt holds a number that is none, or is nested without end") from None


def _member(document: Mapping[str, object], name: str) -> str:
    signature = document.get(MEMBER)
    found = signature.get(name) if isinstance(signature, dict) else None
    if not isinstance(found, str):
        raise Unreadable(f"signature: {name}: expected a text; the receipt is not signed")
    return found
