"""Activate a policy, and find the one in force.

Activation is an act: it is written beside its ledger entry, in one transaction. The texts are rendered and archived at
that moment, so that an old edition reads today as it read then, whatever the software says now.
"""

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.db.models import F, OuterRef, Prefetch, QuerySet, Subquery

from zweck import doors
from zweck.editions import models
from zweck.editions.active import write_active
from zweck.editions.errors import ActivationRaced, NeedsPermission, NoEdition
from zweck.editions.values import Edition, TakenUp, Trouble
from zweck.ledger import acts as ledger
from zweck.policy.diff import Diff, diff
from zweck.policy.errors import PolicyErrors
from zweck.policy.load import Loaded, load, load_all
from zweck.policy.model import Policy
from zweck.policy.render import as_json, from_json
from zweck.policy.sentences import Statement
from zweck.policy.statement import statement
from zweck.policy.words import languages


@dataclass(frozen=True, slots=True)
class Proposal:
    """A policy file held against the edition in force. `diff` is None for the first edition of a site."""

    loaded: Loaded
    against: Edition | None
    diff: Diff | None
    texts: tuple[tuple[str, str], ...]  # language, canonical JSON

    @property
    def changes_nothing(self) -> bool:
        """Same file, same words: the edition in force says it already."""
        return (
            self.against is not None
            and self.against.sha256 == self.loaded.sha256
            and self.against.texts == tuple((language, _digest(body)) for language, body in self.texts)
        )

    @property
    def needs_a_person(self) -> bool:
        """People must be asked or told before it counts, so a person looks at the diff and activates it."""
        return self.diff is not None and self.diff.needs_notice

    def reasons(self) -> tuple[str, ...]:
        """What people must be asked or told, a sentence each."""
        return tuple(change.sentence for change in self.diff.changes if change.asks != "none") if self.diff else ()


def sites() -> tuple[Edition, ...]:
    """The editions in force of all sites served, the default site first. Old editions are not read."""
    newest = models.Edition.objects.filter(site=OuterRef("site")).order_by("-number").values("pk")[:1]
    rows = _with_texts(models.Edition.objects.filter(site__served=True, pk=Subquery(newest))).select_related("site")
    return tuple(_edition(row.site.site, row) for row in rows.order_by("site__position", "site__site"))


def current(site: str) -> Edition:
    """The edition in force. Raises NoEdition."""
    row = _rows(site).first()
    if row is None:
        raise NoEdition(f"no edition of {site} has been activated; `zweck serve` or `zweck activate` does that")
    return _edition(site, row)


def site_for(host: str) -> Edition | None:
    """The edition that answers for a Host header; loopback names preview the default site (or ZWECK_SITE)."""
    try:
        name = urlsplit(f"//{host}").hostname or ""
    except ValueError:  # brackets around what is no address
        return None
    served = sites()
    if _is_loopback(name):
        chosen = [e for e in served if e.site == settings.SITE] if settings.SITE else []
        return next(iter(chosen or served), None)
    return next((e for e in served if name in _hosts(e.policy)), None)


def editions_of(site: str) -> tuple[Edition, ...]:
    """All editions of a site, newest first."""
    return tuple(_edition(site, row) for row in _rows(site))


def numbered(site: str, number: int) -> tuple[Edition, Edition | None]:
    """One edition by its number, and the one that followed it if any. Raises NoEdition."""
    found = {row.number: _edition(site, row) for row in _rows(site).filter(number__in=(number, number + 1))}
    if number not in found:
        raise NoEdition(f"{site} has no edition {number}")
    return found[number], found.get(number + 1)


def statement_of(edition: Edition, language: str) -> Statement:
    """The statement of an edition, from the archive. Raises KeyError for a language it lacks."""
    return _parsed(text_of(edition.text_hash(language)))


def text_of(digest: str) -> str:
    """The archived text (canonical JSON) with this SHA-256. Raises NoEdition."""
    row = models.EditionText.objects.filter(sha256=digest).first()
    if row is None:
        raise NoEdition(f"no archived text has the hash {digest}")
    return row.body


def trouble(site: str) -> Trouble | None:
    """What keeps the newest policy file of a site from being in force, if anything."""
    row = models.Site.objects.filter(site=site).exclude(trouble="").first()
    if row is None or row.trouble_since is None:
        return None
    return Trouble("broken" if row.trouble == "broken" else "waiting", row.trouble_since, row.trouble_reason)


def revision(site: str) -> int:
    """A number that grows whenever something the site's pages show has changed; 0 for an unknown site."""
    return models.Site.objects.filter(site=site).values_list("revision", flat=True).first() or 0


def bump(site: str) -> None:
    """Say that something the site's pages show has changed."""
    models.Site.objects.filter(site=site).update(revision=F("revision") + 1)


def propose(loaded: Loaded) -> Proposal:
    """Hold a policy against the edition in force. Raises StatementErrors when it cannot be worded."""
    policy = loaded.policy
    texts = tuple((language, as_json(statement(policy, language))) for language in policy.languages)
    row = _rows(policy.site).first()
    against = _edition(policy.site, row) if row else None
    return Proposal(loaded, against, diff(against.policy, policy) if against else None, texts)


