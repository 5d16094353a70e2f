"""Pages behind links in mails: a look changes nothing, a press does, and the address stays between us."""

from dataclasses import dataclass, field
from typing import Any  # headers of the test client

import pytest
from django.db import OperationalError
from django.test import Client

from tests.site.world import World
from zweck import doors
from zweck.doors import Ask, File, Input, NoTokenPage, PageContent, Part, Press, TokenPage, Visit
from zweck.vault.errors import BadToken, TokenExpired

PATH = "/z/leave/v1.ben-token"
OURS = {"Origin": "http://testserver"}
# What a browser sends from a page that says `no-referrer`.
WITHOUT_REFERRER = {"Origin": "null", "Sec-Fetch-Site": "same-origin"}
ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@dataclass
class Room:
    """A room behind the pages, which takes down what it is asked."""

    looks: list[Visit] = field(default_factory=list)
    presses: list[Press] = field(default_factory=list)
    refuses: Exception | None = None

    def look(self, visit: Visit) -> PageContent:
        """A page with one button."""
        self.looks.append(visit)
        if self.refuses:
            raise self.refuses
        asks = (Ask((("leave", "Abbestellen"),), (Input("why", "Warum?", kind="lines", why="Wenn Sie mögen."),)),)
        return PageContent(
            "Abbestellen", "Sie lesen <b>unseren</b> Rundbrief.", (Part(facts=(("seit", ("1", "2")),)),), asks
        )

    def press(self, visit: Visit, press: Press) -> PageContent:
        """What came of it."""
        self.presses.append(press)
        if self.refuses:
            raise self.refuses
        if press.action == "receipt":
            return PageContent("", file=File("receipt.json", "application/json", b"{}"))
        return PageContent("Abbestellt", "Sie erhalten ihn nicht mehr.", done=True)


@pytest.fixture
def room(club: World, monkeypatch: pytest.MonkeyPatch) -> Room:
    """The club's room behind `/z/leave/`."""
    found = Room()
    monkeypatch.setitem(doors.token_pages, "leave", TokenPage(found.look, found.press))
    return found


def strict() -> Client:
    """A client whose requests are checked as a browser's are."""
    return Client(enforce_csrf_checks=True)


@pytest.mark.parametrize("method", ["get", "head"])
def test_a_look_changes_nothing(room: Room, method: str) -> None:
    response = getattr(strict(), method)(PATH)

    assert (response.status_code, room.presses) == (200, [])
    assert [(visit.site, visit.token, visit.language) for visit in room.looks] == [("club", "v1.ben-token", "de")]


def test_a_page_shows_what_its_room_says_and_nothing_of_it_is_markup(room: Room) -> None:
    text = strict().get(PATH).content.decode()

    assert "Sie lesen &lt;b&gt;unseren&lt;/b&gt; Rundbrief." in text
    assert '<button name="action" value="leave">Abbestellen</button>' in text
    assert '<label for="in-why">Warum?' in text and 'aria-describedby="why-why"' in text
    assert "<script" not in text


def test_what_most_come_for_stands_above_what_can_be_done(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    way = ("Zum Raum", "https://rooms.example.org/a?b=1&c=2")
    content = PageContent("Ihr Zugang", asks=(Ask((("end", "Beenden"),)),), onward=way)
    monkeypatch.setitem(doors.token_pages, "leave", TokenPage(lambda _: content, room.press))

    text = strict().get(PATH).content.decode()

    assert text.index('href="https://rooms.example.org/a?b=1&amp;c=2">Zum Raum<') < text.index("Beenden")


@pytest.mark.parametrize("headers", [OURS, WITHOUT_REFERRER, {}])
def test_a_press_from_our_own_page_counts(room: Room, headers: dict[str, str]) -> None:
    response = strict().post(PATH, {"action": "leave", "why": "zu\r\noft\0"}, headers=headers)

    assert (response.status_code, "Abbestellt" in response.content.decode()) == (200, True)
    assert [(press.action, press.fields) for press in room.presses] == [("leave", {"why": "zu\noft"})]


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://other.example.org"},
        {"Origin": "null", "Sec-Fetch-Site": "cross-site"},
        {"Referer": "https://other.example.org/page"},
    ],
)
def test_a_press_from_another_site_does_nothing_and_says_so(room: Room, headers: dict[str, str]) -> None:
    response = strict().post(PATH, {"action": "leave"}, headers={**headers, "Accept-Language": "en"})

    assert (response.status_code, room.presses) == (403, [])
    assert "Nothing was done" in response.content.decode()


@pytest.mark.parametrize("more", [{}, {"content_type": "application/x-www-form-urlencoded"}])
def test_a_mail_program_unsubscribes_in_one_click_without_cookie_or_origin(room: Room, more: dict[str, Any]) -> None:
    body: Any = "List-Unsubscribe=One-Click" if more else ONE_CLICK

    response = strict().post(PATH, body, headers={"Origin": "https://mail.example.org"}, **more)

    assert (response.status_code, [press.action for press in room.presses]) == (200, ["one-click"])
    assert not response.cookies


@pytest.mark.parametrize(
    ("refuses", "status", "words"),
    [
        (NoTokenPage(), 404, "This link leads nowhere"),
        (BadToken("x"), 404, "This link leads nowhere"),
        (TokenExpired("x"), 410, "This link has served its time"),
        (NoTokenPage(is_over=True), 410, "This link has served its time"),
        (OperationalError("down"), 503, "Nothing is lost"),
    ],
)
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_link_that_leads_nowhere_says_so_calmly(
    room: Room, method: str, refuses: Exception, status: int, words: str
) -> None:
    room.refuses = refuses

    response = getattr(strict(), method)(PATH, headers={**OURS, "Accept-Language": "en"})

    assert (response.status_code, words in response.content.decode()) == (status, True)


def test_a_kind_that_no_room_has_is_not_found(club: World) -> None:
    response = strict().get("/z/nothing/abc", headers={"Accept-Language": "de"})

    assert (response.status_code, "führt zu nichts" in response.content.decode()) == (404, True)


def test_a_link_may_name_its_language_and_the_page_offers_the_others(room: Room) -> None:
    response = strict().get(f"{PATH}?lang=en", headers={"Accept-Language": "de"})

    assert room.looks[-1].language == response["Content-Language"] == "en"
    assert f'href="{PATH}?lang=de" lang="de"' in response.content.decode()


@pytest.mark.parametrize("method", ["get", "post"])
def test_the_address_goes_to_nobody_and_lies_in_no_cache(room: Room, method: str) -> None:
    response = getattr(strict(), method)(PATH, headers=OURS)

    assert response["Referrer-Policy"] == "no-referrer"
    assert response["Cache-Control"] == "private, no-store"
    assert "noindex" in response["X-Robots-Tag"]
    assert "canonical" not in response.content.decode()


def test_no_other_method_is_known(room: Room) -> None:
    assert strict().put(PATH, headers=OURS).status_code == 405


def test_a_broken_form_does_nothing(room: Room) -> None:
    body = "&".join(f"f{n}=x" for n in range(70))

    response = strict().post(PATH, body, content_type="application/x-www-form-urlencoded", headers=OURS)

    assert (response.status_code, room.presses) == (400, [])


def test_a_file_is_handed_out_in_place_of_a_page(room: Room) -> None:
    response = strict().post(PATH, {"action": "receipt"}, headers=OURS)

    assert (response.content, response["Content-Type"]) == (b"{}", "application/json")
    assert response["Content-Disposition"] == 'attachment; filename="receipt.json"'
