"""Zweck on a Django site: one file to copy beside your own modules.

```python
ZWECK_ORIGIN = "https://privacy.example.com"
MIDDLEWARE = [..., "zweck_snippet.Snippet"]
TEMPLATES = [{..., "OPTIONS": {"libraries": {"zweck": "zweck_snippet"}}}]
```

The middleware puts the snippet into the head of every HTML page, in the page's language. The template tags mark what
waits for a yes: `{% load zweck %}`, then `{% held "measurement" %}<script>…</script>{% endheld %}`,
`{% zweck_choices "Cookie settings" %}` and `{% zweck_status "Is this visit measured?" %}`.
"""

import re
from collections.abc import Callable
from urllib.parse import quote, urlsplit

from django import template
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

HEAD = re.compile(rb"<head(\s[^>]*)?>", re.IGNORECASE)
register = template.Library()


def origin() -> str:
    """The Zweck's origin from the settings. Raises ImproperlyConfigured."""
    value = str(getattr(settings, "ZWECK_ORIGIN", "")).rstrip("/")
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.netloc or value != f"{parts.scheme}://{parts.netloc}":
        raise ImproperlyConfigured(f"ZWECK_ORIGIN: {value!r} is no origin; https://privacy.example.com would be right")
    return value


def tag() -> SafeString:
    """The script tag, in the language of the page that is being made."""
    language = (get_language() or settings.LANGUAGE_CODE).partition("-")[0]
    return format_html('<script src="{}/z/zweck.js?lang={}" async></script>', origin(), quote(language))


class Snippet:
    """Puts the snippet first into the head of each HTML page. Streamed and compressed pages are left as they are."""

    sync_capable, async_capable = True, False

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        origin()  # fails at start, not at the first visit
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer, with the tag put in."""
        response = self.get_response(request)
        is_page = response.get("Content-Type", "").startswith("text/html") and not response.has_header(
            "Content-Encoding"
        )
        if response.streaming or not is_page:
            return response
        content: bytes = response.content  # type: ignore[attr-defined]
        response.content = HEAD.sub(lambda head: head[0] + tag().encode(), content, count=1)  # type: ignore[attr-defined]
        if response.has_header("Content-Length"):
            response["Content-Length"] = str(len(response.content))  # type: ignore[attr-defined]
        return response


@register.simple_tag
def zweck() -> SafeString:
    """The script tag, for sites that rather place it themselves than use the middleware."""
    return tag()


@register.simple_tag
def zweck_choices(text: str) -> SafeString:
    """A link that opens the preferences layer; without JavaScript it leads to the Zweck's own pages."""
    return format_html('<a href="{}/" data-zweck-choices>{}</a>', origin(), text)


@register.simple_tag
def zweck_status(text: str) -> SafeString:
    """Whether this visit is measured; without JavaScript a link."""
    return format_html('<div data-zweck-status><a href="{}/">{}</a></div>', origin(), text)


@register.tag
def held(parser: template.base.Parser, token: template.base.Token) -> "Held":
    """Hold what stands up to `endheld` back until the visitor allows the purpose."""
    parts = token.split_contents()
    if len(parts) != 2:
        raise template.TemplateSyntaxError('held names one purpose: {% held "measurement" %} would be right')
    inside = parser.parse(("endheld",))
    parser.delete_first_token()
    return Held(parser.compile_filter(parts[1]), inside)


class Held(template.Node):
    """Content that browsers keep inert: a template element."""

    def __init__(self, purpose: template.base.FilterExpression, inside: template.NodeList) -> None:
        self.purpose, self.inside = purpose, inside

    def render(self, context: template.Context) -> SafeString:
        """The content in its template."""
        purpose, inside = self.purpose.resolve(context), self.inside.render(context)
        return format_html('<template data-zweck-purpose="{}">{}</template>', purpose, inside)
