"""The report for programs: JSON in a stable order, and JUnit's XML."""

import json
import re
import xml.etree.ElementTree as ET
from dataclasses import replace

from tests.eye.audits import FINDINGS, PICTURE, audited, found, rich
from tests.eye.test_report import NASTY, hostile
from zweck.eye.report.audited import Audited
from zweck.eye.report.codes import CODES
from zweck.eye.report.data import as_json
from zweck.eye.report.junit import as_junit
from zweck.policy.words import languages


def read(xml: str) -> ET.Element:
    """JUnit's XML, which is our own."""
    return ET.fromstring(xml)  # noqa: S314


def test_json_says_its_version_and_everything_that_was_seen() -> None:
    said = json.loads(as_json(audited()))

    assert said["zweck-audit"] == 1
    assert [walk["state"] for walk in said["walks"]] == ["fresh", "fresh", "fresh", "refused", "accepted", "withdrawn"]
    assert said["walks"][0]["visits"][0]["stored"][1]["lifetime_seconds"] == 63_072_000
    assert said["summary"]["findings"] == 10
    assert said["skipped"][0] == {"url": "https://shop.example.org/cart", "why": "robots"}


def test_json_tells_each_finding_in_every_language() -> None:
    said = json.loads(as_json(audited()))["findings"]

    assert [one["id"] for one in said] == [finding.id for finding in FINDINGS]
    assert all(set(one["texts"]) == set(languages()) for one in said)
    assert set(said[0]["texts"]["de"]) == {"name", "title", "what", "law", "remedy"}


def test_json_is_the_same_for_the_same_and_carries_no_page_text() -> None:
    more = replace(audited(), seen=rich(pictures={"b": PICTURE, "a": PICTURE}))

    assert as_json(audited()) == as_json(audited())
    assert "pictures" not in json.loads(as_json(more))
    assert list(json.loads(as_json(more, pictures=True))["pictures"]) == ["a", "b"]
    assert json.loads(as_json(audited()))["walks"][0]["visits"][0]["text_characters"] == 0


def test_json_of_hostile_names_is_exact_and_harmless_on_a_terminal() -> None:
    printed = as_json(hostile())

    assert json.loads(printed)["findings"][0]["subject"] == NASTY
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\ud800-\udfff]", printed)
    printed.encode()


def test_junit_has_a_case_for_every_code_and_a_failure_for_every_finding() -> None:
    suite = read(as_junit(audited(), "de"))

    assert [case.get("name") for case in suite][1:] == [code.id for code in CODES]
    assert suite.get("failures") == str(len(suite.findall("testcase/failure"))) == "10"
    case = suite.find("testcase[@name='before-choice']")
    assert case is not None
    assert [failure.get("message") for failure in case] == [
        "„_ga“ vor jeder Wahl",
        "„region1.google-analytics.com“ vor jeder Wahl",
    ]


def test_junit_skips_what_could_not_be_judged() -> None:
    suite = read(as_junit(Audited(rich(), ()), "en"))

    skipped = [case.get("name") for case in suite if case.find("skipped") is not None]
    assert skipped == [code.id for code in CODES if code.needs]
    assert suite.get("failures") == "0"


def test_junit_takes_no_look_for_an_error_and_nothing_for_passed() -> None:
    suite = read(as_junit(Audited(rich(), ()), "en", trouble="shop.example.org does not answer."))

    assert (suite.get("tests"), suite.get("errors")) == ("1", "1")


def test_junit_of_hostile_names_is_well_formed() -> None:
    suite = read(as_junit(replace(hostile(), findings=(found(subject=NASTY),)), "en"))

    assert "⟨U+001B⟩" in str(suite.findall("testcase/failure")[0].get("message"))
