"""What a decision makes of a choice, and what may not be decided."""

from datetime import datetime, timedelta

import pytest

from tests.consent.conftest import edition_of
from tests.consent.declared import ID, cookie, shop, source, visitor
from zweck.consent import acts
from zweck.consent.errors import BadChoice, NotShown
from zweck.consent.models import Record
from zweck.consent.values import NOBODY, Action, Decided, Decision, Layer, Said, Sent, Visitor
from zweck.editions.values import Edition

pytestmark = pytest.mark.django_db
SENT = Sent("www.example.org")


def answer(edition: Edition, now: datetime, action: Action, before: Visitor = NOBODY) -> Decided:
    token = acts.question(edition, "en", "choices", now).token
    return acts.decide(edition, Decision(action, token), before, SENT, now)


def words(decided: Decided) -> dict[str, str]:
    assert decided.choice is not None
    return {purpose: answer.said for purpose, answer in decided.choice.answers.items()}


@pytest.mark.parametrize(("action", "said", "now_holds"), [
    ("accept", {}, {"measurement": "yes", "films": "yes"}),
    ("refuse", {}, {"measurement": "no", "films": "no"}),
    ("save", {}, {"measurement": "no", "films": "no"}),
    ("save", {"films": True}, {"measurement": "no", "films": "yes"}),
    ("save", {"films": True, "measurement": False}, {"measurement": "no", "films": "yes"}),
    ("withdraw", {}, {"measurement": "no", "films": "no"}),
    ("opt-out", {}, {"measurement": "out"}),
    ("opt-in", {}, {"measurement": "yes"}),
])  # fmt: skip
def test_a_decision_answers_what_was_asked(
    edition: Edition, now: datetime, action: Action, said: dict[str, bool], now_holds: dict[str, str]
) -> None:
    token = acts.question(edition, "en", "choices", now).token

    decided = acts.decide(edition, Decision(action, token, said), NOBODY, SENT, now)

    assert words(decided) == now_holds
    assert acts.visitor_of(shop(), decided.set_cookies[-1].partition(";")[0], "", "").choice == decided.choice


@pytest.mark.parametrize(("action", "layer", "said"), [
    ("save", "banner", {"basket": True}), ("accept", "banner", {"basket": True}),
    ("withdraw", "banner", {"films": True}), ("opt-out", "banner", {}), ("opt-in", "snippet", {}),
    ("opt-out", "choices", {"films": True}),
    ("agree", "banner", {}), ("", "banner", {}), ("save", "banner", {"films": "on"}),
])  # fmt: skip
def test_what_was_not_asked_cannot_be_answered(
    edition: Edition, now: datetime, action: Action, layer: Layer, said: dict[str, bool]
) -> None:
    token = acts.question(edition, "en", layer, now).token

    with pytest.raises(BadChoice):
        acts.decide(edition, Decision(action, token, said), NOBODY, SENT, now)

    assert not Record.objects.exists()


def test_without_a_token_nothing_is_decided(edition: Edition, now: datetime) -> None:
    with pytest.raises(NotShown):
        acts.decide(edition, Decision("accept", ""), Visitor(), SENT, now)

    assert not Record.objects.exists()


def test_an_answer_to_one_purpose_leaves_the_others(edition: Edition, now: datetime) -> None:
    token = acts.question(edition, "en", "banner", now, ("films",)).token

    decided = acts.decide(edition, Decision("accept", token), visitor(now, measurement="no"), SENT, now)

    assert words(decided) == {"measurement": "no", "films": "yes"}


def test_a_refusal_does_not_forget_an_objection(edition: Edition, now: datetime) -> None:
    before = visitor(now, measurement="out")

    assert words(answer(edition, now, "refuse", before)) == {"measurement": "out", "films": "no"}
    assert words(answer(edition, now, "accept", before)) == {"measurement": "yes", "films": "yes"}


