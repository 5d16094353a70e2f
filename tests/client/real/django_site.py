"""A small Django site with the snippet's middleware: `python django_site.py PORT ZWECK`."""

import sys
from pathlib import Path

from django.conf import settings
from django.core.management import execute_from_command_line
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE.parents[2] / "integrations" / "django")]
PAGE = """{% load zweck %}<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Sample Shop</title></head>
<body><main><h1>Sample Shop</h1><p>Tea and cups.</p>{% held "measurement" %}<p id="held">Held</p>{% endheld %}
{% zweck_status "Is this visit measured?" %}</main>
<footer><a href="/imprint">Imprint</a> <a href="/privacy">Privacy policy</a>
{% zweck_choices "Cookie settings" %}</footer>
</body></html>"""


def page(_request: HttpRequest, **_: str) -> HttpResponse:
    """Any page."""
    return HttpResponse(engines["django"].from_string(PAGE).render())


urlpatterns = [path("", page), path("imprint", page), path("privacy", page)]

if __name__ == "__main__":
    settings.configure(
        ROOT_URLCONF=__name__,
        ALLOWED_HOSTS=["127.0.0.1"],
        SECRET_KEY="not a secret",
        ZWECK_ORIGIN=sys.argv[2],
        LANGUAGE_CODE="en",
        MIDDLEWARE=["zweck_snippet.Snippet"],
        TEMPLATES=[
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "OPTIONS": {"libraries": {"zweck": "zweck_snippet"}},
            }
        ],
    )
    execute_from_command_line(["django_site.py", "runserver", "--noreload", f"127.0.0.1:{sys.argv[1]}"])
