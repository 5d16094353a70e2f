"""A run keeps what it found, all or nothing, and never more than it saw."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings

from tests.proof.conftest import StillClock, World, says
from tests.proof.small_site import SmallSite
from zweck.disclosure import acts as disclosure
from zweck.disclosure.values import Alert
from zweck.editions import acts as editions
from zweck.policy.sentences import Sentence
from zweck.promises import register
from zweck.promises.values import Clock, ControlResult, CouldNotLook, Evidence, Finding, Proof, Reach, State, Target
from zweck.proof import acts, errors, keep, models

pytestmark = pytest.mark.django_db


class Subject:
    """Something provable: `is_true` on the live target, false where planted."""

    def __init__(self) -> None:
        self.is_true = True
        self.trouble: Exception | None = None
        self.blind_control = False
        self.misses = False

    def check(self, target: Target, _sentence: Sentence, _clock: Clock) -> Finding:
        planted = target.base_url == "planted:"
        if self.trouble and not planted:
            raise self.trouble
        kept = self.misses or (self.is_true and not planted)
        return Finding(kept, "the subject", {"things": 3}, () if kept else ("it is not so",))

    @contextmanager
    def plant(self, target: Target, _sentence: Sentence) -> Iterator[Target]:
        if self.blind_control:
            raise CouldNotLook("no place to plant")
        yield replace(target, base_url="planted:")


@pytest.fixture
def subject(monkeypatch: pytest.MonkeyPatch, world: World) -> Subject:
    """A promise `test.subject` in the statement, with its proof."""
    subject = Subject()
    proof = Proof("test.subject", subject.check, subject.plant, Reach.HOST)
    monkeypatch.setattr(register, "_proofs", {proof.kind: proof})
    world.say(says("test.subject", rows=("S01",)))
    return subject


@pytest.fixture
def alerts(monkeypatch: pytest.MonkeyPatch) -> list[Alert]:
    """What the operator is told."""
    told: list[Alert] = []

    def tell(alert: Alert, _now: datetime) -> int:
        told.append(alert)
        return 1

    monkeypatch.setattr(disclosure, "tell_operator", tell)
    return told


def prove(clock: StillClock) -> Evidence:
    return acts.run(acts.Order("example", "http://127.0.0.1:9"), clock).evidence[0]


def test_what_is_true_and_whose_control_bit_is_kept(subject: Subject, clock: StillClock) -> None:
    evidence = prove(clock)

    assert (evidence.state, evidence.control) == (State.KEPT, ControlResult.BIT)
    assert evidence.until == clock.now() + timedelta(hours=24)


def test_what_is_false_is_broken(subject: Subject, clock: StillClock) -> None:
    subject.is_true = False

    evidence = prove(clock)

    assert (evidence.state, evidence.trouble) == (State.BROKEN, ("it is not so",))


def test_a_proof_that_misses_its_control_is_broken(subject: Subject, clock: StillClock) -> None:
    subject.misses = True

    evidence = prove(clock)

    assert (evidence.state, evidence.control) == (State.BROKEN, ControlResult.MISSED)
    assert evidence.trouble == ("the proof itself is broken: it did not see the planted violation",)


def test_who_could_not_look_knows_nothing(subject: Subject, clock: StillClock) -> None:
    subject.trouble = CouldNotLook("the site does not answer")

    evidence = prove(clock)

    assert (evidence.state, evidence.trouble) == (State.UNKNOWN, ("the site does not answer",))


def test_without_a_control_nothing_is_kept(subject: Subject, clock: StillClock) -> None:
    subject.blind_control = True

    evidence = prove(clock)

    assert (evidence.state, evidence.control) == (State.UNKNOWN, ControlResult.NONE)
    assert evidence.trouble == ("the control could not be run: no place to plant",)


def test_of_an_unexpected_error_only_the_type_is_kept(subject: Subject, clock: StillClock) -> None:
    subject.trouble = LookupError("ben@example.org is not there")

    evidence = prove(clock)

    assert (evidence.state, evidence.trouble) == (State.UNKNOWN, ("the proof stopped with LookupError",))


def test_a_finished_run_is_an_act_in_the_ledger(subject: Subject, clock: StillClock, world: World) -> None:
    prove(clock)

    run = models.Run.objects.get()
    assert run.outcome == "finished"
    assert world.recorded == [
        ("proof.ran", {"run": run.pk, "edition": 1, "evidence": run.digest, "kept": 1})
    ]  # fmt: skip


def test_a_killed_run_keeps_nothing(subject: Subject, clock: StillClock, world: World) -> None:
    prove(clock)
    subject.trouble = KeyboardInterrupt()  # type: ignore[assignment]

    with pytest.raises(KeyboardInterrupt):
        prove(clock)

    assert acts.standing(world.edition, clock.now()).marks["test.subject"].state is State.KEPT
    assert list(models.Run.objects.values_list("outcome", flat=True)) == ["finished", "died"]
    assert models.Evidence.objects.count() == 1


def test_a_run_overtaken_by_another_edition_keeps_nothing(
    subject: Subject, clock: StillClock, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = world.edition
    answers = iter([old, world.say(says("test.subject"), number=2)])
    monkeypatch.setattr(editions, "current", lambda _site: next(answers))

    with pytest.raises(errors.Superseded):
        prove(clock)

    assert models.Evidence.objects.count() == 0


def test_a_second_run_at_once_is_refused(subject: Subject, clock: StillClock) -> None:
    with Path(settings.DATA, "proof.lock").open("ab") as held:
        fcntl.flock(held, fcntl.LOCK_EX)

        with pytest.raises(errors.AlreadyRunning):
            prove(clock)

    assert models.Run.objects.count() == 0


def test_newer_evidence_takes_the_place_of_older(subject: Subject, clock: StillClock, world: World) -> None:
    prove(clock)
    clock.move(timedelta(hours=1))
    subject.is_true = False
    prove(clock)

    mark = acts.standing(world.edition, clock.now()).marks["test.subject"]
    assert (mark.state, mark.since) == (State.BROKEN, clock.now())
    assert [e.state for e in acts.history("example", "test.subject", 9)] == [State.BROKEN, State.KEPT]


def test_a_change_of_state_is_recorded_and_told_once(
    subject: Subject, clock: StillClock, world: World, alerts: list[Alert]
) -> None:
    prove(clock)
    subject.is_true = False
    clock.move(timedelta(hours=1))
    prove(clock)
    prove(clock)

    changed = acts.changes("example", 9)
    assert [(c.promise, c.before, c.after) for c in changed] == [("test.subject", State.KEPT, State.BROKEN)]
    assert [alert.subject for alert in alerts] == ["example: 1 promise broken or lapsed"]
    body = {"promise": "test.subject", "from": "kept", "to": "broken"}
    assert [b for act, b in world.recorded if act == "promise.changed"] == [body]


def test_a_promise_that_is_red_when_first_seen_is_told(
    subject: Subject, clock: StillClock, alerts: list[Alert]
) -> None:
    subject.is_true = False

    prove(clock)

    assert [alert.subject for alert in alerts] == ["example: 1 promise broken or lapsed"]


def test_the_passing_of_an_age_is_a_change(
    subject: Subject, clock: StillClock, world: World, alerts: list[Alert]
) -> None:
    prove(clock)
    before = world.revision

    acts.take_stock(world.edition, clock.move(timedelta(hours=24)))

    assert [(c.before, c.after) for c in acts.changes("example", 9)] == [(State.KEPT, State.UNKNOWN)]
    assert world.revision > before
    assert len(alerts) == 1


def test_a_name_that_is_no_promise_is_refused(subject: Subject, clock: StillClock) -> None:
    order = acts.Order("example", "http://127.0.0.1:9", promises=("test.subjekt",))

    with pytest.raises(errors.UnknownPromise, match=r"test\.subjekt"):
        acts.run(order, clock)


def test_without_a_service_the_message_says_what_would_help(tmp_path: Path, settings: object) -> None:
    settings.DATA = tmp_path  # type: ignore[attr-defined]

    with pytest.raises(errors.NoService, match="zweck serve"):
        acts.find_service()


def test_a_site_that_does_not_answer_leaves_nothing_kept(world: World, clock: StillClock) -> None:
    world.say(says("page.languages"))

    evidence = acts.run(acts.Order("example", "http://127.0.0.1:9", promises=("page.languages",)), clock).evidence

    assert [e.state for e in evidence] == [State.UNKNOWN]


def test_a_site_that_keeps_its_word_is_seen_to(world: World, site: SmallSite, clock: StillClock) -> None:
    world.say(says("page.languages"))

    evidence = acts.run(acts.Order("example", site.url, promises=("page.languages",)), clock).evidence

    assert [(e.state, e.control) for e in evidence] == [(State.KEPT, ControlResult.BIT)]


def test_old_runs_are_dropped_but_never_the_newest_evidence(subject: Subject, clock: StillClock) -> None:
    prove(clock)
    clock.move(timedelta(days=1))
    prove(clock)

    acts.prune(clock.move(timedelta(days=500)))

    assert models.Evidence.objects.count() == 1
    assert models.Run.objects.count() == 1


def test_evidence_for_another_edition_counts_for_no_proof_that_reads_its_policy(
    subject: Subject, world: World, clock: StillClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    proof = Proof("test.subject", subject.check, subject.plant, Reach.HOST, needs=("policy",))
    monkeypatch.setattr(register, "_proofs", {proof.kind: proof})
    prove(clock)

    later = world.say(says("test.subject"), number=2)

    assert acts.standing(later, clock.now()).marks["test.subject"].state is State.UNKNOWN
    assert keep.newest(later) == {}
