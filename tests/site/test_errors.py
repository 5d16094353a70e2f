"""Errors are pages too: calm, in the reader's language, and in the site's frame where there is a site."""

import pytest
from django.test import Client, RequestFactory

from tests.site.world import World
from zweck.editions import acts as editions
from zweck.site import views


@pytest.mark.parametrize(
    ("path", "wish", "said"),
    [
        ("/nothing", "en", "There is no page at this address."),
        ("/nothing", "de", "Unter dieser Adresse gibt es hier keine Seite."),
        ("/datenschutz/nothing", "en", "Unter dieser Adresse gibt es hier keine Seite."),
        ("/privacy/a/b/c", "de", "There is no page at this address."),
    ],
)
def test_a_missing_page_says_so_in_the_language_of_where_one_is(
    path: str, wish: str, said: str, club: World, client: Client
) -> None:
    response = client.get(path, headers={"Accept-Language": wish})

    assert response.status_code == 404
    assert said in response.content.decode()
    assert "Rowing Club" in response.content.decode()


def test_an_unknown_host_is_misdirected(club: World, client: Client) -> None:
    response = client.get("/privacy", headers={"Host": "other.example.net", "Accept-Language": "en"})

    assert response.status_code == 421
    assert "No website answers here by this name." in response.content.decode()


def test_a_failure_is_told_without_asking_the_database(monkeypatch: pytest.MonkeyPatch, rf: RequestFactory) -> None:
    monkeypatch.setattr(editions, "site_for", lambda host: pytest.fail("asked the database"))

    response = views.failed(rf.get("/privacy", headers={"Accept-Language": "en"}))

    assert response.status_code == 500
    assert "A fault on our side" in response.content.decode()


def test_a_wrong_token_is_answered_by_a_page_of_ours(club: World, rf: RequestFactory) -> None:
    response = views.forbidden(rf.post("/staff/log-in", headers={"Accept-Language": "de"}), reason="CSRF")

    assert response.status_code == 403
    assert "Nicht erlaubt" in response.content.decode()
