"""Addresses of response."""

from __future__ import annotations

from django.urls import path

from kondusif.response import link_page, matter_locks, views
from kondusif.response.peace import agreement_page
from kondusif.response.peace import views as peace
from kondusif.response.potentials import views as potentials

app_name = "response"
urlpatterns = [
    path("permasalahan", views.listed, name="list"),
    path("permasalahan/baru", views.new, name="new"),
    path("permasalahan/rapat", views.monthly, name="monthly"),
    path("permasalahan/<slug:code>", views.incident, name="incident"),
    path("permasalahan/<slug:code>/langkah/<slug:act>", views.act, name="act"),
    path("permasalahan/<slug:code>/benturan", matter_locks.page, {"kind": "permasalahan"}, name="matter_lock"),
    path("laporan/<slug:code>/benturan", matter_locks.page, {"kind": "laporan"}, name="report_lock"),
    path("potensi", potentials.listed, name="potentials"),
    path("potensi/baru", potentials.new, name="potential_new"),
    path("potensi/selang", potentials.every, name="potential_every"),
    path("potensi/kementerian", potentials.ministry, name="potential_ministry"),
    path("potensi/<slug:code>", potentials.one, name="potential"),
    path("potensi/<slug:code>/ubah", potentials.edit, name="potential_edit"),
    path("potensi/<slug:code>/langkah/<slug:act>", potentials.act, name="potential_act"),
    path("pelaku-damai", peace.directory, name="peace_actors"),
    path("pelaku-damai/<int:pk>/<slug:act>", peace.actor_act, name="peace_actor"),
    path("mediasi", peace.mediations, name="mediations"),
    path("mediasi/baru", peace.invite, name="mediation_new"),
    path("mediasi/<int:pk>", peace.one, name="mediation"),
    path("mediasi/<int:pk>/surat", peace.letter, name="mediation_letter"),
    path("mediasi/<int:pk>/undangan.ics", peace.calendar, name="mediation_calendar"),
    path("mediasi/<int:pk>/langkah/<slug:act>", peace.act, name="mediation_act"),
    path("berita-acara/baru", agreement_page.new, name="agreement_new"),
    path("berita-acara/<int:pk>", agreement_page.one, name="agreement"),
    path("berita-acara/<int:pk>/buka", agreement_page.opened, name="agreement_open"),
    path("kewajiban/<int:pk>/tidak-ditepati", agreement_page.unkept, name="obligation_unkept"),
    path("kewajiban/<int:pk>/kawal", agreement_page.entrust, name="obligation_entrust"),
    path("imbauan/baru", agreement_page.appeal_new, name="appeal_new"),
    path("imbauan/<int:pk>", agreement_page.appeal_one, name="appeal"),
    path("imbauan/<int:pk>/langkah/<slug:act>", agreement_page.appeal_act, name="appeal_act"),
    path("tugas", views.mine, name="mine"),
    path("t/<str:token>", link_page.opened, name="link"),
    path("tugas/<int:pk>/telepon", link_page.phone, name="phone"),
    path("tugas/<int:pk>/tautan", link_page.make, name="make_link"),
    path("tugas/<int:pk>/berkas/<str:digest>", link_page.photo, name="photo"),
    path("tugas/<int:pk>/<slug:act>", views.task_act, name="task"),
    path("lacak/tuntas", views.reporter_word, name="reporter_word"),
]
