"""What mailbox providers look at before they take mail of ours: SPF, DKIM, DMARC, MX, TLS, and the server's name."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Literal, Protocol

from zweck.disclosure.doctor.looking import Unseen
from zweck.disclosure.errors import BadSetting
from zweck.disclosure.letters.brand import bounces, brand
from zweck.disclosure.smtp import dkim
from zweck.disclosure.smtp.relay import Smtp, is_here
from zweck.disclosure.values import Stream
from zweck.policy.model import Policy

State = Literal["fine", "wrong", "unseen"]


@dataclass(frozen=True, slots=True)
class Sign:
    """One thing that was looked at. `of`: the domain or server. `remedy`: what to do; empty where nothing is."""

    check: str
    of: str
    state: State
    says: str
    remedy: str = ""


class Outside(Protocol):
    """Where the doctor looks; see `looking.Outside`."""

    def texts(self, name: str) -> tuple[str, ...]:
        """Its TXT records."""

    def exchangers(self, name: str) -> tuple[str, ...]:
        """Its MX records."""

    def addresses(self, name: str) -> tuple[str, ...]:
        """Its addresses."""

    def names(self, address: str) -> tuple[str, ...]:
        """What an address is called."""

    def greeting(self, server: Smtp) -> str:
        """What is wrong with a mail server."""


def of_policy(policy: Policy, keys: Path, outside: Outside) -> Iterator[Sign]:
    """Everything about the domains that a policy writes from, and the mailboxes it names."""
    language = policy.languages[0]
    streams: tuple[Stream, ...] = ("transactional", "marketing")
    looks = [brand(policy, language, stream) for stream in streams]
    for domain in dict.fromkeys(look.domain for look in looks):
        look = next(look for look in looks if look.domain == domain)
        returns_to = bounces(look).rpartition("@")[2]
        for name in dict.fromkeys((domain, returns_to)):
            yield _seen("spf", name, partial(_spf, name, outside))
        yield from _dkim(domain, keys, outside)
        yield _seen("dmarc", domain, partial(_dmarc, domain, returns_to, outside))
    replies = [look.sender for look in looks] + [looks[0].mailbox, policy.controller.contact]
    for domain in dict.fromkeys(address.rpartition("@")[2].lower() for address in filter(None, replies)):
        yield _seen("mx", domain, partial(_mx, domain, outside))


def of_server(server: Smtp, outside: Outside) -> Iterator[Sign]:
    """Everything about a mail server."""
    yield _seen("tls", server.host, partial(_tls, server, outside))
    yield _seen("ptr", server.host, partial(_ptr, server.host, outside))


def _seen(check: str, of: str, look: Callable[[], tuple[State, str, str]]) -> Sign:
    try:
        return Sign(check, of, *look())
    except Unseen as why:
        return Sign(check, of, "unseen", str(why), "run it again where the internet can be reached")


def _spf(domain: str, outside: Outside) -> tuple[State, str, str]:
    found = [text for text in outside.texts(domain) if text.lower().split()[:1] == ["v=spf1"]]
    if len(found) != 1:
        says = "there is no SPF record" if not found else "there are several SPF records, so none counts"
        return "wrong", says, f'publish one TXT record at {domain}, such as "v=spf1 include:YOUR-PROVIDER -all"'
    if found[0].lower().split()[-1] in ("+all", "all", "?all"):
        return "wrong", "its SPF record allows everybody", "end it with -all or ~all"
    return "fine", "an SPF record stands; whether it names your mail server is for its provider to say", ""


def _dkim(domain: str, keys: Path, outside: Outside) -> Iterator[Sign]:
    try:
        signers = dkim.signers(keys, domain)
    except BadSetting as trouble:
        yield Sign("dkim", domain, "wrong", str(trouble), "mend or replace the file, or take it away")
        return
    if not signers:
        says = "we sign nothing for this domain; whether your mail server does cannot be seen from here"
        yield Sign(
            "dkim", domain, "unseen", says, "look at the headers of a mail that arrived, or lay a key of your own"
        )
    for signer in signers:
        yield _seen("dkim", signer.name, partial(_published, signer, outside))


def _published(signer: dkim.Signer, outside: Outside) -> tuple[State, str, str]:
    tags = {_tag(text, "p") for text in outside.texts(signer.name)}
    remedy = f'publish a TXT record at {signer.name}: "{signer.record}"'
    if not tags:
        return "wrong", "its public key is not published", remedy
    if tags != {_tag(signer.record, "p")}:
        return "wrong", "another public key is published than the one we sign with", remedy
    return "fine", "the key we sign with is published", ""


def _dmarc(domain: str, returns_to: str, outside: Outside) -> tuple[State, str, str]:
    above = domain.partition(".")[2]
    names = [domain, above] if above.count(".") else [domain]
    found = next((text for name in names for text in outside.texts(f"_dmarc.{name}") if "v=DMARC1" in text), "")
    if not found:
        return "wrong", "there is no DMARC record", f'publish a TXT record at _dmarc.{domain}: "v=DMARC1; p=none"'
    strict = _tag(found, "aspf") == "s"
    if returns_to != domain and (strict or not _related(returns_to, domain)):
        says = f"bounces go to {returns_to}, so SPF does not count for {domain} under its DMARC record"
        return "wrong", says, "see that DKIM signs for this very domain, or put mailbox and sender under one domain"
    return "fine", f"a DMARC record stands, with p={_tag(found, 'p') or 'none'}", ""


def _related(one: str, other: str) -> bool:
    # The public suffix list would be needed to be exact; two labels are the common case, and the milder one.
    return one.split(".")[-2:] == other.split(".")[-2:]


def _mx(domain: str, outside: Outside) -> tuple[State, str, str]:
    if not [name for name in outside.exchangers(domain) if name]:
        return "wrong", "nobody takes mail for this domain", f"publish an MX record at {domain}, or change the address"
    return "fine", "somebody takes mail for this domain", ""


def _tls(server: Smtp, outside: Outside) -> tuple[State, str, str]:
    trouble = outside.greeting(server)
    if trouble:
        return "wrong", f"it does not take us ({trouble})", "look at its certificate, the user's name and the password"
    return (
        "fine",
        "it takes us"
        + ("" if is_here(server.host) and server.security == "none" else ", over TLS with a certificate that holds"),
        "",
    )


def _ptr(host: str, outside: Outside) -> tuple[State, str, str]:
    addresses = outside.addresses(host)
    if not addresses:
        return "wrong", "its name has no address", "look for a mistake in the setting"
    for address in addresses:
        if not any(address in outside.addresses(name) for name in outside.names(address)):
            return "wrong", f"{address} has no name that leads back to it", "only matters if it delivers by itself"
    return "fine", "each address has a name that leads back to it", ""


def _tag(record: str, name: str) -> str:
    pairs = (part.partition("=") for part in record.split(";"))
    return next((value.strip().replace(" ", "") for key, _, value in pairs if key.strip() == name), "")
