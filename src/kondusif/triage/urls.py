"""Addresses of triage."""

from __future__ import annotations

from django.urls import path

from kondusif.triage import views
from kondusif.triage.claims import public_page, sheet_page
from kondusif.triage.claims import views as claims

app_name = "triage"
urlpatterns = [
    path("laporan", views.listed, name="list"),
    path("laporan/<slug:code>", views.report, name="report"),
    path("laporan/<slug:code>/satukan", views.merge, name="merge"),
    path("laporan/<slug:code>/pisahkan", views.unmerge, name="unmerge"),
    path("laporan/<slug:code>/langkah/<slug:act>", views.act, name="act"),
    path("laporan/<slug:code>/isu", claims.of_report, name="of_report"),
    path("rujukan/<int:pk>", views.answer, name="answer"),
    path("isu", claims.listed, name="claims"),
    path("isu/baru", claims.new, name="new_claim"),
    path("isu/lembar", sheet_page.items, name="claim_sheet"),
    path("isu/lembar/terapkan", sheet_page.apply, name="apply_claim_sheet"),
    path("isu/lembar/contoh", sheet_page.example, name="claim_sheet_example"),
    path("isu/tenang", claims.quiet_periods, name="quiet"),
    path("isu/<slug:code>", claims.claim, name="claim"),
    path("isu/<slug:code>/langkah/<slug:act>", claims.act, name="claim_act"),
    path("isu/<slug:code>/berkas/<str:digest>", claims.file, name="claim_file"),
    path("isu/<slug:code>/surat/<slug:body>", claims.letter, name="claim_letter"),
    path("klarifikasi", public_page.clarifications, name="clarifications"),
    path("klarifikasi/atom.xml", public_page.feed, name="clarifications_feed"),
    path("klarifikasi/<slug:code>", public_page.clarification, name="clarification"),
]
