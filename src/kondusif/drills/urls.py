"""Addresses of drills."""

from __future__ import annotations

from django.urls import path

from kondusif.drills import views

app_name = "drills"
urlpatterns = [
    path("latihan", views.training, name="training"),
    path("latihan/mulai", views.start, name="start"),
]
