"""The language of a page is the reader's choice and wish, and never the country they connect from."""

import re
from collections.abc import Iterator
from ipaddress import ip_address
from typing import Any

import pytest
from django.test import Client

from tests.site.forms.conftest import HOST, site
from zweck.origin import acts as origins

__all__ = ["site"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("site")]
# In Virginia, Germany, Great Britain, Switzerland, and nowhere: by the networks for examples.
ADDRESSES = ("192.0.2.9", "198.51.100.9", "203.0.113.9", "2001:db8:2::9", "127.0.0.1")


@pytest.fixture(autouse=True)
def _countries_are_told() -> Iterator[None]:
    origins.use(origins.DOCUMENTATION)
    yield
    origins.use(origins.NOTHING)


def cut(address: str) -> dict[str, Any]:
    """What the front hands on of an address."""
    return {"zweck.origin": origins.cut(origins.plainly(ip_address(address).packed))}


def seen(path: str, address: str, wish: str) -> tuple[int, str, str]:
    """Status, where it leads, and the language of what is answered to somebody from there."""
    headers = {"Host": HOST, **({"Accept-Language": wish} if wish else {})}
    answer = Client(headers=headers).get(path, secure=True, **cut(address))
    if answer["Content-Type"].startswith("application/json"):
        return answer.status_code, "", str(answer.json()["language"])
    found = re.search(r'<html lang="([a-z]+)"', answer.content.decode())
    return answer.status_code, answer.get("Location", ""), found[1] if found else ""


@pytest.mark.parametrize("path", ["/", "/trial", "/testzugang", "/z/form/trial.json", "/z/trial/nothing", "/nowhere"])
@pytest.mark.parametrize("wish", ["", "de", "en-GB,en;q=0.8"])
def test_from_every_country_the_same_wish_leads_to_the_same_language(path: str, wish: str) -> None:
    assert len({seen(path, address, wish) for address in ADDRESSES}) == 1


@pytest.mark.parametrize("path", ["/", "/z/form/trial.json", "/z/trial/nothing"])
def test_where_no_address_names_a_language_the_wish_counts(path: str) -> None:
    german, english = (seen(path, "192.0.2.9", wish) for wish in ("de", "en"))

    assert german != english


def test_countries_are_told_all_the_while() -> None:
    """So the tests above look at a service that knows where somebody is."""
    forms = [
        Client(headers={"Host": HOST}).get("/trial", secure=True, **cut(one)).content.decode() for one in ADDRESSES[:2]
    ]

    assert ['value="virginia" checked' in form for form in forms] == [True, False]
