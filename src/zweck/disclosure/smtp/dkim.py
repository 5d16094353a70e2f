"""Signs mails (RFC 6376, RFC 8463), where no mail server does it for us.

A key is a file `ZWECK_KEYS/dkim/<domain>/<selector>.pem`: RSA of 2048 bits or more, or Ed25519. A mail is signed with
every key of its sender's domain, so that both kinds may stand side by side. Without a key nothing is signed. A key that
others on this machine may read is refused: whoever has it writes in our name.

The list of signed headers names `from` twice, so that none can be added, and both headers of RFC 8058, which asks for
it.
"""

import re
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

from zweck.disclosure.errors import BadSetting

FOLDER = "dkim"
LEAST_BITS = 2048
_OTHERS = 0o077
_SIGNED = (
    "from",
    "to",
    "subject",
    "date",
    "message-id",
    "reply-to",
    "auto-submitted",
    "list-unsubscribe",
    "list-unsubscribe-post",
    "mime-version",
    "content-type",
)
_BLANK = re.compile(rb"[ \t]+")
_FILE = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*")


@dataclass(frozen=True, slots=True, repr=False)
class Signer:
    """A key with its name in the DNS. No repr: it holds a private key."""

    domain: str
    selector: str
    key: RSAPrivateKey | Ed25519PrivateKey

    @property
    def name(self) -> str:
        """Where its public half belongs in the DNS."""
        return f"{self.selector}._domainkey.{self.domain}"

    @property
    def record(self) -> str:
        """The public half, as the text of that record."""
        if isinstance(self.key, RSAPrivateKey):
            public = self.key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
            return f"v=DKIM1; k=rsa; p={b64encode(public).decode()}"
        raw = self.key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        return f"v=DKIM1; k=ed25519; p={b64encode(raw).decode()}"

    def signature(self, headers: Sequence[tuple[bytes, bytes]], body_hash: str, at: int) -> bytes:
        """The header to be put in front."""
        known = {name for name, _ in headers}
        names = ["from", *(name for name in _SIGNED if name.encode() in known)]
        algorithm = "rsa-sha256" if isinstance(self.key, RSAPrivateKey) else "ed25519-sha256"
        unsigned = (
            f"v=1; a={algorithm}; c=relaxed/simple; d={self.domain}; s={self.selector};\r\n"
            f" t={at}; h={':'.join(names)};\r\n bh={body_hash};\r\n b="
        ).encode()
        found = dict(headers)  # of several of one name the last counts
        lines = [found[name.encode()] for name in dict.fromkeys(names)]
        lines.append(_relaxed(b"dkim-signature", unsigned).removesuffix(b"\r\n"))
        signed = b64encode(self._sign(b"".join(lines))).decode()
        folded = "\r\n ".join(signed[start : start + 72] for start in range(0, len(signed), 72))
        return b"DKIM-Signature: " + unsigned + folded.encode() + b"\r\n"

    def _sign(self, data: bytes) -> bytes:
        if isinstance(self.key, RSAPrivateKey):
            return self.key.sign(data, PKCS1v15(), SHA256())
        return self.key.sign(sha256(data).digest())


def signed(data: bytes, signers: Sequence[Signer], at: int) -> bytes:
    """The mail with a signature for each key; as it is without any. `at`: seconds since 1970."""
    if not signers:
        return data
    head, _, body = data.partition(b"\r\n\r\n")
    headers = [_canonical(line) for line in re.split(rb"\r\n(?![ \t])", head)]
    digest = b64encode(sha256(body.rstrip(b"\r\n") + b"\r\n").digest()).decode()
    return b"".join([*(signer.signature(headers, digest, at) for signer in signers), data])


def signers(keys: Path, domain: str) -> tuple[Signer, ...]:
    """The keys of a domain, by selector. Raises BadSetting for a file that holds no key we could sign with."""
    files = sorted((keys / FOLDER / domain).glob("*.pem")) if _FILE.fullmatch(domain) else []
    # A change of mode shows in the time of the last change of status alone.
    marks = tuple((file.name, file.stat().st_ctime_ns) for file in (*files, *{file.parent for file in files}))
    known = _read.get((keys, domain))
    if known is None or known[0] != marks:
        known = _read[keys, domain] = (marks, tuple(_signer(domain, file) for file in files))
    return known[1]


_read: dict[tuple[Path, str], tuple[tuple[tuple[str, int], ...], tuple[Signer, ...]]] = {}


def _signer(domain: str, file: Path) -> Signer:
    where = f"{FOLDER}/{domain}/{file.name}"
    if not _FILE.fullmatch(file.stem):
        raise BadSetting(f"{where}: its name is no selector; small letters, digits, hyphens and dots would be right")
    for entry, mode in ((file.parent, "0700"), (file, "0600")):
        if entry.stat().st_mode & _OTHERS:
            raise BadSetting(f"{where}: others on this machine may open it; run: chmod {mode} {entry}")
    try:
        key = load_pem_private_key(file.read_bytes(), None)
    except (OSError, ValueError, TypeError):
        raise BadSetting(f"{where}: not a private key in PEM without a password") from None
    if isinstance(key, RSAPrivateKey) and key.key_size >= LEAST_BITS:
        return Signer(domain, file.stem, key)
    if isinstance(key, Ed25519PrivateKey):
        return Signer(domain, file.stem, key)
    raise BadSetting(f"{where}: RSA of at least {LEAST_BITS} bits or Ed25519 would be right")


def _canonical(line: bytes) -> tuple[bytes, bytes]:
    name, _, value = line.partition(b":")
    return name.strip().lower(), _relaxed(name, value)


def _relaxed(name: bytes, value: bytes) -> bytes:
    """A header in relaxed form (RFC 6376, 3.4.2)."""
    return name.strip().lower() + b":" + _BLANK.sub(b" ", value.replace(b"\r\n", b"")).strip() + b"\r\n"
