"""The room's door: lists, their proofs, campaigns, and questions about new purposes."""

from zweck.mailing.asking import ask, confirm, refuse, subscribe
from zweck.mailing.audience import audience, left_since
from zweck.mailing.exporting import Wanted, export, export_shut
from zweck.mailing.importing import Order, bring, bring_shut
from zweck.mailing.keeping import proofs
from zweck.mailing.leaving import leave, leave_all, take_off
from zweck.mailing.permissions import Standing, questions, stop
from zweck.mailing.purposes import marketing
from zweck.mailing.receipts import receipt
from zweck.mailing.works import tidy

__all__ = [
    "Order", "Standing", "Wanted", "ask", "audience", "bring", "bring_shut", "confirm", "export", "export_shut",
    "leave", "leave_all", "left_since", "marketing", "proofs", "questions", "receipt", "refuse", "stop", "subscribe",
    "take_off", "tidy",
]  # fmt: skip
