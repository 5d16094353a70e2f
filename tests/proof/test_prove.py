"""`zweck prove` ends with a code that tells, and says the same to people, programs and CI."""

import json
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from django.core.management import call_command
from pytest_django import Settings

from tests.proof.conftest import World, says
from tests.proof.small_site import SmallSite
from zweck.promises import register
from zweck.proof.management.commands import prove as prove_command

pytestmark = pytest.mark.django_db


def prove(*arguments: str) -> int:
    with pytest.raises(SystemExit) as ended:
        call_command("prove", *arguments)
    return int(str(ended.value.code))


def test_what_is_kept_ends_with_zero(world: World, site: SmallSite, capsys: pytest.CaptureFixture[str]) -> None:
    world.say(says("page.security-headers", rows=("S01",)))

    assert prove("page.security-headers", "--url", site.url) == 0
    assert "kept      page.security-headers  control bit" in capsys.readouterr().out


def test_what_is_broken_ends_with_one_and_says_why(
    world: World, site: SmallSite, capsys: pytest.CaptureFixture[str]
) -> None:
    world.say(says("page.skip-link"))
    site.pages["/"] = site.pages["/"].replace('id="main"', 'id="text"')

    assert prove("page.skip-link", "--url", site.url) == 1
    assert "/: the skip link leads to #main, which is not the main part" in capsys.readouterr().out


def test_what_was_not_asked_for_does_not_count(world: World, site: SmallSite) -> None:
    world.say(says("page.languages"), says("page.security-headers"), says("a.vouched", "attested", until="2020-01-01"))
    site.headers["Referrer-Policy"] = "unsafe-url"

    assert prove("page.security-headers", "--url", site.url) == 1
    assert prove("page.languages", "--url", site.url) == 0


def test_a_lapsed_attestation_is_a_finding_of_the_whole_run_only(
    world: World, site: SmallSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.say(says("page.languages"), says("a.vouched", "attested", until="2020-01-01"))
    languages = register.proof_of("page.languages")
    monkeypatch.setattr(register, "_proofs", {"page.languages": languages})

    assert prove("--quick", "--url", site.url) == 0
    assert prove("--url", site.url) == 1


def test_json_has_the_agreed_shape(world: World, site: SmallSite, capsys: pytest.CaptureFixture[str]) -> None:
    world.say(says("page.security-headers", rows=("S01",)), says("test.text", "stated"))

    prove("page.security-headers", "--url", site.url, "--json", "-")

    said = json.loads(capsys.readouterr().out)
    first = said["promises"][0]
    assert said["policy"]["edition"] == 1
    assert said["summary"] == {"stated": 1, "kept": 1}
    assert {"id", "rows", "state", "until", "reach", "checked_at", "control", "figures"} <= first.keys()
    assert (first["id"], first["rows"], first["control"]) == ("page.security-headers", ["S01"], "bit")


def test_junit_tells_a_failure(world: World, site: SmallSite, tmp_path: Path) -> None:
    world.say(says("page.skip-link"))
    site.pages["/"] = site.pages["/"].replace("<main", "<div")

    prove("page.skip-link", "--url", site.url, "--junit", str(tmp_path / "proof.xml"))

    suite = ET.parse(tmp_path / "proof.xml").getroot()  # noqa: S314  (written by the line above)
    assert suite.get("failures") == "1"
    assert [case.get("name") for case in suite.iter("testcase")] == ["page.skip-link"]


def test_without_a_service_it_ends_with_two(
    world: World, settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.DATA = tmp_path

    assert prove() == 2
    assert "start one with `zweck serve`" in capsys.readouterr().err


def test_a_wrong_name_ends_with_two(world: World, site: SmallSite, capsys: pytest.CaptureFixture[str]) -> None:
    assert prove("page.skip-lnik", "--url", site.url) == 2
    assert "page.skip-lnik" in capsys.readouterr().err


def test_who_saw_nothing_of_what_was_asked_for_does_not_end_with_zero(world: World, site: SmallSite) -> None:
    world.say(says("page.skip-link"))
    site.files["/z/pages.json"] = ("application/json", "{}")

    assert prove("page.skip-link", "--url", site.url) == 2


def test_to_the_service_a_run_that_could_not_see_is_a_result(
    world: World, site: SmallSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(prove_command, "_end_with_input", lambda: None)
    world.say(says("page.skip-link"))
    site.files["/z/pages.json"] = ("application/json", "{}")

    assert prove("page.skip-link", "--url", site.url, "--scheduled") == 0
