"""Addresses of teams."""

from __future__ import annotations

from django.urls import path

from kondusif.teams import views

app_name = "teams"
urlpatterns = [
    path("tim", views.team, name="team"),
    path("tim/undang", views.invite, name="invite"),
    path("tim/undang/<int:pk>", views.invite_again, name="invite_again"),
    path("tim/piket", views.add_shift, name="add_shift"),
    path("tim/instansi", views.add_agency, name="add_agency"),
    path("tim/tugas/<int:pk>/akhiri", views.end_duty, name="end_duty"),
    path("kabar", views.notices, name="notices"),
]
