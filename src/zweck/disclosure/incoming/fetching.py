"""Goes through the mailbox: each unread mail is handed over, and taken out of the folder after its transaction only."""

import logging
from collections import Counter
from datetime import datetime

from django.db import DatabaseError

from zweck.disclosure.errors import BadMail
from zweck.disclosure.incoming import mailbox, taking
from zweck.disclosure.incoming.mailbox import Mailbox
from zweck.disclosure.incoming.models import Looked
from zweck.vault.errors import VaultError

log = logging.getLogger("zweck.mail")

BATCH = 50
# How often each mail was tried in this process: one that fails keeps those behind it waiting once, not for ever.
_tries: Counter[tuple[str, int]] = Counter()


def fetch(now: datetime) -> int:
    """Hand over what is unread; returns how many mails were done with. Raises NotReached, BadSetting."""
    where = mailbox.server()
    if where is None:
        return 0
    with mailbox.opened(where) as box:
        return _through(box, where.key, now)


def _through(box: Mailbox, key: str, now: datetime) -> int:
    looked, _ = Looked.objects.get_or_create(mailbox=key, defaults={"validity": box.validity})
    if looked.validity != box.validity:
        looked.validity, looked.uid = box.validity, 0
    unread = box.unread(looked.uid)
    turn = sorted(unread, key=lambda uid: (_tries[key, uid], uid))[:BATCH]
    done, later = 0, set(unread)
    for uid in turn:
        _tries[key, uid] += 1
        if not _is_left_for_later(box, uid, now):
            later.remove(uid)
            done += 1
        # Noted after each mail, so that a kill loses none of the way; a mail that waits or has not had its turn is
        # never passed.
        reached = min(later) - 1 if later else max(unread)
        Looked.objects.filter(pk=looked.pk).update(validity=looked.validity, uid=max(looked.uid, reached))
    for passed in [one for one in _tries if one[0] == key and one[1] not in later]:
        del _tries[passed]
    return done


def _is_left_for_later(box: Mailbox, uid: int, now: datetime) -> bool:
    """Whether a mail could not be decided on now: a place may be down, and up again later."""
    raw = box.mail(uid)
    try:
        outcome = taking.take(raw, "", now) if raw else "ignored"
    except BadMail as refused:
        log.warning("a mail stays in the mailbox unread: %s", refused)
        taking.count("refused", now)
        return False
    except (DatabaseError, VaultError) as trouble:
        log.warning("a mail waits in the mailbox: %s", type(trouble).__name__)
        return True
    if raw and outcome != "left":
        box.done(uid)
    return False
