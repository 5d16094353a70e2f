"""A mail reaches the handler that its address names, or that its words name."""

import pytest

from tests.disclosure.incoming.mails import mail
from zweck.disclosure.incoming.reading import read
from zweck.disclosure.incoming.routing import ways

KINDS = ("reply", "leave", "enquiry")


def kinds(envelope: str = "", text: str = "A question", **headers: str) -> list[tuple[str, str]]:
    """Kind and token of each handler that is asked, in order."""
    found = ways(read(mail(text, **headers).as_bytes()), envelope, KINDS)
    return [(way.kind, way.token) for way in found]


def test_a_tag_names_the_handler_and_its_token() -> None:
    assert kinds(To="support+reply.abc@example.com") == [("reply", "abc"), ("enquiry", "")]
    assert kinds("support+Reply.abc@example.com") == [("reply", "abc"), ("enquiry", "")]


def test_the_address_that_was_delivered_to_goes_first() -> None:
    found = kinds("support+reply.first@example.com", To="support+reply.second@example.com")

    assert found[:2] == [("reply", "first"), ("reply", "second")]


def test_a_tag_that_nobody_takes_is_none() -> None:
    assert kinds(To="support+shop.abc@example.com") == [("enquiry", "")]


def test_the_address_is_told_without_its_tag() -> None:
    (way, *_) = ways(read(mail().as_bytes()), "support+reply.abc@example.com", KINDS)

    assert way.to == "support@example.com"


@pytest.mark.parametrize("word", ["unsubscribe", "Abmelden", "UNSUBSCRIBE!", "Re: abbestellen", "please unsubscribe"])
def test_a_subject_that_says_leave_is_an_instruction(word: str) -> None:
    assert kinds(Subject=word) == [("leave", ""), ("enquiry", "")]


def test_so_is_a_message_that_says_nothing_else() -> None:
    quoted = "Abmelden\n\nAm 22.11.2026 schrieb Example Club:\n> Neuigkeiten"

    assert kinds(text=quoted) == [("leave", ""), ("enquiry", "")]
    assert kinds(text="How do I unsubscribe?") == [("enquiry", "")]
