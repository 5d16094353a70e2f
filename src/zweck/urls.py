"""All addresses. The staff area's full statement is the public one's view behind the log-in: neither face knows the
other, so they meet here."""

from django.urls import include, path, re_path

from zweck.console.figures import shared
from zweck.console.views import members_only
from zweck.site import views

urlpatterns = [
    path("staff/statement/<slug:language>", members_only(views.full_statement)),
    path("staff/statement/<slug:language>/<str:promise>", members_only(views.full_evidence)),
    path("staff/", include("zweck.console.urls")),
    re_path(r"^shared/(?P<name>[0-9a-f]{12})\.css$", shared.style_sheet),
    path("shared/<str:key>", shared.shared),
    path("", include("zweck.site.urls")),
]

handler403 = views.forbidden
handler404 = views.not_found
handler500 = views.failed
