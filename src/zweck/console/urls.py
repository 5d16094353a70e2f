"""Addresses of the staff area."""

from django.urls import path

from zweck.console import audits, views

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
]
