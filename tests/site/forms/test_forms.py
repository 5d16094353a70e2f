"""A form says what it is for, keeps what was typed, and is taken once."""

import json
import re
from base64 import b64encode
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from html import unescape

import pytest
from django.db import OperationalError
from django.test import Client

from tests.site.forms.conftest import BEN, HERE, HOST, Room, Visitor, slip_in
from zweck import doors
from zweck.consent import acts as consent
from zweck.doors import Input
from zweck.editions import acts as editions
from zweck.editions.values import Edition
from zweck.site.forms import sent, slip, step
from zweck.site.forms.told import told
from zweck.site.models import Sent
from zweck.vault import acts as vault
from zweck.vault.errors import KeyTrouble
from zweck.vault.values import Reading

pytestmark = pytest.mark.django_db
EVERY = [
    ("newsletter", "de", "/neuigkeiten"),
    ("enquiry", "de", "/anfrage"),
    ("trial", "de", "/testzugang"),
    ("newsletter", "en", "/newsletter"),
    ("enquiry", "en", "/support"),
    ("trial", "en", "/trial"),
]


@pytest.mark.parametrize(("form", "language", "path"), EVERY)
def test_each_form_says_before_it_is_sent_what_will_become_of_the_data(
    visitor: Visitor, site: Edition, form: str, language: str, path: str
) -> None:
    text = visitor.client.get(path, secure=True).content.decode()
    said, button = told(site, form, language), text.index('<button class="main">')

    assert f'<html lang="{language}"' in text
    assert text.index(said.only) < text.index('id="in-')
    assert [label for label, _ in said.facts if text.index(f"<dt>{label}</dt>") > button] == []
    assert len(said.facts) >= 5


@pytest.mark.parametrize("path", [path for _, _, path in EVERY])
def test_each_field_says_in_words_whether_it_must_be_given(visitor: Visitor, path: str) -> None:
    text = visitor.client.get(path, secure=True).content.decode()

    fields = re.findall(r'<label for="in-([a-z]+)">.*?<span class="must">\((\w+)\)</span></label>', text)
    assert fields
    assert {name for name, need in fields if need in ("freiwillig", "optional")} <= {"organisation"}
    assert 'autocomplete="email"' in text


def test_a_form_sets_no_cookie_needs_no_script_and_lies_in_no_cache(visitor: Visitor) -> None:
    answer = visitor.client.get("/support", secure=True)

    assert not answer.cookies
    assert "<script" not in answer.content.decode()
    assert answer["Cache-Control"] == "private, no-store"


def test_what_is_sent_reaches_its_room_and_is_readable_under_its_purpose(visitor: Visitor, room: Room) -> None:
    answer = visitor.send("/anfrage", BEN)

    assert (answer.status_code, "Vielen Dank" in answer.content.decode()) == (200, True)
    (got,) = room.got
    assert (got.form, got.purpose, got.language, got.place) == ("enquiry", "enquiry", "de", "virginia")
    assert dict(got.data) == BEN
    (found,) = vault.find(got.site, "email", "ben@example.org")
    wanted = Reading(found.subject, "enquiry", ("message",), "proof", "test")
    assert vault.read(wanted, datetime.now(UTC)) == {"message": BEN["message"]}


def test_the_text_that_was_read_is_found_by_its_hash_for_ever(visitor: Visitor, room: Room, site: Edition) -> None:
    visitor.send("/newsletter", {"email": "ben@example.org"})

    lines = consent.text_of(room.got[0].text_sha256)
    assert lines == told(site, "newsletter", "en").lines
    assert any("you agree that we use your data (e-mail address)" in line for line in lines)


def test_two_submits_at_once_are_one_entry_and_answered_alike(visitor: Visitor, room: Room) -> None:
    fields = {"slip": visitor.slip("/support"), **BEN}

    first, second = (visitor.post("/support", fields) for _ in range(2))

    assert (first.status_code, len(room.got)) == (200, 1)
    assert first.content == second.content


