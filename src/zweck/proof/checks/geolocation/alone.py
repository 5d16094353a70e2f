"""geo.local-database: no connection leaves while countries are looked up: seen in a process of its own."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from zweck.policy.sentences import Sentence
from zweck.promises.values import Clock, CouldNotLook, Figure, Finding, Plant, Proof, Reach, Target
from zweck.proof.checks.geolocation.told import geolocation_of

_LIMIT_SECONDS = 60
LOOKUPS = 5_000
# Python tells its audit hooks of every name looked up, every connection and every program begun. What does not come
# through Python would still need a socket, so those are counted as well.
_WATCHING = """
import json, os, random, sys
heard, listening = [], False

def hear(event, arguments):
    if listening and event.startswith(("socket.", "subprocess.", "os.exec", "os.posix_spawn", "os.fork")):
        heard.append(event)

def sockets():
    found = 0
    for name in os.listdir("/proc/self/fd"):
        try:
            found += os.readlink("/proc/self/fd/" + name).startswith("socket:")
        except OSError:
            pass
    return found

os.environ["DJANGO_SETTINGS_MODULE"] = "zweck.settings"
import django
django.setup()
from zweck.origin import acts as origin
from zweck.origin.values import Origin
from zweck.proof.checks.geolocation.told import take_table
table = take_table()
look_up = origin.whence
{planted}
sys.addaudithook(hear)
chance, before, most, known = random.Random(11), sockets(), 0, 0
listening = True
for number in range({lookups}):
    network = chance.randbytes(3) if number % 2 else bytes((0x20,)) + chance.randbytes(5)
    look_up(Origin(network))
    if number % 100 == 0:
        most = max(most, sockets())
listening = False
json.dump(dict(heard=sorted(set(heard)), sockets=max(0, most - before), source=table.about.source), sys.stdout)
"""
# A look-up that asks somebody else as well: by name, and straight away. Nothing is sent, and nobody is there.
_ASKS_A_NAME = """
import socket
def look_up(origin_):
    try:
        socket.getaddrinfo("127.0.0.1", 9, flags=socket.AI_NUMERICHOST)
    except OSError:
        pass
"""
_CONNECTS = """
import socket
kept = []
def look_up(origin_):
    if not kept:
        kept.append(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
        kept[0].connect(("127.0.0.1", 9))
"""


def check(target: Target, _sentence: Sentence, _clock: Clock) -> Finding:
    """Look up thousands of addresses, and hear whether that connects, asks for a name or starts a program."""
    geolocation_of(target)
    planted = target.place.get("look_up", "")
    code = _WATCHING.replace("{planted}", str(planted)).replace("{lookups}", str(LOOKUPS))
    try:
        done = subprocess.run(
            [sys.executable, "-P", "-c", code],
            env=dict(os.environ),
            capture_output=True,
            text=True,
            timeout=_LIMIT_SECONDS,
            check=False,
        )
        said = json.loads(done.stdout.rpartition("\n")[2])
    except (subprocess.TimeoutExpired, ValueError):
        raise CouldNotLook("the process that looks up countries gave no result") from None
    trouble = [f"a look-up does {event}" for event in said["heard"]]
    if said["sockets"]:
        trouble.append(f"a look-up opens {said['sockets']} sockets")
    figures: dict[str, Figure] = {
        "lookups": LOOKUPS,
        "events": len(said["heard"]),
        "sockets": said["sockets"],
        "table": said["source"],
    }
    seen = "the events and open sockets of a process that looks up countries with the table in use"
    return Finding(not trouble, seen, figures, tuple(trouble))


def _planting(code: str) -> Plant:
    @contextmanager
    def plant(target: Target, _sentence: Sentence) -> Iterator[Target]:
        yield replace(target, place={**target.place, "look_up": code})

    return plant


PROOF = Proof(
    "geo.local-database",
    check,
    _planting(_ASKS_A_NAME),
    Reach.PROCESS,
    needs=("policy",),
    more_plants=(_planting(_CONNECTS),),
)
