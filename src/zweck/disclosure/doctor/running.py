"""Runs the doctor: looks at every policy and mail server, and tells what was seen."""

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

from django.conf import settings

from zweck.disclosure.doctor.examining import Outside, Sign, State, of_policy, of_server
from zweck.disclosure.errors import BadSetting
from zweck.disclosure.smtp.relay import smtp
from zweck.editions.acts import policy_files
from zweck.policy.errors import PolicyErrors
from zweck.policy.load import load
from zweck.policy.words import languages

EXIT: dict[State, int] = {"fine": 0, "wrong": 1, "unseen": 2}


def run(arguments: Sequence[str], outside: Outside) -> int:
    """Look and tell; the exit code."""
    parser = argparse.ArgumentParser(prog="zweck mail doctor", description="Tell whether mail of ours can arrive.")
    parser.add_argument("--json", metavar="FILE", help="write what was seen as JSON; - for the output")
    target = parser.parse_args(arguments).json
    try:
        signs = tuple(_signs(outside))
    except PolicyErrors as errors:
        sys.stderr.write(f"{errors}\n")
        return 2
    if target:
        _write(target, json.dumps([asdict(sign) for sign in signs], indent=2))
    if target != "-":
        sys.stdout.write("".join(_lines(signs)))
    states = {sign.state for sign in signs}
    worst: State = "wrong" if "wrong" in states else "unseen" if "unseen" in states else "fine"
    return EXIT[worst]


def _signs(outside: Outside) -> Iterator[Sign]:
    for file in policy_files():
        yield from of_policy(load(file, languages()).policy, settings.KEYS, outside)
    if settings.CATCHER:
        yield Sign("server", "catcher", "unseen", "mail is caught and does not leave", "set ZWECK_SMTP_URL to send")
        return
    try:
        servers = {server.host: server for server in (smtp(), smtp("marketing"))}
    except BadSetting as trouble:
        yield Sign("server", "ZWECK_SMTP_URL", "wrong", str(trouble), "name your mail server")
        return
    for server in servers.values():
        yield from of_server(server, outside)


def _lines(signs: Sequence[Sign]) -> Iterator[str]:
    for sign in signs:
        yield f"{sign.state:7} {sign.check:6} {sign.of}: {sign.says}\n"
        if sign.remedy and sign.state != "fine":
            yield f"{'':15}{sign.remedy}\n"


def _write(target: str, text: str) -> None:
    if target == "-":
        sys.stdout.write(f"{text}\n")
    else:
        Path(target).write_text(f"{text}\n", encoding="utf-8")
