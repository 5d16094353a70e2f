"""Which pages are looked at, and which are not."""

import pytest

from zweck.eye.frontier import Frontier, Robots
from zweck.eye.parties import is_third_party, site_of
from zweck.eye.values import Link

HOME = "https://www.example.com/"


def _links(*urls: str, text: str = "") -> list[Link]:
    return [Link(url, text) for url in urls]


def _all(frontier: Frontier) -> list[str]:
    found = []
    while url := frontier.next():
        found.append(url)
    return found


def _robots(text: str) -> Robots:
    return Robots.read(200, text)


def test_each_page_comes_once_whatever_its_fragment() -> None:
    frontier = Frontier(HOME, Robots())

    frontier.add(HOME, _links("/", "/a", "/a#part", "https://www.example.com:443/a", "https://WWW.example.com/a"))

    assert _all(frontier) == ["https://www.example.com/a"]


def test_other_sites_are_never_opened() -> None:
    frontier = Frontier(HOME, Robots())

    frontier.add(
        HOME, _links("https://example.org/", "javascript:alert(1)", "data:text/html,x", "mailto:a@example.com")
    )

    assert _all(frontier) == []


def test_a_subdomain_is_the_same_site_and_comes_after_this_host() -> None:
    frontier = Frontier(HOME, Robots())

    frontier.add(HOME, _links("https://shop.example.com/b", "/c"))

    assert _all(frontier) == ["https://www.example.com/c", "https://shop.example.com/b"]


def test_what_speaks_of_data_comes_first() -> None:
    frontier = Frontier(HOME, Robots())

    frontier.add(HOME, [Link("/news", "News"), Link("/p17", "Datenschutz"), Link("/kontakt", "Write")])

    assert _all(frontier)[2] == "https://www.example.com/news"


def test_every_sort_of_page_comes_before_more_of_one() -> None:
    frontier = Frontier(HOME, Robots())

    frontier.add(HOME, _links(*(f"/calendar/2026/{month}" for month in range(1, 13)), "/about"))

    assert "https://www.example.com/about" in _all(frontier)[:2]


def test_a_link_that_logs_out_or_deletes_is_left_alone() -> None:
    frontier = Frontier(HOME, Robots())

    frontier.add(HOME, [Link("/logout", ""), Link("/x?action=delete", ""), Link("/y", "Abmelden"), Link("/a.pdf", "")])

    assert _all(frontier) == []
    assert {skipped.why for skipped in frontier.skipped} == {"no-page"}


def test_what_robots_txt_forbids_is_named_and_not_opened() -> None:
    frontier = Frontier(HOME, _robots("User-agent: *\nDisallow: /private*\n"))

    frontier.add(HOME, _links("/private/a", "/open"))

    assert _all(frontier) == ["https://www.example.com/open"]
    assert [(s.url, s.why) for s in frontier.rest("limit")] == [("https://www.example.com/private/a", "robots")]


def test_robots_txt_may_speak_to_us_by_name() -> None:
    robots = _robots("User-agent: *\nDisallow: /\n\nUser-agent: zweck\nDisallow: /b\nCrawl-delay: 2\n")

    assert robots.lets("https://www.example.com/a")
    assert not robots.lets("https://www.example.com/b")
    assert robots.pause_seconds == 2.0


@pytest.mark.parametrize(("status", "text"), [(404, "User-agent: *\nDisallow: /"), (200, "<html>not found</html>")])
def test_what_is_no_robots_txt_asks_nothing(status: int, text: str) -> None:
    assert Robots.read(status, text).lets("https://www.example.com/a")


def test_an_endless_pause_is_capped() -> None:
    assert _robots("User-agent: *\nCrawl-delay: 86400").pause_seconds == 10.0


@pytest.mark.parametrize(
    ("url", "site"),
    [
        ("https://a.b.example.co.uk/x", "example.co.uk"),
        ("https://one.github.io/", "one.github.io"),
        ("http://127.0.0.1:8000/", "127.0.0.1:8000"),
        ("https://localhost/", "localhost:443"),
        ("http://[::1]:81/", "::1:81"),
    ],
)
def test_a_site_is_what_somebody_registered_or_a_port_of_an_address(url: str, site: str) -> None:
    assert site_of(url) == site


def test_what_never_leaves_the_browser_reaches_no_third_party() -> None:
    assert not is_third_party("data:image/gif;base64,AA", "example.com")
    assert not is_third_party("https://cdn.example.com/x", "example.com")
    assert is_third_party("https://cdn.example.net/x", "example.com")


def test_many_pages_that_speak_of_data_do_not_crowd_out_the_rest() -> None:
    frontier = Frontier(HOME, Robots())

    frontier.add(HOME, _links(*(f"/privacy/evidence/{n}" for n in "abcdefgh"), "/news"))

    assert "https://www.example.com/news" in _all(frontier)[:3]
