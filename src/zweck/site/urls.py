"""Public addresses. Those with fixed names come first; all others are words, found by language."""

from django.urls import path, re_path

from zweck.site import choosing, elsewhere, views, wellknown
from zweck.site.forms import tokens
from zweck.site.forms import views as forms
from zweck.site.outbox import views as outbox

urlpatterns = [
    path("", views.entrance),
    path("robots.txt", wellknown.of_site(wellknown.robots)),
    path("sitemap.xml", wellknown.of_site(wellknown.sitemap)),
    path(".well-known/security.txt", wellknown.of_site(wellknown.security)),
    path(".well-known/gpc.json", wellknown.of_site(wellknown.gpc)),
    path("outbox", outbox.outbox),
    path("outbox.json", outbox.outbox_json),
    path("outbox/<int:number>", outbox.mail),
    path("outbox/<int:number>.html", outbox.mail_html),
    path("z/installation", wellknown.installation),
    path("z/pages.json", wellknown.of_site(wellknown.listed)),
    path("z/choice", choosing.choice),
    path("z/zweck.js", elsewhere.script),
    path("z/question", elsewhere.question),
    path("z/status", views.status_json),
    path("z/receipt/<int:number>.json", choosing.receipt),
    path("z/form.js", forms.script),
    re_path(r"^z/form/(?P<form>[a-z][a-z0-9-]{0,59})(?:\.json)?$", forms.data),
    re_path(r"^z/(?P<kind>[a-z]{2,20})/(?P<token>[A-Za-z0-9_.~=-]{1,900})$", tokens.page),
    re_path(r"^z/(?P<name>(?:zweck|[0-9a-f]{12})\.css)$", wellknown.style),
    re_path(r"^z/(?P<name>[0-9a-f]{12}\.js)$", wellknown.script),
    re_path(r"^favicon\.(?P<kind>svg|ico)$", wellknown.favicon),
    re_path(r"^(?P<path>.+)$", views.page),
]
