"""Addresses of triage."""

from __future__ import annotations

from django.urls import path

from kondusif.triage import views

app_name = "triage"
urlpatterns = [
    path("laporan", views.listed, name="list"),
    path("laporan/<slug:code>", views.report, name="report"),
    path("laporan/<slug:code>/satukan", views.merge, name="merge"),
    path("laporan/<slug:code>/pisahkan", views.unmerge, name="unmerge"),
    path("laporan/<slug:code>/langkah/<slug:act>", views.act, name="act"),
    path("rujukan/<int:pk>", views.answer, name="answer"),
]
