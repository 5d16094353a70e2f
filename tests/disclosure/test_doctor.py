"""The doctor says what is wrong and what to do, and never calls fine what it could not see."""

import json
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519
from pytest_django import Settings

from tests.disclosure.receivers import Mailbox
from tests.disclosure.test_dkim import lay_key
from tests.disclosure.world import SOURCE
from zweck.disclosure.doctor import looking, running
from zweck.disclosure.doctor.examining import Sign, of_policy, of_server
from zweck.disclosure.doctor.looking import Unseen
from zweck.disclosure.smtp import dkim
from zweck.disclosure.smtp.relay import Smtp
from zweck.policy.load import loads
from zweck.policy.model import Policy

SERVER = Smtp("mail.example.org", 465, "tls", "", "")
GOOD = {
    "example.org": ("v=spf1 mx -all", "some other text"),
    "news.example.org": ("v=spf1 include:example.net -all",),
    "_dmarc.example.org": ("v=DMARC1; p=quarantine",),
}


@dataclass
class World:
    """A DNS as we like it."""

    known: dict[str, tuple[str, ...]] = field(default_factory=lambda: dict(GOOD))
    mailboxes: tuple[str, ...] = ("mx.example.org",)
    called: str = "mail.example.org"
    trouble: str = ""

    def texts(self, name: str) -> tuple[str, ...]:
        return self.known.get(name, ())

    def exchangers(self, name: str) -> tuple[str, ...]:
        return self.mailboxes

    def addresses(self, name: str) -> tuple[str, ...]:
        return ("192.0.2.1",) if name == "mail.example.org" else ()

    def names(self, address: str) -> tuple[str, ...]:
        return (self.called,)

    def greeting(self, server: Smtp) -> str:
        return self.trouble


class Dark(World):
    """No internet."""

    def texts(self, name: str) -> tuple[str, ...]:
        raise Unseen("the DNS does not answer")

    exchangers = addresses = texts

    def names(self, address: str) -> tuple[str, ...]:
        raise Unseen("the DNS does not answer")

    def greeting(self, server: Smtp) -> str:
        raise Unseen("the mail server cannot be reached")


@pytest.fixture
def policy() -> Policy:
    """The club's."""
    return loads(SOURCE.encode(), "club").policy


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    """Keys for both domains."""
    for domain in ("example.org", "news.example.org"):
        lay_key(tmp_path, domain, "s1", ed25519.Ed25519PrivateKey.generate())
    return tmp_path


def published(world: World, keys: Path) -> World:
    for domain in ("example.org", "news.example.org"):
        (signer,) = dkim.signers(keys, domain)
        world.known[signer.name] = (signer.record,)
    return world


def wrong(signs: list[Sign]) -> set[tuple[str, str]]:
    assert all(sign.remedy for sign in signs if sign.state != "fine")
    return {(sign.check, sign.of) for sign in signs if sign.state == "wrong"}


def test_where_all_is_well_all_is_fine(policy: Policy, keys: Path) -> None:
    world = published(World(), keys)
    signs = [*of_policy(policy, keys, world), *of_server(SERVER, world)]

    assert {sign.state for sign in signs} == {"fine"}
    assert {sign.check for sign in signs} == {"spf", "dkim", "dmarc", "mx", "tls", "ptr"}


def test_without_the_internet_nothing_is_fine(policy: Policy, keys: Path) -> None:
    signs = [*of_policy(policy, keys, Dark()), *of_server(SERVER, Dark())]

    assert {sign.state for sign in signs} == {"unseen"}


@pytest.mark.parametrize(
    ("name", "records", "check", "of"),
    [
        ("example.org", (), "spf", "example.org"),
        ("example.org", ("v=spf1 mx -all", "v=spf1 a -all"), "spf", "example.org"),
        ("news.example.org", ("v=spf1 +all",), "spf", "news.example.org"),
        ("_dmarc.example.org", (), "dmarc", "example.org"),
        ("_dmarc.news.example.org", ("v=DMARC1; p=reject; aspf=s",), "dmarc", "news.example.org"),
        ("s1._domainkey.example.org", (), "dkim", "s1._domainkey.example.org"),
        ("s1._domainkey.example.org", ("v=DKIM1; k=ed25519; p=AAAA",), "dkim", "s1._domainkey.example.org"),
    ],
)
def test_each_record_that_is_missing_or_bad_is_told(
    name: str, records: tuple[str, ...], check: str, of: str, policy: Policy, keys: Path
) -> None:
    world = published(World(), keys)
    world.known[name] = records

    assert (check, of) in wrong(list(of_policy(policy, keys, world)))


def test_a_mailbox_that_takes_no_mail_and_a_server_that_takes_us_not_are_told(policy: Policy, keys: Path) -> None:
    world = World(mailboxes=(), called="other.example.org", trouble="SMTPAuthenticationError")

    assert ("mx", "example.org") in wrong(list(of_policy(policy, keys, world)))
    assert wrong(list(of_server(SERVER, world))) == {("tls", "mail.example.org"), ("ptr", "mail.example.org")}


def test_whether_the_mail_server_signs_cannot_be_seen(policy: Policy, tmp_path: Path) -> None:
    signs = [sign for sign in of_policy(policy, tmp_path, World()) if sign.check == "dkim"]

    assert {sign.state for sign in signs} == {"unseen"}


def test_it_ends_with_what_is_worst_and_tells_machines_too(
    tmp_path: Path, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.POLICY = tmp_path / "club.toml"
    settings.POLICY.write_text(SOURCE, encoding="utf-8")
    settings.KEYS, settings.SMTP_URL = tmp_path, "smtps://mail.example.org"

    assert running.run(["--json", "-"], Dark()) == 2
    assert {sign["state"] for sign in json.loads(capsys.readouterr().out)} == {"unseen"}
    assert running.run([], World(known={})) == 1
    assert "wrong   spf    example.org: there is no SPF record\n" in capsys.readouterr().out


def test_a_server_elsewhere_in_the_clear_and_a_key_that_others_may_read_are_told(
    tmp_path: Path, policy: Policy, keys: Path, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.POLICY = tmp_path / "club.toml"
    settings.POLICY.write_text(SOURCE, encoding="utf-8")
    settings.KEYS, settings.SMTP_URL = keys, "smtp://mail.example.org"
    world = published(World(), keys)
    (keys / "dkim" / "example.org" / "s1.pem").chmod(0o644)

    assert running.run([], world) == 1
    said = capsys.readouterr().out
    assert "wrong   server ZWECK_SMTP_URL: ZWECK_SMTP_URL: smtp:// speaks without encryption" in said
    assert "s1.pem: others on this machine may open it; run: chmod 0600" in said


def test_a_real_server_is_greeted_and_one_that_is_not_there_is_unseen(relay: Mailbox) -> None:
    outside = looking.Outside()

    assert outside.greeting(Smtp("127.0.0.1", relay.port, "none", "", "")) == ""
    assert outside.greeting(Smtp("127.0.0.1", relay.port, "starttls", "", "")) == "SMTPNotSupportedError"
    with pytest.raises(Unseen, match="cannot be reached"):
        outside.greeting(Smtp("127.0.0.1", 9, "none", "", ""))
