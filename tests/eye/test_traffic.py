"""What a tab asks the network for is told, however odd a host or an answer is."""

import pytest

from zweck.eye.browser.traffic import Traffic


@pytest.mark.parametrize(
    ("place", "url"),
    [
        ("::1:1234", "http://[::1]:1234/"),
        ("2001:db8::1:443", "https://[2001:db8::1]/"),
        ("www.example.org:443", "https://www.example.org/"),
        ("192.0.2.1:80", "http://192.0.2.1/"),
        ("www.example.org:8443", "http://www.example.org:8443/"),
    ],
)
def test_a_mere_connection_is_told_with_its_address(place: str, url: str) -> None:
    traffic = Traffic(lambda _url, _lines: None)

    (told,) = traffic.told("example.net", [place])

    assert (told["url"], told["kind"], told["third_party"]) == (url, "connection", True)


def test_a_length_of_thousands_of_digits_is_no_length() -> None:
    traffic = Traffic(lambda _url, _lines: None)
    asked = {"requestId": "1", "request": {"url": "http://www.example.org/", "method": "GET"}}
    traffic._on_request(asked)

    traffic._on_response({"requestId": "1", "response": {"status": 200, "headers": {"content-length": "9" * 5000}}})

    (told,) = traffic.told("example.org", ())
    assert (told["status"], told["receives"]) == (200, -1)
