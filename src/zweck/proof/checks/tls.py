"""site.tls: the declared origin answers over TLS, with a certificate that browsers accept."""

import datetime as dt
import ipaddress
import socket
import ssl
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from threading import Thread
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from zweck.policy.sentences import Sentence
from zweck.promises.values import Clock, CouldNotLook, Finding, Proof, Reach, Target, once
from zweck.proof.errors import NoService
from zweck.proof.identity import make_sure
from zweck.proof.served import edition_of

_TIMEOUT_SECONDS = 10
_WARNING = dt.timedelta(days=7)


def check(target: Target, _sentence: Sentence, clock: Clock) -> Finding:
    """Shake hands with the declared origin as a browser would, and make sure that it is this service that answers."""
    parts = urlsplit(target.origin)
    host, port = parts.hostname or "", parts.port or 443
    if parts.scheme != "https":
        return Finding(False, target.origin, {}, ("the declared origin is not https",))
    context = ssl.create_default_context()
    try:
        with (
            socket.create_connection((host, port), timeout=_TIMEOUT_SECONDS) as plain,
            context.wrap_socket(plain, server_hostname=host) as secure,
        ):
            version, ends = secure.version() or "", _ends(secure.getpeercert())
    except ssl.SSLError as refused:
        reason = getattr(refused, "verify_message", "") or refused.reason or "the handshake failed"
        return Finding(False, target.origin, {}, (f"no browser would accept this: {reason}",))
    except OSError as lost:
        raise CouldNotLook(f"{host} does not answer from here ({type(lost).__name__})") from lost
    _make_sure_it_is_us(target)
    left = ends - clock.now()
    trouble = () if left > _WARNING else (f"the certificate ends on {ends.date().isoformat()}",)
    return Finding(not trouble, target.origin, {"protocol": version, "certificate_days": left.days}, trouble)


def _ends(certificate: object) -> dt.datetime:
    ends = certificate.get("notAfter") if isinstance(certificate, dict) else None
    if not isinstance(ends, str):
        raise CouldNotLook("the certificate names no end")
    return dt.datetime.fromtimestamp(ssl.cert_time_to_seconds(ends), dt.UTC)


def _make_sure_it_is_us(target: Target) -> None:
    """The origin of a preview may belong to somebody else, whose certificate would say nothing about ours."""
    try:
        make_sure(edition_of(target), target.origin)
    except NoService:
        raise CouldNotLook("another service answers at the declared origin") from None


@contextmanager
def plant(target: Target, _sentence: Sentence) -> Iterator[Target]:
    """An origin on this machine whose certificate nobody signed."""
    with tempfile.TemporaryDirectory(prefix="zweck-tls-") as folder:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self_signed(Path(folder)))
        listener = socket.create_server(("127.0.0.1", 0))
        listener.settimeout(_TIMEOUT_SECONDS)
        thread = Thread(target=_shake_hands, args=(listener, context), daemon=True)
        thread.start()
        try:
            yield replace(target, origin=f"https://127.0.0.1:{listener.getsockname()[1]}")
        finally:
            listener.close()
            thread.join(timeout=_TIMEOUT_SECONDS)


def _shake_hands(listener: socket.socket, context: ssl.SSLContext) -> None:
    try:
        plain, _ = listener.accept()
        with plain, context.wrap_socket(plain, server_side=True):
            pass
    except OSError:
        return  # the check hung up, as it should


def self_signed(folder: Path) -> Path:
    """A key and a certificate for this machine, in one PEM file; valid, but signed by nobody else."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "planted.example")])
    today = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(today - dt.timedelta(days=1))
        .not_valid_after(today + dt.timedelta(days=30))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.IPv4Address("127.0.0.1"))]), critical=False
        )
        .sign(key, hashes.SHA256())
    )
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path = folder / "planted.pem"
    path.write_bytes(pem + certificate.public_bytes(serialization.Encoding.PEM))
    return path


PROOF = Proof("site.tls", check, plant, Reach.HOST, quick=False, needs=("internet",), beyond=once)
