"""The snippet as the real service makes it, on a page of another origin of the same host."""

import gzip
import json
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import ThreadingHTTPServer

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.client.stand import Foreign, Stand
from tests.client.test_snippet import press
from tests.running import ROOT, Served, serving

MAPS = """
[purposes.maps]
name = { de = "Karten zeigen", en = "showing maps" }
basis = "consent"
consent_mode = "ask"
recipients = ["aws"]
"""


PERSON = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"
HIT = """async zweck => {
  const body = JSON.stringify({ u: location.href, w: innerWidth });
  const answer = await fetch(`${zweck}/z/hit`, { method: "POST", credentials: "include", body });
  return answer.headers.get("Zweck-Measured");
}"""


@dataclass(frozen=True, slots=True)
class Real:
    """A running service and a page of another port that bears its snippet."""

    served: Served
    stand: Stand


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Real]:
    """A service whose policy speaks for the foreign page as well, with two purposes to ask about."""
    stand, folder = Stand(), tmp_path_factory.mktemp("real")
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Page", (Foreign,), {"stand": stand}))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    stand.url = f"http://127.0.0.1:{server.server_port}"
    policy = folder / "policy.toml"
    reference = (ROOT / "policies" / "reference.toml").read_text()
    ours = 'origins = ["https://www.example.com"'
    assert ours in reference
    policy.write_text(
        reference.replace(ours, f'{ours}, "{stand.url}"').replace("\n[forms.trial]", f"{MAPS}\n[forms.trial]")
    )
    try:
        with serving(folder, ZWECK_POLICY=str(policy)) as served:
            stand.zweck = served.url
            yield Real(served, stand)
    finally:
        server.shutdown()
        server.server_close()


def fetch(url: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    """Status, headers in small letters, body."""
    asked = urllib.request.Request(url, headers={name.replace("_", "-"): value for name, value in headers.items()})
    try:
        with urllib.request.urlopen(asked, timeout=10) as answer:
            return answer.status, {k.lower(): v for k, v in answer.headers.items()}, answer.read()
    except urllib.error.HTTPError as failure:
        with failure:
            return failure.code, {k.lower(): v for k, v in failure.headers.items()}, failure.read()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page of a browser that does not call itself a robot."""
    context = browser.new_context(user_agent=PERSON)
    context.set_default_timeout(5000)
    yield context.new_page()
    context.close()


@pytest.mark.parametrize(
    ("wish", "title"), [("?lang=de", "Ablehnen"), ("?lang=en-GB", "Refuse"), ("", "Ablehnen"), ("?lang=xx", "Ablehnen")]
)
def test_the_snippet_speaks_the_wished_language_or_the_first(real: Real, wish: str, title: str) -> None:
    status, headers, body = fetch(f"{real.served.url}/z/zweck.js{wish}")

    assert (status, headers["content-type"]) == (200, "text/javascript; charset=utf-8")
    assert f'"refuse":"{title}"' in body.decode()


def test_it_is_for_any_site_kept_a_while_and_sets_no_cookie(real: Real) -> None:
    url = f"{real.served.url}/z/zweck.js?lang=de"

    _, headers, zipped = fetch(url, Accept_Encoding="gzip")
    again, _, nothing = fetch(url, Accept_Encoding="gzip", If_None_Match=headers["etag"])

    assert headers["cross-origin-resource-policy"] == "cross-origin"
    assert headers["cache-control"].startswith("public")
    assert "set-cookie" not in headers
    assert gzip.decompress(zipped) == fetch(url)[2]
    assert (again, nothing) == (304, b"")


def test_a_question_about_the_rest_names_only_that(real: Real) -> None:
    status, headers, body = fetch(f"{real.served.url}/z/question?lang=de&purposes=maps")

    asked = json.loads(body)
    assert (status, headers["access-control-allow-origin"]) == (200, "*")
    assert "Karten zeigen" in "\n".join(asked["text"])
    assert "Nutzung unserer Website" not in "\n".join(asked["text"])


@pytest.mark.parametrize("purposes", ["", "trial", "nonsense", "maps,nonsense", "%00", "a" * 5000])
def test_a_question_about_nothing_we_ask_is_not_found(real: Real, purposes: str) -> None:
    assert fetch(f"{real.served.url}/z/question?purposes={purposes}")[0] == 404


@pytest.mark.browser
def test_a_yes_on_the_other_site_is_kept_and_measured(real: Real, page: Page) -> None:
    page.goto(real.stand.url)
    press(page, "Zustimmen")

    assert page.evaluate(HIT, real.served.url) == "yes"
    assert page.evaluate("zweck.status().maps") == {"allows": True, "said": "y"}
    expect(page.get_by_role("region")).to_have_count(0)


@pytest.mark.browser
def test_a_no_on_the_other_site_holds_and_can_be_changed_for_one_purpose(real: Real, page: Page) -> None:
    page.goto(real.stand.url)
    press(page, "Ablehnen")
    page.reload()
    page.get_by_role("button", name="Cookie-Einstellungen ändern").click()
    page.get_by_role("group", name="Karten zeigen").get_by_label("Ja").check()

    press(page, "Auswahl speichern")

    status = page.evaluate("zweck.status()")
    assert (status["maps"]["allows"], status["measurement"]["allows"]) == (True, False)


@pytest.mark.browser
def test_an_old_cookie_that_was_withdrawn_measures_nothing(real: Real, page: Page) -> None:
    page.goto(real.stand.url)
    press(page, "Zustimmen")
    old = page.evaluate("document.cookie")
    page.get_by_role("button", name="Cookie-Einstellungen ändern").click()
    press(page, "Ablehnen")
    page.evaluate("old => (document.cookie = old)", old)
    page.wait_for_timeout(1500)

    assert page.evaluate(HIT, real.served.url) == "no, withdrawn"


@pytest.mark.browser
def test_the_way_out_beside_the_status_works_from_the_other_site(real: Real, page: Page) -> None:
    real.stand.inside = "<div data-zweck-status></div>"
    page.goto(real.stand.url)
    press(page, "Zustimmen")
    expect(page.get_by_role("status")).to_contain_text("ja, denn Sie haben zugestimmt")

    press(page, "Dieses Gerät nicht messen")

    expect(page.get_by_role("status")).to_contain_text("nein, denn Sie haben die Messung abgeschaltet")
    assert page.evaluate("zweck.status().measurement") == {"allows": False, "said": "o"}
