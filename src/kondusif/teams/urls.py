"""Addresses of teams."""

from __future__ import annotations

from django.urls import path

from kondusif.teams import hours_page, views

app_name = "teams"
urlpatterns = [
    path("tim", views.team, name="team"),
    path("tim/undang", views.invite, name="invite"),
    path("tim/undang/<int:pk>", views.invite_again, name="invite_again"),
    path("tim/piket", views.add_shift, name="add_shift"),
    path("tim/instansi", views.add_agency, name="add_agency"),
    path("tim/tugas/<int:pk>/akhiri", views.end_duty, name="end_duty"),
    path("tim/jam", hours_page.hours, name="hours"),
    path("tim/jam/siaga/<int:pk>/akhiri", hours_page.end_alert, name="end_alert"),
    path("tim/jam/hari/hapus", hours_page.drop_day, name="drop_day"),
    path("tim/jam/<slug:act>", hours_page.set_hours, name="set_hours"),
    path("kabar", views.notices, name="notices"),
]
