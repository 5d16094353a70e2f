"""The Set-Cookie headers of a decision: the choice itself, and the end of what may no longer lie on the device. Pure.

A server sees names, not domains and not paths. So each entry is deleted for the host alone and for each domain the host
lies under, at the path `/`; what a script has set for a narrower path stays, and its name comes back with the next
request. The front adds `Secure`.
"""

import re
from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from ipaddress import ip_address

from zweck.consent.choice import written
from zweck.consent.facts import Facts
from zweck.consent.values import Choice, Removed, Sent
from zweck.policy.model import Technology
from zweck.policy.reading.choices import COOKIE

STORAGES = ("local-storage", "session-storage", "indexed-db", "cache")
_NAME = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z\[\]]{1,100}")
_DOMAIN = re.compile(r"(?:[a-z0-9-]+\.)+[a-z0-9-]+")
_MOST = 50  # names to delete in one answer, so that its headers stay within what proxies take


def setting(choice: Choice, facts: Facts, host: str) -> str:
    """The header that brings a choice to the browser."""
    shared = _shared(facts, host)
    parts = [f"{COOKIE}={written(choice, facts)}", f"Max-Age={facts.cookie_days * 86400}", "Path=/", "SameSite=Lax"]
    parts += [f"Domain={shared}"] if shared else []
    parts += ["HttpOnly"] if facts.http_only else []
    return "; ".join(parts)


def forgetting(facts: Facts, sent: Sent) -> Iterator[str]:
    """The headers that remove the choice cookie, wherever one of its name lies."""
    return _deleting([COOKIE], facts, sent.host)


def strays(facts: Facts, sent: Sent) -> Iterator[str]:
    """The headers that remove doubles of the choice cookie; send them before the new one.

    Some lie there since the policy shared its domain, or did not. Old browsers hold an entry of the host and one of its
    domain for the same.
    """
    if sum(name == COOKIE for name in _names(sent.cookies)) < 2:
        return iter(())
    keep = _shared(facts, sent.host)
    kept = f"Domain={keep}" if keep else None
    return (line for line in forgetting(facts, sent) if (not line.endswith(kept) if kept else "Domain=" in line))


def clearing(
    facts: Facts, sent: Sent, purposes: Iterable[str], had: Iterable[str], *, unasked: bool = False
) -> tuple[tuple[str, ...], Removed]:
    """The headers that end the entries of these purposes, and what was and what was not removed by them.

    `had`: the purposes that were allowed until now; only for these something may lie where the server cannot see it.
    `unasked`: whether what the policy does not declare goes as well; nobody can say for which purpose it lies there.
    """
    concerned = [t for t in facts.policy.technologies.values() if not t.essential and t.purpose in set(purposes)]
    there = list(dict.fromkeys(_names(sent.cookies)))
    cookies = [t for t in concerned if t.kind == "cookie"]
    gone = [name for name in there if any(_fits(t, name) for t in cookies) or (unasked and _is_stray(facts, name))]
    unseen = [t for t in concerned if t.purpose in set(had) and not any(_fits(t, name) for name in there)]
    storages = [t.name for t in unseen if t.kind in STORAGES]
    foreign = [t.name for t in unseen if t.kind == "cookie" and t.provider]
    by_script, by_hand = (storages, foreign) if sent.scripts_run else ([], foreign + storages)
    return tuple(_deleting(gone, facts, sent.host)), Removed(tuple(gone), tuple(by_script), tuple(by_hand))


def emptying(facts: Facts, sent: Sent, had: Iterable[str]) -> tuple[tuple[str, ...], Removed]:
    """As `clearing`, for everything but what is declared essential; the choice cookie goes as well."""
    technologies = facts.policy.technologies.values()
    purposes = {t.purpose for t in technologies if not t.essential}
    _, declared = clearing(facts, sent, purposes, had)
    essential = [t for t in technologies if t.essential and t.kind == "cookie" and t.name != COOKIE]
    there = dict.fromkeys(name for name in _names(sent.cookies) if name != COOKIE)
    gone = [name for name in there if not any(_fits(t, name) for t in essential)]
    lines = (*forgetting(facts, sent), *_deleting(gone, facts, sent.host))
    return lines, Removed((COOKIE, *gone), declared.by_script, declared.by_hand)


def is_declared(facts: Facts, name: str) -> bool:
    """Whether the policy declares a cookie of this name."""
    return any(t.kind == "cookie" and _fits(t, name) for t in facts.policy.technologies.values())


def _is_stray(facts: Facts, name: str) -> bool:
    return name != COOKIE and not is_declared(facts, name)


def _fits(technology: Technology, name: str) -> bool:
    # Brackets are plain characters in a declared name; only `*` is a pattern.
    return fnmatchcase(name, technology.name.replace("[", "[[]").replace("?", "[?]"))


def _names(cookies: str) -> list[str]:
    found = (part.partition("=")[0].strip() for part in cookies.split(";"))
    return [name for name in found if _NAME.fullmatch(name)]


def _deleting(names: Iterable[str], facts: Facts, host: str) -> Iterator[str]:
    ending = list(names)[:_MOST]
    domains = _domains(facts, host) if ending else ()
    for name in ending:
        for domain in (None, *domains):
            yield f"{name}=; Max-Age=0; Path=/; SameSite=Lax" + (f"; Domain={domain}" if domain else "")


def _domains(facts: Facts, host: str) -> tuple[str, ...]:
    """The host and all above it, to the shared domain; without one to the last with a dot in it.

    A public suffix such as co.uk may be among them: browsers pass over it.
    """
    name = _host(host)
    if not _DOMAIN.fullmatch(name) or _is_address(name):
        return ()
    labels = name.split(".")
    above = [".".join(labels[at:]) for at in range(len(labels) - 1)]
    shared = _shared(facts, host)
    return tuple(above[: above.index(shared) + 1] if shared else above)


def _shared(facts: Facts, host: str) -> str | None:
    """The domain on which all origins share one choice, when the host lies under it."""
    shared, name = facts.policy.scope.shared_domain, _host(host)
    return shared if shared and (name == shared or name.endswith(f".{shared}")) else None


def _host(host: str) -> str:
    return host.partition(":")[0].rstrip(".").lower() if not host.startswith("[") else host


def _is_address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True
