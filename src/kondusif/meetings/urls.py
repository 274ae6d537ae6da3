"""Addresses of meetings."""

from __future__ import annotations

from django.urls import path

from kondusif.meetings.figures import views

app_name = "meetings"
urlpatterns = [
    path("evaluasi", views.evaluation, name="evaluation"),
    path("evaluasi/angka/<slug:code>", views.figure, name="figure"),
]
