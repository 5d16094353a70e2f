"""The check before every start: mail servers, mailbox and signing keys are set up so that they can be used.

zweck.E020  a setting of mail cannot be used
zweck.E021  a key that signs mails cannot be used, or is open to others
"""

from collections.abc import Callable, Iterator

from django.conf import settings
from django.core.checks import CheckMessage, Error

from zweck.disclosure.errors import BadSetting
from zweck.disclosure.incoming import mailbox
from zweck.disclosure.smtp import dkim, relay


def check(app_configs: object = None, **_more: object) -> list[CheckMessage]:
    """What is wrong; nobody is spoken to for it."""
    return [
        *(Error(message, id="zweck.E020") for message in dict.fromkeys(_settings())),
        *(Error(message, id="zweck.E021") for message in _keys()),
    ]


def _settings() -> Iterator[str]:
    looks: list[Callable[[], object]] = [mailbox.server]
    if relay.is_set_up() and not settings.CATCHER:
        looks += [relay.smtp, lambda: relay.smtp("marketing")]
    yield from filter(None, map(_trouble, looks))


def _keys() -> Iterator[str]:
    for folder in sorted((settings.KEYS / dkim.FOLDER).glob("*/")):
        domain = folder.name
        if trouble := _trouble(lambda: dkim.signers(settings.KEYS, domain)):  # noqa: B023  (called at once)
            yield trouble


def _trouble(look: Callable[[], object]) -> str:
    try:
        look()
    except BadSetting as trouble:
        return str(trouble)
    return ""
