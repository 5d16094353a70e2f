"""The register of proofs: promise kind -> proof. Each room's `proofs.py` fills it from `ready()`."""

from zweck.promises.values import Proof

_proofs: dict[str, Proof] = {}


class ProvedTwice(Exception):  # noqa: N818
    """Two proofs claim the same promise kind."""


def register(proof: Proof) -> Proof:
    """Take a proof into the register. Raises ProvedTwice when its kind already has one."""
    if _proofs.setdefault(proof.kind, proof) is not proof:
        raise ProvedTwice(f"{proof.kind} already has a proof; a promise kind is proved in one place")
    return proof


def proof_of(kind: str) -> Proof | None:
    """The proof for a promise kind; None means *unproved*."""
    return _proofs.get(kind)


def proofs() -> tuple[Proof, ...]:
    """All registered proofs, by kind."""
    return tuple(_proofs[kind] for kind in sorted(_proofs))
