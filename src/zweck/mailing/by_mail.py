"""Leaving by mail: by the command that mail programs send for us, or by a mail that says nothing else."""

from zweck.doors import Incoming
from zweck.editions import acts as editions
from zweck.mailing import leaving
from zweck.policy.model import Policy
from zweck.vault import acts as vault
from zweck.vault.errors import BadAddress, BadToken


def leave(mail: Incoming) -> bool:
    """Take the sender off; False where nothing of theirs is on a list, so that a person reads it.

    A token names the list. Without one the sender's address, which nobody has proved, is believed: the most a forged
    mail can do is to stop advertising.
    """
    if mail.token:
        try:
            grant = vault.opened("leave", mail.token, mail.at)
        except BadToken:
            return False
        policy = editions.current(grant.subject.site).policy
        leaving.leave(policy, grant, "mail", leaving.BY_PERSON, mail.at)
        return True
    sites = [one.site for one in editions.sites() if _is_read_by(one.policy, mail.to)]
    try:
        return sum(leaving.off(site, mail.sender, "mail", leaving.BY_PERSON, mail.at) for site in sites) > 0
    except BadAddress:
        return False


def _is_read_by(policy: Policy, to: str) -> bool:
    """Whether a site says that mail to this address is its own; one that names no mailbox takes all."""
    mailbox = policy.systems.mail.mailbox if policy.systems.mail else None
    return mailbox is None or mailbox.casefold() == to.casefold()
