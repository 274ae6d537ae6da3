"""Addresses of response."""

from __future__ import annotations

from django.urls import path

from kondusif.response import views

app_name = "response"
urlpatterns = [
    path("permasalahan", views.listed, name="list"),
    path("permasalahan/baru", views.new, name="new"),
    path("permasalahan/rapat", views.monthly, name="monthly"),
    path("permasalahan/<slug:code>", views.incident, name="incident"),
    path("permasalahan/<slug:code>/langkah/<slug:act>", views.act, name="act"),
    path("tugas", views.mine, name="mine"),
    path("tugas/<int:pk>/<slug:act>", views.task_act, name="task"),
    path("lacak/tuntas", views.reporter_word, name="reporter_word"),
]
