"""The one file for Django sites: where it puts the tag, and where it keeps its hands off."""

import importlib.util
from types import ModuleType

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.template import Context, Engine, TemplateSyntaxError
from django.test import RequestFactory, override_settings

from tests.running import ROOT

ORIGIN = "https://privacy.example.com"
TAG = f'<script src="{ORIGIN}/z/zweck.js?lang=en" async></script>'


@pytest.fixture(scope="module")
def copied() -> ModuleType:
    """The file, as a site has it beside its own modules."""
    spec = importlib.util.spec_from_file_location("zweck_snippet", ROOT / "integrations/django/zweck_snippet.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def answered(copied: ModuleType, response: HttpResponseBase) -> HttpResponseBase:
    """A site's answer as the middleware lets it out."""
    with override_settings(ZWECK_ORIGIN=ORIGIN, LANGUAGE_CODE="en", USE_I18N=False):
        passed = copied.Snippet(lambda _request: response)(RequestFactory().get("/"))
    assert isinstance(passed, HttpResponseBase)
    return passed


def test_a_page_gets_the_tag_first_in_its_head(copied: ModuleType) -> None:
    page = HttpResponse("<html><HEAD data-x><title>A</title></HEAD><header></header></html>")
    page["Content-Length"] = str(len(page.content))

    response = answered(copied, page)

    assert page.content.decode() == f"<html><HEAD data-x>{TAG}<title>A</title></HEAD><header></header></html>"
    assert response["Content-Length"] == str(len(page.content))


@pytest.mark.parametrize(("kind", "headers"), [("application/json", {}), ("text/html", {"Content-Encoding": "gzip"})])
def test_what_is_no_plain_page_stays_as_it_is(copied: ModuleType, kind: str, headers: dict[str, str]) -> None:
    page = HttpResponse("<head></head>", content_type=kind, headers=headers)

    answered(copied, page)

    assert page.content == b"<head></head>"


def test_a_streamed_page_stays_a_stream(copied: ModuleType) -> None:
    response = answered(copied, StreamingHttpResponse(iter([b"<head></head>"])))

    assert response.streaming


@pytest.mark.parametrize("origin", ["", "privacy.example.com", "https://privacy.example.com/path", "javascript:x"])
def test_a_wrong_origin_stops_the_start_and_says_what_would_be_right(copied: ModuleType, origin: str) -> None:
    with (
        override_settings(ZWECK_ORIGIN=origin),
        pytest.raises(ImproperlyConfigured, match=r"https://privacy\.example\.com would be right"),
    ):
        copied.Snippet(lambda _request: HttpResponse())


def test_a_template_holds_content_and_escapes_what_it_is_given(copied: ModuleType) -> None:
    engine = Engine()
    engine.template_builtins.append(copied.register)

    held = engine.from_string("{% held purpose %}<b>x</b>{% endheld %}").render(Context({"purpose": '"><script>'}))

    assert held == '<template data-zweck-purpose="&quot;&gt;&lt;script&gt;"><b>x</b></template>'
    with pytest.raises(TemplateSyntaxError, match="would be right"):
        engine.from_string("{% held %}{% endheld %}")
