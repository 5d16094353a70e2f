"""Each import contract bites: a violation of it, planted in a copy of the tree, is named."""

import ast
import os
import shutil
import subprocess
import sys
from configparser import ConfigParser
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "zweck"
RULES = ConfigParser()
RULES.read(SOURCE / "contracts.ini")
PURE = RULES["importlinter:contract:pure"]["forbidden_modules"].split()
CONNECTING = [
    line.partition(":")[0] for line in RULES["importlinter:contract:connecting"]["modules"].strip().splitlines()
]
RUN = "from importlinter.cli import lint_imports_command as run; run()"
NOT_CONNECTING = "from http import HTTPStatus\nfrom urllib.parse import quote\n"

# Module -> source. Names that no room will ever use, so that nothing of the tree is overwritten.
PLANTED = {
    "attic": "",
    "ledger.planted_upward": "def late() -> None:\n    from zweck.editions import values\n",
    "site.planted_sideways": "from zweck.console import values\n",
    "site.planted_circle": "from zweck.site import planted_round\n",
    "site.planted_round": "from zweck.site import planted_circle\n",
    "policy.planted_impure": "".join(f"import {module}\n" for module in PURE),
    "proof.planted_past_a_door": "from zweck.editions.planted_inside import Row\n",
    "proof.planted_through_a_door": "from zweck.editions.values import Row\n",
    "proof.planted_for_types": (
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from zweck.editions.planted_inside import Row\n"
    ),
    "editions.planted_inside": "class Row: ...\n",
    "site.planted_connecting": "".join(f"import {module}\n" for module in CONNECTING) + NOT_CONNECTING,
    "site.planted_from": "from http import client\nfrom urllib import request\nfrom http.client import HTTPMessage\n",
    "disclosure.planted_allowed": "import smtplib\nimport http.client\n",
}


def _lint(source: Path) -> str:
    result = subprocess.run(
        [sys.executable, "-c", RUN, "--config", str(source / "zweck" / "contracts.ini"), "--no-cache"],
        env={**os.environ, "PYTHONPATH": str(source), "COLUMNS": "200"},
        cwd=source,
        capture_output=True,
        text=True,
        check=False,
    )
    return result.stdout + result.stderr


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What one run over a tree with every violation says."""
    source = tmp_path_factory.mktemp("tree")
    shutil.copytree(SOURCE, source / "zweck", ignore=shutil.ignore_patterns("__pycache__"))
    for module, text in PLANTED.items():
        path = source / "zweck" / (module.replace(".", "/") + ".py")
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    for room in ("editions", "console"):  # what is imported must be there to be seen
        (source / "zweck" / room / "values.py").touch()
    return _lint(source)


def test_the_tree_keeps_every_contract() -> None:
    said = _lint(ROOT / "src")

    assert "0 broken" in said, said


def test_every_contract_can_break(said: str) -> None:
    contracts = [name for name in RULES.sections() if name.startswith("importlinter:contract:")]

    assert f"0 kept, {len(contracts)} broken" in said, said


@pytest.mark.parametrize(
    "named",
    [
        "attic",
        "zweck.ledger.planted_upward -> zweck.editions.values",
        "zweck.site.planted_sideways -> zweck.console.values",
        "planted_circle",
        "zweck.proof.planted_past_a_door:1: from zweck.editions.planted_inside import Row",
        "zweck.site.planted_from:1: from http import client",
        "zweck.site.planted_from:2: from urllib import request",
        "zweck.site.planted_from:3: from http.client import HTTPMessage",
        *(f"zweck.policy.planted_impure -> {module}" for module in PURE),
        *(f"zweck.site.planted_connecting:{n}: import {module}" for n, module in enumerate(CONNECTING, 1)),
    ],
)
def test_a_violation_is_named(said: str, named: str) -> None:
    assert named in said, said


@pytest.mark.parametrize("innocent", ["through_a_door", "for_types", "planted_allowed", "HTTPStatus", "urllib.parse"])
def test_what_is_allowed_is_not_named(said: str, innocent: str) -> None:
    assert innocent not in said


def test_a_pure_room_is_held_pure_as_soon_as_it_exists() -> None:
    there = {f"zweck.{room}" for room in ("policy", "origin") if (SOURCE / room).is_dir()}

    assert there == set(RULES["importlinter:contract:pure"]["source_modules"].split())


@pytest.mark.parametrize(
    ("code", "line"),
    [
        ("TID251", "from importlib import import_module"),
        ("TID251", "from django.apps import apps; apps.get_model('console', 'Staff')"),
        ("TID251", "from django.core.mail import send_mail"),
        ("TID251", "from django.db import connection"),
        ("TID251", "from django.db import connections"),
        ("TID251", "from http.client import HTTPConnection"),
        ("TID251", "from urllib.request import urlopen"),
        ("TID251", "import socket; socket.create_connection(('192.0.2.1', 25))"),
        ("SLF001", "Staff = object(); Staff._base_manager"),
    ],
)
def test_a_way_around_the_contracts_is_refused(code: str, line: str) -> None:
    ruff = [sys.executable, "-m", "ruff", "check", "--no-cache", "--stdin-filename", "src/zweck/ledger/planted.py", "-"]

    result = subprocess.run(ruff, input=line, cwd=ROOT, capture_output=True, text=True, check=False)

    assert code in result.stdout, result.stdout + result.stderr


def test_no_room_reaches_a_table_behind_its_manager() -> None:
    behind = {"_base_manager", "_default_manager"}
    reached = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in SOURCE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute) and node.attr in behind
    ]

    assert reached == []


def test_the_picture_of_the_house_shows_the_rooms_there_are_in_their_order() -> None:
    layers = RULES["importlinter:contract:floors"]["layers"].split("\n")
    built = [[room for room in line.split(" | ") if room and not room.startswith("(")] for line in layers]
    picture = (ROOT / "docs/explanation/house.md").read_text().partition("```\n")[2].partition("```")[0]

    shown = [line.partition("  ")[0].split(" | ") for line in picture.strip().splitlines()]

    assert shown == [line for line in built if line]
