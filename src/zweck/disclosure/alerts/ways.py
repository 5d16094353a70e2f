"""Where alerts go, as the operator set it up. Nothing set up means nothing leaves."""

from zweck.disclosure.smtp.relay import is_set_up, setting


def kinds() -> tuple[str, ...]:
    """By which ways alerts leave."""
    ways = (("mail", alert_to() and is_set_up()), ("webhook", webhook_url()))
    return tuple(kind for kind, is_set in ways if is_set)


def alert_to() -> str:
    """The operator's mailbox for alerts (ZWECK_ALERT_TO)."""
    return setting("ALERT_TO")


def webhook_url() -> str:
    """The address that gets alerts as JSON (ZWECK_ALERT_WEBHOOK)."""
    return setting("ALERT_WEBHOOK")


def webhook_secret() -> str:
    """What signs webhooks (ZWECK_ALERT_SECRET); empty means unsigned."""
    return setting("ALERT_SECRET")
