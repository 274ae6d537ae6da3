"""Addresses of intake."""

from __future__ import annotations

from django.urls import path

from kondusif.intake import channel_page, message_page, nil_page, queue_page, views
from kondusif.intake.channels import doors

app_name = "intake"
urlpatterns = [
    path("lapor", views.report, name="report"),
    path("antrean", queue_page.queue, name="queue"),
    path("tanda-terima", queue_page.receipt_keys, name="receipts"),
    path("lacak", views.track, name="track"),
    path("lacak/jawab", views.answer, name="answer"),
    path("nihil", nil_page.nil_reports, name="nil"),
    path("saluran", channel_page.channels, name="channels"),
    path("saluran/<slug:name>", doors.called, name="gateway"),
    path("laporan/baru", views.desk, name="desk"),
    path("laporan/tempel", message_page.paste, name="paste"),
    path("laporan/<str:code>/berkas/<str:digest>", views.attachment, name="attachment"),
    path("laporan/<str:code>/kontak", views.contact, name="contact"),
]
