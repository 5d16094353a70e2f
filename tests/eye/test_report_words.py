"""Every finding has its words, and every wording is said by some finding."""

import re
from pathlib import Path
from typing import get_args

import pytest

from tests.eye.audits import found
from zweck.eye.judging.weight import CODES as JUDGED
from zweck.eye.report.codes import CODES, markdown
from zweck.eye.report.texts import Texts
from zweck.eye.values import STATES, Device, Finding, Spot, StoredKind, Sure, Trouble
from zweck.policy.words import PARAMETER, languages, words

ALL = [(language, code.id) for language in languages() for code in CODES]
ROUGH = re.compile(r"[{}]|  | [.,;:)]|„“|“”|\.\.|: \.|,\.")
KINDS = {"stored": "cookie", "asked": "request", "sent": "beacon"}
DAYS = {"declared_days": 7, "seen_days": 30, "accept_clicks": 1, "refuse_clicks": 3, "clicks": 4, "status": 404}
IDS = {"country": "US", "ways": "clicks, layer", "reads": "canvas", "asks": "email", "what": "banner"}


def wordings(language: str, code: str) -> list[str]:
    """All texts that may tell what a finding of a code is."""
    return list(words(language).texts[f"audit.finding.{code}.what"])


def saying(code: str, text: str) -> Finding:
    """A finding that this text is for."""
    names = set(PARAMETER.findall(text)) - {"subject"}
    kind = next((kind for role, kind in KINDS.items() if role in names), "page")
    given = {"country" if name == "country_in" else name for name in names - KINDS.keys()}
    return found(code, "_ga", kind, params={name: DAYS.get(name, IDS.get(name, f"some {name}")) for name in given})


def test_the_page_of_codes_is_the_register() -> None:
    written = Path("docs/reference/audit.md").read_text(encoding="utf-8")

    assert written.partition("## Codes")[2].partition("\n### ")[2] == markdown().removeprefix("### "), (
        "renew it with: python -m zweck.eye.report.codes"
    )


def test_every_code_that_is_judged_is_reported_and_no_other() -> None:
    assert {code.id for code in CODES} == set(JUDGED)


@pytest.mark.parametrize(("language", "code"), ALL)
def test_every_wording_of_a_code_is_said_and_reads_well(language: str, code: str) -> None:
    texts = Texts(language)
    for text in wordings(language, code):
        said = texts.told(saying(code, text))

        pattern = ".*".join(re.escape(part) for part in PARAMETER.split(text)[::2])
        assert re.fullmatch(pattern, said.what), text
        for line in (said.name, said.title, said.what, said.law, said.remedy):
            assert line == line.strip() != "" and not ROUGH.search(line), line
        assert all(line.endswith(".") for line in (said.what, said.law, said.remedy))


@pytest.mark.parametrize(("language", "code"), ALL)
def test_a_title_needs_nothing_but_its_subject(language: str, code: str) -> None:
    said = words(language)

    assert set(PARAMETER.findall(said.say(f"audit.finding.{code}.title", subject="x"))) == set()
    assert PARAMETER.findall(wordings(language, code)[-1]) == []


@pytest.mark.parametrize("language", languages())
def test_every_state_device_kind_trouble_and_reason_has_its_word(language: str) -> None:
    names = {
        "state": STATES,
        "state_head": STATES,
        "device": get_args(Device),
        "kind": (*get_args(StoredKind), "request", "beacon", "script", "form", "box", "banner", "page", "provider"),
        "sure": get_args(Sure),
        "sure_count": get_args(Sure),
        "trouble": tuple(filter(None, get_args(Trouble))),
        "skipped": ("robots", "other-site", "no-page", "limit", "time"),
        "partly": ("pages", "time", "crash", "interrupted"),
    }

    missing = [
        f"{group}.{name}"
        for group, all_of in names.items()
        for name in all_of
        if not words(language).has(f"audit.{group}.{name}")
    ]

    assert missing == []


def test_no_text_is_a_verdict() -> None:
    verdict = re.compile(
        r"illegal|unlawful|violat|verst(o|ö)(ß|ss)|rechtswidrig|verboten|forbidden|must not", re.IGNORECASE
    )

    said = [
        str(text) for tongue in languages() for key, text in words(tongue).texts.items() if key.startswith("audit.")
    ]

    assert [text for text in said if verdict.search(text)] == []


def test_a_code_without_words_is_told_by_its_name() -> None:
    assert Texts("en").told(found("brand-new", "thing")).title == "brand-new: thing"


@pytest.mark.parametrize(
    ("seconds", "german"),
    [
        (0, "0 Sekunden"),
        (59, "59 Sekunden"),
        (60, "1 Minute"),
        (7200, "2 Stunden"),
        (86_400, "1 Tag"),
        (63_072_000, "730 Tage"),
    ],
)
def test_a_lifetime_is_told_in_the_unit_that_fits(seconds: int, german: str) -> None:
    assert Texts("de").lasting(seconds) == german


def test_a_place_names_state_device_and_signal() -> None:
    spot = Spot("https://shop.example.org/", "refused", "phone", gpc=True)

    said = Texts("de").place(spot)

    assert said == "https://shop.example.org/ (nach Ablehnung, Telefon, mit Datenschutzsignal (GPC))"
