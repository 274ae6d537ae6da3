"""Addresses of situation."""

from __future__ import annotations

from django.urls import path

from kondusif.situation import brief, briefing_page, views
from kondusif.situation.recap import page as recap
from kondusif.situation.wall import page as wall

app_name = "situation"
urlpatterns = [
    path("ringkas", brief.brief, name="brief"),
    path("singkat", briefing_page.listed, name="briefings"),
    path("singkat/<int:pk>", briefing_page.one, name="briefing"),
    path("rekap", recap.recap, name="recap"),
    path("rekap/unduh", recap.recap_file, name="recap-file"),
    path("rekap/sipks", recap.sipks_page, name="sipks"),
    path("rekap/sipks/unduh", recap.sipks_file, name="sipks-file"),
    path("ruang-kendali", wall.wall, name="wall"),
    path("ruang-kendali/cetak", wall.printed, name="wall-print"),
    path("ruang-kendali/layar", wall.listed, name="wall-screens"),
    path("ruang-kendali/layar/<int:pk>/akhiri", wall.end, name="wall-end"),
    path("ruang-kendali/buka", wall.open_link, name="wall-open"),
    path("situasi", views.situation, name="board"),
    path("situasi/<str:code>", views.region, name="region"),
    path("situasi/<str:code>/usul", views.propose, name="propose"),
    path("situasi/<str:code>/putus/<int:pk>", views.decide, name="decide"),
    path("situasi/<str:code>/penilaian", views.assess, name="assess"),
]
