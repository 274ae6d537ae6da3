"""Addresses of teams."""

from __future__ import annotations

from django.urls import path

from kondusif.teams import conflict_page, duty_page, hours_page, plan_page, reset_page, sheets_page, views, ways_page
from kondusif.teams.exports import page as exports

app_name = "teams"
urlpatterns = [
    path("tim", views.team, name="team"),
    path("tim/undang", views.invite, name="invite"),
    path("tim/undang/<int:pk>", views.invite_again, name="invite_again"),
    path("tim/piket", duty_page.roster, name="roster"),
    path("tim/piket/kalender", duty_page.calendar_link, name="calendar_link"),
    path("tim/piket/tukar/<int:pk>", duty_page.answer_swap, name="answer_swap"),
    path("tim/piket/<int:pk>/<slug:act>", duty_page.shift_act, name="shift_act"),
    path("tim/delegasi", duty_page.acting, name="delegations"),
    path("tim/delegasi/<int:pk>/akhiri", duty_page.end_acting, name="end_acting"),
    path("tim/benturan", conflict_page.locks, name="conflicts"),
    path("tim/benturan/<int:pk>/akhiri", conflict_page.end, name="end_conflict"),
    path("tim/setel-ulang", reset_page.desk, name="resets"),
    path("tim/setel-ulang/<int:pk>", reset_page.one, name="reset"),
    path("tim/jangkauan", ways_page.reach, name="reach"),
    path("tim/jangkauan/<int:pk>/uji", ways_page.try_other, name="try_other"),
    path("piket/<str:token>.ics", duty_page.calendar, name="calendar"),
    path("kabar/jalur", ways_page.mine, name="ways"),
    path("kabar/jalur/<slug:act>", ways_page.act, name="way_act"),
    path("tim/instansi", views.add_agency, name="add_agency"),
    path("tim/tugas/<int:pk>/akhiri", views.end_duty, name="end_duty"),
    path("tim/rencana", plan_page.check, name="plans"),
    path("tim/rencana/tangga", plan_page.ladder, name="ladder"),
    path("tim/jam", hours_page.hours, name="hours"),
    path("tim/jam/siaga/<int:pk>/akhiri", hours_page.end_alert, name="end_alert"),
    path("tim/jam/hari/hapus", hours_page.drop_day, name="drop_day"),
    path("tim/jam/<slug:act>", hours_page.set_hours, name="set_hours"),
    path("tim/lembar", sheets_page.sheets, name="sheets"),
    path("tim/lembar/<slug:kind>", sheets_page.look, name="look_at_sheet"),
    path("tim/lembar/<slug:kind>/terapkan", sheets_page.apply, name="apply_sheet"),
    path("tim/lembar/<slug:kind>/unduh", sheets_page.download, name="download_sheet"),
    path("ekspor", exports.listed, name="exports"),
    path("ekspor/minta", exports.ask, name="export_ask"),
    path("ekspor/<int:pk>/jawab", exports.decide, name="export_decide"),
    path("kabar", views.notices, name="notices"),
]
