"""security.servers: transport and headers of the declared origin, as anybody outside meets them."""

import http.client
import re
import secrets
import ssl
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

from zweck.policy.sentences import Sentence
from zweck.promises.values import Clock, CouldNotLook, Figure, Finding, Proof, Reach, Target
from zweck.proof.checks.headers import wrongs
from zweck.proof.checks.tls import self_signed
from zweck.proof.identity import CHALLENGE_HEX, PATH, answer_to
from zweck.proof.pages import Fetched
from zweck.proof.scratch import Alter, both, relay, with_header, without_header
from zweck.proof.served import edition_of

_TIMEOUT_SECONDS = 10
_MOST_BYTES = 2_000_000
# Half a year: shorter is forgotten between two visits (RFC 6797 leaves the length open).
_HSTS_SECONDS = 15_552_000
_MAX_AGE = re.compile(r"max-age=\"?(\d+)", re.IGNORECASE)
_VERSION = re.compile(r"\d+\.\d+")
_TELL_TALES = ("server", "x-powered-by", "x-aspnet-version", "x-generator")
_REDIRECTS = frozenset({301, 302, 307, 308})


@dataclass(frozen=True, slots=True)
class _Door:
    """Where the origin is asked over TLS and in the clear. `authority`: whose certificates count; "" = the system's."""

    secure: str
    plain: str
    authority: str = ""


def check(target: Target, _sentence: Sentence, _clock: Clock) -> Finding:
    """TLS that browsers accept and remember, no page in the clear, careful headers, and no version told."""
    door = _door(target)
    if not door.secure.startswith("https:"):
        return Finding(False, target.origin, {}, ("the declared origin is not https",))
    context = ssl.create_default_context(cafile=door.authority or None)
    try:
        answer = _ask(door.secure, "/", context)
        us = _ask(door.secure, f"{PATH}?challenge={(challenge := secrets.token_hex(CHALLENGE_HEX // 2))}", context)
    except ssl.SSLError as refused:
        reason = getattr(refused, "verify_message", "") or refused.reason or "the handshake failed"
        return Finding(False, target.origin, {}, (f"no browser would accept this: {reason}",))
    if us.text.strip() != answer_to(challenge, edition_of(target)):
        raise CouldNotLook("another service answers at the declared origin")
    trouble = [*_weak(answer), *wrongs(answer, is_secure=True), *_told(answer), *_in_the_clear(door)]
    figures: dict[str, Figure] = {"headers": len(answer.headers)}
    return Finding(not trouble, f"{target.origin}, as anybody meets it", figures, tuple(trouble))


def _door(target: Target) -> _Door:
    planted = target.place.get("door")
    if isinstance(planted, _Door):
        return planted
    return _Door(target.origin, f"http://{urlsplit(target.origin).hostname}")


def _ask(base: str, path: str, context: ssl.SSLContext | None) -> Fetched:
    """One answer, redirects not followed. Raises CouldNotLook, ssl.SSLError."""
    parts = urlsplit(base)
    connection: http.client.HTTPConnection = (
        http.client.HTTPSConnection(parts.hostname or "", parts.port, timeout=_TIMEOUT_SECONDS, context=context)
        if context
        else http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=_TIMEOUT_SECONDS)
    )
    try:
        connection.request("GET", path, headers={"Accept-Encoding": "identity"})
        response = connection.getresponse()
        pairs = tuple((name.lower(), value) for name, value in response.getheaders())
        return Fetched(path, response.status, pairs, response.read(_MOST_BYTES))
    except ssl.SSLError:
        raise
    except (OSError, http.client.HTTPException) as lost:
        raise CouldNotLook(f"{parts.hostname} does not answer from here ({type(lost).__name__})") from lost
    finally:
        connection.close()


def _weak(answer: Fetched) -> Iterator[str]:
    found = _MAX_AGE.search(answer.header("strict-transport-security"))
    if found and int(found[1]) < _HSTS_SECONDS:
        yield f"strict-transport-security holds for {int(found[1]) // 86_400} days, half a year would be right"


def _told(answer: Fetched) -> Iterator[str]:
    for name in _TELL_TALES:
        if _VERSION.search(answer.header(name)):
            yield f"{name} tells a version"


def _in_the_clear(door: _Door) -> Iterator[str]:
    """Whoever comes without TLS is led to it; a port that is shut leads nobody astray."""
    try:
        plain = _ask(door.plain, "/", None)
    except CouldNotLook:
        return
    if plain.status not in _REDIRECTS or not plain.header("location").startswith("https://"):
        yield f"a page is given without TLS ({plain.status})"


# ── planted ─────────────────────────────────────────────────────────────────────────────────────────────────────────

_CAREFUL = with_header("strict-transport-security", f"max-age={_HSTS_SECONDS * 2}")


def _led_to_tls(answer: Fetched) -> Fetched:
    return replace(answer, status=308, headers=(("location", "https://planted.example/"),), body=b"")


@contextmanager
def _origin(target: Target, secure: Alter, plain: Alter) -> Iterator[Target]:
    """The target behind TLS of our own making, as a proxy would put it there."""
    with tempfile.TemporaryDirectory(prefix="zweck-tls-") as folder:
        pem = self_signed(Path(folder))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(pem)
        with relay(target, secure, tls=context) as behind, relay(target, plain) as clear:
            door = _Door(behind.base_url, clear.base_url, str(pem))
            yield replace(behind, origin=behind.base_url, place={**behind.place, "door": door})


def stage(target: Target, _sentence: Sentence) -> AbstractContextManager[Target]:
    """An origin as it should be."""
    return _origin(target, _CAREFUL, _led_to_tls)


def _planting(
    secure: Alter, plain: Alter = _led_to_tls
) -> Callable[[Target, Sentence], AbstractContextManager[Target]]:
    return lambda target, _sentence: _origin(target, secure, plain)


PROOF = Proof(
    "security.servers",
    check,
    _planting(without_header("strict-transport-security")),
    Reach.HOST,
    quick=False,
    needs=("http", "internet"),
    more_plants=(
        _planting(with_header("strict-transport-security", "max-age=60")),
        _planting(both(_CAREFUL, with_header("x-powered-by", "Planted/1.2"))),
        _planting(both(_CAREFUL, without_header("x-content-type-options"))),
        _planting(_CAREFUL, lambda answer: answer),
    ),
    stage=stage,
)