def test_the_id_stays_while_choices_only_widen(edition: Edition, now: datetime) -> None:
    wider = answer(edition, now, "accept", visitor(now, measurement="no", films="yes"))

    assert wider.choice is not None
    assert wider.choice.id == ID
    assert not acts.is_withdrawn(ID, now)


@pytest.mark.parametrize("action", ["refuse", "save", "withdraw", "reset", "opt-out"])
def test_whatever_narrows_a_choice_takes_the_old_cookie_back(edition: Edition, now: datetime, action: Action) -> None:
    before = visitor(now, measurement="yes", films="yes")

    decided = answer(edition, now, action, before)

    assert decided.choice is None or decided.choice.id != ID
    assert acts.is_withdrawn(ID, now)
    assert not acts.is_withdrawn(ID, now + timedelta(days=181))


def test_a_replayed_cookie_is_refused(edition: Edition, now: datetime) -> None:
    old = answer(edition, now, "accept").choice
    assert old is not None
    answer(edition, now, "refuse", Visitor(old))

    replayed = acts.visitor_of(shop(), cookie(old), "", "")

    assert acts.permit(shop(), replayed, "films", now).ground == "withdrawn"


def test_a_choice_that_was_taken_back_is_no_ground_to_build_on(edition: Edition, now: datetime) -> None:
    chose = visitor(now, measurement="yes", films="yes").choice
    token = acts.question(edition, "en", "banner", now, ("films",)).token

    decided = acts.decide(edition, Decision("refuse", token), Visitor(chose, is_withdrawn=True), SENT, now)

    assert words(decided) == {"films": "no"}
    assert decided.choice is not None
    assert decided.choice.id != ID


def test_a_double_submit_is_recorded_twice_and_does_no_harm(edition: Edition, now: datetime) -> None:
    first = answer(edition, now, "refuse", visitor(now, films="yes"))
    chose = visitor(now, films="yes").choice
    second = answer(edition, now, "refuse", Visitor(chose, is_withdrawn=acts.is_withdrawn(ID, now)))

    assert words(first) == words(second)
    assert [record.withdrawn_id is None for record in Record.objects.order_by("number")] == [False, True]


def test_a_reset_leaves_no_choice(edition: Edition, now: datetime) -> None:
    decided = answer(edition, now, "reset", visitor(now, films="yes"))

    assert decided.choice is None
    assert decided.set_cookies[0] == "zweck-choice=; Max-Age=0; Path=/; SameSite=Lax"
    assert Record.objects.get().action == "reset"


def test_an_opt_out_is_renewed_once_a_day_and_keeps_its_id(edition: Edition, now: datetime) -> None:
    decided = answer(edition, now, "opt-out", visitor(now, films="yes"))
    out = Visitor(decided.choice)
    tomorrow = now + timedelta(days=1)

    line = acts.renew(shop(), out, "www.example.org", tomorrow)
    renewed = acts.visitor_of(shop(), line.partition(";")[0], "", "")

    assert acts.renew(shop(), out, "www.example.org", now) == ""
    assert acts.permit(shop(), renewed, "measurement", now + timedelta(days=366)).ground == "out"
    assert renewed.choice is not None
    assert renewed.choice.id == (decided.choice.id if decided.choice else None)
    assert acts.renew(shop(), renewed, "www.example.org", tomorrow) == ""
    assert Record.objects.count() == 1


@pytest.mark.parametrize("said", ["yes", "no"])
def test_only_an_opt_out_is_renewed(now: datetime, said: Said) -> None:
    assert acts.renew(shop(), visitor(now, measurement=said), "www.example.org", now + timedelta(days=9)) == ""
    assert acts.renew(shop(), Visitor(), "www.example.org", now) == ""


def test_without_measurement_there_is_nothing_to_opt_out_of(now: datetime) -> None:
    head, _, _ = source().partition(b"[systems.measurement]")

    with pytest.raises(BadChoice, match="nothing to opt out of"):
        answer(edition_of(head, now), now, "opt-out")
