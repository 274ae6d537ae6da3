"""Meetings over the API."""

from __future__ import annotations

from ninja import Router

from kondusif.meetings.figures import api as figures

router = Router(tags=["meetings"])
router.add_router("", figures.router)
