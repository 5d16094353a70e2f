"""What is wrong with a declaration of measurement, and what a change of it asks."""

import pytest

from tests.policy.declared import changed, policy, said
from tests.policy.test_lint_precision import codes
from zweck.policy.diff import diff

EVENTS = '[systems.measurement]\nevents = ["sign-up"]\n'


@pytest.mark.parametrize(
    ("more", "message"),
    [
        (
            EVENTS + '[systems.measurement.goals.a]\nname = "A"',
            "goals.a: has neither an event nor a path, write either",
        ),
        (
            EVENTS + '[systems.measurement.goals.a]\nname = "A"\nevent = "sign-up"\npath = "/a"',
            "goals.a: has both an event and a path",
        ),
        (
            EVENTS + '[systems.measurement.goals.a]\nname = "A"\nevent = "sign-upp"',
            'goals.a.event: "sign-upp" is no declared event, did you mean "sign-up"?',
        ),
        (
            EVENTS + '[systems.measurement.goals.a]\nname = "A"\npath = "trial"',
            'goals.a.path: "trial" is no path of a page, begin with "/"',
        ),
        (
            EVENTS + '[systems.measurement.goals.a]\nname = "A"\npath = "/trial"\n'
            '[systems.measurement.funnels.f]\nname = "F"\nsteps = ["a", "bought"]',
            'funnels.f.steps[1]: "bought" is no declared goal, declare it under',
        ),
        ('[systems.measurement]\nexcluded_paths = ["/a?b=*"]', "what follows a path is never measured"),
        ('[systems.measurement]\nevents = ["leave"]', '"leave" is what every page reports when it is left'),
        ('[systems.measurement]\ntag_id = "G-X"', "no provider is declared, add `provider`, or remove it"),
        ('[systems.measurement]\ndimensions = ["country"]', '"country" is counted by no measurement of our own'),
    ],
)
def test_what_cannot_be_counted_is_said_with_what_would_be_right(more: str, message: str) -> None:
    messages = said(changed(more="\n" + more))

    assert len(messages) == 1
    assert message in messages[0]


def test_a_providers_tag_may_be_told() -> None:
    more = '\n[systems.measurement]\nprovider = "ads"\ntag_id = "G-X"\ndimensions = ["country"]\n'

    assert policy(more=more).systems.measurement is not None


PURPOSE = '[purposes.count]\nname = "Zählung"\nbasis = "contract"\nautomated_decision = false\n'


@pytest.mark.parametrize(("days", "found"), [(400, set()), (401, {"OPT-OUT-LIFE"})])
def test_an_opt_out_lasts_no_longer_than_a_browser_keeps_it(days: int, found: set[str]) -> None:
    system = f'[systems.measurement]\npurpose = "count"\npermission = "opt-out"\nopt_out_days = {days}\n'

    assert codes(PURPOSE, system) == found


OLD = (
    '\n[systems.measurement]\nevents = ["sign-up"]\ndimensions = ["path"]\nexcluded_paths = ["/account*"]\n'
    'opt_out_days = 300\n[systems.measurement.goals.a]\nname = "A"\npath = "/a"\n'
)


@pytest.mark.parametrize(
    ("old", "new", "asks"),
    [
        ('["path"]', '["path", "browser"]', "notice"),
        ('["sign-up"]', '["sign-up", "download"]', "notice"),
        ('["sign-up"]', "[]", "none"),
        ('["/account*"]', "[]", "notice"),
        ('["/account*"]', '["/account*", "/help*"]', "none"),
        ("opt_out_days = 300", "opt_out_days = 200", "notice"),
        ("opt_out_days = 300", "opt_out_days = 350", "none"),
        ('path = "/a"', 'path = "/b"', "none"),
        ('name = "A"', 'name = "B"', "none"),
        ('path = "/a"\n', 'path = "/a"\n[systems.measurement.goals.b]\nname = "B"\npath = "/b"\n', "none"),
    ],
)
def test_people_are_told_when_more_is_taken_down(old: str, new: str, asks: str) -> None:
    assert old in OLD

    found = diff(policy(more=OLD), policy(more=OLD.replace(old, new)))

    assert {change.asks for change in found.changes} <= {asks, "none"}
    assert found.needs_notice is (asks == "notice")
