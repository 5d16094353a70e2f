"""Addresses of the staff area."""

from django.urls import path, re_path

from zweck.console import audits, views
from zweck.console.enquiries import pages as enquiries
from zweck.console.enquiries import style as enquiries_style
from zweck.console.figures import access, choices, lazy, myself, pages
from zweck.console.mailing import campaign, lists, questions, style
from zweck.console.trials import pages as trials

urlpatterns = [
    path("", views.home),
    path("log-in", views.log_in),
    path("log-out", views.log_out),
    path("password/<str:key>/<str:token>", views.password),
    path("audits", audits.every_audit),
    path("audits/feed/<str:key>", audits.feed),
    path("audits/<int:number>", audits.one_audit),
    path("audits/<int:number>/<int:look>", audits.report),
    path("audits/<int:number>/<int:look>.json", audits.report_as_json),
    path("enquiries", enquiries.every_enquiry),
    re_path(r"^enquiries/(?P<name>[0-9a-f]{12})\.css$", enquiries_style.style_sheet),
    path("enquiries/search", enquiries.search),
    path("enquiries/<slug:place>/<int:number>", enquiries.one_enquiry),
    path("enquiries/<slug:place>/<int:number>/file/<int:file>", enquiries.one_file),
    path("figures", pages.dashboard),
    re_path(r"^figures\.(?P<form>csv|json)$", pages.as_file),
    path("figures/access", access.access),
    path("figures/choices", choices.choices),
    path("figures/myself", myself.myself),
    path("figures/<str:dimension>", pages.breakdown),
    path("mailing", lists.home),
    re_path(r"^mailing/(?P<name>[0-9a-f]{12})\.css$", style.style_sheet),
    path("mailing/campaigns", campaign.new),
    path("mailing/campaigns/<int:number>", campaign.one),
    path("mailing/campaigns/<int:number>/preview/<slug:language>", campaign.preview),
    path("mailing/lists/<slug:purpose>", lists.one),
    path("mailing/questions", questions.questions),
    path("trials", trials.every_trial),
    re_path(r"^trials/(?P<place>[a-z][a-z0-9-]*|-)/(?P<ident>[0-9a-f]{32})$", trials.one_trial),
    re_path(r"^api/1/(?P<rest>.*)$", lazy.api),
]
