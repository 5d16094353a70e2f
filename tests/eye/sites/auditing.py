"""Auditing a site of ours, as `zweck audit` does: looked at by `crawl`, judged by `judge`."""

import ssl
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from ipaddress import IPv4Address
from pathlib import Path
from tempfile import TemporaryDirectory

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.eye.sites.serving import served
from tests.eye.sites.site import Site
from zweck.eye.catalogue.lookup import Catalogue, Service, load
from zweck.eye.crawl import Plan, crawl
from zweck.eye.judging.judge import judge
from zweck.eye.values import Finding, Seen
from zweck.policy.load import load as load_policy


@dataclass(frozen=True, slots=True)
class Audit:
    """What came of it. `asked`: the paths that the site's own server was asked for."""

    seen: Seen
    findings: tuple[Finding, ...]
    asked: frozenset[str]
    seconds: float


def audit(site: Site) -> Audit:
    """Serve a site, look at it, judge it."""
    policy = load_policy(site.policy).policy if site.policy else None
    began = time.monotonic()
    with served(site.name, _self_signed() if site.tls else None) as open_site:
        plan = Plan(open_site.url, pages=site.pages, minutes=site.minutes, allow_private=True)
        seen = crawl(plan, lambda step: None)
        asked = frozenset(open_site.paths())
    findings = judge(seen, policy, _catalogue(site.foreign, open_site.third), None)
    return Audit(seen, findings, asked, time.monotonic() - began)


def _catalogue(country: str, third: str) -> Catalogue:
    """Our catalogue; or one that knows the other party, and that it sits in `country`."""
    if not country:
        return load(Path("/nowhere"))
    host = third.partition("://")[2]
    return Catalogue((), [Service("widgets", "Widgets", "Example Widgets, Inc.", country, "statistics", (host,))])


@cache
def _self_signed() -> ssl.SSLContext:
    """A certificate that nobody vouches for."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    names = x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))])
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=30))
        .add_extension(names, critical=False)
        .sign(key, hashes.SHA256())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    with TemporaryDirectory() as folder:
        file = Path(folder) / "both.pem"
        private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain)
        file.write_bytes(private + certificate.public_bytes(pem))
        context.load_cert_chain(file)
    return context
