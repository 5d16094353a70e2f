"""What a policy declares, asked by what was seen."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from zweck.eye.judging.company import core
from zweck.eye.judging.known import Catalogue, Service
from zweck.policy.model import Policy, Technology

_LOADED = ("script", "pixel", "frame")


@dataclass(frozen=True, slots=True)
class Declared:
    """The technologies and recipients of a policy, ready to be matched; without a policy, none."""

    policy: Policy | None
    entries: tuple[tuple[re.Pattern[str], Technology], ...] = ()
    loads: tuple[tuple[re.Pattern[str], Technology], ...] = ()
    companies: Mapping[str, str] | None = None  # the core of a recipient's name: its id
    sites: Mapping[str, str] | None = None  # the host of a recipient's page: its id

    @classmethod
    def of(cls, policy: Policy | None, catalogue: Catalogue) -> "Declared":
        """The declarations of a policy. A recipient may be named by its company, or by the name of its service."""
        if policy is None:
            return cls(None)
        technologies = tuple((_pattern(t.name), t) for t in policy.technologies.values())
        hosts = ((urlsplit(r.url).hostname or "", name) for name, r in policy.recipients.items() if r.url)
        return cls(
            policy,
            tuple(pair for pair in technologies if pair[1].kind not in _LOADED),
            tuple(pair for pair in technologies if pair[1].kind in _LOADED),
            {core(r.name): name for name, r in policy.recipients.items()},
            {host.removeprefix("www."): name for host, name in hosts if host},
        )

    def entry(self, kind: str, name: str) -> Technology | None:
        """The cookie or entry that is declared under a name; an exact name before a pattern."""
        fitting = [t for pattern, t in self.entries if t.kind == kind and pattern.fullmatch(name)]
        return min(fitting, key=lambda t: "*" in t.name, default=None)

    def loaded(self, urls: Iterable[str]) -> Technology | None:
        """The script, pixel or frame that is declared by host, file name or address."""
        spellings = {spelling for url in urls for spelling in _spellings(url)}
        return next((t for pattern, t in self.loads if any(map(pattern.fullmatch, spellings))), None)

    def loads_any(self, technology: Technology, urls: Iterable[str]) -> bool:
        """Whether one of the addresses is this script, pixel or frame."""
        pattern = next((pattern for pattern, known in self.loads if known is technology), None)
        return pattern is not None and any(pattern.fullmatch(s) for url in urls for s in _spellings(url))

    def recipient_of(self, service: Service | None, host: str) -> str:
        """The id of the recipient that stands behind a host; "" where none is declared."""
        for name in (service.provider, service.in_union, service.name) if service else ():
            if found := (self.companies or {}).get(core(name), ""):
                return found
        sites = self.sites or {}
        return next((sites[s] for s in sites if host == s or host.endswith(f".{s}")), "")

    def is_unasked(self, technology: Technology, refused: bool) -> bool:
        """Whether a declared technology may be there without consent; `refused`: after a refusal or withdrawal."""
        return technology.essential or self.serves_unasked(technology.purpose, refused)

    def serves_unasked(self, purpose_id: str, refused: bool) -> bool:
        """Whether a purpose needs no consent: it rests on another basis, and nobody is asked."""
        purpose = self.policy.purposes.get(purpose_id) if self.policy else None
        if purpose is None or purpose.basis == "consent":
            return False
        return purpose.consent_mode == "none" or (purpose.consent_mode == "opt-out" and not refused)

    def employs_unasked(self, recipient: str, refused: bool) -> bool:
        """Whether a recipient serves a purpose that needs no consent."""
        purposes = self.policy.purposes if self.policy else {}
        return any(recipient in p.recipients and self.serves_unasked(name, refused) for name, p in purposes.items())


def _spellings(url: str) -> tuple[str, ...]:
    parts = urlsplit(url)
    host, path = parts.hostname or "", parts.path
    return host, parts.netloc, f"{host}{path}", f"{parts.netloc}{path}", path, path.rpartition("/")[2], url


def _pattern(name: str) -> re.Pattern[str]:
    return re.compile(".*".join(map(re.escape, name.split("*"))), re.DOTALL)