def test_whoever_goes_back_and_writes_something_else_has_sent_something_else(visitor: Visitor, room: Room) -> None:
    fields = {"slip": visitor.slip("/support"), **BEN}

    visitor.post("/support", fields)
    visitor.post("/support", {**fields, "message": "One thing more"})

    assert [got.data["message"] for got in room.got] == [BEN["message"], "One thing more"]


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"email": ""}, "E-mail address: please fill this in."),
        ({"email": "ben@"}, "This does not look like an e-mail address."),
        ({"email": "ben@example.org\r\nBcc: cora@example.org"}, "This does not look like an e-mail address."),
        ({"name": "x" * 201}, "Name: 201 characters are too many; at most 200 fit."),
        ({"message": "4111 1111 1111 1111"}, "This holds a card or account number."),
    ],
)
def test_what_cannot_be_taken_is_said_at_the_field_and_above_and_what_was_typed_stays(
    visitor: Visitor, fields: dict[str, str], message: str
) -> None:
    answer = visitor.send("/support", BEN | fields)
    text = answer.content.decode()
    (name,) = fields

    assert answer.status_code == 422
    assert text.count(message) == 2
    assert re.search(rf'<a href="#in-{name}">', text)
    assert re.search(rf'id="in-{name}"[^>]*aria-invalid="true" aria-describedby="wrong-{name} why-{name}"', text)
    assert 'role="alert" tabindex="-1" id="trouble" autofocus' in text
    assert "Guten Tag\nund danke" in text or name == "message"
    assert not Sent.objects.exists()


def test_markup_headers_and_unseen_signs_stay_text(visitor: Visitor, room: Room) -> None:
    hard = '<script>alert("x")</script>\0\u202e\r\nSubject: x'

    answer = visitor.send("/support", {"name": hard, "email": "", "message": hard})
    text = answer.content.decode()
    visitor.send("/support", BEN | {"name": hard, "message": "a\r\nb\0c"})

    assert "<script>" not in text
    assert "&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt; Subject: x" in text.replace("\n", " ")
    assert room.got[0].data["name"] == '<script>alert("x")</script> Subject: x'
    assert room.got[0].data["message"] == "a\nbc"


def test_an_address_in_unicode_is_one_address(visitor: Visitor, room: Room) -> None:
    answer = visitor.send("/newsletter", {"email": "ben@bücher.example.org"})

    assert (answer.status_code, len(room.got)) == (200, 1)


def test_what_nobody_asked_for_is_not_taken(visitor: Visitor, room: Room) -> None:
    visitor.send("/newsletter", {"email": "ben@example.org", "name": "Ben", "organisation": "x"})

    assert dict(room.got[0].data) == {"email": "ben@example.org"}


@pytest.mark.parametrize("fails", [OperationalError("down"), KeyTrouble("gone")])
def test_a_place_that_is_down_is_told_calmly_and_nothing_is_lost(
    visitor: Visitor, room: Room, fails: Exception
) -> None:
    room.fails = fails

    answer = visitor.send("/anfrage", BEN)

    assert (answer.status_code, "Es ist nichts verloren" in answer.content.decode()) == (503, True)
    assert "und danke" in answer.content.decode()
    assert not Sent.objects.exists()


@pytest.mark.parametrize("came", ["-", "forged", "1.1.en.enquiry." + "0" * 64 + "." + "a" * 22 + "." + "b" * 27])
def test_without_a_slip_of_ours_nothing_is_stored_and_the_form_is_shown_to_be_read(
    visitor: Visitor, room: Room, came: str
) -> None:
    answer = visitor.send("/support", BEN, slip=came)

    assert room.got == []
    assert answer.status_code == (200 if came == "-" else 409)
    assert 'value="ben@example.org"' in answer.content.decode()


def test_a_slip_of_another_form_or_of_last_month_does_not_count(visitor: Visitor, site: Edition, room: Room) -> None:
    shown_at = datetime.now(UTC) - timedelta(days=31)
    old = slip.new(site.site, "enquiry", "en", told(site, "enquiry", "en").sha256, shown_at)

    answers = [visitor.send("/support", BEN, slip=one) for one in (old, visitor.slip("/newsletter"))]

    assert [answer.status_code for answer in answers] == [409, 409]
    assert room.got == []


def test_another_site_stores_nothing_and_a_declared_one_leads_to_the_form(visitor: Visitor, room: Room) -> None:
    fields = {"slip": visitor.slip("/support"), **BEN}

    foreign = visitor.post("/support", fields, Origin="https://other.example.org")
    plain = visitor.post("/support", BEN, Origin=HERE)

    assert (foreign.status_code, plain.status_code, room.got) == (403, 200, [])
    assert "Nothing" not in plain.content.decode() and "look over" in plain.content.decode()
    assert "a website that is not ours" in foreign.content.decode()


def test_a_trial_rests_where_its_customer_says_and_nowhere_undeclared(visitor: Visitor, room: Room) -> None:
    data = {"name": "Ben", "email": "ben@example.org"}
    visitor.send("/trial", data)
    visitor.send("/trial", data, place="ireland")
    visitor.send("/trial", data, place="moon")

    assert [got.place for got in room.got] == ["virginia", "ireland", "virginia"]


