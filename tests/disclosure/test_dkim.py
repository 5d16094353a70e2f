"""A signature of ours is one that others verify, and covers what RFC 8058 asks for."""

from base64 import b64decode
from datetime import datetime
from email import message_from_bytes
from pathlib import Path
from types import SimpleNamespace

import dkim
import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pytest_django import Settings

from tests.disclosure.receivers import Mailbox
from tests.disclosure.test_bulk import batch, readers
from tests.disclosure.test_letters import ASKED
from tests.disclosure.world import letter
from tests.vault.world import collect
from zweck.disclosure import acts
from zweck.disclosure.bulk import delivering
from zweck.disclosure.errors import BadSetting
from zweck.disclosure.smtp.dkim import Signer, signed, signers

KEYS = {
    "rsa": rsa.generate_private_key(65537, 2048),
    "ed25519": ed25519.Ed25519PrivateKey.generate(),
}
MAIL = (
    b"From: club@example.org\r\nTo:  ben@example.org \r\nSubject: a\r\n  folded\tone\r\n"
    b"List-Unsubscribe: <https://example.org/>,\r\n <mailto:x@example.org>\r\n"
    b"List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n\r\nHello  \r\n\r\nBen\r\n\r\n"
)


class _VerifyKey:
    """What the verifier asks of PyNaCl, which it does not ask for by itself; `cryptography` does the work."""

    def __init__(self, key: bytes, encoder: object) -> None:
        self._key = ed25519.Ed25519PublicKey.from_public_bytes(b64decode(key))

    def verify(self, said: bytes, signature: bytes) -> bytes:
        """Raises what PyNaCl would."""
        self._key.verify(signature, said)
        return said


@pytest.fixture(autouse=True)
def _nacl(monkeypatch: pytest.MonkeyPatch) -> None:
    nacl = SimpleNamespace(
        signing=SimpleNamespace(VerifyKey=_VerifyKey),
        encoding=SimpleNamespace(Base64Encoder=None),
        exceptions=SimpleNamespace(BadSignatureError=InvalidSignature, ValueError=ValueError),
    )
    monkeypatch.setattr(dkim, "nacl", nacl, raising=False)


def lay_key(keys: Path, domain: str, selector: str, key: object) -> None:
    folder = keys / "dkim" / domain
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())  # type: ignore[attr-defined]
    file = folder / f"{selector}.pem"
    file.touch(mode=0o600)
    file.write_bytes(pem)


def verifies(data: bytes, *by: Signer) -> bool:
    records = {f"{signer.name}.".encode(): signer.record.encode() for signer in by}
    # It cannot be told who is asked for a record, so one that is missing is an empty one.
    look = dkim.DKIM(data)
    try:
        return all(look.verify(idx=at, dnsfunc=lambda name, timeout=5: records.get(name, b"")) for at in range(len(by)))
    except dkim.ValidationError:
        return False


@pytest.mark.parametrize("kind", KEYS)
def test_others_verify_what_we_sign(kind: str) -> None:
    signer = Signer("example.org", "s1", KEYS[kind])  # type: ignore[arg-type]

    data = signed(MAIL, [signer], 1_790_000_000)

    assert verifies(data, signer)
    covered = message_from_bytes(data)["DKIM-Signature"].partition("h=")[2].partition(";")[0].split(":")
    assert {"from", "to", "subject", "list-unsubscribe", "list-unsubscribe-post"} <= set(covered)
    assert covered.count("from") == 2
    assert max(len(line) for line in data.split(b"\r\n")) <= 300


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"Hello", b"Howdy"),
        (b"One-Click", b"Two-Clicks"),
        (b"<https://example.org/>", b"<https://example.net/>"),
        (b"To:", b"From: eve@example.net\r\nTo:"),
    ],
)
@pytest.mark.parametrize("kind", KEYS)
def test_what_was_changed_on_the_way_does_not_verify(kind: str, old: bytes, new: bytes) -> None:
    signer = Signer("example.org", "s1", KEYS[kind])  # type: ignore[arg-type]

    assert not verifies(signed(MAIL, [signer], 1_790_000_000).replace(old, new), signer)


@pytest.mark.usefixtures("club")
def test_letters_and_campaigns_are_signed_with_every_key_of_their_domain(
    relay: Mailbox, settings: Settings, now: datetime
) -> None:
    delivering.forget()
    for domain in ("example.org", "news.example.org"):
        for kind, key in KEYS.items():
            lay_key(settings.KEYS, domain, kind, key)
    acts.post(letter(collect(now, "enquiry", data=ASKED).grant), now)
    acts.send_letters(now)
    acts.deliver(batch(readers(1, now)), now)
    delivering.forget()

    for data, domain in zip(relay.data, ("example.org", "news.example.org"), strict=True):
        assert verifies(data, *signers(settings.KEYS, domain))
        assert data.count(b"DKIM-Signature") == 2


def test_without_a_key_nothing_is_signed(tmp_path: Path) -> None:
    assert signers(tmp_path, "example.org") == signers(tmp_path, "../example.org") == ()
    assert signed(MAIL, (), 0) == MAIL


def test_a_key_that_was_replaced_is_read_anew(tmp_path: Path) -> None:
    lay_key(tmp_path, "example.org", "s1", KEYS["rsa"])
    (first,) = signers(tmp_path, "example.org")
    lay_key(tmp_path, "example.org", "s2", KEYS["ed25519"])

    assert [signer.selector for signer in signers(tmp_path, "example.org")] == [first.selector, "s2"]


@pytest.mark.parametrize(("name", "mode"), [("", 0o750), ("s1.pem", 0o640), ("s1.pem", 0o604)])
def test_a_key_that_others_may_read_is_refused_until_they_may_not(name: str, mode: int, tmp_path: Path) -> None:
    lay_key(tmp_path, "example.org", "s1", KEYS["ed25519"])
    assert signers(tmp_path, "example.org")
    entry = tmp_path / "dkim" / "example.org" / name
    before = entry.stat().st_mode & 0o777
    entry.chmod(mode)

    with pytest.raises(BadSetting, match=r"others on this machine may open it; run: chmod 0[67]00"):
        signers(tmp_path, "example.org")
    entry.chmod(before)
    assert signers(tmp_path, "example.org")


@pytest.mark.usefixtures("club")
def test_under_such_a_key_no_campaign_leaves_and_its_sender_is_told(
    relay: Mailbox, settings: Settings, now: datetime
) -> None:
    delivering.forget()
    lay_key(settings.KEYS, "news.example.org", "s1", KEYS["ed25519"])
    file = settings.KEYS / "dkim" / "news.example.org" / "s1.pem"
    file.chmod(0o644)
    grants = readers(2, now)
    done = acts.deliver(batch(grants), now)
    assert ({one.state for one in done.results}, done.pause_seconds) == ({"waiting"}, 60.0)
    assert "s1.pem: others on this machine may open it" in done.trouble

    file.chmod(0o600)
    assert {one.state for one in acts.deliver(batch(grants), now).results} == {"sent"}
    delivering.forget()


@pytest.mark.parametrize(
    ("key", "says"),
    [(rsa.generate_private_key(65537, 1024), "2048 bits"), (ec.generate_private_key(ec.SECP256R1()), "2048 bits")],  # noqa: S505
)
def test_a_key_we_cannot_sign_with_is_told(key: object, says: str, tmp_path: Path) -> None:
    lay_key(tmp_path, "example.org", "s1", key)

    with pytest.raises(BadSetting, match=says):
        signers(tmp_path, "example.org")
