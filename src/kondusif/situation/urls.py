"""Addresses of situation."""

from __future__ import annotations

from django.urls import path

from kondusif.situation import views

app_name = "situation"
urlpatterns = [
    path("situasi", views.situation, name="board"),
    path("situasi/<str:code>", views.region, name="region"),
    path("situasi/<str:code>/usul", views.propose, name="propose"),
    path("situasi/<str:code>/putus/<int:pk>", views.decide, name="decide"),
    path("situasi/<str:code>/penilaian", views.assess, name="assess"),
]
