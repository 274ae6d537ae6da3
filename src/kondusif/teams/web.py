"""A request as the pages see it: who asks and what time it is in the domain."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from django.conf import settings
from django.contrib.auth import get_user
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme
from pydantic import AfterValidator, AwareDatetime

from kondusif.ledger.actor import Actor
from kondusif.teams.models import User
from kondusif.teams.queries import actor_of


class HouseRequest(HttpRequest):
    """A request with the house's two facts, set by `site.middleware`; views annotate with this."""

    actor: Actor
    at: datetime
    user: User | AnonymousUser


def client_ip(request: HttpRequest) -> str:
    """The caller's address; X-Forwarded-For is believed only from the proxies the operator named."""
    peer = str(request.META.get("REMOTE_ADDR", ""))
    if peer in settings.TRUSTED_PROXIES:
        return request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")[-1].strip() or peer
    return peer


def way_back(request: HttpRequest, otherwise: str) -> str:
    """Where a form asked to return to (`next`), if that lies in the house."""
    wanted = request.POST.get("next", "")
    safe = wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    return wanted if safe else otherwise


def actor_of_session(key: str, *, at: datetime) -> Actor | None:
    """The signed-in member behind a session cookie, for the Starlette routes; None where there is none."""
    if not key:
        return None
    request = HttpRequest()
    request.session = SessionStore(key)
    user = get_user(request)
    return actor_of(user, at=at) if isinstance(user, User) else None


def _storable(moment: datetime) -> datetime:
    if not 2000 <= moment.year <= 2100:
        raise ValueError("between the years 2000 and 2100")
    return moment


Instant = Annotated[AwareDatetime, AfterValidator(_storable)]
"""An instant of the API that every database and every sum of days can hold."""