def activate(proposal: Proposal, now: datetime, *, permitted: bool = False) -> Edition:
    """Put a proposed policy into force; returns the edition now in force.

    `permitted`: a person has seen the diff and takes it on themselves. Raises NeedsPermission without it where the
    diff asks for it, and ActivationRaced when another activation came between the proposal and now.
    """
    if proposal.changes_nothing and proposal.against:
        _settle(proposal.loaded)
        write_active(proposal.against.site, proposal.against.source)  # a kill may have come between row and file
        return proposal.against
    if proposal.needs_a_person and not permitted:
        raise NeedsPermission("\n".join(proposal.reasons()))
    loaded = proposal.loaded
    with transaction.atomic():
        row = _locked_site(loaded)
        newest = row.editions.first()
        number = newest.number + 1 if newest else 1
        if (newest.number if newest else 0) != (proposal.against.number if proposal.against else 0):
            raise ActivationRaced(f"edition {number - 1} of {row.site} was activated meanwhile: look at its diff first")
        edition = row.editions.create(number=number, sha256=loaded.sha256, source=loaded.source, activated_at=now)
        for language, body in proposal.texts:
            edition.texts.create(language=language, sha256=_digest(body), body=body)
        _clear_trouble(row)
        ledger.record("edition.activated", row.site, _account(edition), now)
        before = proposal.against.policy if proposal.against else None
        for listener in doors.on_activation:
            listener(doors.Activated(before, loaded.policy, number), now)
        transaction.on_commit(lambda: write_active(row.site, loaded.source))
    return _edition(row.site, edition)


def take_up(now: datetime) -> tuple[TakenUp, ...]:
    """Read the policy files at start: first and wording-only editions come into force, others wait for a person.

    A file that cannot be read leaves its site's edition in force and is noted with the moment it was first seen so.
    Raises PolicyErrors when a site would have no edition at all, or when two files claim the same site.
    """
    files = policy_files()
    outcomes = tuple(_take_up_file(position, file, now) for position, file in enumerate(files))
    if len(files) > 1 and not any(outcome.outcome == "broken" for outcome in outcomes):
        load_all(Path(settings.POLICY))  # two files of one id, or of one origin, are nobody's intention
    models.Site.objects.exclude(site__in=[o.site for o in outcomes]).update(served=False)
    return outcomes


def policy_files() -> tuple[Path, ...]:
    """The policy files this installation reads: one, or each `*.toml` of a folder, by name."""
    path = Path(settings.POLICY)
    return tuple(sorted(path.glob("*.toml"))) if path.is_dir() else (path,)


def _take_up_file(position: int, file: Path, now: datetime) -> TakenUp:
    try:
        proposal = propose(load(file, languages()))
    except PolicyErrors as errors:
        row = models.Site.objects.filter(file=file.name).first()
        if row is None or not row.editions.exists():
            raise
        return _note(row, "broken", str(errors), now)
    site = proposal.loaded.policy.site
    models.Site.objects.filter(site=site).update(position=position, served=True, file=file.name)
    if proposal.needs_a_person:
        return _note(models.Site.objects.get(site=site), "waiting", "\n".join(proposal.reasons()), now)
    unchanged = proposal.changes_nothing
    edition = activate(proposal, now)
    models.Site.objects.filter(site=site).update(position=position, served=True)
    return TakenUp(site, "unchanged" if unchanged else "activated", edition.number)


def _note(row: models.Site, kind: str, reason: str, now: datetime) -> TakenUp:
    # `since` stays when the trouble stays: the page tells when it began, not when the service last started.
    if (row.trouble, row.trouble_reason) != (kind, reason):
        row.trouble_since = row.trouble_since if row.trouble == kind else now
        row.trouble, row.trouble_reason = kind, reason
        row.revision += 1
    row.served = True
    row.save()
    newest = row.editions.first()
    return TakenUp(row.site, "broken" if kind == "broken" else "waiting", newest.number if newest else 0, reason)


def _settle(loaded: Loaded) -> None:
    row = models.Site.objects.filter(site=loaded.policy.site).exclude(trouble="").first()
    if row is not None:
        _clear_trouble(row)


def _clear_trouble(row: models.Site) -> None:
    row.trouble, row.trouble_since, row.trouble_reason = "", None, ""
    row.revision += 1
    row.save()


def _locked_site(loaded: Loaded) -> models.Site:
    # SQLite begins IMMEDIATE, so its whole database is locked already; PostgreSQL locks this row.
    row, _made = models.Site.objects.get_or_create(
        site=loaded.policy.site,
        defaults={"position": models.Site.objects.count(), "file": Path(loaded.name).name},
    )
    return models.Site.objects.select_for_update().get(pk=row.pk)


def _account(edition: models.Edition) -> dict[str, str | int]:
    texts = {f"text_{text.language}": text.sha256 for text in edition.texts.all()}
    return {"edition": edition.number, "policy": edition.sha256, **texts}


def _rows(site: str) -> QuerySet[models.Edition]:
    return _with_texts(models.Edition.objects.filter(site__site=site))


def _with_texts(editions: QuerySet[models.Edition]) -> QuerySet[models.Edition]:
    # Hashes only: a text is some 50 kB, and every request of a page comes this way.
    return editions.prefetch_related(Prefetch("texts", models.EditionText.objects.defer("body")))


def _edition(site: str, row: models.Edition) -> Edition:
    source = bytes(row.source)
    texts = tuple((text.language, text.sha256) for text in row.texts.all())
    return Edition(site, row.number, row.sha256, row.activated_at, source, texts)


@lru_cache(maxsize=64)
def _parsed(body: str) -> Statement:
    return from_json(body)


def _digest(body: str) -> str:
    return sha256(body.encode()).hexdigest()


def _hosts(policy: Policy) -> Iterable[str]:
    return (urlsplit(origin).hostname or "" for origin in policy.scope.origins)


def _is_loopback(name: str) -> bool:
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False
