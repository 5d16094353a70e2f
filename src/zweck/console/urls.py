"""Addresses of the staff area."""

from django.urls import path

from zweck.console import views

urlpatterns = [
    path("", views.home),
    path("log-in", views.log_in),
    path("log-out", views.log_out),
    path("password/<str:key>/<str:token>", views.password),
]
