"""The promises that the vault makes about itself."""

from zweck.promises.register import register
from zweck.vault.proving import bound, earlier, listed, replay

PROOFS = (earlier.BEFORE, earlier.WHERE_BASIS, listed.CLOSED, listed.DATA, bound.PROOF, replay.PROOF)


def register_all() -> None:
    """Called once, when Django is ready."""
    for proof in PROOFS:
        register(proof)
