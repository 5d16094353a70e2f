"""The room's door: how promises stand, running the proofs, what changed."""

from zweck.proof.identity import answer_to
from zweck.proof.keep import changes, forget, history, prune, take_stock
from zweck.proof.keep import stand as standing
from zweck.proof.promised import promised
from zweck.proof.run import Order, Ran, find_service, run

__all__ = [
    "Order",
    "Ran",
    "answer_to",
    "changes",
    "find_service",
    "forget",
    "history",
    "promised",
    "prune",
    "run",
    "standing",
    "take_stock",
]
