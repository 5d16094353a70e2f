"""The room's door: lists, their proofs, campaigns, and questions about new purposes."""

from zweck.mailing.asking import ask, confirm, refuse, subscribe
from zweck.mailing.audience import audience, databases, left_since
from zweck.mailing.bringing.exporting import Wanted, export, export_shut
from zweck.mailing.bringing.importing import Order, bring, bring_shut
from zweck.mailing.bringing.queue import brought, hand_in
from zweck.mailing.campaigns.changing import (
    Hand,
    campaign,
    campaigns,
    cancel,
    checked,
    discard,
    draft,
    pause,
    rendered,
    resume,
    schedule,
    write,
)
from zweck.mailing.campaigns.trying import preview, test
from zweck.mailing.keeping import proofs
from zweck.mailing.leaving import leave, leave_all, take_off
from zweck.mailing.permissions import Standing, questions, stop
from zweck.mailing.purposes import marketing
from zweck.mailing.receipts import receipt
from zweck.mailing.recounting import recounted
from zweck.mailing.works import tidy

__all__ = [
    "Hand", "Order", "Standing", "Wanted", "ask", "audience", "bring", "bring_shut", "brought", "campaign",
    "campaigns", "cancel", "checked", "confirm", "databases", "discard", "draft", "export", "export_shut", "hand_in",
    "leave", "leave_all", "left_since", "marketing", "pause", "preview", "proofs", "questions", "receipt",
    "recounted", "refuse", "rendered", "resume", "schedule", "stop", "subscribe", "take_off", "test", "tidy", "write",
]  # fmt: skip
