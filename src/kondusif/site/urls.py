"""All addresses of the Django door."""

from __future__ import annotations

from django.urls import include, path

from kondusif.site import pwa, views
from kondusif.site.api import api

urlpatterns = [
    path("", views.home, name="home"),
    path("healthz", views.healthz),
    path("readyz", views.readyz),
    path("manifest.webmanifest", pwa.manifest, name="manifest"),
    path("sw.js", pwa.worker, name="worker"),
    path("tampilan", views.theme, name="theme"),
    path("mode", views.mode, name="mode"),
    path("undangan/<str:token>", views.invitation, name="invitation"),
    path("tentang", views.about, name="about"),
    path("bahasa/", include("django.conf.urls.i18n")),
    path("akun/", include("allauth.urls")),
    path("api/v1/", api.urls),
    *views.stage_urls(),
]
handler400 = views.bad_request
handler403 = views.forbidden
handler404 = views.not_found
handler500 = views.server_fault
