"""recipient.only-listed, recipient.none and mail.not-passed-on: whom the machine speaks to.

On a scratch instance the operating system tells of every address that one of its processes wants to reach: only its own
doors may be among them. What the live installation is set up to reach is read from its settings; there a host must be
its own, or be declared for a recipient (`hosts`).
"""

import subprocess
import sys
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from itertools import islice
from pathlib import Path
from socket import create_server

from zweck.policy.model import Policy
from zweck.policy.reading.forms import BY_MAIL, served
from zweck.policy.sentences import Sentence
from zweck.promises.values import Check, Clock, CouldNotLook, Figure, Finding, Plant, Proof, Reach, Target
from zweck.proof.checks.leaving.servers import allowed, is_allowed, named, with_environment
from zweck.proof.checks.places.installation import processes
from zweck.proof.drill.asking import CHOICES, answer, pages_on
from zweck.proof.drill.calls import Called, Watch
from zweck.proof.drill.leash import leashed
from zweck.proof.drill.mails import altered, mails_to, waited_for
from zweck.proof.drill.person import Person
from zweck.proof.drill.sending import EMAIL, canary, send_form, stranger
from zweck.proof.drill.stage import Stage, at, stage_of

_ENOUGH = 6
_LISTENS = "0A"  # include/net/tcp_states.h
_PATIENCE_SECONDS = 15


def check_listed(target: Target, _sentence: Sentence, _clock: Clock) -> Finding:
    """Nobody is spoken to but ourselves and the recipients of the policy."""
    return _found(target, target.policy.recipients, {"pages": _visit(stage_of(target))})


def check_none(target: Target, _sentence: Sentence, _clock: Clock) -> Finding:
    """Nobody is spoken to but ourselves and those whom the sentence excepts."""
    return _found(target, _excepted(target.policy, "no-third-parties"), {"pages": _visit(stage_of(target))})


def check_not_passed_on(target: Target, _sentence: Sentence, _clock: Clock) -> Finding:
    """The same while forms are sent and mails leave, each to whoever wrote its address into a form, or to ourselves."""
    stage, policy = stage_of(target), target.policy
    plain = replace(target, place={})  # a violation is planted in what is looked at, not in what is done
    written = stage.once("wrote for mails", lambda: _wrote(plain, stage))
    provider = [policy.systems.mail.provider] if policy.systems.mail and policy.systems.mail.provider else []
    found = _found(
        target,
        {*_excepted(policy, "addresses-not-passed-on"), *provider},
        {"addresses_written": len(written), "mails": len(mails_to(plain, stage))},
    )
    ours = allowed(policy, ())
    strays = {
        f"a mail with an address of somebody else went to {mail.to.rpartition('@')[2]}"
        for mail in mails_to(target, stage)
        for address in written
        if mail.to != address and address.encode() in mail.data and not is_allowed(mail.to.rpartition("@")[2], ours)
    }
    return replace(found, kept=found.kept and not strays, trouble=(*found.trouble, *sorted(strays))[:_ENOUGH])


def _wrote(target: Target, stage: Stage) -> tuple[str, ...]:
    """The addresses written into each form that leads to a mail. Raises CouldNotLook when one does not."""
    written = []
    for name, form in served(target.policy).items():
        if form.kind in BY_MAIL and EMAIL in form.all_asked:
            written.append(canary())
            send_form(stranger(stage), target.policy, name, {EMAIL: written[-1]})
            if not waited_for(target, stage, written[-1]):
                raise CouldNotLook(
                    f"the form {name} of the scratch instance led to no mail, so nobody saw where one goes"
                )
    return tuple(written)


def _found(target: Target, recipients: Collection[str], done: Mapping[str, int]) -> Finding:
    stage, hosts = stage_of(target), named(target)
    called, doors = _called(stage), listening(processes(stage.folder / "data"))
    names = allowed(target.policy, recipients)
    trouble = [
        *(f"{name} names {host}: declare it in its recipient's `hosts`" for name, host in hosts.items()
          if not is_allowed(host, names)),
        *(f"a process of the scratch instance wants to reach {one}" for one in sorted(called)
          if not (one.is_loopback and one.port in doors)),
    ]  # fmt: skip
    figures: dict[str, Figure] = {
        **done,
        "addresses_wanted": len(called),
        "servers_in_settings": sorted(set(hosts.values())),
    }
    seen = "every address that a process of a scratch instance wanted to reach, and every server that settings name"
    return Finding(not trouble, seen, figures, tuple(islice(trouble, _ENOUGH)))


