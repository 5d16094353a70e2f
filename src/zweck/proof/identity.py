"""Whether the service at an address is this installation's, and serves the edition that is to be proved.

A note that was left behind, a wrong port or somebody else's service of the same make must not lend us its good marks.
"""

import secrets

from django.utils.crypto import constant_time_compare, salted_hmac

from zweck.editions.values import Edition
from zweck.promises.values import CouldNotLook
from zweck.proof.errors import NoService
from zweck.proof.pages import Pages

PATH = "/z/installation"
CHALLENGE_HEX = 32


def answer_to(challenge: str, edition: Edition) -> str:
    """What only who holds this installation's key can answer, for the edition it serves."""
    said = f"{challenge} {edition.site} {edition.number} {edition.sha256}"
    return salted_hmac("zweck.proof.identity", said, algorithm="sha256").hexdigest()


def make_sure(edition: Edition, base_url: str, host: str = "") -> None:
    """See that it is us who answer there. Raises NoService."""
    challenge = secrets.token_hex(CHALLENGE_HEX // 2)
    try:
        answer = Pages(base_url, host).fetch(f"{PATH}?challenge={challenge}")
    except CouldNotLook as silent:
        raise NoService(f"{base_url}: {silent}") from None
    if answer.status != 200 or not constant_time_compare(answer.text.strip(), answer_to(challenge, edition)):
        raise NoService(
            f"{base_url}: what answers there is not this installation serving edition {edition.number} of "
            f"{edition.site}; name its own address by --url, and its folders by ZWECK_DATA and ZWECK_KEYS"
        )
