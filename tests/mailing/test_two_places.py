"""A campaign whose readers are in two places: each database knows of its own before a mail of theirs leaves."""

from datetime import datetime

import pytest

from tests.disclosure.receivers import Mailbox
from tests.mailing.world import SITE
from zweck.disclosure import acts, models
from zweck.disclosure.bulk import delivering, lanes
from zweck.disclosure.values import Batch, Item
from zweck.vault import acts as vault
from zweck.vault.values import Collecting

pytestmark = pytest.mark.usefixtures("wide_club")
LINKS = {"leave": "/z/leave/abc.def", "mine": "/z/mine/abc.def"}


@pytest.fixture
def batches(relay: Mailbox, now: datetime) -> list[Batch]:
    """Two readers in Virginia, two in Ireland."""
    delivering.forget()
    mail = acts.prepare(SITE, "News", "<p>Hello</p>", "Hello", "en", "newsletter")
    found = []
    for place in ("virginia", "ireland"):
        data = [{"email": f"{place}{n}@example.org"} for n in range(2)]
        made = [vault.collect(Collecting(SITE, place, "newsletter", "consent", 1, "ab" * 32, one), now) for one in data]
        items = tuple(Item(one.grant, mail, LINKS) for one in made)
        found.append(Batch(SITE, place, "newsletter", "spring", items))
    return found


def states(using: str) -> list[str]:
    return list(models.Disclosure.objects.using(using).values_list("state", flat=True))


def test_all_get_their_mail_and_each_place_its_record(relay: Mailbox, batches: list[Batch], now: datetime) -> None:
    found = [[one.state for one in done.results] for done in acts.deliver_each(batches, now)]

    assert found == [["sent", "sent"], ["sent", "sent"]]
    assert (states("default"), states("ireland"), len(relay.to)) == (["sent"] * 2, ["sent"] * 2, 4)


def test_a_kill_when_the_second_place_begins_leaves_its_readers_uncertain_and_not_twice(
    relay: Mailbox, batches: list[Batch], now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    start, begun = lanes.Lanes.start, list[int]()

    def started(those: lanes.Lanes, *given: object) -> lanes.Flight:
        begun.append(len(begun))
        if len(begun) == 2:
            raise KeyboardInterrupt
        return start(those, *given)  # type: ignore[arg-type]

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(lanes.Lanes, "start", started)
        list(acts.deliver_each(batches, now))

    assert (states("default"), states("ireland"), len(relay.to)) == (["sent"] * 2, ["uncertain"] * 2, 2)
    again = [[one.state for one in done.results] for done in acts.deliver_each(batches, now)]
    assert (again, len(relay.to)) == ([["sent"] * 2, ["uncertain"] * 2], 2)
