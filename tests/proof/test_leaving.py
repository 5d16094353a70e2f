"""Whom the machine speaks to: the operating system tells, and what nobody declared is told from what somebody did."""

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from socket import create_server

import pytest

from tests.proof.conftest import StillClock, says
from zweck.policy.load import loads
from zweck.policy.sentences import Sentence
from zweck.promises.values import Clock, ControlResult, CouldNotLook, Finding, Plant, Proof, State, Target
from zweck.proof.checks.leaving import connections
from zweck.proof.checks.leaving.servers import allowed, is_allowed, with_environment
from zweck.proof.drill.calls import Called, Watch
from zweck.proof.drill.leash import leashed
from zweck.proof.drill.stage import Stages
from zweck.proof.examine import WallClock, prove
from zweck.proof.values import Promised

SOURCE = (Path(__file__).parents[2] / "policies" / "reference.toml").read_bytes()
POLICY = loads(SOURCE, "reference").policy
PROOFS = (connections.LISTED, connections.NONE, connections.NOT_PASSED_ON)


@pytest.fixture(scope="module")
def stages() -> Iterator[Stages]:
    """A running drill of the reference policy."""
    with Stages(SOURCE) as stages:
        yield stages


@pytest.fixture
def live(stages: Stages) -> Target:
    """What settings name is made up, so that the machine of the tests plays no part."""
    target = Target(POLICY, stages.plain().url, POLICY.scope.origins[0], {"drill": stages})
    return replace(target, place=with_environment(target, ZWECK_SMTP_URL="smtp://127.0.0.1:25"))


def kind_of(proof: Proof) -> str:
    """For a test's name."""
    return proof.kind


def blind(_target: Target, _sentence: Sentence, _clock: Clock) -> Finding:
    """Sees nothing and says kept."""
    return Finding(True, "nothing at all")


@pytest.mark.parametrize("proof", PROOFS, ids=kind_of)
def test_the_service_itself_is_green(proof: Proof, live: Target) -> None:
    found = proof.check(live, says(proof.kind), WallClock())

    assert found.kept, found.trouble
    assert found.figures["addresses_wanted"] != 0


PLANTED = [
    pytest.param(proof, plant, id=f"{proof.kind}-{plant.__name__}")
    for proof in PROOFS
    for plant in (proof.plant, *proof.more_plants)
]
TOLD = {
    "plant_connection": "wants to reach 127.0.0.1",
    "plant_setting": "names hooks.example.net",
    "plant_copy": "went to",
}


@pytest.mark.parametrize(("proof", "plant"), PLANTED)
def test_every_planted_violation_is_seen(proof: Proof, plant: Plant, live: Target, clock: StillClock) -> None:
    with plant(live, says(proof.kind)) as planted:
        found = proof.check(planted, says(proof.kind), clock)

    assert not found.kept
    assert len(found.trouble) == 1
    assert TOLD[plant.__name__] in found.trouble[0]


@pytest.mark.parametrize("proof", PROOFS, ids=kind_of)
def test_a_check_that_always_says_kept_misses_its_control(proof: Proof, live: Target, clock: StillClock) -> None:
    evidence = prove(Promised(says(proof.kind), ""), replace(proof, check=blind), live, clock)

    assert (evidence.control, evidence.state) == (ControlResult.MISSED, State.BROKEN), evidence.trouble


def test_a_drill_that_nobody_watches_is_unknown(live: Target, stages: Stages, clock: StillClock) -> None:
    unwatched = replace(live, place={**live.place, "drill": replace(stages.plain(), watches=())})

    with pytest.raises(CouldNotLook, match="nobody watches"):
        connections.check_listed(unwatched, says("recipient.only-listed"), clock)


def reached(code: str) -> frozenset[Called]:
    """What a program wanted to reach, as it was seen."""
    watch = Watch()
    process = subprocess.Popen(leashed([sys.executable, "-c", code], watch), pass_fds=[watch.pass_on])
    watch.begin()
    process.wait(20)
    try:
        return watch.seen()
    finally:
        watch.close()


@pytest.mark.parametrize(
    ("code", "wanted"),
    [
        ("s = socket.socket(); s.settimeout(1); s.connect_ex(('192.0.2.1', 25))", Called("192.0.2.1", 25)),
        ("socket.socket(type=socket.SOCK_DGRAM).connect_ex(('198.51.100.7', 53))", Called("198.51.100.7", 53)),
        ("socket.socket(socket.AF_INET6).connect_ex(('::1', 9))", Called("::1", 9)),
        ("socket.socket(type=socket.SOCK_DGRAM).sendto(b'x', ('127.0.0.1', 9))", Called("127.0.0.1", 9)),
        ("socket.socket(type=socket.SOCK_DGRAM).sendmsg([b'x'], [], 0, ('127.0.0.1', 9))", Called("127.0.0.1", 9)),
    ],
    ids=["tcp", "udp", "ipv6", "sendto", "sendmsg"],
)
def test_the_kernel_tells_of_each_way_to_reach_somebody(code: str, wanted: Called) -> None:
    assert reached(f"import socket; {code.replace('settimeout(1)', 'settimeout(0.2)')}") == {wanted}


def test_what_a_child_of_a_child_reaches_is_seen_and_not_held_back() -> None:
    with create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        inner = f"import socket; socket.create_connection(('127.0.0.1', {port}), 5)"
        found = reached(f"import subprocess, sys; subprocess.run([sys.executable, '-c', {inner!r}], check=True)")
        server.settimeout(5)
        server.accept()[0].close()

    assert found == {Called("127.0.0.1", port)}


def test_connections_between_processes_of_the_machine_are_none() -> None:
    assert reached("import socket; a, b = socket.socketpair(); a.sendall(b'x'); a.sendmsg([b'y'])") == frozenset()


@pytest.mark.parametrize(
    ("host", "is_ours"),
    [
        ("127.0.0.1", True),
        ("10.1.2.3", True),
        ("db", True),
        ("mail.example.com", True),
        ("email-smtp.us-east-1.amazonaws.com", True),
        ("amazonaws.com.example.net", False),
        ("notexample.com", False),
        ("8.8.8.8", False),
        ("smtp.example.net", False),
    ],
)
def test_a_host_is_ours_or_a_declared_recipients(host: str, is_ours: bool) -> None:
    assert is_allowed(host, allowed(POLICY, ["aws"])) is is_ours


def test_a_recipient_that_the_sentence_does_not_except_is_a_stranger() -> None:
    assert not is_allowed("api.stripe.com", allowed(POLICY, ["aws"]))
    assert is_allowed("api.stripe.com", allowed(POLICY, ["aws", "stripe"]))
