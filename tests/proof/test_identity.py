"""No service lends another its good marks."""

import pytest

from tests.proof.conftest import StillClock, World, says
from tests.proof.small_site import SmallSite
from zweck.proof import acts, errors, identity, models

pytestmark = pytest.mark.django_db
make_sure = identity.make_sure  # before the world replaces it


def test_another_service_is_not_proved_and_leaves_no_evidence(
    world: World, site: SmallSite, clock: StillClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(identity, "make_sure", make_sure)
    world.say(says("page.skip-link"))

    with pytest.raises(errors.NoService, match="not this installation serving edition 1 of example"):
        acts.run(acts.Order("example", site.url), clock)

    assert not models.Evidence.objects.exists()


def test_one_that_is_replaced_during_the_run_leaves_none_either(
    world: World, site: SmallSite, clock: StillClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []

    def only_once(_edition: object, url: str, _host: str = "") -> None:
        if told:
            raise errors.NoService(url)
        told.append(url)

    monkeypatch.setattr(identity, "make_sure", only_once)
    world.say(says("page.skip-link"))

    with pytest.raises(errors.NoService):
        acts.run(acts.Order("example", site.url), clock)

    assert models.Run.objects.get().outcome == "died"
    assert not models.Evidence.objects.exists()


def test_an_answer_is_good_for_one_question_and_one_edition_only(world: World) -> None:
    first = world.say(says("page.skip-link"))
    second = world.say(says("page.skip-link"), number=2)

    answers = {
        identity.answer_to("a" * 32, first),
        identity.answer_to("b" * 32, first),
        identity.answer_to("a" * 32, second),
    }

    assert len(answers) == 3
