"""Whether a request is measured: every permission, choice and signal."""

from datetime import datetime, timedelta

import pytest

from tests.conftest import NOW
from tests.measure.declared import declared
from zweck.consent.values import NOBODY, Answer, Choice, Said, Signals, Visitor
from zweck.measure.acts import status
from zweck.measure.values import Because, Status

LATER, EARLIER = NOW + timedelta(days=1), NOW - timedelta(seconds=1)
GPC, DNT, SILENT = Signals(gpc=True), Signals(dnt=True), Signals()


def chose(said: Said, until: datetime = LATER, signals: Signals = SILENT, withdrawn: bool = False) -> Visitor:
    """A visitor who answered to measurement."""
    return Visitor(Choice(b"12345678", {"measurement": Answer(said, until)}), signals, withdrawn)


@pytest.mark.parametrize(
    ("permission", "visitor", "because"),
    [
        ("consent", NOBODY, "unasked"),
        ("consent", chose("yes"), "yes"),
        ("consent", chose("no"), "no"),
        ("consent", chose("out"), "out"),
        ("consent", chose("yes", EARLIER), "expired"),
        ("consent", chose("yes", NOW), "expired"),
        ("consent", chose("yes", withdrawn=True), "withdrawn"),
        ("consent", Visitor(signals=GPC), "gpc"),
        ("consent", Visitor(signals=DNT), "dnt"),
        ("consent", chose("yes", signals=GPC), "yes"),
        ("consent", chose("yes", EARLIER, GPC), "gpc"),
        ("opt-out", NOBODY, "lawful"),
        ("opt-out", chose("out"), "out"),
        ("opt-out", chose("out", EARLIER), "expired"),
        ("opt-out", chose("yes", EARLIER), "lawful"),
        ("opt-out", Visitor(signals=GPC), "gpc"),
        ("opt-out", chose("yes", signals=DNT), "yes"),
        ("opt-out", chose("out", withdrawn=True), "withdrawn"),
        ("none", NOBODY, "lawful"),
        ("none", Visitor(signals=DNT), "dnt"),
        ("none", chose("no"), "no"),
    ],
)
def test_choice_signal_and_permission_decide_together(permission: str, visitor: Visitor, because: Because) -> None:
    found = status(declared(permission=permission), visitor, "/", NOW)

    assert (found.measured, found.because) == (because in ("yes", "lawful"), because)


def test_signals_that_the_policy_does_not_honour_count_for_consent_alone() -> None:
    deaf = {"honours_signals": False}

    assert status(declared(permission="opt-out", **deaf), Visitor(signals=GPC), "/", NOW).because == "lawful"
    assert status(declared(permission="consent", **deaf), Visitor(signals=GPC), "/", NOW).because == "gpc"
    assert status(declared(permission="consent", **deaf), Visitor(signals=DNT), "/", NOW).because == "unasked"


def test_the_end_of_the_choice_that_decides_is_told() -> None:
    assert status(declared(), chose("no"), "/", NOW) == Status(measured=False, because="no", until=LATER)


def test_what_is_not_measured_at_all_is_told_before_any_choice() -> None:
    policy = declared()
    without = policy.model_copy(update={"systems": policy.systems.model_copy(update={"measurement": None})})

    assert status(without, chose("yes"), "/", NOW).because == "nothing"
    assert status(declared(provider="aws"), chose("yes"), "/", NOW).because == "provider"


@pytest.mark.parametrize(
    ("path", "excluded"),
    [("/account", True), ("/account/", False), ("/help/a/b", True), ("/help", False), ("", False), ("/a.b", False)],
)
def test_an_excluded_path_is_never_measured(path: str, excluded: bool) -> None:
    policy = declared(excluded_paths=["/account", "/help/*", "/a?b"])

    assert (status(policy, chose("yes"), path, NOW).because == "path") is excluded


def test_a_measurement_whose_purpose_is_not_declared_is_given_no_consent() -> None:
    assert status(declared(purpose=None), chose("yes"), "/", NOW).because == "unasked"
    assert status(declared(purpose="gone"), chose("yes"), "/", NOW).because == "unasked"
