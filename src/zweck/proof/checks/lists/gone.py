"""mail.at-once, mail.instructed, purpose.revoke: who has left, or was taken off, is out of reach at once."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from zweck.policy.sentences import Sentence
from zweck.promises.values import Clock, Figure, Finding, Plant, Proof, Reach, Target
from zweck.proof.checks.lists.asked import readdressed
from zweck.proof.checks.lists.journey import campaign_mails, listed
from zweck.proof.checks.lists.ways_out import one_click_is_lost
from zweck.proof.drill import sql
from zweck.proof.drill.stage import planted

_COPY = "copy of the vault"
_ENOUGH_SECONDS = 1.0


def check_at_once(target: Target, _sentence: Sentence, _clock: Clock) -> Finding:
    """A campaign waits, its reader leaves, the campaign is sent: the others get it."""
    stage, told = listed(target)
    trouble = []
    if not campaign_mails(target, stage, told, told.stays):
        trouble.append("who stayed gets no campaign, so it cannot be seen that who left gets none")
    if campaign_mails(target, stage, told, told.leaves):
        trouble.append("who left while the campaign waited gets it all the same")
    if told.seconds > _ENOUGH_SECONDS:
        trouble.append(f"leaving took {told.seconds:.1f} seconds")
    figures: dict[str, Figure] = {"seconds_to_leave": round(told.seconds, 3)}
    seen = "a campaign on a scratch instance that waited while a reader left by one click"
    return Finding(not trouble, seen, figures, tuple(trouble))


def check_instructed(target: Target, _sentence: Sentence, _clock: Clock) -> Finding:
    """A campaign waits, staff take a reader off, the campaign is sent."""
    stage, told = listed(target)
    trouble = []
    if told.taken_off != 200:
        trouble.append(f"taking an address off the list was answered {told.taken_off}")
    if not campaign_mails(target, stage, told, told.stays):
        trouble.append("who stayed gets no campaign, so it cannot be seen that who was taken off gets none")
    if campaign_mails(target, stage, told, told.is_taken_off):
        trouble.append("who was taken off while the campaign waited gets it all the same")
    seen = "a campaign on a scratch instance that waited while staff took a reader off"
    return Finding(not trouble, seen, {"answer": told.taken_off}, tuple(trouble))


def check_revoke(target: Target, _sentence: Sentence, _clock: Clock) -> Finding:
    """Who takes a consent back: the key is gone, the next use is refused, by fewer presses than giving it took.

    The work child had sent them a campaign, so it had their key open; seconds later it sends the next one without them.
    """
    stage, told = listed(target)
    status, left = told.one_click
    trouble = [] if status == 200 and left == 1 else [f"one press does not take the consent back (answer {status})"]
    if told.reused == 200:
        trouble.append("a mail to who has just taken the consent back is still taken on")
    if campaign_mails(target, stage, told, told.leaves):
        trouble.append("another process, which had their key open, still wrote to who had taken the consent back")
    if told.seconds > _ENOUGH_SECONDS:
        trouble.append(f"taking it back took {told.seconds:.1f} seconds")
    given = target.place.get(_COPY)
    aliases = [given] if isinstance(given, str) else []
    alive = sum(sql.locked(one) for one in aliases) if aliases else sum(map(sql.locked_in, stage.databases.values()))
    if alive:
        trouble.append(f"{alive} permissions that have ended still have their key")
    figures: dict[str, Figure] = {
        "presses_to_give": 2,
        "presses_to_take_back": 1,
        "next_use_answered": told.reused,
        "seconds_to_leave": round(told.seconds, 3),
    }
    seen = (
        "a consent taken back on a scratch instance by one press: the keys, and the next use by each of its processes"
    )
    return Finding(not trouble, seen, figures, tuple(trouble))


def _kept_key() -> Plant:
    """A plant: a copy of the scratch instance's database in which the key of an ended permission is still there."""

    @contextmanager
    def plant(target: Target, _sentence: Sentence) -> Iterator[Target]:
        stage, _ = listed(target)
        with sql.tampered(stage.database, sql.KEPT_KEY) as alias:
            yield replace(target, place={**target.place, _COPY: alias})

    return plant


AT_ONCE = Proof(
    "mail.at-once", check_at_once, readdressed("leaves"), Reach.HOST, quick=False, needs=("drill", "policy")
)
INSTRUCTED = Proof(
    "mail.instructed",
    check_instructed,
    readdressed("is_taken_off"),
    Reach.HOST,
    quick=False,
    needs=("drill", "policy"),
)
REVOKE = Proof(
    "purpose.revoke",
    check_revoke,
    _kept_key(),
    Reach.HOST,
    quick=False,
    needs=("drill", "policy"),
    more_plants=(planted(ask=one_click_is_lost), readdressed("leaves")),
)
