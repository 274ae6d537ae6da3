"""Addresses of publish."""

from __future__ import annotations

from django.urls import path

from kondusif.publish.kit import views

app_name = "publish"
urlpatterns = [
    path("perlengkapan", views.kit, name="kit"),
    path("perlengkapan/kartu.pdf", views.cards, name="cards"),
    path("perlengkapan/bimtek.pptx", views.bimtek, name="bimtek"),
]