def _visit(stage: Stage) -> int:
    """Open every page and agree to everything: whatever a page makes the service do, it does."""

    def go() -> int:
        person = Person(stage.url)
        pages = pages_on(stage).pages
        for page in pages:
            person.get(page.path)
        with suppress(CouldNotLook):  # a site that asks nothing offers no choice
            answer(person, pages_on(stage).one(CHOICES), "accept")
        return len(pages)

    return stage.once("visited", go)


def _called(stage: Stage) -> frozenset[Called]:
    """What was wanted so far. Raises CouldNotLook, also when not even the service's knock at its own door was seen."""
    if not stage.watches:
        raise CouldNotLook("nobody watches the connections of the scratch instance")
    found = frozenset(called for watch in stage.watches for called in watch.seen())
    if not found:
        raise CouldNotLook("not even the service's knock at its own door was seen")
    return found


def _excepted(policy: Policy, says: str) -> tuple[str, ...]:
    return tuple(id_ for claim in policy.claims if claim.says == says for id_ in claim.recipients)


def listening(pids: tuple[int, ...]) -> frozenset[int]:
    """The ports on which these processes listen, as the operating system has them."""
    return frozenset(port for pid in pids for port in _listening(Path(f"/proc/{pid}")))


def _listening(process: Path) -> Iterator[int]:
    own = set()
    with suppress(OSError):  # it ended
        for descriptor in (process / "fd").iterdir():
            with suppress(OSError):
                own.add(str(descriptor.readlink()))
        for table in ("tcp", "tcp6"):
            for row in (process / "net" / table).read_text().splitlines()[1:]:
                columns = row.split()
                if columns[3] == _LISTENS and f"socket:[{columns[9]}]" in own:
                    yield int(columns[1].rpartition(":")[2], 16)


@contextmanager
def plant_connection(target: Target, _sentence: Sentence) -> Iterator[Target]:
    """A process beside the scratch instance, watched as its own are, that reaches a server nobody declared."""
    stage = stage_of(target)
    watch = Watch()
    with create_server(("127.0.0.1", 0)) as stranger:
        command = leashed([sys.executable, "-c", _REACH, str(stranger.getsockname()[1])], watch)
        try:
            process = subprocess.Popen(command, pass_fds=[watch.pass_on], stdin=subprocess.DEVNULL)
            watch.begin()
            process.wait(_PATIENCE_SECONDS)
            yield at(target, replace(stage, watches=(*stage.watches, watch)))
        finally:
            process.kill()
            process.wait()
            watch.close()


@contextmanager
def plant_setting(target: Target, _sentence: Sentence) -> Iterator[Target]:
    """A setting that names a server nobody declared."""
    yield replace(target, place=with_environment(target, ZWECK_ALERT_WEBHOOK="https://hooks.example.net/planted"))


@contextmanager
def plain(target: Target, _sentence: Sentence) -> Iterator[Target]:
    """The scratch instance, and settings that name nobody."""
    yield replace(target, place=with_environment(target))


@contextmanager
def plant_copy(target: Target, _sentence: Sentence) -> Iterator[Target]:
    """Each mail goes to somebody else."""
    yield altered(target, lambda mail: replace(mail, to="planted@example.net"))


_REACH = "import socket, sys; socket.create_connection(('127.0.0.1', int(sys.argv[1])), 5).close()"


def _proof(kind: str, check: Check, *more: Plant) -> Proof:
    return Proof(
        kind,
        check,
        plant_connection,
        Reach.HOST,
        quick=False,
        needs=("drill", "policy"),
        more_plants=(plant_setting, *more),
        stage=plain,
    )


LISTED = _proof("recipient.only-listed", check_listed)
NONE = _proof("recipient.none", check_none)
NOT_PASSED_ON = _proof("mail.not-passed-on", check_not_passed_on, plant_copy)
