"""Which servers this installation may speak to: its own, and those that are declared for a recipient."""

import ipaddress
import os
from collections.abc import Iterable, Mapping
from urllib.parse import urlsplit

from django.conf import settings

from zweck.policy.model import Policy
from zweck.promises.values import Target

_ENVIRONMENT = "environment"  # by which a plant hands other settings to the check
_OURS = ("localhost", ".localhost", ".local", ".internal")


def named(target: Target) -> Mapping[str, str]:
    """The servers that the settings name: variable -> host. A setting without a host names none."""
    given = target.place.get(_ENVIRONMENT)
    texts: Mapping[str, str] = given if isinstance(given, dict) else _environment()
    return {name: host for name, text in texts.items() if (host := _host(text))}


def with_environment(target: Target, **texts: str) -> dict[str, object]:
    """The target's `place` with these settings to look at."""
    return {**target.place, _ENVIRONMENT: texts}


def allowed(policy: Policy, recipients: Iterable[str]) -> tuple[str, ...]:
    """The names that hosts may have: our own domains with all below them, and those of these recipients."""
    own = [urlsplit(origin).hostname or "" for origin in policy.scope.origins]
    bare = [host.removeprefix("www.") for host in own if host]
    theirs = [host for id_ in recipients if id_ in policy.recipients for host in policy.recipients[id_].hosts]
    return (*bare, *(f"*.{host}" for host in bare), *theirs)


def is_allowed(host: str, names: Iterable[str]) -> bool:
    """Whether a host is on our own network or bears one of these names."""
    return _is_ours(host) or any(
        host.endswith(name[1:]) if name.startswith("*.") else host == name for name in names if name
    )


def _environment() -> dict[str, str]:
    texts = {name: text for name, text in os.environ.items() if name.startswith("ZWECK_")}
    databases = {f"database {alias}": f"db://{at.get('HOST', '')}" for alias, at in settings.DATABASES.items()}
    return {**texts, **databases}


def _host(text: str) -> str:
    if "://" not in text:
        return ""
    try:
        return (urlsplit(text).hostname or "").lower().rstrip(".")
    except ValueError:
        return ""


def _is_ours(host: str) -> bool:
    """A name without a dot, or an address of a private network, is found on our own network alone."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return "." not in host or host.endswith(_OURS)
    return address.is_loopback or address.is_private or address.is_link_local
