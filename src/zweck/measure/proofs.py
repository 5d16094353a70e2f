"""The promises that the tables of figures make about themselves."""

from zweck.measure.proving import apart, closed, figures
from zweck.promises.register import register

PROOFS = (
    closed.PROOF,
    figures.DEMOGRAPHICS,
    figures.USES,
    apart.NOT_MERGED,
    apart.PLACE,
)


def register_all() -> None:
    """Called once, when Django is ready."""
    for proof in PROOFS:
        register(proof)
