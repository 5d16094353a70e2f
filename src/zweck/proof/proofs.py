"""All proofs of this room."""

from zweck.promises.register import register
from zweck.promises.values import Proof
from zweck.proof.checks import skip_link

PROOFS: tuple[Proof, ...] = (skip_link.PROOF,)


def register_all() -> None:
    """Take them into the register."""
    for proof in PROOFS:
        register(proof)
