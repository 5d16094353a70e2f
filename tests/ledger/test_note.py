"""Notes are those of C2SP: its published example verifies, and what was altered does not."""

from datetime import datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from zweck.ledger import note
from zweck.ledger.errors import BadNote

SIGNER = note.Signer("example.com/log", Ed25519PrivateKey.from_private_bytes(bytes(32)))
WITNESS = note.Signer("example.net/witness", Ed25519PrivateKey.from_private_bytes(bytes(31) + b"\1"))
HEAD = note.Head(SIGNER.name, 7, bytes(range(32)), ("at 2026-11-22T09:41:00Z",))
# The example of golang.org/x/mod/sumdb/note, written by another implementation.
PEOPLE = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
PEOPLE_NOTE = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
    "\n"
    "\N{EM DASH} PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZ"
    "InNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)


def test_a_note_of_another_implementation_opens() -> None:
    text = note.opened(PEOPLE_NOTE, note.Verifier.parse(PEOPLE))

    assert text.startswith("If you think cryptography")


def test_a_key_reads_as_it_was_written() -> None:
    assert note.Verifier.parse(str(SIGNER.verifier)) == SIGNER.verifier
    assert str(note.Verifier.parse(PEOPLE)) == PEOPLE


def test_a_checkpoint_reads_as_it_was_signed() -> None:
    assert note.Head.parse(note.opened(SIGNER.sign(HEAD.text()), SIGNER.verifier)) == HEAD


@given(st.data())
def test_no_changed_byte_goes_unseen(data: st.DataObject) -> None:
    signed = SIGNER.sign(HEAD.text())
    at = data.draw(st.integers(0, len(signed) - 1))
    other = data.draw(st.sampled_from("aZ0 \n+/=").filter(lambda c: c != signed[at]))

    with pytest.raises(BadNote):
        note.opened(signed[:at] + other + signed[at + 1 :], SIGNER.verifier)


def test_a_witness_speaks_for_one_note_at_one_time(now: datetime) -> None:
    signed, at = SIGNER.sign(HEAD.text()), int(now.timestamp())
    line = WITNESS.cosign(signed, at)

    assert note.cosigned_at(signed, line, WITNESS.verifier) == at
    for other in (SIGNER.sign("another\n"), SIGNER.sign(HEAD.text().replace("7", "8"))):
        with pytest.raises(BadNote, match="cosignature"):
            note.cosigned_at(other, line, WITNESS.verifier)
    with pytest.raises(BadNote, match="not by"):
        note.cosigned_at(signed, line, SIGNER.verifier)


@pytest.mark.parametrize(
    "text", ["", "a", "a+b", "a+00000000+AAAA", PEOPLE.replace("c74f", "c74e"), PEOPLE[:-4] + "!!!!"]
)
def test_a_broken_key_is_refused(text: str) -> None:
    with pytest.raises(BadNote, match="verifier key"):
        note.Verifier.parse(text)


@pytest.mark.parametrize("text", ["", "origin\n", "o\n01\nAA==\n", "o\n-1\nAA==\n", "o\n1\nAA==\n", "\n1\nAA==\n"])
def test_a_broken_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(BadNote):
        note.Head.parse(text)


def test_a_file_of_notes_is_read_whole_or_refused() -> None:
    first, second = SIGNER.sign(HEAD.text()), SIGNER.sign("two\n")
    lines = f"{first}\n{second}\n".splitlines(keepends=True)

    assert list(note.split_notes(lines)) == [first, second]
    assert list(note.split_notes(first.splitlines(keepends=True))) == [first]
    with pytest.raises(BadNote, match="torn"):
        list(note.split_notes(lines[:-3]))
