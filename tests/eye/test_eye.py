"""The eye sees what a page does to a visitor's browser."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

from zweck.eye import acts
from zweck.eye.errors import CannotLook
from zweck.eye.values import Wish


def test_it_sees_requests_cookies_and_storage(eye: acts.Eye, address: str) -> None:
    looks = eye.look(Wish((f"{address}/busy",)))

    visit = looks.visits[0]
    assert visit.status == 200
    assert ("http://fonts.example.net/one.png", "image") in {(one.url, one.kind) for one in visit.requests}
    assert [cookie.name for cookie in looks.cookies] == ["seen"]
    assert set(visit.storage) == {"local-storage:colour", "session-storage:tab", "indexed-db:trail"}


def test_each_look_has_a_fresh_profile(eye: acts.Eye, address: str) -> None:
    eye.look(Wish((f"{address}/busy",)))

    looks = eye.look(Wish((f"{address}/calm",)))

    assert looks.cookies == ()
    assert looks.visits[0].storage == ()


def test_it_sees_breaches_of_the_content_policy(eye: acts.Eye, address: str) -> None:
    visit = eye.look(Wish((f"{address}/strict",))).visits[0]

    assert {v.directive for v in visit.violations} >= {"script-src-elem", "img-src"}


def test_it_presses_keys_and_sees_where_the_focus_goes(eye: acts.Eye, address: str) -> None:
    focus = eye.look(Wish((f"{address}/skips",), ("Tab", "Enter"))).visits[0].focus

    assert focus == (("html", "body", "a"), ("html", "body", "main"))


def test_a_key_that_leads_elsewhere_is_not_pressed(eye: acts.Eye, address: str) -> None:
    visit = eye.look(Wish((f"{address}/leads-away",), ("Tab", "Enter"))).visits[0]

    assert visit.status == 200
    assert not [request for request in visit.requests if "example.net" in request.url]


def test_a_key_that_leads_to_another_page_is_not_waited_for(eye: acts.Eye, address: str) -> None:
    began = time.monotonic()

    visits = eye.look(Wish((f"{address}/leads-on",) * 3, ("Tab", "Enter"))).visits

    assert [len(visit.focus) for visit in visits] == [1, 1, 1]
    assert time.monotonic() - began < 10


def test_a_page_that_does_not_answer_has_no_status(eye: acts.Eye) -> None:
    visit = eye.look(Wish(("http://127.0.0.1:9/",))).visits[0]

    assert visit.status == 0


def test_a_browser_that_is_killed_is_told_in_plain_words(address: str, eye: acts.Eye) -> None:
    other = acts.Eye(reach=["127.0.0.1"])
    other._child.kill()
    other._child.wait()

    with pytest.raises(CannotLook, match="died"):
        other.look(Wish((f"{address}/calm",)))

    other.close()


def test_a_browser_that_is_not_there_is_told_in_plain_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZWECK_CHROME", "/nowhere/chromium")

    with pytest.raises(CannotLook, match="ZWECK_CHROME"):
        acts.look(["http://127.0.0.1:9/"])


def test_without_any_browser_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("ZWECK_CHROME", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(CannotLook, match="install Chromium"):
        acts.find_browser()


def test_the_eye_knows_nothing_of_django() -> None:
    code = "import sys, zweck.eye.acts; sys.exit(any(m.partition('.')[0] == 'django' for m in sys.modules))"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