def test_a_room_may_offer_more_and_proposes_by_where_the_sender_is(
    visitor: Visitor, room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    options = (("eur", "Euro"), ("usd", "US dollar"))
    offers = (Input("currency", "Currency", "choice", value="usd", options=options),)
    monkeypatch.setitem(doors.offers, "trial", lambda *_asked: offers)

    text = visitor.client.get("/trial", secure=True).content.decode()
    visitor.send("/trial", {"name": "Ben", "email": "ben@example.org"}, currency="eur")

    assert 'value="usd" checked' in text
    assert dict(room.got[0].choices) == {"currency": "eur"}


def test_a_form_that_nobody_takes_is_not_there(site: Edition, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(doors.takers, "trial", raising=False)
    client = Client(headers={"Host": HOST})

    assert client.get("/trial").status_code == 404
    assert "/trial" not in client.get("/sitemap.xml").content.decode()


def test_the_pages_for_proofs_and_crawlers_hold_the_forms(visitor: Visitor) -> None:
    listed = json.loads(visitor.client.get("/z/pages.json").content)["pages"]

    assert {one["path"] for one in listed if one["template"] == "form"} == {path for _, _, path in EVERY}


def test_a_choice_made_on_a_form_leads_back_to_it(visitor: Visitor) -> None:
    text = visitor.client.get("/trial", secure=True).content.decode()
    token = re.search(r'name="token" value="([^"]+)"', text)
    assert token

    answer = visitor.client.post("/z/choice", {"token": token[1], "back": "/trial", "action": "refuse"}, secure=True)

    assert (answer.status_code, answer["Location"]) == (303, "/trial")


# ── bots ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def hurry(visitor: Visitor) -> str:
    """Send until the limit is touched; gives the page that says so."""
    for n in range(6):
        answer = visitor.send("/support", BEN | {"message": f"number {n}"})
    assert answer.status_code == 429
    assert int(answer["Retry-After"]) <= 21
    return str(answer.content.decode())


def step_in(text: str) -> dict[str, str]:
    """The fields of a step, and the slip, as they stand in a page."""
    word = re.search(r'name="step" value="([^"]+)"', text)
    assert word
    return {"step": word[1], "slip": slip_in(text)}


def test_only_who_sends_very_much_is_asked_for_a_little_work(visitor: Visitor, room: Room) -> None:
    text = hurry(visitor)

    assert len(room.got) == 5
    assert "data-zweck-work" in text and "number 5" in text
    assert visitor.send("/support", BEN | {"message": "other"}).status_code == 429
    visitor.sender = "cora"
    assert visitor.send("/support", BEN | {"message": "cora"}).status_code == 200


def test_the_work_lets_one_form_through_once(visitor: Visitor, room: Room, site: Edition) -> None:
    text = hurry(visitor)
    solution = solved(text)

    passed = visitor.post("/support", BEN | step_in(text) | {"altcha": solution, "message": "worked"})
    again = visitor.post("/support", BEN | step_in(text) | {"altcha": solution, "message": "worked twice"})

    assert (passed.status_code, again.status_code, len(room.got)) == (200, 429, 6)


def test_the_work_counts_once_in_all_places_together(visitor: Visitor, room: Room) -> None:
    asked = visitor.send("/trial", BEN, **{"website-url": "filled by a robot"})
    step, sent = step_in(asked.content.decode()), {"name": "Ben", "email": "ben@example.org"}
    solution = solved(asked.content.decode())
    trap = {"website-url": "filled by a robot"}

    answers = [
        visitor.post("/trial", sent | step | trap | {"altcha": solution, "place": place}).status_code
        for place in ("ireland", "virginia", "ireland")
    ]

    assert answers == [200, 429, 200]  # the last is the first once more
    assert [got.place for got in room.got] == ["ireland"]


def test_a_step_that_led_to_nothing_is_not_used_up(visitor: Visitor, room: Room) -> None:
    text = hurry(visitor)
    worked = BEN | step_in(text) | {"altcha": solved(text), "message": "worked"}
    room.fails = KeyTrouble("no key")
    lost = visitor.post("/support", worked)
    room.fails = None

    assert (lost.status_code, visitor.post("/support", worked).status_code) == (503, 200)


def test_without_a_script_a_little_patience_is_enough(
    visitor: Visitor, room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(step, "PAUSE", timedelta(seconds=-1))
    text = hurry(visitor)

    answer = visitor.post("/support", BEN | step_in(text) | {"message": "patient"})

    assert (answer.status_code, len(room.got)) == (200, 6)


@pytest.mark.parametrize("wrong", ["", "e30=", "W10=", "bm90IGpzb24=", "x" * 3000])
def test_half_the_work_is_none(visitor: Visitor, room: Room, wrong: str) -> None:
    text = hurry(visitor)

    answer = visitor.post("/support", BEN | step_in(text) | {"altcha": wrong, "message": "hurried"})

    assert (answer.status_code, len(room.got)) == (429, 5)


def test_who_fills_what_no_human_sees_is_asked_and_not_thrown_away(visitor: Visitor, room: Room) -> None:
    answer = visitor.send("/support", BEN, **{"website-url": "https://spam.example.org"})
    text = answer.content.decode()

    passed = visitor.post("/support", BEN | step_in(text) | {"altcha": solved(text)})

    assert (answer.status_code, passed.status_code, len(room.got)) == (429, 200, 1)


def solved(text: str) -> str:
    """What our script sends for a page's challenge."""
    found = re.search(r'data-zweck-work="([^"]+)"', text)
    assert found
    asked = json.loads(unescape(found[1]))
    number = next(
        n
        for n in range(asked["maxNumber"] + 1)
        if sha256(f"{asked['salt']}{n}".encode()).hexdigest() == asked["challenge"]
    )
    told_back = {name: asked[name] for name in ("algorithm", "challenge", "salt", "signature")} | {"number": number}
    return b64encode(json.dumps(told_back).encode()).decode()


# ── as data ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_declared_site_gets_the_form_as_data_and_may_send_it(visitor: Visitor, room: Room) -> None:
    described = visitor.client.get("/z/form/newsletter.json?lang=en", secure=True)
    form = json.loads(described.content)
    body = json.dumps({"slip": form["slip"], "email": "ben@example.org"})

    answer = visitor.client.post("/z/form/newsletter?lang=en", body, content_type="application/json", secure=True)

    assert described["Access-Control-Allow-Origin"] == HERE
    assert form["only"] == "We use what you enter here only for: news and marketing by e-mail."
    assert [(one["name"], one["must"]) for one in form["inputs"]] == [("email", True)]
    assert (answer.status_code, json.loads(answer.content)["thanks"]["title"]) == (200, "Thank you")
    assert len(room.got) == 1


def test_as_data_the_same_rules_hold(visitor: Visitor, room: Room) -> None:
    path = "/z/form/newsletter?lang=en"
    form = json.loads(visitor.client.get("/z/form/newsletter.json?lang=en", secure=True).content)
    wrong = visitor.client.post(path, {"slip": form["slip"], "email": "x"}, secure=True)
    broken = visitor.client.post(path, "[]", content_type="application/json", secure=True)
    fields = {"slip": form["slip"], "email": "ben@example.org"}
    foreign = visitor.post(path, fields, Origin="https://other.example.org")

    assert [one.status_code for one in (wrong, broken, foreign)] == [422, 400, 403]
    assert "email" in json.loads(wrong.content)["wrong"]
    assert "Access-Control-Allow-Origin" not in foreign
    assert room.got == []


def test_as_data_too_a_step_is_asked_for(visitor: Visitor, room: Room) -> None:
    hurry(visitor)
    form = json.loads(visitor.client.get("/z/form/enquiry.json?lang=en", secure=True).content)

    answer = visitor.post("/z/form/enquiry?lang=en", BEN | {"slip": form["slip"], "message": "hurried"})

    assert answer.status_code == 429
    assert json.loads(answer.content)["step"].keys() == {"word", "challenge", "seconds"}


# ── what is kept of a sending ─────────────────────────────────────────────────────────────────────────────────────


def test_a_sending_is_known_by_what_leads_to_nobody_and_forgotten_in_time(visitor: Visitor, room: Room) -> None:
    visitor.send("/support", BEN)
    (row,) = Sent.objects.all()

    assert len(bytes(row.key)) == 16
    assert sent.key_of(b"1" * 16, BEN) != sent.key_of(b"2" * 16, BEN)
    assert sent.forget_all(datetime.now(UTC) + timedelta(days=30)) == 0
    assert sent.forget_all(datetime.now(UTC) + timedelta(days=32)) == 1


def test_known_and_unknown_senders_get_the_same_page(visitor: Visitor, room: Room) -> None:
    first = visitor.send("/newsletter", {"email": "ben@example.org"})
    known = visitor.send("/newsletter", {"email": "ben@example.org"})
    unknown = visitor.send("/newsletter", {"email": "cora@example.org"})

    assert first.content == known.content == unknown.content
    assert editions.current("example-meetings").number == 1
